"""The one entrance to a search: the page, the endpoint and the terminal all ask here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, tzinfo
from pathlib import Path
from time import perf_counter

from whoosh.query import Every

from index.article import Article
from index.backend import Backend, Reader
from index.explanation import Explanation
from index.results import Commit, EngineRequest, Hit, Order
from index.schema import FIELDS
from index.settings import Settings
from search.concordance import (
    WIDTHS,
    Concordance,
    ConcordanceRequest,
    LineOrder,
    in_order,
    line_of,
    matches_in,
    unseen,
)
from search.cursor import asked_on, cursor_after, position_of
from search.dates import Calendar
from search.facets import facet_named
from search.grammar import Match
from search.listing import MOST_ARTICLES, gathered, listing, page_of
from search.marking import WHOLE_TEXT, Marker
from search.offers import dates_in_text
from search.page import ArticlePage, Clause, FacetPage, Offer, Ranges, Result, ResultPage, SearchRequest
from search.parser import ParsedQuery, writable
from search.pins import Pins, read_pins
from search.question import Customs, Question, check, check_facet_page, parsed_query, question_of
from search.quotes import QuoteFinder, QuoteListing, QuotesRequest, articles_of_quotes, asked_of_quotes
from search.snippets import SPOKEN, merged, snippets_of
from search.suggestion import chosen
from search.synonyms import Synonyms, read_synonyms

MOST_COUNTED = 10
"""Clauses of a query that are counted one by one. Each costs as much as a search, and nobody reads a longer list."""
_WIDER = {Match.ALL: (Match.MOST, Match.ANY), Match.MOST: (Match.ANY,), Match.ANY: ()}


_NO_SYNONYMS, _NO_PINS = Synonyms(), Pins()


class Searcher:
    """Answers requests from an index. Holds nothing but the way to it, so any number of threads may ask at once."""

    def __init__(
        self,
        backend: Backend,
        zone: tzinfo,
        *,
        today: Callable[[], date] | None = None,
        synonyms: Synonyms = _NO_SYNONYMS,
        pins: Pins = _NO_PINS,
    ) -> None:
        """`today` is the clock that `last week` is read and ages are counted by; without one, it is the zone's."""
        self._backend = backend
        self._zone = zone
        self._today = today or (lambda: datetime.now(zone).date())
        self._synonyms = synonyms
        self._pins = pins

    @classmethod
    def of(cls, settings: Settings, backend: Backend) -> Searcher:
        """A searcher as an operator wants it. Raises SettingsInvalid when a file that the settings name is wrong."""
        return cls(
            backend,
            settings.zone,
            synonyms=read_synonyms(Path(settings.synonyms)) if settings.synonyms else _NO_SYNONYMS,
            pins=read_pins(Path(settings.pins)) if settings.pins else _NO_PINS,
        )

    def _customs(self, today: date | None = None) -> Customs:
        return Customs(Calendar(self._zone, today or self._today()), self._synonyms, self._pins)

    def search(self, request: SearchRequest) -> ResultPage:
        """One page of an answer, read from one commit.

        Raises RequestInvalid, naming the parameter, when the request cannot be answered as it stands, CursorExpired
        when its cursor is of an earlier commit, and IndexMissing when there is no index.
        """
        started = perf_counter()
        request = replace(request, q=writable(request.q))
        customs = self._customs(asked_on(request.cursor) if request.cursor else None)
        question = question_of(request, customs)
        parsed, marker = question.parsed, Marker(question.parsed.query)
        with self._backend.reader() as reader:
            if request.cursor:
                after = position_of(request.cursor, reader.commit, question)
                found = reader.search(replace(question.engine, after=after))
            else:
                found = reader.search(question.engine)
            return ResultPage(
                request=request,
                commit=reader.commit,
                total=found.total,
                order_by=question.engine.order.value,
                parsed=parsed.text,
                clauses=_clauses(reader, parsed),
                warnings=parsed.warnings,
                wider=() if found.total else _wider(reader, request, question, customs),
                expanded=parsed.expanded,
                offers=_offers(reader, request, customs),
                results=tuple(
                    _result(hit, marker, question, request, _explained(reader, request, question.engine, hit))
                    for hit in found.hits
                ),
                facets=found.facets,
                histogram=found.histogram,
                groups=found.groups,
                start=found.start,
                next_cursor=cursor_after(found.next, reader.commit, question) if found.next else None,
                took_ms=round((perf_counter() - started) * 1_000),
            )

    def facet(self, name: str, request: SearchRequest) -> FacetPage:
        """One page of the values of a facet over the answer to a request, `facet_size` a page.

        Raises RequestInvalid as `search` does, and IndexMissing.
        """
        started = perf_counter()
        field = facet_named(name, parameter="facet")
        request = replace(request, q=writable(request.q), facets=(field.name,))
        check_facet_page(request)
        question = question_of(replace(request, page=1, interval=""), self._customs())
        offset = (request.page - 1) * request.facet_size
        facets = tuple(replace(one, offset=offset) for one in question.engine.facets)
        with self._backend.reader() as reader:
            found = reader.search(replace(question.engine, order=Order.NEWEST, limit=0, facets=facets))
            return FacetPage(
                request=request,
                commit=reader.commit,
                total=found.total,
                facet=found.facets[0],
                took_ms=round((perf_counter() - started) * 1_000),
            )

    def every(self, request: SearchRequest) -> Iterator[Result]:
        """Every result of an answer in its order, whatever its page, without snippets; read from one commit.

        The question is understood at once: raises as `search` does.
        """
        question = question_of(replace(request, q=writable(request.q)), self._customs())
        return self._scanned(question)

    def _scanned(self, question: Question) -> Iterator[Result]:
        with self._backend.reader() as reader:
            for hit in reader.scan(question.engine):
                yield Result(hit.article, hit.score, (), hit.group, pinned=hit.article.id in question.pinned)

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
        marker = Marker(parsed_query(asked, chosen("match", asked.match, Match), self._customs()).query)
        with self._backend.reader() as reader:
            article = reader.get(article_id)
            return (
                None
                if article is None
                else ArticlePage(commit=reader.commit, article=article, marks=_marks(article, marker))
            )

    def concordance(self, request: ConcordanceRequest) -> Concordance:
        """The matches of a query in context. Raises as `search` does."""
        started = perf_counter()
        order = chosen("sort", request.sort, LineOrder)
        check("width", request.width, WIDTHS)
        search = replace(request.search, q=writable(request.search.q))
        question = question_of(search, self._customs())
        engine = replace(question.engine, order=Order.NEWEST) if order is LineOrder.DATE else question.engine
        marker = Marker(question.parsed.query)
        warnings = unseen(marker)
        parsed = replace(question.parsed, warnings=question.parsed.warnings + warnings)
        with self._backend.reader() as reader:
            found = gathered(
                reader, engine, lambda article: matches_in(article, marker), 0 if warnings else MOST_ARTICLES
            )
            lines = [line_of(match, request.width) for match in page_of(in_order(found.entries, order), search)]
            return listing(found, lines, search, parsed=parsed, commit=reader.commit, started=started)

    def quotes(self, request: QuotesRequest) -> QuoteListing:
        """The quotes of a speaker that hold what is asked for. Raises as `search` does."""
        started = perf_counter()
        search = replace(request.search, q=writable(request.search.q), query_fields=(SPOKEN,))
        question = question_of(search, self._customs())
        query = asked_of_quotes(question.parsed.query, writable(request.speaker))
        finder = QuoteFinder(query, self._zone)
        with self._backend.reader() as reader:
            found = gathered(reader, replace(question.engine, query=articles_of_quotes(query)), finder.quotes_of)
            return listing(
                found,
                page_of(found.entries, search),
                search,
                parsed=question.parsed,
                commit=reader.commit,
                started=started,
            )


