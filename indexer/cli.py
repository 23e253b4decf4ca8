"""The commands that bring articles into the index and take them out: `backfile index` and `backfile delete`."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
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

from index.article import Article
from index.errors import IndexUnusable, IndexUnwritable, NotAvailableYet
from index.opening import open_backend
from index.settings import Settings, load_settings
from indexer.format import Rejected, installed_formats
from indexer.pipeline import index_articles, read_articles
from indexer.report import REJECTS, Outcome, RejectsFile, Report
from indexer.samples import sample_paths
from indexer.sources import measure, read_inputs

SOME_REJECTED = 3
STOPPED = 130
"""What a shell expects of a command that was ended by Ctrl-C."""


@click.command(name="index")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option(
    "--rejects",
    default=REJECTS,
    show_default=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to list what was rejected, and why, as JSON lines.",
)
@click.option("--quiet", is_flag=True, help="No progress bar and no report: the exit code tells.")
@click.pass_context
def index_command(context: click.Context, paths: tuple[str, ...], rejects: Path, *, quiet: bool) -> None:
    """Add or update articles from files, folders, archives, or - for JSON lines on standard input.

    Plain text, HTML, JSON and Reuters-21578 are recognised by what is in a file, also inside .gz, .bz2, .xz, .zst,
    .zip and .tar. Indexing the same input again changes nothing.

    Ctrl-C stops after the article at hand and keeps what is in; a second Ctrl-C stops at once.

    Exit code 0: all went in; 3: some were rejected; 1: it could not run.
    """
    settings = load_settings(os.environ, Path.cwd())
    backend = open_backend(settings)
    report = Report()
    started = time.monotonic()
    with RejectsFile(rejects) as rejects_file, _stop_signals() as stopping:
        excluded = (Path(settings.index), rejects)
        with _progress(paths, excluded, report, shown=not quiet) as progress:
            inputs = _articles(paths, excluded, progress, before=rejects_file.clear)
            try:
                index_articles(
                    inputs, backend, report=report, rejected=rejects_file.write, clock=_now, stopping=stopping
                )
            except IndexUnwritable as error:
                raise IndexUnusable(
                    f"{error} {report.committed:,} records of this run are in; the same command goes on from there."
                ) from error
    if not quiet:
        _show(report, settings, rejects_file, time.monotonic() - started)
    elif rejects_file.problem:
        click.echo(rejects_file.problem, err=True)
    context.exit(STOPPED if report.stopped else SOME_REJECTED if report.counts[Outcome.REJECTED] else 0)


def index_samples(settings: Settings) -> Report:
    """Bring the sample articles into the index of `settings`; what the demo does first."""
    report = Report()
    paths = [str(path) for path in sample_paths()]
    with _progress(tuple(paths), (), report, shown=True) as progress:
        inputs = _articles(paths, progress=progress)
        index_articles(inputs, open_backend(settings), report=report, rejected=lambda _: None, clock=_now)
    articles = report.records - report.counts[Outcome.REJECTED]
    click.echo(f"Indexed {articles} sample articles; {report.counts[Outcome.REJECTED]} samples are broken on purpose.")
    return report


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@click.option("--withdraw", is_flag=True, help="Take down for good: also from old generations and later reindexing.")
@click.pass_context
def delete(context: click.Context, ids: tuple[str, ...], *, withdraw: bool) -> None:
    """Delete articles by their ids. Indexing their files again brings them back.

    Exit code 0: all were deleted; 3: some are not in the index; 1: it could not run.
    """
    if withdraw:
        raise NotAvailableYet("Withdrawing articles for good (delete --withdraw)")
    backend = open_backend(load_settings(os.environ, Path.cwd()))
    with backend.reader():
        pass  # raises IndexMissing where a writer would make an index
    with backend.writer() as writer:
        known = [article_id for article_id in dict.fromkeys(ids) if writer.get(article_id) is not None]
        for article_id in known:
            writer.delete(article_id)
    click.echo(f"Deleted {len(known):,} {'article' if len(known) == 1 else 'articles'}.")
    unknown = [article_id for article_id in dict.fromkeys(ids) if article_id not in known]
    for article_id in unknown:
        click.echo(f"There is no article with the id {article_id}.", err=True)
    context.exit(SOME_REJECTED if unknown else 0)


commands: tuple[click.Command, ...] = (index_command, delete)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _articles(
    paths: Iterable[str],
    excluded: tuple[Path, ...] = (),
    progress: Callable[[int], None] = lambda _: None,
    before: Callable[[], None] = lambda: None,
) -> Iterator[Article | Rejected]:
    """Everything that is found at `paths`; `before` is called when the first is asked for, the index being ours."""
    before()
    formats = installed_formats()
    for source in read_inputs(paths, sys.stdin.buffer, excluded=excluded, progress=progress):
        if isinstance(source, Rejected):
            yield source
        else:
            yield from read_articles(source, formats)


@contextmanager
def _stop_signals() -> Iterator[Callable[[], bool]]:
    """While the block runs, Ctrl-C and SIGTERM only make the yielded function say yes, the second Ctrl-C excepted."""
    asked = False

    def ask(number: int, _: FrameType | None) -> None:
        nonlocal asked
        if asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        asked = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress(
    paths: tuple[str, ...], excluded: tuple[Path, ...], report: Report, *, shown: bool
) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere; the yielded function is told of bytes read."""
    console = Console(stderr=True)
    if not (shown and console.is_terminal):
        yield lambda _: None
        return
    columns = (TextColumn("Indexing"), BarColumn(bar_width=None), TaskProgressColumn(), _RecordsColumn(report))
    with Progress(*columns, TimeRemainingColumn(compact=True), console=console, transient=True) as bar:
        task = bar.add_task("", total=measure(paths, excluded) or None)
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


def _show(report: Report, settings: Settings, rejects: RejectsFile, seconds: float) -> None:
    """Print what came of a run."""
    console = Console(highlight=False)
    console.print(
        f"{report.records:,} {'record' if report.records == 1 else 'records'} in {_duration(seconds)}"
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
    if report.first_rejects:
        console.print("Rejected:", style="bold")
        for rejected in report.first_rejects:
            console.print(Text.assemble(f"  {rejected.origin}  ", (rejected.reason, "red")), soft_wrap=True)
        if more := report.counts[Outcome.REJECTED] - len(report.first_rejects):
            console.print(f"  and {more:,} more")
        console.print(rejects.problem or f"Listed in {rejects.path}.", soft_wrap=True)
    if report.stopped:
        console.print("Stopped. What was read until then is in the index; the same command goes on from there.")


_STYLES = {Outcome.ADDED: "green", Outcome.UPDATED: "green", Outcome.REJECTED: "red"}


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"
