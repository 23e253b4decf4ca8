"""What holds of every answer: pages, cursors and export agree, counts add up, and the order is one.

On random archives, and on Reuters as a real one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import articles

from index.article import Article, Origin
from index.backend import Backend
from index.opening import open_backend
from index.results import Order
from index.schema import FACETS
from index.settings import Settings
from indexer.formats.reuters import FORMAT
from search.dates import Calendar
from search.facets import chosen_by
from search.page import DEEPEST, ResultPage, SearchRequest
from search.pins import Pins
from search.question import Customs, question_of
from search.searcher import Searcher
from search.synonyms import Synonyms

EVERY_FACET = tuple(field.name for field in FACETS)
ROOT = Path(__file__).parents[2]
REUTERS = (ROOT / os.environ.get("BACKFILE_TEST_DATA", "../shared/data")).resolve() / "reuters21578"

QUERIES = (
    "",
    "rail",
    "strike OR rail",
    "putin*",
    "-rail",
    "title:strike fish",
    "ferry1",
    "rail strike élan",
    '"rail strike"',
)
REQUESTS = st.builds(
    SearchRequest,
    q=st.sampled_from(QUERIES),
    match=st.sampled_from(["all", "most", "any"]),
    order_by=st.sampled_from(["", *(order.value for order in Order)]),
    collapse=st.sampled_from(["none", "cluster"]),
    filters=st.sampled_from(
        [{}, {}, {"section": ("World",)}, {"section": ("-World", "_missing")}, {"keyword": ("Elite", "-rail")}]
    ),
    from_date=st.sampled_from(["", "", "2023"]),
    page_size=st.sampled_from([1, 2, 3, 7]),
    facets=st.just(EVERY_FACET),
    facet_size=st.sampled_from([1, 3, 200]),
    interval=st.sampled_from(["auto", "year"]),
    highlight=st.just(False),
)
IDS = tuple(f"{letter}{number}" for letter in "aé" for number in range(12))


def ids(page: ResultPage) -> list[str]:
    return [result.article.id for result in page.results]


def pages_of(searcher: Searcher, request: SearchRequest) -> list[ResultPage]:
    found = [searcher.search(request)]
    while len(found) < found[0].pages:
        found.append(searcher.search(replace(request, page=len(found) + 1)))
    return found


def walk(searcher: Searcher, request: SearchRequest) -> Iterator[ResultPage]:
    page = searcher.search(request)
    yield page
    while page.next_cursor:
        page = searcher.search(replace(request, cursor=page.next_cursor))
        yield page


def export(backend: Backend, request: SearchRequest) -> list[str]:
    with backend.reader() as reader:
        return [
            hit.article.id
            for hit in reader.scan(
                question_of(request, Customs(Calendar(UTC, datetime.now(UTC).date()), Synonyms(), Pins())).engine
            )
        ]


def all_ways_agree(backend: Backend, request: SearchRequest) -> list[str]:
    """Pages, cursors and export: the same hits in the same order, and the same totals."""
    searcher = Searcher(backend, UTC)
    by_page, by_cursor = pages_of(searcher, request), list(walk(searcher, request))
    hits = [one for page in by_page for one in ids(page)]
    assert hits == [one for page in by_cursor for one in ids(page)] == export(backend, request)
    assert len(hits) == len(set(hits))
    for page in (*by_page, *by_cursor):
        assert (page.total, page.groups, page.facets) == (by_page[0].total, by_page[0].groups, by_page[0].facets)
        assert page.start_index == (hits.index(ids(page)[0]) + 1 if page.results else 0)
        assert (page.next_cursor is None) == (page.start_index + len(page.results) > len(hits) or not hits)
    first = by_page[0]
    assert len(hits) == (first.total if first.groups is None else first.groups)
    assert sum(len(result.group.others) if result.group else 0 for page in by_page for result in page.results) == (
        0 if first.groups is None else first.total - first.groups
    )
    return hits


def counts_are_true(searcher: Searcher, request: SearchRequest) -> None:
    page = searcher.search(request)
    for facet in page.facets:
        values = [value for value in facet.values if value.count]
        chosen_besides = [value for value in values if value.selected]  # perhaps an ancestor, which is listed besides
        assert facet.distinct >= len(values) - len(chosen_besides)
        assert chosen_besides or (facet.other == 0) == (facet.distinct <= len(values))
        for value in (*facet.values[:5], *facet.values[-2:]):
            chosen = replace(request, filters={**request.filters, facet.field: (chosen_by(value.value),)})
            assert searcher.search(chosen).total == value.count, (facet.field, value)
        without = replace(request, filters={**request.filters, facet.field: ("_missing",)})
        assert searcher.search(without).total == facet.missing, facet.field
    assert page.histogram is not None
    assert sum(bucket.count for bucket in page.histogram.buckets) + page.histogram.undated == page.total
    assert all(0 <= bucket.count <= bucket.indexed for bucket in page.histogram.buckets)
    for clause in page.clauses:
        assert searcher.search(SearchRequest(q=clause.text, match=request.match)).total == clause.count
    for match, count in page.wider:
        assert searcher.search(replace(request, match=match)).total == count > 0
    collapsed = searcher.search(replace(request, collapse="cluster"))
    assert (collapsed.total, collapsed.facets, collapsed.histogram) == (page.total, page.facets, page.histogram)
    assert collapsed.groups is not None
    cluster = next(facet for facet in page.facets if facet.field == "cluster")
    if "cluster" not in request.filters:
        assert collapsed.groups == cluster.distinct + cluster.missing


@given(
    st.lists(st.lists(articles(IDS), min_size=1, max_size=8), min_size=1, max_size=3),
    st.lists(REQUESTS, min_size=1, max_size=4),
)
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_invariants_hold_on_any_archive(batches: list[list[Article]], requests: list[SearchRequest]) -> None:
    """And merging all segments into one changes no hit's place."""
    with TemporaryDirectory() as folder:
        backend = open_backend(Settings(index=f"{folder}/index"))
        for batch in batches:
            with backend.writer() as writer:
                for one in batch:
                    writer.put(one)
        before = []
        for request in requests:
            before.append(all_ways_agree(backend, request))
            counts_are_true(Searcher(backend, UTC), request)
        with backend.writer() as writer:
            writer.optimize()
        assert [all_ways_agree(backend, request) for request in requests] == before


