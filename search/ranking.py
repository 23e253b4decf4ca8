"""Which fields a free word is looked for in, and how much a hit there counts.

The numbers multiply a field's BM25 score, and the scores are added up over fields: a word of the headline that stands
in the text too counts twice already. Mean average precision on the judged collections, by TITLE:

            .3    .6    .8   1    1.25  1.5   2     4
    cran   .366  .385  .386  .385  .382  .378  .367  .341
    cacm   .280  .284  .285  .283  .289  .284  .280  .268
    adi    .334  .378  .376  .377  .375  .375  .372  .320
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from index.errors import RequestInvalid
from index.schema import field_named
from search.suggestion import closest, shortened

TITLE = 1.25
"""An editor chose the few words of a headline; this is the most that costs no precision to speak of."""
ABSTRACT = 1.0
HEADING = 1.0
CAPTION = 1.0
BODY = 1.0
"""Running text is the measure of the others."""
NAMED = 0.5
"""People, places and organisations: the name stands in the text too and counts there already."""
CREDIT = 0.3
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
