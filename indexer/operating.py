"""The commands that operate an index: `backfile reindex`, `rollback`, `generations`, `verify` and `optimize`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from datetime import tzinfo
from functools import cache, partial
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from index.backend import Backend
from index.errors import IndexDamaged, IndexUnusable, IndexUnwritable
from index.opening import open_backend
from index.results import Damage, Generation
from index.settings import Settings, load_settings
from indexer.enrich.finders import choose
from indexer.parallel import reindex_inputs
from indexer.pipeline import read_paths
from indexer.report import Outcome, RejectsFile, Report
from indexer.sources import measure
from indexer.terminal import (
    SOME_REJECTED,
    articles,
    duration,
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

DAMAGED = 1


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH…]")
@rejects_option
@workers_option
@wait_option
@click.pass_context
def reindex(context: click.Context, paths: tuple[str, ...], rejects: Path, workers: int | None, wait: float) -> None:
    """Build the index anew, and swap it in when it is whole.

    A new generation of the index is made beside the live one: of what is found at the PATHs, as “backfile index” would
    read it; without any, of the articles that are stored in the index. Until it was verified the old one answers; then
    that is kept for “backfile rollback”. Ctrl-C or an error leaves everything as it was.

    Exit code 0: the new generation answers; 3: so it does, but some inputs were rejected; 1: it could not be built.
    """
    settings = load_settings(os.environ, Path.cwd())
    choose(settings.ner)
    report, started = Report(), time.monotonic()
    with RejectsFile(rejects) as rejects_file, stop_signals(report):
        try:
            if paths:
                _from_paths(paths, settings, report, rejects_file, workers=workers, wait=wait)
            else:
                _from_stored(settings, wait, report)
        except IndexUnwritable as error:
            raise IndexUnusable(f"{error} The generation before still answers.") from error
    seconds = time.monotonic() - started
    if paths:
        show_report(report, settings, rejects_file, seconds)
    _show_swap(open_backend(settings).generations(), seconds)
    context.exit(SOME_REJECTED if report.counts[Outcome.REJECTED] else 0)


def _from_paths(
    paths: tuple[str, ...],
    settings: Settings,
    report: Report,
    rejects: RejectsFile,
    *,
    workers: int | None,
    wait: float,
) -> None:
    """Make a new generation from inputs. Raises IndexUnusable when no article is among them: they were mistyped."""
    excluded = (Path(settings.index), rejects.path)
    size = cache(partial(measure, paths, excluded))
    with (
        worker_processes(workers or processes_for(size()), settings.memory_bytes) as processes,
        progress("Reindexing", size, report) as advance,
        open_backend(settings).rebuild(wait) as rebuild,
    ):
        inputs = read_paths(paths, sys.stdin.buffer, excluded, advance, before=rejects.clear)
        reindex_inputs(inputs, rebuild, processes, report=report, rejected=rejects.write, clock=now)
        if report.records == report.counts[Outcome.REJECTED]:
            why = "; ".join(f"{one.origin}: {one.reason}" for one in report.first_rejects[:1]) or "there is nothing"
            raise IndexUnusable(f"Not one article was found, so the index stays as it is ({why}).")
        report.committing = True


def _from_stored(settings: Settings, wait: float, report: Report) -> None:
    """Make a new generation of the articles of the live one, as they are."""
    backend = open_backend(settings)
    with (
        progress("Reindexing", lambda: backend.generations()[-1].articles, report) as advance,
        backend.rebuild(wait) as rebuild,
    ):
        for article in rebuild.live_articles():
            rebuild.put(article)
            report.count(Outcome.ADDED)
            advance(1)
        report.committing = True


def _show_swap(generations: tuple[Generation, ...], seconds: float) -> None:
    live = generations[-1]
    click.echo(
        f"Generation {live.name} answers now, with {articles(live.articles)}. "
        f"It was built and verified in {duration(seconds)}."
    )
    for kept in generations[:-1]:
        click.echo(
            f"Generation {kept.name} is kept, with {articles(kept.articles)}: “backfile rollback” goes back to it."
        )


@click.command()
@wait_option
def rollback(wait: float) -> None:
    """Go back to the generation before the last reindexing.

    The one that answered until now is kept instead, so a second rollback takes the first one back. What was indexed
    or deleted since the reindexing is in that one only.
    """
    settings = load_settings(os.environ, Path.cwd())
    backend = open_backend(settings)
    live = backend.rollback(wait)
    click.echo(
        f"Generation {live.name} answers now, with {articles(live.articles)} as of {_moment(live, settings.zone)}."
    )
    for kept in backend.generations()[:-1]:
        click.echo(f"Generation {kept.name} is kept: “backfile rollback” goes back to it.")


@click.command()
def generations() -> None:
    """List the generations of the index.

    One is live: it answers. One more may be kept: “backfile rollback” goes back to it.
    """
    settings = load_settings(os.environ, Path.cwd())
    console = Console(highlight=False)
    table = Table.grid(padding=(0, 2))
    for justify in ("left", "left", "right", "right", "left"):
        table.add_column(justify=justify)
    listed = open_backend(settings).generations()
    for one in listed:
        table.add_row(
            one.name,
            Text("live", "green") if one.live else Text("kept", "dim"),
            "unreadable" if one.problem else articles(one.articles),
            f"{one.size / 1e6:,.1f} MB",
            _moment(one, settings.zone),
        )
    console.print(table)
    for one in listed:
        if one.problem:
            console.print(Text(f"{one.name}: {one.problem}", "red"), soft_wrap=True)


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also the generation that is kept for “backfile rollback”.")
@click.pass_context
def verify(context: click.Context, *, everything: bool) -> None:
    """Check that the index is whole.

    That is every checksum, every stored article, and whether all parts agree. Searches and writers go on meanwhile.

    Exit code 0: the index is whole; 1: it is damaged, and what to do is said.
    """
    settings = load_settings(os.environ, Path.cwd())
    backend = open_backend(settings)
    try:
        listed = backend.generations()
    except IndexDamaged as error:
        _show_damages("The index", [Damage(error.what, stored=True)])
        click.echo(_FROM_FILES)
        context.exit(DAMAGED)
    damaged = False
    for one in reversed(listed):
        if one.live or everything:
            damages = list(_damages(backend, one.name))
            if damages:
                _show_damages(f"Generation {one.name}, which {_STATE[one.live]},", damages)
                click.echo(_advice(one, damages, listed))
            else:
                click.echo(f"Generation {one.name}, which {_STATE[one.live]}, is whole: {articles(one.articles)}.")
            damaged |= bool(damages)
    context.exit(DAMAGED if damaged else 0)


_STATE = {True: "answers", False: "is kept"}


def _damages(backend: Backend, generation: str) -> Iterator[Damage]:
    """What is wrong with a generation; on a terminal, each part is told when it was checked."""
    console = Console(stderr=True, highlight=False)
    for part in backend.verify(generation):
        if console.is_terminal:
            result = Text("damaged", "red") if part.damages else Text("whole", "green")
            console.print(Text.assemble(f"{generation}  {part.name}  {articles(part.articles)}  ", result))
        yield from part.damages


def _show_damages(what: str, damages: list[Damage]) -> None:
    click.echo(f"{what} is damaged:")
    for damage in damages[:SHOWN]:
        click.echo(f"  {damage.what}")
    if len(damages) > SHOWN:
        click.echo(f"  and {len(damages) - SHOWN:,} more")


SHOWN = 20
"""Damages that are listed: a screen. Who has more has lost the file, not some numbers."""
_FROM_FILES = "Build it anew from the articles' files: “backfile reindex PATH…”."


def _advice(damaged: Generation, damages: list[Damage], listed: tuple[Generation, ...]) -> str:
    """What to do about a damaged generation."""
    if not damaged.live:
        return "Do not go back to it. The next “backfile reindex” replaces it."
    if not any(damage.stored for damage in damages):
        return "Its stored articles are whole: “backfile reindex” builds the index anew from them."
    kept = next((one for one in listed if not one.live and not one.problem), None)
    if kept is None:
        return _FROM_FILES
    return f"{_FROM_FILES} Until then “backfile rollback” goes back to generation {kept.name}."


def _moment(generation: Generation, zone: tzinfo) -> str:
    return f"{generation.changed.astimezone(zone):%Y-%m-%d %H:%M}"


@click.command()
@wait_option
def optimize(wait: float) -> None:
    """Put the whole index into one part, without what was deleted: the fastest to search.

    Indexing merges parts by itself as they become many; this is for an archive that will not change for a while. It
    takes as much room on the disk again as the index has, until it is done. Searches go on meanwhile.
    """
    backend = open_backend(load_settings(os.environ, Path.cwd()))
    before = backend.generations()[-1]  # raises IndexMissing where a writer would make an index
    started = time.monotonic()
    with backend.writer(wait) as writer:
        writer.optimize()
    after = backend.generations()[-1]
    click.echo(
        f"{articles(after.articles)} in one part: {after.size / 1e6:,.1f} MB, {before.size / 1e6:,.1f} MB before, "
        f"in {duration(time.monotonic() - started)}."
    )


commands: tuple[click.Command, ...] = (reindex, rollback, generations, verify, optimize)
