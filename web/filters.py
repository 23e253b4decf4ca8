"""Filters as a reader meets them: boxes to tick, a facet each, and the chosen ones as chips to take away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from index.results import MISSING, FacetCounts
from index.schema import FACETS
from search.facets import chosen_by, read_value
from search.page import FACET_SIZES, SearchRequest
from web.links import Links
from web.wording import label, value_name

MANY = 50
"""How many values each facet lists after “show more”."""


@dataclass(frozen=True, slots=True)
class Box:
    """One value to tick: what the form sends, what the reader sees, and the count where it is known."""

    value: str
    name: str
    count: int | None
    ticked: bool
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """One group of boxes; `further` values are not listed, `more` lists them."""

    field: str
    label: str
    boxes: tuple[Box, ...]
    further: int
    more: str | None


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is in force, and the address without it."""

    label: str
    name: str
    excluded: bool
    url: str


def facets(counted: Iterable[FacetCounts], links: Links) -> list[Facet]:
    """The groups of boxes of an answer; a facet in which there is nothing to choose is left out."""
    return [facet for counts in counted if (facet := _facet(counts, links)).boxes]


def _facet(counts: FacetCounts, links: Links) -> Facet:
    chosen = links.request.filters.get(counts.field, ())
    listed = {value.value: value.count for value in counts.values if value.value != MISSING}
    boxes = [
        Box(chosen_by(value), value_name(counts.field, value), n, chosen_by(value) in chosen)
        for value, n in listed.items()
    ]
    boxes += [
        Box(text, value_name(counts.field, value), 0, ticked=True)
        for text in chosen
        for excluded, value in [read_value(text)]
        if not excluded and value != MISSING and value not in listed
    ]
    if (counts.missing and listed) or MISSING in chosen:
        boxes.append(Box(MISSING, value_name(counts.field, MISSING), counts.missing, MISSING in chosen))
    boxes += [
        Box(text, value_name(counts.field, value), None, ticked=True, excluded=True)
        for text in chosen
        for excluded, value in [read_value(text)]
        if excluded
    ]
    further = max(0, counts.distinct - sum(1 for n in listed.values() if n))
    size = min(MANY, FACET_SIZES[1])
    more = links.more_values(size) if further and links.request.facet_size < size else None
    return Facet(counts.field, label(counts.field), tuple(boxes), further, more)


def chips(links: Links) -> list[Chip]:
    """Every filter that is in force, in the order of the facets, dates last."""
    request = links.request
    found = [_chip(field.name, value, links) for field in FACETS for value in request.filters.get(field.name, ())]
    if request.from_date or request.to_date:
        found.append(Chip("Date", _dates(request), excluded=False, url=links.between("", "")))
    return found


def _chip(field: str, value: str, links: Links) -> Chip:
    excluded, wanted = read_value(value)
    return Chip(label(field), value_name(field, wanted), excluded, links.without(field, value))


def _dates(request: SearchRequest) -> str:
    if request.from_date == request.to_date:
        return request.from_date
    if request.from_date and request.to_date:
        return f"{request.from_date} to {request.to_date}"
    return f"from {request.from_date}" if request.from_date else f"until {request.to_date}"
