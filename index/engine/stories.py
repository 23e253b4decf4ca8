"""Collapsed answers: of each cluster of near duplicates the hit that comes first, and what it stands for."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from index.engine.arrays import Array
from index.engine.fields import CLUSTER
from index.engine.ranking import Ranking
from index.results import MOST_OTHERS, Group


class Stories:
    """The clusters of a ranking, each with its documents in order."""

    def __init__(self, ranking: Ranking) -> None:
        self._snapshot = ranking.snapshot
        column = ranking.snapshot.facet(CLUSTER.name)
        self._labels = column.labels
        self._cluster_of = column.layers[0]  # an article is of one story at most
        clusters = self._cluster_of[ranking.docs]
        members = np.flatnonzero(clusters < len(self._labels))
        members = members[_in_order(ranking.where(members), clusters[members])]
        self._docs = ranking.docs[members]
        self._clusters, first = np.unique(clusters[members], return_index=True)
        self._ends = np.append(first, len(members))
        self.leading = np.ones(len(ranking.docs), np.bool_)
        """Which documents of the ranking stand for themselves or for their story."""
        self.leading[np.delete(members, first)] = False

    def of(self, doc: int) -> Group | None:
        """What a leading document stands for."""
        cluster = int(self._cluster_of[doc])
        if cluster == len(self._labels):
            return None
        nth = int(np.searchsorted(self._clusters, cluster))
        docs = self._docs[self._ends[nth] : self._ends[nth + 1]]
        others = tuple(map(self._snapshot.id, docs[1 : MOST_OTHERS + 1].tolist()))
        return Group(self._labels[cluster], len(docs), others)


def _in_order(ranking: Ranking, clusters: Array) -> Array:
    """Where the documents of a ranking stand when they are ordered by cluster and, in each, as they are ranked."""
    snapshot = ranking.snapshot
    segments = snapshot.segments_of(ranking.docs)
    order = np.lexsort((snapshot.id_rank[ranking.docs], segments, ranking.keys, clusters))
    # Within a segment the order of ids is known; between segments ids are compared, where nothing else decides.
    clusters, keys, segments = clusters[order], ranking.keys[order], segments[order]
    tied = (clusters[1:] == clusters[:-1]) & (keys[1:] == keys[:-1])
    edges = np.flatnonzero(np.concatenate([[True], ~tied, [True]]))
    mixed = np.flatnonzero(tied & (segments[1:] != segments[:-1]))
    runs = list(pairwise(edges.tolist()))
    for run in np.unique(np.searchsorted(edges, mixed, "right") - 1).tolist():
        start, end = runs[run]
        order[start:end] = sorted(order[start:end].tolist(), key=lambda at: snapshot.id(int(ranking.docs[at])))
    return order
