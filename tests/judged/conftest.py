"""The gate through which the figures of judged collections go."""

from __future__ import annotations

import pytest
from judged.floors import FILE, Gate


@pytest.fixture
def gate(request: pytest.FixtureRequest) -> Gate:
    """The gate over `floors.json`, as the command line opens it."""
    return Gate(FILE, request.config.getoption("--raise-floors"), request.config.getoption("--lower-floors"))
