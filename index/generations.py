"""Generations: complete builds of an index side by side under one place, of which one is live.

    <place>/live                   the name of the live generation, replaced atomically
    <place>/generations/000001/    what the engine keeps of it

A generation becomes live only when it is complete, so a build that was cut short is never seen by a reader.
"""

from __future__ import annotations

import re
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


def new_generation(place: Path) -> str:
    """Make the folder of the next generation, not live yet, and return its name."""
    folder = place / _GENERATIONS
    folder.mkdir(parents=True, exist_ok=True)
    taken = [int(entry.name) for entry in folder.iterdir() if _NAME.fullmatch(entry.name)]
    name = f"{max(taken, default=0) + 1:06}"
    (folder / name).mkdir()
    sync_folder(folder)
    sync_folder(place)
    return name


def make_live(place: Path, name: str) -> None:
    """Let this generation answer from now on."""
    replace_file(place / _LIVE, name.encode("ascii") + b"\n")
