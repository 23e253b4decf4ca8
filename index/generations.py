"""Generations: complete builds of an index side by side under one place, of which one is live.

    <place>/live                   the name of the live generation, replaced atomically
    <place>/generations/000001/    what the engine keeps of it

A generation becomes live only when it is complete, so a build that was cut short is never seen by a reader.
"""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path

from index.durable import replace_file, sync_folder
from index.errors import IndexDamaged, IndexMissing

_LIVE = "live"
_GENERATIONS = "generations"
_NAME = re.compile(r"\d{6,}", re.ASCII)


def live_generation(place: Path) -> str:
    """The name of the generation that answers. Raises IndexMissing, or IndexDamaged when that cannot be told."""
    pointer = place / _LIVE
    try:
        name = pointer.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise IndexMissing(str(place)) from None
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"{pointer}, which names the live index, cannot be read: {error}") from error
    if not _NAME.fullmatch(name):
        raise IndexDamaged(f"{pointer} should name the live index and holds {name[:40]!r}.")
    return name


def generation_folder(place: Path, name: str) -> Path:
    """Where the engine keeps this generation."""
    return place / _GENERATIONS / name


def place_of(folder: Path) -> Path:
    """The place whose generation rests in `folder`."""
    return folder.parent.parent


def generations(place: Path) -> list[str]:
    """The names of all generations, the half-made included, in the order they were made."""
    folder = place / _GENERATIONS
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    return sorted((name for name in names if _NAME.fullmatch(name)), key=int)


def new_generation(place: Path) -> str:
    """Make the folder of the next generation, not live yet, and return its name."""
    newest = max(map(int, generations(place)), default=0)
    name = f"{newest + 1:06}"
    folder = generation_folder(place, name)
    try:
        folder.mkdir(parents=True)
        for changed in (folder.parent, place):
            sync_folder(changed)
    except BaseException:
        abandon(place, name)
        raise
    return name


def abandon(place: Path, name: str) -> None:
    """Remove a generation that could not be completed, live or not."""
    pointer = place / _LIVE
    if pointer.exists() and live_generation(place) == name:
        pointer.unlink()
    shutil.rmtree(generation_folder(place, name), ignore_errors=True)
    with suppress(OSError):  # there are others
        (place / _GENERATIONS).rmdir()


def make_live(place: Path, name: str) -> None:
    """Let this generation answer from now on."""
    replace_file(place / _LIVE, name.encode("ascii") + b"\n")
