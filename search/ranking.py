"""Which fields a free word is looked for in, and how much a hit there counts.

The numbers are weights of term frequencies relative to running text (1.0). They are shared by all engines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from index.errors import RequestInvalid
from index.schema import field_named
from search.suggestion import closest, shortened

TITLE = 4.0
"""An editor chose the few words of a headline to say what the article is about."""
ABSTRACT = 2.0
"""A standfirst sums the article up, in more words than a headline."""
HEADING = 2.0
"""A heading names what a whole section is about."""
NAMED = 1.5
"""People, places and organisations: the name stands in the text too and counts there already."""
CAPTION = 1.0
"""A caption is running text about a picture."""
BODY = 1.0
"""The measure of the others."""
CREDIT = 0.5
"""Who wrote or photographed is rarely what a free word means; `credit:` and `byline:` ask for it."""

BOOSTS: Mapping[str, float] = MappingProxyType(
    {
        "title": TITLE,
        "abstract": ABSTRACT,
        "heading": HEADING,
        "caption": CAPTION,
        "person": NAMED,
        "place": NAMED,
        "organisation": NAMED,
        "body": BODY,
        "credit": CREDIT,
    }
)
"""Fields of a free word, without `query-fields`."""

QUERY_FIELDS: Mapping[str, float] = MappingProxyType(
    {
        "title": TITLE,
        "abstract": ABSTRACT,
        "heading": HEADING,
        "body": BODY,
        "caption": CAPTION,
        "credit": CREDIT,
        "byline": CREDIT,
    }
)
"""Fields that `query-fields` can restrict free text to."""


def boosts_of(query_fields: Iterable[str]) -> Mapping[str, float]:
    """The boosts of the fields named, of all free-text fields when none is.

    Raises RequestInvalid for a name that free text cannot be restricted to.
    """
    chosen: dict[str, float] = {}
    for name in query_fields:
        field = field_named(name)
        if field is None or field.name not in QUERY_FIELDS:
            raise RequestInvalid(
                "query-fields",
                f"Free text cannot be restricted to “{shortened(name)}”; possible are {', '.join(QUERY_FIELDS)}.",
                closest(name, QUERY_FIELDS),
            )
        chosen[field.name] = QUERY_FIELDS[field.name]
    return chosen or BOOSTS
