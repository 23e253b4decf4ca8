"""From the text of a query to a query tree: what every way of asking goes through.

No text raises an error but one beyond the limits; what cannot be read is searched as text, and a warning says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo

from whoosh.query import Every, NullQuery, Query

from index.errors import RequestInvalid
from search.grammar import Match, understood
from search.language import PLUGINS
from search.nodes import Group, Sign, ranks
from search.page import LONGEST_QUERY, QueryWarning
from search.ranking import BOOSTS, pairs_of
from search.tokens import Reading
from search.tree import tree

# Halves of a surrogate pair and NUL stand for nothing, and cannot be written out again.
_UNWRITABLE = re.compile("[\ud800-\udfff\0]")


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query as it was understood.

    `text` is its canonical form: parsed with the same `match` it gives an equal query. `clauses` are the top level's
    parts with the tree of each. `ranks` is false when every match would score the same. `pairs` are the free words that
    stand side by side, for `search.ranking.with_pairs`.
    """

    query: Query
    text: str
    clauses: tuple[tuple[str, Query], ...]
    warnings: tuple[QueryWarning, ...]
    ranks: bool
    pairs: tuple[Query, ...] = ()


def parse(q: str, match: Match = Match.ALL, boosts: Mapping[str, float] = BOOSTS, zone: tzinfo = UTC) -> ParsedQuery:
    """Understand a query. An empty one means all articles, one without a word in it none.

    `boosts` are the fields of free text and `zone` the archive's, for dates. Raises RequestInvalid beyond the limits.
    """
    if len(q) > LONGEST_QUERY:
        raise RequestInvalid("q", f"The query has {len(q):,} characters; at most {LONGEST_QUERY:,} are read.")
    if not q.strip():
        return ParsedQuery(Every(), "", (), (), ranks=False)
    reading = Reading(PLUGINS, zone)
    node = understood(reading.tokens(writable(q)), reading, match)
    if node is None:
        reading.warn("nothing-to-search", "The query holds no word to search for.")
        return ParsedQuery(NullQuery, writable(q.strip()), (), tuple(reading.warnings), ranks=False)
    clauses = node.clauses if isinstance(node, Group) and node.boost == 1 else ((Sign.MUST, node),)
    parts = tuple(Group((clause,)) if clause[0] is Sign.MUST_NOT else clause[1] for clause in clauses)
    return ParsedQuery(
        query=tree(node, boosts),
        text=str(node),
        clauses=tuple((str(part), tree(part, boosts)) for part in parts),
        warnings=tuple(reading.warnings),
        ranks=ranks(node),
        pairs=pairs_of(node, boosts),
    )


def writable(text: str) -> str:
    """The text with U+FFFD for each character that no output can hold; positions stay."""
    return _UNWRITABLE.sub("\ufffd", text)
