"""Other engines' rankings of a judged collection, each as its own documentation would have it.

Title and body are two fields of English text, a query is its words of which any will do, nothing is tuned: Whoosh's
BM25F with its StemmingAnalyzer, tantivy's BM25 with its tokenizer `en_stem`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import whoosh.index as whoosh_index
from whoosh import fields as f
from whoosh.analysis import StemmingAnalyzer
from whoosh.qparser import MultifieldParser, OrGroup

Document = Mapping[str, str]
Ranking = Callable[[str], list[str]]
"""From the words of a query to the ids of its first thousand hits."""
DEEPEST_HIT = 1_000


def whoosh(folder: Path, documents: Iterable[Document]) -> Ranking:
    """Stock Whoosh."""
    folder.mkdir()
    schema: Any = f.Schema(
        id=f.ID(stored=True), title=f.TEXT(analyzer=StemmingAnalyzer()), body=f.TEXT(analyzer=StemmingAnalyzer())
    )
    index = whoosh_index.create_in(str(folder), schema)
    writer = index.writer()
    for one in documents:
        writer.add_document(id=one["id"], title=one.get("title") or "", body=one.get("body") or "")
    writer.commit()
    parser: Any = MultifieldParser(["title", "body"], index.schema, group=OrGroup)
    searcher = index.searcher()

    def ranked(words: str) -> list[str]:
        return [hit["id"] for hit in searcher.search(parser.parse(words), limit=DEEPEST_HIT)]

    return ranked


def tantivy(_folder: Path, documents: Iterable[Document]) -> Ranking:
    """tantivy, in memory. Skips the test where it is not installed."""
    import pytest  # noqa: PLC0415  # to skip

    library: Any = pytest.importorskip("tantivy", reason="the extra “bench” is not installed")
    builder = library.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in ("title", "body"):
        builder.add_text_field(name, tokenizer_name="en_stem")
    index = library.Index(builder.build())
    writer = index.writer(50_000_000, num_threads=1)
    for one in documents:
        document = library.Document()
        for name in ("id", "title", "body"):
            document.add_text(name, one.get(name) or "")
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ranked(words: str) -> list[str]:
        query, _ = index.parse_query_lenient(words, ["title", "body"])  # an apostrophe is a quote to the strict one
        return [searcher.doc(address)["id"][0] for _, address in searcher.search(query, DEEPEST_HIT).hits]

    return ranked


RIVALS = {"Whoosh": whoosh, "tantivy": tantivy}
