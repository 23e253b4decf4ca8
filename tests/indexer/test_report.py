"""Rejects are listed in a file of their own, which never tells of another run and never harms another file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.article import Origin
from index.errors import BackfileError
from indexer.format import Rejected
from indexer.report import FIRST_REASONS, Outcome, RejectsFile, Report

REJECT = Rejected(Origin("in.zip", "a.txt", 3), "broken “XML”")
LINE = '{"path": "in.zip", "member": "a.txt", "record": 3, "reason": "broken “XML”"}\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rejects.jsonl"


def test_each_reject_is_a_line(path: Path) -> None:
    with RejectsFile(path) as rejects:
        rejects.clear()
        rejects.write(REJECT)
        rejects.write(REJECT)
    assert path.read_text() == LINE * 2


def test_without_rejects_there_is_no_file(path: Path) -> None:
    with RejectsFile(path) as rejects:
        rejects.clear()
    assert not path.exists()


def test_the_list_of_an_earlier_run_goes_when_a_run_begins(path: Path) -> None:
    path.write_text(LINE)
    with RejectsFile(path) as rejects:
        rejects.clear()
        assert not path.exists()
        rejects.write(REJECT)
    assert path.read_text() == LINE


def test_a_run_that_does_not_begin_leaves_the_earlier_list(path: Path) -> None:
    """Two runs at once: the second finds the index locked and must not take the first one's list away."""
    path.write_text(LINE)
    with pytest.raises(RuntimeError), RejectsFile(path):
        raise RuntimeError
    assert path.read_text() == LINE


@pytest.mark.parametrize("content", ['{"title": "An article"}\n', "A text", "[1]\n", '"reason"', "\0\x80"])
def test_a_file_that_is_something_else_is_not_touched(path: Path, content: str) -> None:
    path.write_text(content)
    with pytest.raises(BackfileError, match="--rejects"), RejectsFile(path):
        pass
    assert path.read_text() == content


def test_a_folder_is_not_a_list_of_rejects(tmp_path: Path) -> None:
    with pytest.raises(BackfileError, match="in the way"), RejectsFile(tmp_path):
        pass


def test_a_list_that_cannot_be_written_does_not_stop_the_run(tmp_path: Path) -> None:
    with RejectsFile(tmp_path / "no" / "folder" / "r.jsonl") as rejects:
        rejects.clear()
        rejects.write(REJECT)
        rejects.write(REJECT)
    assert rejects.problem is not None
    assert rejects.problem.endswith("could not be written: no such file or directory")


def test_a_reason_with_anything_in_it_stays_one_line(path: Path) -> None:
    with RejectsFile(path) as rejects:
        rejects.write(Rejected(Origin("a\nb"), "line\u2028\nbreak \ud800"))
    (line,) = path.read_bytes().splitlines()
    assert json.loads(line)["path"] == "a\nb"


def test_the_outcomes_add_up_to_the_records() -> None:
    report = Report()
    for outcome in (Outcome.ADDED, Outcome.ADDED, Outcome.UPDATED, Outcome.DUPLICATE):
        report.count(outcome)
    for _ in range(FIRST_REASONS + 3):
        report.reject(REJECT)
    report.never_updated(1)
    assert report.records == 4 + FIRST_REASONS + 3
    assert (report.counts[Outcome.UPDATED], report.counts[Outcome.UNCHANGED]) == (0, 1)
    assert len(report.first_rejects) == FIRST_REASONS
