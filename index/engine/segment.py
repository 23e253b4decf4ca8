"""A segment: a batch of articles that is written once and never changed.

    segment_NAME.terms       terms and postings (terms.py, postings.py)
    segment_NAME.columns     arrays by document number: ids, dates, facet values, lengths (columns.py)
    segment_NAME.articles    stored articles (stored.py)

Which of its articles are deleted is not its business but the commit's, and so are their clusters (clusters.py).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from itertools import groupby
from pathlib import Path

import numpy as np

from index.article import Article
from index.duplicates import SIGNATURE
from index.engine.arrays import Array, ArrayFile
from index.engine.cache import ListCache, Postings
from index.engine.clusters import SegmentClusters
from index.engine.commits import SegmentEntry
from index.engine.fields import CLUSTER, STORED_FIELDS, term_field
from index.engine.ordinals import FacetColumn, stored_facet
from index.engine.stored import StoredReader, articles_file, decode_record
from index.engine.terms import FieldTerms
from index.engine.texts import Texts, decode_text, encode_text
from index.errors import IndexDamaged


class StoredSegment:
    """The articles of a segment open for reading, whatever became of its terms.

    Everything is mapped at once, so its files may be removed while it is in use.
    """

    def __init__(self, folder: Path, entry: SegmentEntry) -> None:
        self.name = entry.name
        self.articles = entry.articles
        self.columns = ArrayFile(columns_file(folder, self.name))
        self.stored = StoredReader(articles_file(folder, self.name), self.columns)
        self._ids_in_order = Texts(self.columns, "id")

    def documents(self, article_id: str) -> list[int]:
        """The documents with this id, of which at most one lives: an article may come several times in one batch."""
        encoded = encode_text(article_id)
        first = last = self._ids_in_order.find(encoded)
        if first < 0:
            return []
        while last < len(self._ids_in_order) and self._ids_in_order[last] == encoded:
            last += 1
        found: list[int] = self.columns.part("id.order", first, last).tolist()
        return found

    @cached_property
    def id_rank(self) -> Array:
        """Each document's place in the order of the segment's ids (int32)."""
        rank = np.empty(self.articles, np.int32)
        rank[self.columns["id.order"]] = np.arange(self.articles, dtype=np.int32)
        return rank

    def id(self, doc: int) -> str:
        """The id of a document."""
        return decode_text(self._ids_in_order[int(self.id_rank[doc])])

    def ids_up_to(self, article_id: str) -> int:
        """How many of the segment's ids are this one or come before it."""
        return self._ids_in_order.place(encode_text(article_id) + b"\0")

    def article(self, doc: int) -> Article:
        """A stored article. Raises IndexDamaged when it cannot be read."""
        record = self.stored.record(doc)
        try:
            return decode_record(record)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexDamaged(f"The stored article {doc} of segment {self.name} is damaged: {error!r}.") from error

    def content_hash(self, doc: int) -> bytes:
        """The content hash of an article."""
        return self.columns.part("hash", 32 * doc, 32 * doc + 32).tobytes()

    @property
    def signatures(self) -> Array:
        """The signature of each article (uint8[articles, SIGNATURE])."""
        return self.columns["signature"].reshape(-1, SIGNATURE)


