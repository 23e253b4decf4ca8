"""Who said what: the quotes of a speaker that hold what is asked for.

The engine finds the articles, and then each of their quotes is judged by itself: free words and `body:` are looked for
in what was said, `said-by:` in the name of whose it is, and everything else in the article as ever. Quotes without a
speaker are nobody's and never listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from whoosh.query import (
    And,
    AndMaybe,
    AndNot,
    ConstantScoreQuery,
    DisjunctionMax,
    Every,
    Not,
    NumericRange,
    Or,
    Phrase,
    Query,
    Require,
    Term,
)

from index.analysis import words
from index.article import Article, Quote
from index.dates import parse_instant
from index.errors import RequestInvalid
from index.query import EXACT
from index.schema import Kind, field_named
from search.body import AddressOf, api_url
from search.listing import Listing, source_body
from search.marking import WHOLE_TEXT, Marker
from search.page import Ranges, SearchRequest
from search.snippets import SPEAKER, SPOKEN, marked_html, merged
from search.suggestion import shortened

LONGEST_SPEAKER = 200
"""Characters of the parameter; no name is half as long."""

Judged = Callable[[Article, Quote], bool]
"""Whether a quote of an article fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotesRequest:
    """What is asked: the search, of which the pages are pages of quotes, and words of the speaker's name.

    Free words are looked for in what was said, so `query_fields` have no meaning here.
    """

    search: SearchRequest
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class SaidQuote:
    """A quote of a speaker, with its number among those of its article and the `ranges` of its text that match."""

    article: Article
    number: int
    text: str
    speaker: str
    ranges: Ranges

    @property
    def html(self) -> str:
        """The text, escaped, with its matches marked."""
        return marked_html(self.text, self.ranges)


QuoteListing = Listing[SaidQuote]


def asked_of_quotes(query: Query, speaker: str) -> Query:
    """The query and the speaker as one. Raises RequestInvalid for a name without a word."""
    if not speaker.strip():
        return query
    if len(speaker) > LONGEST_SPEAKER or not words(speaker):
        raise RequestInvalid(
            "speaker", f"“{shortened(speaker)}” is no speaker's name; write “speaker=Stoltenberg”, for example."
        )
    return And([*(Term(SPEAKER, word) for word in words(speaker)), query])


def articles_of_quotes(query: Query) -> Query:
    """What articles can have a quote that fits: all their words may stand anywhere, and nothing said is excluded."""
    return And([Every(SPEAKER), _loosened(query)])


class QuoteFinder:
    """Finds the quotes of articles that fit a query."""

    def __init__(self, query: Query, zone: tzinfo) -> None:
        self._fits = _judge(query, zone)
        self._marker = Marker(query)

    def quotes_of(self, article: Article) -> Iterator[SaidQuote]:
        """The quotes that fit, in the article's order."""
        for number, quote in enumerate(article.quotes):
            if quote.speaker and self._fits(article, quote):
                marks = self._marker.marks(SPOKEN, quote.text, WHOLE_TEXT)
                yield SaidQuote(article, number, quote.text, quote.speaker, merged(mark[:2] for mark in marks))


def _loosened(query: Query) -> Query:
    """A query that every article matches of which a quote could fit."""
    if isinstance(query, Phrase) and query.fieldname.removesuffix(EXACT) == SPOKEN:
        # A quote may leave out what stands between its parts in the text.
        return And([Term(query.fieldname, word) for word in query.words])
    if isinstance(query, Not):
        return Every() if _names(query) & {SPOKEN, SPEAKER} else query
    if isinstance(query, AndNot):
        return _loosened(And([query.a, Not(query.b)]))
    if isinstance(query, Or):
        return Or([_loosened(inner) for inner in query.subqueries], minmatch=query.minmatch)
    if isinstance(query, And):
        return And([_loosened(inner) for inner in query.subqueries])
    if isinstance(query, DisjunctionMax):
        return DisjunctionMax([_loosened(inner) for inner in query.subqueries], tiebreak=query.tiebreak)
    if isinstance(query, AndMaybe | Require):
        return type(query)(_loosened(query.a), _loosened(query.b))
    return query


def _names(query: Query) -> set[str]:
    """The fields that a query looks into."""
    if children := list(query.children()):
        return set().union(*map(_names, children))
    named = getattr(query, "boosts", None) or (getattr(query, "fieldname", None) or "",)
    return {name.removesuffix(EXACT) for name in named}


def _judge(query: Query, zone: tzinfo) -> Judged:
    """How a quote and its article are judged by a query."""
    inner = [_judge(one, zone) for one in query.children()]
    match query:
        case And() | Require():
            return _at_least(len(inner), inner)
        case Or():
            return _at_least(max(query.minmatch, 1), inner)
        case DisjunctionMax():
            return _at_least(1, inner)
        case Not():
            return _denied(inner[0])
        case AndNot():
            return _at_least(2, [inner[0], _denied(inner[1])])
        case AndMaybe() | ConstantScoreQuery():
            return inner[0]
    return _judge_leaf(query, zone)


def _at_least(number: int, judges: list[Judged]) -> Judged:
    return lambda article, quote: bool(judges) and sum(judge(article, quote) for judge in judges) >= number


def _denied(judge: Judged) -> Judged:
    return lambda article, quote: not judge(article, quote)


def _judge_leaf(query: Query, zone: tzinfo) -> Judged:
    fields = [field for name in _names(query) if (field := field_named(name)) is not None]
    names = {field.name for field in fields}
    if isinstance(query, Every):
        return lambda article, _: all(any(field.values(article)) for field in fields)
    if isinstance(query, NumericRange):
        return lambda article, _: any(_meets(query, date, zone) for field in fields for date in field.values(article))
    if isinstance(query, Term) and fields and fields[0].kind is Kind.CODE:
        return lambda article, _: query.text in fields[0].values(article)
    marker = Marker(query)
    if SPEAKER in names:
        return lambda _, quote: bool(marker.marks(SPEAKER, quote.speaker or "", WHOLE_TEXT))
    if SPOKEN in names:
        return lambda _, quote: bool(marker.marks(SPOKEN, quote.text, WHOLE_TEXT))
    return lambda article, _: any(
        marker.marks(field.name, text, WHOLE_TEXT) for field in fields for text in field.values(article)
    )


def _meets(asked: NumericRange, date: str, zone: tzinfo) -> bool:
    own = parse_instant(date).span(zone)
    return (asked.start is None or own.end is None or own.end >= asked.start) and (
        asked.end is None or own.start is None or own.start <= asked.end
    )


def quote_body(quote: SaidQuote, address: AddressOf = api_url) -> dict[str, Any]:
    """A quote as JSON, with its number among its article's quotes."""
    return {
        "text": quote.text,
        "ranges": [list(bounds) for bounds in quote.ranges],
        "html": quote.html,
        "speaker": quote.speaker,
        "value": quote.number,
        "article": source_body(quote.article, address),
    }
