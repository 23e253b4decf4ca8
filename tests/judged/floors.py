"""The floors under figures that only real collections can give, and who may lower them.

`floors.json` holds them, by group. A figure below its floor fails its test. `pytest --raise-floors` writes what is
measured where that is higher or new; `--lower-floors` also where it is lower, which is a decision to be defended in the
commit that does it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import floor, inf
from pathlib import Path

import pytest

FILE = Path(__file__).parent / "floors.json"
STEP = 1_000
"""Floors are rounded down to thousandths."""

Floors = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Gate:
    """What a figure must pass; `raising` and `lowering` say whether it may write a new floor instead."""

    file: Path
    raising: bool = False
    lowering: bool = False

    def hold(self, group: str, figures: dict[str, float]) -> None:
        """Fail, naming each figure that is below its floor or has none, unless it may be written."""
        floors: Floors = json.loads(self.file.read_text("utf-8"))
        held = floors.setdefault(group, {})
        reached = {name: floor(figure * STEP) / STEP for name, figure in figures.items()}
        written = {
            name: figure
            for name, figure in reached.items()
            if self.lowering or (self.raising and figure > held.get(name, -inf))
        }
        if written:
            held |= written
            self.file.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", "utf-8")
        failed = [
            f"{name} is {figure:.3f}, " + (f"below its floor {held[name]:.3f}" if name in held else "and has no floor")
            for name, figure in reached.items()
            if figure < held.get(name, inf)
        ]
        if failed:
            pytest.fail(
                f"{group}: {'; '.join(failed)}. --raise-floors takes a new figure into {self.file.name}; a lower one "
                "takes --lower-floors, and its reason in the commit."
            )


def lowered(committed: Floors, now: Floors) -> list[str]:
    """What of the committed floors is lower now or gone."""
    return [
        f"{group}: {name} from {figure} to {now.get(group, {}).get(name, 'nothing')}"
        for group, figures in committed.items()
        for name, figure in figures.items()
        if now.get(group, {}).get(name, -inf) < figure
    ]
