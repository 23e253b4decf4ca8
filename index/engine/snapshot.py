"""A commit as the engine reads it: its segments laid end to end, and what is known of every article as arrays.

Documents are numbered across segments. Everything is loaded when first asked for and shared by all readers of the
commit. Frequencies and lengths count live articles only, so scores depend neither on deletions nor on merges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import DTypeLike

from index.article import Article
from index.engine.arrays import Array, Texts, decode_text, read_arrays
from index.engine.cache import PostingsCache
from index.engine.commits import CommitFile
from index.engine.days import Spans, spans_of
from index.engine.fields import HAS_BIT
from index.engine.segment import Segment

_NONE = np.empty(0, np.int32), np.empty(0)


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """The values of a facet field: `values[i]` is a value of document `docs[i]`, an index into `labels`."""

    labels: list[str]
    """In the order that people expect: letter case counts only among labels that are otherwise the same."""
    values: Array
    docs: Array
    missing: Array
    """Which documents have no value."""
    numbers: dict[str, int]
    """The index of each label."""


def label_order(label: str) -> tuple[str, str]:
    """The key that orders labels."""
    return label.casefold(), label


class Snapshot:
    """One commit, open for reading."""

    def __init__(self, folder: Path, commit: CommitFile, zone: tzinfo, cache: PostingsCache, known: Snapshot | None):
        """Open all files of a commit, taking segments that `known` has open already."""
        self._zone = zone
        opened = {} if known is None else {segment.name: segment for segment in known.segments}
        self.segments: list[Segment] = [
            opened.get(entry.name) or Segment(folder, entry, cache) for entry in commit.segments
        ]
        self.bases = np.cumsum([0, *(segment.articles for segment in self.segments)]).tolist()
        self.size: int = self.bases.pop()
        """Articles, dead or alive: the length of every array by document."""
        self.live = np.ones(self.size, np.bool_)
        for base, entry in zip(self.bases, commit.segments, strict=True):
            if entry.deletions:
                self.live[read_arrays(folder / entry.deletions)["docs"] + base] = False
        self.count = int(np.count_nonzero(self.live))
        """Live articles."""
        self._lock = Lock()
        self._facets: dict[str, FacetColumn] = {}
        self._spans: dict[str, Spans] = {}
        self._lengths: dict[str, tuple[Array, float]] = {}

    def find(self, article_id: str) -> int | None:
        """The live document with this id."""
        for base, segment in zip(self.bases, self.segments, strict=True):
            doc = segment.find(article_id)
            if doc is not None and self.live[base + doc]:
                return int(base + doc)
        return None

    def article(self, doc: int) -> Article:
        """The stored article of a document."""
        number = int(np.searchsorted(self.bases, doc, "right")) - 1
        return self.segments[number].article(doc - self.bases[number])

    def postings(self, field: str, term: bytes) -> tuple[Array, Array]:
        """The live documents that have a term (int32, ascending) and how often (float64)."""
        found = [
            (postings[0] + np.int32(base), postings[1])
            for base, segment in zip(self.bases, self.segments, strict=True)
            if (postings := segment.postings(field, term))
        ]
        if not found:
            return _NONE
        docs, frequencies = (
            (np.concatenate(parts) for parts in zip(*found, strict=True)) if len(found) > 1 else found[0]
        )
        if self.count < self.size:
            alive = self.live[docs]
            docs, frequencies = docs[alive], frequencies[alive]
        return docs, frequencies

    def occurrences(self, field: str, term: bytes) -> Array:
        """Where a term stands, ascending: the document in the upper 32 bits, the position in the lower (int64)."""
        found = []
        for base, segment in zip(self.bases, self.segments, strict=True):
            if postings := segment.postings(field, term):
                docs = np.repeat(postings[0].astype(np.int64) + base, postings[1].astype(np.int64))
                found.append((docs << 32) + segment.positions(field, term))
        return np.concatenate(found) if found else np.empty(0, np.int64)

    def terms(self, field: str, prefix: bytes) -> Iterator[tuple[bytes, int]]:
        """The terms of a field that start with `prefix`, in order, each with its live articles."""
        counts: dict[bytes, int] = {}
        for segment in self.segments:
            for term, count in segment.terms.lexicon(field, prefix):
                counts[term] = counts.get(term, 0) + count
        for term in sorted(counts):
            count = counts[term] if self.count == self.size else len(self.postings(field, term)[0])
            if count:
                yield term, count

    def having(self, field: str) -> Array:
        """Which live articles have a value in a field."""
        has: Array = self._has & np.uint32(HAS_BIT[field]) != 0
        return has & self.live

    def lengths(self, field: str) -> tuple[Array, float]:
        """The words that a field has in each article, and how many it has on average where it has any."""
        with self._lock:
            if field not in self._lengths:
                lengths = self._column(f"length.{field}", np.float64)
                alive = lengths[self.live & (lengths > 0)]
                self._lengths[field] = lengths, float(alive.sum() / len(alive)) if len(alive) else 1.0
            return self._lengths[field]

    def spans(self, field: str) -> Spans:
        """The spans of a date field."""
        with self._lock:
            if field not in self._spans:
                at = self._column(f"{field}.at", np.int64)
                precision = self._column(f"{field}.precision", np.uint8)
                self._spans[field] = spans_of(at, precision, self._zone)
            return self._spans[field]

    def facet(self, field: str) -> FacetColumn:
        """The values of a facet field."""
        with self._lock:
            if field not in self._facets:
                self._facets[field] = self._facet(field)
            return self._facets[field]

    def _facet(self, field: str) -> FacetColumn:
        own = [Texts(segment.columns, f"facet.{field}") for segment in self.segments]
        labels = sorted({decode_text(label) for texts in own for label in texts}, key=label_order)
        place = {label: number for number, label in enumerate(labels)}
        values, docs = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
        for base, segment, texts in zip(self.bases, self.segments, own, strict=True):
            numbers = np.array([place[decode_text(label)] for label in texts], np.int32)
            values.append(numbers[segment.columns[f"facet.{field}.values"]])
            docs.append(segment.columns[f"facet.{field}.docs"] + np.int32(base))
        all_docs = np.concatenate(docs)
        missing = np.ones(self.size, np.bool_)
        missing[all_docs] = False
        return FacetColumn(labels, np.concatenate(values), all_docs, missing, place)

    @cached_property
    def id_rank(self) -> Array:
        """Each document's place in the order of ids (int32)."""
        ids = [one for segment in self.segments for one in segment.ids]
        rank = np.empty(self.size, np.int32)
        rank[sorted(range(self.size), key=ids.__getitem__)] = np.arange(self.size, dtype=np.int32)
        return rank

    @cached_property
    def _has(self) -> Array:
        return self._column("has", np.uint32)

    def _column(self, name: str, dtype: DTypeLike) -> Array:
        return np.concatenate([np.empty(0, dtype), *(segment.columns[name] for segment in self.segments)])
