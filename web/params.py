"""The parameters of the search, on the page and on the endpoint: from a query string to a `SearchRequest` and back.

The names are the product's; a closed list of aliases serves those who come from other archives' interfaces, and `-`
and `_` are the same in a name. A parameter without a value counts as not given, because that is what an empty field of
a form sends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from index.errors import NotAvailableYet, RequestInvalid
from index.results import FacetSort, Interval, Order
from index.schema import FACETS
from search.concordance import WIDTHS, LineOrder
from search.grammar import Match
from search.page import (
    DEEPEST,
    FACET_SIZES,
    LONGEST_QUERY,
    PAGE_FACETS,
    PAGE_SIZES,
    SNIPPET_SIZES,
    SNIPPETS,
    SearchRequest,
)
from search.question import Collapse, page_or_cursor
from search.quotes import LONGEST_SPEAKER
from search.ranking import Preference
from search.suggestion import chosen, closest, shortened

KEY_PARAMETER = "api-key"
"""By which the Guardian's and the NYT's clients show their key; who asks is no part of the question."""
MOST_PARAMETERS = 250
"""Parameters of one request; every box of seven fully opened facets ticked is under this."""
LONGEST_VALUE = 1_000
"""Characters of one value: as long as a query, and longer than any name."""
LONGEST_CURSOR = 6_000
"""Characters of a cursor: one with an id of a thousand letters of any script is under this."""
LONGEST_DATE = 100
"""Characters of a date: the longest way to write one in words is far below."""

PAGE_DEFAULTS = SearchRequest(facets=PAGE_FACETS, facet_size=8, interval=Interval.AUTO)
"""What the search page shows when nothing else is asked: eight values a facet keep the column as long as the hits."""
ENDPOINT_DEFAULTS = SearchRequest(interval=Interval.AUTO)
FEED_DEFAULTS = SearchRequest(order_by=Order.NEWEST)
FACET_DEFAULTS = SearchRequest(facet_size=50)
"""What the list of a facet's values gives: as many as fit two or three screens."""


class Histograms(StrEnum):
    """What articles can be counted over."""

    DATE = "date"
    NONE = "none"


def is_key(name: str) -> bool:
    """Whether a parameter shows a key."""
    return name.replace("_", "-") == KEY_PARAMETER


