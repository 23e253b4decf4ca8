"""From a query tree to the articles that match it and their scores, as arrays over all documents of a commit.

What each node means is laid down in `index.query`; here it becomes arithmetic. Sets (dates, codes, patterns, presence)
score their boost. A node or field that is unknown raises RequestInvalid: it is the parser's mistake and must be seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any, ClassVar

import numpy as np
from whoosh import query as q

from index.analysis import exact_form, folded_form
from index.dates import Span
from index.engine.arrays import Array, encode_text
from index.engine.fields import VALUE_GAP, WORD_FIELDS, schema_field, term_field
from index.engine.lexicon import MOST_EXPANDED, Lexicon
from index.engine.scoring import bm25, inverse_document_frequency
from index.engine.snapshot import Snapshot
from index.errors import RequestInvalid
from index.query import EXACT, AcrossFields
from index.schema import Kind

_WORD_FIELDS = frozenset(field.name for field in WORD_FIELDS)


@dataclass(frozen=True, slots=True)
class Match:
    """Which documents match, and their scores: 0 where they do not match, `None` when nobody asked for scores."""

    mask: Array
    scores: Array | None


class Executor:
    """Runs query trees over one commit."""

    def __init__(self, snapshot: Snapshot, *, scoring: bool) -> None:
        self._snapshot = snapshot
        self._scoring = scoring

    def match(self, node: q.Query) -> Match:
        """Run one tree. Raises RequestInvalid when a node or a field is unknown."""
        run = self._NODES.get(type(node))
        if run is None:
            raise RequestInvalid("q", f"This index cannot answer a query of the kind {type(node).__name__}.")
        return run(self, node)

    def _mask(self, node: q.Query) -> Array:
        """What matches, without scores."""
        return Executor(self._snapshot, scoring=False).match(node).mask

    # Leaves

    def _term(self, node: Any) -> Match:
        return self._word(node.fieldname, node.text, node.boost)

    def _across_fields(self, node: Any) -> Match:
        return self._sum([self._word(name, node.word, boost) for name, boost in node.boosts.items()], node.boost)

    def _word(self, name: str, word: str, boost: float) -> Match:
        docs, frequencies = self._snapshot.postings(name, encode_text(term_field(name).form(word)))
        mask = np.zeros(self._snapshot.size, np.bool_)
        mask[docs] = True
        if not self._scoring:
            return Match(mask, None)
        field = name.removesuffix(EXACT)
        if field not in _WORD_FIELDS:
            return self._set(mask, boost)
        lengths, average = self._snapshot.lengths(field)
        scores = np.zeros(self._snapshot.size)
        if not len(docs):
            return Match(mask, scores)
        idf = inverse_document_frequency(self._snapshot.count, len(docs))
        scores[docs] = boost * bm25(frequencies, lengths[docs], average, idf)
        return Match(mask, scores)

    def _phrase(self, node: Any) -> Match:
        """Scores the sum of its words."""
        if not node.fieldname.endswith(EXACT):
            raise RequestInvalid(
                "q", f"A phrase is looked for in “{node.fieldname}{EXACT}”, not in “{node.fieldname}”."
            )
        term_field(node.fieldname)
        mask = np.zeros(self._snapshot.size, np.bool_)
        if node.words:
            ends = self._phrase_ends([encode_text(exact_form(word)) for word in node.words], node)
            mask[ends >> 32] = True
            mask &= self._snapshot.live
        words = self._sum([self._word(node.fieldname, word, 1.0) for word in node.words], node.boost)
        return self._matched(mask, words.scores)

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
            return self._set(self._snapshot.live.copy(), node.boost)
        return self._set(self._snapshot.having(schema_field(node.fieldname).name), node.boost)

    def _numeric_range(self, node: Any) -> Match:
        if schema_field(node.fieldname).kind is not Kind.DATE:
            raise RequestInvalid("q", f"“{node.fieldname}” is not a date, so no range of it can be searched.")
        span = Span(
            node.start + 1 if node.start is not None and node.startexcl else node.start,
            node.end - 1 if node.end is not None and node.endexcl else node.end,
        )
        return self._set(self._snapshot.spans(node.fieldname).overlap(span) & self._snapshot.live, node.boost)

    def _prefix(self, node: Any) -> Match:
        form = self._pattern_form(node)
        return self._expanded(node, lambda lexicon: lexicon.starting(form))

    def _wildcard(self, node: Any) -> Match:
        form = self._pattern_form(node)
        return self._expanded(node, lambda lexicon: lexicon.matching(form))

    def _pattern_form(self, node: Any) -> str:
        is_code = schema_field(node.fieldname).kind is Kind.CODE
        return str(node.text if is_code else folded_form(node.text))

    def _expanded(self, node: Any, choose: Callable[[Lexicon], Iterable[tuple[bytes, int]]]) -> Match:
        """What has any of the terms that a pattern stands for, the most frequent ones when they are too many."""
        name = node.fieldname + EXACT if node.fieldname in _WORD_FIELDS else node.fieldname
        term_field(name)
        counts: Counter[bytes] = Counter()
        for segment in self._snapshot.segments:
            for term, count in choose(segment.lexicon(name)):
                counts[term] += count
        terms = list(counts)
        if len(terms) > MOST_EXPANDED:
            if self._snapshot.count < self._snapshot.size:  # the counts include the dead
                counts = Counter({term: len(self._snapshot.postings(name, term)[0]) for term in terms})
            terms = nsmallest(MOST_EXPANDED, counts, key=lambda term: (-counts[term], term))
        mask = np.zeros(self._snapshot.size, np.bool_)
        for term in terms:
            mask[self._snapshot.postings(name, term)[0]] = True
        return self._set(mask, node.boost)

    def _nothing(self, _node: Any) -> Match:
        return self._set(np.zeros(self._snapshot.size, np.bool_), 0.0)

    # Combinations

    def _and(self, node: Any) -> Match:
        if not node.subqueries:
            return self._nothing(node)
        children = [self.match(child) for child in node.subqueries]
        mask = np.logical_and.reduce([child.mask for child in children])
        return self._matched(mask, self._sum(children, node.boost).scores)

    def _or(self, node: Any) -> Match:
        if not node.subqueries:
            return self._nothing(node)
        children = [self.match(child) for child in node.subqueries]
        matching = np.sum([child.mask for child in children], axis=0)
        return self._matched(matching >= max(node.minmatch, 1), self._sum(children, node.boost).scores)

    def _not(self, node: Any) -> Match:
        return self._set(self._snapshot.live & ~self._mask(node.query), 0.0)

    def _and_not(self, node: Any) -> Match:
        kept = self.match(node.a)
        return self._matched(kept.mask & ~self._mask(node.b), kept.scores)

    def _and_maybe(self, node: Any) -> Match:
        wanted = self.match(node.a)
        if not self._scoring:
            return wanted
        return self._matched(wanted.mask, self._sum([wanted, self.match(node.b)], 1.0).scores)

    def _require(self, node: Any) -> Match:
        scored = self.match(node.a)
        return self._matched(scored.mask & self._mask(node.b), scored.scores)

    def _constant_score(self, node: Any) -> Match:
        return self._set(self._mask(node.child), node.score)

    # Arithmetic

    def _set(self, mask: Array, score: float) -> Match:
        return Match(mask, mask * float(score) if self._scoring else None)

    def _sum(self, matches: list[Match], boost: float) -> Match:
        """What any of them matches; their scores added up in the order given, so that they are always the same."""
        mask = np.zeros(self._snapshot.size, np.bool_)
        scores = np.zeros(self._snapshot.size) if self._scoring else None
        for match in matches:
            mask |= match.mask
            if scores is not None and match.scores is not None:
                scores += match.scores
        return Match(mask, None if scores is None else scores * boost)

    def _matched(self, mask: Array, scores: Array | None) -> Match:
        return Match(mask, None if scores is None else scores * mask)

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
