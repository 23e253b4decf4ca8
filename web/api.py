"""The JSON endpoint for programs, under `/api/v1`."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import NotAcceptable

from index.article import provenance_json
from index.errors import NotAvailableYet, RequestInvalid
from search.body import article_body, facet_body, search_body
from search.page import DEEPEST, ResultPage
from search.suggestion import closest, shortened
from web.archive import archive, root
from web.links import api_article, api_export, api_facet, api_search
from web.params import ENDPOINT_DEFAULTS, FACET_DEFAULTS, Asked, is_key, read_parameters
from web.validators import validated

PREFIX = "/api/v1"
LATER = {
    "/articles/<path:article_id>/similar": "The list of similar articles",
    "/suggest": "Suggesting queries",
    "/stats": "The statistics of the archive",
    "/openapi.json": "The OpenAPI document",
}
"""The product's addresses that this version does not have, and what they will be."""

blueprint = Blueprint("api", __name__, url_prefix=PREFIX)


@blueprint.before_request
def json_only() -> None:
    """Who takes no JSON is told so; who says nothing, takes it."""
    if request.accept_mimetypes and not request.accept_mimetypes.accept_json:
        raise NotAcceptable("This address answers in JSON only; ask with “Accept: application/json”.")


@blueprint.get("/search")
@blueprint.get("/search.json")
@validated
def search() -> Response:
    """The answer to a request."""
    asked = read_parameters(request.args.items(multi=True), ENDPOINT_DEFAULTS)
    answer = archive().search(asked.request)
    links = {
        "self": api_search(root(), asked),
        "next": _next(asked, answer),
        **{ending: api_export(root(), asked, ending) for ending in ("csv", "jsonl", "atom")},
    }
    return jsonify({**search_body(answer, asked.show_fields, _address), "links": links})


def _next(asked: Asked, answer: ResultPage) -> str | None:
    """Where the next page is: by its number, or by the cursor where numbers do not reach or a cursor led here."""
    if answer.next_cursor is None:
        return None
    page = asked.request.page + 1
    if asked.request.cursor or page > DEEPEST // asked.request.page_size:
        further = replace(asked.request, page=1, cursor=answer.next_cursor)
    else:
        further = replace(asked.request, page=page)
    return api_search(root(), replace(asked, request=further))


@blueprint.get("/facets/<field>")
def facet(field: str) -> Response:
    """The values of a facet, page by page."""
    pairs = [("facet-sort" if name == "sort" else name, text) for name, text in request.args.items(multi=True)]
    asked = read_parameters(pairs, FACET_DEFAULTS).request
    answer = archive().searcher.facet(field, asked)
    links = {
        "self": api_facet(root(), field, asked),
        "next": api_facet(root(), field, replace(asked, page=asked.page + 1)) if asked.page < answer.pages else None,
    }
    return jsonify({**facet_body(answer), "links": links})


@blueprint.get("/articles/<path:article_id>")
@validated
def article(article_id: str) -> Response:
    """One article with every public field."""
    _take_nothing_but()
    return _article(article_id)


@blueprint.get("/articles/<path:article_id>/provenance")
@validated
def provenance(article_id: str) -> Response:
    """Where each field of an article comes from."""
    _take_nothing_but()
    return _provenance(article_id)


@blueprint.get("/article")
@validated
def article_by_id() -> Response:
    """The same for an id that cannot stand in a path."""
    return _article(_id())


@blueprint.get("/article/provenance")
@validated
def provenance_by_id() -> Response:
    """The same for an id that cannot stand in a path."""
    return _provenance(_id())


def _article(article_id: str) -> Response:
    return jsonify(article_body(archive().article(article_id).article, _address))


def _provenance(article_id: str) -> Response:
    found = archive().article(article_id).article.provenance
    return jsonify({"id": article_id, "provenance": {name: provenance_json(one) for name, one in found.items()}})


def _later(**_: str) -> Response:
    raise NotAvailableYet(LATER[str(request.url_rule).removeprefix(PREFIX)])


for _number, _rule in enumerate(LATER):
    blueprint.add_url_rule(_rule, f"later_{_number}", _later)


def _address(article_id: str) -> str:
    return api_article(root(), article_id)


def _id() -> str:
    _take_nothing_but("id")
    ids = request.args.getlist("id")
    if len(ids) != 1:
        raise RequestInvalid("id", "Name one article: /api/v1/article?id=…")
    return ids[0]


def _take_nothing_but(*known: str) -> None:
    """An address that takes no parameter refuses what it would have to ignore."""
    for name in request.args:
        if name not in known and not is_key(name):
            raise RequestInvalid(name, f"There is no parameter “{shortened(name)}” here.", closest(name, known))
