"""The JSON bodies of the endpoint: a result page and an article under the public names.

Every key is always there; what is unknown is null, what is empty is a list. The web adds the links.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from index.article import Article
from index.errors import RequestInvalid
from index.explanation import Explanation
from index.results import FacetCounts, FacetValue, Group, Histogram
from index.schema import field_named
from search.page import FacetPage, Offer, QueryWarning, Result, ResultPage, SearchRequest, Snippet
from search.suggestion import closest, shortened

ALL_FIELDS = "all"
USUAL_FIELDS = (
    "id", "title", "abstract", "byline", "source", "section", "published", "publishedPrecision", "url",
)  # fmt: skip
"""What a result shows of its article when nothing else is asked for."""

# Query fields whose JSON key has another name: the plural, or the longer word.
_KEYS = {
    "credit": "credits",
    "keyword": "keywords",
    "lang": "language",
    "heading": "headings",
    "caption": "captions",
    "person": "people",
    "place": "places",
    "organisation": "organisations",
}
_ARTICLE_KEYS = tuple(Article().to_json())
# Servers and browsers tidy empty and dot segments of a path away, and refuse control characters.
_NOT_A_PATH = re.compile(r"(?:^|/)\.{0,2}(?:/|$)|[\x00-\x1f\x7f]")
_RESERVED = re.compile(r"(?:^|/)(?:similar|provenance)$")

AddressOf = Callable[[str], str]
"""The endpoint's address of the article with an id."""


def api_url(article_id: str) -> str:
    """The address of an article on the endpoint, as a path or, where the id cannot be one, as a parameter."""
    if _NOT_A_PATH.search(article_id) or _RESERVED.search(article_id):
        return f"/api/v1/article?id={quote(article_id, safe='', errors='replace')}"
    return f"/api/v1/articles/{quote(article_id, safe='/:', errors='replace')}"


def search_body(page: ResultPage, show_fields: Iterable[str] = (), address: AddressOf = api_url) -> dict[str, Any]:
    """The body of `/api/v1/search`, without its links.

    `show_fields` are names or aliases of query fields, or JSON keys, to be shown of each result besides the usual ones.
    Raises RequestInvalid for an unknown one.
    """
    keys = keys_shown(show_fields)
    return {
        "total": page.total,
        "totalGroups": page.groups,
        "startIndex": page.start_index,
        "pageSize": page.request.page_size,
        "currentPage": page.current_page,
        "pages": page.pages,
        "orderBy": page.order_by,
        "tookMs": page.took_ms,
        "indexGeneration": page.commit.generation,
        "query": {
            "q": page.request.q,
            "parsed": page.parsed,
            "clauses": [{"text": clause.text, "count": clause.count} for clause in page.clauses],
            "filters": filters_body(page.request),
            "warnings": warnings_body(page.warnings),
            "expanded": [{"text": one.text, "with": list(one.others)} for one in page.expanded],
            "offers": [_offer(offer) for offer in page.offers],
            "didYouMean": None,
        },
        "results": [result_body(result, keys, address) for result in page.results],
        "facets": [_facet(facet) for facet in page.facets],
        "histograms": [_histogram(page.histogram)] if page.histogram else [],
        "nextCursor": page.next_cursor,
    }


def facet_body(page: FacetPage) -> dict[str, Any]:
    """The body of `/api/v1/facets/{field}`, without its links."""
    return {
        "total": page.total,
        "startIndex": page.start_index,
        "pageSize": page.request.facet_size,
        "currentPage": page.request.page,
        "pages": page.pages,
        "tookMs": page.took_ms,
        "indexGeneration": page.commit.generation,
        "query": {"q": page.request.q, "filters": filters_body(page.request)},
        **_facet(page.facet),
    }


def article_body(article: Article, address: AddressOf = api_url) -> dict[str, Any]:
    """The body of `/api/v1/articles/{id}`: every public field."""
    return {**article.to_json(), "wordCount": article.word_count, "apiUrl": address(article.id)}


