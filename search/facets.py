"""What was chosen in the facets: from the parameters' texts to filters, and which facets to count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from index.errors import RequestInvalid
from index.results import FacetFilter, FacetRequest, FacetSort
from index.schema import FACETS, Field, field_named
from search.suggestion import chosen, closest, shortened

EXCLUDE = "-"
"""Before a value it excludes the articles that have it."""

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
            excluded = len(value) > len(EXCLUDE) and value.startswith(EXCLUDE)
            wanted = value.removeprefix(EXCLUDE) if excluded else value
            side = (exclude if excluded else include).setdefault(field.name, [])
            if wanted.strip() and wanted not in side:
                side.append(wanted)
    return tuple(
        FacetFilter(field.name, tuple(include.get(field.name, ())), tuple(exclude.get(field.name, ())))
        for field in FACETS
        if include.get(field.name) or exclude.get(field.name)
    )


def facets_of(names: Iterable[str], size: int, sort: str) -> tuple[FacetRequest, ...]:
    """The facets to count, in the order asked for. Raises RequestInvalid for an unknown facet or order."""
    order = chosen("facet-sort", sort, FacetSort)
    fields = dict.fromkeys(facet_named(name, parameter="facet") for name in names)
    return tuple(FacetRequest(field.name, size, order) for field in fields)


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
