"""From a request as text to a question that an engine can answer. What is wrong with a request is found here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from index.errors import RequestInvalid
from index.results import EngineRequest, Interval, Order
from search.dates import Calendar, span_of_dates
from search.facets import facets_of, filters_of
from search.grammar import Match
from search.page import DEEPEST, FACET_SIZES, PAGE_SIZES, SNIPPET_SIZES, SNIPPETS, SearchRequest
from search.parser import ParsedQuery, parse
from search.pins import Pins, with_pins
from search.ranking import Preference, asks_for_dates, boosts_of, scoring_of, with_pairs
from search.suggestion import chosen
from search.synonyms import Synonyms


@dataclass(frozen=True, slots=True)
class Customs:
    """What an archive reads every question by: its calendar, its synonyms and its pins."""

    calendar: Calendar
    synonyms: Synonyms
    pins: Pins


class Collapse(StrEnum):
    """Of what an answer shows the first hit only."""

    NONE = "none"
    CLUSTER = "cluster"


@dataclass(frozen=True, slots=True)
class Question:
    """A request after everything in it was understood."""

    match: Match
    parsed: ParsedQuery
    pinned: tuple[str, ...]
    engine: EngineRequest
    today: date
    """When it was asked: an answer that is walked through past midnight stays the same."""


def question_of(request: SearchRequest, customs: Customs) -> Question:
    """Understand a request. Raises RequestInvalid, naming the parameter, when it cannot be answered as it stands."""
    check("page-size", request.page_size, PAGE_SIZES)
    check("facet-size", request.facet_size, FACET_SIZES)
    check("snippets", request.snippets, SNIPPETS)
    check("snippet-size", request.snippet_size, SNIPPET_SIZES)
    _check_page(request)
    match = chosen("match", request.match, Match)
    parsed = parsed_query(request, match, customs)
    pinned = customs.pins.of(request.q)
    order, dates = _order(request, parsed), span_of_dates(request.from_date, request.to_date, customs.calendar)
    query = with_pairs(parsed.query, parsed.pairs) if order is Order.RELEVANCE else parsed.query
    preference = _preference(request, is_dated=dates is not None or asks_for_dates(parsed.query))
    return Question(
        match,
        parsed,
        pinned,
        EngineRequest(
            query=with_pins(query, pinned),
            filters=filters_of(request.filters),
            dates=dates,
            order=order,
            scoring=scoring_of(preference, customs.calendar.today),
            offset=(request.page - 1) * request.page_size,
            limit=request.page_size,
            facets=facets_of(request),
            histogram=chosen("interval", request.interval, Interval) if request.interval else None,
            collapse=chosen("collapse", request.collapse, Collapse) is Collapse.CLUSTER,
        ),
        customs.calendar.today,
    )


def parsed_query(request: SearchRequest, match: Match, customs: Customs) -> ParsedQuery:
    """The request's query, read with this `match`."""
    return parse(request.q, match, boosts_of(request.query_fields), customs.calendar, customs.synonyms)


def _order(request: SearchRequest, parsed: ParsedQuery) -> Order:
    """The order asked for; without one, relevance where the query gives articles different scores, else newest."""
    if request.order_by:
        return chosen("order-by", request.order_by, Order)
    return Order.RELEVANCE if parsed.ranks else Order.NEWEST


def _preference(request: SearchRequest, *, is_dated: bool) -> Preference:
    """The preference asked for. Whoever asks for dates has said how new it must be, and is given none."""
    preference = chosen("freshness", request.freshness, Preference)
    return Preference.NONE if is_dated else preference


def check(parameter: str, value: int, bounds: tuple[int, int]) -> None:
    """Raise RequestInvalid when a number is out of bounds."""
    low, high = bounds
    if not low <= value <= high:
        raise RequestInvalid(parameter, f"“{parameter}” is a whole number from {low:,} to {high:,}; {value:,} is not.")


def _check_page(request: SearchRequest) -> None:
    last = DEEPEST // request.page_size
    if request.page < 1:
        raise RequestInvalid("page", f"Pages are counted from 1; {request.page:,} is not one.", "1")
    if request.cursor and request.page != 1:
        raise page_or_cursor()
    if request.page > last:
        raise RequestInvalid(
            "page",
            f"Pages reach the first {DEEPEST:,} articles, which is page {last:,} here. Follow each answer's "
            "“nextCursor” to go further, narrow the search, or turn the order around.",
            str(last),
        )


def check_facet_page(request: SearchRequest) -> None:
    """Raises RequestInvalid when the values of a facet have no such page."""
    if request.cursor:
        raise RequestInvalid("cursor", "The values of a facet have pages and no cursor; give “page”.")
    if not 1 <= request.page <= DEEPEST:
        raise RequestInvalid("page", f"Pages are counted from 1 to {DEEPEST:,}; {request.page:,} is not one.", "1")


def page_or_cursor() -> RequestInvalid:
    """What is wrong with a request that has both."""
    return RequestInvalid("page", "A cursor says by itself where to go on; give either “page” or “cursor”.")
