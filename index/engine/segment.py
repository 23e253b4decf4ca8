"""A segment: a batch of articles that is written once and never changed.

    segment_NAME.trm, .pst    terms and postings (codec.py)
    segment_NAME.columns      arrays by document number: ids, dates, facet values, lengths (columns.py)
    segment_NAME.articles     stored articles (stored.py)

Which of its articles are deleted is not its business but the commit's.
"""

from __future__ import annotations

import secrets
from bisect import bisect_left
from functools import cached_property
from pathlib import Path

import numpy as np

from index.article import Article
from index.durable import sync_file
from index.engine.arrays import Array, Texts, decode_text, encode_text, read_arrays, write_arrays
from index.engine.cache import PostingsCache
from index.engine.codec import Terms, write_terms
from index.engine.columns import ColumnsBuilder
from index.engine.commits import SegmentEntry
from index.engine.inversion import Inversion
from index.engine.lexicon import Lexicon
from index.engine.stored import StoredReader, StoredWriter, decode_record, encode_record
from index.errors import IndexDamaged
from index.query import EXACT

_COLUMNS = ".columns"
_ARTICLES = ".articles"


class SegmentBuilder:
    """Collects articles and writes them as a segment. Articles are numbered as they come, from 0."""

    def __init__(self, folder: Path) -> None:
        self.name = secrets.token_hex(8)
        """Random, so that no segment is ever taken for another, even after the whole index was made anew."""
        self._folder = folder
        self._inversion = Inversion()
        self._columns = ColumnsBuilder()
        self._stored = StoredWriter(_file(folder, self.name, _ARTICLES))

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
        self._stored.close()
        columns = {**self._columns.arrays(), **self._inversion.columns(), **self._stored.arrays()}
        path = _file(self._folder, self.name, _COLUMNS)
        write_arrays(path, columns)
        files = [
            path,
            _file(self._folder, self.name, _ARTICLES),
            *write_terms(self._folder, self.name, self._inversion),
        ]
        for one in files:
            sync_file(one)
        return SegmentEntry(self.name, len(self), {one.name: one.stat().st_size for one in files})

    def close(self) -> None:
        """Let go of the open file without writing the segment."""
        self._stored.close()


class Segment:
    """A segment open for reading. Everything is mapped at once, so its files may be removed while it is in use."""

    def __init__(self, folder: Path, entry: SegmentEntry, cache: PostingsCache) -> None:
        for name, size in entry.files.items():
            found = (folder / name).stat().st_size
            if found != size:
                raise IndexDamaged(f"{folder / name} is damaged: it has {found} bytes instead of {size}.")
        self.name = entry.name
        self.articles = entry.articles
        self.columns = read_arrays(_file(folder, self.name, _COLUMNS))
        self._stored = StoredReader(_file(folder, self.name, _ARTICLES), self.columns)
        self.terms = Terms(folder, self.name)
        self._cache = cache
        self._lexicons: dict[str, Lexicon] = {}
        self._ids_in_order = Texts(self.columns, "id")

    def find(self, article_id: str) -> int | None:
        """The newest document with this id, dead or alive."""
        wanted = encode_text(article_id)
        place = bisect_left(self._ids_in_order, wanted)
        if place == self.articles or self._ids_in_order[place] != wanted:
            return None
        return int(self.columns["id.order"][place])

    @cached_property
    def ids(self) -> list[str]:
        """The ids by document number."""
        ids = [""] * self.articles
        for doc, encoded in zip(self.columns["id.order"].tolist(), self._ids_in_order, strict=True):
            ids[doc] = decode_text(encoded)
        return ids

    def article(self, doc: int) -> Article:
        """A stored article. Raises IndexDamaged when it cannot be read."""
        record = self._stored.record(doc)
        try:
            return decode_record(record)
        except (ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(f"The stored article {doc} of segment {self.name} is damaged: {error!r}.") from error

    def content_hash(self, doc: int) -> bytes:
        """The content hash of an article."""
        return self.columns["hash"][32 * doc : 32 * doc + 32].tobytes()

    def lexicon(self, field: str) -> Lexicon:
        """The terms of a field for patterns: a word field's by their folded form."""
        if field not in self._lexicons:
            self._lexicons[field] = Lexicon(self.terms.lexicon(field), folded=field.endswith(EXACT))
        return self._lexicons[field]

    def postings(self, field: str, term: bytes) -> tuple[Array, Array] | None:
        """The documents that have a term (int32, ascending) and how often (float64); `None` when there are none."""
        found = self._cache.get((self.name, field, term), lambda: self.terms.postings(field, term))
        return None if found is None else found[:2]

    def positions(self, field: str, term: bytes) -> Array:
        """The positions of a term, posting after posting, as many as `postings` counts."""
        found = self._cache.get((self.name, field, term), lambda: self.terms.postings(field, term))
        return np.frombuffer(b"" if found is None else found[2], "<i4")


def _file(folder: Path, name: str, suffix: str) -> Path:
    return folder / f"segment_{name}{suffix}"
