"""What came of a run: counts that add up to the records seen, and every reject with its reason in a file."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from index.errors import BackfileError
from indexer.format import Rejected

REJECTS = "rejects.jsonl"
FIRST_REASONS = 5
"""Rejects that the report itself shows."""


class Outcome(StrEnum):
    """What came of one record."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    """The index has it, word for word, or in a later version."""
    DUPLICATE = "duplicate"
    """Seen before in this run, word for word."""
    REJECTED = "rejected"


@dataclass(slots=True)
class Report:
    """Counts of outcomes while a run goes on and when it has ended."""

    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    first_rejects: list[Rejected] = field(default_factory=list)
    stopped: bool = False
    """Whether the run was told to stop before its inputs ended."""
    writing: bool = False
    """Whether the run holds the index, and so stops in good order when it is told to."""
    committing: bool = False
    """Whether the run is writing a batch into the index at this moment."""
    taken_back: int = 0
    """Articles that were there, and that their publishers have cancelled."""
    committed: int = 0
    """Records whose outcome is durable: all of them when the run has ended well."""

    @property
    def records(self) -> int:
        """Records seen: the sum of all outcomes."""
        return sum(self.counts.values())

    def count(self, outcome: Outcome) -> None:
        """One more record with this outcome."""
        self.counts[outcome] += 1

    def reject(self, rejected: Rejected) -> None:
        """One more reject."""
        self.count(Outcome.REJECTED)
        if len(self.first_rejects) < FIRST_REASONS:
            self.first_rejects.append(rejected)

    def never_updated(self, count: int) -> None:
        """So many updates were taken back by a later record: what the index had before is there again."""
        self.counts[Outcome.UPDATED] -= count
        self.counts[Outcome.UNCHANGED] += count


class RejectsFile(AbstractContextManager["RejectsFile"]):
    """The rejects of one run as JSON lines: path, member, record, reason. There is no file when there is no reject.

    Raises BackfileError at the start when a file of that name is anything else. When it cannot be written, the run goes
    on and `problem` says why.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem: str | None = None
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        try:
            in_the_way = self.path.exists() and not _is_of_a_run(self.path)
        except OSError as error:
            self._give_up(error)
        else:
            if in_the_way:
                raise BackfileError(
                    f"{self.path} is in the way: the rejects would go there, and it is no list of rejects. "
                    "Name another file with --rejects."
                )
        return self

    def clear(self) -> None:
        """Remove the file of an earlier run, so that it cannot be taken for this one's."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            self._give_up(error)

    def write(self, rejected: Rejected) -> None:
        """Add a line."""
        if self.problem:
            return
        origin = rejected.origin
        line = {"path": origin.path, "member": origin.member, "record": origin.record, "reason": rejected.reason}
        try:
            if self._file is None:
                # Line by line, so that the list can be read while a run goes on, and after it was killed.
                self._file = self.path.open("w", buffering=1, encoding="utf-8", errors="backslashreplace")
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        self.problem = f"{self.path} could not be written: {(error.strerror or str(error)).lower()}"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._file is not None:
            try:
                self._file.close()
            except OSError as failure:
                self._give_up(failure)


def _is_of_a_run(path: Path) -> bool:
    """Whether a file is empty or starts as a list of rejects does."""
    if not path.is_file():
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        first = file.readline(100_000)
    try:
        entry = json.loads(first or "{}")
    except ValueError:
        return False
    return entry == {} or (isinstance(entry, dict) and {"path", "reason"} <= entry.keys())
