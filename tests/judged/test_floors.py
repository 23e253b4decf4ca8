"""Floors under figures rise freely and sink by decision only."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from judged.floors import FILE, Floors, Gate, lowered


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "floors.json"
    path.write_text('{"pages": {"titles": 0.9}}')
    return path


def floors(file: Path) -> Floors:
    held: Floors = json.loads(file.read_text())
    return held


@pytest.mark.parametrize("figure", [0.9, 0.9004, 1.0])
def test_a_figure_at_its_floor_or_above_passes_and_writes_nothing(file: Path, figure: float) -> None:
    Gate(file).hold("pages", {"titles": figure})
    assert floors(file) == {"pages": {"titles": 0.9}}


@pytest.mark.parametrize("raising", [False, True])
def test_a_figure_below_its_floor_fails_and_names_the_way_out(file: Path, *, raising: bool) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"titles is 0\.899, below its floor 0\.900.*--lower-floors"):
        Gate(file, raising).hold("pages", {"titles": 0.8999})
    assert floors(file) == {"pages": {"titles": 0.9}}


def test_a_figure_without_a_floor_fails_until_it_has_one(file: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"dates is 0\.500, and has no floor.*--raise-floors"):
        Gate(file).hold("pages", {"dates": 0.5})
    Gate(file, raising=True).hold("pages", {"dates": 0.5})
    Gate(file).hold("pages", {"dates": 0.5})


def test_raising_writes_the_higher_of_two_rounded_down(file: Path) -> None:
    Gate(file, raising=True).hold("pages", {"titles": 0.98765})
    assert floors(file) == {"pages": {"titles": 0.987}}


def test_lowering_writes_what_is_measured(file: Path) -> None:
    Gate(file, lowering=True).hold("pages", {"titles": 0.5, "dates": 0.75})
    assert floors(file) == {"pages": {"titles": 0.5, "dates": 0.75}}


def test_what_was_lowered_or_taken_out_is_seen() -> None:
    committed = {"pages": {"titles": 0.9, "dates": 0.8, "bodies": 0.7}, "ranking": {"adi": 0.3}}
    assert lowered(committed, {"pages": {"titles": 0.9, "dates": 0.7}}) == [
        "pages: dates from 0.8 to 0.7",
        "pages: bodies from 0.7 to nothing",
        "ranking: adi from 0.3 to nothing",
    ]


def test_no_floor_is_lower_than_the_committed_one(request: pytest.FixtureRequest) -> None:
    """Not by hand either: that takes --lower-floors."""
    if request.config.getoption("--lower-floors"):
        pytest.skip("--lower-floors was given")
    shown = subprocess.run(["git", "show", f"HEAD:./{FILE.name}"], cwd=FILE.parent, capture_output=True, check=False)
    if shown.returncode:
        pytest.skip("this is no git checkout with a commit of floors.json")
    assert lowered(json.loads(shown.stdout), floors(FILE)) == []
