"""How the score of one article comes about: what `executor` computes for all of them, number by number for one.

Each operation is one of the executor's, in its order, so the value of an explanation is the score to the last bit. How
many articles have a word, and which match a set, the executor says; it has them from the search that found the article.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
from whoosh import query as q

from index.engine.cache import Postings
from index.engine.executor import Executor
from index.engine.fields import term_field
from index.engine.scoring import day_of, inverse_document_frequency
from index.engine.snapshot import Snapshot
from index.engine.texts import encode_text
from index.explanation import Explanation, figure, greatest, product, quotient, total
from index.query import EXACT, AcrossFields, AdjacentPair
from index.schema import Kind
from index.scoring import Freshness, Scoring

Explained = Explanation | None
"""`None`: the article does not match."""


class Explainer:
    """Explains scores over one commit."""

    def __init__(self, snapshot: Snapshot, scoring: Scoring) -> None:
        self._snapshot = snapshot
        self._scoring = scoring
        self._executor = Executor(snapshot, scoring=scoring)

    def score(self, query: q.Query, doc: int) -> Explained:
        """The score of a document under a query, with the preference for newer articles."""
        found = self._of(query, doc)
        if found is None or self._scoring.freshness is None:
            return found
        return product("relevance, times freshness", [found, self._fresh(self._scoring.freshness, doc)])

    def _fresh(self, freshness: Freshness, doc: int) -> Explanation:
        published = self._snapshot.published_day(doc)
        if published is None:
            return figure("freshness: the article has no date, which costs nothing", 1.0)
        age = max((day_of(freshness.day) - published), 0)
        return total(
            f"freshness: published {age:,} days before {freshness.day}",
            [
                figure("what every article keeps", freshness.floor),
                product(
                    "what is left of the rest",
                    [
                        figure("the rest", 1 - freshness.floor),
                        figure(f"a half for every {freshness.half_life:,} days", freshness.decay(age)),
                    ],
                ),
            ],
        )

    def _of(self, node: q.Query, doc: int) -> Explained:
        run = self._NODES.get(type(node))
        return self._set(node, doc) if run is None else run(self, node, doc)

    # Words

    def _across_fields(self, node: Any, doc: int) -> Explained:
        found = list(self._executor.across(node))
        what = " or ".join(f"“{word}”" for word in node.words)
        return self._boosted(self._weighed(what, self._matching(node), found, node.boosts, doc), node)

    def _adjacent_pair(self, node: Any, doc: int) -> Explained:
        if self._place(self._executor.match(node).docs, doc) is None:
            return None
        found = [(name, self._executor.pair(name, node.words)) for name in node.boosts]
        what = f"“{' '.join(node.words)}” side by side"
        return self._boosted(self._weighed(what, self._matching(node), found, node.boosts, doc), node)

    def _term(self, node: Any, doc: int) -> Explained:
        if term_field(node.fieldname).field.kind is Kind.CODE:
            return self._set(node, doc)
        return self._boosted(self._word(node.fieldname, node.text, doc), node)

    def _phrase(self, node: Any, doc: int) -> Explained:
        if self._place(self._executor.match(node).docs, doc) is None:
            return None
        parts = [self._word(node.fieldname, word, doc) for word in node.words]
        what = f"“{' '.join(node.words)}”: the words of the phrase"
        return self._boosted(total(what, [part for part in parts if part]), node)

    def _word(self, name: str, word: str, doc: int) -> Explained:
        """A word in a single field."""
        found = self._snapshot.postings(name, encode_text(term_field(name).form(word)))
        return self._weighed(f"“{word}”", len(found[0]), [(name, found)], {name: 1.0}, doc)

    def _matching(self, node: q.Query) -> int:
        """How many articles have a word."""
        return len(self._executor.match(node).docs)

    def _weighed(
        self, what: str, matching: int, found: Sequence[tuple[str, Postings]], boosts: dict[str, float], doc: int
    ) -> Explained:
        """What BM25F says of a word that so many articles have, or of a pair that counts as a word."""
        fields = [
            self._in_field(name, int(frequencies[place]), boosts[name], doc)
            for name, (docs, frequencies) in found
            if (place := self._place(docs, doc)) is not None
        ]
        if not fields:
            return None
        articles = self._snapshot.count
        k1 = self._scoring.k1
        weighted = total("how often, over all fields", fields)
        parts = [
            figure(
                f"rarity: {matching:,} of {articles:,} articles have it, ln(1 + (N − n + 0.5) / (n + 0.5))",
                inverse_document_frequency(articles, matching),
            ),
            quotient(
                f"saturation: more of the same counts less, (k1 + 1) · w / (k1 + w) with k1 = {k1:g}",
                product("(k1 + 1) · w", [figure("k1 + 1", k1 + 1), weighted]),
                total("k1 + w", [figure("k1", k1), weighted]),
            ),
        ]
        return product(what, parts)

    def _in_field(self, name: str, frequency: int, boost: float, doc: int) -> Explanation:
        field = name.removesuffix(EXACT)
        lengths, b = self._snapshot.lengths(field), self._scoring.b_of(field)
        relative = quotient(
            "length of the field, relative to the average",
            figure("words of the field", int(lengths.words[doc])),
            figure("on average", lengths.average),
        )
        norm = total(
            f"norm: 1 − b + b · relative length with b = {b:g}",
            [figure("1 − b", 1 - b), product("b · relative length", [figure("b", b), relative])],
        )
        counted = quotient("how often, by the length of the field", figure("how often", frequency), norm)
        if boost == 1.0:
            return total(f"in the field “{field}”", [counted])
        return product(f"in the field “{field}”", [figure("boost of the field", boost), counted])

    # Sets and combinations

    def _set(self, node: q.Query, doc: int) -> Explained:
        """What scores the same wherever it matches, and what Whoosh scores."""
        found = self._executor.match(node)
        place = self._place(found.docs, doc)
        if place is None or found.scores is None:
            return None
        field = getattr(node, "fieldname", None)
        return figure(f"matches what is asked of “{field}”" if field else "matches", found.scores[place])

    def _and(self, node: Any, doc: int) -> Explained:
        found = self._found(node, doc)
        if not found or len(found) < len(node.subqueries):
            return None
        scored = [one for one, child in zip(found, node.subqueries, strict=True) if type(child) is not q.Not]
        return self._boosted(_sum("all of these", scored or found), node)

    def _or(self, node: Any, doc: int) -> Explained:
        found = self._found(node, doc)
        return self._boosted(_sum("what it has of these", found), node) if len(found) >= max(node.minmatch, 1) else None

    def _dis_max(self, node: Any, doc: int) -> Explained:
        found = self._found(node, doc)
        if not found:
            return None
        best, every = greatest("the best of these", found), total("all of these", found)
        others = total("the others of these", [every, figure("without the best", -best.value)])
        share = product("a share of the others", [figure("share", node.tiebreak), others])
        return self._boosted(total("the best and a share of the others", [best, share]), node)

    def _and_not(self, node: Any, doc: int) -> Explained:
        return None if self._of(node.b, doc) else self._of(node.a, doc)

    def _and_maybe(self, node: Any, doc: int) -> Explained:
        wanted, more = self._of(node.a, doc), self._of(node.b, doc)
        return total("what must match, and what may", [wanted, more]) if wanted and more else wanted

    def _require(self, node: Any, doc: int) -> Explained:
        return self._of(node.a, doc) if self._of(node.b, doc) else None

    def _constant_score(self, node: Any, doc: int) -> Explained:
        return figure("a constant score", node.score) if self._of(node.child, doc) else None

    def _not(self, node: Any, doc: int) -> Explained:
        return None if self._of(node.query, doc) else figure("does not match what is left out", 0.0)

    def _found(self, node: Any, doc: int) -> list[Explanation]:
        return [found for child in node.subqueries if (found := self._of(child, doc)) is not None]

    def _boosted(self, found: Explained, node: Any) -> Explained:
        if found is None or node.boost == 1.0:
            return found
        return product(f"{found.description}, boosted", [found, figure("boost in the query", node.boost)])

    def _place(self, docs: Any, doc: int) -> int | None:
        """The place of a document among others, which ascend."""
        place = int(np.searchsorted(docs, doc))
        return place if place < len(docs) and docs[place] == doc else None

    _NODES: ClassVar[dict[type, Callable[[Explainer, Any, int], Explained]]] = {
        AcrossFields: _across_fields,
        AdjacentPair: _adjacent_pair,
        q.Term: _term,
        q.Phrase: _phrase,
        q.And: _and,
        q.Or: _or,
        q.DisjunctionMax: _dis_max,
        q.Not: _not,
        q.AndNot: _and_not,
        q.AndMaybe: _and_maybe,
        q.Require: _require,
        q.ConstantScoreQuery: _constant_score,
    }


def _sum(what: str, found: Sequence[Explanation]) -> Explanation:
    return found[0] if len(found) == 1 else total(what, found)
