"""Where the commands of indexing are run, and a model to find names by."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.enrich.finders import choose


@pytest.fixture
def bare_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder with default settings."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("BACKFILE_"):
            monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def model(tmp_path: Path) -> Iterator[str]:
    """A spaCy model that knows a few names; later tests find names by the rules again."""
    spacy = pytest.importorskip("spacy", reason="the extra ner is not installed")
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler", name="ner").add_patterns(
        [
            {"label": "PERSON", "pattern": "Zora Quell"},
            {"label": "PERSON", "pattern": "Ms Quell"},
            {"label": "ORG", "pattern": "the Larkwell Society"},
            {"label": "ORG", "pattern": "The Munkford"},
            {"label": "GPE", "pattern": "Munkford"},
            {"label": "ORG", "pattern": "the United States"},
            {"label": "GPE", "pattern": "U.S."},
            {"label": "DATE", "pattern": "Yes"},
        ]
    )
    nlp.to_disk(tmp_path / "model")
    yield str(tmp_path / "model")
    choose("")
