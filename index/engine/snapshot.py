"""A commit as the engine reads it: its segments laid end to end, and what is known of every article as arrays.

Documents are numbered across segments. Everything is loaded when first asked for and shared by all readers of the
commit. Frequencies and lengths count live articles only, so scores depend neither on deletions nor on merges.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from threading import Lock, local

import numpy as np
from numpy.typing import DTypeLike

from index.article import Article
from index.engine.arrays import Array, ArrayFile
from index.engine.cache import ListCache
from index.engine.commits import CommitFile
from index.engine.days import Spans, spans_of
from index.engine.fields import HAS_BIT, term_field
from index.engine.histogram import Timeline
from index.engine.matches import Board
from index.engine.segment import Segment
from index.engine.texts import Texts, decode_text, encode_text
from index.engine.whoosh_view import WhooshView

_NONE = np.empty(0, np.int32), np.empty(0)


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """The values of a facet field: `values[i]` is a value of document `docs[i]`, an index into `labels`.

    Documents ascend; `first[d]` is where the values of document d start.
    """

    labels: list[str]
    """In the order that people expect: letter case counts only among labels that are otherwise the same."""
    values: Array
    docs: Array
    first: Array
    only: Array | None
    """Where no document has several values: the value of each document, `len(labels)` where it has none."""
    missing: Array
    """Which documents have no value."""
    numbers: dict[str, int]
    """The index of each label."""


def label_order(label: str) -> tuple[str, str]:
    """The key that orders labels."""
    return label.casefold(), label


class Snapshot:
    """One commit, open for reading."""

    def __init__(self, folder: Path, commit: CommitFile, zone: tzinfo, cache: ListCache, known: Snapshot | None):
        """Open all files of a commit, taking segments that `known` has open already."""
        self._zone = zone
        self._cache = cache
        self._name = f"{folder} {commit.number}"
        self._boards = local()
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
                self.live[ArrayFile(folder / entry.deletions)["docs"] + base] = False
        self.count = int(np.count_nonzero(self.live))
        """Live articles."""
        self.asked_of_whoosh = 0
        """Nodes that the executor does not know and left to Whoosh's matchers."""
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

    @cached_property
    def whoosh(self) -> WhooshView:
        """The commit as Whoosh sees it."""
        return WhooshView(self)

    def board(self) -> Board:
        """The board of this thread."""
        board: Board | None = getattr(self._boards, "board", None)
        if board is None:
            board = self._boards.board = Board(self.size)
        return board

    def cached(self, what: str, read: Callable[[], tuple[Array, Array]]) -> tuple[Array, Array]:
        """Something computed over the whole commit, from `read` when it is not held any more."""
        return self._cache.get((self._name, "", encode_text(what)), read)

    def postings(self, field: str, term: bytes) -> tuple[Array, Array]:
        """The live documents that have a term (int32, ascending) and how often (float64)."""
        found = [
            (postings[0] + np.int32(base), postings[1])
            for base, segment in zip(self.bases, self.segments, strict=True)
            if len((postings := segment.postings(field, term))[0])
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
        found = [
            segment.occurrences(field, term) + (base << 32)
            for base, segment in zip(self.bases, self.segments, strict=True)
        ]
        return np.concatenate([np.empty(0, np.int64), *found])

    def exact_forms(self, field: str, prefix: bytes) -> list[bytes]:
        """The exact forms (the codes) in a field that start with `prefix`, in order, of dead articles too."""
        return sorted(set().union(*(segment.terms[field].exact_forms(prefix) for segment in self.segments)))

    def forms(self, name: str) -> list[bytes]:
        """All forms that a field can be asked for under one of its names, in order, of dead articles too."""
        named = term_field(name)
        if named.exact:
            return self.exact_forms(named.field.name, b"")
        return sorted(set().union(*(segment.terms[name].plain_forms() for segment in self.segments)))

    def count_of(self, field: str, term: bytes) -> int:
        """How many live articles have a term."""
        if self.count == self.size:
            return sum(segment.count(field, term) for segment in self.segments)
        return len(self.postings(field, term)[0])

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

    @cached_property
    def timeline(self) -> Timeline:
        """The articles by the date they were published."""
        return Timeline(self.spans("published"), self.live)

    def facet(self, field: str) -> FacetColumn:
        """The values of a facet field."""
        with self._lock:
            if field not in self._facets:
                self._facets[field] = self._facet(field)
            return self._facets[field]

    def _facet(self, field: str) -> FacetColumn:
        encoded = [Texts(segment.columns, f"facet.{field}").all() for segment in self.segments]
        own = [[decode_text(label) for label in labels] for labels in encoded]
        labels = sorted(set().union(*own), key=label_order)
        place = {label: number for number, label in enumerate(labels)}
        values, docs = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
        for base, segment, names in zip(self.bases, self.segments, own, strict=True):
            numbers = np.array([place[name] for name in names], np.int32)
            values.append(numbers[segment.columns[f"facet.{field}.values"]])
            docs.append(segment.columns[f"facet.{field}.docs"] + np.int32(base))
        all_docs = np.concatenate(docs)
        all_values = np.concatenate(values)
        counts = np.bincount(all_docs, minlength=self.size)
        only = None
        if counts.max(initial=0) <= 1:
            only = np.full(self.size, len(labels), np.int32)
            only[all_docs] = all_values
        first = np.concatenate([[0], np.cumsum(counts)])
        return FacetColumn(labels, all_values, all_docs, first, only, counts == 0, place)

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
