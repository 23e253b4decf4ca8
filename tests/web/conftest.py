"""The small archive in the embedded engine, and the application over it."""

from pathlib import Path

import pytest
from ferry_archive import ARTICLES
from flask import Flask
from flask.testing import FlaskClient

from index.opening import open_backend
from index.settings import Settings
from web import create_app


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application over the archive, which no test changes."""
    settings = Settings(index=str(tmp_path_factory.mktemp("archive") / "index"), title="The Ferry Archive")
    with open_backend(settings).writer() as writer:
        for article in ARTICLES:
            writer.put(article)
    return create_app(settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def empty_client(tmp_path: Path) -> FlaskClient:
    """The application where there is no index."""
    return create_app(Settings(index=str(tmp_path / "nothing"))).test_client()
