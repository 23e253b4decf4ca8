"""The endpoint's lists of places in articles: `/api/v1/concordance` and `/api/v1/quotes`.

They take the filters of the search, and parameters of their own; what the search has for whole articles is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from search.concordance import ConcordanceRequest, line_body
from search.listing import Listing, listing_body
from search.page import DEEPEST, SearchRequest
from search.quotes import QuotesRequest, quote_body
from web.api import PREFIX, json_only
from web.archive import archive, root
from web.links import api_article
from web.params import OF_CONCORDANCE, OF_QUOTES, read_listed, to_pairs

OF_ARTICLES = {
    "show-fields", "facet", "facet-size", "facet-sort", "histogram", "interval", "highlight", "snippets",
    "snippet-size", "cursor", "collapse", "explain", "facet-contains", "facet-prefix",
}  # fmt: skip
"""Parameters of the search that are about the articles of its answer."""
blueprint = Blueprint("lists", __name__, url_prefix=PREFIX)
blueprint.before_request(json_only)


@blueprint.get("/concordance")
def concordance() -> Response:
    """Each match of a query in context."""
    search, own = read_listed(request.args.items(multi=True), OF_CONCORDANCE, OF_ARTICLES | {"order-by"})
    listing = archive().searcher.concordance(ConcordanceRequest(search=search, **own))
    body = listing_body(listing, "lines", partial(line_body, address=partial(api_article, root())))
    return jsonify({**body, "links": _links("concordance", listing, search, own)})


@blueprint.get("/quotes")
def quotes() -> Response:
    """The quotes of a speaker that hold what is asked for."""
    search, own = read_listed(request.args.items(multi=True), OF_QUOTES, OF_ARTICLES | {"query-fields"})
    listing = archive().searcher.quotes(QuotesRequest(search=search, **own))
    body = listing_body(listing, "quotes", partial(quote_body, address=partial(api_article, root())))
    return jsonify({**body, "links": _links("quotes", listing, search, own)})


def _links(name: str, listing: Listing[Any], search: SearchRequest, own: Mapping[str, Any]) -> dict[str, str | None]:
    last = min(listing.pages, DEEPEST // search.page_size)
    following = replace(search, page=search.page + 1) if search.page < last else None
    return {
        "self": _address(name, search, own),
        "next": _address(name, following, own) if following else None,
    }


def _address(name: str, search: SearchRequest, own: Mapping[str, Any]) -> str:
    pairs = [*to_pairs(search, SearchRequest()), *own.items()]
    return f"{root().rstrip('/')}{PREFIX}/{name}" + (f"?{urlencode(pairs, errors='replace')}" if pairs else "")
