"""What the commands of indexing have in common on a terminal: options, Ctrl-C, the progress bar and the report."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from index.settings import Settings
from indexer.report import REJECTS, Outcome, RejectsFile, Report

rejects_option = click.option(
    "--rejects",
    default=REJECTS,
    show_default=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to list what was rejected, and why, as JSON lines.",
)
wait_option = click.option(
    "--wait",
    default=0.0,
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    help="How long to wait for another process that writes to the index; without it, not at all.",
)
MOST_WORKERS = 64
WORTH_WORKERS = 8 << 20
"""Bytes of input from which several processes are faster than one: some ten seconds of work for one."""
workers_option = click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1, MOST_WORKERS),
    help="How many processes parse and index; without it one, or of more than a few megabytes one for each processor.",
)
SOME_REJECTED = 3
"""The exit code of a run that rejected inputs and took the rest."""


def processes_for(size: int) -> int:
    """How many processes so many bytes of inputs are worth: each takes seconds to get going."""
    return min(os.cpu_count() or 1, MOST_WORKERS) if size >= WORTH_WORKERS else 1


def now() -> datetime:
    """The clock of a run, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


@contextmanager
def stop_signals(report: Report) -> Iterator[Callable[[], bool]]:
    """While the run writes, Ctrl-C and SIGTERM only make the yielded function say yes, the second Ctrl-C excepted.

    A run that still waits for another writer ends at once.
    """
    asked = False

    def ask(number: int, _: FrameType | None) -> None:
        nonlocal asked
        if not report.writing or (asked and number == signal.SIGINT):
            raise KeyboardInterrupt
        asked = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def progress(
    title: str, measure: Callable[[], int], report: Report, *, shown: bool = True
) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere. The yielded function is told of each part done of what `measure` says."""
    console = Console(stderr=True)
    if not (shown and console.is_terminal):
        yield lambda _: None
        return
    columns = (TextColumn(title), BarColumn(bar_width=None), TaskProgressColumn(), _RecordsColumn(report))
    with Progress(*columns, TimeRemainingColumn(compact=True), console=console, transient=True) as bar:
        task = bar.add_task("", total=measure() or None)
        yield lambda count: bar.advance(task, count)


class _RecordsColumn(ProgressColumn):
    """How many records a run has seen and how fast, or that it is writing them."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self._report = report

    def render(self, task: Task) -> Text:
        """The column's text at this moment."""
        if self._report.committing:
            return Text(f"{self._report.records:,} records, writing")
        return Text(f"{self._report.records:,} records, {self._report.records / max(task.elapsed or 0, 0.001):,.0f}/s")


def show_report(report: Report, settings: Settings, rejects: RejectsFile | None, seconds: float) -> None:
    """Print what came of a run over inputs, or would come of it; without `rejects` they are listed nowhere else."""
    console = Console(highlight=False)
    console.print(
        f"{report.records:,} {'record' if report.records == 1 else 'records'} in {duration(seconds)}"
        f" ({report.records / max(seconds, 0.001):,.0f}/s), index at {settings.index}",
        soft_wrap=True,
    )
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(justify="right")
    for outcome in Outcome:
        count = report.counts[outcome]
        table.add_row(f"  {outcome.value}", f"{count:,}", style=_STYLES.get(outcome, "") if count else "dim")
    console.print(table)
    if report.taken_back:
        leave = "leaves" if report.taken_back == 1 else "leave"
        console.print(f"{articles(report.taken_back)}, taken back by the publisher, {leave} the index.")
    if report.first_rejects:
        console.print("Rejected:", style="bold")
        for rejected in report.first_rejects:
            console.print(Text.assemble(f"  {rejected.origin}  ", (rejected.reason, "red")), soft_wrap=True)
        if more := report.counts[Outcome.REJECTED] - len(report.first_rejects):
            console.print(f"  and {more:,} more")
        listed = (
            (rejects.problem or f"Listed in {rejects.path}.") if rejects else "With --rejects FILE they are listed."
        )
        console.print(listed, soft_wrap=True)
    if report.stopped:
        console.print("Stopped. What was read until then is in the index; the same command goes on from there.")


_STYLES = {Outcome.ADDED: "green", Outcome.UPDATED: "green", Outcome.REJECTED: "red"}


def articles(count: int) -> str:
    """A number of articles for people."""
    return f"{count:,} {'article' if count == 1 else 'articles'}"


def duration(seconds: float) -> str:
    """A span of time for people."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"
