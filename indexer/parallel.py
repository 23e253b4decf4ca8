"""Indexing by one or more worker processes, with the same outcomes and the same index for any number.

This process reads the inputs, hands them out in portions, takes the outcomes in the order of the inputs, and commits.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from index.backend import Backend, Place, Rebuild, Writer
from index.errors import ArticleRejected
from indexer.archives import BLOCK, RawInput, buffered
from indexer.format import Contents, Format, Found, Rejected, installed_formats
from indexer.pipeline import BATCH, Cancelled, Run, Version, in_blocks, opened, short
from indexer.portions import Made, Outcome, Portion
from indexer.report import Report
from indexer.safety import MAX_HTML_BYTES
from indexer.workers import Worker, ready

LARGEST_CONTENT = MAX_HTML_BYTES
"""Bytes of an input that a worker parses; of a larger one it gets parsed articles, so that several share the work."""
MOST_KEPT = 256 << 20
"""Bytes of inputs that a block has for each worker at most, for it must keep them: ten thousand pages could be many."""
PORTION = 1 << 20
"""Bytes of text in a portion, some tenths of a second of work: so long one worker may have to wait for another."""
_INPUT = PORTION // 64
"""What an input weighs beside its bytes: a page of HTML takes 12 ms however short it is."""
_ARTICLE = PORTION // 200
"""What an article weighs that is parsed already."""


def index_inputs(
    inputs: Iterable[RawInput | Rejected],
    backend: Backend,
    workers: Sequence[Worker],
    *,
    report: Report,
    rejected: Callable[[Rejected], None],
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
    batch: int = BATCH,
    wait: float = 0.0,
) -> None:
    """Bring inputs into the index by worker processes.

    As `pipeline.index_articles`, but that a commit has about `batch` records of each process, and a run that is told
    to stop takes what is under way.
    """
    portions, run = _portions(inputs, installed_formats()), Run(report, rejected)

    def fill(writer: Writer) -> bool:
        return _fill(writer, portions, workers, run=run, now=clock(), stopping=stopping, batch=batch)

    in_blocks(backend, report, wait, fill)


def reindex_inputs(
    inputs: Iterable[RawInput | Rejected],
    rebuild: Rebuild,
    workers: Sequence[Worker],
    *,
    report: Report,
    rejected: Callable[[Rejected], None],
    clock: Callable[[], datetime],
) -> None:
    """Fill a new generation with inputs by worker processes."""
    portions, run = _portions(inputs, installed_formats()), Run(report, rejected)
    while _fill(rebuild, portions, workers, run=run, now=clock()):
        pass


def _fill(
    writer: Writer,
    portions: Iterator[Portion],
    workers: Sequence[Worker],
    *,
    run: Run,
    now: datetime,
    stopping: Callable[[], bool] = lambda: False,
    batch: int = BATCH,
) -> bool:
    """Bring one block of the inputs into a writer. Whether there is more."""
    for worker in workers:
        worker.begin(writer.segment_builder(worker.memory), now)
    block = _Block(run, writer, now, stopping, run.report.records + batch * len(workers))
    more = block.work(workers, portions)
    run.report.committing = True
    block.settle(workers)
    run.report.committing = False
    return more


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

    def work(self, workers: Sequence[Worker], portions: Iterator[Portion]) -> bool:
        """Hand out portions until the block is full, and take what is made of them. Whether there may be more."""
        idle, busy, done = list(workers), {}, {}
        handed_out = taken = 0
        more = True
        while True:
            while idle and more and not self._ends(workers):
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

    def settle(self, workers: Sequence[Worker]) -> None:
        """Let the writer adopt what the workers have built."""
        for worker in workers:
            worker.end()
        for made, _ in self._standing.values():
            if made.place:
                self._writer.delete(made.id)
        for worker in workers:
            self._writer.adopt(worker.built(), self._left_out[worker])

    def _ends(self, workers: Sequence[Worker]) -> bool:
        report = self._run.report
        report.stopped = report.stopped or self._stopping()
        has_enough = report.records >= self._full or max(worker.kept for worker in workers) >= MOST_KEPT
        return report.stopped or has_enough or any(worker.deaths for worker in workers)

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
        before = standing[0].version if standing else self._before(key, made)
        stays = self._run.admits(made.id, made.version, made.origin, self._writer) and self._run.judge(
            made.id, made.version, before
        )
        self._leave_out(standing if stays else (made, worker))
        if stays:
            self._standing[key] = made, worker

    def _before(self, key: int, made: Made) -> Version | None:
        """What the index has of an article of which the block has nothing yet."""
        if key in self._cancelled:
            return None
        if made.before is None and self._run.has_seen(key):  # a new generation's worker sees nothing of it
            article = self._writer.get(made.id)
            return Version.of(article) if article else None
        return made.before

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
