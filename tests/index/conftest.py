"""Fixtures for tests of the engine."""

from __future__ import annotations

import pytest
from mishaps import Rehearsal, rehearse


@pytest.fixture(scope="session")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """The script of operations, run once without a mishap."""
    return rehearse(tmp_path_factory.mktemp("rehearsal"))
