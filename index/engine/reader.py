"""Answers from one commit: hits in order, exact totals, facets and the histogram, all from one match set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from whoosh.query import Query

from index.article import Article
from index.engine.arrays import Array
from index.engine.executor import Executor
from index.engine.explaining import Explainer
from index.engine.fields import WORD_FIELDS, schema_field, term_field
from index.engine.filters import Filters, facet
from index.engine.matches import Match
from index.engine.ranking import Ranking, ranking
from index.engine.snapshot import Snapshot
from index.engine.stories import Stories
from index.engine.texts import decode_text, encode_text
from index.explanation import Explanation, figure
from index.query import EXACT
from index.results import Commit, EngineRequest, FacetRequest, FacetSort, Hit, Order, TermCount, TopDocs
from index.scoring import Freshness

_WORD_FIELDS = frozenset(field.name for field in WORD_FIELDS)


@dataclass(frozen=True, slots=True)
class _Matched:
    """What a request's query and dates match before its facet filters, and what passes those too."""

    before: Match
    match: Match
    filters: Filters


@dataclass(frozen=True, slots=True)
class _Listing:
    """What there is to list: how many `hits`, the `rest` of them after a position, and what each stands for."""

    hits: int
    rest: Ranking
    stories: Stories | None


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
        listing = self._listing(request, matched.match)
        first, last = (0, request.limit) if request.after else (request.offset, request.offset + request.limit)
        page = listing.rest.first(last)[first:]
        more = len(page) and len(listing.rest.docs) > last
        selected = {one.field: one.include for one in request.filters}
        docs = matched.match.docs.astype(np.intp)  # once, and not by every look-up in a column
        return TopDocs(
            tuple(self._hits(listing, page)),
            len(matched.match.docs),
            tuple(
                facet(self._snapshot, one.field).count(
                    self._counted_in(one, matched, docs), one, selected.get(one.field, ())
                )
                for one in request.facets
            ),
            self._snapshot.timeline.histogram(docs, request.histogram) if request.histogram else None,
            groups=listing.hits if request.collapse else None,
            start=listing.hits - len(listing.rest.docs) + first,
            next=listing.rest.position(int(page[-1])) if more else None,
        )

    def _counted_in(self, request: FacetRequest, matched: _Matched, docs: Array) -> Array:
        """The documents that a facet is counted over: those that pass all filters, or all but its own."""
        if request.field not in matched.filters.fields or request.sort is FacetSort.SIGNIFICANCE:
            return docs
        return matched.filters.apply(Match(matched.before.docs), without=request.field).docs

    def scan(self, request: EngineRequest) -> Iterator[Hit]:
        """Every hit in the request's order, whatever its offset and limit, without holding them all."""
        listing = self._listing(request, self._match(request).match)
        return self._hits(listing, listing.rest.first(self._snapshot.size))

    def count(self, query: Query) -> int:
        """How many articles match."""
        return len(Executor(self._snapshot, scoring=None).match(query).docs)

    def explain(self, request: EngineRequest, article_id: str) -> Explanation:
        """How the score of an article came about; with the value 0, why it is not among the hits."""
        doc = self._snapshot.find(article_id)
        if doc is None:
            return figure("There is no article with this id.", 0.0)
        found = Explainer(self._snapshot, request.scoring).score(request.query, doc)
        if found is None:
            return figure("The article does not match the query.", 0.0)
        if not len(self._narrowed(Match(np.array([doc], np.int32)), request).match.docs):
            return figure("The article matches the query, but not the filters.", 0.0)
        return found

    def terms(self, field: str, prefix: str = "") -> Iterator[TermCount]:
        """The terms of a field that start with `prefix`, sorted. A facet field gives its values as written,
        a text field the exact forms of its words. Raises RequestInvalid when the field has no terms.
        """
        if schema_field(field).facet:
            return self._facet_terms(field, prefix)
        name = field + EXACT if field in _WORD_FIELDS else field
        term_field(name)
        forms = self._snapshot.exact_forms(field, encode_text(prefix))
        counts = ((decode_text(form), self._snapshot.count_of(name, form)) for form in forms)
        return (TermCount(form, count) for form, count in counts if count)

    def _facet_terms(self, field: str, prefix: str) -> Iterator[TermCount]:
        column = self._snapshot.facet(field)
        numbers, counts, _ = column.counted(np.flatnonzero(self._snapshot.live))
        found = zip(map(column.labels.__getitem__, numbers.tolist()), counts.tolist(), strict=True)
        return (TermCount(label, count) for label, count in sorted(found) if label.startswith(prefix))

    def _match(self, request: EngineRequest) -> _Matched:
        scoring = request.scoring if request.order is Order.RELEVANCE else None
        return self._narrowed(Executor(self._snapshot, scoring=scoring).match(request.query), request)

    def _narrowed(self, before: Match, request: EngineRequest) -> _Matched:
        """What of a query's matches the rest of the request lets through."""
        if request.dates is not None:
            before = before.where(self._snapshot.dates(request.dates)[before.docs])
        filters = Filters(self._snapshot, request.filters)
        return _Matched(before, self._fresh(filters.apply(before), request.scoring.freshness), filters)

    def _fresh(self, match: Match, freshness: Freshness | None) -> Match:
        """The match with its scores as a preference for newer articles changes them."""
        if freshness is None or match.scores is None:
            return match
        return Match(match.docs, match.scores * self._snapshot.freshness(freshness)[match.docs])

    def _listing(self, request: EngineRequest, match: Match) -> _Listing:
        ranked = ranking(self._snapshot, match, request.order)
        stories = Stories(ranked) if request.collapse else None
        if stories:
            ranked = ranked.where(stories.leading)
        return _Listing(len(ranked.docs), ranked.after(request.after) if request.after else ranked, stories)

    def _hits(self, listing: _Listing, places: Array) -> Iterator[Hit]:
        ranked, stories = listing.rest, listing.stories
        for doc, key in zip(ranked.docs[places].tolist(), ranked.keys[places].tolist(), strict=True):
            score = -key if ranked.order is Order.RELEVANCE else 0.0
            yield Hit(partial(self._snapshot.article, doc), score, stories.of(doc) if stories else None)
