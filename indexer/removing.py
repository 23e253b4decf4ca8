"""The commands that take articles out of the index: `backfile delete` and `backfile withdrawals`."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from index.backend import Backend
from index.opening import open_backend
from index.settings import load_settings
from index.withdrawals import Withdrawal
from indexer.terminal import SOME_REJECTED, articles, now, wait_option

NO_REASON = "withdrawn by the operator"


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@click.option("--withdraw", is_flag=True, help="Take down for good: also from the generation kept for a rollback.")
@click.option("--reason", metavar="TEXT", help="Why, for whoever asks later; with --withdraw.")
@wait_option
@click.pass_context
def delete(context: click.Context, ids: tuple[str, ...], wait: float, reason: str | None, *, withdraw: bool) -> None:
    """Delete articles by their ids. Indexing their files again brings them back.

    With --withdraw it does not: the id is remembered, whatever comes under it is rejected, also by “backfile reindex”,
    and nothing of the article is left in the index's files. “backfile withdrawals” lists what is withdrawn.

    Exit code 0: all were deleted; 3: some are not in the index; 1: it could not run.
    """
    if reason and not withdraw:
        raise click.UsageError("--reason is remembered with --withdraw only.")
    backend = open_backend(load_settings(os.environ, Path.cwd()))
    wanted = tuple(dict.fromkeys(ids))
    if withdraw:
        moment = now()
        withdrawals = [Withdrawal(one, moment, reason or NO_REASON) for one in wanted]
        known: Collection[str] = backend.purge(withdrawals, wait)
        click.echo(f"Withdrew {articles(len(known))}: nothing is left in the index, and none comes in again.")
    else:
        known = _deleted(backend, wanted, wait)
        click.echo(f"Deleted {articles(len(known))}.")
    unknown = [one for one in wanted if one not in known]
    for one in unknown:
        click.echo(f"There is no article with the id {one}.{_REFUSED if withdraw else ''}", err=True)
    context.exit(SOME_REJECTED if unknown else 0)


_REFUSED = " Should one come, it will be rejected."


def _deleted(backend: Backend, ids: Iterable[str], wait: float) -> list[str]:
    with backend.reader():
        pass  # raises IndexMissing where a writer would make an index
    with backend.writer(wait) as writer:
        known = [one for one in ids if writer.get(one) is not None]
        for one in known:
            writer.delete(one)
    return known


@click.command()
@click.option("--lift", "lifted", metavar="ID", multiple=True, help="Let this article in again; can be given often.")
@wait_option
@click.pass_context
def withdrawals(context: click.Context, lifted: tuple[str, ...], wait: float) -> None:
    """List the articles that are withdrawn: taken down by “backfile delete --withdraw”, or cancelled by publishers.

    With --lift an article may come in again when its file is indexed.

    Exit code 0: done; 3: some that were to be lifted are not withdrawn; 1: it could not run.
    """
    settings = load_settings(os.environ, Path.cwd())
    backend = open_backend(settings)
    known = backend.withdrawals()
    if not lifted:
        _show(known.values())
        return
    unknown = [one for one in dict.fromkeys(lifted) if one not in known]
    with backend.writer(wait) as writer:
        for one in lifted:
            writer.readmit(one)
    click.echo(f"Lifted {len(set(lifted)) - len(unknown):,}. Index their files to bring the articles back.")
    for one in unknown:
        click.echo(f"No article with the id {one} is withdrawn.", err=True)
    context.exit(SOME_REJECTED if unknown else 0)


def _show(listed: Collection[Withdrawal]) -> None:
    console = Console(highlight=False)
    if not listed:
        console.print("Nothing is withdrawn.")
        return
    table = Table.grid(padding=(0, 2))
    for one in listed:
        table.add_row(
            f"{one.at:%Y-%m-%d}",
            Text(one.id, "bold"),
            Text(one.reason),
        )
    console.print(table)


commands: tuple[click.Command, ...] = (delete, withdrawals)
