"""One writer at a time: who else comes is told by whom the index is held, or waits."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.engine.lock import write_lock
from index.errors import IndexLocked, IndexUnusable

HOLD = """
import sys
from pathlib import Path
from index.engine.lock import write_lock
with write_lock(Path(sys.argv[1])):
    print("holding", flush=True)
    input()
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "index"
    place.mkdir()
    return place


@contextmanager
def held(place: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until it reads a line."""
    command = [sys.executable, "-c", HOLD, str(place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_writer_is_told_at_once_who_is_writing(place: Path) -> None:
    with (
        held(place) as process,
        pytest.raises(IndexLocked, match=rf"\(pid {process.pid}\) is writing.*--wait") as refused,
        write_lock(place),
    ):
        pass
    assert refused.value.pid == process.pid


def test_a_second_writer_that_waits_goes_on_when_the_first_has_finished(place: Path) -> None:
    with held(place) as process:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        with write_lock(place, wait=60):
            assert (place / "writer").read_text() == f"{os.getpid()}\n"


def test_waiting_ends_at_its_time(place: Path) -> None:
    for wait in (0.15, float("nan")):
        with held(place), pytest.raises(IndexLocked), write_lock(place, wait):
            pass


def test_the_lock_leaves_nothing_behind(place: Path) -> None:
    with write_lock(place):
        assert [path.name for path in place.iterdir()] == ["writer"]
    assert list(place.iterdir()) == []


def test_what_a_killed_writer_left_neither_locks_nor_lies(place: Path) -> None:
    """The number of a process that is gone is not told, and the next writer's stands in its place."""
    with held(place) as process:
        process.kill()
        process.wait()
    assert (place / "writer").exists()
    with write_lock(place):
        assert (place / "writer").read_text() == f"{os.getpid()}\n"
        (place / "writer").write_text(f"{process.pid}\n")
        with pytest.raises(IndexLocked) as refused, write_lock(place):
            pass
    assert refused.value.pid is None
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("content", ["", "0", "-1", "x", "9" * 30, "\udc80"])
def test_a_holder_that_cannot_be_read_is_just_another_process(place: Path, content: str) -> None:
    with write_lock(place):
        (place / "writer").write_text(content, errors="surrogateescape")
        with pytest.raises(IndexLocked, match=r"^Another process is writing"), write_lock(place):
            pass


def test_a_folder_that_cannot_be_made_is_said_so(place: Path) -> None:
    (place / "file").write_text("I am a file")
    with (
        pytest.raises(IndexUnusable, match=r"file/index could not be written.*BACKFILE_INDEX"),
        write_lock(place / "file" / "index"),
    ):
        pass
