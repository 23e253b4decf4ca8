"""What a backend is asked and what it answers: plain frozen data, the same for every engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from whoosh.query import Query

from index.article import Article
from index.dates import Span
from index.scoring import Scoring

MISSING = "_missing"
"""The facet value that selects articles without a value."""


class Order(StrEnum):
    """How hits are ordered; ties break by id, undated articles come last in both orders by date."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class Interval(StrEnum):
    """The width of a histogram's buckets. `AUTO` picks the finest that gives at most 60 buckets, or years.

    Weeks start on Monday. More than 40,000 buckets raise RequestInvalid.
    """

    AUTO = "auto"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class FacetSort(StrEnum):
    """How a facet's values are ordered; equal ones are ordered by label. Labels differ by letter case last.

    `SIGNIFICANCE` lists only values that are typical of the answer: that `LEAST_ARTICLES` of its articles have, and a
    larger share of it than of the rest of the archive, by a log-likelihood ratio (Dunning 1993) of `LEAST_RATIO` or
    more. It counts under all filters, so that under `person=…` it says who is named together with that person.
    """

    COUNT = "count"
    LABEL = "label"
    SIGNIFICANCE = "significance"


LEAST_ARTICLES = 3
"""Articles that must have a value for it to be typical of them: two may be a coincidence, or one story sent twice."""
LEAST_RATIO = 10.83
"""A log-likelihood ratio that chance exceeds once in a thousand (chi-squared of one degree of freedom)."""


@dataclass(frozen=True, slots=True)
class FacetFilter:
    """Values chosen in one facet: any of `include`, none of `exclude`; both may hold `MISSING`."""

    field: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetRequest:
    """A facet to be counted: its first `size` values, and the selected ones (with no hit, too) besides.

    `contains` and `prefix` leave only values whose label, folded (`index.analysis.folded_text`), contains or starts
    with that text. With an `offset`, the `size` values after so many are listed and nothing besides, to page through.
    """

    field: str
    size: int = 10
    sort: FacetSort = FacetSort.COUNT
    contains: str = ""
    prefix: str = ""
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a hit stands in an order: what it is ordered by, and its id.

    `key` is its score, or the second (since 1970) in which its date begins, `None` when it has no date.
    """

    key: float | None
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineRequest:
    """One question to an engine. `filters` hold at most one `FacetFilter` a field; filters never score.

    `dates` lets through what `NumericRange` on `published` would: dates that overlap it, and nothing undated.
    `collapse` keeps of each cluster the hit that comes first. The hits start `after` a place, if one is given, instead
    of at `offset`; total, facets and histogram are the same.
    """

    query: Query
    filters: tuple[FacetFilter, ...] = ()
    dates: Span | None = None
    order: Order = Order.RELEVANCE
    scoring: Scoring = field(default_factory=Scoring)
    offset: int = 0
    limit: int = 20
    facets: tuple[FacetRequest, ...] = ()
    histogram: Interval | None = None
    collapse: bool = False
    after: Position | None = None


MOST_OTHERS = 100
"""Ids that a hit names of those it stands for. A market's daily report makes clusters of thousands."""


@dataclass(frozen=True, slots=True)
class Group:
    """The matching articles of a cluster that one hit stands for.

    `size` counts them with that hit; `others` are the ids of the others in order, `MOST_OTHERS` at most.
    """

    cluster: str
    size: int
    others: tuple[str, ...]


class Hit:
    """One article of an answer; `score` is 0 when the order is not by relevance.

    `group` is what it stands for in a collapsed answer, `None` when that is only itself.

    The article is loaded when somebody looks at it: whoever only counts or compares never pays for that.
    """

    __slots__ = ("_article", "_load", "group", "score")

    def __init__(self, load: Callable[[], Article], score: float, group: Group | None = None) -> None:
        self._load = load
        self._article: Article | None = None
        self.score = score
        self.group = group

    @property
    def article(self) -> Article:
        """The article, of the commit that was searched. Raises IndexDamaged when it cannot be read."""
        if self._article is None:
            self._article = self._load()
        return self._article

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hit) and (self.score, self.article, self.group) == (
            other.score, other.article, other.group,
        )  # fmt: skip

    def __hash__(self) -> int:
        return hash((self.score, self.article.id))

    def __repr__(self) -> str:
        return f"Hit({self.article.id!r}, {self.score!r})"


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet and how many matching articles have it.

    `parent` is the value that it is part of, where the facet has that value too: `World` of `World/Europe`. By
    significance, a value says also how many articles of the archive are `indexed` with it, and its log-likelihood ratio
    (to two decimals; `None` when the value is listed only because it is selected).
    """

    value: str
    count: int
    selected: bool = False
    parent: str | None = None
    indexed: int | None = None
    significance: float | None = None


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """A facet counted under all filters but its own.

    `missing` articles have no value, `distinct` values have a hit, `other` is the sum of the counts not listed; both
    are of the values that the request leaves (`contains`, `prefix`, those that are significant).
    """

    field: str
    values: tuple[FacetValue, ...]
    missing: int
    other: int
    distinct: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """Matching articles whose date starts in `start`..`end` (inclusive), and how many the archive `indexed` there."""

    start: date
    end: date
    count: int
    indexed: int

    @property
    def share(self) -> float | None:
        """The share of the archive's articles that match (to a ten thousandth), `None` where it has none."""
        return round(self.count / self.indexed, 4) if self.indexed else None


@dataclass(frozen=True, slots=True)
class Histogram:
    """The match set over time: buckets without gaps from the first hit's to the last's. Counts and `undated` add up
    to the total.
    """

    interval: Interval
    buckets: tuple[Bucket, ...]
    undated: int


@dataclass(frozen=True, slots=True)
class TopDocs:
    """A page of hits, the exact number of all matches, and what was counted in the same pass.

    `groups` is the number of all hits when they are collapsed. `start` is how many hits come before the page's, and
    `next` the place to go on after, `None` when nothing follows or the page has no hit.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: tuple[FacetCounts, ...] = ()
    histogram: Histogram | None = None
    groups: int | None = None
    start: int = 0
    next: Position | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """The state of an index that a reader shows: its generation (`000042`) and the commit within it."""

    generation: str
    number: int


@dataclass(frozen=True, slots=True)
class Generation:
    """A complete build of an index. Of all, one is live and at most one other is kept to go back to."""

    name: str
    live: bool
    articles: int
    size: int
    """Bytes of its files."""
    changed: datetime
    """When something was last committed to it."""
    problem: str | None = None
    """Why it could not answer; then `articles` is 0."""


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not as it was written: a sentence that names the file.

    With `stored`, articles themselves are concerned, so the index cannot be built anew from what it has.
    """

    what: str
    stored: bool = False


@dataclass(frozen=True, slots=True)
class CheckedPart:
    """A part of a generation that was verified, with the articles it has and what is wrong with it."""

    name: str
    articles: int
    damages: tuple[Damage, ...]


@dataclass(frozen=True, slots=True)
class TermCount:
    """A term of a field and the number of live articles that have it."""

    term: str
    count: int
