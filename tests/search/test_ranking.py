"""What is preferred: words side by side, and newer articles, unless the searcher asks for dates."""

from __future__ import annotations

from datetime import UTC, date
from pathlib import Path

import pytest

from index.article import Article
from index.dates import parse_instant
from index.errors import RequestInvalid
from index.opening import open_backend
from index.query import AdjacentPair
from index.results import Order
from index.settings import Settings
from search.dates import Calendar
from search.page import SearchRequest
from search.parser import parse
from search.pins import Pins
from search.question import Customs, question_of
from search.ranking import (
    BOOSTS,
    COMMON_NUMBER,
    COMMON_SHARE,
    FLOOR,
    HALF_LIFE,
    PAIR,
    QUERY_FIELDS,
    Preference,
    boosts_of,
)
from search.searcher import Searcher
from search.synonyms import Synonyms

TODAY = date(2024, 6, 19)
LONG = "Strike at sea, and more of the same."
TEXTS = {"title", "abstract", "heading", "caption", "body"}


def pairs(q: str) -> dict[str, float]:
    """The pairs of a query, with their boosts as multiples of the usual one."""
    return {str(pair): round(pair.boost / PAIR, 6) for pair in parse(q).pairs}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("rail", {}),
        ("rail strike", {"rail strike": 1}),
        ("+rail strike harbour", {"rail strike": 1, "strike harbour": 1}),
        ("rail strike Rail STRIKE", {"rail strike": 1, "strike Rail": 1}),
        ("rail -sea strike", {}),
        ('rail "sea" strike', {}),
        ("rail title:sea strike", {}),
        ("rail stri* strike", {}),
        ("rail OR strike", {}),
        ("rail AND strike", {"rail strike": 1}),
        ("night-shift talks-end", {"shift talks": 1}),
        ("rail^4 strike^2", {"rail strike": 2}),
        ("sea (rail strike)^3 air", {"rail strike": 3}),
        ("sea -(rail strike) air", {}),
    ],
)
def test_free_words_that_stand_side_by_side_are_pairs(q: str, expected: dict[str, float]) -> None:
    assert pairs(q) == expected


def test_pairs_are_looked_for_in_texts_and_not_in_names() -> None:
    (pair,) = parse("rail strike").pairs
    assert isinstance(pair, AdjacentPair)
    assert pair.boosts == {name: boost for name, boost in BOOSTS.items() if name in TEXTS}
    assert (pair.common_share, pair.common_number) == (COMMON_SHARE, COMMON_NUMBER)
    assert parse("rail strike", boosts=boosts_of(["byline"])).pairs == ()
    assert set(QUERY_FIELDS) >= TEXTS


def archive(folder: Path, *articles: Article) -> Searcher:
    """What a searcher on a certain day has these articles of."""
    backend = open_backend(Settings(index=str(folder)))
    with backend.writer() as writer:
        for article in articles:
            writer.put(article)
    return Searcher(backend, UTC, today=lambda: TODAY)


def test_words_side_by_side_come_first_and_change_no_count(tmp_path: Path) -> None:
    first, second = "Storms of dust, and more clouds.", "More dust storms, and no clouds."
    page = archive(tmp_path, Article(id="x1", body=first), Article(id="x2", body=second)).search(
        SearchRequest(q="dust storm")
    )
    assert [result.article.id for result in page.results] == ["x2", "x1"]
    assert page.total == 2
    assert [clause.count for clause in page.clauses] == [2, 2]


@pytest.fixture
def dated(tmp_path: Path) -> Searcher:
    """Articles that differ in their dates alone, and one of fewer words that is old."""
    old = parse_instant("1987-02-26")
    return archive(
        tmp_path,
        Article(id="a-old", body=LONG, published=old),
        Article(id="b-new", body=LONG, published=parse_instant("2024-06-18")),
        Article(id="c-undated", body=LONG),
        Article(id="d-best", body="Strike!", published=old),
    )


def ids(searcher: Searcher, **asked: str) -> list[str]:
    return [result.article.id for result in searcher.search(SearchRequest(q="strike", **asked)).results]  # type: ignore[arg-type]  # a test's shorthand


def test_newer_articles_come_first_where_relevance_is_about_the_same(dated: Searcher) -> None:
    assert ids(dated) == ids(dated, freshness="mild") == ["d-best", "c-undated", "b-new", "a-old"]
    assert ids(dated, freshness="strong") == ["c-undated", "b-new", "d-best", "a-old"]
    assert ids(dated, freshness="none") == ["d-best", "a-old", "b-new", "c-undated"]


@pytest.mark.parametrize(
    "asked",
    [
        {"from_date": "1900"},
        {"to_date": "2100"},
        {"q": "strike published:>1900"},
        {"order_by": "newest"},
        {"freshness": "none"},
    ],
)
def test_whoever_asks_for_dates_or_another_order_has_no_preference(asked: dict[str, str]) -> None:
    question = question_of(
        SearchRequest(**{"q": "strike", "freshness": "strong"} | asked),
        Customs(Calendar(today=TODAY), Synonyms(), Pins()),
    )  # type: ignore[arg-type]  # texts
    assert question.engine.scoring.freshness is None or question.engine.order is not Order.RELEVANCE


def test_what_old_articles_lose_is_bounded() -> None:
    assert all(FLOOR[one] >= 0.5 and HALF_LIFE[one] > 0 for one in (Preference.MILD, Preference.STRONG))


def test_an_unknown_preference_is_refused_with_the_choices(dated: Searcher) -> None:
    with pytest.raises(RequestInvalid, match="mild"):
        ids(dated, freshness="fresh")


def test_a_score_is_explained_when_asked_for(dated: Searcher) -> None:
    plain = dated.search(SearchRequest(q="strike sea"))
    assert {result.explanation for result in plain.results} == {None}
    page = dated.search(SearchRequest(q="strike sea", explain=True, freshness="strong"))
    for result in page.results:
        assert result.explanation is not None
        assert result.explanation.value == result.score
    unranked = dated.search(SearchRequest(q="strike", explain=True, order_by="newest"))
    assert {result.explanation for result in unranked.results} == {None}
