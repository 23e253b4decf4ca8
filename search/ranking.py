"""How articles are ranked: which fields a free word is looked for in, what a hit there counts, and all that is tuned.

Words are scored by BM25F (`index.engine.scoring`). What is best for one judged collection is hardly ever best for
another, so the numbers lie between what cran and cacm like best and what npl does, close to the usual ones. A word that
the query repeats counts as often as it is there, which is worth .046 on cacm's long questions and costs .002 on npl.
Mean average precision, one number changed at a time:

                       cran   cacm   npl    adi
    as it is           .431   .334   .289   .421
    K1 1.2             .426   .336   .288   .416
    K1 2               .435   .342   .280   .419
    B .5               .428   .336   .285   .419
    B .75              .432   .336   .283   .420
    B .9               .431   .332   .269   .421
    B_TITLE .4         .429   .338   .289   .417
    TITLE 2            .422   .330   .289   .415
    TITLE 6            .430   .337   .289   .425
    without pairs      .426   .330   .286   .417
    PAIR .1            .433   .340   .285   .422
    PAIR .2            .434   .343   .282   .426
    COMMON_SHARE 1     .431   .334   .289   .421
    Whoosh’s idf       .411   .314   .273   .396
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from whoosh.query import AndMaybe, NumericRange, Or, Query

from index.errors import RequestInvalid
from index.query import AdjacentPair
from index.schema import Kind, field_named
from index.scoring import Freshness, Scoring
from search.nodes import Group, Node, Sign, Words
from search.suggestion import closest, shortened

K1 = 1.4
"""How late more of the same word stops to count."""
B = 0.6
"""How much a long text weakens its words."""
B_TITLE = 0.75
"""The same for headlines."""

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

PAIR = 0.05
"""What two neighbours of the query that are neighbours in the text add, as if the pair were a word with this boost."""
COMMON_SHARE = 0.2
"""Of two words that more than this share of all articles have, as in “of the”, it says nothing that they stand side by
side, and to find out would take longest."""
COMMON_NUMBER = 1_000
"""In fewer articles than these no word is common: in a small archive a share says little, and nothing takes long."""

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


class Preference(StrEnum):
    """How much newer articles are preferred."""

    NONE = "none"
    MILD = "mild"
    STRONG = "strong"


HALF_LIFE = {Preference.MILD: 365, Preference.STRONG: 30}
"""Days in which an article loses half of what it can lose."""
FLOOR = {Preference.MILD: 0.9, Preference.STRONG: 0.5}
"""What an article keeps of its score however old it is. Mild decides between articles that are about as relevant, and
no more: on Reuters the tenth hit of a query of two words has three quarters of the first one's score."""


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


def scoring_of(preference: Preference, today: date) -> Scoring:
    """The numbers that scores are computed with."""
    freshness = None if preference is Preference.NONE else Freshness(today, HALF_LIFE[preference], FLOOR[preference])
    return Scoring(k1=K1, b={"title": B_TITLE}, usual_b=B, freshness=freshness)


def asks_for_dates(query: Query) -> bool:
    """Whether a query says itself when its articles were published."""
    return any(isinstance(leaf, NumericRange) and leaf.fieldname == "published" for leaf in query.leaves())


def with_pairs(query: Query, pairs: tuple[Query, ...]) -> Query:
    """The query, whose matches score more where they have some of these pairs too."""
    return AndMaybe(query, Or(list(pairs))) if pairs else query


def pairs_of(node: Node, boosts: Mapping[str, float]) -> tuple[Query, ...]:
    """The free words that stand side by side in a query, each pair once, to be looked for in texts and not in names."""
    texts = {name: boost for name, boost in boosts.items() if (field := field_named(name)) and field.kind is Kind.TEXT}
    if not texts:
        return ()
    found = {tuple(map(str.lower, words)): (words, boost) for words, boost in reversed(list(_neighbours(node, PAIR)))}
    return tuple(
        AdjacentPair(words, texts, boost, COMMON_SHARE, COMMON_NUMBER) for words, boost in reversed(found.values())
    )


def _neighbours(node: Node, factor: float) -> Iterator[tuple[tuple[str, str], float]]:
    """Free words that follow one another among the clauses of a group, and by how much the pair is boosted."""
    if not isinstance(node, Group):
        return
    before: Words | None = None
    for sign, inner in node.clauses:
        if sign is Sign.MUST_NOT or not isinstance(inner, Words) or inner.field is not None:
            before = None
            if sign is not Sign.MUST_NOT:
                yield from _neighbours(inner, factor * node.boost)
            continue
        if before is not None:
            yield (before.words[-1], inner.words[0]), factor * node.boost * min(before.boost, inner.boost)
        before = inner
