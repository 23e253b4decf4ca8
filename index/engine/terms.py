"""The terms of a segment: which words its articles have, field by field, and in which forms a query may ask for them.

Only the words as written (`index.analysis.exact_form`) have postings. A stem or a folded form is answered by the words
that have it: their postings are put together when a query asks, and kept in the cache. So exact search costs no second
index, and a rule that changes words (another language's stemmer, say) would change this dictionary and no posting.

    f.terms.bytes, .ends       the words of field f in order, UTF-8
    f.plain.bytes, .ends       stems (text) or folded forms (names) that differ from some word they come from, in order
    f.plain.at, f.plain.terms  for each of them where its words start, and the words' numbers
    f.folded.…                 the same of folded forms, for patterns in text fields

A code has neither forms nor frequencies worth the name; its terms are its values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import numpy as np

from index.analysis import folded_form, folded_forms, stem, stems
from index.engine.arrays import Array, ArrayFile, Arrays, ArrayWriter
from index.engine.postings import FieldPostings
from index.engine.texts import Texts, decode_text, encode_text, text_arrays
from index.schema import Field, Kind

_OWNER = b"'s"


def write_terms(writer: ArrayWriter, field: Field, terms: Sequence[bytes]) -> None:
    """Write the terms of a field, and the forms that lead to them."""
    _add(writer, text_arrays(f"{field.name}.terms", terms))
    _add(writer, form_arrays(field, terms))


def form_arrays(field: Field, terms: Sequence[bytes]) -> Arrays:
    """The arrays of the forms that lead to a field's terms."""
    if field.kind is Kind.CODE:
        return {}
    words = [decode_text(term) for term in terms]
    folded = folded_forms(words)
    if field.kind is Kind.NAME:
        return _forms(f"{field.name}.plain", words, folded)
    return _forms(f"{field.name}.plain", words, stems(folded)) | _forms(f"{field.name}.folded", words, folded)


def _forms(name: str, words: Sequence[str], forms: Sequence[str]) -> dict[str, Array]:
    """Those forms that differ from their words, each with the words' numbers."""
    derived = [number for number, (word, form) in enumerate(zip(words, forms, strict=True)) if form != word]
    encoded = {number: encode_text(forms[number]) for number in derived}
    derived.sort(key=lambda number: (encoded[number], number))
    runs = [list(numbers) for _, numbers in groupby(derived, encoded.__getitem__)]
    return {
        **text_arrays(name, [encoded[numbers[0]] for numbers in runs]),
        f"{name}.at": np.cumsum([0, *map(len, runs)]).astype(np.int32),
        f"{name}.terms": np.array(derived, np.int32),
    }


def _add(writer: ArrayWriter, arrays: Arrays) -> None:
    for name, array in arrays.items():
        writer.add(name, array)


class _Forms:
    """Which words a derived form comes from."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._file, self._name = file, name
        self.texts = Texts(file, name)

    def terms(self, form: bytes) -> list[int]:
        """The numbers of the words with this form that are not the form itself."""
        place = self.texts.find(form)
        return [] if place < 0 else self.of(place)

    def of(self, place: int) -> list[int]:
        """The numbers of the words of one form."""
        start, stop = self._file.part(f"{self._name}.at", place, place + 2).tolist()
        numbers: list[int] = self._file.part(f"{self._name}.terms", start, stop).tolist()
        return numbers


class FieldTerms:
    """The terms of one field of a segment. Numbers are those of its words, in the order of their bytes."""

    def __init__(self, file: ArrayFile, field: Field, documents: int) -> None:
        self._derive = stem if field.kind is Kind.TEXT else folded_form
        self.words = Texts(file, f"{field.name}.terms")
        self._plain = _Forms(file, f"{field.name}.plain") if field.kind is not Kind.CODE else None
        self._folded = _Forms(file, f"{field.name}.folded") if field.kind is Kind.TEXT else self._plain
        self.postings = FieldPostings(file, field.name, documents)

    def forms_of(self, number: int) -> tuple[bytes, ...]:
        """The exact forms that a word answers to: itself and, of a possessive, its owner. A code is its own."""
        word = self.words[number]
        is_owned = self._plain is not None and word.endswith(_OWNER) and word != _OWNER
        return (word, word.removesuffix(_OWNER)) if is_owned else (word,)

    def exact(self, form: bytes) -> list[int]:
        """The words that a quoted word finds: itself, and as the owner in a possessive."""
        return [number for word in (form, form + _OWNER) if (number := self.words.find(word)) >= 0]

    def plain(self, form: bytes) -> list[int]:
        """The words with this stem (text) or folded form (names), or this code."""
        own = self.words.find(form)
        if self._plain is None:
            return [own] if own >= 0 else []
        found = self._plain.terms(form)
        return sorted([*found, own]) if own >= 0 and self._form(self._derive, form) == form else found

    def exact_forms(self, prefix: bytes) -> list[bytes]:
        """The exact forms that start with `prefix`, owners of possessives among them, in order. A code is its own."""
        found = self.words.range(*self.words.starting(prefix))
        if self._plain is None:
            return found
        owners = {word.removesuffix(_OWNER) for word in found if word.endswith(_OWNER) and word != _OWNER}
        return sorted({*found, *(owner for owner in owners if owner.startswith(prefix))})

    def plain_forms(self) -> set[bytes]:
        """All stems (text) or folded forms (names) of the words; the codes."""
        words = self.words.all()
        if self._plain is None:
            return set(words)
        return {self._form(self._derive, word) for word in words}

    def folded(self, prefix: bytes) -> Iterator[tuple[bytes, int]]:
        """Folded forms that start with `prefix`, each with the number of a word that has it, in no order.

        A code's form is the code.
        """
        first, last = self.words.starting(prefix)
        for number, word in enumerate(self.words.range(first, last), first):
            if self._folded is None or self._is_folded(word):
                yield word, number
        if self._folded is not None:
            for place in range(*self._folded.texts.starting(prefix)):
                form = self._folded.texts[place]
                for number in self._folded.of(place):
                    yield form, number

    def _is_folded(self, word: bytes) -> bool:
        """Whether a word is its own folded form; only odd ones have to be folded to tell."""
        return (word.isascii() and not word.endswith(_OWNER)) or self._form(folded_form, word) == word

    @staticmethod
    def _form(form: Callable[[str], str], word: bytes) -> bytes:
        return encode_text(form(decode_text(word)))
