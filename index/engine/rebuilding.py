"""A new generation in the making: what it takes over from the live one, and the proof that it may take its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

from whoosh import query as q

from index.article import Article
from index.backend import Place
from index.engine.bulk import EmbeddedSegmentBuilder
from index.engine.cache import ListCache
from index.engine.commits import CommitFile, read_commit
from index.engine.fields import STORED_FIELDS
from index.engine.reader import EmbeddedReader
from index.engine.segment import StoredSegment, deleted_docs
from index.engine.snapshot import Snapshot
from index.engine.texts import decode_text
from index.engine.verification import verify_generation
from index.engine.writer import EmbeddedWriter
from index.errors import GenerationBroken, IndexDamaged, IndexUnusable
from index.query import EXACT
from index.results import Commit
from index.schema import Kind


class Predecessor:
    """The articles of the generation in `folder`, read without its terms: those may be what is broken.

    Raises IndexDamaged or SchemaMismatch when not even that can be read.
    """

    def __init__(self, folder: Path, place: Path) -> None:
        self.folder, self.place = folder, place
        commit, _ = read_commit(folder, place)
        self.size = sum(sum(one.files.values()) * one.live // max(one.articles, 1) for one in commit.segments)
        """Bytes that its live articles take."""
        try:
            self._segments: list[tuple[StoredSegment, set[int]]] = [
                (StoredSegment(folder, entry), set(deleted_docs(folder, entry).tolist())) for entry in commit.segments
            ]
        except FileNotFoundError as error:
            raise IndexDamaged(f"{error.filename}, a part of the index, is missing.") from error

    def articles(self) -> Iterator[Article]:
        """All of them. Raises IndexDamaged at one that cannot be read."""
        for segment, deleted in self._segments:
            for doc in range(segment.articles):
                if doc not in deleted:
                    yield segment.article(doc)

    def first_indexed(self, article_id: str) -> datetime | None:
        """When the article with this id first came in, if that is known."""
        for segment, deleted in reversed(self._segments):
            with suppress(IndexDamaged):
                for doc in segment.documents(article_id):
                    if doc not in deleted:
                        return segment.article(doc).first_indexed
        return None


class RebuildSegmentBuilder(EmbeddedSegmentBuilder):
    """Collects articles for a new generation in another process."""

    def __init__(self, folder: Path, memory: int, before: tuple[Path, Path] | None) -> None:
        """`before` are the folder and the place of the live generation, if that can be read."""
        super().__init__(folder, CommitFile(0), memory)
        self._before = before
        self._predecessor: Predecessor | None = None

    def add(self, article: Article) -> Place:
        """Take in an article, which keeps the `first_indexed` that the live generation has."""
        if self._before and self._predecessor is None:
            self._predecessor = Predecessor(*self._before)
        return super().add(_as_known(article, self._predecessor))


def _as_known(article: Article, before: Predecessor | None) -> Article:
    """The article with the `first_indexed` by which the live generation knows it."""
    known = before.first_indexed(article.id) if before else None
    return replace(article, first_indexed=known) if known else article


class EmbeddedRebuild(EmbeddedWriter):
    """Fills a new generation. Only the backend makes one, and holds the lock meanwhile."""

    def __init__(self, folder: Path, before: Predecessor | IndexUnusable, memory: int) -> None:
        """Start with nothing; `before` is the live generation, or why it cannot be read."""
        super().__init__(folder, CommitFile(0), ListCache(), memory)
        self._before = before

    def live_articles(self) -> Iterator[Article]:
        """The articles of the live generation. Raises IndexDamaged or SchemaMismatch when they cannot be read."""
        if isinstance(self._before, IndexUnusable):
            raise self._before
        return self._before.articles()

    def put(self, article: Article) -> None:
        """Add the article, or replace the one with its id. It keeps the `first_indexed` that the live generation has.

        Raises ValueError without an id.
        """
        super().put(_as_known(article, self._known))

    def segment_builder(self, memory: int) -> RebuildSegmentBuilder:
        """What collects articles in another process; they keep their `first_indexed`, too."""
        before = (self._known.folder, self._known.place) if self._known else None
        return RebuildSegmentBuilder(self._folder, memory, before)

    @property
    def _known(self) -> Predecessor | None:
        return self._before if isinstance(self._before, Predecessor) else None


def prove(folder: Path, place: Path, zone: tzinfo, articles: int) -> None:
    """Make sure that the new generation in `folder` is whole and answers, and that it has so many articles.

    Raises GenerationBroken.
    """
    for part in verify_generation(folder, place):
        for damage in part.damages:
            raise GenerationBroken(str(place), damage.what)
    commit, _ = read_commit(folder, place)
    snapshot = Snapshot(folder, commit, zone, ListCache(), None)
    reader = EmbeddedReader(Commit(folder.name, commit.number), snapshot)
    if reader.count(q.Every()) != articles:
        raise GenerationBroken(str(place), f"It has {reader.count(q.Every()):,} articles instead of {articles:,}.")
    for name, form in _probes(snapshot):
        if reader.count(q.Term(name, decode_text(form))) != snapshot.count_of(name, form):
            raise GenerationBroken(str(place), f"The words of {name} are not found.")
    for name in ("published", "modified"):
        if reader.count(q.NumericRange(name, None, None)) != reader.count(q.Every(name)):
            raise GenerationBroken(str(place), f"The dates of {name} are not found.")


def _probes(snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    """A form in each field that has any, under the name by which it is asked for as it is written."""
    for field in STORED_FIELDS:
        for segment in snapshot.segments:
            if forms := segment.terms[field.name].exact_forms(b""):
                yield field.name + EXACT * (field.kind is not Kind.CODE), forms[len(forms) // 2]
                break
