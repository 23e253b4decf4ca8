"""`backfile index --watch`: what comes into folders is brought in once it rests, whatever happens meanwhile."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from commands import run
from served import BACKFILE, PATIENCE

import indexer.watching
from index.article import Origin
from index.errors import BackfileError, IndexUnwritable
from index.opening import open_backend
from index.settings import Settings
from indexer.format import Rejected
from indexer.report import Outcome, Report
from indexer.watching import Batch, Brought, Folders, follow

NOON = datetime(2024, 6, 19, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(bare_folder: Path) -> Path:
    """A current folder with default settings and a folder of one file to watch."""
    (bare_folder / "inbox").mkdir()
    article("a")
    return bare_folder


def article(name: str, title: str = "One") -> Path:
    path = Path("inbox", f"{name}.json")
    path.write_text(json.dumps({"id": name, "title": title}))
    return path


class Watched:
    """Folders that are looked at, and what is found brought in, on paper."""

    def __init__(self, *paths: str) -> None:
        self.folders = Folders(paths or ("inbox",))

    def look(self, now: datetime = NOON) -> list[str]:
        """The names in the batch."""
        self.batch: Batch = self.folders.look(now)
        return [one.reason if isinstance(one, Rejected) else one.path.name for one in self.batch]

    def bring_in(self, now: datetime = NOON) -> list[str]:
        """What one look finds, another takes and a third does not find again."""
        self.look(now)
        found = self.look(now)
        self.folders.brought_in(self.batch, {})
        assert self.look(now) == []
        return found


def test_what_is_there_is_brought_in_then_what_is_new_or_changed() -> None:
    watched = Watched()
    assert watched.bring_in() == ["a.json"]
    article("b")
    article("a", "Two, and longer")
    Path("inbox", ".hidden").write_text("a")
    assert watched.bring_in() == ["a.json", "b.json"]


def test_a_file_that_is_still_being_written_is_waited_for() -> None:
    watched = Watched()
    for size in range(1, 5):
        Path("inbox/a.json").write_text("x" * size)
        assert watched.look() == []
    assert watched.look() == ["a.json"]


def test_a_file_that_was_renamed_into_place_is_taken_by_its_name() -> None:
    watched = Watched()
    watched.bring_in()
    article("b.part")
    watched.look()
    Path("inbox/b.part.json").rename("inbox/b.json")
    assert watched.bring_in() == ["b.json"]


def test_what_changes_while_a_batch_is_brought_in_is_in_the_next() -> None:
    watched = Watched()
    watched.look()
    assert watched.look() == ["a.json"]
    article("a", "Changed meanwhile")
    watched.folders.brought_in(watched.batch, {})
    assert watched.bring_in() == ["a.json"]


def test_a_batch_that_could_not_be_brought_in_comes_again() -> None:
    watched = Watched()
    watched.look()
    assert watched.look() == ["a.json"]
    assert watched.look() == ["a.json"]


def test_a_folder_that_is_away_is_told_once_and_not_read_again_when_it_is_back() -> None:
    """Unless it is another: then what is in it is new."""
    watched = Watched()
    watched.bring_in()
    for _ in range(2):
        shutil.move("inbox", "elsewhere")
        assert watched.bring_in() == ["there is no such file or folder"]
        shutil.move("elsewhere", "inbox")
        assert watched.look() == []
    shutil.rmtree("inbox")
    watched.bring_in()
    Path("inbox").mkdir()
    article("c")
    assert watched.bring_in() == ["c.json"]


def test_a_file_that_went_away_before_it_was_read_is_read_when_it_comes_back() -> None:
    watched = Watched()
    watched.look()
    watched.look()
    Path("inbox/a.json").rename("a.json")
    watched.folders.brought_in(watched.batch, {})
    Path("a.json").rename("inbox/a.json")
    assert watched.bring_in() == ["a.json"]


def test_nothing_is_remembered_of_files_that_are_gone() -> None:
    watched = Watched()
    for number in range(5):
        path = article(str(number))
        watched.bring_in()
        path.unlink()
    watched.look()
    assert len(watched.folders._in) == 1


def test_a_file_with_an_article_under_embargo_is_read_again_when_that_is_over() -> None:
    watched = Watched()
    article("b")
    watched.look()
    watched.look()
    watched.folders.brought_in(watched.batch, {"inbox/a.json": NOON + timedelta(hours=1)})
    assert watched.look() == []
    assert watched.look(NOON + timedelta(hours=1)) == ["a.json"]
    watched.folders.brought_in(watched.batch, {})
    assert watched.look(NOON + timedelta(hours=2)) == []


def test_of_very_many_files_some_are_taken_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexer.watching, "MOST_FILES", 2)
    for name in "bcde":
        article(name)
    watched, taken = Watched(), []
    watched.look()
    while found := watched.look():
        taken.append(len(found))
        watched.folders.brought_in(watched.batch, {})
    assert taken == [2, 2, 1]


def test_an_index_that_cannot_be_written_is_told_once_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexer.watching, "RETRY_SECONDS", 0.0)
    said: list[str] = []
    tries = iter([True, True, True, False])

    def bring_in(batch: Batch, report: Report) -> Brought:
        if next(tries):
            raise IndexUnwritable("var/index", OSError(28, "No space left on device"))
        report.count(Outcome.ADDED)
        report.reject(Rejected(Origin("inbox/b.json"), "it is empty"))
        return Brought({}, stop=True)

    follow(Folders(["inbox"]), bring_in, poll=0.0, clock=lambda: NOON, say=said.append)
    assert len(said) == 2
    assert "no space left on device. Free some space there" in said[0]
    assert said[1].endswith("1 added, 1 rejected\n    inbox/b.json  it is empty")


@pytest.mark.parametrize("path", ["-", "nowhere"])
def test_what_cannot_be_watched_is_told_at_once(path: str) -> None:
    with pytest.raises(BackfileError, match=f"{path} is no folder that could be watched"):
        run("index", "--watch", path)
    assert not Path("var").exists()


class Watch:
    """A process that watches the folder, and what it says."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._said = ""
        self.pid = process.pid

    def line(self) -> str:
        """The next line, without its time."""
        assert self._process.stdout is not None
        while "\n" not in self._said:
            assert select.select([self._process.stdout], [], [], PATIENCE)[0], "it says nothing"
            more = os.read(self._process.stdout.fileno(), 4096).decode()  # unbuffered, as select sees it
            assert more, self._process.communicate()[1]
            self._said += more
        line, _, self._said = self._said.partition("\n")
        return line.partition("  ")[2]

    def end(self, number: int = signal.SIGTERM) -> list[str]:
        """What else it says when it is told to stop, which it does in good order."""
        self._process.send_signal(number)
        said, errors = self._process.communicate(timeout=PATIENCE)
        assert (self._process.returncode, errors) == (0, "")
        return (self._said + said).splitlines()


