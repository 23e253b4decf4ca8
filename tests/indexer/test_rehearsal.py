"""`backfile index --dry-run`: it says what the real run would say, and leaves no trace."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from commands import outcomes, run
from hypothesis import given
from hypothesis import strategies as st
from model import ModelBackend

from index.article import Article, Origin
from index.dates import parse_instant
from index.errors import BackfileError, IndexDamaged
from index.opening import open_backend
from index.settings import Settings
from index.withdrawals import Withdrawal
from indexer.format import Rejected
from indexer.pipeline import Cancelled, Record, index_articles
from indexer.rehearsal import rehearse
from indexer.report import Report

NOON = datetime(2024, 6, 19, 12, tzinfo=UTC)

_ids = st.sampled_from("abc")
_articles = st.builds(
    lambda name, title, version, year: Article(
        id=name, title=title, version=version, modified=parse_instant(year) if year else None, origin=Origin("x")
    ),
    _ids,
    st.sampled_from("xyz"),
    st.integers(0, 2),
    st.sampled_from([None, "2024", "2025"]),
)
_cancelled = st.builds(
    lambda name, version: Cancelled(Rejected(Origin("y"), "killed"), name, version, None), _ids, st.integers(0, 3)
)
_records = st.lists(_articles | _cancelled | st.just(Rejected(Origin("z"), "broken")), max_size=8)


@given(_records, st.sets(_ids), _records)
def test_a_dry_run_says_what_the_real_one_would(before: list[Record], withdrawn: set[str], found: list[Record]) -> None:
    """Whatever is in the index or withdrawn, and however often an article comes: counts and rejects are the same."""
    backend = ModelBackend()
    if before or withdrawn:
        index_articles(before, backend, report=Report(), rejected=lambda _: None, clock=lambda: NOON)
        backend.purge([Withdrawal(one, NOON, "the court says so") for one in sorted(withdrawn)])
    came = []
    for act in (rehearse, index_articles):
        report, rejects = Report(), list[Rejected]()
        act(found, backend, report=report, rejected=rejects.append, clock=lambda: NOON)
        came.append((report.counts, report.taken_back, rejects))
    assert came[0] == came[1]


@pytest.fixture(autouse=True)
def folder(bare_folder: Path) -> Path:
    """A current folder with default settings and inputs of all outcomes."""
    lines = [json.dumps({"id": one, "title": f"Title {one}"}) for one in ("a", "b", "a")]
    (bare_folder / "news.jsonl").write_text("\n".join([*lines, "{ broken"]))
    return bare_folder


def files() -> dict[Path, tuple[int, int]]:
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in [Path.cwd(), *Path.cwd().rglob("*")]}


def test_where_there_is_no_index_none_is_made(folder: Path) -> None:
    before = files()
    result = run("index", "--dry-run", "news.jsonl")
    assert result.exit_code == 3
    assert result.stdout.startswith("A dry run: nothing was written.")
    assert outcomes(result) == {"added": 2, "updated": 0, "unchanged": 0, "duplicate": 1, "rejected": 1}
    assert "Listed in" not in result.stdout
    assert files() == before


def test_an_index_is_compared_with_though_somebody_writes_to_it(folder: Path) -> None:
    run("index", "news.jsonl")
    (folder / "z.jsonl").write_text('{"id": "b", "title": "Another"}\n{"id": "c", "title": "New"}')
    with open_backend(Settings()).writer():
        before = files()
        result = run("index", "--dry-run", ".")
        assert files() == before
    assert outcomes(result) == {"added": 1, "updated": 1, "unchanged": 2, "duplicate": 1, "rejected": 1}
    assert outcomes(run("index", ".")) == outcomes(result)


def test_rejects_are_listed_where_it_was_said_only(folder: Path) -> None:
    run("index", "--quiet", "missing.txt")
    earlier = (folder / "rejects.jsonl").read_text()
    result = run("index", "--dry-run", "--rejects", "list.jsonl", "news.jsonl")
    assert "Listed in list.jsonl." in result.stdout
    assert len((folder / "list.jsonl").read_text().splitlines()) == 1
    assert (folder / "rejects.jsonl").read_text() == earlier
    with pytest.raises(BackfileError, match=r"news\.jsonl is in the way"):
        run("index", "--dry-run", "--rejects", "news.jsonl", "news.jsonl")


def test_all_that_would_go_in_is_code_0_and_quiet_says_nothing(folder: Path) -> None:
    (folder / "good.jsonl").write_text('{"id": "c", "title": "New"}')
    result = run("index", "--dry-run", "--quiet", "good.jsonl")
    assert (result.exit_code, result.output) == (0, "")


def test_an_index_that_cannot_be_read_is_told(folder: Path) -> None:
    run("index", "--quiet", "news.jsonl")
    Path("var/index/live").write_text("nonsense")
    with pytest.raises(IndexDamaged):
        run("index", "--dry-run", "news.jsonl")


@pytest.mark.parametrize(
    "arguments", [("--dry-run", "--watch"), ("--dry-run", "--explain"), ("--json",), ("--dry-run", "--json")]
)
def test_what_does_not_go_together_is_a_mistake_in_usage(arguments: tuple[str, ...]) -> None:
    result = run("index", *arguments, "news.jsonl")
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit | click.UsageError)
