"""The tree of errors: one root, and messages that name the thing and the way out."""

from __future__ import annotations

import errno

import pytest

from index import errors
from index.errors import BackfileError


def every(root: type[Exception]) -> set[type[Exception]]:
    return {root}.union(*(every(child) for child in root.__subclasses__()))


def test_all_errors_hang_on_one_tree() -> None:
    defined = {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)}
    assert defined == {one for one in every(BackfileError) if one.__module__ == errors.__name__}


@pytest.mark.parametrize(
    ("error", "parts"),
    [
        (errors.NotAvailableYet("Collapsing"), ["Collapsing is not available yet"]),
        (errors.IndexMissing("/a/b"), ["no index at /a/b", "backfile index", "BACKFILE_INDEX"]),
        (errors.IndexLocked("/a/b"), ["/a/b", "Another process is writing", "Try again", "--wait"]),
        (errors.IndexLocked("/a/b", 1234), ["/a/b", "Another process (pid 1234) is writing"]),
        (errors.IndexDamaged("/a/b is bad."), ["/a/b is bad. ", "backfile verify"]),
        (
            errors.IndexUnwritable("/a/b", OSError(errno.ENOSPC, "No space left on device")),
            ["/a/b could not be written: no space left on device. Free some space there", "nothing", "lost"],
        ),
        (
            errors.IndexUnwritable("/a/b", OSError("the cable is out")),
            ["the cable is out. See whether the disk is sound"],
        ),
        (
            errors.IndexUnreadable("/a/b", OSError(errno.EMFILE, "Too many open files")),
            ["/a/b, a part of the index, cannot be read: too many open files. Raise the limit on open files"],
        ),
        (errors.SchemaMismatch("/a/b", 7, 1), ["/a/b", "version 7", "version 1", "backfile reindex PATH"]),
        (errors.DiskTooFull("/a/b", 2_340_000, 1_000_000), ["/a/b", "2.3 MB", "1.0 MB", "Make room"]),
        (errors.NoGenerationKept("/a/b"), ["/a/b", "no generation", "backfile reindex"]),
        (errors.GenerationBroken("/a/b", "x is wrong."), ["/a/b", "x is wrong.", "still answers"]),
        (errors.ArticleRejected("empty file"), ["empty file"]),
        (errors.RequestInvalid("page", "page: must be 1 or more", "1"), ["page: must be 1 or more"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_messages_name_the_thing_and_the_way_out(error: BackfileError, parts: list[str]) -> None:
    for part in parts:
        assert part in str(error)