def reuters(folder: Path, files: int) -> Backend:
    """The first files of Reuters-21578, in several segments."""
    backend = open_backend(Settings(index=str(folder / "index")))
    for path in sorted(REUTERS.glob("reut2-*.sgm"))[:files]:
        with path.open("rb") as stream, backend.writer() as writer:
            for one in FORMAT.parse(stream, Origin(path.name)):
                if isinstance(one, Article):
                    writer.put(one)
    return backend


on_reuters = pytest.mark.skipif(not REUTERS.is_dir(), reason=f"the Reuters-21578 collection is not at {REUTERS}")


@pytest.mark.corpus
@on_reuters
@pytest.mark.long
def test_the_invariants_hold_on_reuters(tmp_path: Path) -> None:
    backend = reuters(tmp_path, 2)
    for q, match in (
        ("", "all"),
        ("oil price", "all"),
        ("oil price opec zebra", "most"),
        ('"crude oil" OR trad*', "any"),
    ):
        for order, collapse in ((Order.RELEVANCE, "none"), (Order.NEWEST, "cluster")):
            request = SearchRequest(
                q=q, match=match, order_by=order, collapse=collapse, facets=EVERY_FACET, interval="auto",
                page_size=150, highlight=False,
            )  # fmt: skip
            all_ways_agree(backend, request)
            counts_are_true(Searcher(backend, UTC), request)


@pytest.mark.corpus
@pytest.mark.long
@on_reuters
def test_a_cursor_walks_past_the_last_page_that_has_a_number(tmp_path: Path) -> None:
    backend = reuters(tmp_path, 22)
    request = SearchRequest(q="the", order_by="relevance", page_size=200, highlight=False)
    hits = [one for page in walk(Searcher(backend, UTC), request) for one in ids(page)]
    assert len(hits) > DEEPEST
    assert hits == export(backend, request)
