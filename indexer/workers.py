"""Worker processes: they parse, enrich and build segments, while one process reads, decides and commits.

What a worker is sent is a portion of the inputs, as bytes or, where one input is too large for that, as parsed
articles; what it sends back is what it made of each record, without the article. A worker lives as long as its
connection: when the process at the other end is gone, it ends.
"""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from index.article import Article, Origin
from index.backend import Built, Place, SegmentBuilder
from index.errors import BackfileError, IndexUnusable
from indexer.format import Contents, Format, Found, Rejected, installed_formats
from indexer.pipeline import Cancelled, Record, Version, finished, read_contents
from indexer.sources import internal_error

Portion = Sequence[Contents | Found]
"""Work for one worker at one time: inputs to parse, records that were parsed, inputs that could not be read."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a worker made of a record: an article, and where it is if it is not in the index already."""

    id: str
    origin: Origin
    version: Version
    before: Version | None
    """What the index had under its id when the block began."""
    place: Place | None


Outcome = Made | Cancelled | Rejected


@dataclass(frozen=True, slots=True)
class _Begin:
    builder: SegmentBuilder
    now: datetime


@dataclass(frozen=True, slots=True)
class _Failure:
    what: str


class _End:
    """The end of a block."""


class Worker:
    """The side of a worker process that gives the orders. One portion at a time is under way."""

    def __init__(self) -> None:
        spawning = get_context("spawn")
        self.connection, theirs = spawning.Pipe()
        self._process = spawning.Process(target=_work, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def begin(self, builder: SegmentBuilder, now: datetime) -> None:
        """Collect articles in this builder, first indexed now."""
        self._send(_Begin(builder, now))

    def start(self, portion: Portion) -> None:
        """Work on a portion."""
        self._send(portion)

    def outcomes(self) -> list[Outcome]:
        """What was made of each record of the portion, in order; waits for it."""
        outcomes: list[Outcome] = self._receive()
        return outcomes

    def end(self) -> None:
        """Finish the builder."""
        self._send(_End())

    def built(self) -> Built:
        """What the builder finished; waits for it."""
        built: Built = self._receive()
        return built

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self.connection.close()
        self._process.terminate()
        self._process.join()

    def _send(self, message: object) -> None:
        try:
            self.connection.send(message)
        except OSError as error:
            raise self._gone() from error

    def _receive(self) -> Any:
        try:
            answer = self.connection.recv()
        except (EOFError, OSError) as error:
            raise self._gone() from error
        if isinstance(answer, _Failure):
            raise IndexUnusable(answer.what)
        return answer

    def _gone(self) -> IndexUnusable:
        self._process.join(1)
        return IndexUnusable(
            f"A process that was indexing has ended by itself (exit code {self._process.exitcode}), perhaps for want "
            "of memory. What was committed before is in the index, and the same command goes on from there; with fewer "
            "--workers or less --memory it needs less."
        )


@contextmanager
def workers(count: int) -> Iterator[list[Worker]]:
    """So many worker processes, which end with the block."""
    started: list[Worker] = []
    try:
        started.extend(Worker() for _ in range(count))
        yield started
    finally:
        for worker in started:
            worker.close()


def ready(some: Iterable[Worker]) -> list[Worker]:
    """Those of some workers that have an answer, or have ended; waits for the first."""
    by_connection: dict[Any, Worker] = {worker.connection: worker for worker in some}
    return [by_connection[connection] for connection in wait(by_connection)]


def _work(connection: Connection) -> None:
    """What a worker process does, until the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; who gives the orders decides
    with suppress(EOFError, OSError):
        _answer(connection)


def _answer(connection: Connection) -> None:
    formats, begun = installed_formats(), None
    while True:
        message = connection.recv()
        try:
            match message:
                case _Begin():
                    begun = message
                case _End():
                    connection.send(begun.builder.finish() if begun else ())
                case _ if begun:
                    connection.send([_made(record, begun) for record in _records(message, formats, begun.now)])
        except BackfileError as error:
            connection.send(_Failure(str(error)))
        except Exception as error:
            connection.send(_Failure(internal_error(error)))


def _records(portion: Portion, formats: tuple[Format, ...], now: datetime) -> Iterator[Record]:
    for one in portion:
        if isinstance(one, Contents):
            yield from read_contents(one, formats, now)
        else:
            yield finished(one, now)


def _made(record: Record, begun: _Begin) -> Outcome:
    """Add an article to the segment, unless the index has just that."""
    if not isinstance(record, Article):
        return record
    version, there = Version.of(record), begun.builder.get(record.id)
    before = Version.of(there) if there else None
    place = None
    if before is None or before.digest != version.digest:
        first_indexed = there.first_indexed if there else begun.now
        place = begun.builder.add(replace(record, first_indexed=first_indexed))
    return Made(record.id, record.origin or Origin(""), version, before, place)