def _wider(reader: Reader, request: SearchRequest, question: Question, customs: Customs) -> tuple[tuple[str, int], ...]:
    """The wider matches that find something, with what they find under the same filters."""
    counted = [
        (match.value, _total(reader, replace(question.engine, query=parsed_query(request, match, customs).query)))
        for match in _WIDER[question.match]
    ]
    return tuple((match, count) for match, count in counted if count)


def _offers(reader: Reader, request: SearchRequest, customs: Customs) -> tuple[Offer, ...]:
    """The dates in the query's text that would find something as a filter, unless dates are chosen already."""
    if request.from_date.strip() or request.to_date.strip():
        return ()
    offers = []
    for dates in dates_in_text(request.q, customs.calendar):
        filtered = replace(
            request, q=dates.taken_out_of(request.q), from_date=dates.from_date, to_date=dates.to_date, order_by=""
        )
        count = _total(reader, question_of(filtered, customs).engine)
        offers.append(Offer(dates.text, dates.position, dates.from_date, dates.to_date, count))
    return tuple(offer for offer in offers if offer.count)


def _total(reader: Reader, engine: EngineRequest) -> int:
    """How many articles a question finds; nothing is ordered or counted besides."""
    counted = replace(engine, order=Order.NEWEST, offset=0, limit=0, facets=(), histogram=None, collapse=False)
    return reader.search(counted).total


def _clauses(reader: Reader, parsed: ParsedQuery) -> tuple[Clause, ...]:
    """What each part of a query with several parts finds by itself, without filters."""
    if len(parsed.clauses) == 1:
        return ()
    return tuple(Clause(text, reader.count(query)) for text, query in parsed.clauses[:MOST_COUNTED])


def _explained(reader: Reader, request: SearchRequest, question: EngineRequest, hit: Hit) -> Explanation | None:
    """How the score of a hit came about, if that is wanted and it has one."""
    if request.explain and question.order is Order.RELEVANCE:
        return reader.explain(question, hit.article.id)
    return None


def _result(
    hit: Hit, marker: Marker, question: Question, request: SearchRequest, explanation: Explanation | None
) -> Result:
    snippets = snippets_of(hit.article, marker, request.snippets, request.snippet_size) if request.highlight else ()
    return Result(
        hit.article,
        hit.score,
        snippets,
        hit.group,
        pinned=hit.article.id in question.pinned,
        explanation=explanation,
    )


def _marks(article: Article, marker: Marker) -> dict[str, tuple[Ranges, ...]]:
    marks = {}
    for field in FIELDS:
        texts = (
            tuple(caption.text for caption in article.captions) if field.name == "caption" else field.values(article)
        )
        ranges = tuple(
            merged((mark.start, mark.end) for mark in marker.marks(field.name, text, WHOLE_TEXT)) for text in texts
        )
        if any(ranges):
            marks[field.name] = ranges
    return marks
