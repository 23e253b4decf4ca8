"""Backfile, through its public seams only, so that whatever engine is behind them is what is measured.

A hit loads its article when that is looked at, which only the classes “with articles” do, as with every other engine.
Backfile remembers lists and the sets that parts of questions have made (128 MB), so that all rounds of a class but the
first find some of them; the other engines have caches of their own or none. The index holds what the product needs:
people, places and the like as searchable words, exact forms, and content hashes; it cannot be told to do less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.corpus import FACETS, Record, month_number
from bench.engine import TOP, Answer, Ask
from bench.questions import Depth, Question, Shape

from index.article import Article
from index.backend import Backend
from index.dates import Instant, Span
from index.opening import open_backend
from index.results import EngineRequest, FacetRequest, Interval, TopDocs
from index.settings import Settings
from search.grammar import Match
from search.page import ResultPage, SearchRequest
from search.parser import parse
from search.ranking import boosts_of
from search.searcher import Searcher


class Backfile:
    """The product's own way in and out."""

    version = version("backfile")
    complete = True

    def build(self, folder: Path, records: Iterable[Record]) -> None:
        """One writer block, hence one commit."""
        with _backend(folder).writer() as writer:
            for record in records:
                writer.put(article_of(record))

    def open(self, folder: Path, fields: tuple[str, ...]) -> OpenedBackfile:
        """A reader, held while questions are asked, as the other engines hold theirs."""
        return OpenedBackfile(_backend(folder), fields)


class OpenedBackfile:
    """A reader of the newest commit."""

    def __init__(self, backend: Backend, fields: tuple[str, ...]) -> None:
        self._closing = ExitStack()
        self._reader = self._closing.enter_context(backend.reader())
        self._searcher = Searcher(backend, UTC)
        self._fields = fields

    def prepare(self, question: Question) -> Ask:
        """Everything up to the query tree is done beforehand, except for the page with snippets."""
        if question.depth is Depth.SNIPPETS:
            return self._page(question)
        text, match = _written(question)
        parsed = parse(text, match, boosts_of(self._fields))
        assert not parsed.warnings, parsed.warnings
        paged = question.depth in (Depth.PAGE, Depth.ARTICLES)
        request = EngineRequest(
            query=parsed.query,
            dates=_year(question.year) if question.year else None,
            limit=TOP,
            facets=tuple(FacetRequest(name, TOP) for name in FACETS) if paged else (),
            histogram=Interval.MONTH if paged else None,
        )
        if question.depth is Depth.LOADING:
            return self._loading(request)
        if question.depth is Depth.ARTICLES:
            return lambda: self._found(request, lambda found: len([hit.article for hit in found.hits]))
        return lambda: self._found(request, lambda found: len(found.hits))

    def _found(self, request: EngineRequest, look: Callable[[TopDocs], int]) -> Answer:
        found = self._reader.search(request)
        return _answer(found, look(found))

    def _loading(self, request: EngineRequest) -> Ask:
        ids = [hit.article.id for hit in self._reader.search(request).hits]
        return lambda: Answer(None, len([self._reader.get(article_id) for article_id in ids]))

    def _page(self, question: Question) -> Ask:
        text, match = _written(question)
        request = SearchRequest(
            q=text,
            match=match.value,
            query_fields=self._fields,
            page_size=TOP,
            facets=FACETS,
            facet_size=TOP,
            interval="month",
        )

        def ask() -> Answer:
            page = self._searcher.search(request)
            return _answer(page, sum(1 for result in page.results if result.snippets))

        return ask

    def close(self) -> None:
        """Let the reader go."""
        self._closing.close()


def article_of(record: Record) -> Article:
    """The record as the pipeline would hand it over."""
    return Article(
        id=record.id,
        title=record.title or None,
        body=record.body,
        published=Instant.of_day(*record.date.timetuple()[:3]),
        source=next(iter(record.source), None),
        section=next(iter(record.section), None),
        language=next(iter(record.lang), None),
        people=record.person,
        places=record.place,
        organisations=record.organisation,
        keywords=record.keyword,
    )


def _backend(folder: Path) -> Backend:
    return open_backend(Settings(index=str(folder / "index")))


def _written(question: Question) -> tuple[str, Match]:
    """The question in Backfile's query language."""
    words = " ".join(question.words)
    if question.shape is Shape.PHRASE:
        return f'"{words}"', Match.ALL
    if question.shape is Shape.PREFIX:
        return f"{words}*", Match.ALL
    return words, Match.ANY if question.shape is Shape.ANY else Match.ALL


def _year(year: int) -> Span:
    return Span(
        int(datetime(year, 1, 1, tzinfo=UTC).timestamp()), int(datetime(year + 1, 1, 1, tzinfo=UTC).timestamp()) - 1
    )


def _answer(found: TopDocs | ResultPage, hits: int) -> Answer:
    buckets = found.histogram.buckets if found.histogram else ()
    return Answer(
        found.total,
        hits,
        {facet.field: [(one.value, one.count) for one in facet.values] for facet in found.facets},
        {month_number(one.start): one.count for one in buckets if one.count},
    )


ENGINE = Backfile()
