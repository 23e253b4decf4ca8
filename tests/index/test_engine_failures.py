"""A disk that is full, broken or closed to us: said so by name, the old commit stays whole, nothing is left behind."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from mishaps import Mishap, Phase, Rehearsal, check_what_is_left, operate, run_apart
from operations import OPERATIONS, STATES, content

from index.article import Article
from index.engine.arrays import ArrayWriter
from index.engine.backend import EmbeddedBackend
from index.errors import IndexUnreadable, IndexUnwritable

NOBODY = 65_534
"""The user without rights, by number."""


def contents(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def told_by(number: int, place: Path) -> str:
    """What an operation says when the index at `place` cannot be written; nothing when it can."""
    try:
        OPERATIONS[number].run(EmbeddedBackend(place))
    except IndexUnwritable as error:
        return str(error)
    return ""


def told_without_rights(number: int, folder: Path) -> str:
    """What an operation says, in a folder that is its user's own, when that user is not root."""

    def work() -> str:
        os.chdir(folder)  # no right to the folders above is needed from here
        if os.geteuid() == 0:
            os.seteuid(NOBODY)
        return told_by(number, Path("var/index"))

    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    return run_apart(work)


def put(backend: EmbeddedBackend, *articles: Article) -> None:
    with backend.writer() as writer:
        for article in articles:
            writer.put(article)


def operation_named(name: str) -> int:
    return next(number for number, operation in enumerate(OPERATIONS) if operation.name == name)


@pytest.mark.parametrize("points", [15, pytest.param(500, marks=pytest.mark.long)])
def test_a_disk_that_fails_at_any_step_leaves_everything_as_it_was(
    rehearsal: Rehearsal, tmp_path: Path, points: int
) -> None:
    """But for the last sync: the commit counts by then, and may stand."""
    for point in rehearsal.chosen(points):
        place = rehearsal.copy(point.operation, tmp_path)
        before = contents(tmp_path)
        operations = range(point.operation, point.operation + 1)
        outcome = operate(place, operations, mishap=Mishap.DISK_FAILS, at=point.step, error=errno.ENOSPC)
        found = content(place)
        if outcome.error:
            told = f"IndexUnwritable: The index at {place} could not be written: no space left on device. Free some"
            assert outcome.error.startswith(told)
            assert found == STATES[point.operation] or point.phase is Phase.INSIDE
        else:  # when a disk is full, files can be removed all the same
            assert found == STATES[point.operation + 1]
        if found == STATES[point.operation]:
            assert contents(tmp_path) == before
        check_what_is_left(tmp_path, outcome)


@pytest.mark.parametrize("points", [15, pytest.param(120, marks=pytest.mark.long)])
def test_a_disk_that_dies_leaves_the_state_before_or_after(rehearsal: Rehearsal, tmp_path: Path, points: int) -> None:
    """What was synced before it failed is all that is left, so a commit that may not have been may cost nothing."""
    for point in rehearsal.chosen(points):
        place = rehearsal.copy(point.operation, tmp_path)
        operations = range(point.operation, point.operation + 1)
        outcome = operate(place, operations, mishap=Mishap.DISK_DIES, at=point.step, error=errno.EIO)
        check_what_is_left(tmp_path, outcome)


@pytest.mark.parametrize("name", ["first index", "merge", "deletions", "a segment dies", "spills"])
def test_a_limit_on_the_size_of_files_is_told_and_nothing_is_left_of_what_met_it(
    rehearsal: Rehearsal, tmp_path: Path, name: str
) -> None:
    """Whichever file it stops in the middle; a limit that is wide enough does not matter."""
    number = operation_named(name)
    outcomes = set()
    for limit in (0, 100, 300, 1_000, 1_500, 3_000, 10_000, 10_000_000):
        place = rehearsal.copy(number, tmp_path)
        before = contents(tmp_path)

        def limited(limit: int = limit, place: Path = place) -> str:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            return told_by(number, place)

        told = run_apart(limited)
        outcomes.add(bool(told))
        if told:
            assert f"{place} could not be written: file too large. Raise the limit on the size of a file" in told
            assert contents(tmp_path) == before
        assert content(place) == STATES[number if told else number + 1]
    assert outcomes == {True, False}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for 400 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("only root may mount a small disk, and not everywhere")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_is_told_and_room_is_all_that_it_takes_to_go_on(small_disk: Path) -> None:
    """Neither the block that filled it nor those that find it full leave anything."""
    place = small_disk / "var" / "index"
    backend = EmbeddedBackend(place)
    put(backend, Article(id="a", title="there before"))
    before = contents(small_disk)
    big = [Article(id=f"b{number}", body=os.urandom(20_000).hex()) for number in range(30)]
    for _ in range(2):
        with pytest.raises(IndexUnwritable, match=r"var/index could not be written: no space left .* Free some space"):
            put(backend, *big)
        assert contents(small_disk) == before
    ballast = small_disk / "ballast"
    with pytest.raises(OSError, match="No space left"):
        ballast.write_bytes(bytes(400_000))
    with pytest.raises(IndexUnwritable, match="no space left"), backend.writer() as writer:
        writer.delete("a")
    with pytest.raises(IndexUnwritable, match="no space left"):
        put(EmbeddedBackend(small_disk / "new"), *big)
    assert set(content(place) or {}) == {"a"}
    ballast.unlink()
    assert contents(small_disk) == before
    put(backend, Article(id="c", title="goes in"))
    assert set(content(place) or {}) == {"a", "c"}


