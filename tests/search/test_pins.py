"""Articles that come first for a query because somebody wants it so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from index.backend import Backend
from index.errors import SettingsInvalid
from index.settings import Settings
from search.page import ResultPage, SearchRequest
from search.pins import MOST_PINNED, Pins, read_pins
from search.searcher import Searcher

FILE = """\
# Chosen by the desk
Rail  STRIKE: [a5, a3, zebra, a5]
harbour’s: a1
no: ["1e3", 12:30]
"""


def pins(tmp_path: Path, text: str) -> Pins:
    path = tmp_path / "pins.yaml"
    path.write_text(text, encoding="utf-8")
    return read_pins(path)


@pytest.fixture
def pinning(tmp_path: Path, backend: Backend) -> Searcher:
    return Searcher(backend, UTC, pins=pins(tmp_path, FILE))


def shown(page: ResultPage) -> list[tuple[str, bool]]:
    return [(result.article.id, result.pinned) for result in page.results]


def test_pinned_articles_come_first_in_their_order_whether_they_match_or_not(pinning: Searcher) -> None:
    page = pinning.search(SearchRequest(q="rail strike", match="any"))
    assert shown(page)[:2] == [("a5", True), ("a3", True)]
    assert sorted(shown(page)[2:]) == [("a1", False), ("a2", False), ("a4", False)]
    assert page.total == 5


def test_letter_case_and_spaces_of_a_query_do_not_matter_but_its_signs_do(pinning: Searcher) -> None:
    assert shown(pinning.search(SearchRequest(q=" RAIL strike")))[0] == ("a5", True)
    assert shown(pinning.search(SearchRequest(q="harbour's")))[0] == ("a1", True)
    for q in ('"rail strike"', "rail -strike", "strike rail", "rail", ""):
        assert not any(pinned for _, pinned in shown(pinning.search(SearchRequest(q=q))))


def test_pages_and_facets_count_pinned_articles_once(pinning: Searcher) -> None:
    request = {"q": "rail strike", "match": "any", "facets": ("section",)}
    pages = [pinning.search(SearchRequest(**request, page=number, page_size=2)) for number in (1, 2, 3)]  # type: ignore[arg-type]  # a test's shorthand
    assert sorted(one for page in pages for one, _ in shown(page)) == ["a1", "a2", "a3", "a4", "a5"]
    assert {page.total for page in pages} == {5}
    assert [value.count for value in pages[0].facets[0].values] == [2, 1, 1]


def test_a_walk_with_cursors_meets_each_once_in_the_order_of_the_pages(pinning: Searcher) -> None:
    request = SearchRequest(q="rail strike", match="any", page_size=1)
    page = pinning.search(request)
    walked = shown(page)
    while page.next_cursor:
        page = pinning.search(replace(request, cursor=page.next_cursor))
        walked += shown(page)
    assert walked == shown(pinning.search(replace(request, page_size=20)))


def test_filters_hold_for_pinned_articles_too(pinning: Searcher) -> None:
    page = pinning.search(SearchRequest(q="rail strike", filters={"section": ("Economy",)}))
    assert shown(page) == [("a3", True)]


def test_in_an_order_by_date_a_pinned_article_stands_at_its_date(pinning: Searcher) -> None:
    page = pinning.search(SearchRequest(q="rail strike", match="any", order_by="oldest"))
    assert [one for one, _ in shown(page)] == ["a1", "a2", "a3", "a5", "a4"]
    assert page.total == 5


def test_texts_are_taken_as_they_are_written(tmp_path: Path) -> None:
    """YAML would make a truth of `no` and a number of `1e3`."""
    assert pins(tmp_path, FILE).of("No") == ("1e3", "12:30")


def test_a_file_with_nothing_in_it_pins_nothing(tmp_path: Path) -> None:
    assert pins(tmp_path, "# nothing yet\n").of("rail") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rail: [a", "cannot be read as YAML"),
        ("- rail\n- strike", "is no list of queries"),
        ("a: [x]\nrail:\n  x: y", "line 2: a query and an id are texts"),
        ("a: [x]\nrail: ['']", "line 2: a query and an id are texts"),
        ("a: [x]\n? [b]\n: [x]", "line 2: a query and an id are texts"),
        ("a: [x]\nrail: [x]\nRail: [y]", "line 3: “rail” is there already"),
        ("rail: []", "line 1: no article is named"),
        (f"rail: [{', '.join(map(str, range(MOST_PINNED + 1)))}]", "line 1: there are more than 50 articles"),
        ("[" * 1_000, "cannot be read as YAML"),
    ],
)
def test_what_pins_nothing_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        pins(tmp_path, text)
    assert message in str(refused.value)
    assert "pins.yaml" in str(refused.value)


def test_the_settings_name_the_file(tmp_path: Path, backend: Backend) -> None:
    (tmp_path / "pins.yaml").write_text("zebra: a4", encoding="utf-8")
    searcher = Searcher.of(Settings(pins=str(tmp_path / "pins.yaml")), backend)
    assert shown(searcher.search(SearchRequest(q="zebra"))) == [("a4", True)]
    with pytest.raises(SettingsInvalid, match="none"):
        Searcher.of(Settings(pins=str(tmp_path / "none")), backend)
