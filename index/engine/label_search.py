"""Looking for a piece of a label among all labels of a facet.

They are folded once for a commit and joined into one text, which Python's own search of a text runs through at a
gigabyte a second: a letter's place says whose label it is.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

import numpy as np

from index.analysis import folded_text
from index.engine.arrays import Array

_END = "\n"
"""What follows each label. Folding leaves no line end in any, so no find runs over into the next."""


class FoldedLabels:
    """The labels of a facet without the differences of letter case and diacritics."""

    def __init__(self, labels: Iterable[str]) -> None:
        folded = [label.lower() if label.isalnum() and label.isascii() else folded_text(label) for label in labels]
        self._text = _END + _END.join([*folded, ""])
        # Where each label begins: the line end before it counts as its own.
        self._starts = array("q", accumulate((len(label) + 1 for label in folded), initial=0))

    def matching(self, contains: str, prefix: str) -> Array | None:
        """The numbers of the labels that contain a text and start with another (ascending); `None` means all."""
        found = [
            self._finding(piece)
            for piece in (folded_text(contains), folded_text(prefix) and _END + folded_text(prefix))
            if piece
        ]
        return None if not found else np.intersect1d(found[0], found[-1])

    def _finding(self, piece: str) -> Array:
        numbers, at = [], self._text.find(piece)
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            numbers.append(number)
            at = self._text.find(piece, self._starts[number + 1])
        return np.array(numbers, np.int64)
