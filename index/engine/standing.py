"""The segments that a block of changes works on: what is in each, and what the block has deleted from it so far."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.article import Article
from index.engine.arrays import Array, write_arrays
from index.engine.cache import ListCache
from index.engine.clustering import cluster_together
from index.engine.clusters import Labels, write_clusters
from index.engine.commits import CommitFile, SegmentEntry
from index.engine.merging import merge
from index.engine.segment import Segment, deleted_docs


@dataclass(slots=True, eq=False)
class StandingSegment:
    """A segment that is on the disk, with the documents that are deleted from it so far."""

    segment: Segment
    entry: SegmentEntry
    deleted: set[int]
    changed: bool = False
    """Whether the block changed it or made it."""
    carried: Labels | None = None
    """The clusters of its documents, of one that the block has put together."""

    @property
    def live(self) -> int:
        """Articles that are still there."""
        return self.segment.articles - len(self.deleted)

    @property
    def live_mask(self) -> Array:
        """Which of its documents are still there (bool)."""
        mask = np.ones(self.segment.articles, np.bool_)
        mask[list(self.deleted)] = False
        return mask

    def labels(self) -> Labels:
        """The clusters of its documents as they were when last anybody looked."""
        if self.segment.clusters:
            return self.segment.clusters.labels()
        return self.carried or [None] * self.segment.articles

    @property
    def current(self) -> SegmentEntry:
        """Its entry with the deletions counted, though not written."""
        return replace(self.entry, deleted=len(self.deleted))


class Standing:
    """The segments of a commit, and those that were added to them."""

    def __init__(self, folder: Path, commit: CommitFile, cache: ListCache) -> None:
        self._folder, self._cache = folder, cache
        self.segments = [self._opened(entry, set(deleted_docs(folder, entry).tolist())) for entry in commit.segments]

    def add(self, entry: SegmentEntry, deleted: set[int]) -> None:
        """One more segment, which the block has made."""
        self.segments.append(self._opened(entry, deleted, changed=True))

    def merge(self, some: Sequence[StandingSegment]) -> None:
        """Put the live articles of some segments into one."""
        entry = merge(self._folder, [(one.segment, one.live_mask) for one in some])
        carried = [label for one in some for doc, label in enumerate(one.labels()) if doc not in one.deleted]
        self.segments = [one for one in self.segments if one not in some]
        self.add(entry, set())
        self.segments[-1].carried = carried

    def find(self, article_id: str) -> tuple[StandingSegment, int] | None:
        """The live document with this id."""
        for one in reversed(self.segments):
            for doc in one.segment.documents(article_id):
                if doc not in one.deleted:
                    return one, doc
        return None

    def get(self, article_id: str) -> Article | None:
        """The live article with this id."""
        found = self.find(article_id)
        return None if found is None else found[0].segment.article(found[1])

    def written(self, *, clustered: bool) -> tuple[SegmentEntry, ...]:
        """The entries of all segments that have live articles, deletions and clusters written where there are new ones.

        Unless it is to be `clustered`, articles keep the clusters that they had; new ones have none.
        """
        living = [one for one in self.segments if one.live]
        if clustered:
            labels = cluster_together([(one.segment, one.live_mask) for one in living])
        else:
            labels = [one.labels() for one in living]
        return tuple(
            self._with_clusters(one, self._with_deletions(one), these)
            for one, these in zip(living, labels, strict=True)
        )

    def _with_clusters(self, one: StandingSegment, entry: SegmentEntry, labels: Labels) -> SegmentEntry:
        if one.segment.clusters and one.segment.clusters.labels() == labels:
            return entry
        return replace(entry, clusters=write_clusters(self._folder, one.segment.name, labels))

    def _with_deletions(self, one: StandingSegment) -> SegmentEntry:
        if len(one.deleted) == one.entry.deleted:
            return one.entry
        path = self._folder / f"segment_{one.segment.name}.deleted-{secrets.token_hex(4)}"
        write_arrays(path, {"docs": np.array(sorted(one.deleted), np.int32)})
        return replace(one.current, deletions=path.name)

    def _opened(self, entry: SegmentEntry, deleted: set[int], *, changed: bool = False) -> StandingSegment:
        return StandingSegment(Segment(self._folder, entry, self._cache), entry, deleted, changed)
