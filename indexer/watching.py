"""Keeping an index after folders: what is new or changed in them is brought in, batch after batch.

The folders are looked at again and again. A file is taken when it has the size and the time of change that it had at
the look before: then nobody is writing it any more. What is gone from the folders stays in the index.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from index.errors import IndexLocked, IndexUnwritable
from indexer.archives import shown
from indexer.format import Rejected
from indexer.pipeline import short
from indexer.report import Outcome, Report
from indexer.sources import FoundFile, files_at

MOST_FILES = 100_000
"""Files of one batch, whose paths are held: some 40 MB. The others follow in the next."""
IDLE = 9.0
"""How many times as long as a look took nobody looks: it takes 1.5 s for 100,000 files, a tenth of a processor so."""
RETRY_SECONDS = 10.0
"""Until a batch that could not be written is tried again: a full disk does not get empty at once."""

Batch = Sequence[FoundFile | Rejected]
"""Files that are new or changed and rest, and what in the folders cannot be read."""


class Folders:
    """Some folders, and what in them was brought in already.

    That is held as numbers of 64 bits, one of path, size and time of change, 70 MB for a million files, and only while
    the program runs: whoever starts again reads everything again, which changes nothing.
    """

    def __init__(self, paths: Sequence[str], excluded: Collection[Path] = ()) -> None:
        self._paths = paths
        self._excluded = excluded
        self._in: set[int] = set()
        self._waiting: set[int] = set()
        """What the last look saw that was to be brought in."""
        self._embargoed: dict[str, datetime] = {}
        """Files with articles that are not to be seen before a moment, as their origins name them."""

    def look(self, now: datetime) -> Batch:
        """What is to be brought in by `now`."""
        batch: list[FoundFile | Rejected] = []
        seen, waiting = set(), set()
        missing = False
        for path in self._paths:
            for found in files_at(path, self._excluded):
                mark = _mark(found)
                seen.add(mark)
                missing |= isinstance(found, Rejected) and found.origin.path == shown(path)
                if mark in self._in:
                    rests = self._embargo_is_over(found, now)
                    if not rests:
                        continue
                else:
                    rests = mark in self._waiting
                    waiting.add(mark)
                if rests and len(batch) < MOST_FILES:
                    batch.append(found)
        self._waiting = waiting
        if not missing:  # a folder that comes back, such as a network's, is not read again
            self._in &= seen
        return batch

    def brought_in(self, batch: Batch, embargoed: Mapping[str, datetime]) -> None:
        """Take down that a batch was brought in, and which of its files are to be read again at a later moment.

        One that went away before it could be read is not taken down: it may come back.
        """
        for one in batch:
            if isinstance(one, Rejected) or one.path.exists():
                self._in.add(_mark(one))
                self._embargoed.pop(_origin(one), None)
        self._embargoed.update(embargoed)

    def _embargo_is_over(self, found: FoundFile | Rejected, now: datetime) -> bool:
        until = self._embargoed.get(_origin(found)) if self._embargoed else None
        return until is not None and until <= now


def _origin(found: FoundFile | Rejected) -> str:
    return found.origin.path if isinstance(found, Rejected) else shown(str(found.path))


def _mark(found: FoundFile | Rejected) -> int:
    if isinstance(found, Rejected):
        return short(f"{found.origin.path}\0{found.reason}")
    return short(f"{found.path}\0{found.size}\0{found.changed}")


class Brought(NamedTuple):
    """What there is to know of a batch that was indexed, beside its report."""

    embargoed: Mapping[str, datetime]
    """Which of its files are to be read again, and when."""
    stop: bool
    """Whether somebody wants an end."""


def follow(
    folders: Folders,
    bring_in: Callable[[Batch, Report], Brought],
    *,
    poll: float,
    clock: Callable[[], datetime],
    say: Callable[[str], None],
) -> None:
    """Bring in what comes into folders, until somebody wants an end in a batch, or KeyboardInterrupt comes between two.

    `bring_in` indexes a batch and counts it in the report. While the index cannot be written, the batch is tried again.
    `say` is given a line for each batch.
    """
    trouble = ""
    while True:
        started = time.monotonic()
        batch = folders.look(clock())
        rest = max(poll, IDLE * (time.monotonic() - started))
        if batch:
            report, started = Report(), time.monotonic()
            try:
                brought = bring_in(batch, report)
            except (IndexLocked, IndexUnwritable) as error:
                if str(error) != trouble:
                    trouble = str(error)
                    say(f"{trouble} Tried again until it can be written.")
                rest = max(rest, RETRY_SECONDS if isinstance(error, IndexUnwritable) else poll)
            else:
                trouble = ""
                seconds = time.monotonic() - started
                say(_summary(batch, report, seconds))
                if brought.stop:
                    return
                folders.brought_in(batch, brought.embargoed)
                # Each commit looks at all articles, so that those of one story come together: let others have a turn.
                rest = 0.0 if len(batch) >= MOST_FILES else max(poll, seconds)
        time.sleep(rest)


def _summary(batch: Batch, report: Report, seconds: float) -> str:
    """What came of a batch, on a line, and on others what the first rejects were."""
    counts = ", ".join(f"{count:,} {outcome.value}" for outcome, count in report.counts.items() if count)
    files = f"{len(batch):,} {'file' if len(batch) == 1 else 'files'}"
    line = f"{files} in {seconds:.1f} s: {counts or 'nothing in them'}{_STOPPED if report.stopped else ''}"
    more = report.counts[Outcome.REJECTED] - len(report.first_rejects)
    rejects = [f"    {rejected.origin}  {rejected.reason}" for rejected in report.first_rejects]
    return "\n".join([line, *rejects, *([f"    and {more:,} more"] if more else [])])


_STOPPED = "; stopped before the end"
