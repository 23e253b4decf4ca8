"""Our top-level names are common words: nobody else may own them in this environment."""

from __future__ import annotations

from importlib.metadata import packages_distributions

import pytest


@pytest.mark.parametrize("name", ["index", "indexer", "search", "web"])
def test_no_other_distribution_owns_the_package(name: str) -> None:
    assert set(packages_distributions().get(name, [])) <= {"backfile"}
