"""What browsers and crawlers ask a site for: how to search it from their own field, and what to leave alone."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from web.archive import root, site
from web.links import Links

blueprint = Blueprint("browsers", __name__)


@blueprint.get("/opensearch.xml")
def description() -> Response:
    """The OpenSearch 1.1 description, by which a browser searches the archive from its address field."""
    return Response(
        render_template("opensearch.xml", site=site(), links=Links(root())),
        mimetype="application/opensearchdescription+xml",
    )


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Articles may be found by other engines; combinations of facets, of which there is no end, are no pages."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {root()}{path}" for path in ("?", "api/", "facets/", "metrics")),
        *(f"Disallow: {root()}{path}" for path in ("articles/*?", "article?*&")),
        f"Allow: {root()}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
