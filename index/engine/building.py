"""Writing segments: from articles that come one by one, or from arrays that a merge has put together."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from index.article import Article
from index.engine.arrays import Arrays, ArrayWriter, write_arrays
from index.engine.columns import ColumnsBuilder
from index.engine.commits import SegmentEntry
from index.engine.inversion import Inversion
from index.engine.postings import FieldWriter
from index.engine.segment import columns_file, terms_file
from index.engine.stored import StoredWriter, articles_file, decode_record, encode_record
from index.engine.terms import write_terms
from index.schema import Kind


def segment_name() -> str:
    """A name for a new segment: random, so that none is ever taken for another, even after an index was made anew."""
    return secrets.token_hex(8)


def write_segment(
    folder: Path, name: str, articles: int, columns: Arrays, write_fields: Callable[[ArrayWriter], None]
) -> SegmentEntry:
    """Write what belongs beside the stored articles, which must be there already: columns, then terms and postings."""
    write_arrays(columns_file(folder, name), columns)
    with ArrayWriter(terms_file(folder, name)) as writer:
        write_fields(writer)
        writer.finish()
    files = [place(folder, name) for place in (articles_file, columns_file, terms_file)]
    return SegmentEntry(name, articles, {one.name: one.stat().st_size for one in files})


class SegmentBuilder:
    """Collects articles and writes them as a segment. Articles are numbered as they come, from 0."""

    def __init__(self, folder: Path) -> None:
        self._name = segment_name()
        self._folder = folder
        self._inversion = Inversion()
        self._columns = ColumnsBuilder()
        self._stored = StoredWriter(folder, self._name)

    def __len__(self) -> int:
        return len(self._stored)

    @property
    def memory(self) -> int:
        """Bytes of memory that writing the segment will take, about."""
        return self._inversion.memory

    def add(self, article: Article) -> int:
        """Take in an article and return its document number."""
        doc = len(self)
        self._stored.add(encode_record(article))
        self._columns.add(article)
        self._inversion.add(article)
        return doc

    def article(self, doc: int) -> Article:
        """An article that was added."""
        return decode_record(self._stored.record(doc))

    def content_hash(self, doc: int) -> bytes:
        """The content hash of an article that was added."""
        return self._columns.content_hash(doc)

    def finish(self) -> SegmentEntry:
        """Write the segment to the disk."""
        self._stored.finish()
        columns = {**self._columns.arrays(), **self._inversion.columns(), **self._stored.arrays()}
        return write_segment(self._folder, self._name, len(self), columns, self._write_fields)

    def _write_fields(self, writer: ArrayWriter) -> None:
        for field, terms, postings in self._inversion.postings():
            write_terms(writer, field, terms)
            lists = FieldWriter(writer, field.name, len(self), positions=field.kind is not Kind.CODE)
            lists.add(postings)
            lists.finish()

    def close(self) -> None:
        """Let go of what was collected without writing the segment."""
        self._stored.abandon()
