"""Words that are spelled like another: what `fuzzy~` stands for.

All fields of words are read at once, because free text asks for the same word in each, and what they hold under a first
letter is kept in the cache letter by letter. On Reuters-21578 (46,000 words, 3 segments) a free word takes 15 ms the
first time that its first letter is asked for, and 2 ms from then on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from index.engine.arrays import Array
from index.engine.cache import Postings
from index.engine.fields import WORD_FIELDS
from index.engine.snapshot import Snapshot
from index.engine.texts import decode_text, encode_text

LONGEST = 1_024
"""Letters of a word that another can be like; a query is shorter."""

_WORDS = np.dtype([("field", np.uint8), ("segment", np.uint32), ("number", np.int32), ("length", np.uint16)])
_WORD_FIELDS = tuple(field.name for field in WORD_FIELDS)


def similar_words(snapshot: Snapshot, field: str, word: str, head: str, most: int) -> list[list[int]]:
    """For each segment the numbers of a field's words, ascending, that start with `head` and are at most so many edits
    away from a word, by their folded forms: letters put in, left out, changed, or neighbours swapped.
    """
    fields = _WORD_FIELDS if field in _WORD_FIELDS else (field,)
    what = repr(("similar", fields, word, head, most))
    found = snapshot.cached(what, lambda: (_similar(snapshot, fields, word, head, most), np.empty(0)))[0]
    found = found[found["field"] == fields.index(field)]
    return [
        np.unique(found["number"][found["segment"] == segment]).tolist() for segment in range(len(snapshot.segments))
    ]


def _similar(snapshot: Snapshot, fields: Sequence[str], word: str, head: str, most: int) -> Array:
    """The words of some fields that are like one."""
    words, letters = snapshot.cached(repr(("spelled", fields, head)), lambda: _spelled(snapshot, fields, head))
    return words[similar(word, letters, words["length"], most)]


def _spelled(snapshot: Snapshot, fields: Sequence[str], head: str) -> Postings:
    """All words of some fields that start with `head`, and the letters of their folded forms one after another."""
    words, forms = [], []
    for number, form in _folded(snapshot, fields, head):
        if len(form) <= LONGEST:
            words.append((*number, len(form)))
            forms.append(form)
    return np.array(words, _WORDS), letters_of("".join(forms))


def _folded(snapshot: Snapshot, fields: Sequence[str], head: str) -> Iterator[tuple[tuple[int, int, int], str]]:
    for place, field in enumerate(fields):
        for number, segment in enumerate(snapshot.segments):
            for form, term in segment.terms[field].folded(encode_text(head)):
                yield (place, number, term), decode_text(form)


def letters_of(text: str) -> Array:
    """The code points of a text, in as few bytes as they need."""
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return letters.astype(np.min_scalar_type(int(letters.max(initial=0))))


def similar(word: str, letters: Array, lengths: Array, most: int) -> Array:
    """The numbers of those forms, whose letters stand one after another, that are so few edits away from a word."""
    lengths = lengths.astype(np.int64)
    near = np.flatnonzero(np.abs(lengths - len(word)) <= most)
    if not len(near) or not len(letters):
        return near
    starts = (np.cumsum(lengths) - lengths)[near]
    columns = [letters.take(starts + place, mode="clip") for place in range(len(word) + most)]
    found: Array = near[_distances(word, columns, lengths[near], most) <= most]
    return found


def _distances(word: str, columns: Sequence[Array], lengths: Array, most: int) -> Array:
    """The edits between a word and each of some forms, where they are at most so many; else a greater number.

    `columns[j]` are the forms' letters j, whatever stands behind their ends; `lengths` differ from the word's by at
    most `most`. Optimal string alignment (Damerau 1964), row by row for all forms at once, and only so near to the
    diagonal as can matter.
    """
    size, width = len(lengths), len(columns)
    beyond = np.full(size, most + 1, np.int16)
    # rows[j] holds the distance of the first i letters of the word from the first j of each form.
    before = rows = [np.full(size, j, np.int16) if j <= most else beyond for j in range(width + 1)]
    for i, letter in enumerate(map(ord, word), 1):
        current = [np.full(size, i, np.int16) if i <= most else beyond] + [beyond] * width
        for j in range(max(i - most, 1), min(i + most, width) + 1):
            best = np.minimum(np.minimum(rows[j], current[j - 1]) + 1, rows[j - 1] + (columns[j - 1] != letter))
            if i > 1 and j > 1:
                swapped = (columns[j - 2] == letter) & (columns[j - 1] == ord(word[i - 2]))
                best = np.where(swapped, np.minimum(best, before[j - 2] + 1), best)
            current[j] = best
        before, rows = rows, current
    distances: Array = np.stack(rows)[lengths, np.arange(size)]
    return distances
