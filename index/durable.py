"""Files that survive a power cut: written whole or not at all, and on the disk before anything refers to them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import IndexUnreadable, IndexUnwritable


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Let what the operating system refuses in this block be IndexUnwritable, which names the index at `place`."""
    try:
        yield
    except OSError as error:
        raise IndexUnwritable(str(place), error) from error


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Let what the operating system refuses in this block be IndexUnreadable, but for a file that is not there."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise IndexUnreadable(str(path), error) from error


def sync_file(path: Path) -> None:
    """Force a file's content to the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Force a folder's entries (new, renamed and removed names) to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fresh_file(path: Path) -> Path:
    """Where `replace_file` writes what shall be at `path`; one that lies there was never finished."""
    return path.with_name(path.name + ".new")


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` at `path` in one step: whoever looks sees the old content or the new, also after a crash."""
    fresh = fresh_file(path)
    try:
        fresh.write_bytes(content)
        sync_file(fresh)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
