"""The embedded engine behind the seam `index.backend`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from shutil import disk_usage
from threading import Lock

from index.durable import writing
from index.engine.cache import ListCache
from index.engine.commits import CommitFile, has_commit, read_commit, sweep
from index.engine.lock import write_lock
from index.engine.reader import EmbeddedReader
from index.engine.rebuilding import EmbeddedRebuild, Predecessor, prove
from index.engine.snapshot import Snapshot
from index.engine.verification import verify_generation
from index.engine.writer import MEMORY, EmbeddedWriter
from index.errors import DiskTooFull, IndexDamaged, IndexMissing, IndexUnusable, NoGenerationKept, SchemaMismatch
from index.generations import (
    abandon,
    discard,
    generation_folder,
    generations,
    kept_generation,
    live_generation,
    make_live,
    new_generation,
    sweep_generations,
)
from index.results import CheckedPart, Commit, Generation
from index.withdrawals import Withdrawal, Withdrawals


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

    def counters(self) -> Mapping[str, int]:
        """How often a list was found in the cache and how often not, and the bytes that it holds."""
        return {"cache_hits": self._cache.hits, "cache_misses": self._cache.misses, "cache_bytes": self._cache.size}

    @contextmanager
    def reader(self) -> Iterator[EmbeddedReader]:
        """A view of the newest commit, which stays as it is while it is held.

        Raises IndexMissing, IndexDamaged or SchemaMismatch.
        """
        yield self._open()

    @contextmanager
    def writer(self, wait: float = 0.0) -> Iterator[EmbeddedWriter]:
        """Commit on exit, roll back on an exception.

        Raises IndexLocked when another writer is still at work after `wait` seconds, IndexDamaged or SchemaMismatch
        when there is no writing to what is there.
        """
        with write_lock(self._place, wait):
            folder = self._live_folder()
            if folder is None:
                with self._first_generation() as folder:
                    with self._writer_in(folder, CommitFile(0)) as writer:
                        yield writer
                    sweep(folder, self._place)  # what was merged within the block
                return
            sweep_generations(self._place)
            commit, _ = read_commit(folder, self._place)
            try:
                with self._writer_in(folder, commit) as writer:
                    yield writer
            except BaseException:
                # Should a new commit be there nevertheless, it may not have reached the disk: the old one stays whole.
                sweep(folder, self._place, commit)
                raise
            sweep(folder, self._place)

    @contextmanager
    def rebuild(self, wait: float = 0.0) -> Iterator[EmbeddedRebuild]:
        """A new generation beside the live one. On exit it is verified and goes live; on an exception it is removed.

        Raises what `writer` raises, IndexMissing when there is no index to replace, DiskTooFull before anything is
        written, and GenerationBroken.
        """
        with write_lock(self._place, wait):
            before = self._predecessor()
            kept = self._worth_keeping(before)
            with suppress(IndexDamaged):  # nothing is removed while nobody knows what is live
                sweep_generations(self._place)
            if isinstance(before, Predecessor) and (free := disk_usage(self._place).free) < before.size:
                raise DiskTooFull(str(self._place), before.size, free)
            with writing(self._place):
                generation = new_generation(self._place)
            folder = generation_folder(self._place, generation)
            try:
                with closing(EmbeddedRebuild(folder, before, self._memory)) as writer:
                    yield writer
                    articles = writer.count
                    writer.commit()
                sweep(folder, self._place)
                prove(folder, self._place, self._zone, articles)
                with writing(self._place):
                    make_live(self._place, generation, kept)
            except BaseException:
                discard(self._place, generation)
                raise
            sweep_generations(self._place)

    def rollback(self, wait: float = 0.0) -> Generation:
        """Let the generation that is kept answer, and keep the one that answered until now.

        Raises what `writer` raises, IndexMissing, and NoGenerationKept.
        """
        with write_lock(self._place, wait):
            live, kept = live_generation(self._place), kept_generation(self._place)
            if kept is None:
                raise NoGenerationKept(str(self._place))
            folder = generation_folder(self._place, kept)
            commit, _ = read_commit(folder, self._place)
            self._snapshot(folder, commit, None)  # raises when it could not answer
            with self._writer_in(folder, commit):
                pass  # removes what was withdrawn since
            with writing(self._place):
                make_live(self._place, kept, live)
            sweep_generations(self._place)
            return self._describe(kept, live=True)

    def withdrawals(self) -> Mapping[str, Withdrawal]:
        """What is withdrawn, by id. Raises IndexMissing, WithdrawalsDamaged."""
        live_generation(self._place)
        return Withdrawals(self._place)

    def purge(self, withdrawals: Collection[Withdrawal], wait: float = 0.0) -> set[str]:
        """Withdraw articles and leave nothing of them in any generation. Returns the ids of those that answered.

        Raises what `writer` raises, and IndexMissing.
        """
        with write_lock(self._place, wait):
            live, kept = live_generation(self._place), kept_generation(self._place)
            answered = self._purge(live, withdrawals)
            if kept:
                try:
                    self._purge(kept, withdrawals)
                except (IndexDamaged, SchemaMismatch):  # what cannot be purged cannot stay
                    with writing(self._place):
                        make_live(self._place, live)
            sweep_generations(self._place)
        return answered

    def _purge(self, generation: str, withdrawals: Collection[Withdrawal]) -> set[str]:
        folder = generation_folder(self._place, generation)
        commit, _ = read_commit(folder, self._place)
        with self._writer_in(folder, commit) as writer:
            there = {one.id for one in withdrawals if writer.get(one.id) is not None}
            for one in withdrawals:
                writer.withdraw(one)
            writer.purge([one.id for one in withdrawals])
        sweep(folder, self._place)
        return there

    def generations(self) -> tuple[Generation, ...]:
        """The live generation, and before it the one that is kept. Raises IndexMissing or IndexDamaged."""
        live, kept = live_generation(self._place), kept_generation(self._place)
        listed = [self._describe(live, live=True)]
        return tuple([self._describe(kept, live=False), *listed] if kept else listed)

    def verify(self, generation: str) -> Iterator[CheckedPart]:
        """Check everything that a generation consists of."""
        return verify_generation(generation_folder(self._place, generation), self._place)

    def _describe(self, name: str, *, live: bool) -> Generation:
        folder = generation_folder(self._place, name)
        files = [path.stat() for path in folder.iterdir()] if folder.is_dir() else []
        changed = datetime.fromtimestamp(max((one.st_mtime for one in files), default=0), UTC)
        try:
            articles, problem = sum(one.live for one in read_commit(folder, self._place)[0].segments), None
        except IndexUnusable as error:
            articles, problem = 0, str(error)
        return Generation(name, live, articles, sum(one.st_size for one in files), changed, problem)

    def _predecessor(self) -> Predecessor | IndexUnusable:
        """The live generation, or why it cannot be read. Raises IndexMissing."""
        try:
            return Predecessor(generation_folder(self._place, live_generation(self._place)), self._place)
        except (IndexDamaged, SchemaMismatch) as error:
            return error

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
                abandon(self._place, name)  # a killed writer's
        kept = self._newest_complete()
        with writing(self._place):
            generation = new_generation(self._place)
        folder = generation_folder(self._place, generation)
        try:
            yield folder
            with writing(self._place):
                make_live(self._place, generation, kept)
        except BaseException:
            abandon(self._place, generation)
            raise

    def _worth_keeping(self, before: Predecessor | IndexUnusable) -> str | None:
        """Which generation a new one should leave to go back to: the live one, unless it is known to be damaged."""
        try:
            live, kept = live_generation(self._place), kept_generation(self._place)
        except IndexDamaged:
            return self._newest_complete()
        return (kept or self._newest_complete()) if isinstance(before, IndexDamaged) else live

    def _newest_complete(self) -> str | None:
        """The newest generation that somebody might miss, where nothing that can be read is said to be live."""
        names = [name for name in generations(self._place) if has_commit(generation_folder(self._place, name))]
        return names[-1] if names else None

    def _open(self) -> EmbeddedReader:
        seen: tuple[str, bytes | None] | None = None
        while True:
            generation, content = live_generation(self._place), None
            folder = generation_folder(self._place, generation)
            try:
                commit, content = read_commit(folder, self._place)
                with self._lock:
                    known = self._newest
                    if known and known[:2] == (generation, content):
                        return known[2]
                    snapshot = self._snapshot(folder, commit, known and known[3])
                    reader = EmbeddedReader(Commit(generation, commit.number), snapshot)
                    self._newest = generation, content, reader, snapshot
                    return reader
            except IndexDamaged:
                # A writer may have removed a file after it had committed something newer, or swapped in a generation.
                if (generation, content) == seen:
                    raise
                seen = generation, content

    def _snapshot(self, folder: Path, commit: CommitFile, known: Snapshot | None) -> Snapshot:
        try:
            return Snapshot(folder, commit, self._zone, self._cache, known)
        except FileNotFoundError as error:
            raise IndexDamaged(f"{error.filename}, a part of the index, is missing.") from error
