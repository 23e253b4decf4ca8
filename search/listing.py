"""Lists of places in articles: what a concordance and a list of quotes have in common.

Whole articles have to be read for them, so only so many are: the first in the order of the search, and the answer says
whether those were all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from time import perf_counter
from typing import Any, Generic, TypeVar

from index.article import Article
from index.backend import Reader
from index.results import Commit, EngineRequest
from search.body import AddressOf, filters_body, warnings_body
from search.page import QueryWarning, SearchRequest
from search.parser import ParsedQuery

MOST_ARTICLES = 1_000
"""Articles read for one list: about 0.3 s on Reuters-21578."""
MOST_CHARACTERS = 10_000_000
"""Characters of text read for one list; articles of usual length have a third of it."""
MOST_ENTRIES = 10_000
"""Entries of one list: as many as pages can reach."""

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered(Generic[Entry]):
    """What was found in the articles that a request matches, in their order.

    It is `complete` when all `articles` that match were read to the end.
    """

    entries: list[Entry]
    articles: int
    articles_read: int
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[Entry]):
    """One page of a list of places in articles; `total` entries were found in the `articles_read`."""

    request: SearchRequest
    commit: Commit
    entries: tuple[Entry, ...]
    total: int
    articles: int
    articles_read: int
    complete: bool
    parsed: str
    warnings: tuple[QueryWarning, ...]
    took_ms: int

    @property
    def pages(self) -> int:
        """How many pages the list has."""
        return -(-self.total // self.request.page_size)

    @property
    def start_index(self) -> int:
        """The 1-based number of this page's first entry, 0 when it has none."""
        return (self.request.page - 1) * self.request.page_size + 1 if self.entries else 0


def gathered(
    reader: Reader,
    question: EngineRequest,
    entries_of: Callable[[Article], Iterable[Entry]],
    most: int = MOST_ARTICLES,
) -> Gathered[Entry]:
    """The entries of the articles that match, read one after another up to the limits; `most` bounds the articles."""
    found = reader.search(replace(question, offset=0, limit=most, facets=(), histogram=None, collapse=False))
    entries: list[Entry] = []
    articles_read = characters = 0
    for hit in found.hits:
        if characters > MOST_CHARACTERS or len(entries) > MOST_ENTRIES:
            break
        article = hit.article
        articles_read += 1
        characters += len(article.body)
        entries.extend(islice(entries_of(article), MOST_ENTRIES + 1 - len(entries)))
    return Gathered(
        entries=entries[:MOST_ENTRIES],
        articles=found.total,
        articles_read=articles_read,
        complete=articles_read == found.total and len(entries) <= MOST_ENTRIES,
    )


def listing(
    found: Gathered[Any],
    entries: Sequence[Entry],
    request: SearchRequest,
    *,
    parsed: ParsedQuery,
    commit: Commit,
    started: float,
) -> Listing[Entry]:
    """One page of what was gathered: `entries` are those of the page, `started` is when reading began."""
    return Listing(
        request=request,
        commit=commit,
        entries=tuple(entries),
        total=len(found.entries),
        articles=found.articles,
        articles_read=found.articles_read,
        complete=found.complete,
        parsed=parsed.text,
        warnings=parsed.warnings,
        took_ms=round((perf_counter() - started) * 1_000),
    )


def page_of(entries: list[Entry], request: SearchRequest) -> list[Entry]:
    """The entries of the page that was asked for."""
    first = (request.page - 1) * request.page_size
    return entries[first : first + request.page_size]


def listing_body(listing: Listing[Entry], name: str, entry_body: Callable[[Entry], dict[str, Any]]) -> dict[str, Any]:
    """The JSON body of a list, its entries under `name`, without its links."""
    return {
        "total": listing.total,
        "complete": listing.complete,
        "articles": listing.articles,
        "articlesRead": listing.articles_read,
        "startIndex": listing.start_index,
        "pageSize": listing.request.page_size,
        "currentPage": listing.request.page,
        "pages": listing.pages,
        "tookMs": listing.took_ms,
        "indexGeneration": listing.commit.generation,
        "query": {
            "q": listing.request.q,
            "parsed": listing.parsed,
            "filters": filters_body(listing.request),
            "warnings": warnings_body(listing.warnings),
        },
        name: [entry_body(entry) for entry in listing.entries],
    }


def source_body(article: Article, address: AddressOf) -> dict[str, Any]:
    """Which article an entry is from."""
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "published": str(article.published) if article.published else None,
        "publishedPrecision": article.published.precision.value if article.published else None,
        "url": article.url,
        "apiUrl": address(article.id),
    }
