"""Near duplicates: the same story under several ids, as agencies correct it and papers print it.

An article's signature is a MinHash of its words in threes (Broder 1997): the share of equal bytes in two signatures
estimates how much of their texts two articles have in common (Jaccard). `groups` puts signatures that agree together.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from index.analysis import exact_form, words
from index.article import Article

SIGNATURE = 128
"""Bytes of a signature, of each MinHash the lowest one: a million take 128 MB, and the estimate is right to ±.04."""
FEWEST_WORDS = 24
"""A body of fewer words is like its equal only: one dividend differs from another in a name and a figure."""
ALIKE = 0.7
"""Estimated share in common from which two texts are one story. Of Reuters' pairs of .65 to .7 read by eye half are
the reports that a market has each week, from .7 on they are corrected, shortened or sent again, but for one form of the
Fed's. Of the 337 bodies that repeat, 327 are in one cluster; the others are a line or two, with different titles."""
_SEED = 1
_MIXERS = tuple(np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))
"""What the words of a three are multiplied by, so that their order counts: odd numbers without a pattern in their bits,
which xxHash uses for the same. Words are taken in threes because single ones are much alike in all news of one kind,
and of five every correction breaks five."""
_SHINGLE = len(_MIXERS)
_BAND = 4
"""Bytes that must agree for two signatures to be compared. Of 32 such bands one does for 99.9 % of the pairs that have
.7 in common."""
_NEIGHBOURS = 8
"""Signatures of a band, in their order, that one is compared with: what keeps a hundred thousand filled-in forms from
being compared each with each. The other bands order them otherwise."""
_BLOCK = 1 << 16
"""Pairs that are compared at a time, in 24 MB."""
_ROWS = 1 << 10
"""Signatures that are made at a time: as numbers of Python they take 4 kB each."""
_LEAST_EQUAL = round(SIGNATURE * ALIKE)

Signatures = NDArray[np.uint8]
Hashes = NDArray[np.uint64]


class Tokens(NamedTuple):
    """The words of one field of n articles, hashed, one article after another: `hashes` [words], `counts` [n]."""

    hashes: Hashes
    counts: NDArray[np.int64]


def word_hashes(forms: Sequence[str]) -> Hashes:
    """A number for each word, given in its exact form; the same on every machine."""
    return np.array([zlib.crc32(form.encode("utf-8", "surrogatepass")) for form in forms], np.uint64)


def signatures(titles: Tokens, bodies: Tokens) -> Signatures:
    """The signatures of n articles (uint8[n, SIGNATURE]); all zero of one without a word in title and body.

    It is that of the body, so that a new headline changes nothing; of a short text that of title and body as a whole.
    Letter case and punctuation do not count. Articles of the same words have the same signature. 12 µs for an article
    of 300 words.
    """
    short = bodies.counts < FEWEST_WORDS
    hashes, counts = _threes(Tokens(bodies.hashes[np.repeat(~short, bodies.counts)], np.where(short, 0, bodies.counts)))
    whole = np.zeros(len(short), np.uint64)
    title_ends, body_ends = np.cumsum(titles.counts), np.cumsum(bodies.counts)
    for at in np.flatnonzero(short & (titles.counts + bodies.counts > 0)).tolist():
        title = titles.hashes[title_ends[at] - titles.counts[at] : title_ends[at]]
        body = bodies.hashes[body_ends[at] - bodies.counts[at] : body_ends[at]]
        whole[at] = zlib.crc32(np.concatenate([title, body]).astype("<u8").tobytes()) + 1
    single = np.flatnonzero(whole)
    ends = np.cumsum(counts)
    hashes = np.insert(hashes, ends[single], whole[single])
    counts[single] = 1
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.uint64)
    rows = np.empty((len(counts), SIGNATURE), np.uint8)
    for start in range(0, len(counts), _ROWS):
        some = offsets[start : start + _ROWS + 1]
        digests = RMinHash.digest_matrix_from_flat_token_hashes(
            hashes[some[0] : some[-1]], some - some[0], SIGNATURE, _SEED
        )
        rows[start : start + _ROWS] = np.array(digests.to_rows(), np.uint32)
    rows[counts == 0] = 0
    return rows


def _threes(tokens: Tokens) -> Tokens:
    """The words of each article in threes, as numbers."""
    counts = np.maximum(tokens.counts - _SHINGLE + 1, 0)
    if not counts.any():
        return Tokens(np.empty(0, np.uint64), counts)
    most = len(tokens.hashes) - _SHINGLE + 1
    mixed = np.zeros(most, np.uint64)
    for at, mixer in enumerate(_MIXERS):
        mixed += tokens.hashes[at : at + most] * mixer
    mixed ^= mixed >> np.uint64(32)
    starts = np.cumsum(tokens.counts) - tokens.counts
    inside = np.arange(most) - np.repeat(starts, tokens.counts)[:most] < np.repeat(counts, tokens.counts)[:most]
    return Tokens(mixed[inside], counts)


def signatures_of(articles: Iterable[Article]) -> Signatures:
    """The signatures of articles that are not being indexed."""
    fields: list[tuple[list[str], list[int]]] = [([], []), ([], [])]
    for article in articles:
        for (forms, counts), text in zip(fields, (article.title, article.body), strict=True):
            found = words(text or "")
            forms.extend(map(exact_form, found))
            counts.append(len(found))
    titles, bodies = (Tokens(word_hashes(forms), np.array(counts, np.int64)) for forms, counts in fields)
    return signatures(titles, bodies)


def groups(signatures: Signatures) -> NDArray[np.intp]:
    """For each signature the number of the group that it is in, -1 of those that stand alone.

    `signatures` is `uint8[n, SIGNATURE]`, the row of an article without one all zeros. Two are in one group when they
    agree by `ALIKE` or a chain of such pairs joins them; that does not depend on their order. A million take 8 seconds,
    were they one form filled in a million times 52, and 400 MB beside the signatures.
    """
    found = np.full(len(signatures), -1, np.intp)
    judged = np.flatnonzero(signatures.any(axis=1))
    rows, row_of = _distinct(signatures[judged])
    members = _groups(rows)[row_of]
    several = np.bincount(members, minlength=1)[members] > 1
    found[judged[several]] = members[several]
    return found


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
