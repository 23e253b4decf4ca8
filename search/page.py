"""What a searcher asks and what comes back: the request as text, and the page of results as data.

The web form, the endpoint and the terminal all fill in a `SearchRequest` and all show a `ResultPage`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.article import Article
from index.explanation import Explanation
from index.results import Commit, FacetCounts, Group, Histogram

PAGE_SIZES = (1, 200)
FACET_SIZES = (1, 200)
SNIPPETS = (0, 10)
SNIPPET_SIZES = (20, 1_000)
DEEPEST = 10_000
"""Hits that can be reached by page number; further ones need the cursor."""
LONGEST_QUERY = 1_000
"""Characters of a query."""
PAGE_FACETS = ("source", "section", "person", "place", "organisation", "keyword", "lang")
"""The seven facets that the search page shows."""

Ranges = tuple[tuple[int, int], ...]
"""Places in a text, start and end in code points, in order and apart from each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What was asked, as text, under the endpoint's names (with `_` for `-`).

    `filters` maps a facet field to the values chosen, as the parameters give them: `value`, `-value`, `_missing` or
    `-_missing`. An `order_by` of "" is relevance when the query has words to rank by, else newest. An `interval` of ""
    asks for no histogram. `facets` are names of facet fields; `facet_contains` and `facet_prefix` look for values in
    them. `cursor` is the `next_cursor` of a page, and stands in place of a page number. `freshness` counts in the
    order of relevance, and where neither the query nor `from_date` and `to_date` ask for dates.
    """

    q: str = ""
    match: str = "all"
    query_fields: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    from_date: str = ""
    to_date: str = ""
    order_by: str = ""
    page: int = 1
    page_size: int = 20
    cursor: str = ""
    collapse: str = "none"
    facets: tuple[str, ...] = ()
    facet_size: int = 10
    facet_sort: str = "count"
    facet_contains: str = ""
    facet_prefix: str = ""
    interval: str = ""
    highlight: bool = True
    snippets: int = 3
    snippet_size: int = 160
    freshness: str = "mild"
    explain: bool = False


@dataclass(frozen=True, slots=True)
class QueryWarning:
    """Something in the query that was not read as written: `position` is a code point of `q`, or `None`."""

    code: str
    detail: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of the query as it was understood, and how many articles it finds by itself."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Expanded:
    """Words of the query, and the synonyms that were looked for, too."""

    text: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """Words of the query that say a time, at a code point of `q`: the dates to filter by in their place, as the request
    takes them, and how many articles the rest of the query then finds.
    """

    text: str
    position: int
    from_date: str
    to_date: str
    count: int


@dataclass(frozen=True, slots=True)
class Snippet:
    """A fragment of one field, plain, with the matched `ranges` in code points of `text`, and as escaped HTML."""

    field: str
    text: str
    ranges: Ranges
    html: str


@dataclass(frozen=True, slots=True)
class Result:
    """One article of the page, with its score (0 when not ranked) and what to show of it.

    `group` is the story that it stands for when the answer is collapsed.
    The `explanation` of the score is there when it was asked for and there is a score.
    """

    article: Article
    score: float
    snippets: tuple[Snippet, ...]
    group: Group | None = None
    pinned: bool = False
    """Whether it is there because the archive wants it for this query."""
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """One article, and what a query finds in it.

    `marks` maps a field of `index.schema` to the ranges to mark in each of its values, in the order of the article's
    own attribute (captions without a text count); fields without a mark are absent.
    """

    commit: Commit
    article: Article
    marks: Mapping[str, tuple[Ranges, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """One page of an answer and everything that was counted on the way.

    `groups` is how many hits there are when they are collapsed, `start` how many come before this page's.
    """

    request: SearchRequest
    commit: Commit
    total: int
    order_by: str
    took_ms: int
    parsed: str
    clauses: tuple[Clause, ...]
    warnings: tuple[QueryWarning, ...]
    wider: tuple[tuple[str, int], ...] = ()
    """When nothing was found: the wider matches (`most`, `any`) that would find something, with their counts."""
    expanded: tuple[Expanded, ...] = ()
    offers: tuple[Offer, ...] = ()
    results: tuple[Result, ...]
    facets: tuple[FacetCounts, ...]
    histogram: Histogram | None
    groups: int | None = None
    start: int = 0
    next_cursor: str | None = None
    """What leads on, `None` on the last page."""

    @property
    def pages(self) -> int:
        """How many pages the answer has."""
        return -(-(self.total if self.groups is None else self.groups) // self.request.page_size)

    @property
    def current_page(self) -> int:
        """The number of this page, or of the one on which its first hit is when a cursor led here."""
        return self.start // self.request.page_size + 1 if self.request.cursor else self.request.page

    @property
    def start_index(self) -> int:
        """The 1-based number of this page's first hit, 0 when it has none."""
        return self.start + 1 if self.results else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetPage:
    """Some of the values of one facet over an answer of `total` articles."""

    request: SearchRequest
    commit: Commit
    total: int
    took_ms: int
    facet: FacetCounts

    @property
    def pages(self) -> int:
        """How many pages of values there are."""
        return -(-self.facet.distinct // self.request.facet_size)

    @property
    def start_index(self) -> int:
        """The 1-based number of this page's first value, 0 when it has none."""
        return (self.request.page - 1) * self.request.facet_size + 1 if self.facet.values else 0
