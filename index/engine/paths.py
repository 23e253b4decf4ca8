"""Facet values that are paths: `World/Europe` counts for `World` too.

Segments hold the values as published. What they are part of (`index.schema.ancestors`) is worked out here, once for a
commit, and counted by adding up: an article has one value of such a field, so it counts once for each step of its path.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.engine.arrays import Array
from index.engine.ordinals import FacetColumn, UnitedLabels, label_order
from index.schema import ancestors


class PathColumn:
    """A facet whose values and their ancestors are numbered together, in the order of their labels."""

    def __init__(self, column: FacetColumn) -> None:
        self._column = column
        own = column.labels.all()
        above = [ancestors(label) for label in own]
        every = {*own, *(outer for outers in above for outer in outers)}
        self.labels = UnitedLabels([sorted(every, key=label_order)])
        self._numbers = numbers = {label: number for number, label in enumerate(self.labels.all())}
        self._number_of = np.array([numbers[label] for label in own], np.int64)
        # Each of the column's values with each of its ancestors.
        self._inner = np.array([number for number, outers in enumerate(above) for _ in outers], np.int64)
        self._outer = np.array([numbers[outer] for outers in above for outer in outers], np.int64)

    def having(self, numbers: Sequence[int]) -> Array:
        """Which documents have any of these values or what is below them; `len(labels)` asks for those without any."""
        inner = np.flatnonzero(np.isin(self._number_of, numbers))
        below = self._inner[np.isin(self._outer, numbers)]
        none = [len(self._column.labels)] if len(self.labels) in numbers else []
        return self._column.having([*inner.tolist(), *below.tolist(), *none])

    def counted(self, docs: Array) -> tuple[Array, Array, int]:
        """As of a `FacetColumn`; of ancestors only those that documents have themselves or that join several values."""
        counts, missing = self._counts(docs)
        listed = np.bincount(self._outer[counts[self._inner] > 0], minlength=len(self.labels)) > 1
        listed[self._number_of[counts > 0]] = True
        numbers = np.flatnonzero(listed)
        return numbers, self._with_ancestors(counts)[numbers], missing

    def counts_of(self, numbers: Sequence[int], docs: Array) -> list[int]:
        """How many documents have each of these values, or what is below it."""
        counts, _ = self._counts(docs)
        found: list[int] = self._with_ancestors(counts)[list(numbers)].tolist()
        return found

    def parent(self, number: int, among: Array) -> str | None:
        """The nearest ancestor of a value that is one of the numbers `among` (ascending)."""
        for outer in reversed(ancestors(self.labels[number])):
            if self._numbers[outer] in among:
                return outer
        return None

    def _counts(self, docs: Array) -> tuple[Array, int]:
        """How many documents have each of the column's values, and how many none."""
        numbers, found, missing = self._column.counted(docs)
        counts = np.zeros(len(self._column.labels), np.int64)
        counts[numbers] = found
        return counts, missing

    def _with_ancestors(self, counts: Array) -> Array:
        found = np.zeros(len(self.labels), np.int64)
        found[self._number_of] = counts
        np.add.at(found, self._outer, counts[self._inner])
        return found
