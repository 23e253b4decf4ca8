"""The demo: one command from nothing to a searchable archive."""

import json
from pathlib import Path

from served import fetch, served


def test_the_demo_serves_the_samples_and_can_be_started_again(tmp_path: Path) -> None:
    """The second start goes on with the index of the first and adds nothing twice."""
    totals = []
    for _ in range(2):
        with served("demo", folder=tmp_path) as (_, address):
            totals.append(json.loads(fetch(address, "/api/v1/search")[1])["total"])
            assert b"Apply" in fetch(address, "/?q=Halmark")[1]
    assert totals[0] == totals[1] >= 60
    assert (tmp_path / "var" / "demo-index").is_dir()
