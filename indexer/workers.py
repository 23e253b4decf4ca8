"""Worker processes as the process sees them that reads, decides and commits.

What a worker is sent is a portion of the inputs, as bytes or, where one input is too large for that, as parsed
articles; what it sends back is what it made of each record, without the article. A worker lives as long as its
connection: when the process at the other end is gone, it ends.

A process that dies of a record costs that record and no other: one in its place does again what was done in the block,
without that record. So what was sent is kept until the block ends, in a file.
"""

from __future__ import annotations

import pickle
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import wait
from tempfile import TemporaryFile
from typing import Any

from index.backend import Built, SegmentBuilder
from index.errors import IndexUnusable, SystemRefuses
from indexer.enrich.finders import chosen
from indexer.limits import MOST_SECONDS
from indexer.portions import Begin, End, Failure, Fatal, Outcome, Portion, Work
from indexer.working import work

MOST_DEATHS = 20
"""Processes of one worker that may die in a block, which ends soon after the first. Where more do, it is not for what
they read.
"""


_PROCESSES = get_context("forkserver")
"""Processes are forks of one that has imported what they need and done nothing: forks of this one would inherit locks
of threads that they do not have (rensa's, a progress bar's), and wait for them for ever.
"""
_PROCESSES.set_forkserver_preload(["indexer.preloaded", "indexer.working"])


class Worker:
    """The side of a worker that gives the orders. One portion at a time is under way."""

    def __init__(self, memory: int) -> None:
        """`memory` is what it may hold of words, in bytes."""
        self.memory = memory
        self._position = _PROCESSES.RawArray("Q", 2)
        self._file = TemporaryFile(buffering=0)  # noqa: SIM115  # closed by `close`
        self._sent: list[tuple[int, int]] = []
        """Where the portions of the block are in the file: start and length."""
        self._start()

    def _start(self) -> None:
        self._position[0] = 0
        self.connection, theirs = _PROCESSES.Pipe()
        self._process = _PROCESSES.Process(
            target=work, args=(theirs, self._position, self.memory, chosen()), daemon=True
        )
        self._process.start()
        theirs.close()

    @property
    def kept(self) -> int:
        """Bytes that were sent in this block."""
        return self._sent[-1][0] + self._sent[-1][1] if self._sent else 0

    def begin(self, builder: SegmentBuilder, now: datetime) -> None:
        """Collect articles in this builder, first indexed now."""
        self._begun = pickle.dumps(Begin(builder, now))
        self._sent.clear()
        self._file.truncate(0)
        self.deaths = 0
        self._send(self._begun)

    def start(self, portion: Portion) -> None:
        """Work on a portion."""
        message = pickle.dumps(Work(portion))
        self._sent.append((self.kept, len(message)))
        try:
            self._file.seek(self._sent[-1][0])
            self._file.write(message)
        except OSError as error:
            raise SystemRefuses(error) from error
        self._send(message)

    def outcomes(self) -> list[Outcome]:
        """What was made of each record of the portion, in order; waits for it."""
        while True:
            try:
                outcomes: list[Outcome] = self._receive()
            except EOFError:
                self._replace()
            else:
                return outcomes

    def end(self) -> None:
        """Finish the builder."""
        self._send(pickle.dumps(End()))

    def built(self) -> Built:
        """What the builder finished; waits for it."""
        try:
            built: Built = self._receive()
        except EOFError:
            raise self._gone() from None
        return built

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._file.close()
        self.connection.close()
        self._process.kill()
        self._process.join()

    def _send(self, message: bytes) -> None:
        with suppress(OSError):  # that the process has died is noticed by who waits for its answer
            self.connection.send_bytes(message)

    def _receive(self) -> Any:
        """An answer. Raises EOFError when the process is gone."""
        try:
            answer = self.connection.recv()
        except OSError as error:
            raise EOFError from error
        if isinstance(answer, Failure):
            raise IndexUnusable(answer.what)
        return answer

    def _replace(self) -> None:
        """Let another process do what was done, and go on after the record that the last one has died of."""
        number, done = self._position
        self._process.join()
        self.deaths += 1
        if not number or self.deaths > MOST_DEATHS:
            raise self._gone()
        self._excuse(number - 1, Fatal(done, _reason(self._process.exitcode)))
        self.connection.close()
        self._start()
        self._send(self._begun)
        for at in range(len(self._sent) - 1):
            self._send(self._message(at))
            try:
                self._receive()
            except EOFError:
                raise self._gone() from None
        self._send(self._message(-1))

    def _message(self, at: int) -> bytes:
        start, length = self._sent[at]
        self._file.seek(start)
        return self._file.read(length)

    def _excuse(self, number: int, fatal: Fatal) -> None:
        """Let the portion under way be worked on without a record."""
        sent: Work = pickle.loads(self._message(-1))  # noqa: S301  # our own
        start, _ = self._sent.pop()
        message = pickle.dumps(Work(sent.portion, {**sent.fatal, number: fatal}))
        self._file.seek(start)
        self._file.write(message)
        self._sent.append((start, len(message)))

    def _gone(self) -> IndexUnusable:
        self._process.join(1)
        return IndexUnusable(
            f"A process that was indexing has ended by itself (exit code {self._process.exitcode}), perhaps for want "
            "of memory. What was committed before is in the index, and the same command goes on from there; with fewer "
            "--workers or less --memory it needs less."
        )


def _reason(exit_code: int | None) -> str:
    """Why a record is rejected of which a process has died."""
    if exit_code == -signal.SIGXCPU:
        what = f"it took more than {MOST_SECONDS} seconds to read"
    elif exit_code == -signal.SIGKILL:
        what = "the process that read it was killed, perhaps for want of memory"
    else:
        what = f"the process that read it has crashed (exit code {exit_code})"
    return f"{what}; what follows in the same input is not read"


@contextmanager
def worker_processes(count: int, memory: int) -> Iterator[list[Worker]]:
    """So many workers, which hold `memory` bytes of words together, and end with the block."""
    started: list[Worker] = []
    try:
        started.extend(Worker(memory // count) for _ in range(count))
        yield started
    finally:
        for worker in started:
            worker.close()


def ready(some: Iterable[Worker]) -> list[Worker]:
    """Those of some workers that have an answer, or have ended; waits for the first."""
    by_connection: dict[Any, Worker] = {worker.connection: worker for worker in some}
    return [by_connection[connection] for connection in wait(by_connection)]
