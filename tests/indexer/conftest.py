"""Where the commands of indexing are run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def bare_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder with default settings."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("BACKFILE_"):
            monkeypatch.delenv(name)
    return tmp_path
