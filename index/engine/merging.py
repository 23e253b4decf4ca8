"""Merging segments: their arrays are put together, and what is deleted is left behind. No article is read again.

Compressed blocks of articles are copied as they are; columns are concatenated; postings are merged range by range of
their terms (`merged_postings`). Documents keep their order: those of the first segment first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from index.duplicates import SIGNATURE
from index.engine.arrays import Array, ArrayWriter
from index.engine.building import segment_name, write_segment
from index.engine.commits import SegmentEntry
from index.engine.fields import OWN_FACETS, STORED_FIELDS, WORD_FIELDS
from index.engine.inversion import length_arrays
from index.engine.merged_postings import FieldSource, write_merged
from index.engine.ordinals import ordinal_arrays
from index.engine.segment import Segment
from index.engine.stored import StoredWriter
from index.engine.texts import Texts, text_arrays

_BY_DOCUMENT = ("published.at", "published.precision", "modified.at", "modified.precision", "has")


@dataclass(frozen=True)
class Source:
    """A segment to be merged. Its live documents are numbered from `base` on."""

    segment: Segment
    live: Array
    base: int

    @property
    def count(self) -> int:
        """Live documents."""
        return int(np.count_nonzero(self.live))

    @cached_property
    def numbers(self) -> Array:
        """The new number of each document (int32), -1 of dead ones."""
        numbers = np.cumsum(self.live, dtype=np.int32) - np.int32(1) + np.int32(self.base)
        numbers[~self.live] = -1
        return numbers

    def column(self, name: str) -> Array:
        """A column of the live documents."""
        column: Array = self.segment.columns[name][self.live]
        return column


def merge(folder: Path, segments: Sequence[tuple[Segment, Array]]) -> SegmentEntry:
    """Write one segment of the live documents of several, each given with which of its documents live."""
    sources, base = [], 0
    for segment, live in segments:
        sources.append(Source(segment, live, base))
        base += sources[-1].count
    name = segment_name()
    with StoredWriter(folder, name) as stored:
        for source in sources:
            stored.copy(source.segment.stored, source.live)
    columns = {**_columns(sources), **_ids(sources), **stored.arrays()}
    for facet in OWN_FACETS:
        columns |= _facet(facet.name, sources, base)
    for source in sources:
        source.segment.columns.release()

    def write_fields(writer: ArrayWriter) -> None:
        for field in STORED_FIELDS:
            parts = [FieldSource(source.segment.terms[field.name], source.numbers) for source in sources]
            write_merged(writer, field, base, parts)

    return write_segment(folder, name, base, columns, write_fields)


def _columns(sources: Sequence[Source]) -> dict[str, Array]:
    columns = {name: np.concatenate([source.column(name) for source in sources]) for name in _BY_DOCUMENT}
    for name, width in (("hash", 32), ("signature", SIGNATURE)):
        rows = [source.segment.columns[name].reshape(-1, width)[source.live].ravel() for source in sources]
        columns[name] = np.concatenate(rows)
    for field in WORD_FIELDS:
        lengths = np.concatenate([source.column(f"length.{field.name}") for source in sources])
        columns |= length_arrays(field.name, lengths)
    return columns


def _ids(sources: Sequence[Source]) -> dict[str, Array]:
    ids: list[bytes] = []
    docs = []
    for source in sources:
        numbers = source.numbers[source.segment.columns["id.order"]]
        in_order = Texts(source.segment.columns, "id").all()
        ids += [one for one, number in zip(in_order, numbers.tolist(), strict=True) if number >= 0]
        docs.append(numbers[numbers >= 0])
    order = sorted(range(len(ids)), key=ids.__getitem__)  # runs that are in order: they are merged
    return {**text_arrays("id", [ids[at] for at in order]), "id.order": np.concatenate(docs)[order]}


def _facet(name: str, sources: Sequence[Source], documents: int) -> dict[str, Array]:
    labels: dict[str, int] = {}
    docs, values = [], []
    for source in sources:
        column = source.segment.facet(name)
        ranks = np.array([labels.setdefault(label, len(labels)) for label in column.labels.all()], np.int32)
        for owners, numbers in column.pairs():
            renumbered = source.numbers[owners]
            docs.append(renumbered[renumbered >= 0])
            values.append(ranks[numbers[renumbered >= 0]])
    all_docs, all_values = np.concatenate(docs), np.concatenate(values)
    order = np.argsort(all_docs, kind="stable")  # layer by layer before: so a document's values keep their order
    return ordinal_arrays(name, list(labels), all_docs[order], all_values[order], documents)
