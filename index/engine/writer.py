"""Changes to an index: upserts and deletes that become one commit, or nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np

from index.article import Article
from index.durable import sync_folder, writing
from index.engine.arrays import ArrayFile, write_arrays
from index.engine.cache import ListCache
from index.engine.commits import CommitFile, SegmentEntry, write_commit
from index.engine.merging import to_merge
from index.engine.segment import Segment, SegmentBuilder
from index.generations import place_of

_P = ParamSpec("_P")
_R = TypeVar("_R")

SPILL_BYTES = 600_000_000
"""Memory for words before a segment is written. All of Reuters takes 270 MB of it; the process peaks at 340 MB."""


@dataclass(slots=True)
class _Written:
    """A segment that is on the disk, with the documents that are deleted from it so far."""

    segment: Segment
    entry: SegmentEntry
    deleted: set[int]
    changed: bool = False
    """Whether this block changed it or made it."""

    @property
    def live(self) -> int:
        """Articles that are still there."""
        return self.segment.articles - len(self.deleted)


def _writing(method: Callable[Concatenate[EmbeddedWriter, _P], _R]) -> Callable[Concatenate[EmbeddedWriter, _P], _R]:
    """Let what the operating system refuses to a method be IndexUnwritable."""

    @wraps(method)
    def call(self: EmbeddedWriter, /, *arguments: _P.args, **named: _P.kwargs) -> _R:
        with writing(place_of(self._folder)):
            return method(self, *arguments, **named)

    return call


class EmbeddedWriter:
    """Collects the changes of one writer block. Only the backend makes one, and holds the lock meanwhile."""

    def __init__(self, folder: Path, commit: CommitFile, cache: ListCache) -> None:
        """Start from `commit`, the newest in `folder`; its number is 0 when there is none yet."""
        self._folder = folder
        self._commit = commit
        self._cache = cache
        self._written = [self._open(entry) for entry in self._commit.segments]
        self._builder: SegmentBuilder | None = None
        self._pending: dict[str, int] = {}
        self._pending_deleted: set[int] = set()

    @_writing
    def get(self, article_id: str) -> Article | None:
        """The article as it would be after a commit now."""
        if self._builder and article_id in self._pending:
            return self._builder.article(self._pending[article_id])
        found = self._find(article_id)
        return None if found is None else found[0].segment.article(found[1])

    @_writing
    def put(self, article: Article) -> None:
        """Add the article, or replace the one with its id. What has the same content changes nothing.

        The one that is replaced leaves its `first_indexed` to the new one. Raises ValueError without an id.
        """
        if not article.id:
            raise ValueError("an article needs an id before it can be indexed")
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
        elif found := self._find(article_id):
            found[0].deleted.add(found[1])
            found[0].changed = True

    @_writing
    def commit(self) -> None:
        """Write everything, then let it count. Without any effective change there is no new commit."""
        if self._commit.number == 0 or self._changed:
            self._merge()
            self._flush()
            entries = [self._with_deletions(one) for one in self._written if one.live]
            sync_folder(self._folder)
            write_commit(self._folder, CommitFile(self._commit.number + 1, tuple(entries)))

    def close(self) -> None:
        """Let go of everything that was not committed."""
        if self._builder:
            self._builder.close()

    @property
    def _changed(self) -> bool:
        """Whether the articles are others than in the newest commit."""
        committed = {one.name for one in self._commit.segments}
        return bool(self._pending) or any(
            one.changed and (one.live or one.segment.name in committed) for one in self._written
        )

    def _content_hash(self, article_id: str) -> bytes | None:
        if self._builder and article_id in self._pending:
            return self._builder.content_hash(self._pending[article_id])
        found = self._find(article_id)
        return None if found is None else found[0].segment.content_hash(found[1])

    def _find(self, article_id: str) -> tuple[_Written, int] | None:
        """The live document with this id among the segments on the disk."""
        for one in reversed(self._written):
            doc = one.segment.find(article_id)
            if doc is not None and doc not in one.deleted:
                return one, doc
        return None

    def _add(self, article: Article) -> None:
        if self._builder is None:
            self._builder = SegmentBuilder(self._folder)
        self._pending[article.id] = self._builder.add(article)
        if self._builder.memory >= SPILL_BYTES:
            self._flush()

    def _flush(self) -> None:
        """Write what is in memory as a segment."""
        if self._builder is None:
            return
        if self._pending:
            entry = self._builder.finish()
            self._written.append(
                _Written(Segment(self._folder, entry, self._cache), entry, self._pending_deleted, True)
            )
        else:
            self._builder.close()
        self._builder, self._pending, self._pending_deleted = None, {}, set()

    def _merge(self) -> None:
        """Put the articles of segments that are due for it into the new one."""
        entries = {one.segment.name: replace(one.entry, deleted=len(one.deleted)) for one in self._written}
        due = {entry.name for entry in to_merge(list(entries.values()), len(self._pending))}
        merged = [one for one in self._written if one.segment.name in due]
        self._written = [one for one in self._written if one.segment.name not in due]
        for one in merged:
            for doc in range(one.segment.articles):
                if doc not in one.deleted:
                    self._add(one.segment.article(doc))

    def _with_deletions(self, one: _Written) -> SegmentEntry:
        """The segment's entry, its deletions written when there are new ones."""
        if len(one.deleted) == one.entry.deleted:
            return one.entry
        path = self._folder / f"segment_{one.segment.name}.deleted-{secrets.token_hex(4)}"
        write_arrays(path, {"docs": np.array(sorted(one.deleted), np.int32)})
        return replace(one.entry, deletions=path.name, deleted=len(one.deleted))

    def _open(self, entry: SegmentEntry) -> _Written:
        deleted = set(ArrayFile(self._folder / entry.deletions)["docs"].tolist()) if entry.deletions else set()
        return _Written(Segment(self._folder, entry, self._cache), entry, deleted)
