"""Facets: how many of a set of articles have each value, which values those are, and which of them are typical."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np

from index.analysis import folded_text
from index.engine.arrays import Array
from index.engine.label_search import FoldedLabels
from index.engine.ordinals import Labels, label_order
from index.engine.selection import first_places
from index.results import (
    LEAST_ARTICLES,
    LEAST_RATIO,
    MISSING,
    FacetCounts,
    FacetRequest,
    FacetSort,
    FacetValue,
)

_FEW = 500
"""Counts that are sorted as fast as the first of them are found."""


class Column(Protocol):
    """The values of a facet by document: a `FacetColumn` or a `PathColumn`."""

    @property
    def labels(self) -> Labels:
        """The values in order."""

    def having(self, numbers: Sequence[int]) -> Array:
        """Which documents have any of these values (bool[documents]); `len(labels)` asks for those without any."""

    def counted(self, docs: Array) -> tuple[Array, Array, int]:
        """The numbers that documents (ascending) have, ascending; how many have each; how many have none."""

    def counts_of(self, numbers: Sequence[int], docs: Array) -> list[int]:
        """How many documents have each of these values."""

    def parent(self, number: int, among: Array) -> str | None:
        """The nearest value, of the numbers `among` (ascending), that this one is part of."""


class Tally(NamedTuple):
    """Values (ascending numbers), how many of a set have each and, by significance, their log-likelihood ratios."""

    numbers: Array
    counts: Array
    ratios: Array | None = None

    def where(self, kept: Array) -> Tally:
        """Those of the values that are `kept` (bool[values])."""
        return Tally(self.numbers[kept], self.counts[kept], None if self.ratios is None else self.ratios[kept])


class Facet:
    """A facet of one commit, with what is worked out once for all that ask."""

    def __init__(self, column: Column, live: Array) -> None:
        self.column = column
        self._live = live

    @cached_property
    def _folded(self) -> FoldedLabels:
        return FoldedLabels(self.column.labels.all())

    @cached_property
    def _indexed(self) -> tuple[Array, int]:
        """How many live articles have each value (int64[labels]), and how many there are."""
        docs = np.flatnonzero(self._live)
        return np.array(self.column.counts_of(range(len(self.column.labels)), docs), np.int64), len(docs)

    def count(self, docs: Array, request: FacetRequest, selected: Sequence[str]) -> FacetCounts:
        """Count documents by value: the values that the request lists, and those `selected` in any case."""
        present, counts, missing = self.column.counted(docs)
        tally = self._asked_for(Tally(present, counts), len(docs), request)
        places = _first(tally, request)
        listed = dict(zip(tally.numbers[places].tolist(), tally.counts[places].tolist(), strict=True))
        other = int(tally.counts.sum()) - sum(listed.values())
        chosen = {label: self.column.labels.number(label) for label in _besides(request, selected)}
        besides = [number for number in chosen.values() if number is not None and number not in listed]
        if besides:
            listed |= zip(besides, self.column.counts_of(besides, docs), strict=True)
            other -= int(tally.counts[np.isin(tally.numbers, besides)].sum())
        values = [self._value(number, count, present, selected) for number, count in listed.items()]
        values += [FacetValue(label, 0, selected=True) for label, number in chosen.items() if number is None]
        if tally.ratios is not None:
            values = self._with_ratios(values, tally.numbers, tally.ratios)
        values.sort(key=_ORDERS[request.sort])
        return FacetCounts(request.field, tuple(values), missing, other, len(tally.numbers))

    def _asked_for(self, tally: Tally, matching: int, request: FacetRequest) -> Tally:
        """Of the values that `matching` documents have, those that the request leaves."""
        wanted = self._folded.matching(request.contains, request.prefix) if request.contains or request.prefix else None
        if wanted is not None:
            tally = tally.where(np.isin(tally.numbers, wanted))
        if request.sort is not FacetSort.SIGNIFICANCE:
            return tally
        indexed, articles = self._indexed
        ratios = log_likelihood(tally.counts, indexed[tally.numbers], matching, articles)
        return tally._replace(ratios=ratios).where((tally.counts >= LEAST_ARTICLES) & (ratios >= LEAST_RATIO))

    def _value(self, number: int, count: int, present: Array, selected: Sequence[str]) -> FacetValue:
        label = self.column.labels[number]
        return FacetValue(label, count, label in selected, self.column.parent(number, present))

    def _with_ratios(self, values: Sequence[FacetValue], numbers: Array, ratios: Array) -> list[FacetValue]:
        """The values with what significance says of them: to how many of the archive they belong, and their ratios."""
        ratio_of = dict(zip(numbers.tolist(), ratios.tolist(), strict=True))
        found = []
        for value in values:
            number = self.column.labels.number(value.value)
            indexed = 0 if number is None else int(self._indexed[0][number])
            found.append(replace(value, indexed=indexed, significance=ratio_of.get(number)))
        return found


def log_likelihood(counts: Array, indexed: Array, matching: int, articles: int) -> Array:
    """How surely values belong to a set of articles: Dunning's G² (1993) of a value's articles in and outside the set.

    `counts` of `matching` articles have a value, `indexed` of all `articles`. To two decimals; 0 where a value is no
    more frequent in the set than in the archive (float64, shaped as `counts`).
    """
    total = np.zeros(len(counts))
    for having, of in ((counts, matching), (indexed - counts, articles - matching)):
        for observed, frequency in ((having, indexed), (of - having, articles - indexed)):
            expected = frequency * (of / max(articles, 1))
            with np.errstate(divide="ignore", invalid="ignore"):
                total += np.where(observed > 0, observed * np.log(observed / expected), 0.0)
    ratios: Array = np.where(counts * articles > indexed * matching, np.rint(2 * total * 100) / 100, 0.0)
    return ratios


def _first(tally: Tally, request: FacetRequest) -> Array:
    """Where the values stand that a request lists, in order; equal ones as they stand, by their labels."""
    start = max(request.offset or 0, 0)
    end = start + max(request.size, 0)
    if request.sort is FacetSort.LABEL:
        return np.arange(len(tally.numbers))[start:end]
    weights = tally.counts if tally.ratios is None else tally.ratios
    if len(weights) <= _FEW:
        return np.argsort(-weights, kind="stable")[start:end]
    leading = first_places(-weights, end)
    return leading[np.argsort(-weights[leading], kind="stable")][start:end]


def _besides(request: FacetRequest, selected: Sequence[str]) -> Iterator[str]:
    """The selected values that are listed in any case."""
    contains, prefix = folded_text(request.contains), folded_text(request.prefix)
    for label in selected if request.offset is None else ():
        folded = folded_text(label)
        if label != MISSING and contains in folded and folded.startswith(prefix):
            yield label


_ORDERS: dict[FacetSort, Callable[[FacetValue], Any]] = {
    FacetSort.COUNT: lambda value: (-value.count, label_order(value.value)),
    FacetSort.LABEL: lambda value: label_order(value.value),
    FacetSort.SIGNIFICANCE: lambda value: (-(value.significance or 0.0), label_order(value.value)),
}
