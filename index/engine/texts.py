"""Encoded texts in order, in a file: what terms, ids and labels are kept as."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from index.engine.arrays import Array, ArrayFile

FENCE = 64
"""Every so many texts one is written again apart, as what a search starts from, and so on until so few are left: a text
is found among a million by reading 64 texts four times, 40 µs, and nothing has to be loaded before."""


def encode_text(text: str) -> bytes:
    """UTF-8 that also takes lone surrogates; its byte order is the order of code points."""
    return text.encode("utf-8", "surrogatepass")


def decode_text(encoded: bytes) -> str:
    """The text that `encode_text` encoded."""
    return encoded.decode("utf-8", "surrogatepass")


def text_arrays(name: str, texts: Sequence[bytes]) -> dict[str, Array]:
    """The arrays that hold texts under a name: `name.bytes` and `name.ends`, and so for every FENCEth of many."""
    arrays: dict[str, Array] = {
        f"{name}.bytes": np.frombuffer(b"".join(texts), np.uint8),
        f"{name}.ends": np.cumsum([len(text) for text in texts], dtype=np.int64),
    }
    return arrays | text_arrays(f"{name}.fence", texts[::FENCE]) if len(texts) > FENCE else arrays


class Texts:
    """Encoded texts in order, in two arrays of a file: `name.bytes` and `name.ends`."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._file, self._name = file, name
        self._size = file.size(f"{name}.ends")
        self._fence: Texts | None = None

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, index: int) -> bytes:
        return self.range(index, index + 1)[0]

    def all(self) -> list[bytes]:
        """All texts in order."""
        return self.range(0, self._size)

    def range(self, first: int, last: int) -> list[bytes]:
        """The texts `first:last`."""
        if first >= last:
            return []
        ends = self._file.part(f"{self._name}.ends", max(first - 1, 0), last).tolist()
        if first == 0:
            ends.insert(0, 0)
        start = ends[0]
        joined = self._file.part(f"{self._name}.bytes", start, ends[-1]).tobytes()
        return [joined[a - start : b - start] for a, b in pairwise(ends)]

    def place(self, text: bytes) -> int:
        """How many texts are smaller: where this one stands or would stand."""
        if self._size <= FENCE:
            return bisect_left(self.all(), text)
        if self._fence is None:
            self._fence = Texts(self._file, f"{self._name}.fence")
        first = max(self._fence.place(text) - 1, 0) * FENCE
        return first + bisect_left(self.range(first, min(first + FENCE, self._size)), text)

    def find(self, text: bytes) -> int:
        """The number of this text, -1 when it is not there."""
        place = self.place(text)
        return place if place < self._size and self[place] == text else -1

    def starting(self, prefix: bytes) -> tuple[int, int]:
        """The range of the texts that start with `prefix`."""
        first = self.place(prefix)
        after = prefix.rstrip(b"\xff")
        return first, self.place(after[:-1] + bytes([after[-1] + 1])) if after else self._size
