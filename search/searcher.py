"""The one entrance to a search: the page, the endpoint and the terminal all ask here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo
from time import perf_counter

from whoosh.query import Every

from index.article import Article
from index.backend import Backend, Reader
from index.results import Commit, EngineRequest, Hit, Order
from index.schema import FIELDS
from search.grammar import Match
from search.marking import Marker
from search.page import ArticlePage, Clause, Ranges, Result, ResultPage, SearchRequest
from search.parser import ParsedQuery, writable
from search.question import Question, parsed_query, question_of
from search.snippets import merged, snippets_of
from search.suggestion import chosen

MOST_COUNTED = 10
"""Clauses of a query that are counted one by one. Each costs as much as a search, and nobody reads a longer list."""
WHOLE_ARTICLE = 1_000_000
"""Words looked at when an article is shown as a whole: all of them, in whatever is an article."""
_WIDER = {Match.ALL: (Match.MOST, Match.ANY), Match.MOST: (Match.ANY,), Match.ANY: ()}


class Searcher:
    """Answers requests from an index. Holds nothing but the way to it, so any number of threads may ask at once."""

    def __init__(self, backend: Backend, zone: tzinfo) -> None:
        self._backend = backend
        self._zone = zone

    def search(self, request: SearchRequest) -> ResultPage:
        """One page of an answer, read from one commit.

        Raises RequestInvalid, naming the parameter, when the request cannot be answered as it stands, and
        IndexMissing when there is no index.
        """
        started = perf_counter()
        request = replace(request, q=writable(request.q))
        question = question_of(request, self._zone)
        parsed, marker = question.parsed, Marker(question.parsed.query)
        with self._backend.reader() as reader:
            found = reader.search(question.engine)
            return ResultPage(
                request=request,
                commit=reader.commit,
                total=found.total,
                order_by=question.engine.order.value,
                parsed=parsed.text,
                clauses=_clauses(reader, parsed),
                warnings=parsed.warnings,
                wider=() if found.total else self._wider(reader, request, question),
                results=tuple(_result(hit, marker, request) for hit in found.hits),
                facets=found.facets,
                histogram=found.histogram,
                took_ms=round((perf_counter() - started) * 1_000),
            )

    def every(self, request: SearchRequest) -> Iterator[Result]:
        """Every result of an answer in its order, whatever its page, without snippets; read from one commit.

        The question is understood at once: raises as `search` does.
        """
        question = question_of(replace(request, q=writable(request.q)), self._zone)
        return self._scanned(question.engine)

    def _scanned(self, request: EngineRequest) -> Iterator[Result]:
        with self._backend.reader() as reader:
            for hit in reader.scan(request):
                yield Result(hit.article, hit.score, ())

    def commit(self) -> Commit:
        """The commit that answers now. Raises IndexMissing when there is no index."""
        with self._backend.reader() as reader:
            return reader.commit

    def state(self) -> tuple[Commit, int]:
        """The commit that answers now, and how many articles it has. Raises IndexMissing when there is no index."""
        with self._backend.reader() as reader:
            return reader.commit, reader.count(Every())

    def article(self, article_id: str, request: SearchRequest | None = None) -> ArticlePage | None:
        """The article with this id, `None` when there is none, and where it matches the query of `request`.

        Raises RequestInvalid when the query is beyond the limits, and IndexMissing when there is no index.
        """
        asked = request or SearchRequest()
        marker = Marker(parsed_query(asked, chosen("match", asked.match, Match), self._zone).query)
        with self._backend.reader() as reader:
            article = reader.get(article_id)
            return (
                None
                if article is None
                else ArticlePage(commit=reader.commit, article=article, marks=_marks(article, marker))
            )

    def _wider(self, reader: Reader, request: SearchRequest, question: Question) -> tuple[tuple[str, int], ...]:
        """The wider matches that find something, with what they find under the same filters."""
        counted = []
        for match in _WIDER[question.match]:
            query = parsed_query(request, match, self._zone).query
            everything = replace(
                question.engine, query=query, order=Order.NEWEST, offset=0, limit=0, facets=(), histogram=None
            )
            counted.append((match.value, reader.search(everything).total))
        return tuple((match, count) for match, count in counted if count)


def _clauses(reader: Reader, parsed: ParsedQuery) -> tuple[Clause, ...]:
    """What each part of a query with several parts finds by itself, without filters."""
    if len(parsed.clauses) == 1:
        return ()
    return tuple(Clause(text, reader.count(query)) for text, query in parsed.clauses[:MOST_COUNTED])


def _result(hit: Hit, marker: Marker, request: SearchRequest) -> Result:
    snippets = snippets_of(hit.article, marker, request.snippets, request.snippet_size) if request.highlight else ()
    return Result(hit.article, hit.score, snippets)


def _marks(article: Article, marker: Marker) -> dict[str, tuple[Ranges, ...]]:
    marks = {}
    for field in FIELDS:
        texts = (
            tuple(caption.text for caption in article.captions) if field.name == "caption" else field.values(article)
        )
        ranges = tuple(
            merged((mark.start, mark.end) for mark in marker.marks(field.name, text, WHOLE_ARTICLE)) for text in texts
        )
        if any(ranges):
            marks[field.name] = ranges
    return marks
