"""The formats that come with Backfile are registered under their names."""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path

from indexer.format import ENTRY_POINT

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def test_every_registered_format_has_the_name_under_which_it_is_found() -> None:
    points = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["entry-points"][ENTRY_POINT]
    for name, place in points.items():
        module, _, attribute = place.partition(":")
        assert getattr(import_module(module), attribute).name == name
    assert {"nitf", "newsml-1", "newsml-g2"} <= points.keys()
