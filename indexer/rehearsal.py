"""What a run would do to the index, without doing it: `backfile index --dry-run`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from index.article import Origin
from index.backend import Backend, Reader
from index.errors import IndexMissing
from index.withdrawals import Withdrawal, remember
from indexer.format import Rejected
from indexer.pipeline import Cancelled, Record, Run, Version, short
from indexer.report import Report


def rehearse(
    found: Iterable[Record],
    backend: Backend,
    *,
    report: Report,
    rejected: Callable[[Rejected], None],
    clock: Callable[[], datetime],
) -> None:
    """Count in `report` what would come of the articles: against the index as it is now, or none if there is none.

    Nothing is written and nobody is kept from writing. Raises what a reader raises.
    """
    run = Run(report, rejected)
    with _as_it_is(backend) as imagined:
        for record in found:
            imagined.take(record, run, clock())


@contextmanager
def _as_it_is(backend: Backend) -> Iterator[_Imagined]:
    try:
        withdrawals = dict(backend.withdrawals())
    except IndexMissing:
        yield _Imagined(None, {})
        return
    with backend.reader() as reader:
        yield _Imagined(reader, withdrawals)


class _Imagined:
    """An index as it would be by now: one commit, and in memory what would have changed since."""

    def __init__(self, reader: Reader | None, withdrawals: dict[str, Withdrawal]) -> None:
        self._reader = reader
        self._withdrawals = withdrawals
        self._standing: dict[int, Version | None] = {}
        """By id as a number: what would have come in, `None` where an article would have left. 360 bytes each."""

    def take(self, record: Record, run: Run, now: datetime) -> None:
        """As `Run.take` would store it."""
        if isinstance(record, Rejected):
            run.reject(record)
            return
        there = self._version(record.id)
        if isinstance(record, Cancelled):
            run.cancel(record, self, now, there)
            return
        version = Version.of(record)
        if run.admits(record.id, version, record.origin or Origin(""), self) and run.judge(record.id, version, there):
            self._standing[short(record.id)] = version

    def withdrawal(self, article_id: str) -> Withdrawal | None:
        """Why the article with this id would not be let in."""
        return self._withdrawals.get(article_id)

    def withdraw(self, withdrawal: Withdrawal) -> None:
        """Let an article be gone."""
        self._standing[short(withdrawal.id)] = None
        remember(withdrawal, self._withdrawals)

    def readmit(self, article_id: str) -> None:
        """Let an article in again."""
        self._withdrawals.pop(article_id, None)

    def _version(self, article_id: str) -> Version | None:
        key = short(article_id)
        if key in self._standing:
            return self._standing[key]
        article = self._reader.get(article_id) if self._reader else None
        return Version.of(article) if article else None
