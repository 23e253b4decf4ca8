"""Facets: which articles the filters let through, and how many of a set have each value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from index.engine.arrays import Array
from index.engine.matches import Match
from index.engine.snapshot import FacetColumn, Snapshot, label_order
from index.errors import RequestInvalid
from index.results import MISSING, FacetCounts, FacetFilter, FacetRequest, FacetSort, FacetValue
from index.schema import FACETS

_SEVERAL = 4
"""Where fewer than one in so many documents match, their values are gathered one by one, else all values are masked."""

_FACETS = frozenset(field.name for field in FACETS)


class Filters:
    """The facet filters of a request over one commit."""

    def __init__(self, snapshot: Snapshot, filters: Sequence[FacetFilter]) -> None:
        self._passing = {one.field: _passing(column(snapshot, one.field), one) for one in filters}

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


def _passing(values: FacetColumn, chosen: FacetFilter) -> Array:
    mask = _having(values, chosen.include) if chosen.include else np.ones(len(values.missing), np.bool_)
    return mask & ~_having(values, chosen.exclude)


def _having(values: FacetColumn, labels: tuple[str, ...]) -> Array:
    numbers = [values.numbers[label] for label in labels if label in values.numbers]
    mask = values.missing.copy() if MISSING in labels else np.zeros(len(values.missing), np.bool_)
    mask[values.docs[np.isin(values.values, numbers)]] = True
    return mask


def _counts(values: FacetColumn, docs: Array) -> Array:
    """How many of the documents have each value (int64[labels])."""
    size = len(values.labels)
    if values.only is not None:
        return np.bincount(values.only[docs], minlength=size + 1)[:size]
    if len(docs) * _SEVERAL < len(values.missing):
        start = values.first[docs]
        lengths = values.first[docs + 1] - start
        ends = np.cumsum(lengths)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(start - ends + lengths, lengths)
        return np.bincount(values.values[places], minlength=size)
    mask = np.zeros(len(values.missing), np.bool_)
    mask[docs] = True
    return np.bincount(values.values[mask[values.docs]], minlength=size)


def count_values(values: FacetColumn, docs: Array, request: FacetRequest, selected: tuple[str, ...]) -> FacetCounts:
    """Count a facet over documents: its `size` first values, and those `selected` in any case."""
    counts = _counts(values, docs)
    found = np.flatnonzero(counts)  # in label order, which the stable sort keeps among equal counts
    if request.sort is FacetSort.COUNT:
        found = found[np.argsort(-counts[found], kind="stable")]
    listed = {values.labels[number]: int(counts[number]) for number in found[: max(request.size, 0)].tolist()}
    for label in selected:
        if label != MISSING and label not in listed:
            number = values.numbers.get(label)
            listed[label] = 0 if number is None else int(counts[number])
    return FacetCounts(
        request.field,
        tuple(
            sorted((FacetValue(label, n, label in selected) for label, n in listed.items()), key=_ORDERS[request.sort])
        ),
        missing=int(np.count_nonzero(values.missing[docs])),
        other=int(counts.sum()) - sum(listed.values()),
        distinct=len(found),
    )


_ORDERS: dict[FacetSort, Callable[[FacetValue], Any]] = {
    FacetSort.COUNT: lambda value: (-value.count, label_order(value.value)),
    FacetSort.LABEL: lambda value: label_order(value.value),
}