class Segment(StoredSegment):
    """A segment open for reading, its terms too, and the clusters of its articles unless it was never committed."""

    def __init__(self, folder: Path, entry: SegmentEntry, cache: ListCache) -> None:
        for name, size in entry.files.items():
            found = (folder / name).stat().st_size
            if found != size:
                raise IndexDamaged(f"{folder / name} is damaged: it has {found} bytes instead of {size}.")
        super().__init__(folder, entry)
        terms = ArrayFile(terms_file(folder, self.name))
        self.terms = {field.name: FieldTerms(terms, field, self.articles) for field in STORED_FIELDS}
        self.clusters = SegmentClusters(folder / entry.clusters, self.articles) if entry.clusters else None
        if self.clusters:
            self.terms[CLUSTER.name] = self.clusters.terms
        self._cache = cache

    def article(self, doc: int) -> Article:
        """A stored article, with its cluster. Raises IndexDamaged when it cannot be read."""
        article = super().article(doc)
        cluster = self.clusters and self.clusters.of(doc)
        return replace(article, cluster=cluster) if cluster else article

    def facet(self, field: str) -> FacetColumn:
        """The values of a facet."""
        if field == CLUSTER.name and self.clusters:
            return self.clusters.facet
        return stored_facet(self.columns, field)

    def postings(self, name: str, form: bytes) -> Postings:
        """The documents that have a form (int32, ascending) and how often (whole numbers)."""
        field, numbers = self._words(name, form)
        if len(numbers) == 1:
            return self._word(field, numbers[0])
        words = [self._word(field, number) for number in numbers]
        return self._cache.get((self.name, name, form), lambda: _united(words))

    def count(self, name: str, form: bytes) -> int:
        """How many documents have a form, dead or alive."""
        field, numbers = self._words(name, form)
        return self.terms[field].postings.df(numbers[0]) if len(numbers) == 1 else len(self.postings(name, form)[0])

    def docs_of(self, field: str, numbers: list[int]) -> list[Array]:
        """The documents of some of a field's words (ascending), in several arrays in no order."""
        lists = self.terms[field].postings
        runs = groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])  # neighbours have the same difference
        spans = [[number for _, number in run] for _, run in runs]
        return [lists.docs_between(span[0], span[-1] + 1)[1] for span in spans]

    def occurrences(self, name: str, form: bytes, docs: Array) -> Array:
        """Where a form stands in these documents (ascending; others are passed over).

        Ascending: the document in the upper 32 bits, the position in the lower (int64).
        """
        field, numbers = self._words(name, form)
        found = [self._places(field, number, docs) for number in numbers]
        return found[0] if len(found) == 1 else np.sort(np.concatenate([np.empty(0, np.int64), *found]))

    def _places(self, field: str, number: int, among: Array) -> Array:
        docs, frequencies = self._word(field, number)
        places = np.searchsorted(docs, among)
        places[places == len(docs)] = 0
        places = places[docs[places] == among]
        counts = frequencies[places].astype(np.int64)
        starts = (np.cumsum(frequencies, dtype=np.int64) - frequencies)[places]
        ends = np.cumsum(counts)
        tokens = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + counts, counts)
        positions = self.terms[field].postings.positions_at(number, tokens)
        return (np.repeat(docs[places].astype(np.int64), counts) << 32) + positions

    def _words(self, name: str, form: bytes) -> tuple[str, list[int]]:
        """The field that a name means, and the numbers of the words in it that a form finds."""
        named = term_field(name)
        terms = self.terms[named.field.name]
        return named.field.name, terms.exact(form) if named.exact else terms.plain(form)

    def _word(self, field: str, number: int) -> Postings:
        """The documents and frequencies of one word."""

        def read() -> Postings:
            lists = self.terms[field].postings
            frequencies = lists.frequencies(number)
            return lists.docs(number), frequencies.astype(np.min_scalar_type(int(frequencies.max(initial=0))))

        home = self.clusters.name if self.clusters and field == CLUSTER.name else self.name
        return self._cache.get((home, field, number), read)


_NONE = np.empty(0, np.int32), np.empty(0, np.uint8)


def _united(words: list[Postings]) -> Postings:
    """Several lists as one: each document once, its frequencies added up."""
    if not words:
        return _NONE
    docs, frequencies = (np.concatenate(parts) for parts in zip(*words, strict=True))
    order = np.argsort(docs, kind="stable")
    docs = docs[order]
    first = np.ones(len(docs), np.bool_)
    first[1:] = docs[1:] != docs[:-1]
    starts = np.flatnonzero(first)
    if not len(starts):
        return _NONE
    return docs[starts], np.add.reduceat(frequencies[order], starts, dtype=np.uint32)


def deleted_docs(folder: Path, entry: SegmentEntry) -> Array:
    """The documents of a segment that are dead in a commit (int32, ascending)."""
    return ArrayFile(folder / entry.deletions)["docs"] if entry.deletions else np.empty(0, np.int32)


def columns_file(folder: Path, segment: str) -> Path:
    """Where the columns of a segment are."""
    return folder / f"segment_{segment}.columns"


def terms_file(folder: Path, segment: str) -> Path:
    """Where the terms and postings of a segment are."""
    return folder / f"segment_{segment}.terms"
