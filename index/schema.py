"""The fields of an article as the query language, the facets and the endpoint name them.

The names are public and binding. Everything that depends on a field (how an engine indexes it, which names a query may
use, what a facet is called on the page) is read from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from index.article import Article
from index.results import MISSING

SCHEMA_VERSION = 3
"""Raised whenever the meaning of stored data changes; an index of another version is refused by name."""


class Kind(StrEnum):
    """How the words of a field are compared."""

    TEXT = "text"
    """Running text: stemmed; its `.exact` subfield holds the words as written."""
    NAME = "name"
    """Names and labels: folded, never stemmed; with an `.exact` subfield too."""
    CODE = "code"
    """Identifiers: compared whole and verbatim."""
    DATE = "date"
    """A date, compared by ranges only."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its public name, how it is compared, and where an article keeps its values."""

    name: str
    kind: Kind
    label: str
    values: Callable[[Article], tuple[str, ...]]
    aliases: tuple[str, ...] = ()
    facet: bool = False
    paths: bool = False
    """Whether its values may be paths, such as `World/Europe`. An article has one value of such a field at most."""
    derived: bool = False
    """Whether it follows from all articles together, at each commit; what an article brings along does not count."""


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


FIELDS: tuple[Field, ...] = (
    Field("id", Kind.CODE, "Id", lambda a: (a.id,)),
    Field("url", Kind.CODE, "Address", lambda a: _one(a.url)),
    Field("source", Kind.NAME, "Source", lambda a: _one(a.source), ("sources",), facet=True),
    Field("title", Kind.TEXT, "Title", lambda a: _one(a.title), ("titles", "headline", "headlines")),
    Field("abstract", Kind.TEXT, "Abstract", lambda a: _one(a.abstract), ("abstracts",)),
    Field("byline", Kind.NAME, "Byline", lambda a: a.byline, ("bylines", "by"), facet=True),
    Field(
        "credit",
        Kind.NAME,
        "Credit",
        lambda a: a.credits + tuple(c.credit for c in a.captions if c.credit),
        ("credits",),
    ),
    Field("published", Kind.DATE, "Published", lambda a: _one(str(a.published or "")), ("date", "dates")),
    Field("modified", Kind.DATE, "Modified", lambda a: _one(str(a.modified or ""))),
    Field("dateline", Kind.NAME, "Dateline", lambda a: _one(a.dateline), ("datelines",)),
    Field("section", Kind.NAME, "Section", lambda a: _one(a.section), ("sections",), facet=True, paths=True),
    Field("keyword", Kind.NAME, "Keyword", lambda a: a.keywords, ("keywords",), facet=True),
    Field("type", Kind.NAME, "Type", lambda a: _one(a.type), ("types",), facet=True),
    Field("lang", Kind.CODE, "Language", lambda a: _one(a.language), ("language", "languages", "langs"), facet=True),
    Field("heading", Kind.TEXT, "Heading", lambda a: a.headings, ("headings",)),
    Field("body", Kind.TEXT, "Body", lambda a: _one(a.body), ("text",)),
    Field("caption", Kind.TEXT, "Caption", lambda a: tuple(c.text for c in a.captions if c.text), ("captions",)),
    Field("person", Kind.NAME, "Person", lambda a: a.people, ("people", "persons"), facet=True),
    Field("place", Kind.NAME, "Place", lambda a: a.places, ("places",), facet=True),
    Field(
        "organisation",
        Kind.NAME,
        "Organisation",
        lambda a: a.organisations,
        ("organisations", "organization", "organizations", "org", "orgs"),
        facet=True,
    ),
    Field(
        "said-by",
        Kind.NAME,
        "Said by",
        lambda a: tuple(dict.fromkeys(quote.speaker for quote in a.quotes if quote.speaker)),
        ("speaker", "speakers"),
    ),
    Field("cluster", Kind.CODE, "Story", lambda a: _one(a.cluster), ("clusters",), facet=True, derived=True),
)

FACETS: tuple[Field, ...] = tuple(field for field in FIELDS if field.facet)


def facet_values(field: Field, article: Article) -> tuple[str, ...]:
    """The distinct values of an article in a facet. What is blank or reads `_missing` is none: nobody can select it."""
    return tuple(dict.fromkeys(value for value in field.values(article) if value.strip() and value != MISSING))


MOST_LEVELS = 8
"""Levels of a path. No publisher's sections are as deep, and a broken value of a thousand slashes is no path."""
_STEP = re.compile("[/>]+")


def ancestors(value: str) -> tuple[str, ...]:
    """What a value is part of if it is a path, outermost first: `World` and `World/Europe` of `World/Europe/Spain`.

    Steps are parted by `/` or `>`, with or without spaces. Whether a value is a path cannot be told from itself
    (`AC/DC` is none). So whoever selects an ancestor finds what is below it, but a facet lists an ancestor only if it
    is the section of an article of the answer itself, or joins several of its values.
    """
    found = dict.fromkeys(
        outer
        for step in islice(_STEP.finditer(value), MOST_LEVELS)
        if (outer := value[: step.start()].rstrip(" />")) and value[step.end() :].strip(" />")
    )
    return tuple(found)


# Of the product's query fields these have nothing behind them yet: confidence and arrival are not indexed.
NOT_YET: frozenset[str] = frozenset({"date-confidence", "indexed"})

_BY_NAME: dict[str, Field] = {name: field for field in FIELDS for name in (field.name, *field.aliases)}


def field_named(name: str) -> Field | None:
    """The field of this name or alias; letter case and the difference of `-` and `_` do not matter."""
    return _BY_NAME.get(name.lower().replace("_", "-"))
