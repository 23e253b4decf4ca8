"""The fields that have terms, under the names that query nodes use, and how the words of each are compared.

A text or name field has two names: its own asks for stems (text) or folded forms (names), `NAME.exact` for exact forms.
A code field is compared whole. Dates are columns only. All of it comes from `index.schema` and never out of a file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from index.analysis import exact_form, folded_form, stem
from index.errors import RequestInvalid
from index.query import EXACT
from index.schema import FIELDS, Field, Kind

VALUE_GAP = 100
"""Positions between the values of a field; no phrase, however sloppy, reaches over it."""


@dataclass(frozen=True, slots=True)
class TermField:
    """A field as a query node names it: whose terms it means, and the form that a word is looked up in."""

    field: Field
    form: Callable[[str], str]
    exact: bool = False


def verbatim(word: str) -> str:
    """The form of a code: itself."""
    return word


_FORMS: dict[Kind, Callable[[str], str]] = {Kind.TEXT: stem, Kind.NAME: folded_form, Kind.CODE: verbatim}

OWN_FIELDS: tuple[Field, ...] = tuple(field for field in FIELDS if not field.derived)
"""The fields that an article has of its own."""

STORED_FIELDS: tuple[Field, ...] = tuple(field for field in OWN_FIELDS if field.kind in _FORMS)
"""Those of them that have terms, which a segment keeps."""

OWN_FACETS: tuple[Field, ...] = tuple(field for field in OWN_FIELDS if field.facet)
"""Those of them that are facets."""

(CLUSTER,) = (field for field in FIELDS if field.derived)
"""The field that follows from all articles (`clusters.py`)."""

WORD_FIELDS: tuple[Field, ...] = tuple(field for field in STORED_FIELDS if field.kind is not Kind.CODE)
"""The fields that are made of words; each can be asked exactly too."""

TERM_FIELDS: dict[str, TermField] = {
    field.name: TermField(field, _FORMS[field.kind]) for field in (*STORED_FIELDS, CLUSTER)
} | {field.name + EXACT: TermField(field, exact_form, exact=True) for field in WORD_FIELDS}
"""The fields by the names that query nodes use."""

_BY_NAME = {field.name: field for field in FIELDS}

HAS_BIT = {field.name: 1 << bit for bit, field in enumerate(OWN_FIELDS)}
"""Each field's bit in the column that says which fields of an article have a value."""


def schema_field(name: str) -> Field:
    """The field that a query node or a request names. Raises RequestInvalid when there is none."""
    field = _BY_NAME.get(name)
    if field is None:
        raise RequestInvalid("q", f"There is no field “{name}” to search in.")
    return field


def term_field(name: str) -> TermField:
    """The field with terms that a query node names. Raises RequestInvalid when it has no terms."""
    field = TERM_FIELDS.get(name)
    if field is None:
        raise RequestInvalid("q", f"There are no words to search for in “{name}”.")
    return field
