"""Several processes bring in what one would, article by article, with the same outcomes."""

from __future__ import annotations

import gzip
import io
import json
import multiprocessing
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from whoosh import query as q

from index.article import Article
from index.engine.backend import EmbeddedBackend
from index.errors import IndexMissing, IndexUnusable
from index.query import AcrossFields
from index.results import EngineRequest
from indexer import parallel
from indexer.enrich.finders import choose
from indexer.format import Rejected
from indexer.parallel import index_inputs
from indexer.pipeline import read_paths
from indexer.report import Report
from indexer.samples import sample_paths
from indexer.workers import worker_processes

NOON = datetime(2024, 6, 19, 12, tzinfo=UTC)
MEMORY = 1 << 20


@dataclass
class Came:
    """What came of a run."""

    report: Report
    rejects: list[Rejected]


def run(
    place: Path, paths: list[Path], processes: int, batch: int = 7, stopping: Callable[[], bool] = lambda: False
) -> Came:
    came = Came(Report(), [])
    with worker_processes(processes, MEMORY) as workers:
        index_inputs(
            read_paths(list(map(str, paths)), io.BytesIO()),
            EmbeddedBackend(place, memory=MEMORY),
            workers,
            report=came.report,
            rejected=came.rejects.append,
            clock=lambda: NOON,
            stopping=stopping,
            batch=batch,
        )
    return came


def held(place: Path) -> tuple[dict[str, Article], list[tuple[str, float]]]:
    """All articles, and the scores of a word."""
    with EmbeddedBackend(place).reader() as reader:
        articles = {hit.article.id: hit.article for hit in reader.scan(EngineRequest(query=q.Every()))}
        scored = reader.scan(EngineRequest(query=AcrossFields("the", {"title": 4.0, "body": 1.0})))
        return articles, [(hit.article.id, hit.score) for hit in scored]


def line(article_id: str, title: str, modified: str | None = None) -> str:
    return json.dumps({"id": article_id, "title": title, "body": f"{title} of the day", "modified": modified})


def item(name: str, version: int, status: str = "usable") -> str:
    return json.dumps({"uri": name, "headline": f"Item {version}", "pubstatus": status, "version": str(version)})


