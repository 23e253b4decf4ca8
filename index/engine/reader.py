"""Answers from one commit: hits in order, exact totals, facets and the histogram, all from one match set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from whoosh.query import Query

from index.article import Article
from index.engine.arrays import Array, decode_text, encode_text
from index.engine.executor import Executor
from index.engine.facets import Filters, column, count_values
from index.engine.fields import WORD_FIELDS, schema_field, term_field
from index.engine.histogram import histogram
from index.engine.snapshot import Snapshot
from index.query import EXACT
from index.results import Commit, EngineRequest, Histogram, Hit, Interval, Order, TermCount, TopDocs

_WORD_FIELDS = frozenset(field.name for field in WORD_FIELDS)


@dataclass(frozen=True, slots=True)
class _Matched:
    """What a request's query and dates match before its facet filters, what passes those too, and the scores."""

    before: Array
    mask: Array
    scores: Array | None
    filters: Filters


class EmbeddedReader:
    """One commit of an embedded index. May be used by several threads at once."""

    def __init__(self, commit: Commit, snapshot: Snapshot) -> None:
        self._commit = commit
        self._snapshot = snapshot

    @property
    def commit(self) -> Commit:
        """Which state of the index this is."""
        return self._commit

    def get(self, article_id: str) -> Article | None:
        """The article with this id, or `None`."""
        doc = self._snapshot.find(article_id)
        return None if doc is None else self._snapshot.article(doc)

    def search(self, request: EngineRequest) -> TopDocs:
        """A page of hits, the exact total, facet counts and the histogram, from one match set."""
        matched = self._match(request)
        page = self._ordered(request.order, matched, request.offset + request.limit)[request.offset :]
        selected = {one.field: one.include for one in request.filters}
        return TopDocs(
            tuple(self._hits(page, matched.scores)),
            int(np.count_nonzero(matched.mask)),
            tuple(
                count_values(
                    column(self._snapshot, facet.field),
                    matched.filters.apply(matched.before, without=facet.field),
                    facet,
                    selected.get(facet.field, ()),
                )
                for facet in request.facets
            ),
            self._histogram(matched, request.histogram) if request.histogram else None,
        )

    def scan(self, request: EngineRequest) -> Iterator[Hit]:
        """Every hit in the request's order, whatever its offset and limit, without holding them all."""
        matched = self._match(request)
        return self._hits(self._ordered(request.order, matched, self._snapshot.size), matched.scores)

    def count(self, query: Query) -> int:
        """How many articles match."""
        return int(np.count_nonzero(Executor(self._snapshot, scoring=False).match(query).mask))

    def terms(self, field: str, prefix: str = "") -> Iterator[TermCount]:
        """The terms of a field that start with `prefix`, sorted. A facet field gives its values as written,
        a text field the exact forms of its words. Raises RequestInvalid when the field has no terms.
        """
        if schema_field(field).facet:
            return self._facet_terms(field, prefix)
        name = field + EXACT if field in _WORD_FIELDS else field
        term_field(name)
        found = self._snapshot.terms(name, encode_text(prefix))
        return (TermCount(decode_text(term), count) for term, count in found)

    def _facet_terms(self, field: str, prefix: str) -> Iterator[TermCount]:
        values = self._snapshot.facet(field)
        counts = np.bincount(values.values[self._snapshot.live[values.docs]], minlength=len(values.labels)).tolist()
        for label, count in sorted(zip(values.labels, counts, strict=True)):
            if count and label.startswith(prefix):
                yield TermCount(label, count)

    def _histogram(self, matched: _Matched, interval: Interval) -> Histogram:
        return histogram(self._snapshot.spans("published"), matched.mask, self._snapshot.live, interval)

    def _match(self, request: EngineRequest) -> _Matched:
        match = Executor(self._snapshot, scoring=request.order is Order.RELEVANCE).match(request.query)
        before = match.mask
        if request.dates is not None:
            before = before & self._snapshot.spans("published").overlap(request.dates)
        filters = Filters(self._snapshot, request.filters)
        return _Matched(before, filters.apply(before), match.scores, filters)

    def _ordered(self, order: Order, matched: _Matched, most: int) -> Array:
        """The first `most` documents in order."""
        docs = np.flatnonzero(matched.mask)
        keys = self._keys(order, docs, matched.scores)
        if 0 < most < len(docs):
            # Only what can be on the page is sorted: all that is not behind the last place, ties included.
            last = np.partition(keys, most - 1)[most - 1]
            docs, keys = docs[keys <= last], keys[keys <= last]
        return docs[np.lexsort((self._snapshot.id_rank[docs], keys))][: max(most, 0)]

    def _keys(self, order: Order, docs: Array, scores: Array | None) -> Array:
        """What the documents are ordered by, ascending."""
        if scores is not None:
            return -scores[docs]
        spans = self._snapshot.spans("published")
        starts = spans.start[docs]
        last = np.iinfo(np.int64).max
        return np.where(spans.dated[docs], -starts if order is Order.NEWEST else starts, last)

    def _hits(self, docs: Array, scores: Array | None) -> Iterator[Hit]:
        for doc in docs.tolist():
            yield Hit(self._snapshot.article(doc), 0.0 if scores is None else float(scores[doc]))
