"""Stock Whoosh: its own schema, writer, codec, BM25F and facets, as its documentation has them.

What makes the work equal: a tokenizer that cuts at white space, as the corpus is tokens already; facets as sortable
columns, those with several values as keyword lists counted with `allow_overlap`; the month as a number. The exact total
comes from collecting every match (`limit=None`), which takes half the time of ten hits and then a count. Its commit
does not wait for the disk, as those of Backfile, tantivy, SQLite and Xapian do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import whoosh.index as whoosh_index
from bench.corpus import FACETS, SINGLE, Record, day_number
from bench.engine import TOP, Answer, Ask
from bench.questions import Depth, Question, Shape
from whoosh import fields as f
from whoosh import query as q
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.sorting import Count, Facets, FieldFacet

_MEMORY = 256
"""Megabytes before postings are spilled."""


def _schema() -> Any:
    facets = {name: f.ID(sortable=True) if name in SINGLE else f.KEYWORD(commas=True, sortable=True) for name in FACETS}
    tokens: Any = SpaceSeparatedTokenizer()  # declared as less than it is
    return f.Schema(
        id=f.ID(unique=True),
        title=f.TEXT(analyzer=tokens),
        body=f.TEXT(analyzer=tokens),
        day=f.NUMERIC(sortable=True),
        month=f.NUMERIC(sortable=True),
        record=f.STORED(),
        **facets,
    )


class Whoosh:
    """Whoosh without Backfile."""

    version = version("whoosh3")
    complete = True

    def build(self, folder: Path, records: Iterable[Record]) -> None:
        """One commit."""
        writer = whoosh_index.create_in(str(folder), _schema()).writer(limitmb=_MEMORY)
        for record in records:
            facets = {name: ",".join(record.values(name)) for name in FACETS if record.values(name)}
            writer.add_document(
                id=record.id,
                title=record.title,
                body=record.body,
                day=record.day,
                month=record.month,
                record=record.to_json(),
                **facets,
            )
        writer.commit()

    def open(self, folder: Path, fields: tuple[str, ...]) -> OpenedWhoosh:
        """A searcher, held while questions are asked."""
        return OpenedWhoosh(whoosh_index.open_dir(str(folder)).searcher(), fields)


class OpenedWhoosh:
    """One searcher."""

    def __init__(self, searcher: Any, fields: tuple[str, ...]) -> None:
        self._searcher = searcher
        self._fields = fields
        self._groups = Facets()
        for name in (*FACETS, "month"):
            several = name not in (*SINGLE, "month")
            self._groups.add_facet(name, FieldFacet(name, allow_overlap=several, maptype=Count))

    def prepare(self, question: Question) -> Ask | None:
        """Queries are made beforehand."""
        query = self._query(question)

        def ten() -> Answer:
            found = self._searcher.search(query, limit=None)
            return Answer(len(found), len(found.top_n[:TOP]))

        def page() -> Answer:
            return self._page(query, articles=False)

        def articles() -> Answer:
            return self._page(query, articles=True)

        return {Depth.TEN: ten, Depth.PAGE: page, Depth.ARTICLES: articles}.get(question.depth)

    def close(self) -> None:
        """Close the searcher."""
        self._searcher.close()

    def _page(self, query: Any, articles: bool) -> Answer:
        found = self._searcher.search(query, limit=None, groupedby=self._groups)
        if articles:
            for _, doc in found.top_n[:TOP]:
                json.loads(self._searcher.stored_fields(doc)["record"])
        return Answer(
            len(found),
            len(found.top_n[:TOP]),
            {name: _top(found.groups(name)) for name in FACETS},
            dict(found.groups("month")),
        )

    def _query(self, question: Question) -> Any:
        if question.shape is Shape.PHRASE:
            return self._across([q.Phrase(name, list(question.words)) for name in self._fields])
        if question.shape is Shape.PREFIX:
            return self._across([q.Prefix(name, question.words[0]) for name in self._fields])
        words = [self._across([q.Term(name, word) for name in self._fields]) for word in question.words]
        query = (q.Or if question.shape is Shape.ANY else q.And)(words) if len(words) > 1 else words[0]
        if not question.year:
            return query
        first, last = day_number(date(question.year, 1, 1)), day_number(date(question.year, 12, 31))
        return q.And([query, q.NumericRange("day", first, last)])

    def _across(self, queries: list[Any]) -> Any:
        return queries[0] if len(queries) == 1 else q.Or(queries)


def _top(counts: dict[Any, int]) -> list[tuple[str, int]]:
    """The most frequent values; articles without one, which Whoosh counts under None or "", are left out."""
    named = [(value, count) for value, count in counts.items() if value]
    return sorted(named, key=lambda one: -one[1])[:TOP]


ENGINE = Whoosh()
