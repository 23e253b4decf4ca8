"""Putting near duplicates together, over all segments of a commit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.duplicates import SIGNATURE, groups
from index.engine.arrays import Array
from index.engine.clusters import Labels
from index.engine.segment import StoredSegment


def cluster_together(segments: Sequence[tuple[StoredSegment, Array]]) -> list[Labels]:
    """The clusters of all documents of some segments, each given with which of its documents live.

    A cluster is named by the smallest id in it.
    """
    living = [np.flatnonzero(live) for _, live in segments]
    parts = [segment.signatures[docs] for (segment, _), docs in zip(segments, living, strict=True)]
    found = groups(np.concatenate([np.empty((0, SIGNATURE), np.uint8), *parts]))
    labels: list[list[str | None]] = [[None] * segment.articles for segment, _ in segments]
    smallest: dict[int, str] = {}
    members: list[tuple[int, int, int]] = []
    base = 0
    for at, ((segment, _), docs) in enumerate(zip(segments, living, strict=True)):
        groups_here = found[base : base + len(docs)]
        base += len(docs)
        for place in np.flatnonzero(groups_here >= 0).tolist():
            doc, group = int(docs[place]), int(groups_here[place])
            article_id = segment.id(doc)
            smallest[group] = min(smallest.get(group, article_id), article_id)
            members.append((at, doc, group))
    for at, doc, group in members:
        labels[at][doc] = smallest[group]
    return list(labels)
