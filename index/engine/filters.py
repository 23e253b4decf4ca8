"""Facet filters: which articles the values chosen in facets let through."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.engine.arrays import Array
from index.engine.facets import Column, Facet
from index.engine.matches import Match
from index.engine.snapshot import Snapshot
from index.errors import RequestInvalid
from index.results import MISSING, FacetFilter
from index.schema import FACETS

_FACETS = frozenset(field.name for field in FACETS)


class Filters:
    """The facet filters of a request over one commit."""

    def __init__(self, snapshot: Snapshot, filters: Sequence[FacetFilter]) -> None:
        self._passing = {one.field: _passing(snapshot, one) for one in filters}

    def apply(self, match: Match, *, without: str | None = None) -> Match:
        """What of a match passes all filters, but for the one `without` this field."""
        passing = [mask for field, mask in self._passing.items() if field != without]
        if not passing:
            return match
        return match.where(np.logical_and.reduce([mask[match.docs] for mask in passing]))

    @property
    def fields(self) -> frozenset[str]:
        """The fields that are filtered by."""
        return frozenset(self._passing)


def facet(snapshot: Snapshot, field: str) -> Facet:
    """A facet of a commit. Raises RequestInvalid when the field is none."""
    if field not in _FACETS:
        raise RequestInvalid("facet", f"“{field}” is not a facet; there are {', '.join(sorted(_FACETS))}.")
    return snapshot.values(field)


def _passing(snapshot: Snapshot, chosen: FacetFilter) -> Array:
    """What one filter lets through (bool[size])."""
    values = facet(snapshot, chosen.field).column

    def read() -> Array:
        mask = _having(values, chosen.include) if chosen.include else np.ones(snapshot.size, np.bool_)
        return mask & ~_having(values, chosen.exclude) if chosen.exclude else mask

    return snapshot.mask(repr(chosen), read)


def _having(values: Column, labels: tuple[str, ...]) -> Array:
    found = (len(values.labels) if label == MISSING else values.labels.number(label) for label in labels)
    return values.having([number for number in found if number is not None])
