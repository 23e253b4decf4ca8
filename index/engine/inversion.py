"""Inversion in memory: the words of many articles, turned round into postings by sorting arrays.

While articles come in, a word costs one dictionary look-up and one number appended. Everything else (counting,
positions, posting lists) is done once for the whole batch, by NumPy.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from index.analysis import exact_form, words
from index.article import Article
from index.duplicates import Hashes, Tokens, signatures, word_hashes
from index.engine.arrays import Array, Arrays
from index.engine.fields import HAS_BIT, OWN_FIELDS, STORED_FIELDS, VALUE_GAP, WORD_FIELDS, verbatim
from index.engine.postings import Postings
from index.engine.texts import encode_text
from index.schema import Field, Kind

_WORD_FIELDS = frozenset(field.name for field in WORD_FIELDS)

# 7.9 million words with the frequencies of a language took 590 MB at the peak; a million different ones 530 MB.
BYTES_PER_TOKEN = 75
BYTES_PER_WORD = 270


class Vocabulary(dict[str, int]):
    """Numbers for words as they stand in texts; words of one form share a number."""

    def __init__(self, form: Callable[[str], str]) -> None:
        super().__init__()
        self._form = form
        self._number: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        number = self[word] = self._number.setdefault(self._form(word), len(self._number))
        return number

    def forms(self) -> list[str]:
        """The forms by their numbers."""
        return list(self._number)

    def terms(self) -> tuple[list[bytes], Array]:
        """The forms as terms in their order, and each number's place in it."""
        encoded = [encode_text(form) for form in self._number]
        order = sorted(range(len(encoded)), key=encoded.__getitem__)
        rank = np.empty(len(encoded), np.int64)
        rank[order] = np.arange(len(encoded))
        return [encoded[number] for number in order], rank


@dataclass(slots=True)
class _Values:
    """One field's values so far: whose each is, how many words it has, and at what position it starts."""

    docs: array[int] = field(default_factory=lambda: array("i"))
    counts: array[int] = field(default_factory=lambda: array("i"))
    starts: array[int] = field(default_factory=lambda: array("i"))
    numbers: array[int] = field(default_factory=lambda: array("i"))


class Inversion:
    """Collects articles, numbered from 0, and gives their postings and the lengths of their fields."""

    def __init__(self) -> None:
        self._words = Vocabulary(exact_form)
        self._codes = Vocabulary(verbatim)
        self._values = {field.name: _Values() for field in STORED_FIELDS}
        self._has = array("I")
        self._tokens = 0

    def add(self, article: Article) -> None:
        """Take in the next article."""
        doc, has = len(self._has), 0
        for one in OWN_FIELDS:
            values = one.values(article)
            if not any(values):
                continue
            has |= HAS_BIT[one.name]
            if one.kind is Kind.CODE:
                self._add_codes(self._values[one.name], doc, values)
            elif one.kind is not Kind.DATE:
                self._add_words(self._values[one.name], doc, values)
        self._has.append(has)

    @property
    def memory(self) -> int:
        """Bytes that turning everything into posting lists will take at its peak, about."""
        distinct = sum(len(one) for one in (self._words, self._codes))
        return BYTES_PER_TOKEN * self._tokens + BYTES_PER_WORD * distinct

    def _add_codes(self, into: _Values, doc: int, values: Sequence[str]) -> None:
        into.numbers.extend([self._codes[value] for value in values])
        into.docs.append(doc)
        into.counts.append(len(values))
        into.starts.append(0)

    def _add_words(self, into: _Values, doc: int, values: Sequence[str]) -> None:
        vocabulary, start = self._words, 0
        for value in values:
            found = words(value)
            into.numbers.extend(list(map(vocabulary.__getitem__, found)))
            into.docs.append(doc)
            into.counts.append(len(found))
            into.starts.append(start)
            start += len(found) + VALUE_GAP
            self._tokens += len(found)

    def columns(self) -> Arrays:
        """`has` (bits of the fields that have a value), `signature` (uint8[articles * SIGNATURE], index.duplicates) and
        the `length_arrays` of all fields with words.
        """
        hashes = word_hashes(self._words.forms())
        title, body = (self._tokens_of(self._values[name], hashes) for name in ("title", "body"))
        columns: dict[str, Array] = {
            "has": np.array(self._has, np.uint32),
            "signature": signatures(title, body).ravel(),
        }
        for name in _WORD_FIELDS:
            values = self._values[name]
            lengths = np.bincount(values.docs, values.counts, minlength=len(self._has)).astype(np.uint32)
            columns |= length_arrays(name, lengths)
        return columns

    def _tokens_of(self, values: _Values, hashes: Hashes) -> Tokens:
        counts = np.bincount(values.docs, values.counts, minlength=len(self._has)).astype(np.int64)
        return Tokens(hashes[np.array(values.numbers, np.int32)], counts)

    def postings(self) -> Iterator[tuple[Field, list[bytes], Postings]]:
        """Each field with its terms in order, and their postings."""
        words, codes = self._words.terms(), self._codes.terms()
        for one in STORED_FIELDS:
            terms, rank = codes if one.kind is Kind.CODE else words
            values = self._values[one.name]
            numbers = rank[np.array(values.numbers, np.int32)]
            used = np.flatnonzero(np.bincount(numbers, minlength=len(terms)))
            yield one, [terms[number] for number in used.tolist()], _postings(values, numbers)


def length_arrays(field: str, lengths: Array) -> dict[str, Array]:
    """`length.FIELD`: the words of each article (in as few bytes as fit); `length.FIELD.total`: all words of them, and
    how many articles have any (int64[2]).
    """
    return {
        f"length.{field}": lengths.astype(np.min_scalar_type(int(lengths.max(initial=0)))),
        f"length.{field}.total": np.array([lengths.sum(dtype=np.int64), np.count_nonzero(lengths)]),
    }


def _postings(values: _Values, numbers: Array) -> Postings:
    """The postings of a field whose words have these terms."""
    docs, positions = _places(values)
    # One sort of 64-bit numbers (the term, then where its word stood) takes a sixth of a stable argsort of the terms.
    order = np.sort((numbers << 32) | np.arange(len(numbers)))
    numbers, order = order >> 32, order & 0xFFFF_FFFF
    docs, positions = docs[order], positions[order]
    changed = np.ones(len(numbers) + 1, np.bool_)
    changed[1:-1] = numbers[1:] != numbers[:-1]
    terms = np.flatnonzero(changed)  # the first token of each, and the end
    changed[1:-1] |= docs[1:] != docs[:-1]
    postings = np.flatnonzero(changed)  # so too
    df = np.diff(np.searchsorted(postings, terms))
    return Postings(df, docs[postings[:-1]], np.diff(postings), (positions,))


def _places(values: _Values) -> tuple[Array, Array]:
    """The document and the position of every word of a field."""
    counts = np.array(values.counts, np.int64)
    docs = np.repeat(np.array(values.docs, np.int32), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    positions = np.arange(len(docs)) - first + np.repeat(np.array(values.starts, np.int64), counts)
    return docs, positions.astype(np.int32)