@pytest.fixture
def inputs(tmp_path: Path) -> list[Path]:
    """Samples of all formats; versions of articles that come again, older, newer, the same; what is broken midway."""
    lines = [line(f"n{number:03}", f"title {number}") for number in range(60)]
    again = [
        line("n003", "newer", "2024-06-01"), line("n003", "newest", "2024-06-02"), line("n003", "newer", "2024-06-01"),
        line("n005", "title 5"), "{ broken", line("n007", "changed"), line("n007", "title 7"),
        item("u1", 1), item("u1", 3), item("u1", 2), item("u2", 2, "canceled"), item("u2", 1), item("u2", 3),
        item("u3", 1), item("u3", 2, "canceled"), item("u3", 2),
    ]  # fmt: skip
    folder = tmp_path / "inputs"
    folder.mkdir()
    (folder / "first.jsonl").write_text("\n".join(lines))
    (folder / "second.jsonl").write_text("\n".join(again))
    whole = gzip.compress("\n".join(line(f"z{number:05}", f"packed {number}") for number in range(1_500)).encode())
    (folder / "third.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    return [*map(Path, sample_paths()), folder, tmp_path / "nothing-here"]


def test_several_processes_find_names_by_the_model_of_the_first(tmp_path: Path, model: str) -> None:
    choose(model)
    texts = tmp_path / "texts"
    texts.mkdir()
    for number in range(4):
        body = "The pier of Munkford burned for three hours on Monday night, said Zora Quell, who had seen it all."
        (texts / f"{number}.txt").write_text(f"Fire number {number}\n\n{body}")
    for processes in (1, 2):
        run(tmp_path / str(processes), [texts], processes)
        assert {article.people for article in held(tmp_path / str(processes))[0].values()} == {("Zora Quell",)}


@pytest.mark.parametrize("largest", [100, 1 << 20], ids=["parsed here", "parsed there"])
def test_any_number_of_processes_brings_in_the_same(
    inputs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, largest: int
) -> None:
    """The first time, and again over what is there; with many commits, and with one."""
    monkeypatch.setattr(parallel, "LARGEST_CONTENT", largest)
    monkeypatch.setattr(parallel, "PORTION", 5_000)
    places = [tmp_path / f"{processes} of {batch}" for processes, batch in ((1, 10_000), (2, 200))]
    for _ in range(2):
        one, two = (run(place, inputs, int(place.name[0]), int(place.name.split()[-1])) for place in places)
        assert one.report.counts == two.report.counts
        assert one.rejects == two.rejects
        assert held(places[0]) == held(places[1])
    for place in places:
        backend = EmbeddedBackend(place)
        assert not [damage for part in backend.verify("000001") for damage in part.damages]


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_articles_are_the_same_for_any_number_of_processes_and_any_order_of_the_files(
    inputs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    """Byte for byte, but for when they came in and from where, if the same is in several files."""
    monkeypatch.setattr(parallel, "PORTION", 5_000)
    run(tmp_path / "as they come", inputs, 1, batch=10_000)
    run(tmp_path / "turned round", inputs[::-1], processes, batch=20)
    there, back = (
        {
            one: json.dumps(replace(article, origin=None, first_indexed=None).to_record())
            for one, article in held(tmp_path / name)[0].items()
        }
        for name in ("as they come", "turned round")
    )
    assert there == back
    assert {one: "Item 3" in there[one] for one in ("ninjs:u1", "ninjs:u2")} == {"ninjs:u1": True, "ninjs:u2": True}
    assert "ninjs:u3" not in there


def test_a_run_that_is_told_to_stop_keeps_what_was_taken(inputs: list[Path], tmp_path: Path) -> None:
    answers = iter([False, False, False])
    came = run(tmp_path / "index", inputs, 2, stopping=lambda: next(answers, True))
    assert came.report.stopped
    assert 0 < came.report.committed == came.report.records
    assert len(held(tmp_path / "index")[0]) > 0


def test_a_worker_that_is_killed_ends_the_run_and_loses_nothing(inputs: list[Path], tmp_path: Path) -> None:
    place = tmp_path / "index"
    run(place, inputs[:1], 1)
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}

    def kill() -> bool:
        for process in multiprocessing.active_children():
            process.kill()
        return False

    with pytest.raises(IndexUnusable, match="has ended by itself"):
        run(place, inputs, 2, stopping=kill)
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before
    with pytest.raises(IndexUnusable, match="has ended by itself"):
        run(tmp_path / "other", inputs, 2, stopping=kill)
    with pytest.raises(IndexMissing), EmbeddedBackend(tmp_path / "other").reader():
        pass
    assert not multiprocessing.active_children()


def test_a_group_that_is_told_to_stop_keeps_what_was_taken_and_rejects_nothing(tmp_path: Path) -> None:
    """As `systemctl stop` and `timeout` do, which signal the workers too."""
    environment = os.environ | {"BACKFILE_INDEX": str(tmp_path / "index")}
    command = [sys.executable, "-c", "from web.cli import main; main()", "index", "--workers", "2", "-"]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, start_new_session=True, **pipes) as run:
        lines = "\n".join(line(f"{number:05}", f"title {number} " * 99) for number in range(3_000))
        assert run.stdin
        run.stdin.write(lines)  # comes back when all but the last of it was read, and so handed out
        os.killpg(run.pid, signal.SIGTERM)
        told, _ = run.communicate()
    assert run.returncode in {0, 130}
    assert re.search(r"rejected +0\n", told)
    assert not (tmp_path / "rejects.jsonl").exists()
    added = int((re.search(r"added +([\d,]+)", told) or [""] * 2)[1].replace(",", ""))
    assert 0 < added == len(held(tmp_path / "index")[0])


def test_workers_end_when_who_gave_them_orders_is_killed(inputs: list[Path], tmp_path: Path) -> None:
    """Without a word: it was SIGKILL."""
    environment = os.environ | {"BACKFILE_INDEX": str(tmp_path / "index")}
    command = [sys.executable, "-c", "from web.cli import main; main()", "index", "--workers", "2", "-"]
    with (
        suppress(BrokenPipeError),  # when what was written cannot be flushed any more
        subprocess.Popen(command, cwd=tmp_path, env=environment, stdin=subprocess.PIPE) as run,
    ):
        assert run.stdin
        children: list[int] = []
        while len(children) < 2:  # the tracker of resources may come first
            run.stdin.write(line("a", "x").encode() * 1_000 + b"\n")
            children = list(map(int, Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()))
        descriptors = [os.pidfd_open(child) for child in children]
        run.send_signal(signal.SIGKILL)
    for descriptor in descriptors:
        assert select.select([descriptor], [], [], 30)[0], "a process is still there"
        os.close(descriptor)
