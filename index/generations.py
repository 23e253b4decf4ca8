"""Generations: complete builds of an index side by side under one place, of which one is live.

    <place>/live                   the name of the live generation and, below it, of the one kept to go back to
    <place>/generations/000001/    what the engine keeps of it

A generation becomes live only when it is complete, so a build that was cut short is never seen by a reader. The file
`live` is replaced atomically, and says all there is to know: a generation that it does not name is nobody's.
"""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path

from index.durable import fresh_file, reading, replace_file, sync_folder
from index.errors import IndexDamaged, IndexMissing, IndexUnusable

_LIVE = "live"
_GENERATIONS = "generations"
_NAME = re.compile(r"\d{6,}", re.ASCII)
_NAMES = re.compile(rf"{_NAME.pattern}(?:\n{_NAME.pattern})?", re.ASCII)


def live_generation(place: Path) -> str:
    """The name of the generation that answers. Raises IndexMissing, or IndexDamaged when that cannot be told."""
    return _named(place)[0]


def kept_generation(place: Path) -> str | None:
    """The name of the generation that is kept to go back to, if there is one. Raises as `live_generation` does."""
    return next((name for name in _named(place)[1:] if generation_folder(place, name).is_dir()), None)


def _named(place: Path) -> list[str]:
    pointer = place / _LIVE
    try:
        with reading(pointer):
            content = pointer.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise IndexMissing(str(place)) from None
    except ValueError as error:
        raise IndexDamaged(f"{pointer}, which names the live index, cannot be read: {error}.") from error
    if not _NAMES.fullmatch(content):
        raise IndexDamaged(f"{pointer} should name the live index and holds {content[:40]!r}.")
    return content.split("\n")


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
        _remove(place, name)
        raise
    return name


def abandon(place: Path, name: str) -> None:
    """Remove a generation that could not be completed, live or not."""
    pointer = place / _LIVE
    if pointer.exists() and live_generation(place) == name:
        pointer.unlink()
    _remove(place, name)


def discard(place: Path, name: str) -> None:
    """Remove a new generation, unless it went live after all."""
    with suppress(IndexUnusable):
        if live_generation(place) == name:
            return
    _remove(place, name)


def make_live(place: Path, name: str, kept: str | None = None) -> None:
    """Let this generation answer from now on, and keep that one to go back to."""
    names = [name] if kept is None else [name, kept]
    replace_file(place / _LIVE, "".join(f"{one}\n" for one in names).encode("ascii"))


def sweep_generations(place: Path) -> None:
    """Remove the generations that are neither live nor kept: older ones, and builds that were cut short.

    Readers that hold one open go on. Nothing is removed while `live` names one that is not there: then one that is
    there may be meant.
    """
    named, there = _named(place), generations(place)
    fresh_file(place / _LIVE).unlink(missing_ok=True)
    for name in there:
        if name not in named and set(named) <= set(there):
            _remove(place, name)


def _remove(place: Path, name: str) -> None:
    shutil.rmtree(generation_folder(place, name), ignore_errors=True)
    with suppress(OSError):  # there are others
        (place / _GENERATIONS).rmdir()
