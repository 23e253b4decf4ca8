"""The whole of an answer at once, as CSV and as lines of JSON, and its newest articles as a feed.

Exports are streamed: an answer of a million articles takes no more memory than one of ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain, islice
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from index.article import Article
from index.errors import RequestInvalid
from search.body import keys_shown
from search.rows import Row, csv_lines, json_lines, rows
from web.api import PREFIX
from web.archive import archive, root, site
from web.links import Links, api_article
from web.params import ENDPOINT_DEFAULTS, FEED_DEFAULTS, Asked, read_parameters
from web.validators import validated

ROWS_AT_ONCE = 200
"""Rows sent together: some 50 KB, so that a million of them are no million of packets."""
FILE_NAME = "backfile"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

blueprint = Blueprint("exports", __name__, url_prefix=PREFIX)


@blueprint.get("/search.csv")
def as_csv() -> Response:
    """Every article of the answer, for spreadsheets."""
    asked = _asked()
    keys = keys_shown(asked.show_fields)
    return _download(csv_lines(_rows(asked, keys), keys), "text/csv", "csv")


@blueprint.get("/search.jsonl")
def as_json_lines() -> Response:
    """Every article of the answer, a line each."""
    asked = _asked()
    return _download(json_lines(_rows(asked, keys_shown(asked.show_fields))), "application/jsonl", "jsonl")


@blueprint.get("/search.atom")
@validated
def as_feed() -> Response:
    """The newest articles of the answer, for feed readers."""
    asked = read_parameters(request.args.items(multi=True), FEED_DEFAULTS)
    answer = archive().search(replace(asked.request, highlight=False, facets=(), interval=""))
    feed = render_template(
        "feed.atom",
        answer=answer,
        entries=[(result.article, _entry_id(result.article)) for result in answer.results],
        links=Links(site(), asked.request),
        updated=max((_moment(result.article) for result in answer.results), default=_EPOCH),
        moment=_moment,
        here=request.full_path.rstrip("?"),
        site=site(),
    )
    return Response(feed.encode("utf-8", "replace"), mimetype="application/atom+xml")


def _asked() -> Asked:
    """What is asked for. Raises RequestInvalid for what would ask for a part of the answer."""
    asked = read_parameters(request.args.items(multi=True), ENDPOINT_DEFAULTS)
    if asked.request.page != ENDPOINT_DEFAULTS.page:
        raise RequestInvalid("page", "An export has no pages: it holds the whole answer. Leave “page” out.")
    if asked.request.cursor:
        raise RequestInvalid("cursor", "An export begins at the first article. Leave “cursor” out.")
    return asked


def _rows(asked: Asked, keys: tuple[str, ...]) -> Iterator[Row]:
    """Every result. What is wrong with the question or the index is raised here, before anything is sent."""
    results = archive().searcher.every(asked.request)
    whole = chain(list(islice(results, 1)), results)
    return rows(whole, keys, partial(api_article, root()))


def _download(lines: Iterable[str], media_type: str, ending: str) -> Response:
    response = Response(_portions(lines), content_type=f"{media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}.{ending}"'
    return response


def _portions(lines: Iterable[str]) -> Iterator[bytes]:
    """The lines, many at a time. Half a surrogate pair of a broken file becomes a question mark."""
    portion: list[str] = []
    for line in lines:
        portion.append(line)
        if len(portion) == ROWS_AT_ONCE:
            yield "".join(portion).encode("utf-8", "replace")
            portion.clear()
    yield "".join(portion).encode("utf-8", "replace")


def _entry_id(article: Article) -> str:
    """An IRI that stays the article's wherever the archive moves."""
    return f"urn:backfile:article:{quote(article.id, safe='', errors='replace')}"


def _moment(article: Article) -> datetime:
    """When the article was last changed, as far as is known."""
    for instant in (article.modified, article.published):
        if instant is not None:
            start = instant.span(archive().settings.zone).start
            if start is not None:
                return datetime.fromtimestamp(start, UTC)
    return article.first_indexed or _EPOCH
