"""Addresses for machines that watch over a server: is it alive, can it answer, what are its figures."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from web.archive import archive

PATHS = ("/healthz", "/readyz", "/metrics")

blueprint = Blueprint("probes", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers; whether there is an index is another question."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
def ready() -> Response:
    """The index can be searched. Otherwise it is a problem with status 503 that says why."""
    commit, articles = archive().searcher.state()
    return jsonify({"status": "ready", "indexGeneration": commit.generation, "commit": commit.number,
                    "articles": articles})  # fmt: skip


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures in Prometheus' format, of all processes of the server."""
    text, media_type = archive().figures.text()
    return Response(text, content_type=media_type)
