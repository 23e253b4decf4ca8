"""The Flask application: what it is made of, and the headers that every answer carries."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from flask import Flask, Response

from index.backend import Backend
from index.opening import open_backend
from index.settings import Settings, load_settings
from search.searcher import Searcher
from web import api, browsers, errors, exports, lists, pages, probes
from web.access import Access
from web.archive import EXTENSION, Archive
from web.compressing import compressed
from web.figures import Figures
from web.noting import Notes

STATIC_SECONDS = 31_536_000
"""Style and script may be kept for a year: their addresses change with their content."""
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # A publisher whose article is opened from here does not learn what was searched for.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def create_app(settings: Settings | None = None, backend: Backend | None = None) -> Flask:
    """The application over `backend`, or over the index that `settings` name.

    Without settings they are read as the command line reads them. Raises SettingsInvalid. The index is opened by each
    request, so that an application may start before there is one, and always shows the newest commit.
    """
    settings = settings or load_settings(os.environ, Path.cwd())
    backend = backend or open_backend(settings)
    app = Flask(__name__)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_SECONDS
    searcher = Searcher.of(settings, backend)
    figures = Figures(backend, searcher)
    app.extensions[EXTENSION] = Archive(settings, backend, searcher, figures)
    app.url_map.merge_slashes = False  # an article's id may hold two slashes in a row
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's own provider has it, its protocol does not
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(lists.blueprint)
    app.register_blueprint(exports.blueprint)
    app.register_blueprint(browsers.blueprint)
    app.register_blueprint(probes.blueprint)
    app.after_request(compressed)
    app.after_request(_secure)
    Notes(settings, figures).install(app)
    Access(settings).install(app)
    errors.install(app)
    pages.install(app, _versions(Path(app.static_folder or "")))
    return app


def _secure(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-cache")
    return response


def _versions(folder: Path) -> dict[str, str]:
    """A digest of each static file, for its address."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:10] for path in folder.iterdir()}
