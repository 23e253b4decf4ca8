"""Changes to an index: upserts and deletes that become one commit, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from index.article import Article
from index.backend import Built, Place
from index.durable import sync_folder, writing
from index.engine.building import SegmentBuilder
from index.engine.bulk import EmbeddedSegmentBuilder
from index.engine.cache import ListCache
from index.engine.commits import CommitFile, write_commit
from index.engine.merge_policy import to_merge
from index.engine.standing import Standing
from index.generations import place_of
from index.withdrawals import Withdrawal, Withdrawals

_P = ParamSpec("_P")
_R = TypeVar("_R")

MEMORY = 512 << 20
"""Bytes of words that are held before a segment is written: 20,000 articles of 300 words, all of Reuters twice."""


def _writing(method: Callable[Concatenate[EmbeddedWriter, _P], _R]) -> Callable[Concatenate[EmbeddedWriter, _P], _R]:
    """Let what the operating system refuses to a method be IndexUnwritable."""

    @wraps(method)
    def call(self: EmbeddedWriter, /, *arguments: _P.args, **named: _P.kwargs) -> _R:
        with writing(place_of(self._folder)):
            return method(self, *arguments, **named)

    return call


class EmbeddedWriter:
    """Collects the changes of one writer block. Only the backend makes one, and holds the lock meanwhile."""

    def __init__(self, folder: Path, commit: CommitFile, cache: ListCache, memory: int = MEMORY) -> None:
        """Start from `commit`, the newest in `folder`; its number is 0 when there is none yet."""
        self._folder = folder
        self._commit = commit
        self._memory = memory
        self._standing = Standing(folder, commit, cache)
        self._builder: SegmentBuilder | None = None
        self._pending: dict[str, int] = {}
        self._pending_deleted: set[int] = set()
        self._leaves_clusters = False
        self._withdrawals = Withdrawals(place_of(folder))
        for article_id in self._withdrawals:  # one may be here after a rollback, or a crash before its commit
            self.delete(article_id)

    @property
    def count(self) -> int:
        """Articles as they would be after a commit now."""
        return len(self._pending) + sum(one.live for one in self._standing.segments)

    @_writing
    def get(self, article_id: str) -> Article | None:
        """The article as it would be after a commit now."""
        if self._builder and article_id in self._pending:
            return self._builder.article(self._pending[article_id])
        return self._standing.get(article_id)

    @_writing
    def put(self, article: Article) -> None:
        """Add the article, or replace the one with its id. What has the same content changes nothing.

        The one that is replaced leaves its `first_indexed` to the new one; one that was withdrawn is readmitted.
        Raises ValueError without an id.
        """
        if not article.id:
            raise ValueError("an article needs an id before it can be indexed")
        self.readmit(article.id)
        digest = self._content_hash(article.id)
        if digest is not None:
            if digest == bytes.fromhex(article.content_hash):
                return
            before = self.get(article.id)
            if before is not None and before.first_indexed is not None:
                article = replace(article, first_indexed=before.first_indexed)
            self.delete(article.id)
        self._add(article)

    def delete(self, article_id: str) -> None:
        """Remove the article with this id; nothing happens when there is none."""
        if article_id in self._pending:
            self._pending_deleted.add(self._pending.pop(article_id))
        elif found := self._standing.find(article_id):
            found[0].deleted.add(found[1])
            found[0].changed = True

    def withdrawal(self, article_id: str) -> Withdrawal | None:
        """Why the article with this id is not to be here."""
        return self._withdrawals.get(article_id)

    def withdraw(self, withdrawal: Withdrawal) -> None:
        """Remove an article, if it is there, and remember why."""
        self.delete(withdrawal.id)
        self._withdrawals.add(withdrawal)

    def readmit(self, article_id: str) -> None:
        """Forget that an article was withdrawn."""
        self._withdrawals.lift(article_id)

    @_writing
    def purge(self, article_ids: Collection[str]) -> None:
        """Write the segments anew that hold these articles, or former versions of them, though deleted."""
        for one in list(self._standing.segments):
            if one.live and any(one.segment.documents(article_id) for article_id in article_ids):
                self._standing.merge([one])

    def segment_builder(self, memory: int) -> EmbeddedSegmentBuilder:
        """What collects articles for this block in another process, and holds about `memory` bytes of them at most."""
        return EmbeddedSegmentBuilder(self._folder, self._commit, memory)

    def adopt(self, built: Built, left_out: Collection[Place]) -> None:
        """Take in what a segment builder finished, but for the articles at some places.

        The ids of those that are taken in must not be there, nor withdrawn: what they replace is deleted before.
        """
        for number, entry in enumerate(built):
            self._standing.add(entry, {doc for segment, doc in left_out if segment == number})

    def leave_clusters(self) -> None:
        """Let a later commit say which articles are of one story: what comes in now has no cluster until then."""
        self._leaves_clusters = True

    @_writing
    def optimize(self) -> None:
        """Let the commit be one segment without deleted articles."""
        self._flush()
        living = [one for one in self._standing.segments if one.live]
        if len(living) > 1 or any(one.deleted for one in living):
            self._standing.merge(living)

    @_writing
    def commit(self) -> None:
        """Write everything, then let it count. Without any effective change there is no new commit."""
        self._withdrawals.write()
        clustered = not self._leaves_clusters
        if self._commit.number == 0 or self._changed or (clustered and not self._commit.clustered):
            self._flush()
            due = to_merge([one.current for one in self._standing.segments if one.live])
            if due:
                self._standing.merge([one for one in self._standing.segments if one.current in due])
            entries = self._standing.written(clustered=clustered)
            sync_folder(self._folder)
            write_commit(self._folder, CommitFile(self._commit.number + 1, entries, clustered))

    def close(self) -> None:
        """Let go of everything that was not committed."""
        if self._builder:
            self._builder.close()

    @property
    def _changed(self) -> bool:
        """Whether the articles are others than in the newest commit."""
        committed = {one.name for one in self._commit.segments}
        return bool(self._pending) or any(
            one.changed and (one.live or one.segment.name in committed) for one in self._standing.segments
        )

    def _content_hash(self, article_id: str) -> bytes | None:
        if self._builder and article_id in self._pending:
            return self._builder.content_hash(self._pending[article_id])
        found = self._standing.find(article_id)
        return None if found is None else found[0].segment.content_hash(found[1])

    def _add(self, article: Article) -> None:
        if self._builder is None:
            self._builder = SegmentBuilder(self._folder)
        self._pending[article.id] = self._builder.add(article)
        if self._builder.memory >= self._memory:
            self._flush()

    def _flush(self) -> None:
        """Write what is in memory as a segment."""
        if self._builder is None:
            return
        if self._pending:
            self._standing.add(self._builder.finish(), self._pending_deleted)
        else:
            self._builder.close()
        self._builder, self._pending, self._pending_deleted = None, {}, set()
