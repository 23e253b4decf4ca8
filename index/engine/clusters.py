"""Which story each article of a segment belongs to, in one commit.

That follows from all articles of the index (`index.duplicates`), so it is not the segment's to say: it stands in a file
beside it, named by the commit, and is written anew when it changes.

    segment_NAME.clusters-XXXXXXXX    the field `cluster`: terms, postings and facet values of the segment's documents
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.engine.arrays import ArrayFile, ArrayWriter
from index.engine.fields import CLUSTER
from index.engine.ordinals import ordinal_arrays, stored_facet
from index.engine.postings import FieldWriter, Postings
from index.engine.terms import FieldTerms, write_terms
from index.engine.texts import encode_text

Labels = Sequence[str | None]
"""The cluster of each document of a segment; most have none."""


class SegmentClusters:
    """The clusters of a segment open for reading."""

    def __init__(self, path: Path, articles: int) -> None:
        self.name = path.name
        self.file = ArrayFile(path)
        self.terms = FieldTerms(self.file, CLUSTER, articles)
        self.facet = stored_facet(self.file, CLUSTER.name)

    def of(self, doc: int) -> str | None:
        """The cluster of a document."""
        number = int(self.facet.layers[0][doc])
        return self.facet.labels[number] if number < len(self.facet.labels) else None

    def labels(self) -> list[str | None]:
        """The clusters of all documents."""
        names: list[str | None] = [*self.facet.labels.all(), None]
        return [names[number] for number in self.facet.layers[0].tolist()]


def write_clusters(folder: Path, segment: str, labels: Labels) -> str:
    """Write the clusters of a segment. Returns the name of the file."""
    docs = np.array([doc for doc, label in enumerate(labels) if label is not None], np.int32)
    numbers: dict[str, int] = {}
    values = np.array([numbers.setdefault(one, len(numbers)) for one in labels if one is not None], np.int32)
    encoded = [encode_text(label) for label in numbers]
    order = sorted(range(len(encoded)), key=encoded.__getitem__)
    by_term = np.lexsort((docs, np.argsort(order)[values] if order else values))
    path = folder / f"segment_{segment}.clusters-{secrets.token_hex(4)}"
    with ArrayWriter(path) as writer:
        for name, array in ordinal_arrays(CLUSTER.name, list(numbers), docs, values, len(labels)).items():
            writer.add(name, array)
        write_terms(writer, CLUSTER, [encoded[number] for number in order])
        lists = FieldWriter(writer, CLUSTER.name, len(labels), positions=False)
        df = np.bincount(values, minlength=len(order))[order]
        lists.add(Postings(df, docs[by_term], np.ones(len(docs), np.int64), ()))
        lists.finish()
        writer.finish()
    return path.name
