"""From a query tree to the articles that match it and their scores, as arrays of documents of a commit.

What each node means is laid down in `index.query`; here it becomes arithmetic. Sets (dates, codes, patterns, presence)
score their boost. Other nodes of Whoosh's are matched by Whoosh (`whoosh_view`). An unknown field raises
RequestInvalid: it is the parser's mistake and must be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np
from whoosh import query as q

from index.analysis import folded_form
from index.dates import Span
from index.engine.arrays import Array
from index.engine.cache import Postings
from index.engine.expansion import Fitting, between, docs_with, every, fitting, fitting_words, literal_head
from index.engine.fields import VALUE_GAP, WORD_FIELDS, TermField, schema_field, term_field
from index.engine.matches import NOTHING, Match
from index.engine.phrases import phrase_docs, phrase_postings
from index.engine.scoring import bm25, inverse_document_frequency
from index.engine.snapshot import Snapshot
from index.engine.spelling import similar_words
from index.engine.texts import encode_text
from index.engine.whoosh_view import Given
from index.errors import RequestInvalid
from index.query import EXACT, AcrossFields, AdjacentPair
from index.schema import Kind
from index.scoring import Scoring

_WORD_FIELDS = frozenset(field.name for field in WORD_FIELDS)


def _word_field(name: str) -> TermField:
    """The field of words that a node names. Raises RequestInvalid when it has none."""
    found = term_field(name)
    if found.field.kind is Kind.CODE:
        raise RequestInvalid("q", f"“{name}” has no words; it is compared as a whole.")
    return found


class Executor:
    """Runs query trees over one commit; without a `scoring` nothing gets a score."""

    def __init__(self, snapshot: Snapshot, *, scoring: Scoring | None) -> None:
        self._snapshot = snapshot
        self._scoring = scoring
        self._weighing = scoring and (scoring.k1, tuple(scoring.b.items()), scoring.usual_b)
        """What the scores of words depend on besides the words."""
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
            if isinstance(leaf, q.Term | q.Phrase):
                term_field(leaf.fieldname)
                return leaf
            return Given(self.match(leaf)) if leaf.is_leaf() and type(leaf) in self._NODES else leaf

        found = self._snapshot.whoosh.match(node.accept(handed_over), self._scoring)
        return found.where(self._snapshot.live[found.docs])

    def _docs(self, node: q.Query) -> Array:
        """What matches, without scores."""
        return Executor(self._snapshot, scoring=None).match(node).docs

    # Leaves

    def _term(self, node: Any) -> Match:
        return self._word(node.fieldname, node.text, node.boost)

    def _across_fields(self, node: Any) -> Match:
        what = repr(("word", self._forms(node), self._scoring and node.boosts, self._weighing))
        return self._boosted(self._cached(what, lambda: self._across(node)), node.boost)

    def _across(self, node: Any) -> Match:
        found = (self._weighted(name, postings, node.boosts[name]) for name, postings in self.across(node))
        return self._scored([match for match in found if len(match.docs)])

    def across(self, node: Any) -> Iterator[tuple[str, Postings]]:
        """The postings of a word in each of its fields, a field once for each form that it is looked for by."""
        for name, forms in self._forms(node).items():
            for form in forms:
                yield name, self._snapshot.postings(name, encode_text(form))

    def _forms(self, node: Any) -> dict[str, list[str]]:
        return {name: sorted({*map(_word_field(name).form, node.words)}) for name in node.boosts}

    def _adjacent_pair(self, node: Any) -> Match:
        what = repr(("pair", vars(node) | {"boost": 1.0}, self._weighing))
        return self._boosted(self._cached(what, lambda: self._pair(node)), node.boost)

    def _pair(self, node: Any) -> Match:
        if all(self._is_common(word, node) for word in node.words):
            return NOTHING
        found = (self._weighted(name, self.pair(name, node.words), boost) for name, boost in node.boosts.items())
        return self._scored([match for match in found if len(match.docs)])

    def pair(self, name: str, words: tuple[str, str]) -> Postings:
        """The live documents with two words side by side in a field (int32, ascending), and how often."""
        terms = [encode_text(_word_field(name).form(word)) for word in words]
        return self._snapshot.cached(
            repr(("side by side", name, terms)), lambda: phrase_postings(self._snapshot, self._board, name, terms)
        )

    def _is_common(self, word: str, node: Any) -> bool:
        """Whether more articles have a word, in one of a pair's fields, than it may be in."""
        most = max(node.common_share * self._snapshot.count, node.common_number)
        counts = (self._snapshot.count_of(name, encode_text(_word_field(name).form(word))) for name in node.boosts)
        return any(count > most for count in counts)

    def _word(self, name: str, word: str, boost: float) -> Match:
        postings = self._snapshot.postings(name, encode_text(term_field(name).form(word)))
        if name.removesuffix(EXACT) not in _WORD_FIELDS:
            return self._set(postings[0], boost)
        return self._boosted(self._scored([self._weighted(name, postings, 1.0)]), boost)

    def _weighted(self, name: str, postings: Postings, boost: float) -> Match:
        """Documents with how often they have a word in a field, by its length and boost, in place of scores."""
        docs, frequencies = postings
        if self._scoring is None:
            return Match(docs)
        field = name.removesuffix(EXACT)
        normalised = self._snapshot.lengths(field).normalised(docs, frequencies, self._scoring.b_of(field))
        return Match(docs, normalised if boost == 1.0 else boost * normalised)

    def _scored(self, found: list[Match]) -> Match:
        """BM25F: weighted frequencies are added up over the fields before they saturate, and the word has one idf."""
        if not found:
            return NOTHING
        match = self._board.any_of(found)
        if self._scoring is None or match.scores is None:
            return match
        idf = inverse_document_frequency(self._snapshot.count, len(match.docs))
        return Match(match.docs, bm25(match.scores, idf, self._scoring.k1))

    def _phrase(self, node: Any) -> Match:
        """Scores the sum of its words."""
        form = _word_field(node.fieldname).form
        if not node.words:
            return NOTHING
        forms, slop = [form(word) for word in node.words], min(max(node.slop, 1), VALUE_GAP)
        what = repr(("phrase", node.fieldname, forms, slop, self._weighing))
        found = self._cached(what, lambda: self._run_of(node.fieldname, node.words, forms, slop))
        return self._boosted(found, node.boost)

    def _run_of(self, name: str, words: list[str], forms: list[str], slop: int) -> Match:
        terms = [encode_text(form) for form in forms]
        docs = phrase_docs(self._snapshot, self._board, name, terms, slop)
        if self._scoring is None:
            return Match(docs)
        scored = (self._word(name, word, 1.0) for word in words) if len(docs) else ()
        return Match(docs, sum((self._board.scores_of(word, docs) for word in scored), np.zeros(len(docs))))

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
        return self._set_of(self._snapshot.dates(span, node.fieldname), node.boost)

    def _prefix(self, node: Any) -> Match:
        return self._expanded(node, self._form(node.fieldname, node.text), every)

    def _wildcard(self, node: Any) -> Match:
        form = self._form(node.fieldname, node.text)
        return self._expanded(node, literal_head(form), fitting(form))

    def _fuzzy(self, node: Any) -> Match:
        form = self._form(node.fieldname, node.text)
        head = form[: node.prefixlength]
        return self._any_word(node, lambda: similar_words(self._snapshot, node.fieldname, form, head, node.maxdist))

    def _term_range(self, node: Any) -> Match:
        start, end = (None if text is None else self._form(node.fieldname, text) for text in (node.start, node.end))
        return self._expanded(node, "", between(start, end, startexcl=node.startexcl, endexcl=node.endexcl))

    def _form(self, field: str, text: str) -> str:
        """The form of a text that folded forms are compared with."""
        is_code = schema_field(field).kind is Kind.CODE
        return str(text if is_code else folded_form(text))

    def _expanded(self, node: Any, head: str, fits: Fitting) -> Match:
        return self._any_word(node, lambda: fitting_words(self._snapshot, node.fieldname, head, fits))

    def _any_word(self, node: Any, find: Callable[[], list[list[int]]]) -> Match:
        """What has any of the words that a node stands for, the most frequent ones when they are too many."""
        term_field(node.fieldname)
        what = repr((type(node).__name__, vars(node) | {"boost": 1.0}))
        found = self._cached(what, lambda: Match(docs_with(self._snapshot, self._board, node.fieldname, find())))
        return self._set(found.docs, node.boost)

    def _nothing(self, _node: Any) -> Match:
        return NOTHING

    # Combinations

    def _and(self, node: Any) -> Match:
        if not node.subqueries:
            return NOTHING
        kept = [child for child in node.subqueries if type(child) is not q.Not]
        excluded = [child.query for child in node.subqueries if type(child) is q.Not]
        if not kept:
            kept, excluded = node.subqueries, []
        found = self._board.all_of([self.match(child) for child in kept])
        for child in excluded:
            found = found.where(~self._board.marked(self._docs(child), found.docs))
        return self._boosted(found, node.boost)

    def _or(self, node: Any) -> Match:
        if not node.subqueries:
            return NOTHING
        children = [self.match(child) for child in node.subqueries]
        return self._boosted(self._board.any_of(children, max(node.minmatch, 1)), node.boost)

    def _dis_max(self, node: Any) -> Match:
        if not node.subqueries:
            return NOTHING
        children = [self.match(child) for child in node.subqueries]
        return self._boosted(self._board.best_of(children, node.tiebreak), node.boost)

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

    def _cached(self, what: str, find: Callable[[], Match]) -> Match:
        """What part of a query finds, remembered for the commit."""

        def read() -> Postings:
            found = find()
            return found.docs, NOTHING.docs if found.scores is None else found.scores

        docs, scores = self._snapshot.cached(what, read)
        return Match(docs, scores if self._scoring and len(scores) == len(docs) else None)

    def _set(self, docs: Array, score: float) -> Match:
        return Match(docs, np.full(len(docs), float(score)) if self._scoring else None)

    def _set_of(self, mask: Array, score: float) -> Match:
        return self._set(np.flatnonzero(mask).astype(np.int32), score)

    def _boosted(self, match: Match, boost: float) -> Match:
        return match if boost == 1.0 or match.scores is None else Match(match.docs, match.scores * boost)

    _NODES: ClassVar[dict[type, Callable[[Executor, Any], Match]]] = {
        AcrossFields: _across_fields,
        AdjacentPair: _adjacent_pair,
        q.Term: _term,
        q.Phrase: _phrase,
        q.Prefix: _prefix,
        q.Wildcard: _wildcard,
        q.FuzzyTerm: _fuzzy,
        q.TermRange: _term_range,
        q.Every: _every,
        q.NumericRange: _numeric_range,
        type(q.NullQuery): _nothing,
        q.And: _and,
        q.Or: _or,
        q.DisjunctionMax: _dis_max,
        q.Not: _not,
        q.AndNot: _and_not,
        q.AndMaybe: _and_maybe,
        q.Require: _require,
        q.ConstantScoreQuery: _constant_score,
    }
