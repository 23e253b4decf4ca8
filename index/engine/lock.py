"""One writer at a time: a lock on the index's folder that the operating system takes back when its holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.durable import sync_folder, writing
from index.errors import IndexLocked, IndexUnwritable


@contextmanager
def write_lock(place: Path) -> Iterator[None]:
    """Hold the folder `place` for writing. Raises IndexLocked at once when another writer does.

    The folder itself is locked, not a file in it, so that nothing is left behind: folders that had to be made
    and are still empty afterwards are removed again.
    """
    missing = [folder for folder in (place, *place.parents) if not os.path.exists(folder)]  # noqa: PTH110  # never raises
    try:
        descriptor = _open_locked(place)
    except IndexUnwritable:
        _remove_empty(missing)
        raise
    try:
        with writing(place):
            for folder in missing:
                sync_folder(folder.parent)
        yield
    finally:
        _remove_empty(missing)
        os.close(descriptor)


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        with suppress(OSError):  # not empty: there is an index now
            folder.rmdir()


def _open_locked(place: Path) -> int:
    while True:
        with writing(place):
            place.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Between opening and locking its former holder may have removed the folder: then try again.
            if os.path.samestat(os.fstat(descriptor), place.stat()):
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            raise IndexLocked(str(place)) from None
        except FileNotFoundError:
            pass
        os.close(descriptor)
