"""tantivy through its own Python binding.

What makes the work equal: the `whitespace` tokenizer, as the corpus is tokens already; facets as fast text fields
counted by its terms aggregation; the month as a number in a fast field, because its date histogram knows no months; the
record as stored bytes. One indexing thread. A hit is its document address. Where there is more than one segment the
terms aggregation would guess, so each is asked for every value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tantivy
from bench.corpus import FACETS, Record, day_number
from bench.engine import TOP, Answer, Ask
from bench.questions import Depth, Question, Shape

_HEAP = 512_000_000
"""Bytes for one indexing thread before it writes a segment."""
_ALL_VALUES = 65_000


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    for name in ("title", "body"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day", fast=True)
    builder.add_integer_field("month", fast=True)
    builder.add_bytes_field("record", stored=True)
    return builder.build()


class Tantivy:
    """Lucene's ideas in Rust."""

    version = version("tantivy")
    complete = True

    def build(self, folder: Path, records: Iterable[Record]) -> None:
        """One commit; merges are waited for."""
        writer = tantivy.Index(_schema(), path=str(folder)).writer(_HEAP, num_threads=1)
        for record in records:
            document = tantivy.Document()
            document.add_text("id", record.id)
            document.add_text("title", record.title)
            document.add_text("body", record.body)
            for name in FACETS:
                for value in record.values(name):
                    document.add_text(name, value)
            document.add_integer("day", record.day)
            document.add_integer("month", record.month)
            document.add_bytes("record", record.to_json().encode())
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path, fields: tuple[str, ...]) -> OpenedTantivy:
        """A searcher, held while questions are asked."""
        return OpenedTantivy(tantivy.Index.open(str(folder)), fields)


class OpenedTantivy:
    """One searcher."""

    def __init__(self, index: Any, fields: tuple[str, ...]) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self._fields = fields
        exact = {"segment_size": _ALL_VALUES} if self._searcher.num_segments > 1 else {}
        self._aggregations = {
            **{name: {"terms": {"field": name, "size": TOP, **exact}} for name in FACETS},
            "month": {"histogram": {"field": "month", "interval": 1, "min_doc_count": 1}},
        }

    def prepare(self, question: Question) -> Ask | None:
        """Queries are made beforehand."""
        query = self._query(question)
        search = self._searcher.search

        def ten() -> Answer:
            found = search(query, TOP, count=True)
            return Answer(found.count, len(found.hits))

        def page() -> Answer:
            found = search(query, TOP, count=True)
            return self._counted(query, found)

        def articles() -> Answer:
            found = search(query, TOP, count=True)
            for _, address in found.hits:
                json.loads(bytes(self._searcher.doc(address).get_first("record")))
            return self._counted(query, found)

        return {Depth.TEN: ten, Depth.PAGE: page, Depth.ARTICLES: articles}.get(question.depth)

    def close(self) -> None:
        """Nothing to be done."""

    def _counted(self, query: Any, found: Any) -> Answer:
        counts = self._searcher.aggregate(query, self._aggregations)
        return Answer(
            found.count,
            len(found.hits),
            {name: [(one["key"], one["doc_count"]) for one in counts[name]["buckets"]] for name in FACETS},
            {int(one["key"]): one["doc_count"] for one in counts["month"]["buckets"]},
        )

    def _query(self, question: Question) -> Any:
        must, should = tantivy.Occur.Must, tantivy.Occur.Should
        if question.shape is Shape.PHRASE:
            return self._across(
                [tantivy.Query.phrase_query(self._schema, name, list(question.words)) for name in self._fields]
            )
        if question.shape is Shape.PREFIX:
            pattern = f"{question.words[0]}.*"
            return self._across([tantivy.Query.regex_query(self._schema, name, pattern) for name in self._fields])
        words = [
            self._across([tantivy.Query.term_query(self._schema, name, word, "freq") for name in self._fields])
            for word in question.words
        ]
        parts = [(should if question.shape is Shape.ANY else must, word) for word in words]
        if question.year:
            parts.append((must, self._year(question.year)))
        return words[0] if len(parts) == 1 else tantivy.Query.boolean_query(parts)

    def _across(self, queries: list[Any]) -> Any:
        if len(queries) == 1:
            return queries[0]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])

    def _year(self, year: int) -> Any:
        first, last = day_number(date(year, 1, 1)), day_number(date(year, 12, 31))
        return tantivy.Query.range_query(self._schema, "day", tantivy.FieldType.Integer, first, last)


ENGINE = Tantivy()
