"""How good the ranking is: judged queries, asked like a searcher's, and the usual measures of what comes back.

The measures are trec_eval's, computed by pytrec_eval: nDCG of the first ten hits, mean average precision over the first
thousand, precision of the first ten, recall of the first hundred. Whether one ranking is better than another on the
same queries, or only luckier, `randomisation_test` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.analysis import words
from index.errors import JudgementsInvalid
from search.grammar import MOST_CLAUSES
from search.page import LONGEST_QUERY, PAGE_SIZES, SearchRequest
from search.searcher import Searcher

MEASURES = {"nDCG@10": "ndcg_cut_10", "MAP": "map", "P@10": "P_10", "Recall@100": "recall_100"}
"""What is reported, and what trec_eval calls it."""
DEEPEST_HIT = 1_000
"""Hits of a query that are looked at, as at TREC."""
ROUNDS = 10_000
"""Exchanges of signs in a randomisation test: a p-value of .05 is then known to .004 either way."""

Judgements = Mapping[str, Mapping[str, int]]
"""For each query the grades of the articles that were judged; above 0 is relevant."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The measures of each judged query, by its number."""

    measures: Mapping[str, Mapping[str, float]]
    shortened: tuple[str, ...] = ()
    """Queries of which only the first words were asked."""

    def means(self) -> dict[str, float]:
        """Each measure's mean over the queries."""
        return {name: float(np.mean(self.values(name))) for name in MEASURES}

    def values(self, measure: str) -> list[float]:
        """A measure of each query, in the order of the queries."""
        return [one[measure] for one in self.measures.values()]


def evaluate(searcher: Searcher, queries: Mapping[str, str], judgements: Judgements) -> Evaluation:
    """Ask the queries that have a relevant article, and measure.

    Raises JudgementsInvalid when none has, or when pytrec_eval is not there.
    """
    _trec_eval()  # before the queries are asked
    asked = [number for number in queries if any(grade > 0 for grade in judgements.get(number, {}).values())]
    if not asked:
        raise JudgementsInvalid("No query has an article that was judged relevant: do the files belong together?")
    plain = {number: words(queries[number].lower()) for number in asked}
    ranked = {number: list(_hits(searcher, asked_words(plain[number]))) for number in asked}
    return Evaluation(
        measured(ranked, judgements),
        tuple(number for number in asked if asked_words(plain[number]) != " ".join(plain[number])),
    )


def asked_words(plain: Sequence[str]) -> str:
    """As many of the first words as a query may have. A judged query is prose: no sign in it means an operator."""
    text = " ".join(plain[:MOST_CLAUSES])
    return text if len(text) <= LONGEST_QUERY else text[: LONGEST_QUERY + 1].rpartition(" ")[0]


def _hits(searcher: Searcher, text: str) -> Iterator[str]:
    """The ids of the first hits; any word will do, and dates play no part, for nobody judged them."""
    if not text:
        return
    size = PAGE_SIZES[1]
    for page in range(1, DEEPEST_HIT // size + 1):
        asked = SearchRequest(q=text, match="any", page=page, page_size=size, highlight=False, freshness="none")
        answer = searcher.search(asked)
        yield from (result.article.id for result in answer.results)
        if page >= answer.pages:
            return


def measured(ranked: Mapping[str, Sequence[str]], judgements: Judgements) -> dict[str, dict[str, float]]:
    """The measures of each query, from its hits in order. Raises JudgementsInvalid when pytrec_eval is not there."""
    # trec_eval orders by score, so each place becomes one.
    scored = {number: {one: float(-place) for place, one in enumerate(ids)} for number, ids in ranked.items() if ids}
    graded = {number: dict(judgements[number]) for number in scored}
    found = _trec_eval().RelevanceEvaluator(graded, set(MEASURES.values())).evaluate(scored) if scored else {}
    return {
        number: {name: float(found[number][theirs]) if number in found else 0.0 for name, theirs in MEASURES.items()}
        for number in ranked
    }


def _trec_eval() -> Any:
    try:
        import pytrec_eval  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise JudgementsInvalid(
            "The measures come from pytrec_eval, which is not installed. Install the extra with "
            "pip install -e '.[evaluate]'."
        ) from error
    return pytrec_eval


def randomisation_test(some: Sequence[float], others: Sequence[float], seed: int = 1) -> float:
    """The two-sided p-value of the difference of two means over the same queries (Fisher 1935; Smucker et al. 2007).

    How often a difference this large comes up when each query's two figures are exchanged or not by the toss of a coin.
    """
    differences = np.asarray(some, float) - np.asarray(others, float)
    observed = abs(differences.sum())
    random = np.random.default_rng(seed)
    signs = random.choice([-1.0, 1.0], size=(ROUNDS, len(differences)))
    # What was observed is one of the possible exchanges; and equal sums may differ by rounding.
    return float((1 + np.count_nonzero(abs(signs @ differences) >= observed - 1e-9)) / (1 + ROUNDS))


def read_queries(path: Path) -> dict[str, str]:
    """Queries, one a line: number, tab, text. Raises JudgementsInvalid, naming the line."""
    queries: dict[str, str] = {}
    for place, line in _lines(path):
        number, tab, text = line.partition("\t")
        if not tab or not number.strip():
            raise JudgementsInvalid(f"{path}, line {place}: a query is written as its number, a tab and its text.")
        if number.strip() in queries:
            raise JudgementsInvalid(f"{path}, line {place}: there is a query {number.strip()} already.")
        queries[number.strip()] = text
    return queries


def read_judgements(path: Path) -> dict[str, dict[str, int]]:
    """Judgements in TREC's format. Raises JudgementsInvalid, naming the line."""
    judgements: dict[str, dict[str, int]] = {}
    for place, line in _lines(path):
        try:
            number, _, article_id, grade = line.split()
            judgements.setdefault(number, {})[article_id] = int(grade)
        except ValueError as error:
            raise JudgementsInvalid(
                f"{path}, line {place}: a judgement is query, iteration, article and grade, such as “1 0 a7 1”."
            ) from error
    return judgements


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file that are not empty, with their numbers."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise JudgementsInvalid(f"{path} cannot be read: {error}.") from error
    return ((place, line) for place, line in enumerate(text.split("\n"), 1) if line.strip())
