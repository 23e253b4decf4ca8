"""The first places of an order, without sorting what comes after them."""

from __future__ import annotations

import numpy as np

from index.engine.arrays import Array
from index.engine.snapshot import Snapshot

CHUNK = 1_024
"""Keys of which the smallest is found at once when a page is chosen: the last place of the page is bounded by as many
of these as it has places, so a million keys are read once and hardly any are sorted."""


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
    segments = np.searchsorted(snapshot.bases, docs, "right")
    order = np.lexsort((ranks, keys, segments))
    grouped = segments[order]
    nth = np.arange(len(order)) - np.searchsorted(grouped, grouped)
    order = order[nth < most]
    leading = sorted((float(keys[at]), snapshot.id(int(docs[at])), int(at)) for at in order.tolist())
    return places[np.array([at for _, _, at in leading[: max(most, 0)]], np.int64)]


def first_places(keys: Array, most: int) -> Array:
    """Where the `most` smallest keys stand, and all that are equal to the last of them; ascending."""
    if not 0 < most < len(keys):
        return np.arange(len(keys))
    whole = len(keys) // CHUNK
    if whole > most:
        smallest = keys[: whole * CHUNK].reshape(whole, CHUNK).min(axis=1)
        candidates = np.flatnonzero(keys <= np.partition(smallest, most - 1)[most - 1])
    else:
        candidates = np.arange(len(keys))
    among = keys[candidates]
    found: Array = candidates[among <= np.partition(among, most - 1)[most - 1]]
    return found
