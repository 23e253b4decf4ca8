"""What an engine is to the benchmark: something that is built from records, opened, and asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Protocol

from bench.corpus import Record
from bench.questions import Question

TOP = 10
"""Hits of a page, and values of a facet."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine found. `total` is `None` for one that only ranks.

    `facets` hold the most frequent values of each with their counts, at most TOP; `months` map
    `Record.month` to counts.
    """

    total: int | None
    hits: int
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    months: dict[int, int] = field(default_factory=dict)


Ask = Callable[[], Answer]


class Opened(Protocol):
    """An index that is open for searching."""

    def prepare(self, question: Question) -> Ask | None:
        """A function that answers the question, which alone is measured; `None` when the engine has no such thing."""

    def close(self) -> None:
        """Let go of everything."""


class Engine(Protocol):
    """One engine, working on its own in a process of its own."""

    version: str
    complete: bool
    """Whether it gives exact totals and counts facets; one that does not is in no ratio."""

    def build(self, folder: Path, records: Iterable[Record]) -> None:
        """Index the records durably in the empty folder."""

    def open(self, folder: Path, fields: tuple[str, ...]) -> Opened:
        """Open what `build` made, to look for words in `fields`: `title` and `body`, or `body` alone."""


OURS = "backfile"
ENGINES = {
    OURS: "",
    "tantivy": "pip install tantivy, or make bench",
    "sqlite": "a Python whose sqlite3 has FTS5",
    "xapian": "pip install xapian-bindings-binary, or as root: apt-get install python3-xapian",
    "whoosh": "pip install whoosh3, or make bench",
    "bm25s": "pip install bm25s, or make bench",
}
"""Every engine, and what it needs."""


def engine_named(name: str) -> Engine:
    """The engine of this name. Raises ImportError when it is not installed."""
    engine: Engine = import_module(f"bench.engines.{name}").ENGINE
    return engine
