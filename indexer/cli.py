"""The command that brings articles into the index, `backfile index`, and all commands of the indexer."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource
from rich.console import Console

from index.errors import BackfileError, IndexUnusable, IndexUnwritable
from index.opening import open_backend
from index.settings import Settings, load_settings
from indexer.archives import RawInput
from indexer.enrich.finders import choose
from indexer.explained import show_explanations
from indexer.explaining import explain, explanations_json
from indexer.format import Rejected
from indexer.operating import commands as operating
from indexer.parallel import index_inputs
from indexer.pipeline import articles_of, index_articles, read_paths
from indexer.rehearsal import rehearse
from indexer.removing import commands as removing
from indexer.report import Outcome, RejectsFile, Report
from indexer.samples import sample_paths
from indexer.sources import STANDARD_INPUT, FoundFile, measure, read_files
from indexer.terminal import (
    SOME_REJECTED,
    now,
    processes_for,
    progress,
    rejects_option,
    show_report,
    stop_signals,
    wait_option,
    workers_option,
)
from indexer.watching import Batch, Brought, Folders, follow
from indexer.workers import Worker, worker_processes

MOST_EXPLAINED = 3
"""Records that are explained: each fills a screen or two."""
PATIENCE = 1.0
"""Seconds that a batch of a watched folder waits for another writer before the operator is told."""
STOPPED = 130
"""What a shell expects of a command that was ended by Ctrl-C."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What was asked of `backfile index`, however it is to be done."""

    paths: tuple[str, ...]
    settings: Settings
    rejects: Path
    workers: int | None
    wait: float
    quiet: bool

    @property
    def excluded(self) -> tuple[Path, ...]:
        """What is no input, should it be in a folder that is."""
        return Path(self.settings.index), self.rejects

    @property
    def size(self) -> Callable[[], int]:
        """Measures the inputs, when it is first called: a large archive takes long to measure."""
        return cache(partial(measure, self.paths, self.excluded))


@click.command(name="index")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@rejects_option
@click.option("--quiet", is_flag=True, help="No progress bar and no report: the exit code tells.")
@workers_option
@click.option("--memory", metavar="SIZE", help="What they may hold of words together before they write; 512M.")
@wait_option
@click.option("--dry-run", is_flag=True, help="Report what would come of it, and write nothing.")
@click.option("--explain", is_flag=True, help="Print what is read in a file, and why; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --explain: as JSON, every text whole.")
@click.option("--watch", is_flag=True, help="Stay, and bring in what comes into folders, until Ctrl-C.")
@click.option(
    "--poll",
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    type=click.FloatRange(min=0.1),
    help="With --watch: how often to look; so long a file must be left alone before it is read.",
)
@click.pass_context
def index_command(
    context: click.Context,
    /,
    memory: str | None,
    *,
    dry_run: bool,
    explain: bool,
    as_json: bool,
    watch: bool,
    poll: float,
    **asked: Any,
) -> None:
    """Add or update articles from files, folders, archives, or - for JSON lines on standard input.

    Text, HTML, JSON, NITF, NewsML, RSS, Atom, MediaWiki exports, WARC, ARC, e-mail and Reuters-21578 are recognised by
    what is in a file, also inside .gz, .bz2, .xz, .zst, .zip and .tar. The same input again changes nothing.

    Ctrl-C stops after the article at hand and keeps what is in; a second Ctrl-C stops at once.

    --dry-run reads in one process, and lists what would be rejected only where --rejects says. --explain prints the
    first records field by field: the value, how sure it is, where it came from, what else was found. --watch brings in
    new and changed files, with a commit for each batch. What is removed from the folders stays in the index:
    “backfile delete” takes it out.

    Exit code 0: all went in; 3: some were rejected; 1: it could not run. With --watch it is 0 when it was stopped.
    """
    if dry_run + explain + watch > 1:
        raise click.UsageError("--dry-run, --explain and --watch are three different things; choose one.")
    if as_json and not explain:
        raise click.UsageError("--json goes with --explain.")
    settings = load_settings(os.environ, Path.cwd())
    choose(settings.ner)
    wanted = _Asked(settings=replace(settings, memory=memory) if memory else settings, **asked)
    if explain:
        context.exit(_explain(wanted, as_json=as_json))
    if dry_run:
        context.exit(_rehearse(wanted, listed=context.get_parameter_source("rejects") is ParameterSource.COMMANDLINE))
    context.exit(_watch(wanted, poll) if watch else _index(wanted))


def _index(asked: _Asked) -> int:
    """Bring the inputs in, and say what came of it. The exit code."""
    report, started, size = Report(), time.monotonic(), asked.size
    with (
        RejectsFile(asked.rejects) as rejects,
        stop_signals(report) as stopping,
        worker_processes(asked.workers or processes_for(size()), asked.settings.memory_bytes) as workers,
        progress("Indexing", size, report, shown=not asked.quiet) as advance,
    ):
        inputs = read_paths(asked.paths, sys.stdin.buffer, asked.excluded, advance, before=rejects.clear)
        try:
            index_inputs(
                inputs,
                open_backend(asked.settings),
                workers,
                report=report,
                rejected=rejects.write,
                clock=now,
                stopping=stopping,
                wait=asked.wait,
            )
        except IndexUnwritable as error:
            raise IndexUnusable(
                f"{error} {report.committed:,} records of this run are in; the same command goes on from there."
            ) from error
    if not asked.quiet:
        show_report(report, asked.settings, rejects, time.monotonic() - started)
    elif rejects.problem:
        click.echo(rejects.problem, err=True)
    return STOPPED if report.stopped else _code(report)


