"""The seam between Backfile and the engine that holds its articles."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from typing import Any, Protocol

from whoosh.query import Query

from index.article import Article
from index.explanation import Explanation
from index.results import CheckedPart, Commit, EngineRequest, Generation, Hit, TermCount, TopDocs
from index.withdrawals import Withdrawal


class Reader(Protocol):
    """One commit, frozen while the reader is held, whatever is written meanwhile."""

    @property
    def commit(self) -> Commit:
        """Which state of the index this is."""

    def get(self, article_id: str) -> Article | None:
        """The article with this id, or `None`."""

    def search(self, request: EngineRequest) -> TopDocs:
        """A page of hits, the exact total, facet counts and the histogram, from one match set."""

    def scan(self, request: EngineRequest) -> Iterator[Hit]:
        """Every hit in the request's order, whatever its offset and limit, without holding them all."""

    def count(self, query: Query) -> int:
        """How many articles match."""

    def explain(self, request: EngineRequest, article_id: str) -> Explanation:
        """How the score of an article came about, to the last bit of the score that `search` gives it by relevance.

        Of an article that is not among the hits it says so, with the value 0.
        """

    def terms(self, field: str, prefix: str = "") -> Iterator[TermCount]:
        """The terms of a field that start with `prefix`, sorted. A facet field gives its values as written,
        a text field the exact forms of its words.
        """


Place = tuple[int, int]
"""Where a segment builder put an article, in what it finishes."""
Built = Sequence[Any]
"""What a segment builder finished. Only its engine understands it; it can be pickled."""


class SegmentBuilder(Protocol):
    """Collects articles in another process for a writer's block. Can be pickled until the first article comes."""

    def get(self, article_id: str) -> Article | None:
        """The article as it was when the block began."""

    def add(self, article: Article) -> Place:
        """Take in an article, whatever others there are with its id."""

    def finish(self) -> Built:
        """What the block's writer is to adopt."""


class Writer(Protocol):
    """Changes to the index that take effect together when the writer's block ends."""

    def get(self, article_id: str) -> Article | None:
        """The article as it would be after a commit now: earlier puts and deletes of this block count."""

    def put(self, article: Article) -> None:
        """Add the article, or replace the one with its id. Putting the same article twice changes nothing.

        One that was withdrawn is readmitted: an article is in the index or withdrawn, never both.
        """

    def delete(self, article_id: str) -> None:
        """Remove the article with this id; nothing happens when there is none."""

    def withdrawal(self, article_id: str) -> Withdrawal | None:
        """Why the article with this id is not to be here. Whoever puts articles asks before."""

    def withdraw(self, withdrawal: Withdrawal) -> None:
        """Remove an article, if it is there, and remember why."""

    def readmit(self, article_id: str) -> None:
        """Forget that an article was withdrawn."""

    def segment_builder(self, memory: int) -> SegmentBuilder:
        """What collects articles for this block in another process, and holds about `memory` bytes of them at most."""

    def adopt(self, built: Built, left_out: Collection[Place]) -> None:
        """Take in what a segment builder finished, but for the articles at some places.

        The ids of those that are taken in must not be there, nor withdrawn: what they replace is deleted before.
        """

    def leave_clusters(self) -> None:
        """Let a later commit say which articles are of one story: what comes in now has no cluster until then.

        For one of many blocks in a row. Otherwise each commit works out anew all of them.
        """

    def optimize(self) -> None:
        """Let the commit be as fast to search as it can be, however long it takes."""


class Rebuild(Writer, Protocol):
    """A new generation, empty at first. What is put keeps the `first_indexed` by which the live generation knows it."""

    def live_articles(self) -> Iterator[Article]:
        """The articles of the live generation, as they are stored. Raises `IndexUnusable` when they cannot be read."""


class Backend(Protocol):
    """An index at one place. Opening one touches nothing; the first writer makes the index.

    There is always one live generation, which answers, and at most one more, which is kept to go back to.
    """

    def counters(self) -> Mapping[str, int]:
        """What this process has counted of the engine's work, for a monitor: always the same names."""

    def writer(self, wait: float = 0.0) -> AbstractContextManager[Writer]:
        """Commit on exit, roll back on an exception.

        Raises `IndexLocked` when another writer is still at work after `wait` seconds.
        """

    def reader(self) -> AbstractContextManager[Reader]:
        """A view of the newest commit. Raises `IndexMissing` when there is no index."""

    def rebuild(self, wait: float = 0.0) -> AbstractContextManager[Rebuild]:
        """Build a generation beside the live one, verify it on exit and let it answer; on an exception nothing changes.

        The one that answered until then is kept, and what was kept before is removed; readers that have it open go on.
        Raises as `writer` does, and `IndexMissing` when there is no index.
        """

    def rollback(self, wait: float = 0.0) -> Generation:
        """Let the kept generation answer and keep the live one. Returns the one that answers now.

        Raises as `writer` does, `IndexMissing`, and `NoGenerationKept`.
        """

    def withdrawals(self) -> Mapping[str, Withdrawal]:
        """What is withdrawn, by id. Raises `IndexMissing` when there is no index."""

    def purge(self, withdrawals: Collection[Withdrawal], wait: float = 0.0) -> Set[str]:
        """Withdraw articles and leave nothing of them in any generation. Returns the ids of those that answered.

        A kept generation that cannot be read is removed. Raises as `writer` does, and `IndexMissing`.
        """

    def generations(self) -> tuple[Generation, ...]:
        """The kept generation, if there is one, and the live one, in the order they were live."""

    def verify(self, generation: str) -> Iterator[CheckedPart]:
        """Check everything that a generation consists of, part by part."""
