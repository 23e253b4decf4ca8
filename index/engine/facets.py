"""Facets: which articles the filters let through, and how many of a set have each value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from index.engine.arrays import Array
from index.engine.matches import Match
from index.engine.ordinals import FacetColumn, label_order
from index.engine.selection import first_places
from index.engine.snapshot import Snapshot
from index.errors import RequestInvalid
from index.results import MISSING, FacetCounts, FacetFilter, FacetRequest, FacetSort, FacetValue
from index.schema import FACETS

_FEW = 500
"""Counts that are sorted as fast as the first of them are found."""

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


def column(snapshot: Snapshot, field: str) -> FacetColumn:
    """The values of a facet. Raises RequestInvalid when the field is none."""
    if field not in _FACETS:
        raise RequestInvalid("facet", f"“{field}” is not a facet; there are {', '.join(sorted(_FACETS))}.")
    return snapshot.facet(field)


def _passing(snapshot: Snapshot, chosen: FacetFilter) -> Array:
    """What one filter lets through (bool[size])."""
    values = column(snapshot, chosen.field)

    def read() -> Array:
        mask = _having(values, chosen.include) if chosen.include else np.ones(snapshot.size, np.bool_)
        return mask & ~_having(values, chosen.exclude) if chosen.exclude else mask

    return snapshot.mask(repr(chosen), read)


def _having(values: FacetColumn, labels: tuple[str, ...]) -> Array:
    found = (len(values.labels) if label == MISSING else values.labels.number(label) for label in labels)
    return values.having([number for number in found if number is not None])


def count_values(values: FacetColumn, docs: Array, request: FacetRequest, selected: tuple[str, ...]) -> FacetCounts:
    """Count a facet over documents: its `size` first values, and those `selected` in any case."""
    numbers, counts, missing = values.counted(docs)
    size = max(request.size, 0)
    first = _most_frequent(counts, size) if request.sort is FacetSort.COUNT else np.arange(len(numbers))[:size]
    listed = [
        FacetValue(label := values.labels[number], count, label in selected)
        for number, count in zip(numbers[first].tolist(), counts[first].tolist(), strict=True)
    ]
    shown = {MISSING, *(one.value for one in listed)}
    more = [label for label in dict.fromkeys(selected) if label not in shown]
    if more:
        listed += [FacetValue(label, _count_of(values.labels.number(label), numbers, counts), True) for label in more]
        listed.sort(key=_ORDERS[request.sort])
    return FacetCounts(
        request.field,
        tuple(listed),
        missing=missing,
        other=int(counts.sum()) - sum(one.count for one in listed),
        distinct=len(numbers),
    )


def _most_frequent(counts: Array, size: int) -> Array:
    """Where the largest counts stand, the largest first, equal ones as they stand: in the order of their labels."""
    if len(counts) <= _FEW:
        return np.argsort(-counts, kind="stable")[:size]
    leading = first_places(-counts, size)
    return leading[np.argsort(-counts[leading], kind="stable")][:size]


def _count_of(number: int | None, numbers: Array, counts: Array) -> int:
    return 0 if number is None else int(counts[numbers == number].sum())


_ORDERS: dict[FacetSort, Callable[[FacetValue], Any]] = {
    FacetSort.COUNT: lambda value: (-value.count, label_order(value.value)),
    FacetSort.LABEL: lambda value: label_order(value.value),
}
