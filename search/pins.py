"""Pinned articles: what an editor wants first for a query, from a file.

    rail strike:            # as searchers type it; letter case and spaces do not matter
      - guardian:2024/1
      - u-5xq3n7h2
    "budget": guardian:2024/7

Pins are part of the query's tree, so that totals, facets, pages and exports agree on them: a pinned article that the
query does not match is found too, one that a filter leaves out is not, and in an order by date each stands at its date.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import yaml
from whoosh.query import AndNot, ConstantScoreQuery, Or, Query, Term

from index.analysis import exact_form
from index.errors import SettingsInvalid

MOST_PINNED = 50
"""Articles for one query: more than a page of them is no choice."""
PINNED, STEP = 1e9, 4.0
"""The score of the last pinned article, and how many times more each before it has: no word scores a hundred, and a
preference for newer articles halves a score at most."""


class Pins:
    """The pinned articles of a file by the query that they are for."""

    def __init__(self, pinned: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> None:
        self._pinned = pinned

    def of(self, q: str) -> tuple[str, ...]:
        """The ids that come first for this query, in order."""
        return self._pinned.get(_normalised(q), ()) if self._pinned else ()


def with_pins(query: Query, ids: Sequence[str]) -> Query:
    """The query with some articles before all others."""
    if not ids:
        return query
    pins = [Term("id", one) for one in ids]
    first = [ConstantScoreQuery(pin, PINNED * STEP ** (len(pins) - 1 - place)) for place, pin in enumerate(pins)]
    return Or([*first, AndNot(query, Or(pins))])


def read_pins(path: Path) -> Pins:
    """The pins of a file. Raises SettingsInvalid, naming file and line, for what is none."""
    try:
        # Nothing is made of the values but texts: an id such as `1e3`, or a query such as `no`, stays as it is written.
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise SettingsInvalid(f"pins: {path} cannot be read as YAML: {error}") from error
    if root is None:
        return Pins()
    if not isinstance(root, yaml.MappingNode):
        raise SettingsInvalid(f"pins: {path} is no list of queries; write “rail strike: [id, id]”")
    pinned: dict[str, tuple[str, ...]] = {}
    for key, value in root.value:
        try:
            query = _normalised(_text(key))
            if query in pinned:
                raise ValueError(f"“{query}” is there already")
            pinned[query] = _ids(value)
        except ValueError as error:
            raise SettingsInvalid(f"pins: {path}, line {key.start_mark.line + 1}: {error}") from error
    return Pins(pinned)


def _ids(value: yaml.Node) -> tuple[str, ...]:
    ids = tuple(dict.fromkeys(map(_text, value.value if isinstance(value, yaml.SequenceNode) else [value])))
    if not ids:
        raise ValueError("no article is named")
    if len(ids) > MOST_PINNED:
        raise ValueError(f"there are more than {MOST_PINNED} articles")
    return ids


def _text(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise ValueError("a query and an id are texts; write “rail strike: [id, id]”")
    return str(node.value).strip()


def _normalised(q: str) -> str:
    return " ".join(map(exact_form, q.split()))
