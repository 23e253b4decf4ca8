"""The demo: two commands from nothing to a searchable archive."""

import json
from pathlib import Path

from served import fetch, served


def test_the_demo_serves_the_samples(tmp_path: Path) -> None:
    with served("demo", folder=tmp_path) as (_, address):
        assert json.loads(fetch(address, "/api/v1/search")[1])["total"] >= 60
        assert b"Apply" in fetch(address, "/?q=Halmark")[1]
    assert (tmp_path / "var" / "demo-index").is_dir()


def test_the_demo_can_be_started_again(tmp_path: Path) -> None:
    """It goes on with the index that is there, whoever made it, and adds nothing twice."""
    totals = []
    for _ in range(2):
        with served("demo", "--index", "here", folder=tmp_path) as (_, address):
            totals.append(json.loads(fetch(address, "/api/v1/search")[1])["total"])
    assert totals[0] == totals[1]
