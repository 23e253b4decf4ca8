"""What is measured of ingest is what was asked for, and absent collections are named."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

import click
import pytest
from bench.ingest import PARSING, STEPS, measure, measure_together, report


def test_every_record_is_counted_once_and_every_stage_takes_time() -> None:
    with as_file(files("indexer.samples")) as samples:
        taken = measure([str(samples)])
    assert taken.records > 10
    assert set(taken.stages) == {PARSING, *STEPS}
    assert min(taken.stages.values()) > 0
    assert taken.rate > 0


def test_processes_share_the_inputs(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.jsonl").write_text('{"title": "T", "body": "Text."}\n' * (number + 1))
    shares = measure_together(sorted(map(str, tmp_path.iterdir())), 2)
    assert [share.records for share in shares] == [1 + 3, 2]


def test_a_collection_that_is_absent_is_named(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match=r"Reuters-21578 are not at .*reuters21578: set BACKFILE_TEST_DATA"):
        report(tmp_path, 1)
