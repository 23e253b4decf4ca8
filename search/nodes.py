"""A query as it was understood: the parts of its text as plain data.

`str` of a node is the canonical text of that part; parsing it gives an equal node.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from index.dates import Span

BOOSTS_BETWEEN = (0.01, 100.0)
"""`word^2` beyond these would drown, or drown in, everything else that scores."""
MOST_EDITS = 2
"""With three, most words of five letters are like each other."""
FURTHEST = 100
"""Words of a phrase that are further apart have little to do with each other, and looking for them takes long."""


class Sign(StrEnum):
    """What an article must do with a clause of a group."""

    MUST = "+"
    MUST_NOT = "-"
    MAY = ""


@dataclass(frozen=True, slots=True)
class Words:
    """An unquoted word, or the adjacent words that an unquoted text such as `rail-strike` consists of."""

    words: tuple[str, ...]
    field: str | None = None
    boost: float = 1.0

    def __str__(self) -> str:
        return f"{_field(self.field)}{'-'.join(self.words)}{_boost(self.boost)}"


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quoted word or phrase, compared exactly; each word at most `slop` words after the one before it."""

    words: tuple[str, ...]
    field: str | None = None
    slop: int = 1
    boost: float = 1.0

    def __str__(self) -> str:
        slop = f"~{self.slop}" if self.slop > 1 else ""
        return f'{_field(self.field)}"{" ".join(self.words)}"{slop}{_boost(self.boost)}'


@dataclass(frozen=True, slots=True)
class Pattern:
    """A word with `*` for any letters or `?` for one."""

    text: str
    field: str | None = None
    boost: float = 1.0

    def __str__(self) -> str:
        return f"{_field(self.field)}{self.text}{_boost(self.boost)}"


@dataclass(frozen=True, slots=True)
class Similar:
    """A word with at most so many letters put in, left out, changed or swapped."""

    word: str
    edits: int = 1
    field: str | None = None
    boost: float = 1.0

    def __str__(self) -> str:
        edits = str(self.edits) if self.edits > 1 else ""
        return f"{_field(self.field)}{self.word}~{edits}{_boost(self.boost)}"


@dataclass(frozen=True, slots=True)
class Value:
    """A whole value of a field of identifiers, verbatim."""

    value: str
    field: str

    def __str__(self) -> str:
        return f'{self.field}:"{self.value}"'


@dataclass(frozen=True, slots=True)
class Dates:
    """A range of dates; `text` is its canonical form, `span` what it means in the archive's zone."""

    text: str
    span: Span
    field: str

    def __str__(self) -> str:
        return f"{self.field}:{self.text}"


@dataclass(frozen=True, slots=True)
class Present:
    """Articles that have a value in a field."""

    field: str

    def __str__(self) -> str:
        return f"has:{self.field}"


@dataclass(frozen=True, slots=True)
class Group:
    """Clauses side by side. Of those that may match, at least `minimum` must."""

    clauses: tuple[tuple[Sign, Node], ...]
    minimum: int = 0
    boost: float = 1.0

    def __str__(self) -> str:
        inside = " ".join(f"{sign}{_bracketed(node)}" for sign, node in self.clauses)
        return inside if self.boost == 1 else f"({inside}){_boost(self.boost)}"


@dataclass(frozen=True, slots=True)
class Either:
    """Alternatives joined by OR."""

    nodes: tuple[Node, ...]
    boost: float = 1.0

    def __str__(self) -> str:
        inside = " OR ".join(map(_bracketed, self.nodes))
        return inside if self.boost == 1 else f"({inside}){_boost(self.boost)}"


@dataclass(frozen=True, slots=True)
class Alike:
    """Words of a query (`text`), and the synonyms that are looked for in their place or, where `kept`, besides them."""

    text: str
    node: Node
    others: tuple[Words, ...]
    kept: bool = True

    def __str__(self) -> str:
        return str(self.node)


Node = Words | Quoted | Pattern | Similar | Value | Dates | Present | Group | Either | Alike


def boosted(node: Node, factor: float) -> Node:
    """The same part with this much more weight; what does not score has none, and synonyms have that of their words."""
    if isinstance(node, Value | Dates | Present | Alike):
        return node
    lowest, highest = BOOSTS_BETWEEN
    return replace(node, boost=min(max(round(node.boost * factor, 3), lowest), highest))


def ranks(node: Node) -> bool:
    """Whether a part gives the articles that match it different scores."""
    if isinstance(node, Group):
        return any(ranks(inner) for sign, inner in node.clauses if sign is not Sign.MUST_NOT)
    if isinstance(node, Either):
        return any(map(ranks, node.nodes))
    return isinstance(node, Words | Quoted | Pattern | Similar | Alike)


def depth(node: Node) -> int:
    """How deep groups and alternatives stand in each other: at least as deep as the parentheses of the part's text."""
    match node:
        case Group():
            return 1 + max(depth(inner) for _, inner in node.clauses)
        case Either():
            return 1 + max(map(depth, node.nodes))
        case _:
            return 0


def _field(name: str | None) -> str:
    return f"{name}:" if name else ""


def _boost(boost: float) -> str:
    return "" if boost == 1 else f"^{boost:g}"


def _bracketed(node: Node) -> str:
    return f"({node})" if isinstance(node, Group | Either) and node.boost == 1 else str(node)
