"""Checks a whole generation: every checksum, every stored article, and whether everything agrees.

A file that is damaged names itself, and what can be checked without it is checked all the same. What the arrays of a
segment must agree on, `consistency` says.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from operator import ne
from pathlib import Path

import numpy as np

from index.article import Article
from index.engine.arrays import Array, ArrayFile
from index.engine.clustering import cluster_together
from index.engine.clusters import SegmentClusters
from index.engine.commits import CommitFile, SegmentEntry, read_commit
from index.engine.consistency import (
    Fault,
    Sample,
    faults_of_columns,
    faults_of_lengths,
    faults_of_stored_offsets,
    faults_of_terms,
)
from index.engine.fields import CLUSTER, STORED_FIELDS
from index.engine.inversion import Inversion
from index.engine.segment import StoredSegment
from index.engine.texts import decode_text, encode_text
from index.errors import IndexDamaged, SchemaMismatch
from index.results import CheckedPart, Damage
from index.schema import Field, Kind

# What a file can do to its readers that is whole by its checksums and holds nonsense.
SAMPLE = 1_000
"""Articles of a segment that are inverted anew, evenly spread: a third of a second's work."""
_NONSENSE = (ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError, MemoryError)


def verify_generation(folder: Path, place: Path) -> Iterator[CheckedPart]:
    """Check the generation in `folder`, segment by segment, the commit last."""
    try:
        commit, segments = _open(folder, place)
    except IndexDamaged as error:
        yield CheckedPart("commit", 0, (Damage(error.what, stored=True),))
        return
    except SchemaMismatch as error:
        yield CheckedPart("commit", 0, (Damage(str(error), stored=True),))
        return
    ids = [np.empty(0, np.int64)]
    for segment in segments:
        segment.check()
        yield CheckedPart(f"segment {segment.entry.name}", segment.entry.articles, tuple(segment.damages))
        ids.append(np.array(segment.live_ids, np.int64))
    if commit.clustered and not any(segment.damages for segment in segments):
        yield CheckedPart("clusters", sum(entry.live for entry in commit.segments), tuple(_unclustered(segments)))
    live = np.concatenate(ids)
    twice = len(live) - len(np.unique(live))
    what = f"{folder}: {twice:,} of its articles are in several segments at once."
    articles = sum(entry.live for entry in commit.segments)
    yield CheckedPart("commit", articles, (Damage(what, stored=True),) if twice else ())


def _open(folder: Path, place: Path) -> tuple[CommitFile, list[_Inspected]]:
    """The newest commit and its segments. A writer may remove a file meanwhile: then there is a newer commit."""
    while True:
        commit, content = read_commit(folder, place)
        segments = [_Inspected(folder, entry) for entry in commit.segments]
        if not any(one.damages for one in segments) or read_commit(folder, place)[1] == content:
            return commit, segments


def _unclustered(segments: list[_Inspected]) -> Iterator[Damage]:
    """Whether the articles of whole segments are in the clusters that they belong to."""
    expected = cluster_together([(one.stored, one.live_mask) for one in segments if one.stored])
    for segment, labels in zip(segments, expected, strict=True):
        if segment.clusters and (wrong := sum(map(ne, segment.clusters.labels(), labels))):
            path = segment.clusters.file.path
            yield Damage(f"{path}: {wrong:,} of {len(labels):,} articles are in another cluster than they belong to.")


