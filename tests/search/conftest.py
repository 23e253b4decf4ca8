"""A small archive to search in, held by the embedded engine."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from index.article import Article, Caption
from index.backend import Backend
from index.dates import parse_instant
from index.opening import open_backend
from index.settings import Settings
from search.searcher import Searcher


def article(number: int, title: str, body: str, **fields: object) -> Article:
    return Article(id=f"a{number}", title=title, body=body, language="en", **fields)  # type: ignore[arg-type]  # a test's shorthand


ARTICLES = (
    article(
        1, "Dockers strike in Sarnholt", "The harbour is quiet. Trains run.",
        section="Politics", source="Courier", published=parse_instant("2019-05-06"), people=("Piet Aldous",),
    ),
    article(
        2, "Rail strike looms", "The union wants a strike on the rail. Harbour and mine would stop.",
        section="Politics", source="Gazette", published=parse_instant("2019-06"),
    ),
    article(
        3, "Mine reopens", "The rail from Brenwick brings miners.", section="Economy", source="Courier",
        published=parse_instant("2023-08-26T10:00:00Z"),
        captions=(Caption("", "Kofi Brandal"), Caption("A strike of luck")),
    ),
    article(4, "Cup for the Rovers", "Reyes strikes twice.", section="Sport", source="Courier"),
    article(5, "Pier burns", "Nothing is left of it.", published=parse_instant("2024-01-17")),
)  # fmt: skip


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("archive") / "index"


@pytest.fixture(scope="session")
def archive() -> tuple[Article, ...]:
    """The articles of the archive, `a1` to `a5`."""
    return ARTICLES


@pytest.fixture(scope="session")
def backend(place: Path, archive: tuple[Article, ...]) -> Backend:
    backend = open_backend(Settings(index=str(place)))
    with backend.writer() as writer:
        for one in archive:
            writer.put(one)
    return backend


@pytest.fixture(scope="session")
def searcher(backend: Backend) -> Searcher:
    return Searcher(backend, UTC)
