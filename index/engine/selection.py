"""The smallest of many keys, without sorting what comes after them."""

from __future__ import annotations

import numpy as np

from index.engine.arrays import Array

CHUNK = 1_024
"""Keys of which the smallest is found at once when a page is chosen: the last place of the page is bounded by as many
of these as it has places, so a million keys are read once and hardly any are sorted."""


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
