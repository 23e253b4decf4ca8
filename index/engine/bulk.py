"""Building segments in another process than the one that holds the index.

The writer of a block makes a builder and sends it to a worker; there it collects articles into segments of the block's
generation, which count for nothing until the writer adopts what the worker sends back: names and sizes, no article.
"""

from __future__ import annotations

from pathlib import Path

from index.article import Article
from index.backend import Place
from index.durable import writing
from index.engine.building import SegmentBuilder
from index.engine.cache import ListCache
from index.engine.commits import CommitFile, SegmentEntry
from index.engine.standing import Standing
from index.generations import place_of


class EmbeddedSegmentBuilder:
    """Collects articles for a block of another process. Can be pickled until the first article comes."""

    def __init__(self, folder: Path, commit: CommitFile, memory: int) -> None:
        """`commit` is what the block started from; `memory` bounds the words that are held before they are written."""
        self._folder, self._commit, self._memory = folder, commit, memory
        self._standing: Standing | None = None
        self._builder: SegmentBuilder | None = None
        self._entries: list[SegmentEntry] = []

    def get(self, article_id: str) -> Article | None:
        """The article as it was when the block started."""
        if self._standing is None:
            self._standing = Standing(self._folder, self._commit, ListCache())
        return self._standing.get(article_id)

    def add(self, article: Article) -> Place:
        """Take in an article, whatever others there are with its id. Returns its place in what `finish` gives."""
        with writing(place_of(self._folder)):
            if self._builder is None:
                self._builder = SegmentBuilder(self._folder)
            place = len(self._entries), self._builder.add(article)
        if self._builder.memory >= self._memory:
            self._flush()
        return place

    def finish(self) -> tuple[SegmentEntry, ...]:
        """Write what was collected, for the block's writer to adopt."""
        self._flush()
        return tuple(self._entries)

    def _flush(self) -> None:
        if self._builder is not None:
            with writing(place_of(self._folder)):
                self._entries.append(self._builder.finish())
            self._builder = None
