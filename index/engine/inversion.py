"""Inversion in memory: the words of many articles, turned round into posting lists by sorting arrays.

While articles come in, a word costs one dictionary look-up and one number appended. Everything else (counting,
positions, posting lists) is done once for the whole batch, by NumPy.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from index.analysis import exact_forms, folded_form, stem, words
from index.article import Article
from index.engine.arrays import Array, Arrays, encode_text
from index.engine.fields import HAS_BIT, TERM_FIELDS, VALUE_GAP, verbatim
from index.query import EXACT
from index.schema import FIELDS, Kind

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
        number = self[word] = self.number_of(self._form(word))
        return number

    def number_of(self, form: str) -> int:
        """The number of a form."""
        return self._number.setdefault(form, len(self._number))

    def terms(self) -> tuple[list[bytes], Array]:
        """The forms as terms in their order, and each number's place in it."""
        encoded = [encode_text(form) for form in self._number]
        order = sorted(range(len(encoded)), key=encoded.__getitem__)
        rank = np.empty(len(encoded), np.int32)
        rank[order] = np.arange(len(encoded), dtype=np.int32)
        return [encoded[number] for number in order], rank


class ExactVocabulary(Vocabulary):
    """Exact forms; a possessive also knows the number of its owner's form."""

    def __init__(self) -> None:
        super().__init__(lambda word: exact_forms(word)[0])
        self.owners: dict[int, int] = {}

    def __missing__(self, word: str) -> int:
        number = super().__missing__(word)
        for owner in exact_forms(word)[1:]:
            self.owners[number] = self.number_of(owner)
        return number


@dataclass(slots=True)
class _Values:
    """One field's values so far: whose each is, how many words it has, and at what position it starts."""

    docs: array[int] = field(default_factory=lambda: array("i"))
    counts: array[int] = field(default_factory=lambda: array("i"))
    starts: array[int] = field(default_factory=lambda: array("i"))
    plain: array[int] = field(default_factory=lambda: array("i"))
    exact: array[int] = field(default_factory=lambda: array("i"))


@dataclass(frozen=True, slots=True)
class PostingList:
    """One term's postings in document order; `positions` are those of all postings, one after another."""

    term: bytes
    docs: Array
    frequencies: Array
    positions: Array | None


class Inversion:
    """Collects articles, numbered from 0, and gives their posting lists and the lengths of their fields."""

    def __init__(self) -> None:
        self._vocabularies = {
            Kind.TEXT: Vocabulary(stem),
            Kind.NAME: Vocabulary(folded_form),
            Kind.CODE: Vocabulary(verbatim),
        }
        self._exact = ExactVocabulary()
        self._values = {field.name: _Values() for field in FIELDS if field.kind is not Kind.DATE}
        self._has = array("I")
        self._tokens = 0

    def add(self, article: Article) -> None:
        """Take in the next article."""
        doc, has = len(self._has), 0
        for one in FIELDS:
            values = one.values(article)
            if not any(values):
                continue
            has |= HAS_BIT[one.name]
            if one.kind is Kind.CODE:
                self._add_codes(self._values[one.name], doc, values)
            elif one.kind is not Kind.DATE:
                self._add_words(self._values[one.name], self._vocabularies[one.kind], doc, values)
        self._has.append(has)

    @property
    def memory(self) -> int:
        """Bytes that turning everything into posting lists will take at its peak, about."""
        distinct = sum(len(one) for one in (self._exact, *self._vocabularies.values()))
        return BYTES_PER_TOKEN * self._tokens + BYTES_PER_WORD * distinct

    def _add_codes(self, into: _Values, doc: int, values: Sequence[str]) -> None:
        vocabulary = self._vocabularies[Kind.CODE]
        into.plain.extend([vocabulary[value] for value in values])
        into.docs.append(doc)
        into.counts.append(len(values))
        into.starts.append(0)

    def _add_words(self, into: _Values, plain: Vocabulary, doc: int, values: Sequence[str]) -> None:
        exact, start = self._exact, 0
        for value in values:
            found = words(value)
            into.plain.extend([plain[word] for word in found])
            into.exact.extend([exact[word] for word in found])
            into.docs.append(doc)
            into.counts.append(len(found))
            into.starts.append(start)
            start += len(found) + VALUE_GAP
            self._tokens += len(found)

    def columns(self) -> Arrays:
        """`has` (bits of the fields that have a value) and `length.FIELD` (words) of every article."""
        columns = {"has": np.array(self._has, np.uint32)}
        for name, values in self._values.items():
            if name + EXACT in TERM_FIELDS:
                lengths = np.bincount(values.docs, values.counts, minlength=len(self._has))
                columns[f"length.{name}"] = lengths.astype(np.uint32)
        return columns

    def postings(self) -> Iterator[tuple[str, Iterator[PostingList]]]:
        """Each Whoosh field with its posting lists by term. Fields must be taken in turn."""
        kinds = {one.name: one.kind for one in FIELDS}
        plain = {kind: vocabulary.terms() for kind, vocabulary in self._vocabularies.items()}
        exact = self._exact.terms()
        owners = np.full(len(exact[0]), -1, np.int32)
        for possessive, owner in self._exact.owners.items():
            owners[exact[1][possessive]] = exact[1][owner]
        for name, values in self._values.items():
            docs, positions = _places(values)
            terms, rank = plain[kinds[name]]
            yield name, _posting_lists(terms, rank[np.array(values.plain, np.int32)], docs, None)
            if name + EXACT in TERM_FIELDS:
                numbers, docs, positions = _with_owners(
                    exact[1][np.array(values.exact, np.int32)], docs, positions, owners
                )
                yield name + EXACT, _posting_lists(exact[0], numbers, docs, positions)


def _places(values: _Values) -> tuple[Array, Array]:
    """The document and the position of every word of a field."""
    counts = np.array(values.counts, np.int64)
    docs = np.repeat(np.array(values.docs, np.int32), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    positions = np.arange(len(docs)) - first + np.repeat(np.array(values.starts, np.int64), counts)
    return docs, positions.astype(np.int32)


def _with_owners(numbers: Array, docs: Array, positions: Array, owners: Array) -> tuple[Array, Array, Array]:
    """The words and, at the position of each possessive, its owner. Documents and positions stay in order."""
    owner = owners[numbers]
    possessive = np.flatnonzero(owner >= 0)
    if not len(possessive):
        return numbers, docs, positions
    return (
        np.insert(numbers, possessive, owner[possessive]),
        np.insert(docs, possessive, docs[possessive]),
        np.insert(positions, possessive, positions[possessive]),
    )


def _posting_lists(terms: list[bytes], numbers: Array, docs: Array, positions: Array | None) -> Iterator[PostingList]:
    order = np.argsort(numbers, kind="stable")
    numbers, docs = numbers[order], docs[order]
    positions = None if positions is None else positions[order]
    changed = np.ones(len(numbers) + 1, np.bool_)
    changed[1:-1] = numbers[1:] != numbers[:-1]
    term_starts = np.flatnonzero(changed)
    changed[1:-1] |= docs[1:] != docs[:-1]
    starts = np.flatnonzero(changed)  # of postings, and the end
    docs, frequencies = docs[starts[:-1]], np.diff(starts)
    bounds = np.searchsorted(starts, term_starts)
    for first, last, start, end in zip(
        bounds[:-1].tolist(), bounds[1:].tolist(), term_starts[:-1].tolist(), term_starts[1:].tolist(), strict=True
    ):
        yield PostingList(
            terms[int(numbers[start])],
            docs[first:last],
            frequencies[first:last],
            None if positions is None else positions[start:end],
        )