@pytest.mark.parametrize("size", [1_000, 300_000, 3_000_000])
def test_a_file_of_arrays_that_does_not_fit_is_removed_and_let_go_of(small_disk: Path, size: int) -> None:
    """Whether the file itself is too large, or what is kept of its streams meanwhile."""

    def write() -> None:
        with ArrayWriter(small_disk / "arrays") as writer:
            for name in "abc":
                writer.stream(name, np.uint8).extend(np.zeros(size, np.uint8))
            writer.add("whole", np.zeros(500_000, np.uint8))
            writer.finish()

    with pytest.raises(OSError, match="No space left"):
        write()
    assert contents(small_disk) == {}


@pytest.mark.parametrize("which", ["above", "place", "generation"])
def test_a_folder_that_is_closed_to_the_writer_is_told(rehearsal: Rehearsal, tmp_path: Path, which: str) -> None:
    """The one above the place or the place itself while there is no index, then the generation's."""
    operation = operation_named("update 1" if which == "generation" else "first index")
    place = rehearsal.copy(operation, tmp_path)
    if which == "place":
        place.mkdir(parents=True)
    closed = {"above": tmp_path, "place": place, "generation": place / "generations" / "000001"}[which]
    closed.chmod(0o555)
    before = contents(tmp_path)
    told = told_without_rights(operation, tmp_path)
    closed.chmod(0o755)
    assert told.startswith("The index at var/index could not be written: permission denied. Let this user write there")
    assert contents(tmp_path) == before


def test_a_place_below_a_folder_that_may_not_be_listed_is_none_the_worse(tmp_path: Path) -> None:
    place = tmp_path / "var" / "index"
    place.mkdir(parents=True)
    place.parent.chmod(0o111)
    number = operation_named("first index")
    assert told_without_rights(number, tmp_path) == ""
    place.parent.chmod(0o755)
    assert content(place) == STATES[number + 1]


def test_a_path_that_cannot_be_made_is_told_and_nothing_is_made_of_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    before = contents(tmp_path)
    for name, reason in (
        ("new/" + "x" * 300, "file name too long. Choose a shorter path"),
        ("new/" * 1500, "file name too long. Choose a shorter path"),
        ("file/index", "not a directory. Set BACKFILE_INDEX to a folder"),
        ("file", "file exists. Set BACKFILE_INDEX to a folder"),
    ):
        told = told_by(operation_named("first index"), tmp_path / name)
        assert reason in told
        assert contents(tmp_path) == before


def told_on_reading(place: Path) -> str:
    """What a reader says of an index that cannot be read."""
    try:
        content(place)
    except IndexUnreadable as error:
        return str(error)
    return ""


def test_having_too_many_files_open_is_no_damage(tmp_path: Path) -> None:
    put(EmbeddedBackend(tmp_path), Article(id="a", title="there"))

    def work() -> str:
        lowest = os.open(os.devnull, os.O_RDONLY)  # the limit is one of numbers, and lower ones may be free
        os.close(lowest)
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + 1, lowest + 1))
        return told_on_reading(tmp_path)

    assert "Raise the limit on open files (ulimit -n)" in run_apart(work)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_having_no_right_to_read_is_no_damage(tmp_path: Path) -> None:
    put(EmbeddedBackend(tmp_path), Article(id="a", title="there"))

    def work() -> str:
        os.chdir(tmp_path)
        os.seteuid(NOBODY)
        return told_on_reading(Path())

    assert "a part of the index, cannot be read: permission denied. Let this user read it" in run_apart(work)
