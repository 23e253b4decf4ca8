"""From the parts of a query to the tree that an engine runs, under the conventions of `index.query`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from whoosh.query import And, AndMaybe, Every, Not, NullQuery, NumericRange, Or, Phrase, Prefix, Query, Term, Wildcard

from index.query import EXACT, AcrossFields
from search.nodes import Dates, Either, Group, Node, Pattern, Present, Quoted, Sign, Value, Words

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
        case Quoted():
            return _in_fields(
                node.field, boosts, factor * node.boost, lambda name, boost: _exact(name, node.words, node.slop, boost)
            )
        case Pattern():
            return _in_fields(
                node.field, boosts, factor * node.boost, lambda name, boost: _pattern(name, node.text, boost)
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
        return _in_fields(node.field, boosts, factor, lambda name, boost: _exact(name, node.words, 1, boost))
    if node.field is None:
        return AcrossFields(node.words[0], boosts, factor)
    return Term(node.field, node.words[0], boost=factor)


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
