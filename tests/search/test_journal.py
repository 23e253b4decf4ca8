"""What a journal of questions tells."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from search.cli import stats_command
from search.journal import Entry, summary


def asked(q: str | None, found: int | None, ms: float = 1.0, *, filtered: bool = False) -> str:
    return Entry(
        at="2024-06-19T00:00:00.000+00:00", id="x", method="GET", path="/", status=200, ms=ms, q=q, found=found,
        filtered=filtered,
    ).line()  # fmt: skip


def test_a_line_leaves_out_what_is_unknown() -> None:
    assert set(json.loads(asked(None, None))) == {"at", "id", "method", "path", "status", "ms", "filtered"}


def test_queries_are_counted_in_their_plainest_form() -> None:
    told = summary([asked("Rail  Strike", 3), asked("rail strike", 4), asked("ferry", 1)], 10)
    assert (told.searches, told.nothing) == (3, 0)
    assert [(one.q, one.times) for one in told.frequent] == [("rail strike", 2), ("ferry", 1)]


def test_what_found_nothing_is_told_unless_a_filter_may_be_why() -> None:
    told = summary([asked("zeppelin", 0), asked("ferry", 0, filtered=True), asked("", 0)], 10)
    assert told.nothing == 3
    assert [one.q for one in told.unanswered] == ["zeppelin"]


def test_the_slowest_come_first_by_their_longest_time_and_ties_by_the_alphabet() -> None:
    told = summary([asked("b", 1, 9), asked("a", 1, 9), asked("c", 1, 50), asked("c", 1, 1)], 2)
    assert [(one.q, one.slowest) for one in told.slow] == [("c", 50), ("a", 9)]


@pytest.mark.parametrize("line", ["", "no json", "[]", "null", '{"q": "x"}', '{"path": 1}', "[" * 9_999])
def test_what_is_no_line_of_a_journal_is_counted(line: str) -> None:
    assert summary([line], 5).unread == 1


def test_a_line_with_odd_values_is_no_search() -> None:
    line = json.dumps({"path": "/", "q": 5, "found": "many", "ms": None})
    assert (summary([line], 5).searches, summary([line], 5).unread) == (0, 0)


def test_the_command_prints_the_three_lists(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    journal.write_text("\n".join([asked("ferry\x1b[31m", 2, 12.4), asked("zeppelin", 0)]), "utf-8")
    told = CliRunner().invoke(stats_command, ["--queries", str(journal)]).output
    assert "2 searches, 1 of them found nothing" in told
    assert "Without an answer" in told
    assert "zeppelin" in told
    assert "\x1b[31m" not in told


def test_the_command_names_a_journal_that_is_not_there() -> None:
    told = CliRunner().invoke(stats_command, ["--queries", "nowhere.jsonl"])
    assert told.exit_code == 2
    assert "nowhere.jsonl" in told.output