def keys_shown(show_fields: Iterable[str]) -> tuple[str, ...]:
    """The JSON keys of the fields named, without those that are shown anyway."""
    keys: dict[str, None] = {}
    for name in show_fields:
        field = field_named(name)
        key = _KEYS.get(field.name, field.name) if field else name
        if name == ALL_FIELDS:
            keys |= dict.fromkeys(_ARTICLE_KEYS)
        elif key in _ARTICLE_KEYS:
            keys[key] = None
        else:
            raise RequestInvalid(
                "show-fields",
                f"An article has no field “{shortened(name)}” to show; possible are {ALL_FIELDS} and "
                f"{', '.join(_ARTICLE_KEYS)}.",
                closest(name, _ARTICLE_KEYS),
            )
    return tuple(key for key in keys if key not in {*USUAL_FIELDS, "language"})


def result_body(result: Result, keys: tuple[str, ...], address: AddressOf) -> dict[str, Any]:
    """One result, with the fields of its article under further `keys`."""
    article = result.article.to_json()
    return {
        **{key: article[key] for key in USUAL_FIELDS},
        "apiUrl": address(result.article.id),
        "language": article["language"],
        "wordCount": result.article.word_count,
        "score": result.score,
        "pinned": result.pinned,
        **({"explanation": _explanation(result.explanation)} if result.explanation else {}),
        "highlights": [_highlight(snippet) for snippet in result.snippets],
        "group": _group(result.group),
        **{key: article[key] for key in keys},
    }


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "text": offer.text,
        "position": offer.position,
        "fromDate": offer.from_date or None,
        "toDate": offer.to_date or None,
        "count": offer.count,
    }


def _explanation(explanation: Explanation) -> dict[str, Any]:
    return {
        "value": explanation.value,
        "description": explanation.description,
        "operator": explanation.operator.value,
        "details": [_explanation(part) for part in explanation.details],
    }


def _highlight(snippet: Snippet) -> dict[str, Any]:
    return {
        "field": snippet.field,
        "text": snippet.text,
        "ranges": [list(bounds) for bounds in snippet.ranges],
        "html": snippet.html,
    }


def warnings_body(warnings: Iterable[QueryWarning]) -> list[dict[str, Any]]:
    """What was not read as written."""
    return [{"code": warning.code, "detail": warning.detail, "position": warning.position} for warning in warnings]


def filters_body(request: SearchRequest) -> dict[str, list[str]]:
    """What narrows the search besides the query, as it was given."""
    dates = {"from-date": request.from_date, "to-date": request.to_date}
    return {
        **{name: list(values) for name, values in request.filters.items() if values},
        **{name: [value] for name, value in dates.items() if value},
    }


def _facet(facet: FacetCounts) -> dict[str, Any]:
    field = field_named(facet.field)
    return {
        "field": facet.field,
        "label": field.label if field else facet.field,
        "values": [_facet_value(one) for one in facet.values],
        "missing": facet.missing,
        "other": facet.other,
        "distinct": facet.distinct,
    }


def _facet_value(value: FacetValue) -> dict[str, Any]:
    return {
        "value": value.value,
        "count": value.count,
        "selected": value.selected,
        "parent": value.parent,
        "indexed": value.indexed,
        "significance": value.significance,
    }


def _group(group: Group | None) -> dict[str, Any] | None:
    if group is None:
        return None
    return {"cluster": group.cluster, "size": group.size, "others": list(group.others)}


def _histogram(histogram: Histogram) -> dict[str, Any]:
    return {
        "field": "date",
        "interval": histogram.interval.value,
        "buckets": [
            {
                "from": bucket.start.isoformat(),
                "to": bucket.end.isoformat(),
                "count": bucket.count,
                "indexed": bucket.indexed,
                "share": bucket.share,
            }
            for bucket in histogram.buckets
        ],
        "undated": histogram.undated,
    }
