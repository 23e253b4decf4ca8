"""Everything that can go wrong, in one tree, named for the situation.

A message names the thing and the way out; it is shown to people as it stands.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping


class BackfileError(Exception):
    """The root of Backfile's own errors. Catch this one at the outermost edge."""


class SettingsInvalid(BackfileError):
    """A setting has a value that cannot be used."""


class JudgementsInvalid(BackfileError):
    """Judged queries that the ranking cannot be measured with."""


class NotAvailableYet(BackfileError):
    """A feature that the product names and this version does not have."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not available yet in this version of Backfile.")
        self.what = what


class IndexUnusable(BackfileError):
    """The index as a whole cannot serve or take what was asked."""


class IndexMissing(IndexUnusable):
    """There is no index at the place where the settings point."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"There is no index at {place}. Make one with “backfile index PATH…”, "
            "or set BACKFILE_INDEX to the folder that holds it."
        )
        self.place = place


class IndexLocked(IndexUnusable):
    """Another process is writing to the index; `pid` is its number where it is known."""

    def __init__(self, place: str, pid: int | None = None) -> None:
        who = f"Another process (pid {pid})" if pid else "Another process"
        super().__init__(
            f"{who} is writing to the index at {place}. Try again when it has finished, "
            "or let --wait SECONDS wait for it; searches go on meanwhile."
        )
        self.place = place
        self.pid = pid


class IndexDamaged(IndexUnusable):
    """The files of the index contradict themselves or cannot be read; `what` is a sentence that names the file."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} “backfile verify” lists what is broken and says what to do.")
        self.what = what


class DiskTooFull(IndexUnusable):
    """There is clearly too little room for what is to be written."""

    def __init__(self, place: str, needed: int, free: int) -> None:
        super().__init__(
            f"A new generation of the index at {place} takes about {needed / 1e6:,.1f} MB, and the disk has "
            f"{free / 1e6:,.1f} MB left. Make room first; nothing has changed."
        )
        self.place = place


class IndexUnwritable(IndexUnusable):
    """The operating system refuses what writing to the index needs; `error` is what it said."""

    def __init__(self, place: str, error: OSError) -> None:
        super().__init__(
            f"The index at {place} could not be written: {_refused(error, _WAYS_OUT)}; "
            "nothing that was committed before is lost."
        )
        self.place = place
        self.error = error


_WAYS_OUT = {
    errno.ENOSPC: "Free some space there",
    errno.EDQUOT: "Free some space there, or have the quota raised",
    errno.EFBIG: "Raise the limit on the size of a file (ulimit -f)",
    errno.EACCES: "Let this user write there",
    errno.EPERM: "Let this user write there",
    errno.EROFS: "Mount that file system for writing",
    errno.EMFILE: "Raise the limit on open files (ulimit -n)",
    errno.ENAMETOOLONG: "Choose a shorter path",
    errno.EEXIST: "Set BACKFILE_INDEX to a folder",
    errno.ENOTDIR: "Set BACKFILE_INDEX to a folder",
}


class IndexUnreadable(IndexUnusable):
    """The operating system refuses to read a part of the index; `error` is what it said."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(f"{path}, a part of the index, cannot be read: {_refused(error, _WAYS_TO_READ)}.")
        self.path = path
        self.error = error


_WAYS_TO_READ = {
    errno.EACCES: "Let this user read it",
    errno.EPERM: "Let this user read it",
    errno.EMFILE: "Raise the limit on open files (ulimit -n)",
    errno.ENFILE: "Raise the limit on open files",
    errno.ENOMEM: "Give this process more memory",
    errno.ENOTDIR: "Set BACKFILE_INDEX to the folder of an index",
}


def _refused(error: OSError, ways_out: Mapping[int, str]) -> str:
    """What the operating system said, and what to do about it."""
    reason = (error.strerror or str(error)).lower()
    return f"{reason}. {ways_out.get(error.errno or 0, 'See whether the disk is sound')}, then try again"


class WithdrawalsDamaged(IndexUnusable):
    """The list of withdrawn articles is not as it was written; without it they could come back."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path}, the list of withdrawn articles, is damaged, and without it they could come back. Put a copy of "
            "it there, or remove it and withdraw them again with “backfile delete --withdraw”."
        )
        self.path = path


class NoGenerationKept(IndexUnusable):
    """There is no generation to go back to."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"The index at {place} keeps no generation to go back to: only “backfile reindex” leaves one behind."
        )
        self.place = place


class GenerationBroken(IndexUnusable):
    """A generation that was just built is not what it should be, and does not answer."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            f"The new generation of the index at {place} did not pass its verification and was removed: {what} "
            "The one before still answers."
        )
        self.place = place


class SchemaMismatch(IndexUnusable):
    """The index was written by a version with another schema."""

    def __init__(self, place: str, found: object, wanted: int) -> None:
        super().__init__(
            f"The index at {place} has schema version {found}, this Backfile reads version {wanted}. "
            "Build it anew from the articles' files: “backfile reindex PATH…”."
        )
        self.place = place


class SystemRefuses(BackfileError):
    """The operating system refuses what reading any article needs, such as room for temporary files."""

    def __init__(self, error: OSError) -> None:
        where = f" ({error.filename})" if error.filename else ""
        super().__init__(f"Articles cannot be read{where}: {_refused(error, _WAYS_TO_PARSE)}.")
        self.error = error

    @classmethod
    def is_meant_by(cls, error: Exception) -> bool:
        """Whether an error is the system's refusal, and not the fault of what was read."""
        return isinstance(error, OSError) and error.errno in _WAYS_TO_PARSE


_WAYS_TO_PARSE = {
    errno.ENOSPC: "Free some space there or in the folder for temporary files (TMPDIR)",
    errno.EDQUOT: "Free some space there or in the folder for temporary files (TMPDIR)",
    errno.EROFS: "Set TMPDIR to a folder that can be written",
    errno.EMFILE: "Raise the limit on open files (ulimit -n)",
    errno.ENOMEM: "Give this process more memory",
}


class ArticleRejected(BackfileError):
    """One input that is not, or does not hold, an article. The rest of the batch goes on."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CursorExpired(BackfileError):
    """A cursor leads on in an answer that the archive does not give any more (HTTP 410)."""

    def __init__(self) -> None:
        super().__init__(
            "The archive has changed since this cursor was given, so what follows it may have changed too. Leave the "
            "cursor out to start over."
        )


class RequestInvalid(BackfileError):
    """A request that cannot be answered as it stands (HTTP 400).

    `parameter` is the public name of the parameter at fault, `suggestion` a value or a name to try instead.
    """

    def __init__(self, parameter: str, detail: str, suggestion: str | None = None) -> None:
        super().__init__(detail)
        self.parameter = parameter
        self.detail = detail
        self.suggestion = suggestion
