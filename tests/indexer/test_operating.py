"""`backfile reindex`, `rollback`, `generations`, `verify`, `optimize`: what they do, print, and exit with."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from commands import run
from rich.console import Console

import indexer.operating
import indexer.pipeline
import indexer.terminal
from index.article import Article
from index.errors import (
    IndexDamaged,
    IndexLocked,
    IndexMissing,
    IndexUnusable,
    IndexUnwritable,
    NoGenerationKept,
)
from index.opening import open_backend
from index.settings import Settings
from indexer.report import Report


@pytest.fixture(autouse=True)
def folder(bare_folder: Path) -> Path:
    """A current folder with default settings, an index of two articles and a file of three."""
    write_file(bare_folder / "first.jsonl", "a", "b")
    write_file(bare_folder / "second.jsonl", "b", "c", "d")
    run("index", "--quiet", "first.jsonl")
    return bare_folder


def write_file(path: Path, *ids: str) -> None:
    lines = (json.dumps({"id": one, "title": f"Title {one}", "body": "Some words. " * 9}) for one in ids)
    path.write_text("\n".join(lines))


def indexed() -> dict[str, Article]:
    with open_backend(Settings()).reader() as reader:
        return {one: article for one in "abcd" if (article := reader.get(one))}


def damage(suffix: str, generation: str = "000001") -> None:
    """Change a byte in the middle of a file."""
    (path,) = Path("var/index/generations", generation).glob(f"*{suffix}")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)


def test_reindexing_from_files_replaces_the_index_and_keeps_when_an_article_came_in() -> None:
    before = indexed()
    result = run("reindex", "second.jsonl")
    assert result.exit_code == 0
    assert "3 records in " in result.stdout
    assert "Generation 000002 answers now, with 3 articles. It was built and verified in " in result.stdout
    assert "Generation 000001 is kept, with 2 articles: “backfile rollback” goes back to it." in result.stdout
    after = indexed()
    assert list(after) == ["b", "c", "d"]
    assert after["b"].first_indexed == before["b"].first_indexed


def test_reindexing_without_files_takes_the_stored_articles(folder: Path) -> None:
    before = indexed()
    (folder / "first.jsonl").unlink()
    result = run("reindex")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 2)
    assert indexed() == before
    assert not (folder / "rejects.jsonl").exists()


def test_what_is_rejected_is_listed_and_the_rest_answers(folder: Path) -> None:
    (folder / "empty.txt").touch()
    result = run("reindex", "second.jsonl", "empty.txt")
    assert result.exit_code == 3
    assert "Listed in rejects.jsonl." in result.stdout
    assert len(indexed()) == 3


@pytest.mark.parametrize("paths", [("missing.jsonl",), ("nothing",)], ids=str)
def test_paths_without_an_article_do_not_empty_the_index(folder: Path, paths: tuple[str, ...]) -> None:
    (folder / "nothing").mkdir()
    with pytest.raises(IndexUnusable, match="Not one article was found, so the index stays as it is"):
        run("reindex", *paths)
    assert list(indexed()) == ["a", "b"]
    assert run("generations").stdout.count("article") == 1


def test_without_an_index_there_is_nothing_to_operate(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("BACKFILE_INDEX", "elsewhere")
    for arguments in (("reindex",), ("reindex", "first.jsonl"), ("rollback",), ("generations",), ("verify",)):
        with pytest.raises(IndexMissing, match="backfile index PATH"):
            run(*arguments)
    assert not (folder / "elsewhere").exists()


def test_reindexing_and_rolling_back_are_refused_while_somebody_writes() -> None:
    run("reindex")
    with open_backend(Settings()).writer():
        for name in ("reindex", "rollback"):
            with pytest.raises(IndexLocked, match=rf"\(pid {os.getpid()}\) is writing"):
                run(name)
            with pytest.raises(IndexLocked):
                run(name, "--wait", "0.1")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("paths", [(), ("second.jsonl",)], ids=["stored", "files"])
def test_ctrl_c_leaves_everything_as_it_was(
    number: int, paths: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes when the first article was put."""
    with monkeypatch.context() as patched:
        patched.setattr(Report, "count", lambda *_: signal.raise_signal(number))
        result = run("reindex", *paths)
    assert isinstance(result.exception, SystemExit | click.Abort | KeyboardInterrupt)
    assert list(indexed()) == ["a", "b"]
    assert [path.name for path in Path("var/index/generations").iterdir()] == ["000001"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_disk_that_is_full_is_told_and_the_old_one_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> Iterator[None]:
        raise IndexUnwritable("var/index", OSError(28, "No space left on device"))

    monkeypatch.setattr(indexer.operating, "reindex_inputs", full)
    with pytest.raises(IndexUnusable, match=r"var/index could not be written: no space left.*still answers"):
        run("reindex", "second.jsonl")
    assert list(indexed()) == ["a", "b"]


def test_rolling_back_and_forth() -> None:
    with pytest.raises(NoGenerationKept):
        run("rollback")
    run("reindex", "second.jsonl")
    result = run("rollback")
    assert result.stdout.startswith("Generation 000001 answers now, with 2 articles as of 20")
    assert "Generation 000002 is kept: “backfile rollback” goes back to it." in result.stdout
    assert list(indexed()) == ["a", "b"]
    run("rollback")
    assert list(indexed()) == ["b", "c", "d"]


def test_generations_are_listed_with_what_they_hold() -> None:
    run("reindex", "second.jsonl")
    first, second = run("generations").stdout.splitlines()
    assert first.split()[:4] == ["000001", "kept", "2", "articles"]
    assert second.split()[:4] == ["000002", "live", "3", "articles"]
    assert " MB  20" in second
    damage("commit")
    listed = run("generations").stdout
    assert "000001  kept  unreadable" in listed
    assert "commit is damaged: its checksum is wrong." in listed


def test_a_whole_index_is_said_to_be_whole() -> None:
    run("reindex", "second.jsonl")
    assert run("verify").stdout == "Generation 000002, which answers, is whole: 3 articles.\n"
    everything = run("verify", "--all")
    assert everything.stdout.endswith("\nGeneration 000001, which is kept, is whole: 2 articles.\n")
    assert everything.exit_code == 0


def test_damaged_terms_are_named_and_reindexing_mends_them() -> None:
    damage(".terms")
    result = run("verify")
    assert result.exit_code == 1
    said = result.stdout.splitlines()
    assert said[0] == "Generation 000001, which answers, is damaged:"
    assert ".terms is damaged: " in said[1]
    assert said[2] == "Its stored articles are whole: “backfile reindex” builds the index anew from them."
    assert run("reindex").exit_code == 0
    assert run("verify").exit_code == 0
    kept = run("verify", "--all")
    assert kept.exit_code == 1
    assert kept.stdout.endswith("Do not go back to it. The next “backfile reindex” replaces it.\n")


@pytest.mark.parametrize("suffix", [".articles", ".columns", "commit"])
def test_damaged_articles_are_named_and_the_ways_out_work(suffix: str) -> None:
    run("reindex", "second.jsonl")
    damage(suffix, "000002")
    result = run("verify")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == (
        "Build it anew from the articles' files: “backfile reindex PATH…”. "
        "Until then “backfile rollback” goes back to generation 000001."
    )
    with pytest.raises(IndexDamaged):
        run("reindex")
    run("rollback")
    assert list(indexed()) == ["a", "b"]
    assert run("reindex", "second.jsonl").exit_code == 0
    assert list(indexed()) == ["b", "c", "d"]


def test_without_a_generation_to_go_back_to_only_the_files_are_named() -> None:
    damage(".articles")
    assert run("verify").stdout.endswith("\nBuild it anew from the articles' files: “backfile reindex PATH…”.\n")


def test_a_pointer_to_no_generation_is_named() -> None:
    Path("var/index/live").write_text("nothing")
    result = run("verify")
    assert result.exit_code == 1
    assert "live should name the live index and holds 'nothing'." in result.stdout
    assert run("reindex", "second.jsonl").exit_code == 0
    assert run("verify").exit_code == 0


def test_many_damages_are_not_all_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    damage(".terms")
    damage(".articles")
    monkeypatch.setattr(indexer.operating, "SHOWN", 1)
    assert "\n  and 1 more\n" in run("verify").stdout


@pytest.mark.parametrize("arguments", [("reindex",), ("reindex", "second.jsonl"), ("verify", "--all")], ids=str)
def test_on_a_terminal_progress_is_shown(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()

    def terminal(**_: object) -> Console:
        return Console(file=screen, force_terminal=True, width=80, highlight=False)

    monkeypatch.setattr(indexer.terminal, "Console", terminal)
    monkeypatch.setattr(indexer.operating, "Console", terminal)
    assert run(*arguments).exit_code == 0
    shown = click.unstyle(screen.getvalue())
    assert max(map(len, shown.splitlines())) <= 80
    if arguments[0] == "verify":
        assert "000001  commit  2 articles  whole\n" in shown
    else:
        assert "Reindexing" in shown
        assert "100%" in shown


def test_optimizing_leaves_one_part_without_what_was_deleted() -> None:
    run("index", "--quiet", "second.jsonl")
    run("delete", "a")
    before = indexed()
    assert len(list(Path("var/index").rglob("*.terms"))) == 2
    result = run("optimize")
    assert result.exit_code == 0
    assert result.stdout.startswith("3 articles in one part: ")
    assert len(list(Path("var/index").rglob("*.terms"))) == 1
    assert not list(Path("var/index").rglob("*.deleted*"))
    assert indexed() == before
    run("optimize")
    assert indexed() == before


def test_there_must_be_an_index_to_optimize(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKFILE_INDEX", "nowhere")
    with pytest.raises(IndexMissing):
        run("optimize")
    assert not Path("nowhere").exists()


def test_indexing_while_another_process_reindexes_is_refused_or_waits_and_goes_into_what_is_new(folder: Path) -> None:
    write_file(folder / "third.jsonl", "d")
    command = [sys.executable, "-c", "from web.cli import main; main()"]
    with subprocess.Popen([*command, "reindex", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reindexing:
        while not Path("var/index/writer").exists():
            assert reindexing.poll() is None
        with pytest.raises(IndexLocked, match=rf"\(pid {reindexing.pid}\) is writing.*--wait"):
            run("index", "third.jsonl")
        with subprocess.Popen([*command, "index", "--quiet", "--wait", "600", "third.jsonl"]) as waiting:
            reindexing.communicate((folder / "second.jsonl").read_bytes().replace(b'"d"', b'"a"'))
            assert (reindexing.returncode, waiting.wait()) == (0, 0)
    assert list(indexed()) == ["a", "b", "c", "d"]
    assert "000002  live  4 articles" in run("generations").stdout
