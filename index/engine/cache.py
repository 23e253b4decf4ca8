"""Decoded posting lists that are likely to be wanted again, bounded in bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from index.engine.arrays import Array

Key = tuple[str, str, bytes | int]
"""Of a word's list: the segment, the field and the word's number; of a form's: the form. Of what was computed for a
commit: the commit, nothing, and what it is."""
Postings = tuple[Array, Array]
"""Documents (int32, ascending) and a number for each: how often they have a word, or their scores."""

CACHE_BYTES = 128 * 1024 * 1024
"""Lists of the 10 million most wanted postings."""


class ListCache:
    """The lists used last. May be used by several threads at once."""

    def __init__(self, capacity: int = CACHE_BYTES) -> None:
        self._capacity = capacity
        self._held: OrderedDict[Key, Postings] = OrderedDict()
        self.size = 0
        """Bytes held."""
        self.hits = self.misses = 0
        self._lock = Lock()

    def get(self, key: Key, read: Callable[[], Postings]) -> Postings:
        """The list under `key`, from `read` when it is not held."""
        with self._lock:
            if key in self._held:
                self.hits += 1
                self._held.move_to_end(key)
                return self._held[key]
            self.misses += 1
        found = read()
        with self._lock:
            if key not in self._held:
                self._held[key] = found
                self.size += _size(key, found)
                while self.size > self._capacity and len(self._held) > 1:
                    self.size -= _size(*self._held.popitem(last=False))
        return found


def _size(key: Key, postings: Postings) -> int:
    # Of a small entry most is Python's own: tuple, arrays, key; about 600 bytes.
    return 600 + postings[0].nbytes + postings[1].nbytes
