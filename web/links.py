"""Where links lead: every address of a page, made from the request that it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote, urlencode, urlsplit

from search.page import PAGE_FACETS, SearchRequest
from web.params import ENDPOINT_DEFAULTS, PAGE_DEFAULTS, query_string, to_pairs

# The parameters that the search form shows as fields; whatever else a request holds travels in hidden ones.
_FORM_FIELDS = {"q", "match", "from-date", "to-date", "page", *PAGE_FACETS}
# A path keeps everything but empty and dot segments, which browsers and servers tidy away, and control characters.
_TIDIED = re.compile(r"(?:^|/)\.{0,2}(?:/|$)|[\x00-\x1f\x7f]")
_KEPT_IN_PATH = "/:@!$'()*,;~"


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses around one request. `root` is where the site begins, with its slash."""

    root: str
    request: SearchRequest = PAGE_DEFAULTS

    def search(self, request: SearchRequest) -> str:
        """The search page that answers `request`."""
        return self.root + query_string(request, PAGE_DEFAULTS)

    def here(self) -> str:
        """The same page again."""
        return self.search(self.request)

    def page(self, number: int) -> str:
        """Another page of the same answer."""
        return self.search(replace(self.request, page=number))

    def order(self, order_by: str) -> str:
        """The same answer in another order, from its first page."""
        return self.search(replace(self.request, order_by=order_by, page=1))

    def match(self, match: str) -> str:
        """The same words under a wider or narrower match."""
        return self.search(replace(self.request, match=match, page=1))

    def asking(self, q: str) -> str:
        """Another query under the same filters."""
        return self.search(replace(self.request, q=q, page=1))

    def between(self, first: date | str, last: date | str) -> str:
        """The same request within these days; empty is open."""
        return self.search(replace(self.request, from_date=str(first), to_date=str(last), page=1))

    def without(self, field: str, value: str) -> str:
        """The same request less one filter."""
        left = tuple(one for one in self.request.filters.get(field, ()) if one != value)
        filters = {**self.request.filters, field: left}
        return self.search(replace(self.request, filters={k: v for k, v in filters.items() if v}, page=1))

    def unfiltered(self) -> str:
        """The same query without any filter or date."""
        return self.search(replace(self.request, filters={}, from_date="", to_date="", page=1))

    def more_values(self, size: int) -> str:
        """The same page with longer facets."""
        return self.search(replace(self.request, facet_size=size))

    def only(self, field: str, value: str) -> str:
        """Every article with this value."""
        return self.search(replace(PAGE_DEFAULTS, filters={field: (value,)}))

    def article(self, article_id: str) -> str:
        """The article's page, which remembers the request."""
        pairs = to_pairs(self.request, PAGE_DEFAULTS)
        return self.root + _by_id("article", article_id, pairs)

    def endpoint(self, page: int | None = None) -> str:
        """The endpoint's answer to the same request; another page of it where one is named."""
        request = self.request if page is None else replace(self.request, page=page)
        return f"{self.root}api/v1/search{query_string(request, ENDPOINT_DEFAULTS)}"

    def hidden(self) -> list[tuple[str, str]]:
        """What the search form must carry along unseen to keep the request whole."""
        return [pair for pair in to_pairs(self.request, PAGE_DEFAULTS) if pair[0] not in _FORM_FIELDS]


def api_article(root: str, article_id: str) -> str:
    """The article's address on the endpoint."""
    return f"{root}api/v1/" + _by_id("article", article_id, ())


def _by_id(kind: str, article_id: str, pairs: Iterable[tuple[str, str]]) -> str:
    """`articles/ID?…`, or `article?id=ID&…` for an id that would not survive as a path."""
    pairs = list(pairs)
    last = article_id.rpartition("/")[2]
    if _TIDIED.search(article_id) or last in {"provenance", "similar"}:
        return f"{kind}?{urlencode([('id', article_id), *pairs], errors='replace')}"
    query = f"?{urlencode(pairs, errors='replace')}" if pairs else ""
    return f"{kind}s/{quote(article_id, safe=_KEPT_IN_PATH, errors='replace')}{query}"


def outside(url: str | None) -> str | None:
    """The address when it is a plain web address, else nothing: other schemes can run or reveal things."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None
