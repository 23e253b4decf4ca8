"""The one entrance to a search, over the embedded engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model import ModelBackend

from index.article import Article
from index.backend import Backend
from index.errors import IndexMissing, RequestInvalid
from index.opening import open_backend
from index.results import FacetValue, Interval
from index.settings import Settings
from search.page import DEEPEST, PAGE_FACETS, Clause, Offer, ResultPage, SearchRequest
from search.searcher import MOST_COUNTED, Searcher


def ids(page: ResultPage) -> list[str]:
    return [result.article.id for result in page.results]


def test_a_query_is_answered_by_relevance(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest(q="rail strike -luck"))
    assert (page.total, ids(page)) == (1, ["a2"])
    assert (page.order_by, page.parsed) == ("relevance", "+rail +strike -luck")
    assert page.results[0].score > 0
    assert {snippet.field for snippet in page.results[0].snippets} == {"title", "body"}
    assert (page.start_index, page.pages) == (1, 1)


def test_match_any_finds_more(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest(q="rail strike", match="any"))
    assert sorted(ids(page)) == ["a1", "a2", "a3", "a4"]
    assert ids(page)[0] == "a2"


def test_an_empty_query_browses_from_the_newest_with_the_undated_last(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest())
    assert (page.order_by, ids(page)) == ("newest", ["a5", "a3", "a2", "a1", "a4"])
    assert all(result.score == 0 for result in page.results)


def test_a_query_with_nothing_to_rank_by_browses_too(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest(q="has:section -strike"))
    assert (page.order_by, ids(page)) == ("newest", [])
    assert searcher.search(SearchRequest(q="has:section -union")).order_by == "newest"
    assert searcher.search(SearchRequest(q="has:section", order_by="relevance")).order_by == "relevance"


def test_orders_by_date(searcher: Searcher) -> None:
    assert ids(searcher.search(SearchRequest(q="strike", order_by="oldest"))) == ["a1", "a2", "a3", "a4"]
    assert ids(searcher.search(SearchRequest(q="strike", order_by="newest"))) == ["a3", "a2", "a1", "a4"]


def test_pages_cut_the_answer_in_pieces(searcher: Searcher) -> None:
    pages = [searcher.search(SearchRequest(page=number, page_size=2)) for number in (1, 2, 3, 4)]
    assert [one for page in pages for one in ids(page)] == ["a5", "a3", "a2", "a1", "a4"]
    assert [page.start_index for page in pages] == [1, 3, 5, 0]
    assert {(page.total, page.pages) for page in pages} == {(5, 3)}


def test_filters_facets_and_the_histogram(searcher: Searcher) -> None:
    request = SearchRequest(
        q="strike",
        filters={"section": ("Politics", "Sport"), "source": ("-Gazette",)},
        facets=("sections", "source"),
        interval="year",
    )
    page = searcher.search(request)
    assert sorted(ids(page)) == ["a1", "a4"]
    section, source = page.facets
    assert section.values == (
        FacetValue("Economy", 1), FacetValue("Politics", 1, selected=True), FacetValue("Sport", 1, selected=True),
    )  # fmt: skip
    assert (source.field, source.values[0]) == ("source", FacetValue("Courier", 2))
    assert page.histogram is not None
    assert (page.histogram.interval, page.histogram.undated) == (Interval.YEAR, 1)
    assert [(bucket.start, bucket.count) for bucket in page.histogram.buckets] == [(date(2019, 1, 1), 1)]


def test_articles_without_a_value_can_be_chosen(searcher: Searcher) -> None:
    assert ids(searcher.search(SearchRequest(filters={"section": ("_missing",)}))) == ["a5"]
    assert "a5" not in ids(searcher.search(SearchRequest(filters={"section": ("-_missing",)})))


def test_dates_are_inclusive_and_widen(searcher: Searcher) -> None:
    assert ids(searcher.search(SearchRequest(from_date="2019-06-15", to_date="2023"))) == ["a3", "a2"]
    assert ids(searcher.search(SearchRequest(to_date="20190506"))) == ["a1"]


def test_the_parts_of_a_query_are_counted_by_themselves(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest(q="rail strike -mine", filters={"section": ("Sport",)}))
    assert page.clauses == (Clause("rail", 2), Clause("strike", 4), Clause("-mine", 3))
    assert searcher.search(SearchRequest(q="rail")).clauses == ()
    assert len(searcher.search(SearchRequest(q="rail " * 30)).clauses) == MOST_COUNTED


def test_when_nothing_is_found_wider_matches_are_offered_with_their_counts(searcher: Searcher) -> None:
    assert searcher.search(SearchRequest(q="rail union miners zebra")).wider == (("any", 2),)
    assert searcher.search(SearchRequest(q="rail union harbour zebra")).wider == (("most", 1), ("any", 3))
    filters = {"section": ("Economy",)}
    assert searcher.search(SearchRequest(q="rail zebra", filters=filters)).wider == (("any", 1),)
    assert searcher.search(SearchRequest(q="rail zebra", match="any")).wider == ()
    assert searcher.search(SearchRequest(q="zebra")).wider == ()


def test_dates_in_words_are_read_by_the_archives_clock(backend: Backend) -> None:
    asked = Searcher(backend, UTC, today=lambda: date(2024, 1, 20))
    assert ids(asked.search(SearchRequest(q='published:"last week" OR date:august-2023'))) == ["a3"]
    assert ids(asked.search(SearchRequest(from_date="past 7 days", to_date="today"))) == ["a5"]
    assert ids(asked.search(SearchRequest(q="rail", to_date="June 2019"))) == ["a2"]


def test_dates_in_free_text_are_offered_as_a_filter_with_what_the_rest_then_finds(backend: Backend) -> None:
    asked = Searcher(backend, UTC, today=lambda: date(2024, 1, 20))
    page = asked.search(SearchRequest(q="strike since June 2019", match="any"))
    assert page.offers == (Offer("since June 2019", 7, "2019-06-01", "", 2),)
    filtered = replace(page.request, q="strike ", from_date="2019-06-01")
    assert asked.search(filtered).total == 2
    assert asked.search(SearchRequest(q="last year")).offers == (Offer("last year", 0, "2023-01-01", "2023-12-31", 1),)
    assert asked.search(SearchRequest(q="strike 1950")).offers == ()
    assert asked.search(replace(page.request, to_date="2023")).offers == ()


def test_words_spelled_like_another_are_found_and_marked(searcher: Searcher) -> None:
    assert sorted(ids(searcher.search(SearchRequest(q="strkie~2")))) == ["a1", "a2", "a3", "a4"]
    page = searcher.search(SearchRequest(q="strkie~"))
    assert sorted(ids(page)) == ["a1", "a2", "a3"]
    assert all("<mark>" in result.snippets[0].html for result in page.results)
    assert searcher.search(SearchRequest(q="strkie")).total == 0


def test_a_quoted_word_is_exact(backend: Backend, tmp_path: Path) -> None:
    place = open_backend(Settings(index=str(tmp_path / "khan")))
    with place.writer() as writer:
        writer.put(Article(id="one", body="Khan speaks"))
        writer.put(Article(id="owner", body="Khan’s speech"))
        writer.put(Article(id="many", body="The Khans speak"))
        writer.put(Article(id="accent", body="Khán speaks"))
    asked = Searcher(place, UTC)
    assert sorted(ids(asked.search(SearchRequest(q='"khan"')))) == ["one", "owner"]
    assert sorted(ids(asked.search(SearchRequest(q="khan")))) == ["accent", "many", "one", "owner"]


def test_words_that_hyphens_join_are_found_in_any_form(searcher: Searcher) -> None:
    assert ids(searcher.search(SearchRequest(q="rails-strike"))) == ["a2"]
    assert searcher.search(SearchRequest(q='"rails-strike"')).total == 0


def test_highlighting_can_be_left_out(searcher: Searcher) -> None:
    assert searcher.search(SearchRequest(q="strike", highlight=False)).results[0].snippets == ()


def test_an_article_is_marked_in_every_value_of_its_fields(searcher: Searcher) -> None:
    """Captions are counted as the article holds them, those without a text too."""
    page = searcher.article("a3", SearchRequest(q="strike rail"))
    assert page is not None
    assert page.article.id == "a3"
    assert page.marks == {"caption": ((), ((2, 8),)), "body": (((4, 8),),)}


def test_an_article_without_a_query_has_no_marks_and_an_unknown_one_is_none(searcher: Searcher) -> None:
    page = searcher.article("a3")
    assert page is not None
    assert page.marks == {}
    assert searcher.article("zebra") is None


@pytest.mark.parametrize(
    ("request_", "parameter", "suggestion"),
    [
        (SearchRequest(q="a" * 1_001), "q", None),
        (SearchRequest(match="sum"), "match", None),
        (SearchRequest(match="al"), "match", "all"),
        (SearchRequest(query_fields=("tittle",)), "query-fields", "title"),
        (SearchRequest(query_fields=("person",)), "query-fields", None),
        (SearchRequest(filters={"secton": ("x",)}), "secton", "section"),
        (SearchRequest(filters={"title": ("x",)}), "title", None),
        (SearchRequest(facets=("persn",)), "facet", "person"),
        (SearchRequest(facet_sort="labels"), "facet-sort", "label"),
        (SearchRequest(facet_size=0), "facet-size", None),
        (SearchRequest(facet_size=201), "facet-size", None),
        (SearchRequest(from_date="someday"), "from-date", None),
        (SearchRequest(to_date="2024-02-30"), "to-date", None),
        (SearchRequest(from_date="2024", to_date="2023"), "from-date", None),
        (SearchRequest(order_by="newst"), "order-by", "newest"),
        (SearchRequest(page=0), "page", "1"),
        (SearchRequest(page_size=0), "page-size", None),
        (SearchRequest(page_size=201), "page-size", None),
        (SearchRequest(page=DEEPEST // 20 + 1), "page", "500"),
        (SearchRequest(interval="moth"), "interval", "month"),
        (SearchRequest(snippets=-1), "snippets", None),
        (SearchRequest(snippets=11), "snippets", None),
        (SearchRequest(snippet_size=19), "snippet-size", None),
    ],
)
def test_what_cannot_be_answered_is_refused_by_the_parameters_public_name(
    searcher: Searcher, request_: SearchRequest, parameter: str, suggestion: str | None
) -> None:
    with pytest.raises(RequestInvalid) as refused:
        searcher.search(request_)
    assert (refused.value.parameter, refused.value.suggestion) == (parameter, suggestion)
    assert refused.value.detail.endswith(".")


def test_the_last_page_that_can_be_reached_is_answered(searcher: Searcher) -> None:
    assert ids(searcher.search(SearchRequest(page=DEEPEST // 20))) == []


def test_without_an_index_the_error_says_so(tmp_path: Path) -> None:
    searcher = Searcher(open_backend(Settings(index=str(tmp_path / "none"))), UTC)
    with pytest.raises(IndexMissing):
        searcher.search(SearchRequest())


TEXTS = st.text(max_size=20) | st.sampled_from(
    ["", "title:strike", "strike -rail", "_missing", "-x", "2024", "auto", "\ud800"]
)


REQUESTS = st.builds(
    SearchRequest,
    q=TEXTS,
    match=st.sampled_from(["all", "most", "any"]),
    filters=st.fixed_dictionaries({"section": st.lists(TEXTS, max_size=2).map(tuple)}),
    from_date=TEXTS,
    to_date=TEXTS,
    interval=st.sampled_from(["", "auto"]),
)


@given(request_=REQUESTS)
@settings(max_examples=150, deadline=None)
def test_any_text_in_a_request_is_answered_or_refused(searcher: Searcher, request_: SearchRequest) -> None:
    try:
        page = searcher.search(request_)
    except RequestInvalid:
        return
    assert page.total >= len(page.results)


@pytest.mark.parametrize("q", ["", "strike", "rail OR harbour"])
def test_choosing_a_listed_value_finds_exactly_its_count(searcher: Searcher, q: str) -> None:
    asked = SearchRequest(q=q, facets=PAGE_FACETS)
    for facet in searcher.search(asked).facets:
        for value in facet.values:
            chosen = replace(asked, filters={facet.field: (value.value,)})
            assert searcher.search(chosen).total == value.count
        without = replace(asked, filters={facet.field: ("_missing",)})
        assert searcher.search(without).total == facet.missing


PIECES = st.sampled_from(
    [
        "strike", "rail*", '"rail strike"', "OR", "-", "title:rail", "(", ")", "mine", "has:section", "NOT", "strkie~",
        "rails-strike", "2019",
    ]
)  # fmt: skip
QUERIES = st.lists(PIECES, max_size=8).map(" ".join)


@given(q=QUERIES, match=st.sampled_from(["all", "most", "any"]))
@settings(max_examples=100, deadline=None)
def test_the_engine_answers_any_query_as_the_model_does(
    searcher: Searcher, model: Searcher, q: str, match: str
) -> None:
    request = SearchRequest(q=q, match=match)
    engine, reference = searcher.search(request), model.search(request)
    assert ids(engine) == ids(reference)
    assert (engine.total, engine.clauses, engine.wider) == (reference.total, reference.clauses, reference.wider)


@pytest.fixture(scope="session")
def model(archive: tuple[Article, ...]) -> Searcher:
    return Searcher(ModelBackend.of(*archive), UTC)
