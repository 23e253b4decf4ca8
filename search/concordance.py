"""Keyword in context: each match of a query on a line, with what stands before and behind it.

Lines are sorted by the words before the match, the nearest first, by the words behind it, or as the articles are. Like
that one sees at a glance which words a word goes with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import regex

from index.analysis import folded_form, words
from index.article import Article
from index.schema import FIELDS, Kind
from search.body import AddressOf, api_url
from search.listing import Listing, source_body
from search.marking import WHOLE_TEXT, Marker
from search.page import QueryWarning, SearchRequest
from search.snippets import LONGEST_STEP, merged

WIDTHS = (10, 300)
"""Characters of context on each side."""
LONGEST_KEYWORD = 200
"""Characters of a match that are shown; a phrase may have any number of line breaks and dashes inside."""
SORTED_BY = 80
"""Characters on each side by whose words lines are sorted: a dozen words, after which hardly two are equal."""
_SPARE = 3
"""White space folds together, so this many times the width is read."""

_FIELDS = tuple(field for field in FIELDS if field.kind is Kind.TEXT)
_SPACE = regex.compile(r"\s+")
_LEADING_MARKS = regex.compile(r"\p{M}+")


class LineOrder(StrEnum):
    """How lines are sorted: by the words to the left or the right, or as their articles by date or relevance."""

    LEFT = "left"
    RIGHT = "right"
    DATE = "date"
    RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcordanceRequest:
    """What is asked: the search, of which the pages are pages of lines, the order, and the width of each context."""

    search: SearchRequest
    sort: str = LineOrder.RELEVANCE.value
    width: int = 40


class Match(NamedTuple):
    """`text[start:end]`, in the value of a field with this number, is a match."""

    article: Article
    field: str
    number: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """A match in context, white space folded; `left`, `keyword` and `right` joined are the running text."""

    match: Match
    left: str
    keyword: str
    right: str


def unseen(marker: Marker) -> tuple[QueryWarning, ...]:
    """What to say of a query that has no word to show in running text, such as `lang:en`."""
    if any(marker.asks(field.name) for field in _FIELDS):
        return ()
    return (QueryWarning("no-word-to-show", "The query has no word that could be shown where it stands; add one."),)


def matches_in(article: Article, marker: Marker) -> Iterator[Match]:
    """The matches in an article's running text, in order."""
    for field in _FIELDS:
        for number, text in enumerate(field.values(article)):
            marks = marker.marks(field.name, text, WHOLE_TEXT)
            for start, end in merged(mark[:2] for mark in marks):
                yield Match(article, field.name, number, text, start, end)


def in_order(matches: list[Match], order: LineOrder) -> list[Match]:
    """The matches sorted; equal ones stay as they were."""
    if order is LineOrder.LEFT:
        return sorted(matches, key=lambda match: (_before(match), _behind(match)))
    if order is LineOrder.RIGHT:
        return sorted(matches, key=lambda match: (_behind(match), _before(match)))
    return matches


def _before(match: Match) -> list[str]:
    """The words before a match, the nearest first."""
    return _forms(match.text[max(match.start - SORTED_BY, 0) : match.start])[::-1]


def _behind(match: Match) -> list[str]:
    return _forms(match.text[match.end : match.end + SORTED_BY])


def _forms(text: str) -> list[str]:
    return [folded_form(word) for word in words(text)]


def line_of(match: Match, width: int) -> Line:
    """A match with at most `width` characters on each side, cut between words."""
    text, reach = match.text, _SPARE * width
    keyword = _folded(text[match.start : min(match.end, match.start + LONGEST_KEYWORD)])
    return Line(
        match,
        _end_of(_folded(text[max(match.start - reach, 0) : match.start]), width, whole=match.start <= reach),
        keyword if match.end - match.start <= LONGEST_KEYWORD else f"{keyword}…",
        _beginning_of(_folded(text[match.end : match.end + reach]), width, whole=match.end + reach >= len(text)),
    )


def _folded(text: str) -> str:
    folded: str = _SPACE.sub(" ", text)
    return folded


def _end_of(text: str, width: int, *, whole: bool) -> str:
    """The last characters of a text from a word's beginning on; where no word begins near, from wherever it is."""
    start = max(len(text) - width, 0)
    if (start and text[start - 1] != " ") or (not start and not whole):
        space = text.find(" ", start, start + LONGEST_STEP)
        start = space + 1 if space >= 0 else start
    marks = _LEADING_MARKS.match(text, start)
    return text[marks.end() if marks else start :].lstrip()


def _beginning_of(text: str, width: int, *, whole: bool) -> str:
    """The first characters of a text up to a word's end."""
    end = min(width, len(text))
    if (end < len(text) and text[end] != " ") or (end == len(text) and not whole):
        space = text.rfind(" ", max(end - LONGEST_STEP, 0), end)
        end = space if space >= 0 else end
    return text[:end].rstrip()


def line_body(line: Line, address: AddressOf = api_url) -> dict[str, Any]:
    """A line as JSON: its texts, where the match stands (in code points of the field's value), and its article."""
    match = line.match
    return {
        "left": line.left,
        "keyword": line.keyword,
        "right": line.right,
        "field": match.field,
        "value": match.number,
        "range": [match.start, match.end],
        "article": source_body(match.article, address),
    }


Concordance = Listing[Line]
