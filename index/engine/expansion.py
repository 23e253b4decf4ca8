"""One node that stands for many words: `pre*`, `wi?d` and ranges of words, by their folded forms; `fuzzy~` by
`spelling`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fnmatch import translate
from heapq import nsmallest

import numpy as np

from index.engine.arrays import Array
from index.engine.fields import WORD_FIELDS
from index.engine.matches import Board
from index.engine.snapshot import Snapshot
from index.engine.texts import decode_text, encode_text
from index.query import EXACT, within

MOST_EXPANDED = 1_024
"""Words that one node stands for at most, the most frequent ones."""

Fitting = Callable[[list[str]], Sequence[bool]]
"""Which of some forms a node stands for."""

_WORD_FIELDS = frozenset(field.name for field in WORD_FIELDS)


def fitting_words(snapshot: Snapshot, field: str, head: str, fitting: Fitting) -> list[list[int]]:
    """For each segment the numbers of a field's words, ascending, whose folded form starts with `head` and fits."""
    return [_fitting(snapshot, segment, field, head, fitting) for segment in range(len(snapshot.segments))]


def docs_with(snapshot: Snapshot, board: Board, field: str, numbers: list[list[int]]) -> Array:
    """The live documents (int32, ascending) with any of a field's words, the most frequent ones of too many.

    `numbers` are those of the words, ascending, for each segment.
    """
    if sum(map(len, numbers)) > MOST_EXPANDED:
        return _most_frequent(snapshot, board, field, numbers)
    found = [
        docs + np.int32(base)
        for base, segment, chosen in zip(snapshot.bases, snapshot.segments, numbers, strict=True)
        for docs in segment.docs_of(field, chosen)
    ]
    docs = board.union(found)
    return docs[snapshot.live[docs]]


def _fitting(snapshot: Snapshot, segment: int, field: str, head: str, fitting: Fitting) -> list[int]:
    """The numbers of a segment's words that a node stands for, ascending."""
    candidates = list(snapshot.segments[segment].terms[field].folded(encode_text(head)))
    fits = fitting([decode_text(form) for form, _ in candidates])
    return sorted({number for (_, number), fit in zip(candidates, fits, strict=True) if fit})


def _most_frequent(snapshot: Snapshot, board: Board, field: str, numbers: list[list[int]]) -> Array:
    """What has any of the most frequent exact forms of these words."""
    name = field + EXACT if field in _WORD_FIELDS else field
    forms: set[bytes] = set()
    for segment, chosen in zip(snapshot.segments, numbers, strict=True):
        forms.update(*map(segment.terms[field].forms_of, chosen))
    counts = {form: snapshot.count_of(name, form) for form in forms}
    frequent = nsmallest(MOST_EXPANDED, forms, key=lambda form: (-counts[form], form))
    return board.union([snapshot.postings(name, form)[0] for form in frequent])


def every(forms: list[str]) -> Sequence[bool]:
    """All of them: of `pre*`, whose head says it all."""
    return [True] * len(forms)


def literal_head(pattern: str) -> str:
    """What a pattern starts with before its first `*` or `?`."""
    return re.split(r"[*?]", pattern, maxsplit=1)[0]


def fitting(pattern: str) -> Fitting:
    """Forms that fit a pattern of `*` (anything) and `?` (one character)."""
    # A character class is none of our language; and `translate` gives an expression that cannot run away.
    match = re.compile(translate(pattern.replace("[", "[[]"))).match
    return lambda forms: [match(form) is not None for form in forms]


def between(start: str | None, end: str | None, *, startexcl: bool, endexcl: bool) -> Fitting:
    """Forms in a range of the alphabet."""
    holds = within(start, end, startexcl=startexcl, endexcl=endexcl)
    return lambda forms: list(map(holds, forms))
