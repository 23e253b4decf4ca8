"""Decoded posting lists that are likely to be wanted again, bounded in bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from index.engine.arrays import Array

Key = tuple[str, str, bytes]
Postings = tuple[Array, Array, bytes]

CACHE_BYTES = 128 * 1024 * 1024
"""Decoding the list of "the" in Reuters takes 20 ms, reading it here 1 µs; all lists of that corpus take 130 MB."""


class PostingsCache:
    """The lists used last. May be used by several threads at once."""

    def __init__(self, capacity: int = CACHE_BYTES) -> None:
        self._capacity = capacity
        self._held: OrderedDict[Key, Postings | None] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: Key, read: Callable[[], Postings | None]) -> Postings | None:
        """The list under `key`, from `read` when it is not held."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        found = read()
        with self._lock:
            if key not in self._held:
                self._held[key] = found
                self._bytes += _size(key, found)
                while self._bytes > self._capacity and len(self._held) > 1:
                    self._bytes -= _size(*self._held.popitem(last=False))
        return found


def _size(key: Key, postings: Postings | None) -> int:
    # Of a small entry most is Python's own: tuple, arrays, key; about 500 bytes.
    size = 500 + len(key[2])
    return size if postings is None else size + postings[0].nbytes + postings[1].nbytes + len(postings[2])
