"""Indexing by several processes, with the same outcomes and the same index as by one.

This process reads the inputs, hands them out in portions, takes the outcomes in the order of the inputs, and commits.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime

from index.backend import Backend, Place, Writer
from index.errors import ArticleRejected
from indexer.archives import BLOCK, RawInput, buffered
from indexer.format import Contents, Format, Found, Rejected, installed_formats
from indexer.pipeline import (
    BATCH,
    Cancelled,
    Run,
    Version,
    articles_of,
    in_blocks,
    index_articles,
    opened,
    short,
)
from indexer.report import Report
from indexer.workers import Made, Outcome, Portion, Worker, ready, workers

LARGEST_CONTENT = 2 << 20
"""Bytes of an input that a worker parses; of a larger one it gets parsed articles, so that several share the work."""
PORTION = 1 << 20
"""Bytes of text in a portion, some tenths of a second of work: so long one worker may have to wait for another."""
_INPUT = PORTION // 64
"""What an input weighs beside its bytes: a page of HTML takes 12 ms however short it is."""
_ARTICLE = PORTION // 200
"""What an article weighs that is parsed already."""


def index_inputs(
    inputs: Iterable[RawInput | Rejected],
    backend: Backend,
    *,
    processes: int,
    memory: int,
    report: Report,
    rejected: Callable[[Rejected], None],
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
    batch: int = BATCH,
    wait: float = 0.0,
) -> None:
    """Bring inputs into the index by so many worker processes, which hold `memory` bytes of words together; or by none.

    As `pipeline.index_articles`, but that a commit has about `batch` records of each process, and a run that is told
    to stop takes what is under way.
    """
    if processes == 1:
        found = articles_of(inputs, clock())
        index_articles(
            found, backend, report=report, rejected=rejected, clock=clock, stopping=stopping, batch=batch, wait=wait
        )
        return
    run = Run(report, rejected)
    portions = _portions(inputs, installed_formats())
    with workers(processes) as some:

        def fill(writer: Writer) -> bool:
            now = clock()
            for worker in some:
                worker.begin(writer.segment_builder(memory // processes), now)
            block = _Block(run, writer, now, stopping, report.records + batch * processes)
            more = block.work(some, portions)
            report.committing = True
            block.settle(some)
            return more

        in_blocks(backend, report, wait, fill)


class _Block:
    """The records between two commits: what was made of each, and what of it is to stay."""

    def __init__(self, run: Run, writer: Writer, now: datetime, stopping: Callable[[], bool], full: int) -> None:
        """`full` is the number of the run's records at which the block ends."""
        self._run, self._writer, self._now, self._stopping, self._full = run, writer, now, stopping, full
        self._standing: dict[int, tuple[Made, Worker]] = {}
        """By id: the version that would be in the index after a commit now."""
        self._cancelled: set[int] = set()
        """The ids of which nothing of before the block is left."""
        self._left_out: defaultdict[Worker, set[Place]] = defaultdict(set)

    def work(self, some: list[Worker], portions: Iterator[Portion]) -> bool:
        """Hand out portions until the block is full, and take what is made of them. Whether there may be more."""
        idle, busy, done = list(some), {}, {}
        handed_out = taken = 0
        more = True
        while True:
            while idle and more and not self._ends():
                portion = next(portions, None)
                if portion is None:
                    more = False
                else:
                    worker = idle.pop()
                    worker.start(portion)
                    busy[worker], handed_out = handed_out, handed_out + 1
            if not busy:
                return more and not self._run.report.stopped
            for worker in ready(busy):
                done[busy.pop(worker)] = worker, worker.outcomes()
                idle.append(worker)
            while taken in done:  # in the order of the inputs, whichever worker was faster
                worker, outcomes = done.pop(taken)
                taken += 1
                for outcome in outcomes:
                    self._take(outcome, worker)

    def settle(self, some: list[Worker]) -> None:
        """Let the writer adopt what the workers have built."""
        for worker in some:
            worker.end()
        for made, _ in self._standing.values():
            if made.place and made.before:
                self._writer.delete(made.id)
        for worker in some:
            self._writer.adopt(worker.built(), self._left_out[worker])

    def _ends(self) -> bool:
        report = self._run.report
        report.stopped = report.stopped or self._stopping()
        return report.stopped or report.records >= self._full

    def _take(self, outcome: Outcome, worker: Worker) -> None:
        match outcome:
            case Rejected():
                self._run.reject(outcome)
            case Cancelled():
                self._cancel(outcome)
            case Made():
                self._put(outcome, worker)

    def _cancel(self, cancelled: Cancelled) -> None:
        key = short(cancelled.id)
        standing = self._standing.get(key)
        if standing:
            there: Version | None = standing[0].version
        else:
            article = self._writer.get(cancelled.id)
            there = Version.of(article) if article else None
        if self._run.cancel(cancelled, self._writer, self._now, there):
            self._leave_out(self._standing.pop(key, None))
            self._cancelled.add(key)

    def _put(self, made: Made, worker: Worker) -> None:
        key = short(made.id)
        standing = self._standing.get(key)
        before = standing[0].version if standing else None if key in self._cancelled else made.before
        stays = self._run.admits(made.id, made.version, made.origin, self._writer) and self._run.judge(
            made.id, made.version, before
        )
        self._leave_out(standing if stays else (made, worker))
        if stays:
            self._standing[key] = made, worker

    def _leave_out(self, loser: tuple[Made, Worker] | None) -> None:
        """Let a version that was collected not come into the index."""
        if loser and loser[0].place:
            self._left_out[loser[1]].add(loser[0].place)


def _portions(inputs: Iterable[RawInput | Rejected], formats: tuple[Format, ...]) -> Iterator[Portion]:
    portion: list[Contents | Found] = []
    weight = 0
    for one in inputs:
        for piece in _pieces(one, formats):
            portion.append(piece)
            weight += len(piece.content) + _INPUT if isinstance(piece, Contents) else _ARTICLE
            if weight >= PORTION:
                yield portion
                portion, weight = [], 0
    if portion:
        yield portion


def _pieces(one: RawInput | Rejected, formats: tuple[Format, ...]) -> Iterator[Contents | Found]:
    """An input as a worker can take it: whole, or piece by piece when it is large or cannot be read to its end.

    The pieces are its articles, parsed, or the inputs inside it, such as the pages of a web archive.
    """
    if isinstance(one, Rejected):
        yield one
        return
    blocks: list[bytes] = []
    with suppress(ArticleRejected):  # comes again where the parser meets it, after the articles before
        while sum(map(len, blocks)) <= LARGEST_CONTENT:
            block = one.stream.read1(BLOCK)
            if not block:
                yield Contents(one.name, one.origin, b"".join(blocks), carriers=0)
                return
            blocks.append(block)
    resumed = buffered(_Resumed(blocks, one.stream), "the file")
    yield from opened(RawInput(one.name, one.origin, resumed), formats)


class _Resumed:
    """A stream of which some blocks were read already."""

    def __init__(self, blocks: list[bytes], rest: io.BufferedReader) -> None:
        self._blocks, self._rest = io.BytesIO(b"".join(blocks)), rest

    def read(self, size: int, /) -> bytes:
        """First what was read, then the rest."""
        return self._blocks.read(size) or self._rest.read1(size)
