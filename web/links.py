"""Where links lead: every address of a page, made from the request that it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit

from search.body import api_url
from search.page import PAGE_FACETS, SearchRequest
from web.params import (
    ENDPOINT_DEFAULTS,
    FACET_DEFAULTS,
    FEED_DEFAULTS,
    PAGE_DEFAULTS,
    Asked,
    query_string,
    to_pairs,
)

# The parameters that the search form shows as fields; whatever else a request holds travels in hidden ones.
_FORM_FIELDS = {"q", "match", "from-date", "to-date", "page", "cursor", *PAGE_FACETS}

_DECIDES_WHAT_IS_FOUND = ("q", "match", "query_fields", "filters", "from_date", "to_date", "collapse", "freshness")


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses around one request. `root` is where the site begins, with its slash."""

    root: str
    request: SearchRequest = PAGE_DEFAULTS

    def search(self, request: SearchRequest) -> str:
        """The search page that answers `request`."""
        return self.root + query_string(request, PAGE_DEFAULTS)

    def _anew(self, **changes: Any) -> str:
        """The request with changes, from its first page."""
        return self.search(replace(self.request, page=1, cursor="", **changes))

    def here(self) -> str:
        """The same page again."""
        return self.search(self.request)

    def page(self, number: int) -> str:
        """Another page of the same answer."""
        return self.search(replace(self.request, page=number, cursor=""))

    def order(self, order_by: str) -> str:
        """The same answer in another order, from its first page."""
        return self._anew(order_by=order_by)

    def match(self, match: str) -> str:
        """The same words under a wider or narrower match."""
        return self._anew(match=match)

    def asking(self, q: str) -> str:
        """Another query under the same filters."""
        return self._anew(q=q)

    def between(self, first: date | str, last: date | str) -> str:
        """The same request within these days; empty is open."""
        return self._anew(from_date=str(first), to_date=str(last))

    def without(self, field: str, value: str) -> str:
        """The same request less one filter."""
        left = tuple(one for one in self.request.filters.get(field, ()) if one != value)
        filters = {**self.request.filters, field: left}
        return self._anew(filters={k: v for k, v in filters.items() if v})

    def unfiltered(self) -> str:
        """The same query without any filter or date."""
        return self._anew(filters={}, from_date="", to_date="")

    def more_values(self, size: int) -> str:
        """The same page with longer facets."""
        return self.search(replace(self.request, facet_size=size))

    def only(self, field: str, value: str) -> str:
        """Every article with this value."""
        return self.search(replace(PAGE_DEFAULTS, filters={field: (value,)}))

    def article(self, article_id: str) -> str:
        """The article's page, which remembers the request."""
        query = query_string(self.request, PAGE_DEFAULTS)
        path = api_url(article_id).removeprefix("/api/v1/")
        return self.root + path + (query.replace("?", "&", 1) if "?" in path else query)

    def endpoint(self) -> str:
        """The endpoint's answer to the same request."""
        return api_search(self.root, Asked(self.request))

    def export(self, ending: str) -> str:
        """The whole answer in another shape."""
        return api_export(self.root, Asked(self.request), ending)

    def feed(self) -> str:
        """The newest articles of the answer."""
        return api_export(self.root, Asked(self.request), "atom")

    def hidden(self) -> list[tuple[str, str]]:
        """What the search form must carry along unseen to keep the request whole."""
        return [pair for pair in to_pairs(self.request, PAGE_DEFAULTS) if pair[0] not in _FORM_FIELDS]


def api_search(root: str, asked: Asked) -> str:
    """The endpoint's answer to what is asked."""
    return f"{root}api/v1/search{query_string(asked.request, ENDPOINT_DEFAULTS, asked.show_fields)}"


def api_export(root: str, asked: Asked, ending: str) -> str:
    """The whole of what is asked, in another shape: without what only a page of it has."""
    usual = FEED_DEFAULTS if ending == "atom" else ENDPOINT_DEFAULTS
    order = usual.order_by if ending == "atom" else asked.request.order_by
    whole = replace(usual, order_by=order, **{name: getattr(asked.request, name) for name in _DECIDES_WHAT_IS_FOUND})
    return f"{root}api/v1/search.{ending}{query_string(whole, usual, asked.show_fields)}"


def api_facet(root: str, field: str, request: SearchRequest) -> str:
    """The endpoint's list of the values of a facet."""
    return f"{root}api/v1/facets/{quote(field, safe='')}{query_string(request, FACET_DEFAULTS)}"


def api_article(root: str, article_id: str) -> str:
    """The article's address on the endpoint."""
    return root + api_url(article_id).removeprefix("/")


def outside(url: str | None) -> str | None:
    """The address when it is a plain web address, else nothing: other schemes can run or reveal things."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None
