"""The embedded engine behind the seam `index.backend`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, tzinfo
from pathlib import Path
from threading import Lock

from index.durable import writing
from index.engine.cache import ListCache
from index.engine.commits import CommitFile, has_commit, read_commit, sweep
from index.engine.lock import write_lock
from index.engine.reader import EmbeddedReader
from index.engine.snapshot import Snapshot
from index.engine.writer import MEMORY, EmbeddedWriter
from index.errors import IndexDamaged, IndexMissing
from index.generations import abandon, generation_folder, generations, live_generation, make_live, new_generation
from index.results import Commit


class EmbeddedBackend:
    """An index in the folder `place`, whose days begin and end in `zone`. Opening it touches nothing.

    `memory` bounds, in bytes, the words that a writer holds before it writes them.
    """

    def __init__(self, place: Path, zone: tzinfo = UTC, memory: int = MEMORY) -> None:
        self._place = place
        self._zone = zone
        self._memory = memory
        self._cache = ListCache()
        self._lock = Lock()
        self._newest: tuple[str, bytes, EmbeddedReader, Snapshot] | None = None

    @contextmanager
    def reader(self) -> Iterator[EmbeddedReader]:
        """A view of the newest commit, which stays as it is while it is held.

        Raises IndexMissing, IndexDamaged or SchemaMismatch.
        """
        yield self._open()

    @contextmanager
    def writer(self) -> Iterator[EmbeddedWriter]:
        """Commit on exit, roll back on an exception.

        Raises IndexLocked when another writer is at work, IndexDamaged or SchemaMismatch when there is no writing to
        what is there.
        """
        with write_lock(self._place):
            folder = self._live_folder()
            if folder is None:
                with self._first_generation() as folder:
                    with self._writer_in(folder, CommitFile(0)) as writer:
                        yield writer
                    sweep(folder, self._place)  # what was merged within the block
                return
            commit, _ = read_commit(folder, self._place)
            try:
                with self._writer_in(folder, commit) as writer:
                    yield writer
            except BaseException:
                # Should a new commit be there nevertheless, it may not have reached the disk: the old one stays whole.
                sweep(folder, self._place, commit)
                raise
            sweep(folder, self._place)

    def _live_folder(self) -> Path | None:
        try:
            return generation_folder(self._place, live_generation(self._place))
        except IndexMissing:
            return None

    @contextmanager
    def _writer_in(self, folder: Path, commit: CommitFile) -> Iterator[EmbeddedWriter]:
        writer = EmbeddedWriter(folder, commit, self._cache, self._memory)
        try:
            yield writer
            writer.commit()
        finally:
            writer.close()

    @contextmanager
    def _first_generation(self) -> Iterator[Path]:
        """Make the first generation, and make it live when the block has filled it; else nothing is left of it."""
        for name in generations(self._place):
            if not has_commit(generation_folder(self._place, name)):
                abandon(self._place, name)  # a killed writer's; one with a commit might be somebody's
        with writing(self._place):
            generation = new_generation(self._place)
        folder = generation_folder(self._place, generation)
        try:
            yield folder
            with writing(self._place):
                make_live(self._place, generation)
        except BaseException:
            abandon(self._place, generation)
            raise

    def _open(self) -> EmbeddedReader:
        seen: bytes | None = None
        while True:
            generation = live_generation(self._place)
            folder = generation_folder(self._place, generation)
            commit, content = read_commit(folder, self._place)
            with self._lock:
                known = self._newest
                if known and known[:2] == (generation, content):
                    return known[2]
                try:
                    snapshot = Snapshot(folder, commit, self._zone, self._cache, known and known[3])
                except FileNotFoundError as error:
                    # A writer may have removed the file after it had committed something newer.
                    if content == seen:
                        raise IndexDamaged(f"{error.filename}, a part of the index, is missing.") from error
                    seen = content
                    continue
                reader = EmbeddedReader(Commit(generation, commit.number), snapshot)
                self._newest = generation, content, reader, snapshot
                return reader
