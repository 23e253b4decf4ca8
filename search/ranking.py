"""Which fields a free word is looked for in, and how much a hit there counts.

The numbers say how often a word of the field counts when a word's frequencies are added up over the fields (BM25F),
so a word of the headline that stands in the text too does not count twice for that alone. Mean average precision on
the judged collections, by TITLE:

            .5    1    1.5    2    2.5    3     4     6
    adi    .345  .349  .370  .381  .388  .401  .398  .399
    cacm   .260  .275  .283  .290  .294  .297  .300  .310
    cran   .365  .385  .395  .401  .404  .407  .407  .408
    npl    has no titles: .274

Other values of b for titles (0 to .6, see `index.engine.scoring`) gave less; k1 1.6 gave .004 more on average, and less
on npl.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from index.errors import RequestInvalid
from index.schema import field_named
from search.suggestion import closest, shortened

TITLE = 4.0
"""An editor chose the few words of a headline. From 3 on it hardly matters by how much they count."""
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
