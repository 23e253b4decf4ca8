"""From the parts of a query to the tree that an engine runs, under the conventions of `index.query`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from whoosh.query import (
    And,
    AndMaybe,
    DisjunctionMax,
    Every,
    FuzzyTerm,
    Not,
    NullQuery,
    NumericRange,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
    Wildcard,
)

from index.query import EXACT, AcrossFields
from search.nodes import Alike, Dates, Either, Group, Node, Pattern, Present, Quoted, Sign, Similar, Value, Words

Boosts = Mapping[str, float]
"""The fields that free text is looked for in, and how much each counts."""


def tree(node: Node, boosts: Boosts, factor: float = 1.0) -> Query:
    """The query tree of a part, with its scores multiplied by `factor`."""
    match node:
        case Group():
            return _group(node, boosts, factor * node.boost)
        case Either():
            return Or([tree(inner, boosts, factor * node.boost) for inner in node.nodes])
        case Words():
            return _words(node, boosts, factor * node.boost)
        case Alike():
            return _alike(node, boosts, factor)
        case Quoted():
            return _in_fields(
                node.field, boosts, factor * node.boost, lambda name, boost: _exact(name, node.words, node.slop, boost)
            )
        case Pattern():
            return _in_fields(
                node.field, boosts, factor * node.boost, lambda name, boost: _pattern(name, node.text, boost)
            )
        case Similar():
            return _in_fields(
                node.field,
                boosts,
                factor * node.boost,
                lambda name, boost: FuzzyTerm(name, node.word, boost, node.edits, prefixlength=1),
            )
        case Value():
            return Term(node.field, node.value)
        case Present():
            return Every(node.field)
        case Dates():
            return _dates(node)


def _group(node: Group, boosts: Boosts, factor: float) -> Query:
    required, possible, excluded = (
        [tree(inner, boosts, factor) for sign, inner in node.clauses if sign is wanted]
        for wanted in (Sign.MUST, Sign.MAY, Sign.MUST_NOT)
    )
    if node.minimum and node.minimum >= len(possible):
        required += possible
    elif node.minimum:
        required.append(Or(possible, minmatch=node.minimum if node.minimum > 1 else 0))
    elif possible:
        required = [AndMaybe(_all(required), _any(possible))]
    if not required:
        return Not(_any(excluded))
    return _all([*required, *map(Not, excluded)])


def _words(node: Words, boosts: Boosts, factor: float) -> Query:
    if len(node.words) > 1:
        return _in_fields(node.field, boosts, factor, lambda name, boost: Phrase(name, list(node.words), boost=boost))
    if node.field is None:
        return AcrossFields(node.words[0], boosts, factor)
    return Term(node.field, node.words[0], boost=factor)


def _alike(node: Alike, boosts: Boosts, factor: float) -> Query:
    """Single words count as one word; beside phrases, the best counts, for saying it twice says no more."""
    one_word = [word for word in node.others if len(word.words) == 1]
    parts = [tree(phrase, boosts, factor) for phrase in node.others if len(phrase.words) > 1]
    if node.kept:
        if isinstance(node.node, Words) and len(node.node.words) == 1:
            one_word.insert(0, node.node)
        else:
            parts.insert(0, tree(node.node, boosts, factor))
    if one_word:
        first, *others = one_word
        fields = boosts if first.field is None else {first.field: 1.0}
        parts.insert(0, AcrossFields(first.words[0], fields, factor * first.boost, [one.words[0] for one in others]))
    return parts[0] if len(parts) == 1 else DisjunctionMax(parts)


def _exact(field: str, words: tuple[str, ...], slop: int, boost: float) -> Query:
    if len(words) == 1:
        return Term(field + EXACT, words[0], boost=boost)
    return Phrase(field + EXACT, list(words), slop=slop, boost=boost)


def _pattern(field: str, text: str, boost: float) -> Query:
    stem = text[:-1]
    if text.endswith("*") and "*" not in stem and "?" not in stem:
        return Prefix(field, stem, boost)
    return Wildcard(field, text, boost)


def _dates(node: Dates) -> Query:
    start, end = node.span.start, node.span.end
    if start is not None and end is not None and start > end:
        return NullQuery
    return NumericRange(node.field, start, end)


def _in_fields(field: str | None, boosts: Boosts, factor: float, make: Callable[[str, float], Query]) -> Query:
    if field is not None:
        return make(field, factor)
    return _any([make(name, boost * factor) for name, boost in boosts.items()])


def _all(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else And(queries)


def _any(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Or(queries)
