"""From a query tree to the articles that match it and their scores, as arrays of documents of a commit.

What each node means is laid down in `index.query`; here it becomes arithmetic. Sets (dates, codes, patterns, presence)
score their boost. Other nodes of Whoosh's are matched by Whoosh (`whoosh_view`). An unknown field raises
RequestInvalid: it is the parser's mistake and must be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import nsmallest
from typing import Any, ClassVar

import numpy as np
from whoosh import query as q

from index.analysis import exact_form, folded_form
from index.dates import Span
from index.engine.arrays import Array
from index.engine.fields import VALUE_GAP, WORD_FIELDS, schema_field, term_field
from index.engine.matches import NOTHING, Match
from index.engine.patterns import MOST_EXPANDED, fits, literal_head
from index.engine.scoring import bm25, inverse_document_frequency
from index.engine.snapshot import Snapshot
from index.engine.texts import decode_text, encode_text
from index.engine.whoosh_view import Given, spelled_out
from index.errors import RequestInvalid
from index.query import EXACT, AcrossFields
from index.schema import Kind

_WORD_FIELDS = frozenset(field.name for field in WORD_FIELDS)


class Executor:
    """Runs query trees over one commit."""

    def __init__(self, snapshot: Snapshot, *, scoring: bool) -> None:
        self._snapshot = snapshot
        self._scoring = scoring
        self._board = snapshot.board()

    def match(self, node: q.Query) -> Match:
        """Run one tree. Raises RequestInvalid when a node or a field is unknown."""
        run = self._NODES.get(type(node))
        return self._by_whoosh(node) if run is None else run(self, node)

    def _by_whoosh(self, node: q.Query) -> Match:
        """What Whoosh's own matchers say of a node that is none of ours; sets inside it are found here.

        Spans are read from terms, so those are left to Whoosh too, and combinations for the sake of terms in them.
        """
        if not isinstance(node, q.Query) or isinstance(node, Given):
            raise RequestInvalid("q", f"This index cannot answer a query of the kind {type(node).__name__}.")
        self._snapshot.asked_of_whoosh += 1

        def handed_over(leaf: q.Query) -> q.Query:
            if isinstance(leaf, AcrossFields):
                return spelled_out(leaf)
            if isinstance(leaf, q.Term | q.Phrase):
                term_field(leaf.fieldname)
                return leaf
            return Given(self.match(leaf)) if leaf.is_leaf() and type(leaf) in self._NODES else leaf

        found = self._snapshot.whoosh.match(node.accept(handed_over), scoring=self._scoring)
        return found.where(self._snapshot.live[found.docs])

    def _docs(self, node: q.Query) -> Array:
        """What matches, without scores."""
        return Executor(self._snapshot, scoring=False).match(node).docs

    # Leaves

    def _term(self, node: Any) -> Match:
        return self._word(node.fieldname, node.text, node.boost)

    def _across_fields(self, node: Any) -> Match:
        key = repr((node.word, node.boosts, self._scoring))
        docs, scores = self._snapshot.cached(key, lambda: self._across(node))
        return self._boosted(Match(docs, scores if self._scoring else None), node.boost)

    def _across(self, node: Any) -> tuple[Array, Array]:
        found = self._board.any_of([self._word(name, node.word, boost) for name, boost in node.boosts.items()])
        return found.docs, NOTHING.docs if found.scores is None else found.scores

    def _word(self, name: str, word: str, boost: float) -> Match:
        docs, frequencies = self._snapshot.postings(name, encode_text(term_field(name).form(word)))
        field = name.removesuffix(EXACT)
        if not self._scoring or not len(docs) or field not in _WORD_FIELDS:
            return self._set(docs, boost)
        lengths, average = self._snapshot.lengths(field)
        idf = inverse_document_frequency(self._snapshot.count, len(docs))
        return Match(docs, boost * bm25(frequencies, lengths[docs], average, idf))

    def _phrase(self, node: Any) -> Match:
        """Scores the sum of its words."""
        if not node.fieldname.endswith(EXACT):
            raise RequestInvalid(
                "q", f"A phrase is looked for in “{node.fieldname}{EXACT}”, not in “{node.fieldname}”."
            )
        term_field(node.fieldname)
        if not node.words:
            return NOTHING
        ends = self._phrase_ends([encode_text(exact_form(word)) for word in node.words], node)
        docs = np.unique(ends >> 32).astype(np.int32)
        found = self._set(docs[self._snapshot.live[docs]], 0.0)
        words = [self._word(node.fieldname, word, 1.0) for word in node.words] if self._scoring else []
        return self._boosted(self._board.all_of([found, *words]), node.boost)

    def _phrase_ends(self, terms: list[bytes], node: Any) -> Array:
        """Where the last word of the phrase stands, when each word stands at most `slop` after the one before."""
        slop = min(max(node.slop, 1), VALUE_GAP)
        reached, *following = [self._snapshot.occurrences(node.fieldname, term) for term in terms]
        for places in following:
            if not len(reached):
                return reached
            before = np.searchsorted(reached, places) - 1
            distance = places - reached[np.maximum(before, 0)]
            reached = places[(before >= 0) & (distance <= slop)]
        return reached

    def _every(self, node: Any) -> Match:
        if node.fieldname is None:
            return self._set_of(self._snapshot.live, node.boost)
        return self._set_of(self._snapshot.having(schema_field(node.fieldname).name), node.boost)

    def _numeric_range(self, node: Any) -> Match:
        if schema_field(node.fieldname).kind is not Kind.DATE:
            raise RequestInvalid("q", f"“{node.fieldname}” is not a date, so no range of it can be searched.")
        span = Span(
            node.start + 1 if node.start is not None and node.startexcl else node.start,
            node.end - 1 if node.end is not None and node.endexcl else node.end,
        )
        return self._set_of(self._snapshot.spans(node.fieldname).overlap(span) & self._snapshot.live, node.boost)

    def _prefix(self, node: Any) -> Match:
        return self._expanded(node, self._pattern_form(node), lambda form: True)

    def _wildcard(self, node: Any) -> Match:
        form = self._pattern_form(node)
        return self._expanded(node, literal_head(form), fits(form))

    def _pattern_form(self, node: Any) -> str:
        is_code = schema_field(node.fieldname).kind is Kind.CODE
        return str(node.text if is_code else folded_form(node.text))

    def _expanded(self, node: Any, head: str, fitting: Callable[[str], bool]) -> Match:
        """What has any of the terms that a pattern stands for, the most frequent ones when they are too many."""
        name = node.fieldname + EXACT if node.fieldname in _WORD_FIELDS else node.fieldname
        term_field(name)
        found: set[bytes] = set()
        for segment in self._snapshot.segments:
            terms = segment.terms[node.fieldname]
            numbers = {number for form, number in terms.folded(encode_text(head)) if fitting(decode_text(form))}
            found.update(*(terms.forms_of(number) for number in numbers))
        chosen = sorted(found)
        if len(chosen) > MOST_EXPANDED:
            counts = {term: self._snapshot.count_of(name, term) for term in chosen}
            chosen = nsmallest(MOST_EXPANDED, chosen, key=lambda term: (-counts[term], term))
        return self._set(self._board.union([self._snapshot.postings(name, term)[0] for term in chosen]), node.boost)

    def _nothing(self, _node: Any) -> Match:
        return NOTHING

    # Combinations

    def _and(self, node: Any) -> Match:
        if not node.subqueries:
            return NOTHING
        return self._boosted(self._board.all_of([self.match(child) for child in node.subqueries]), node.boost)

    def _or(self, node: Any) -> Match:
        if not node.subqueries:
            return NOTHING
        children = [self.match(child) for child in node.subqueries]
        return self._boosted(self._board.any_of(children, max(node.minmatch, 1)), node.boost)

    def _not(self, node: Any) -> Match:
        mask = self._snapshot.live.copy()
        mask[self._docs(node.query)] = False
        return self._set_of(mask, 0.0)

    def _and_not(self, node: Any) -> Match:
        kept = self.match(node.a)
        return kept.where(~self._board.marked(self._docs(node.b), kept.docs))

    def _and_maybe(self, node: Any) -> Match:
        wanted = self.match(node.a)
        return self._board.with_more(wanted, self.match(node.b)) if self._scoring else wanted

    def _require(self, node: Any) -> Match:
        scored = self.match(node.a)
        return scored.where(self._board.marked(self._docs(node.b), scored.docs))

    def _constant_score(self, node: Any) -> Match:
        return self._set(self._docs(node.child), node.score)

    # Arithmetic

    def _set(self, docs: Array, score: float) -> Match:
        return Match(docs, np.full(len(docs), float(score)) if self._scoring else None)

    def _set_of(self, mask: Array, score: float) -> Match:
        return self._set(np.flatnonzero(mask).astype(np.int32), score)

    def _boosted(self, match: Match, boost: float) -> Match:
        return match if boost == 1.0 or match.scores is None else Match(match.docs, match.scores * boost)

    _NODES: ClassVar[dict[type, Callable[[Executor, Any], Match]]] = {
        AcrossFields: _across_fields,
        q.Term: _term,
        q.Phrase: _phrase,
        q.Prefix: _prefix,
        q.Wildcard: _wildcard,
        q.Every: _every,
        q.NumericRange: _numeric_range,
        type(q.NullQuery): _nothing,
        q.And: _and,
        q.Or: _or,
        q.Not: _not,
        q.AndNot: _and_not,
        q.AndMaybe: _and_maybe,
        q.Require: _require,
        q.ConstantScoreQuery: _constant_score,
    }
