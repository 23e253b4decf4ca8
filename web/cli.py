"""The command line `backfile`: the commands of indexing and searching, and its own of serving.

The one module of `web` that knows the indexer.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import click

from index.errors import BackfileError, IndexMissing, NotAvailableYet, SettingsInvalid
from index.opening import open_backend
from index.settings import Settings, load_settings
from indexer.cli import commands as indexing
from indexer.cli import index_samples
from search.cli import commands as searching
from web.app import create_app
from web.figures import shared_figures
from web.keys import add_key, read_keys, remove_key
from web.serving import listen, serve

DEMO_INDEX = "var/demo-index"
LATER = {
    "restore": "Bring an index back from a file.",
    "snapshot": "Write the index into one file.",
}
"""The product's commands that nobody has built yet."""
INTERRUPTED = 130
"""What a shell expects of a command that Ctrl+C ended: 128 and the signal's number."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="backfile", prog_name="backfile")
def backfile() -> None:
    """Full-text search for news archives.

    Settings come from backfile.toml in the current folder and from BACKFILE_* variables.
    """


def _serving(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a command that serves, each over the setting of its name."""

    @click.option("--index", help="The folder of the index.")
    @click.option("--host", help="The address to listen on; 0.0.0.0 is every network of this machine.")
    @click.option("--port", type=int, help="The port to listen on.")
    @click.option("--workers", type=int, help="How many processes answer.")
    @wraps(command)
    def with_settings(**chosen: Any) -> None:
        command(replace(load_settings(os.environ, Path.cwd()), **{k: v for k, v in chosen.items() if v is not None}))

    return with_settings


@backfile.command("serve")
@_serving
def serve_command(settings: Settings) -> None:
    """Serve the pages and the JSON endpoint with a production server."""
    with listen(settings.host, settings.port) as listener:
        try:
            with open_backend(settings).reader():
                pass
        except IndexMissing as error:
            click.echo(f"{error} Until then every page says so.", err=True)
        _serve(settings, listener)


@backfile.command("demo")
@_serving
def demo_command(settings: Settings) -> None:
    """Index the sample articles that come with Backfile, and serve them."""
    if settings.index == Settings().index:
        settings = replace(settings, index=DEMO_INDEX)
    with listen(settings.host, settings.port) as listener:  # before the work, so that a port in use is told at once
        index_samples(settings)
        _serve(settings, listener)


@backfile.group("keys")
def keys_group() -> None:
    """Make and remove the keys that programs must show at the endpoint, in the file that the setting “keys” names."""


@keys_group.command("add")
@click.argument("name")
def keys_add_command(name: str) -> None:
    """Make a key for NAME and print it, this once."""
    click.echo(add_key(_keys_file(), name))
    click.echo("It is not shown again. Servers that run now know it after a restart.", err=True)


@keys_group.command("remove")
@click.argument("name")
def keys_remove_command(name: str) -> None:
    """Take the key of NAME away; servers that run now know it until they are restarted."""
    remove_key(_keys_file(), name)


@keys_group.command("list")
def keys_list_command() -> None:
    """Print the names that have a key."""
    for name in sorted(read_keys(_keys_file()).names.values()):
        click.echo(name)


def _keys_file() -> str:
    path = load_settings(os.environ, Path.cwd()).keys
    if not path:
        raise SettingsInvalid("keys: set it to the file of the keys first, such as BACKFILE_KEYS=/etc/backfile.keys")
    return path


def _serve(settings: Settings, listener: socket.socket) -> None:
    def announce(address: str) -> None:
        click.echo(f"{settings.title} is served at {address} (Ctrl+C stops it)")
        sys.stdout.flush()  # whoever waits for this line may read it through a pipe

    with shared_figures():
        serve(create_app(settings), settings, listener, announce)


def _later(name: str, help_text: str) -> click.Command:
    @click.command(name, help=help_text, context_settings={"ignore_unknown_options": True})
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def command(arguments: tuple[str, ...]) -> None:
        raise NotAvailableYet(f"The command “backfile {name}”")

    return command


for _command in (*indexing, *searching):
    backfile.add_command(_command)
for _name, _help in LATER.items():
    backfile.add_command(_later(_name, _help))


def main() -> None:
    """Run the command that was typed; what goes wrong is one line on standard error."""
    try:
        code = backfile.main(prog_name="backfile", standalone_mode=False)
    except BackfileError as error:
        click.echo(f"backfile: {error}", err=True)
        code = 1
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        click.echo("Stopped.", err=True)
        code = INTERRUPTED
    sys.exit(code if isinstance(code, int) else 0)
