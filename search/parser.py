"""From the text of a query to a query tree: what every way of asking goes through.

No text raises an error but one beyond the limits; what cannot be read is searched as text, and a warning says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from whoosh.query import Every, NullQuery, Query

from index.errors import RequestInvalid
from search.dates import Calendar
from search.grammar import Match, understood
from search.language import PLUGINS
from search.nodes import Alike, Group, Sign, ranks
from search.page import LONGEST_QUERY, Expanded, QueryWarning
from search.ranking import BOOSTS, pairs_of
from search.synonyms import Synonyms, expansions
from search.tokens import Reading
from search.tree import tree

_CALENDAR, _SYNONYMS = Calendar(), Synonyms()
# Halves of a surrogate pair and NUL stand for nothing, and cannot be written out again.
_UNWRITABLE = re.compile("[\ud800-\udfff\0]")


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query as it was understood.

    `text` is its canonical form: parsed with the same `match` it gives an equal query. `clauses` are the top level's
    parts with the tree of each. `ranks` is false when every match would score the same. `expanded` are its words that
    have synonyms. `pairs` are the free words that stand side by side, for `search.ranking.with_pairs`.
    """

    query: Query
    text: str
    clauses: tuple[tuple[str, Query], ...]
    warnings: tuple[QueryWarning, ...]
    ranks: bool
    expanded: tuple[Expanded, ...] = ()
    pairs: tuple[Query, ...] = ()


def parse(
    q: str,
    match: Match = Match.ALL,
    boosts: Mapping[str, float] = BOOSTS,
    calendar: Calendar = _CALENDAR,
    synonyms: Synonyms = _SYNONYMS,
) -> ParsedQuery:
    """Understand a query. An empty one means all articles, one without a word in it none.

    `boosts` are the fields of free text, `calendar` reads dates, `synonyms` stand for words. Raises RequestInvalid
    beyond the limits.
    """
    if len(q) > LONGEST_QUERY:
        raise RequestInvalid("q", f"The query has {len(q):,} characters; at most {LONGEST_QUERY:,} are read.")
    if not q.strip():
        return ParsedQuery(Every(), "", (), (), ranks=False)
    reading = Reading(PLUGINS, calendar)
    node = understood(reading.tokens(writable(q)), reading, match)
    if node is None:
        reading.warn("nothing-to-search", "The query holds no word to search for.")
        return ParsedQuery(NullQuery, writable(q.strip()), (), tuple(reading.warnings), ranks=False)
    asked = synonyms.expanded(node)
    clauses = asked.clauses if isinstance(asked, Group) and asked.boost == 1 else ((Sign.MUST, asked),)
    parts = tuple(Group((clause,)) if clause[0] is Sign.MUST_NOT else clause[1] for clause in clauses)
    return ParsedQuery(
        query=tree(asked, boosts),
        text=str(node),
        clauses=tuple((str(part), tree(part, boosts)) for part in parts),
        warnings=tuple(reading.warnings),
        ranks=ranks(node),
        expanded=tuple(dict.fromkeys(map(_expanded, expansions(asked)))),
        pairs=pairs_of(node, boosts),
    )


def _expanded(alike: Alike) -> Expanded:
    return Expanded(alike.text, tuple(" ".join(other.words) for other in alike.others))


def writable(text: str) -> str:
    """The text with U+FFFD for each character that no output can hold; positions stay."""
    return _UNWRITABLE.sub("\ufffd", text)
