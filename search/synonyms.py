r"""Words that stand for each other, from a file in Solr's format, put into a query when it is asked.

    car, automobile, motor car       each stands for all
    NHS => National Health Service   the left is looked for as the right
    # a comment; \, and \=> are a comma and an arrow of the text

An unquoted word means all words of its stem, so its synonyms are found by the stem: `cars` has those of `car`. Nothing
is expanded twice: what comes out of the file is looked for as it stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from index.analysis import stem, words
from index.errors import SettingsInvalid
from search.nodes import Alike, Either, Group, Node, Sign, Words

MOST_WORDS = 8
"""In one entry; the longest name of a ministry has fewer."""
MOST_ALTERNATIVES = 32
"""Of one word. Each is looked for in every field."""
MOST_EXPANDED = 64
"""Alternatives in one query; further words stay as they are. As many phrases of the most frequent words take .6 s on
Reuters-21578 when they are first asked for, .04 s from then on."""

_PARTS = re.compile(r"\\.|=>|,|[^\\,=]+|.", re.DOTALL)

Entry = tuple[str, ...]
"""The words of an entry."""


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What else is looked for in the place of an entry, and whether it is itself looked for, too."""

    entries: tuple[Entry, ...]
    kept: bool


class Synonyms:
    """The rules of a file; without any, every query stays as it is."""

    def __init__(self, rules: Mapping[Entry, Alternatives] = MappingProxyType({})) -> None:
        self._rules = rules
        self._longest = max(map(len, rules), default=0)

    def expanded(self, node: Node) -> Node:
        """The part of a query with what its words stand for."""
        return _Expansion(self._rules, self._longest).of(node) if self._rules else node


class _Expansion:
    """Puts synonyms into one query, as long as there are not too many."""

    def __init__(self, rules: Mapping[Entry, Alternatives], longest: int) -> None:
        self._rules = rules
        self._longest = longest
        self._left = MOST_EXPANDED

    def of(self, node: Node) -> Node:
        match node:
            case Words():
                return self._alike(node, node.words, node)
            case Group():
                return replace(node, clauses=tuple(self._clauses(node)))
            case Either():
                return replace(node, nodes=tuple(map(self.of, node.nodes)))
            case _:
                return node

    def _clauses(self, group: Group) -> Iterator[tuple[Sign, Node]]:
        """The clauses, of which adjacent words that are one entry become one."""
        place = 0
        while place < len(group.clauses):
            sign, node = group.clauses[place]
            run = self._run(group, place)
            for length in range(min(len(run), self._longest), 1, -1):
                part = Group(group.clauses[place : place + length], 0 if sign is Sign.MUST else 1)
                found = self._alike(part, tuple(word.words[0] for word in run[:length]), run[0])
                if found is not part:
                    yield sign, found
                    place += length
                    break
            else:
                yield sign, self.of(node)
                place += 1

    def _run(self, group: Group, place: int) -> list[Words]:
        """The single words from a place on that stand side by side on equal terms."""
        run: list[Words] = []
        first, _ = group.clauses[place]
        if first is Sign.MUST_NOT or (first is Sign.MAY and group.minimum > 1):
            return run
        for sign, node in group.clauses[place : place + self._longest]:
            if sign is not first or not isinstance(node, Words) or len(node.words) > 1:
                break
            if run and (node.field, node.boost) != (run[0].field, run[0].boost):
                break
            run.append(node)
        return run

    def _alike(self, node: Node, entry: Entry, like: Words) -> Node:
        """The node with the alternatives of an entry, itself when it has none."""
        found = self._rules.get(tuple(map(stem, entry)))
        if found is None or len(found.entries) > self._left:
            return node
        self._left -= len(found.entries)
        others = tuple(Words(other, like.field, like.boost) for other in found.entries)
        return Alike(" ".join(entry), node, others, found.kept)


def expansions(node: Node) -> Iterator[Alike]:
    """The words of a query that stand for others."""
    match node:
        case Alike():
            yield node
        case Group():
            for _, inner in node.clauses:
                yield from expansions(inner)
        case Either():
            for inner in node.nodes:
                yield from expansions(inner)
        case _:
            pass


def read_synonyms(path: Path) -> Synonyms:
    """The synonyms of a file. Raises SettingsInvalid, naming file and line, for what is none."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise SettingsInvalid(f"synonyms: {path} cannot be read as text in UTF-8: {error}") from error
    rules: dict[Entry, dict[Entry, None]] = {}
    kept: set[Entry] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            for left, right in _rules(line):
                key = tuple(map(stem, left))
                others = rules.setdefault(key, {})
                for entry in right:
                    if tuple(map(stem, entry)) == key:
                        kept.add(key)
                    else:
                        others[entry] = None
                if len(others) > MOST_ALTERNATIVES:
                    raise ValueError(f"“{' '.join(left)}” has more than {MOST_ALTERNATIVES} synonyms; leave some out")
        except ValueError as error:
            raise SettingsInvalid(f"synonyms: {path}, line {number}: {error}") from error
    return Synonyms({key: Alternatives(tuple(others), key in kept) for key, others in rules.items() if others})


def _rules(line: str) -> Iterator[tuple[Entry, list[Entry]]]:
    """What a line says of each of its entries."""
    left, *right = _sides(line)
    if len(right) > 1:
        raise ValueError("there is more than one =>; write “a, b => c, d”")
    for entry in left:
        yield entry, right[0] if right else left


def _sides(line: str) -> list[list[Entry]]:
    """The entries on each side of the arrow."""
    sides: list[list[str]] = [[""]]
    for part in _PARTS.findall(line):
        if part == "=>":
            sides.append([""])
        elif part == ",":
            sides[-1].append("")
        else:
            sides[-1][-1] += part.removeprefix("\\")
    return [[_entry(text) for text in side] for side in sides]


def _entry(text: str) -> Entry:
    entry = tuple(words(text))
    if not entry:
        raise ValueError(f"“{text.strip()}” holds no word; write “a, b” or “a => b”")
    if len(entry) > MOST_WORDS:
        raise ValueError(f"“{text.strip()}” has more than {MOST_WORDS} words")
    return entry
