"""Cursors: from the end of a page to the next one, and nothing else."""

from __future__ import annotations

import itertools
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.dates import Instant
from index.errors import CursorExpired, RequestInvalid
from index.opening import open_backend
from index.results import Commit, Position
from index.settings import Settings
from search.cursor import _digest, cursor_after, position_of
from search.dates import Calendar
from search.page import SearchRequest
from search.pins import Pins
from search.question import Customs, question_of
from search.searcher import Searcher
from search.synonyms import Synonyms

COMMIT = Commit("000001", 7)
TODAY = date(2024, 6, 19)
CUSTOMS = Customs(Calendar(today=TODAY), Synonyms(), Pins())
QUESTION = question_of(SearchRequest(q="rail strike"), CUSTOMS)
GIVEN = cursor_after(Position(1.5, "a1"), COMMIT, QUESTION)


@given(key=st.none() | st.floats(-1e9, 1e9) | st.integers(-(10**11), 10**12), name=st.text() | st.just("\ud800"))
def test_a_position_comes_back_from_its_cursor(key: float | None, name: str) -> None:
    cursor = cursor_after(Position(key, name), COMMIT, QUESTION)
    assert set(cursor) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    assert position_of(cursor, COMMIT, QUESTION) == Position(key, name)


@given(st.text(max_size=60) | st.binary().map(lambda content: urlsafe_b64encode(content).decode()))
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(RequestInvalid, match="not a cursor"):
        position_of(text, COMMIT, QUESTION)


@given(at=st.integers(0, len(GIVEN) - 1), letter=st.sampled_from("aZ09-_é%"))
def test_a_changed_cursor_is_refused(at: int, letter: str) -> None:
    changed = GIVEN[:at] + letter + GIVEN[at + 1 :]
    if changed != GIVEN and at < len(GIVEN) - 1:  # the last letter may say less than it has room for
        with pytest.raises(RequestInvalid):
            position_of(changed, COMMIT, QUESTION)


@pytest.mark.parametrize(
    "parts",
    [
        [],
        {},
        "x",
        ["000001", 7, "asked", 1.5],
        ["000001", 7, "asked", 738000, "1.5", "a1"],
        ["000001", 7, "asked", 738000, 1.5, 3],
        ["000001", 7, "asked", 738000, float("nan"), "a1"],
        ["000001", 7, "asked", 738000, 10**400, "a1"],
        ["000001", 7, "asked", 0, 1.5, "a1"],
        ["000001", 7, "asked", 10**400, 1.5, "a1"],
        ["000001", 7, "asked", "today", 1.5, "a1"],
        [None, [], {}, 738000, None, "a1"],
    ],
)
def test_a_forged_cursor_is_refused_however_well_it_is_made(parts: object) -> None:
    content = json.dumps(parts).encode()
    with pytest.raises(RequestInvalid):
        position_of(urlsafe_b64encode(_digest(content) + content).decode(), COMMIT, QUESTION)


def test_a_cursor_nested_without_end_is_refused() -> None:
    content = b"[" * 100_000
    with pytest.raises(RequestInvalid):
        position_of(urlsafe_b64encode(_digest(content) + content).decode(), COMMIT, QUESTION)


@pytest.mark.parametrize("commit", [Commit("000001", 8), Commit("000002", 7)])
def test_a_cursor_expires_with_its_commit(commit: Commit) -> None:
    with pytest.raises(CursorExpired):
        position_of(GIVEN, commit, QUESTION)


def test_a_cursor_is_good_for_one_question_however_it_is_written() -> None:
    asked = SearchRequest(q="rail strike")
    same = [
        replace(asked, q="  rail   strike "),
        replace(asked, page_size=3, facets=("section",), interval="year", highlight=False),
        replace(asked, order_by="relevance"),
    ]
    others = [
        replace(asked, q="rail"),
        replace(asked, match="any"),
        replace(asked, query_fields=("title",)),
        replace(asked, filters={"section": ("Sport",)}),
        replace(asked, from_date="2024"),
        replace(asked, order_by="newest"),
        replace(asked, collapse="cluster"),
    ]
    for request in same:
        assert position_of(GIVEN, COMMIT, question_of(request, CUSTOMS)) == Position(1.5, "a1")
    for request in others:
        with pytest.raises(RequestInvalid, match="another query"):
            position_of(GIVEN, COMMIT, question_of(request, CUSTOMS))
    chosen = ("A", "B"), ("B", "A")
    one, other = (question_of(SearchRequest(filters={"section": values}), CUSTOMS) for values in chosen)
    assert cursor_after(Position(None, ""), COMMIT, one) == cursor_after(Position(None, ""), COMMIT, other)


def test_an_answer_that_is_walked_through_past_midnight_stays_the_same(tmp_path: Path) -> None:
    """What the newer articles gain depends on the day; each is met once nevertheless."""
    backend = open_backend(Settings(index=str(tmp_path)))
    with backend.writer() as writer:
        for number in range(12):
            published = Instant.of_day(2024, 6, 19 - number % 7)
            writer.put(Article(id=f"{number:02}", body="rail " * (number % 4 + 1), published=published))
    days = itertools.count(TODAY.toordinal(), 20)
    searcher = Searcher(backend, UTC, today=lambda: date.fromordinal(next(days)))
    request = SearchRequest(q="rail", freshness="strong", page_size=12)
    whole = [(one.article.id, one.score) for one in searcher.search(request).results]
    days = itertools.count(TODAY.toordinal(), 20)
    walked, page = [], searcher.search(replace(request, page_size=5))
    while True:
        walked += [(one.article.id, one.score) for one in page.results]
        if page.next_cursor is None:
            break
        page = searcher.search(replace(request, page_size=5, cursor=page.next_cursor))
    assert walked == whole


def test_a_cursor_takes_the_place_of_a_page(searcher: Searcher) -> None:
    first = searcher.search(SearchRequest(page_size=2))
    assert first.next_cursor is not None
    assert urlsafe_b64decode(first.next_cursor + "=" * (-len(first.next_cursor) % 4))
    second = searcher.search(SearchRequest(page_size=2, cursor=first.next_cursor))
    assert [result.article.id for result in second.results] == ["a2", "a1"]
    assert (second.start_index, second.current_page, second.pages, second.total) == (3, 2, 3, 5)
    with pytest.raises(RequestInvalid) as refused:
        searcher.search(SearchRequest(page_size=2, page=2, cursor=first.next_cursor))
    assert refused.value.parameter == "page"
