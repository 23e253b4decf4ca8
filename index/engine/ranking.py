"""The order of hits: what they are ordered by, the first of them, and those after a place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.engine.arrays import Array
from index.engine.matches import Match
from index.engine.selection import first_places
from index.engine.snapshot import Snapshot
from index.results import Order, Position

_UNDATED = int(np.iinfo(np.int64).max)
"""The key of articles without a date, which come last in both orders by date."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Documents (ascending) and the keys they are ordered by, the smallest first; of equal keys the order is by id."""

    snapshot: Snapshot
    order: Order
    docs: Array
    keys: Array

    def where(self, kept: Array) -> Ranking:
        """Those of the documents that are `kept` (bool[n])."""
        return Ranking(self.snapshot, self.order, self.docs[kept], self.keys[kept])

    def first(self, most: int) -> Array:
        """Where the `most` first documents stand, in order."""
        return first_in_order(self.snapshot, self.docs, self.keys, most)

    def after(self, position: Position) -> Ranking:
        """What comes after a position, whether or not something stands there."""
        key = _UNDATED if position.key is None else position.key if self.order is Order.OLDEST else -position.key
        kept = self.keys > key
        ties = np.flatnonzero(self.keys == key)
        kept[ties] = self.snapshot.after_id(position.id, self.docs[ties])
        return self.where(kept)

    def position(self, at: int) -> Position:
        """Where the document that stands at `at` is in the order."""
        key = self.keys[at].item()
        known = None if self.order is not Order.RELEVANCE and key == _UNDATED else key
        return Position(
            -known if known and self.order is not Order.OLDEST else known, self.snapshot.id(int(self.docs[at]))
        )


def ranking(snapshot: Snapshot, match: Match, order: Order) -> Ranking:
    """The order of a match, which has scores if it is by relevance."""
    if match.scores is not None:
        return Ranking(snapshot, order, match.docs, -match.scores)
    spans = snapshot.spans("published")
    starts = spans.start[match.docs]
    keys = np.where(spans.dated[match.docs], -starts if order is Order.NEWEST else starts, _UNDATED)
    return Ranking(snapshot, order, match.docs, keys)


def first_in_order(snapshot: Snapshot, docs: Array, keys: Array, most: int) -> Array:
    """The places of the `most` documents with the smallest keys, in order; of equal keys the order is by id."""
    places = first_places(keys, most)
    docs, keys = docs[places], keys[places]
    order = np.argsort(keys)
    if np.all(np.diff(keys[order])):  # no two are equal: nobody has to know the order of ids
        return places[order[: max(most, 0)]]
    ranks = snapshot.id_rank[docs]
    if len(snapshot.segments) <= 1:
        return places[np.lexsort((ranks, keys))[: max(most, 0)]]
    # Within a segment the order of ids is known. Between segments ids are compared, but only those that can be first.
    segments = snapshot.segments_of(docs)
    order = np.lexsort((ranks, keys, segments))
    grouped = segments[order]
    nth = np.arange(len(order)) - np.searchsorted(grouped, grouped)
    order = order[nth < most]
    leading = sorted((float(keys[at]), snapshot.id(int(docs[at])), int(at)) for at in order.tolist())
    return places[np.array([at for _, _, at in leading[: max(most, 0)]], np.int64)]
