"""What was chosen in the facets: from the parameters' texts to filters, and which facets to count."""

from __future__ import annotations

from collections.abc import Mapping

from index.errors import RequestInvalid
from index.results import FacetFilter, FacetRequest, FacetSort
from index.schema import FACETS, Field, field_named
from search.page import LONGEST_QUERY, SearchRequest
from search.suggestion import chosen, closest, shortened

EXCLUDE = "-"
"""Before a value it excludes the articles that have it."""
LITERAL = "\\"
"""Before a value it says that what follows is the value, even if that begins with a minus: `\\-30-`."""

_NAMES = tuple(name for field in FACETS for name in (field.name, *field.aliases))


def filters_of(chosen: Mapping[str, tuple[str, ...]]) -> tuple[FacetFilter, ...]:
    """One filter for each facet that values were chosen in. Empty values are no choice.

    Raises RequestInvalid for a name that is not a facet.
    """
    include: dict[str, list[str]] = {}
    exclude: dict[str, list[str]] = {}
    for name, values in chosen.items():
        field = facet_named(name, parameter=name)
        for value in values:
            excluded, wanted = read_value(value)
            side = (exclude if excluded else include).setdefault(field.name, [])
            if wanted.strip() and wanted not in side:
                side.append(wanted)
    return tuple(
        FacetFilter(field.name, tuple(include.get(field.name, ())), tuple(exclude.get(field.name, ())))
        for field in FACETS
        if include.get(field.name) or exclude.get(field.name)
    )


def read_value(text: str) -> tuple[bool, str]:
    """Whether a parameter's text excludes a value, and which value it means."""
    excluded = len(text) > len(EXCLUDE) and text.startswith(EXCLUDE)
    return excluded, text.removeprefix(EXCLUDE if excluded else LITERAL)


def chosen_by(value: str) -> str:
    """What chooses a value, as a parameter's text."""
    return LITERAL + value if value.startswith((EXCLUDE, LITERAL)) else value


def facets_of(request: SearchRequest) -> tuple[FacetRequest, ...]:
    """The facets to count, in the order asked for. Raises RequestInvalid for an unknown facet or order."""
    order = chosen("facet-sort", request.facet_sort, FacetSort)
    fields = dict.fromkeys(facet_named(name, parameter="facet") for name in request.facets)
    for name, text in (("facet-contains", request.facet_contains), ("facet-prefix", request.facet_prefix)):
        if len(text) > LONGEST_QUERY:
            raise RequestInvalid(name, f"“{name}” has {len(text):,} characters; at most {LONGEST_QUERY:,} are read.")
    return tuple(
        FacetRequest(field.name, request.facet_size, order, request.facet_contains, request.facet_prefix)
        for field in fields
    )


def facet_named(name: str, parameter: str) -> Field:
    """The facet of this name or alias. Raises RequestInvalid with a suggestion when there is none."""
    field = field_named(name)
    if field is None or not field.facet:
        raise RequestInvalid(
            parameter,
            f"There is no facet “{shortened(name)}”; the facets are {', '.join(one.name for one in FACETS)}.",
            closest(name, _NAMES),
        )
    return field
