"""A commit as the engine reads it: its segments laid end to end, and what is known of every article as arrays.

Documents are numbered across segments. Everything is loaded when first asked for and shared by all readers of the
commit. Frequencies and lengths count live articles only, so scores depend neither on deletions nor on merges.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import tzinfo
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from threading import Lock, local

import numpy as np

from index.article import Article
from index.dates import Span
from index.engine.arrays import Array
from index.engine.cache import ListCache, Postings
from index.engine.columns import DAY_SECONDS, NO_DATE
from index.engine.commits import CommitFile
from index.engine.days import Spans, spans_of
from index.engine.facets import Facet
from index.engine.fields import CLUSTER, HAS_BIT, schema_field, term_field
from index.engine.histogram import Timeline
from index.engine.matches import Board
from index.engine.ordinals import FacetColumn, united_facet
from index.engine.paths import PathColumn
from index.engine.scoring import Lengths, fresh
from index.engine.segment import Segment, deleted_docs
from index.engine.texts import encode_text
from index.engine.whoosh_view import WhooshView
from index.scoring import Freshness

_NONE = np.empty(0, np.int32), np.empty(0, np.uint8)


class Snapshot:
    """One commit, open for reading."""

    def __init__(self, folder: Path, commit: CommitFile, zone: tzinfo, cache: ListCache, known: Snapshot | None):
        """Open all files of a commit, taking segments that `known` has open already."""
        self._zone = zone
        self._cache = cache
        self._name = f"{folder} {commit.number}"
        self._boards = local()
        there = known.segments if known else []
        opened = {(one.name, one.clusters and one.clusters.name): one for one in there}
        self.segments: list[Segment] = [
            opened.get((entry.name, entry.clusters)) or Segment(folder, entry, cache) for entry in commit.segments
        ]
        self.bases = np.cumsum([0, *(segment.articles for segment in self.segments)]).tolist()
        self.size: int = self.bases.pop()
        """Articles, dead or alive: the length of every array by document."""
        self.live = np.ones(self.size, np.bool_)
        for base, entry in zip(self.bases, commit.segments, strict=True):
            self.live[deleted_docs(folder, entry) + base] = False
        self.count = int(np.count_nonzero(self.live))
        """Live articles."""
        self.asked_of_whoosh = 0
        """Nodes that the executor does not know and left to Whoosh's matchers."""
        self._lock = Lock()
        self._facets: dict[str, FacetColumn] = {}
        self._values: dict[str, Facet] = {}
        self._spans: dict[str, Spans] = {}
        self._lengths: dict[str, Lengths] = {}

    def find(self, article_id: str) -> int | None:
        """The live document with this id."""
        for base, segment in zip(self.bases, self.segments, strict=True):
            for doc in segment.documents(article_id):
                if self.live[base + doc]:
                    return int(base + doc)
        return None

    def article(self, doc: int) -> Article:
        """The stored article of a document."""
        segment, base = self._segment_of(doc)
        return segment.article(doc - base)

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

    def cached(self, what: str, read: Callable[[], Postings]) -> Postings:
        """Documents and their scores under a part of a query, from `read` when they are not held any more."""
        return self._cache.get((self._name, "", encode_text(what)), read)

    def mask(self, what: str, read: Callable[[], Array]) -> Array:
        """What a filter lets through (bool[size]), held as a bitmap."""

        def packed() -> Postings:
            return np.packbits(read()), np.empty(0)

        return np.unpackbits(self.cached(what, packed)[0], count=self.size).view(np.bool_)

    def postings(self, field: str, term: bytes) -> Postings:
        """The live documents that have a term (int32, ascending) and how often (whole numbers)."""
        found = [
            (postings[0] + np.int32(base) if base else postings[0], postings[1])
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

    def occurrences(self, field: str, term: bytes, docs: Array) -> Array:
        """Where a term stands in these documents (ascending; others are passed over).

        Ascending: the document in the upper 32 bits, the position in the lower (int64).
        """
        found = []
        edges = np.searchsorted(docs, [*self.bases, self.size]).tolist()
        for base, segment, (first, last) in zip(self.bases, self.segments, pairwise(edges), strict=True):
            if first < last:
                found.append(segment.occurrences(field, term, docs[first:last] - np.int32(base)) + (base << 32))
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
        if field == CLUSTER.name:
            return self.live & (self.facet(field).layers[0] < len(self.facet(field).labels))
        has: Array = self._has & np.uint32(HAS_BIT[field]) != 0
        return has & self.live

    def lengths(self, field: str) -> Lengths:
        """How long a field is."""
        with self._lock:
            if field not in self._lengths:
                words = self._column(f"length.{field}")
                total, having = np.sum(
                    [np.zeros(2, np.int64), *(segment.columns[f"length.{field}.total"] for segment in self.segments)],
                    axis=0,
                )
                dead = words[self._dead]
                having -= np.count_nonzero(dead)
                average = float((total - dead.sum(dtype=np.int64)) / having) if having else 1.0
                self._lengths[field] = Lengths(words, average)
            return self._lengths[field]

    def published_day(self, doc: int) -> int | None:
        """The day that a document was published, since 1970 in UTC."""
        segment, base = self._segment_of(doc)
        if segment.columns["published.precision"][doc - base] == NO_DATE:
            return None
        return int(segment.columns["published.at"][doc - base]) // DAY_SECONDS

    def freshness(self, freshness: Freshness) -> Array:
        """What the score of each document is multiplied by (float64)."""

        def read() -> Postings:
            days = self._column("published.at") // DAY_SECONDS
            dated = self._column("published.precision") != NO_DATE
            return _NONE[0], fresh(freshness, days, dated)

        return self.cached(repr(freshness), read)[1]

    def spans(self, field: str) -> Spans:
        """The spans of a date field."""
        with self._lock:
            if field not in self._spans:
                at = self._column(f"{field}.at")
                precision = self._column(f"{field}.precision")
                self._spans[field] = spans_of(at, precision, self._zone)
            return self._spans[field]

    @cached_property
    def timeline(self) -> Timeline:
        """The articles by the date they were published."""
        return Timeline(self.spans("published"), self.live)

    def dates(self, span: Span, field: str = "published") -> Array:
        """Which live articles have a date that overlaps `span` (bool)."""
        return self.mask(f"{field} {span}", lambda: self.spans(field).overlap(span) & self.live)

    def facet(self, field: str) -> FacetColumn:
        """The values of a facet field."""
        with self._lock:
            if field not in self._facets:
                parts = [segment.facet(field) for segment in self.segments]
                self._facets[field] = united_facet(parts, self.bases)
            return self._facets[field]

    def values(self, field: str) -> Facet:
        """A facet as it is chosen from and counted."""
        column = self.facet(field)
        with self._lock:
            if field not in self._values:
                self._values[field] = Facet(PathColumn(column) if schema_field(field).paths else column, self.live)
            return self._values[field]

    def id(self, doc: int) -> str:
        """The id of a document."""
        segment, base = self._segment_of(doc)
        return segment.id(doc - base)

    @cached_property
    def id_rank(self) -> Array:
        """Each document's place in the order of its segment's ids (int32)."""
        return _joined([segment.id_rank for segment in self.segments])

    def after_id(self, article_id: str, docs: Array) -> Array:
        """Which of some documents have an id that comes after this one (bool)."""
        before = np.array([segment.ids_up_to(article_id) for segment in self.segments], np.int32)
        found: Array = self.id_rank[docs] >= before[self.segments_of(docs)]
        return found

    def segments_of(self, docs: Array) -> Array:
        """The number of each document's segment."""
        return np.searchsorted(self.bases, docs, "right") - 1

    def _segment_of(self, doc: int) -> tuple[Segment, int]:
        """The segment of a document and its first document."""
        number = bisect_right(self.bases, doc) - 1
        return self.segments[number], self.bases[number]

    @cached_property
    def _dead(self) -> Array:
        return np.flatnonzero(~self.live)

    @cached_property
    def _has(self) -> Array:
        return self._column("has")

    def _column(self, name: str) -> Array:
        return _joined([segment.columns[name] for segment in self.segments])


def _joined(parts: list[Array]) -> Array:
    """Arrays laid end to end; a single one stays where it is in the file."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts or [np.empty(0, np.int64)])