Read = Callable[[str, str], Any]
"""Turns a parameter's name and its text into a value. Raises RequestInvalid."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and the fields to show of each result (none: the usual ones)."""

    request: SearchRequest
    show_fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter that may be given once: its names, how it is read, and what it fills of `SearchRequest`.

    `commas` marks a list, which may also be repeated.
    """

    name: str
    read: Read
    aliases: tuple[str, ...] = ()
    commas: bool = False

    @property
    def attribute(self) -> str:
        """The attribute of `SearchRequest` of this name."""
        return {"facet": "facets"}.get(self.name, self.name.replace("-", "_"))


def _text(longest: int) -> Read:
    def read(name: str, text: str) -> str:
        if len(text) > longest:
            raise RequestInvalid(name, f"“{name}” has {len(text):,} characters; at most {longest:,} are read.")
        return text

    return read


def _choice(choices: type[StrEnum]) -> Read:
    def read(name: str, text: str) -> str:
        return str(chosen(name, text, choices))

    return read


def _whole(bounds: tuple[int, int]) -> Read:
    low, high = bounds

    def read(name: str, text: str) -> int:
        if re.fullmatch(r"[0-9]{1,9}", text) and low <= int(text) <= high:
            return int(text)
        raise RequestInvalid(name, f"“{name}” is a whole number from {low:,} to {high:,}; “{shortened(text)}” is not.")

    return read


def _flag(name: str, text: str) -> bool:
    if text.lower() in {"true", "1", "yes"}:
        return True
    if text.lower() in {"false", "0", "no"}:
        return False
    raise RequestInvalid(name, f"“{name}” is true or false; “{shortened(text)}” is neither.")


def _only(now: str | None) -> Read:
    """Reads a parameter of a later version, of which only the value `now` is possible today."""

    def read(name: str, text: str) -> str:
        if text == now:
            return text
        raise RequestInvalid(name, str(NotAvailableYet(f"The parameter “{name}”")), now and f"{name}={now}")

    return read


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("q", _text(LONGEST_QUERY), ("query",)),
    Parameter("match", _choice(Match)),
    Parameter("query-fields", _text(LONGEST_VALUE), ("searchIn",), commas=True),
    Parameter("from-date", _text(LONGEST_DATE), ("begin-date", "from")),
    Parameter("to-date", _text(LONGEST_DATE), ("end-date", "to")),
    Parameter("order-by", _choice(Order), ("sort", "sortBy")),
    Parameter("page", _whole((1, DEEPEST))),
    Parameter("page-size", _whole(PAGE_SIZES), ("per-page", "pageSize")),
    Parameter("show-fields", _text(LONGEST_VALUE), ("fl",), commas=True),
    Parameter("facet", _text(LONGEST_VALUE), ("facet-field",), commas=True),
    Parameter("facet-size", _whole(FACET_SIZES)),
    Parameter("facet-sort", _choice(FacetSort)),
    Parameter("facet-contains", _text(LONGEST_QUERY), ("contains",)),
    Parameter("facet-prefix", _text(LONGEST_QUERY)),
    Parameter("histogram", _choice(Histograms)),
    Parameter("interval", _choice(Interval)),
    Parameter("highlight", _flag, ("hl",)),
    Parameter("snippets", _whole(SNIPPETS)),
    Parameter("snippet-size", _whole(SNIPPET_SIZES)),
    Parameter("cursor", _text(LONGEST_CURSOR)),
    Parameter("collapse", _choice(Collapse)),
    Parameter("freshness", _choice(Preference)),
    Parameter("explain", _flag),
    Parameter("since", _only(None)),
)
OF_CONCORDANCE = (Parameter("sort", _choice(LineOrder)), Parameter("width", _whole(WIDTHS)))
OF_QUOTES = (Parameter("speaker", _text(LONGEST_SPEAKER)),)
"""What the lists of places in articles are asked besides the search."""
_FACET_ALIASES = {"language": "lang"}
_BY_NAME = {name: parameter for parameter in PARAMETERS for name in (parameter.name, *parameter.aliases)}
_FACET_NAMES = {field.name: field.name for field in FACETS} | _FACET_ALIASES
_NOT_OF_THE_REQUEST = {"show-fields", "histogram", "interval", "since"}


def read_parameters(pairs: Iterable[tuple[str, str]], defaults: SearchRequest) -> Asked:
    """The request that the parameters of a query string ask for, over `defaults`.

    Raises RequestInvalid, with a suggestion where there is one, for an unknown, invalid, repeated or unbounded one.
    """
    filters: dict[str, list[str]] = {}
    given: dict[str, list[str]] = {}
    for number, (spelled, text) in enumerate(pairs):
        if number >= MOST_PARAMETERS:
            raise RequestInvalid("", f"There are more than {MOST_PARAMETERS} parameters.")
        if is_key(spelled):
            continue
        facet, parameter = _named(spelled)
        if text and facet:
            filters.setdefault(facet, []).append(_text(LONGEST_VALUE)(facet, text))
        elif text and parameter:
            given.setdefault(parameter.name, []).append(text)
    values = {name: _value(_BY_NAME[name], texts) for name, texts in given.items()}
    values = {name: value for name, value in values.items() if value != ()}  # a list of nothing but commas
    if {"page", "cursor"} <= values.keys():
        raise page_or_cursor()
    request = replace(
        defaults,
        filters={name: tuple(dict.fromkeys(chosen)) for name, chosen in filters.items()},
        interval=_interval(values, defaults),
        **{_BY_NAME[name].attribute: value for name, value in values.items() if name not in _NOT_OF_THE_REQUEST},
    )
    return Asked(request, values.get("show-fields", ()))


def read_listed(
    pairs: Iterable[tuple[str, str]], own: Iterable[Parameter], left_out: Collection[str]
) -> tuple[SearchRequest, dict[str, Any]]:
    """The search that a list of places in articles is asked for, and the values of the list's own parameters.

    Raises RequestInvalid as `read_parameters` does, and for parameters of the search that are `left_out`.
    """
    parameters = {parameter.name: parameter for parameter in own}
    given: dict[str, list[str]] = {}
    others: list[tuple[str, str]] = []
    for name, text in pairs:
        if name not in parameters:
            _named(name, *parameters)
            others.append((name, text))
        elif text:
            given.setdefault(name, []).append(text)
    request = read_parameters(others, SearchRequest()).request
    for spelled, text in others:
        parameter = _named(spelled)[1]
        if text and parameter and parameter.name in left_out:
            raise RequestInvalid(spelled, f"“{parameter.name}” is a parameter of the search only; leave it out here.")
    return request, {name: _value(parameters[name], texts) for name, texts in given.items()}


def _named(spelled: str, *others: str) -> tuple[str | None, Parameter | None]:
    """The facet or the parameter of this name. Raises RequestInvalid when there is neither; `others` could be meant."""
    name = spelled.replace("_", "-")
    facet, parameter = _FACET_NAMES.get(name), _BY_NAME.get(name)
    if facet or parameter:
        return facet, parameter
    known = (*_BY_NAME, *_FACET_NAMES, *others)
    raise RequestInvalid(shortened(spelled), f"There is no parameter “{shortened(spelled)}”.", closest(name, known))


def _value(parameter: Parameter, texts: list[str]) -> Any:
    if parameter.commas:
        parts = [part.strip() for text in texts for part in text.split(",")]
        return tuple(dict.fromkeys(parameter.read(parameter.name, part) for part in parts if part))
    if len(texts) > 1:
        raise RequestInvalid(parameter.name, f"“{parameter.name}” is given {len(texts)} times; give it once.")
    return parameter.read(parameter.name, texts[0])


def _interval(values: dict[str, Any], defaults: SearchRequest) -> str:
    if values.get("histogram") == "none":
        return ""
    return str(values.get("interval") or defaults.interval or ("histogram" in values and Interval.AUTO) or "")


def to_pairs(request: SearchRequest, defaults: SearchRequest) -> list[tuple[str, str]]:
    """The parameters that `read_parameters` reads as this request: in one order, and only what differs."""
    pairs = []
    for parameter in PARAMETERS:
        if parameter.name in _NOT_OF_THE_REQUEST:
            continue
        value = getattr(request, parameter.attribute)
        if value != getattr(defaults, parameter.attribute):
            pairs.append((parameter.name, _as_text(value)))
        if parameter.name == "query-fields":
            pairs += [(field.name, chosen) for field in FACETS for chosen in request.filters.get(field.name, ())]
    if request.interval != defaults.interval:
        pairs.append(("interval", request.interval) if request.interval else ("histogram", "none"))
    return pairs


def _as_text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def query_string(request: SearchRequest, defaults: SearchRequest, show_fields: Iterable[str] = ()) -> str:
    """`to_pairs` and the fields to show, encoded, with its question mark; empty when everything is as usual."""
    pairs = to_pairs(request, defaults)
    if shown := ",".join(show_fields):
        pairs.append(("show-fields", shown))
    # A name from a broken file may hold half a surrogate pair, which no address can.
    return f"?{urlencode(pairs, errors='replace')}" if pairs else ""
