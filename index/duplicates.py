"""Near duplicates: the same story under several ids, as agencies correct it and papers print it.

An article's `signature` is a MinHash of its words in threes (Broder 1997): the share of equal bytes in two signatures
estimates how much of their texts two articles have in common (Jaccard). `clusters` puts signatures that agree together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from index.analysis import words
from index.article import Article

SIGNATURE = 128
"""Bytes of a signature, of each MinHash the lowest one: a million take 128 MB, and the estimate is right to ±.04."""
SHINGLE = 3
"""Words taken together: single ones are much alike in all news of one kind, of five every correction breaks five."""
FEWEST_WORDS = 24
"""A body of fewer words is like its equal only: one dividend differs from another in a name and a figure."""
ALIKE = 0.7
"""Estimated share in common from which two texts are one story. Of Reuters' pairs of .65 to .7 read by eye half are
the reports that a market has each week, from .7 on they are corrected, shortened or sent again, but for one form of the
Fed's. Of the 337 bodies that repeat, 327 are in one cluster; the others are a line or two, with different titles."""
_SEED = 1
_BAND = 4
"""Bytes that must agree for two signatures to be compared. Of 32 such bands one does for 99.9 % of the pairs that have
.7 in common."""
_NEIGHBOURS = 8
"""Signatures of a band, in their order, that one is compared with: what keeps a hundred thousand filled-in forms from
being compared each with each. The other bands order them otherwise."""
_BLOCK = 1 << 16
"""Pairs that are compared at a time, in 24 MB."""
_LEAST_EQUAL = round(SIGNATURE * ALIKE)

Signatures = NDArray[np.uint8]


def signature(article: Article) -> bytes | None:
    """The signature of an article, `SIGNATURE` bytes; `None` when there is no word in title and body.

    It is that of the body, so that a new headline changes nothing; of a short text that of title and body as a whole.
    Letter case and punctuation do not count. Articles of the same words have the same signature.
    """
    found = words(article.body.lower())
    if len(found) < FEWEST_WORDS:
        found = words((article.title or "").lower()) + found
        shingles = [" ".join(found)]
    else:
        shingles = list(map(" ".join, zip(*(found[at:] for at in range(SHINGLE)), strict=False)))
    if not found:
        return None
    hashes = RMinHash(SIGNATURE, _SEED)
    hashes.update(shingles)
    return bytes(value & 0xFF for value in hashes.digest())


def clusters(ids: Sequence[str], signatures: Signatures) -> dict[str, str]:
    """The cluster of every article that has one: the smallest id of the group. Articles that stand alone are absent.

    `signatures` is `uint8[len(ids), SIGNATURE]`, the row of an article without one all zeros. Two articles are in one
    group when their signatures agree by `ALIKE` or a chain of such pairs joins them. The order of the rows does not
    matter. A million take 8 seconds, were they one form filled in a million times 52, and 400 MB beside the signatures.
    """
    judged = np.flatnonzero(signatures.any(axis=1))
    rows, row_of = _distinct(signatures[judged])
    groups = _groups(rows)[row_of]
    members = defaultdict(list)
    for at in np.flatnonzero(np.bincount(groups, minlength=1)[groups] > 1):
        members[groups[at]].append(ids[judged[at]])
    return {article_id: smallest for group in members.values() for smallest in [min(group)] for article_id in group}


def _distinct(signatures: Signatures) -> tuple[Signatures, NDArray[np.intp]]:
    """The distinct signatures in the order of their bytes, and for each signature the row of it."""
    whole = np.ascontiguousarray(signatures).view(f"V{SIGNATURE}").ravel()
    rows, row_of = np.unique(whole, return_inverse=True)
    return rows.view(np.uint8).reshape(-1, SIGNATURE), row_of


def _groups(rows: Signatures) -> NDArray[np.intp]:
    """For each of distinct, ordered signatures the first of its group."""
    groups = np.arange(len(rows))
    for start in range(0, SIGNATURE, _BAND):
        order, band = _ordered(rows, start)
        for distance in range(1, _NEIGHBOURS + 1):
            near = np.flatnonzero(band[distance:] == band[:-distance])
            one, other = order[near], order[near + distance]
            apart = groups[one] != groups[other]
            one, other = one[apart], other[apart]
            alike = _alike(rows, one, other)
            groups = _joined(groups, one[alike], other[alike])
    return groups


def _ordered(rows: Signatures, start: int) -> tuple[NDArray[np.intp], NDArray[np.uint64]]:
    """Rows in the order of the bytes of the band at `start` and of as many behind it, and the band of each."""
    key = np.zeros(len(rows), np.uint64)
    for at in range(start, start + 2 * _BAND):
        key = (key << np.uint64(8)) | rows[:, at % SIGNATURE]
    order = np.argsort(key, kind="stable")
    return order, key[order] >> np.uint64(8 * _BAND)


def _alike(rows: Signatures, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which pairs of rows agree."""
    alike = np.empty(len(one), np.bool_)
    for start in range(0, len(one), _BLOCK):
        block = slice(start, start + _BLOCK)
        alike[block] = np.count_nonzero(rows[one[block]] == rows[other[block]], axis=1) >= _LEAST_EQUAL
    return alike


def _joined(groups: NDArray[np.intp], one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.intp]:
    """The groups after the pairs have joined theirs; a group is known by its first row, of which it is its own."""
    while len(one):
        first, second = groups[one], groups[other]
        np.minimum.at(groups, np.maximum(first, second), np.minimum(first, second))
        while not np.array_equal(groups, groups[groups]):
            groups = groups[groups]
        apart = groups[one] != groups[other]
        one, other = one[apart], other[apart]
    return groups
