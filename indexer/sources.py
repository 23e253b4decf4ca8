"""Where articles come from: files, folders, archives and standard input, one open stream after another.

Whatever cannot be read becomes one `Rejected` with its reason, and the rest goes on. A folder is read in the order of
its names, hidden files and folders (`.git`, `.DS_Store`) left out, links followed, each folder once.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from index.article import Origin
from index.errors import ArticleRejected, SystemRefuses
from indexer.archives import Budget, Limits, RawInput, buffered, shown, unpacked
from indexer.format import Rejected

STANDARD_INPUT = "-"

_REASONS = {
    errno.ENOENT: "there is no such file or folder",
    errno.EACCES: "permission denied",
    errno.ELOOP: "a link that leads round in a circle",
}
_NO_FILES = (
    (stat.S_ISFIFO, "a named pipe, not a file"),
    (stat.S_ISSOCK, "a socket, not a file"),
    (stat.S_ISCHR, "a device, not a file"),
    (stat.S_ISBLK, "a device, not a file"),
)


class FoundFile(NamedTuple):
    """A file at a path that was given, or below it."""

    path: Path
    size: int
    changed: int
    """When its content was changed last, in nanoseconds."""


def measure(paths: Iterable[str], excluded: Collection[Path] = ()) -> int:
    """How many bytes `read_inputs` will read from disk; standard input not counted."""
    return sum(found.size for given in paths for found in files_at(given, excluded) if isinstance(found, FoundFile))


def read_inputs(
    paths: Iterable[str],
    standard_input: BinaryIO,
    *,
    excluded: Collection[Path] = (),
    progress: Callable[[int], None] = lambda _: None,
    limits: Limits | None = None,
) -> Iterator[RawInput | Rejected]:
    """The inputs at `paths` in order; `-` is JSON lines on `standard_input`.

    Files and folders `excluded` are passed over (the index itself, the list of rejects). `progress` is called with
    numbers of bytes that add up to `measure(paths)`. The stream of an input can be read until the next one is taken.
    """
    for given in paths:
        if given == STANDARD_INPUT:
            yield from _standard_input(standard_input, progress)
        else:
            yield from read_files(files_at(given, excluded), progress, limits)


def read_files(
    files: Iterable[FoundFile | Rejected],
    progress: Callable[[int], None] = lambda _: None,
    limits: Limits | None = None,
) -> Iterator[RawInput | Rejected]:
    """The inputs in some files, as `read_inputs` gives them."""
    for found in files:
        if isinstance(found, Rejected):
            yield found
        else:
            yield from _read(found, progress, limits or Limits())


def _standard_input(stream: BinaryIO, progress: Callable[[int], None]) -> Iterator[RawInput | Rejected]:
    origin = Origin(STANDARD_INPUT)
    with buffered(stream, "standard input", lambda _: progress(0)) as inner:
        try:
            empty = not inner.peek(1)
        except ArticleRejected as rejection:
            yield Rejected(origin, rejection.reason)
            return
        yield Rejected(origin, "nothing came in") if empty else RawInput("standard-input.jsonl", origin, inner)


def _read(file: FoundFile, progress: Callable[[int], None], limits: Limits) -> Iterator[RawInput | Rejected]:
    origin = Origin(shown(str(file.path)))
    left = file.size

    def count(read: int) -> None:
        nonlocal left
        read = min(read, left)  # an archive may be read twice, a file may grow
        left -= read
        progress(read)

    try:
        with (
            open(file.path, "rb", buffering=0, opener=_without_waiting) as raw,  # Path.open has no opener
            buffered(raw, "the file", count) as stream,
        ):
            yield from unpacked(stream, file.path.name, origin, Budget(file.size, limits))
    except OSError as error:
        yield Rejected(origin, _reason(error))
    except Exception as error:  # a bug in unpacking costs this file, not the run
        yield Rejected(origin, internal_error(error))
    count(left)


def _without_waiting(path: str, flags: int) -> int:
    """Open a file, and not wait for a writer should a pipe have taken its place."""
    return os.open(path, flags | os.O_NONBLOCK)


def internal_error(error: Exception) -> str:
    """The reason to give when Backfile itself has failed, or the process has all the memory that it may have.

    Raises SystemRefuses when that is so: then no input can be read, and none is rejected for it.
    """
    if isinstance(error, OSError) and SystemRefuses.is_meant_by(error):
        raise SystemRefuses(error) from error
    if isinstance(error, MemoryError):
        return "it takes more memory than a process may have"
    return f"internal error: {type(error).__name__}: {error}"


def files_at(given: str, excluded: Collection[Path]) -> Iterator[FoundFile | Rejected]:
    """Every file at a path, depth first, and what cannot be read."""
    passed_over = {path.resolve() for path in excluded}
    names_passed_over = {path.name for path in passed_over}
    folders: set[tuple[int, int]] = set()
    ahead = [Path(given)] if given else []
    if not given:
        yield Rejected(Origin(given), _REASONS[errno.ENOENT])
    while ahead:
        path = ahead.pop()
        try:
            status = path.stat()
            if path.name in names_passed_over and path.resolve() in passed_over:
                continue
            if stat.S_ISDIR(status.st_mode):
                # Links may lead into a folder twice, or round in a circle.
                if (status.st_dev, status.st_ino) not in folders:
                    folders.add((status.st_dev, status.st_ino))
                    ahead += sorted((found for found in path.iterdir() if found.name[0] != "."), reverse=True)
                continue
        except (OSError, ValueError) as error:
            yield Rejected(Origin(shown(str(path))), _reason(error))
            continue
        no_file = next((reason for is_that, reason in _NO_FILES if is_that(status.st_mode)), None)
        file = FoundFile(path, status.st_size, status.st_mtime_ns)
        yield Rejected(Origin(shown(str(path))), no_file) if no_file else file


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return _REASONS.get(error.errno or 0) or f"it cannot be read: {(error.strerror or str(error)).lower()}"
    return f"it cannot be read: {error}"
