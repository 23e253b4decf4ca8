"""`backfile index`: what it does to the index, prints, writes, and exits with."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from commands import outcomes, run
from rich.console import Console

import indexer.cli
import indexer.parallel
import indexer.terminal
from index.errors import BackfileError, IndexLocked, IndexMissing, IndexUnwritable, SettingsInvalid
from index.opening import open_backend
from index.settings import Settings
from indexer.cli import index_samples
from indexer.report import Outcome
from indexer.samples import sample_paths

RECORD = """<REUTERS NEWID="{0}">
<DATE> 9-MAR-1987 08:14:22.37</DATE>
<TOPICS><D>fishmeal</D></TOPICS><PLACES><D>norway</D></PLACES>
<TEXT><TITLE>HERRING {1}</TITLE><BODY>Fewer herring were landed.</BODY></TEXT>
</REUTERS>
"""


@pytest.fixture(autouse=True)
def folder(bare_folder: Path) -> Path:
    """A current folder with default settings and a file of three records."""
    (bare_folder / "news.sgm").write_text("".join(RECORD.format(number, number) for number in range(1, 4)))
    return bare_folder


def count(article_ids: list[str]) -> int:
    with open_backend(Settings()).reader() as reader:
        return sum(reader.get(article_id) is not None for article_id in article_ids)


def test_indexing_adds_and_a_second_time_changes_nothing(folder: Path) -> None:
    first = run("index", "news.sgm")
    assert first.exit_code == 0
    assert first.stdout.split()[:2] == ["3", "records"]
    assert outcomes(first)["added"] == 3
    assert count(["reuters:1", "reuters:2", "reuters:3"]) == 3
    second = run("index", "news.sgm")
    assert outcomes(second)["unchanged"] == 3
    assert not (folder / "rejects.jsonl").exists()


def test_when_something_is_rejected_the_rest_goes_in_and_the_code_is_3(folder: Path) -> None:
    (folder / "empty.txt").touch()
    result = run("index", "missing.txt", "empty.txt", "news.sgm")
    assert result.exit_code == 3
    lines = [json.loads(line) for line in (folder / "rejects.jsonl").read_text().splitlines()]
    assert lines == [
        {"path": "missing.txt", "member": "", "record": 0, "reason": "there is no such file or folder"},
        {"path": "empty.txt", "member": "", "record": 0, "reason": "the file is empty"},
    ]
    assert "missing.txt  there is no such file or folder" in result.stdout
    assert "Listed in rejects.jsonl." in result.stdout
    assert count(["reuters:3"]) == 1


def test_the_list_of_rejects_goes_away_when_the_next_run_has_none(folder: Path) -> None:
    run("index", "missing.txt")
    assert (folder / "rejects.jsonl").exists()
    run("index", "news.sgm")
    assert not (folder / "rejects.jsonl").exists()


def test_the_list_of_rejects_may_be_elsewhere_but_not_over_something_else(folder: Path) -> None:
    run("index", "missing.txt", "--rejects", "list.jsonl")
    assert (folder / "list.jsonl").exists()
    with pytest.raises(BackfileError, match=r"news\.sgm is in the way"):
        run("index", "missing.txt", "--rejects", "news.sgm")


def test_a_list_of_rejects_that_cannot_be_written_is_told(folder: Path) -> None:
    result = run("index", "missing.txt", "--rejects", "no/folder/list.jsonl")
    assert result.exit_code == 3
    assert "no/folder/list.jsonl could not be written: no such file or directory" in result.stdout
    assert "could not be written" in run("index", "missing.txt", "--quiet", "--rejects", "no/folder/list.jsonl").stderr


def test_the_current_folder_can_be_indexed_though_the_index_and_the_rejects_are_in_it(folder: Path) -> None:
    (folder / "empty.txt").touch()
    (folder / "x").mkdir()
    for outcome in ("added", "unchanged"):
        result = run("index", ".", "--rejects", "x/list.jsonl")
        assert outcomes(result)[outcome] == 3
        assert outcomes(result)["rejected"] == 1


def test_quiet_says_nothing() -> None:
    result = run("index", "--quiet", "news.sgm", "missing.txt")
    assert (result.output, result.exit_code) == ("", 3)


def test_no_path_at_all_is_a_mistake_in_usage() -> None:
    assert run("index").exit_code == 2


def test_json_lines_come_in_by_standard_input() -> None:
    typed = b'{"id": "a", "title": "One"}\n{"id": "b", "title": "Two"}\n'
    result = run("index", "-", typed=typed)
    assert (result.exit_code, count(["a", "b"])) == (0, 2)


def test_empty_standard_input_is_one_reject() -> None:
    result = run("index", "-")
    assert result.exit_code == 3
    assert "nothing came in" in result.stdout


def test_a_locked_index_cannot_be_written_and_the_other_runs_list_stays(folder: Path) -> None:
    run("index", "missing.txt")
    with open_backend(Settings()).writer(), pytest.raises(IndexLocked):
        run("index", "news.sgm")
    assert (folder / "rejects.jsonl").exists()


def test_a_disk_that_is_full_is_told_with_what_is_in_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise IndexUnwritable("var/index", OSError(errno.ENOSPC, "No space left on device"))

    monkeypatch.setattr(indexer.cli, "index_inputs", full)
    with pytest.raises(
        BackfileError, match=r"var/index could not be written: no space .* 0 records of this run are in"
    ):
        run("index", "news.sgm")


def test_the_settings_say_where_the_index_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKFILE_INDEX", "elsewhere")
    assert "index at elsewhere" in run("index", "news.sgm").stdout
    assert (folder / "elsewhere").is_dir()


def test_a_model_that_is_missing_ends_a_run_before_it_starts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKFILE_NER", "xx_none")
    for command in ("index", "reindex"):
        with pytest.raises(SettingsInvalid, match=r"ner: .*'xx_none'"):
            run(command, "news.sgm")
    assert [path.name for path in folder.iterdir()] == ["news.sgm"]


def test_a_file_name_with_markup_and_control_characters_is_shown_as_it_is(folder: Path) -> None:
    result = run("index", "[red]x[/red]\x1b[2J")
    assert "[red]x[/red]\\x1b[2J  there is no such file" in result.stdout


@pytest.fixture
def signalled() -> Iterator[None]:
    """Ctrl-C comes while the second input is read."""
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("signalled")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_what_is_in_and_the_next_run_goes_on(
    folder: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [str(path) for path in write_apart(folder)]
    real = indexer.cli.read_paths

    def interrupted(*arguments: Any, **options: Any) -> Iterator[object]:
        for at, found in enumerate(real(*arguments, **options)):
            if at == 1:
                signal.raise_signal(number)
            yield found

    with monkeypatch.context() as patched:
        patched.setattr(indexer.cli, "read_paths", interrupted)
        patched.setattr(indexer.parallel, "PORTION", 1)
        result = run("index", *names)
    assert result.exit_code == 130
    assert "Stopped. What was read until then is in the index" in result.stdout
    again = outcomes(run("index", *names))
    assert (again["added"], again["unchanged"]) == (1, 2)


def write_apart(folder: Path) -> list[Path]:
    """Three files of a record each."""
    paths = [folder / f"{number}.sgm" for number in range(1, 4)]
    for number, path in enumerate(paths, 1):
        path.write_text(RECORD.format(number, number))
    return paths


@pytest.mark.usefixtures("signalled")
def test_a_second_ctrl_c_stops_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> Iterator[object]:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        yield

    monkeypatch.setattr(indexer.cli, "read_paths", interrupted)
    assert isinstance(run("index", "news.sgm").exception, SystemExit | click.Abort | KeyboardInterrupt)
    with pytest.raises(IndexMissing):
        count([])


def test_on_a_terminal_a_bar_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()

    def terminal(**_: object) -> Console:
        return Console(file=screen, force_terminal=True, width=80)

    monkeypatch.setattr(indexer.terminal, "Console", terminal)
    run("index", "news.sgm")
    assert "Indexing" in screen.getvalue()
    assert "100%" in screen.getvalue()
    assert max(len(line) for line in click.unstyle(screen.getvalue()).splitlines()) <= 80


def test_a_killed_run_loses_nothing_that_was_committed_and_leaves_no_lock(folder: Path) -> None:
    """Killed while it waits for standard input: the lock dies with the process."""
    code = "import sys; from indexer.cli import commands; commands[0](sys.argv[1:])"
    run("index", "news.sgm")
    arguments = [sys.executable, "-c", code, "-"]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, cwd=folder) as waiting:
        while not (folder / "var" / "index" / "writer").exists():  # then it holds the index
            assert waiting.poll() is None
        with pytest.raises(IndexLocked):
            run("index", "news.sgm")
        waiting.kill()
    assert outcomes(run("index", "news.sgm"))["unchanged"] == 3


def test_the_samples_can_be_indexed_into_any_place(folder: Path) -> None:
    report = index_samples(Settings(index="demo"))
    assert report.counts[Outcome.ADDED] >= 60
    assert report.counts[Outcome.UPDATED] == 1  # one sample has two versions
    assert report.counts[Outcome.ADDED] + report.counts[Outcome.REJECTED] + 1 == report.records
    assert (folder / "demo").is_dir()
    assert not (folder / "rejects.jsonl").exists()


def test_the_sample_files_are_those_without_what_is_expected_of_them() -> None:
    names = [path.name for path in sample_paths()]
    assert len(names) > 30
    assert not any(name.endswith(".expected.json") or name.startswith(("README", "__")) for name in names)
    assert names == [path.name for path in sample_paths()]


HOLD = """
from index.opening import open_backend
from index.settings import Settings
with open_backend(Settings()).writer():
    print("holding", flush=True)
    input()
"""


@pytest.mark.parametrize("arguments", [("index", "news.sgm"), ("delete", "reuters:1")], ids=lambda value: value[0])
def test_a_command_waits_for_another_writer_and_ctrl_c_ends_the_waiting(
    folder: Path, arguments: tuple[str, ...]
) -> None:
    """Nothing is changed then, and the exit code is that of a command that was stopped."""
    run("index", "news.sgm")
    run("delete", "reuters:2")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder
    ) as holding:
        assert holding.stdout is not None
        holding.stdout.readline()
        with pytest.raises(IndexLocked, match=rf"pid {holding.pid}"):
            run(*arguments, "--wait", "0.2")
        timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        result = run(*arguments, "--wait", "60")
        timer.join()
        assert isinstance(result.exception, SystemExit | click.Abort | KeyboardInterrupt)
        holding.communicate(b"\n")
    assert count(["reuters:1", "reuters:2", "reuters:3"]) == 2
    assert run(*arguments, "--wait", "60").exit_code == 0
