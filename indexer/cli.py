"""The command that brings articles into the index, `backfile index`, and all commands of the indexer."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import click

from index.errors import IndexUnusable, IndexUnwritable
from index.opening import open_backend
from index.settings import Settings, load_settings
from indexer.enrich.finders import choose
from indexer.operating import commands as operating
from indexer.parallel import index_inputs
from indexer.pipeline import articles_of, index_articles, read_paths
from indexer.removing import commands as removing
from indexer.report import Outcome, RejectsFile, Report
from indexer.samples import sample_paths
from indexer.sources import measure
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
from indexer.workers import worker_processes

STOPPED = 130
"""What a shell expects of a command that was ended by Ctrl-C."""


@click.command(name="index")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@rejects_option
@click.option("--quiet", is_flag=True, help="No progress bar and no report: the exit code tells.")
@workers_option
@click.option("--memory", metavar="SIZE", help="What they may hold of words together before they write; 512M.")
@wait_option
@click.pass_context
def index_command(
    context: click.Context,
    paths: tuple[str, ...],
    *,
    rejects: Path,
    workers: int | None,
    memory: str | None,
    wait: float,
    quiet: bool,
) -> None:
    """Add or update articles from files, folders, archives, or - for JSON lines on standard input.

    Plain text, HTML, JSON and Reuters-21578 are recognised by what is in a file, also inside .gz, .bz2, .xz, .zst,
    .zip and .tar. Indexing the same input again changes nothing.

    Ctrl-C stops after the article at hand and keeps what is in; a second Ctrl-C stops at once.

    Exit code 0: all went in; 3: some were rejected; 1: it could not run.
    """
    settings = load_settings(os.environ, Path.cwd())
    settings = replace(settings, memory=memory) if memory else settings
    choose(settings.ner)
    report = Report()
    started = time.monotonic()
    with RejectsFile(rejects) as rejects_file, stop_signals(report) as stopping:
        excluded = (Path(settings.index), rejects)
        size = cache(partial(measure, paths, excluded))  # by whoever asks first: a large archive takes long to measure
        with (
            worker_processes(workers or processes_for(size()), settings.memory_bytes) as processes,
            progress("Indexing", size, report, shown=not quiet) as advance,
        ):
            inputs = read_paths(paths, sys.stdin.buffer, excluded, advance, before=rejects_file.clear)
            try:
                index_inputs(
                    inputs,
                    open_backend(settings),
                    processes,
                    report=report,
                    rejected=rejects_file.write,
                    clock=now,
                    stopping=stopping,
                    wait=wait,
                )
            except IndexUnwritable as error:
                raise IndexUnusable(
                    f"{error} {report.committed:,} records of this run are in; the same command goes on from there."
                ) from error
    if not quiet:
        show_report(report, settings, rejects_file, time.monotonic() - started)
    elif rejects_file.problem:
        click.echo(rejects_file.problem, err=True)
    context.exit(STOPPED if report.stopped else SOME_REJECTED if report.counts[Outcome.REJECTED] else 0)


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
