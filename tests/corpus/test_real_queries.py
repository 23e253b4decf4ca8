"""The 962 queries of a search engines' benchmark, asked of the Reuters-21578 collection."""

from __future__ import annotations

import json
import os
from datetime import UTC, date
from io import BytesIO
from pathlib import Path

import pytest

from index.article import Article, Origin
from index.opening import open_backend
from index.settings import Settings
from indexer.formats.reuters import FORMAT
from search.page import PAGE_FACETS, SearchRequest
from search.parser import parse
from search.searcher import Searcher

ROOT = Path(__file__).parents[2]
DATA = (ROOT / os.environ.get("BACKFILE_TEST_DATA", "../shared/data")).resolve()
QUERIES = DATA / "queries" / "queries.txt"
REUTERS = DATA / "reuters21578"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not QUERIES.is_file(), reason=f"the queries are not at {QUERIES}"),
]


def queries() -> list[str]:
    return [json.loads(line)["query"] for line in QUERIES.read_text("utf-8").splitlines()]


def test_every_real_query_is_read_as_it_is_written() -> None:
    warned = {q: parsed.warnings for q in queries() if (parsed := parse(q)).warnings}
    assert len(queries()) == 962
    assert warned == {}


@pytest.mark.long
@pytest.mark.skipif(not REUTERS.is_dir(), reason=f"the Reuters-21578 collection is not at {REUTERS}")
def test_every_real_query_is_answered(tmp_path: Path) -> None:
    """With everything that a page shows; a phrase finds no more than its words do."""
    backend = open_backend(Settings(index=str(tmp_path / "index")))
    with backend.writer() as writer:
        for path in sorted(REUTERS.glob("reut2-*.sgm")):
            for entry in FORMAT.parse(BytesIO(path.read_bytes()), Origin(path.name)):
                if isinstance(entry, Article):
                    writer.put(entry)
    searcher = Searcher(backend, UTC, today=lambda: date(2024, 6, 19))
    found = {}
    for q in queries():
        page = searcher.search(SearchRequest(q=q, facets=PAGE_FACETS, interval="auto"))
        found[q] = page.total
        assert len(page.results) == min(page.total, page.request.page_size)
        assert page.warnings == ()
    assert found["the"] > 10_000
    for q, total in found.items():
        if q.startswith('"') and q.count('"') == 2 and (words := q.strip('"')) in found:
            assert total <= found[words]