class _Inspected:
    """A segment and what is wrong with it. All of its files are mapped when this is made."""

    def __init__(self, folder: Path, entry: SegmentEntry) -> None:
        self.entry = entry
        self.damages: list[Damage] = []
        self.live_ids: array[int] = array("q")
        """A hash of the id of each live article, once they were read."""
        self._step = -(-entry.articles // SAMPLE)
        self._sample = Inversion()
        by_suffix = {Path(name).suffix: folder / name for name in entry.files}
        self._articles, self._columns, self._terms = (by_suffix[one] for one in (".articles", ".columns", ".terms"))
        self.stored: StoredSegment | None = None
        self.clusters: SegmentClusters | None = None
        self._terms_file: ArrayFile | None = None
        self._deletions: ArrayFile | None = None
        for name, size in entry.files.items():
            with self._telling(folder / name, stored=not name.endswith(".terms")):
                if (found := (folder / name).stat().st_size) != size:
                    raise IndexDamaged(f"{folder / name} is damaged: it has {found:,} bytes instead of {size:,}.")
        with self._telling(self._columns, stored=True):
            self.stored = StoredSegment(folder, entry)
        with self._telling(self._terms):
            self._terms_file = ArrayFile(self._terms)
        if entry.clusters:
            with self._telling(folder / entry.clusters):
                self.clusters = SegmentClusters(folder / entry.clusters, entry.articles)
        if entry.deletions:
            with self._telling(folder / entry.deletions, stored=True):
                self._deletions = ArrayFile(folder / entry.deletions)

    def check(self) -> None:
        """Find what is wrong."""
        columns: ArrayFile | None = None
        whole = False
        if self.stored:
            with self._telling(self._columns):
                self.stored.columns.verify()
                columns = self.stored.columns
            with self._telling(self._articles, stored=True):
                self._check_articles(self.stored, columns)
                whole = True
        if self._terms_file:
            with self._telling(self._terms):
                self._terms_file.verify()
                samples = [Sample(self._step, terms, own) for _, terms, own in self._sample.postings()] if whole else ()
                for field, sample in zip_longest(STORED_FIELDS, samples):
                    self._check_terms(self._terms_file, field, columns, sample)

        if self.clusters:
            self._check_clusters(self.clusters)

    @property
    def live_mask(self) -> Array:
        """Which documents live (bool)."""
        mask = np.ones(self.entry.articles, np.bool_)
        mask[list(self._deleted())] = False
        return mask

    def _check_clusters(self, clusters: SegmentClusters) -> None:
        with self._telling(clusters.file.path):
            clusters.file.verify()
            self._check_terms(clusters.file, CLUSTER, None, None)
            by_term: list[str | None] = [None] * self.entry.articles
            for number, term in enumerate(clusters.terms.words.all()):
                for doc in clusters.terms.postings.docs(number).tolist():
                    by_term[doc] = decode_text(term)
            if by_term != clusters.labels():
                fault = Fault(f"facet.{CLUSTER.name}.0", "is not what the postings say")
                self._tell(clusters.file.path, [fault])

    def _check_articles(self, segment: StoredSegment, columns: ArrayFile | None) -> None:
        """Read every stored article, and compare the columns with them if those are whole by their checksums."""
        offsets = faults_of_stored_offsets(segment.columns, self.entry.articles, self.entry.files[self._articles.name])
        self._tell(self._columns, offsets, stored=True)
        articles = self._read(segment, self._deleted())
        if columns is None:
            for _ in articles:
                pass
            return
        for fault in faults_of_columns(columns, articles):
            # An article that has not its content hash is not the one that was stored.
            self._tell(self._columns, [fault], stored=fault.array == "hash")

    def _read(self, segment: StoredSegment, deleted: set[int]) -> Iterator[Article]:
        for doc in range(self.entry.articles):
            article = segment.article(doc)
            if doc not in deleted:
                self.live_ids.append(hash(encode_text(article.id)))
            if doc % self._step == 0:
                self._sample.add(article)
            yield article

    def _deleted(self) -> set[int]:
        """The deleted documents, which must be in order and as many as the commit says."""
        if self._deletions is None:
            return set()
        docs: list[int] = self._deletions["docs"].tolist()
        deleted = set(docs)
        if docs != sorted(deleted) or not deleted <= set(range(self.entry.articles)):
            self._tell(self._deletions.path, [Fault("docs", "is not in order, or out of range")], stored=True)
        elif len(docs) != self.entry.deleted:
            what = f"has {len(docs):,} items and not the {self.entry.deleted:,} that the commit says"
            self._tell(self._deletions.path, [Fault("docs", what)], stored=True)
        return deleted

    def _check_terms(self, file: ArrayFile, field: Field, columns: ArrayFile | None, sample: Sample | None) -> None:
        lengths: Array | None = None
        if columns is not None and field.kind is not Kind.CODE:
            with self._telling(self._columns, of=field.name):
                wrong = list(faults_of_lengths(columns, field, self.entry.articles))
                self._tell(self._columns, wrong)
                lengths = None if wrong else columns[f"length.{field.name}"]
        with self._telling(file.path, of=field.name):
            self._tell(file.path, faults_of_terms(file, field, self.entry.articles, lengths, sample))

    def _tell(self, path: Path, faults: Iterable[Fault], *, stored: bool = False) -> None:
        for fault in faults:
            self.damages.append(Damage(f"{path}: {fault.array} {fault.what}.", stored=stored))

    @contextmanager
    def _telling(self, path: Path, *, stored: bool = False, of: str = "") -> Iterator[None]:
        """Take down what the block finds out the hard way about a file, once."""
        what = ""
        try:
            yield
        except FileNotFoundError as error:
            what = f"{error.filename} is missing."
        except IndexDamaged as error:
            what = error.what
        except _NONSENSE as error:
            what = f"{path}: {of or 'what it holds'} cannot be made sense of: {error!r}."
        damage = Damage(what, stored=stored)
        if what and damage not in self.damages:
            self.damages.append(damage)
