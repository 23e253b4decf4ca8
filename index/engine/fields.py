"""The Whoosh fields behind the fields of the schema, and how the words of each are compared.

A text or name field has two: its own name holds stems (text) or folded forms (names) with frequencies, `NAME.exact` the
exact forms with positions. A code field has one, of whole values. Dates are columns only.
They are made from `index.schema` each time and never read from a file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
from whoosh import formats
from whoosh.analysis import Analyzer
from whoosh.fields import FieldType

from index.analysis import exact_form, folded_form, stem
from index.engine.arrays import decode_text, encode_text
from index.errors import RequestInvalid
from index.query import EXACT
from index.schema import FIELDS, Field, Kind

VALUE_GAP = 100
"""Positions between the values of a field; no phrase, however sloppy, reaches over it."""


class WordPositions(formats.Positions):
    """Positions as a plain array of 32-bit integers, which a whole posting list decodes at once."""

    def encode(self, poslist: Sequence[int]) -> bytes:
        """The positions of one posting."""
        return np.asarray(poslist, "<i4").tobytes()

    def decode_positions(self, valuestring: bytes) -> list[int]:
        """The positions that `encode` encoded."""
        positions: list[int] = np.frombuffer(valuestring, "<i4").tolist()
        return positions

    def decode_frequency(self, valuestring: bytes) -> int:
        """How many positions there are."""
        return len(valuestring) // 4


class TermField(FieldType):
    """A field whose terms are computed by us and are any text, lone surrogates included."""

    def __init__(self, form: Callable[[str], str], format_: formats.Format) -> None:
        super().__init__(format_, analyzer=Analyzer())  # never called: terms come from index.analysis
        self.form = form

    def to_bytes(self, value: str) -> bytes:
        """The term as it stands in the dictionary."""
        return encode_text(value)

    def from_bytes(self, bs: object) -> str:
        """The term as text."""
        return decode_text(bytes(cast(bytes, bs)))


def verbatim(word: str) -> str:
    """The form of a code: itself."""
    return word


_PLAIN = {
    Kind.TEXT: TermField(stem, formats.Frequency()),
    Kind.NAME: TermField(folded_form, formats.Frequency()),
    Kind.CODE: TermField(verbatim, formats.Existence()),
}
_EXACT = TermField(exact_form, WordPositions())

WORD_FIELDS: tuple[Field, ...] = tuple(field for field in FIELDS if field.kind in {Kind.TEXT, Kind.NAME})
"""The fields that are made of words; each has an exact field too."""

TERM_FIELDS: dict[str, TermField] = {field.name: _PLAIN[field.kind] for field in FIELDS if field.kind in _PLAIN} | {
    field.name + EXACT: _EXACT for field in WORD_FIELDS
}
"""The Whoosh fields by name."""


_BY_NAME = {field.name: field for field in FIELDS}

HAS_BIT = {field.name: 1 << bit for bit, field in enumerate(FIELDS)}
"""Each field's bit in the column that says which fields of an article have a value."""


def schema_field(name: str) -> Field:
    """The field that a query node or a request names. Raises RequestInvalid when there is none."""
    field = _BY_NAME.get(name)
    if field is None:
        raise RequestInvalid("q", f"There is no field “{name}” to search in.")
    return field


def term_field(name: str) -> TermField:
    """The Whoosh field that a query node names. Raises RequestInvalid when it has no terms."""
    field = TERM_FIELDS.get(name)
    if field is None:
        raise RequestInvalid("q", f"There are no words to search for in “{name}”.")
    return field
