"""A writer that is killed at any moment leaves the state before or after, and what it leaves behind is cleared away."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from mishaps import SEED, Mishap, Outcome, Phase, Rehearsal, check_what_is_left, operate
from operations import OPERATIONS

SECONDS = 0.25
"""Until a process is killed from outside, at most: several operations, or the largest one and what follows."""


def killed_at_steps(rehearsal: Rehearsal, folder: Path, kills: int) -> Iterator[Outcome]:
    """Processes that kill themselves at chosen steps."""
    for point in rehearsal.chosen(kills):
        place = rehearsal.copy(point.operation, folder)
        outcome = operate(place, range(point.operation, point.operation + 1), mishap=Mishap.KILL, at=point.step)
        assert (outcome.operation, outcome.phase) == (point.operation, point.phase)
        yield outcome


def killed_at_moments(rehearsal: Rehearsal, folder: Path) -> Iterator[Outcome]:
    """Processes that are killed from outside: after the same times in every run, which are not the same steps."""
    moments = random.Random(SEED)  # noqa: S311  # no secret
    while True:
        operations = range(moments.randrange(len(OPERATIONS)), len(OPERATIONS))
        place = rehearsal.copy(operations.start, folder)
        outcome = operate(place, operations, seconds=moments.uniform(0, SECONDS))
        if outcome.killed:  # and not done before
            yield outcome


@pytest.mark.parametrize("kills", [20, pytest.param(500, marks=pytest.mark.long)])
def test_a_writer_killed_at_any_moment_leaves_the_state_before_or_after(
    rehearsal: Rehearsal, tmp_path: Path, kills: int
) -> None:
    """Two thirds at steps (all of them, in the long run), the others anywhere; none of the phases is left out."""
    ways = {
        "steps": killed_at_steps(rehearsal, tmp_path, kills * 2 // 3),
        "moments": killed_at_moments(rehearsal, tmp_path),
    }
    counted: Counter[tuple[str, Phase]] = Counter()
    for way, outcomes in ways.items():
        for outcome in islice(outcomes, kills - counted.total()):
            check_what_is_left(tmp_path, outcome)
            counted[way, outcome.phase] += 1
        print(f"killed at {way}:", *(f"{counted[way, phase]} {phase.name.lower()}" for phase in Phase))  # noqa: T201  # for -s
    assert counted.total() == kills
    assert all(counted["steps", phase] for phase in Phase)


@pytest.mark.parametrize("cuts", [10, pytest.param(500, marks=pytest.mark.long)])
def test_a_power_cut_at_any_step_leaves_the_state_before_or_after(
    rehearsal: Rehearsal, tmp_path: Path, cuts: int
) -> None:
    """Though nothing is there then that was not synced to the disk, neither content nor names."""
    for point in rehearsal.chosen(cuts):
        mishaps = [Mishap.POWER_CUT]
        if point.phase is Phase.INSIDE:
            mishaps.append(Mishap.POWER_CUT_AFTER_RENAMING)
        for mishap in mishaps:
            place = rehearsal.copy(point.operation, tmp_path)
            outcome = operate(place, range(point.operation, point.operation + 1), mishap=mishap, at=point.step)
            assert outcome.killed
            check_what_is_left(tmp_path, outcome)