@contextmanager
def watching() -> Iterator[Watch]:
    command = [BACKFILE, "index", "--watch", "inbox", "--poll", "0.1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            watch = Watch(process)
            assert watch.line() == "Watching inbox; Ctrl-C ends it."
            yield watch
        finally:
            process.kill()


def held() -> set[str]:
    with open_backend(Settings()).reader() as reader:
        return {found.term for found in reader.terms("id")}


def until(true: Callable[[], bool]) -> None:
    """Wait for another process."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline


def test_an_index_follows_a_folder_and_its_archives_until_ctrl_c_and_after_a_restart() -> None:
    with watching() as watch:
        assert "1 file in " in (line := watch.line())
        assert line.endswith(": 1 added")
        Path("b.json").write_text('{"id": "b", "title": "Two"}')
        Path("b.json").rename("inbox/b.json")
        assert watch.line().endswith(": 1 added")
        Path("more.jsonl").write_text('{"id": "c", "title": "Three"}\n{ broken')
        with tarfile.open("june.tar.gz", "w:gz") as archive:
            archive.add("more.jsonl")
        Path("june.tar.gz").rename("inbox/june.tar.gz")
        assert watch.line().endswith(": 1 added, 1 rejected")
        assert "june.tar.gz!more.jsonl#2  broken JSON" in watch.line()
        assert len(Path("rejects.jsonl").read_text().splitlines()) == 1
        assert watch.end(signal.SIGINT)[-1].endswith("the same command goes on from there.")
    Path("inbox/a.json").unlink()
    with watching() as watch:
        assert watch.line().endswith(": 2 unchanged, 1 rejected")
        watch.end()
    assert held() == {"a", "b", "c"}


HOLD = """
from index.opening import open_backend
from index.settings import Settings
with open_backend(Settings()).writer():
    print("holding", flush=True)
    input()
"""


def test_another_writer_is_waited_for() -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holding:
        assert holding.stdout is not None
        holding.stdout.readline()
        with watching() as watch:
            assert watch.line().startswith(f"Another process (pid {holding.pid}) is writing to the index")
            holding.communicate(b"\n")
            assert watch.line().endswith(": 1 added")
            watch.end()


def test_while_it_waits_for_another_writer_it_can_be_ended() -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holding:
        assert holding.stdout is not None
        holding.stdout.readline()
        with watching() as watch:
            watch.line()
            watch.end()
        holding.communicate(b"\n")


@pytest.mark.long  # it tries again after ten seconds
def test_an_index_that_cannot_be_made_for_now_is_made_as_soon_as_it_can() -> None:
    Path("var").mkdir()
    Path("var/index").touch()
    with watching() as watch:
        assert "Set BACKFILE_INDEX to a folder" in watch.line()
        Path("var/index").unlink()
        assert watch.line().endswith(": 1 added")
        watch.end()


@pytest.mark.parametrize("files", [300, pytest.param(10_000, marks=pytest.mark.long)])
def test_a_burst_of_files_is_brought_in_though_it_is_ended_meanwhile(files: int) -> None:
    with watching() as watch:
        assert watch.line().endswith(": 1 added")
        wanted = {"a"}
        for number in range(files):
            article(f"n{number}")
            wanted.add(f"n{number}")
        until(lambda: Path("var/index/writer").exists())
        watch.end()
    with watching() as watch:
        while held() != wanted:
            watch.line()
        watch.end()