def _code(report: Report) -> int:
    return SOME_REJECTED if report.counts[Outcome.REJECTED] else 0


def _rehearse(asked: _Asked, *, listed: bool) -> int:
    """Say what would come of the inputs. The exit code is that of the real run."""
    report, started = Report(), time.monotonic()
    with ExitStack() as stack:
        rejects = stack.enter_context(RejectsFile(asked.rejects)) if listed else None
        advance = stack.enter_context(progress("Reading", asked.size, report, shown=not asked.quiet))
        before = rejects.clear if rejects else lambda: None
        inputs = read_paths(asked.paths, sys.stdin.buffer, asked.excluded, advance, before)
        rehearse(
            articles_of(inputs, now()),
            open_backend(asked.settings),
            report=report,
            rejected=rejects.write if rejects else lambda _: None,
            clock=now,
        )
    if not asked.quiet:
        click.echo("A dry run: nothing was written. This would come of it.")
        show_report(report, asked.settings, rejects, time.monotonic() - started)
    return _code(report)


def _explain(asked: _Asked, *, as_json: bool) -> int:
    """Print what is read in the first records of the inputs. The exit code says whether there are articles."""
    inputs = read_paths(asked.paths, sys.stdin.buffer, asked.excluded)
    explanations, more = explain(inputs, now(), MOST_EXPLAINED)
    if as_json:
        click.echo(json.dumps(explanations_json(explanations, more=more), ensure_ascii=False, indent=2))
    else:
        show_explanations(Console(highlight=False), explanations, more=more)
    rejected = any(isinstance(record, Rejected) for one in explanations for record in one.records)
    return SOME_REJECTED if rejected else 0


def _watch(asked: _Asked, poll: float) -> int:
    """Bring in what comes into the folders until somebody stops it. The exit code, which is 0 then."""
    for path in asked.paths:
        if path == STANDARD_INPUT or not Path(path).exists():
            raise BackfileError(f"{path} is no folder that could be watched. Name folders that are there.")

    def say(line: str) -> None:
        if not asked.quiet:
            click.echo(f"{datetime.now(asked.settings.zone):%Y-%m-%d %H:%M:%S}  {line}")

    with (
        RejectsFile(asked.rejects) as rejects,
        suppress(KeyboardInterrupt),
        stop_signals(Report()),
        closing(_Batches(asked, rejects)) as batches,
    ):
        say(f"Watching {', '.join(asked.paths)}; Ctrl-C ends it.")
        follow(Folders(asked.paths, asked.excluded), batches.bring_in, poll=poll, clock=now, say=say)
    say(f"Ended. What was committed stays; the same command goes on from there. {rejects.problem or ''}".rstrip())
    return 0


class _Batches:
    """Brings batches of files in, by workers that stay for the next."""

    def __init__(self, asked: _Asked, rejects: RejectsFile) -> None:
        self._asked = asked
        self._rejects = rejects
        self._clear = cache(rejects.clear)  # once, when the index is ours
        self._embargoed: dict[str, datetime] = {}
        self._workers: list[Worker] = []
        self._working = ExitStack()

    def bring_in(self, batch: Batch, report: Report) -> Brought:
        """Index a batch, counted in `report`."""
        self._embargoed = {}
        size = sum(one.size for one in batch if isinstance(one, FoundFile))
        with (
            stop_signals(report) as stopping,
            progress("Indexing", lambda: size, report, shown=not self._asked.quiet) as advance,
        ):
            self._engage(self._asked.workers or processes_for(size))
            try:
                index_inputs(
                    self._inputs(batch, advance),
                    open_backend(self._asked.settings),
                    self._workers,
                    report=report,
                    rejected=self._rejected,
                    clock=now,
                    stopping=stopping,
                    wait=PATIENCE,
                )
            except BaseException:
                self.close()  # answers may be under way that nobody waits for any more
                raise
        return Brought(self._embargoed, stop=stopping())

    def close(self) -> None:
        """Let the workers go."""
        self._workers = []
        self._working.close()

    def _engage(self, count: int) -> None:
        """Have so many workers or more."""
        if len(self._workers) < count:
            self.close()
            memory = self._asked.settings.memory_bytes
            self._workers = self._working.enter_context(worker_processes(count, memory))

    def _inputs(self, batch: Batch, advance: Callable[[int], None]) -> Iterator[RawInput | Rejected]:
        self._clear()
        yield from read_files(batch, advance)

    def _rejected(self, rejected: Rejected) -> None:
        self._rejects.write(rejected)
        if rejected.until:
            path = rejected.origin.path
            self._embargoed[path] = min(rejected.until, self._embargoed.get(path, rejected.until))


def index_samples(settings: Settings) -> Report:
    """Bring the sample articles into the index of `settings`; what the demo does first."""
    choose(settings.ner)
    report, backend = Report(), open_backend(settings)
    paths = [str(path) for path in sample_paths()]
    with progress("Indexing", lambda: measure(paths), report) as advance:
        articles = articles_of(read_paths(paths, sys.stdin.buffer, progress=advance), now())
        index_articles(articles, backend, report=report, rejected=lambda _: None, clock=now)
    count = sum(generation.articles for generation in backend.generations() if generation.live)
    refused = report.counts[Outcome.REJECTED]
    click.echo(f"Indexed {count} sample articles; {refused} samples are broken, embargoed or cancelled on purpose.")
    return report


commands: tuple[click.Command, ...] = (index_command, *removing, *operating)
