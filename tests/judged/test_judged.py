"""How well the ranking serves people who judged it: mean average precision on four classic collections, asked whole.

The floors in `floors.json` are what the ranking reaches, rounded down. They are raised when it gets better; lowering
one is a decision to be defended in the commit that does it.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC
from pathlib import Path

import pytest

from index.analysis import words
from index.article import Article
from index.engine.backend import EmbeddedBackend
from search.page import PAGE_SIZES, SearchRequest
from search.searcher import Searcher

ROOT = Path(__file__).resolve().parents[2]
JUDGED = (ROOT / os.environ.get("BACKFILE_TEST_DATA", "../shared/data")).resolve() / "judged"
FLOORS: dict[str, float] = json.loads((Path(__file__).parent / "floors.json").read_text())["ranking"]
PAGES = 5
"""Pages of the largest size that are judged: the first thousand hits, as TREC does."""
MOST_WORDS = 64
"""Clauses that a query may have."""


@pytest.mark.corpus
@pytest.mark.long
@pytest.mark.parametrize("collection", sorted(FLOORS))
def test_people_who_judged_answers_find_ours_good(collection: str, tmp_path: Path) -> None:
    folder = JUDGED / collection
    if not folder.is_dir():
        pytest.skip(f"the judged collection {collection} is not at BACKFILE_TEST_DATA")
    backend = EmbeddedBackend(tmp_path / "index")
    with backend.writer() as writer:
        for line in (folder / "docs.jsonl").read_text("utf-8").splitlines():
            found = json.loads(line)
            writer.put(Article(id=found["id"], title=found.get("title"), body=found.get("body") or ""))
    searcher = Searcher(backend, UTC)
    relevant = _relevant(folder / "qrels.trec")
    queries = dict(line.split("\t", 1) for line in (folder / "queries.tsv").read_text("utf-8").splitlines())
    precisions = [
        average_precision(_ranked(searcher, queries[one]), relevant[one]) for one in queries if one in relevant
    ]
    mean = sum(precisions) / len(precisions)
    print(f"\n{collection}: MAP {mean:.4f} over {len(precisions)} queries")  # noqa: T201  # the figure is what is asked for
    assert mean >= FLOORS[collection]


def _relevant(path: Path) -> dict[str, set[str]]:
    relevant: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text("utf-8").splitlines():
        query, _, article_id, grade = line.split()
        if int(grade) > 0:
            relevant[query].add(article_id)
    return relevant


def _ranked(searcher: Searcher, query: str) -> Iterable[str]:
    q = " ".join(words(query.lower())[:MOST_WORDS])
    for page in range(1, PAGES + 1):
        asked = SearchRequest(q=q, match="any", page=page, page_size=PAGE_SIZES[1], highlight=False)
        answer = searcher.search(asked)
        yield from (result.article.id for result in answer.results)
        if page >= answer.pages:
            return


def average_precision(ranked: Iterable[str], relevant: Collection[str]) -> float:
    """The mean, over relevant articles, of the precision where each is found; 0 for those that are not."""
    found, total = 0, 0.0
    for place, article_id in enumerate(ranked, 1):
        if article_id in relevant:
            found += 1
            total += found / place
    return total / len(relevant)


def test_average_precision_is_what_its_definition_says() -> None:
    assert average_precision("abcd", {"a", "c"}) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision("bd", {"a"}) == 0
    assert average_precision("ab", {"a", "b", "z"}) == pytest.approx(2 / 3)
