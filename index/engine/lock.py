"""One writer at a time: a lock on the index's folder that the operating system takes back when its holder dies.

    <place>/writer    the number of the process that holds the lock

The file is there for people: whoever finds the folder locked can tell by whom. It is written and removed under the
lock, so one that a killed process left behind means nothing, and the next writer puts its own in its place.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.durable import sync_folder, writing
from index.errors import IndexLocked, IndexUnwritable

_HOLDER = "writer"
POLL_SECONDS = 0.1
"""Between two attempts to get the lock: soon enough for people, and no work for the machine."""


@contextmanager
def write_lock(place: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the folder `place` for writing. Raises IndexLocked when another writer still does after `wait` seconds.

    The folder itself is locked, not a file in it, so that nothing is left behind: folders that had to be made
    and are still empty afterwards are removed again.
    """
    missing = [folder for folder in (place, *place.parents) if not os.path.exists(folder)]  # noqa: PTH110  # never raises
    try:
        descriptor = _open_locked(place, time.monotonic() + wait)
    except IndexUnwritable:
        _remove_empty(missing)
        raise
    holder = place / _HOLDER
    try:
        with writing(place):
            for folder in missing:
                sync_folder(folder.parent)
        with suppress(OSError):  # a full disk will be told by what is written there for good
            holder.write_text(f"{os.getpid()}\n", encoding="ascii")
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        _remove_empty(missing)
        os.close(descriptor)


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        with suppress(OSError):  # not empty: there is an index now
            folder.rmdir()


def _open_locked(place: Path, deadline: float) -> int:
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
            if not time.monotonic() < deadline:
                raise IndexLocked(str(place), _holder_of(place)) from None
            time.sleep(POLL_SECONDS)
            continue
        except FileNotFoundError:
            pass
        os.close(descriptor)


def _holder_of(place: Path) -> int | None:
    """The process that holds the lock. `None` when that cannot be told: it may not have said yet, or be gone by now."""
    try:
        pid = int((place / _HOLDER).read_text(encoding="ascii"))
        if pid < 1:
            return None
        os.kill(pid, 0)  # only asks: a number that a killed writer left belongs to nobody
    except PermissionError:  # somebody else's process, so there is one
        return pid
    except (OSError, ValueError, OverflowError):
        return None
    return pid
