"""Whole numbers in few bits, packed and unpacked by array operations.

`Packed` holds many small numbers: frequencies, positions. All numbers of one array have the same width of b
bits; the few that need more are kept apart as exceptions. The bits lie in planes: the lowest eight of every number
together as bytes, then the next eight, then single bits eight to a byte. A part of the array is unpacked by reading the
same part of every plane, so no offsets are stored, and no Python loop runs over numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.engine.arrays import ArrayFile, ArrayWriter

_EXCEPTION_BYTES = 12
"""What a number too wide for its array costs: its place (int64) and its value (uint32)."""
_SAMPLE = 1 << 20
"""Numbers looked at to choose a width; the choice affects the size only."""


class PackedWriter:
    """Writes one array of packed numbers, piece by piece, into the streams of a file."""

    def __init__(self, writer: ArrayWriter, name: str, bits: int) -> None:
        self._bits = bits
        self._planes = [writer.stream(f"{name}.plane{number}", np.uint8) for number in range(len(_planes(bits)))]
        self._places = writer.stream(f"{name}.exception_places", np.int64)
        self._exceptions = writer.stream(f"{name}.exceptions", np.uint32)
        self._shape = writer.stream(f"{name}.shape", np.int64)
        self._size = 0
        self._rest = np.zeros(0, np.uint32)  # fewer than eight numbers, until a byte of single bits is full

    def extend(self, numbers: NDArray[Any]) -> None:
        """Add numbers from 0 to 2**32 - 1."""
        values = np.concatenate([self._rest, numbers.astype(np.uint32, copy=False)])
        whole = len(values) // 8 * 8
        self._write(values[:whole])
        self._rest = values[whole:]

    def finish(self) -> None:
        """Write what is left."""
        self._write(self._rest)
        self._shape.extend(np.array([self._size, self._bits], np.int64))

    def _write(self, values: NDArray[np.uint32]) -> None:
        for (shift, single), plane in zip(_planes(self._bits), self._planes, strict=True):
            shifted = (values >> np.uint32(shift)).astype(np.uint8)
            plane.extend(np.packbits(shifted & 1, bitorder="little") if single else shifted)
        if self._bits < 32:
            wide = np.flatnonzero(values >> np.uint32(self._bits))
            self._places.extend(wide + self._size)
            self._exceptions.extend(values[wide])
        self._size += len(values)


class Packed:
    """An array of packed numbers in a file."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._file, self._name = file, name
        self.size, self.bits = (int(number) for number in file[f"{name}.shape"])

    def sizes(self) -> dict[str, int]:
        """How many items each of its arrays of planes must have."""
        return {
            f"{self._name}.plane{number}": -(-self.size // 8) if single else self.size
            for number, (_, single) in enumerate(_planes(self.bits))
        }

    def part(self, start: int, stop: int) -> NDArray[np.uint32]:
        """The numbers `start:stop` as uint32[stop - start]."""
        out = np.zeros(stop - start, np.uint32)
        for number, (shift, single) in enumerate(_planes(self.bits)):
            name = f"{self._name}.plane{number}"
            if single:
                packed = self._file.part(name, start // 8, -(-stop // 8))
                plane = np.unpackbits(packed, bitorder="little")[start % 8 : start % 8 + stop - start]
            else:
                plane = self._file.part(name, start, stop)
            out |= plane.astype(np.uint32) << np.uint32(shift) if shift else plane
        places = self._file[f"{self._name}.exception_places"]
        first, last = np.searchsorted(places, (start, stop))
        if last > first:
            out[places[first:last] - start] = self._file[f"{self._name}.exceptions"][first:last]
        return out

    def at(self, places: NDArray[np.int64]) -> NDArray[np.uint32]:
        """The numbers at some places, ascending: uint32[len(places)]."""
        out = np.zeros(len(places), np.uint32)
        if not len(places):
            return out
        first, last = int(places[0]), int(places[-1]) + 1
        near = places - first
        for number, (shift, single) in enumerate(_planes(self.bits)):
            name = f"{self._name}.plane{number}"
            if single:
                start = first // 8 * 8
                packed = self._file.part(name, start // 8, -(-last // 8)).take((places - start) >> 3)
                plane = packed >> ((places - start) & 7).astype(np.uint8) & 1
            else:
                plane = self._file.part(name, first, last).take(near)
            out |= plane.astype(np.uint32) << np.uint32(shift) if shift else plane
        exceptions = self._file[f"{self._name}.exception_places"]
        begin, end = np.searchsorted(exceptions, (first, last))
        if end > begin:
            found = np.searchsorted(places, exceptions[begin:end])  # at most len(places) - 1, for the last is in range
            met = places[found] == exceptions[begin:end]
            out[found[met]] = self._file[f"{self._name}.exceptions"][begin:end][met]
        return out


def _planes(bits: int) -> list[tuple[int, bool]]:
    """The planes of numbers of this width: (bits below the plane, whether it holds single bits)."""
    whole = bits // 8
    return [(8 * byte, False) for byte in range(whole)] + [(bit, True) for bit in range(8 * whole, bits)]


def best_bits(numbers: NDArray[Any]) -> int:
    """The width that stores numbers like these in the fewest bytes, exceptions included."""
    step = max(1, len(numbers) // _SAMPLE)
    sample = numbers[::step]
    if not len(sample):
        return 0
    widths = np.bincount(np.ceil(np.log2(sample.astype(np.float64) + 1)).astype(np.int64), minlength=33)
    wider = widths.sum() - np.cumsum(widths)
    costs = len(sample) * np.arange(33) / 8 + wider[:33] * _EXCEPTION_BYTES
    return int(np.argmin(costs))
