"""A script of operations on a small index, with the articles that are there between them.

It takes an index through all that a writer does: the first commit, small ones, a merge, deletions, segments that die,
segments that are written early because memory is scarce, and blocks
that fail; then it reindexes and rolls back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from whoosh import query as q

from index.article import Article
from index.backend import Writer
from index.engine.backend import EmbeddedBackend
from index.engine.commits import read_commit
from index.errors import IndexMissing
from index.generations import generation_folder
from index.results import Damage, EngineRequest

State = dict[str, Article] | None
"""The articles of an index by id; None where there is no index."""

MEMORY = 45_000
"""The script is run with so much memory for words: three articles of the operation that spills."""


class Abandoned(Exception):
    """What is raised in a writer block that fails."""


@dataclass(frozen=True)
class Operation:
    """One writer block: articles that are put, ids that are deleted. One that `fails` raises at its end."""

    name: str
    changes: tuple[Article | str, ...]
    fails: bool = False

    def run(self, backend: EmbeddedBackend) -> None:
        """Do it to the index."""
        with suppress(Abandoned), backend.writer() as writer:
            self.change(writer)

    def change(self, writer: Writer) -> None:
        """Make the changes."""
        for change in self.changes:
            if isinstance(change, Article):
                writer.put(change)
            else:
                writer.delete(change)
        if self.fails:
            raise Abandoned

    def after(self, state: State) -> State:
        """What is in the index then."""
        if self.fails:
            return state
        articles = dict(state or {})
        for change in self.changes:
            if isinstance(change, Article):
                articles[change.id] = change
            else:
                articles.pop(change, None)
        return articles


def _article(article_id: str, version: int, words: int = 3) -> Article:
    body = " ".join(f"word{(version + number) % 97}" for number in range(words))
    return Article(id=article_id, title=f"{article_id} as of {version}", body=body, source="The Herald")


def _small(number: int) -> Operation:
    """A new article, and a new version of the one before."""
    return Operation(f"update {number}", (_article(f"n{number}", number), _article(f"n{number - 1}", number)))


@dataclass(frozen=True)
class Reindexing(Operation):
    """A new generation of the same articles, changed while they are taken over."""

    def run(self, backend: EmbeddedBackend) -> None:
        """Do it to the index."""
        with suppress(Abandoned), backend.rebuild() as rebuild:
            for article in rebuild.live_articles():
                rebuild.put(article)
            self.change(rebuild)


@dataclass(frozen=True)
class RollingBack(Operation):
    """The generation before answers again, which had `before`."""

    before: Mapping[str, Article] = field(default_factory=dict)

    def run(self, backend: EmbeddedBackend) -> None:
        """Do it to the index."""
        backend.rollback()

    def after(self, state: State) -> State:
        """What is in the index then."""
        return dict(self.before)


_LONG = tuple(_article(f"s{number % 9}", number, words=100) for number in range(12))

_BEFORE = (("z", 1), ("y", 0), ("x", 0))

OPERATIONS = (
    Operation("first index fails", _LONG, fails=True),
    Operation("first index", tuple(_article(one, 0) for one in "abcdefgh")),
    *(_small(number) for number in range(1, 7)),
    Operation("merge", ("a", "b", _article("c", 1))),
    Operation("one more segment", tuple(_article(f"m{number}", 0) for number in range(3))),
    Operation("deletions", ("m0", "n1")),
    Operation("a segment dies", ("c", "d", "e", "f", "g", "h")),
    Operation("fails", ("n3", *_LONG), fails=True),
    Operation("spills", _LONG),
    Operation("everything goes", tuple(f"{kind}{number}" for kind in "mns" for number in range(9))),
    Operation("a new start", (_article("z", 0), _article("y", 0))),
    Reindexing("reindexing", (_article("z", 1),)),
    Reindexing("reindexing fails", _LONG, fails=True),
    Operation("an update after reindexing", (_article("x", 0),)),
    Reindexing("reindexing again", ("y",)),
    RollingBack("rolling back", (), before={one.id: one for one in (_article(*made) for made in _BEFORE)}),
)


def _states() -> Iterator[State]:
    state: State = None
    yield state
    for operation in OPERATIONS:
        state = operation.after(state)
        yield state


STATES = tuple(_states())
"""What is in the index before each operation, and after the last."""


def content(place: Path) -> State:
    """The articles of the index at `place`, each decoded; without their clusters, which `damages` looks at."""
    try:
        with EmbeddedBackend(place).reader() as reader:
            found = [hit.article for hit in reader.scan(EngineRequest(query=q.Every()))]
            return {article.id: replace(article, cluster=None) for article in found}
    except IndexMissing:
        return None


def damages(place: Path) -> list[Damage]:
    """What is wrong with the files of the generations at `place`."""
    backend = EmbeddedBackend(place)
    try:
        names = [generation.name for generation in backend.generations()]
    except IndexMissing:
        return []
    return [damage for name in names for part in backend.verify(name) for damage in part.damages]


def needed(place: Path) -> set[Path]:
    """The files that the index at `place` consists of; none where there is no index."""
    try:
        folders = [generation_folder(place, one.name) for one in EmbeddedBackend(place).generations()]
    except IndexMissing:
        return set()
    parts = [{folder / name for name in read_commit(folder, place)[0].all_files} for folder in folders]
    return {place / "live"}.union(*parts)


def files(folder: Path) -> set[Path]:
    """Every file below `folder`."""
    return {path for path in folder.rglob("*") if not path.is_dir()}
