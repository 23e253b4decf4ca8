"""What hypothesis makes for tests: articles, query trees, requests. Vocabularies are small, so that things meet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from whoosh import query as q

from index.article import Article, Caption, Origin, Provenance, Quote
from index.dates import Instant, Precision, Span
from index.query import AcrossFields, AdjacentPair
from index.results import MISSING, EngineRequest, FacetFilter, FacetRequest, FacetSort, Interval, Order
from index.schema import FACETS, FIELDS, Kind
from index.scoring import Freshness, Scoring

# Words that share stems, owners and folded forms; combining marks; what is no word at all.
WORDS = (
    "rail", "rails", "strike", "strikes", "Strike", "Putin", "Putin's", "Putin’s", "putins", "Erdoğan", "erdogan",
    "e\u0301lan", "élan", "ELAN", "a", "I", "U.S.", "co-operate", "हिन्दी", "東京", "ß", "SS", "ﬁsh", "fish",
    "x's's", "don't", "don’t", "42", "𝔘nicode", "🚂", "—", "İstanbul",
)  # fmt: skip
NASTY = ("", " ", "\x00", "\ud800", "\udc80a", "\ud83d\ude00", "a\x00b", "_missing", "\u202eabc", "e\u0301", "%", "*")
LABELS = ("Politics", "politics", "Sport", "Élite", "Elite", "The Herald", "rail", "_missing", "日本", "\ud800", "a,b")
SECTIONS = (
    "World", "World/Europe", "World > Europe", "World / Europe/Spain", "world/Asia", "AC/DC", "/", "a/", "/a//b",
)  # fmt: skip
STORIES = tuple(
    " ".join(f"{story}{number % 23}" for number in range(30)) + more
    for story in ("ferry", "strike")
    for more in ("", " end")
)
"""Bodies of which the two of a story are near duplicates."""
IDS = ("a", "b", "c", "A", "a ", "reuters:1", "é", "e\u0301", "x" * 1000, "\ud800", "\U0001f600", "a\x00", "/?#*")

DATE_FIELDS = ("published", "modified")
CODE_FIELDS = tuple(field.name for field in FIELDS if field.kind is Kind.CODE)
WORD_FIELDS = tuple(field.name for field in FIELDS if field.kind in {Kind.TEXT, Kind.NAME})
FACET_FIELDS = tuple(field.name for field in FACETS)


def texts(most: int = 8) -> st.SearchStrategy[str]:
    """Running text of known words, sometimes with nasty characters."""
    return st.lists(st.sampled_from(WORDS) | st.sampled_from(NASTY), max_size=most).map(" ".join)


def _some(values: Sequence[str], most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most).map(tuple)


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    # A field that has no value has no empty one either.
    return st.none() | strategy.filter(bool)


_OFFSETS = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-11))])
# From the last days of 2023 into the summer of 2024, and the ends of what a date can be.
_MOMENTS = st.integers(1_703_980_000, 1_719_800_000) | st.sampled_from([-62_135_596_800, -1, 0, 253_402_300_799])
_MINUTES = st.builds(datetime.fromtimestamp, st.integers(1_703_980_000, 1_719_800_000), _OFFSETS)
_EDGES = st.sampled_from([-62_135_596_800, -1, 0, 253_402_300_799]).map(lambda s: datetime.fromtimestamp(s, UTC))
INSTANTS: st.SearchStrategy[Instant] = (
    _MINUTES.map(Instant)
    | st.builds(Instant.of_day, st.integers(2023, 2024), st.integers(1, 12), st.sampled_from([1, 19, 28]))
    | st.builds(Instant.of_day, st.integers(2023, 2024), st.integers(1, 12), precision=st.just(Precision.MONTH))
    | st.builds(Instant.of_day, st.sampled_from([1, 1969, 2023, 2024, 9999]), precision=st.just(Precision.YEAR))
    | _EDGES.map(Instant)
)

_CAPTIONS = st.lists(st.builds(Caption, texts(4), _maybe(st.sampled_from(LABELS))), max_size=2).map(tuple)
_QUOTES = st.lists(st.builds(Quote, texts(4), _maybe(st.sampled_from(("Putin", "Erdoğan")))), max_size=2).map(tuple)
_PROVENANCES = st.builds(
    Provenance, st.sampled_from(["json-ld:title", "text"]), st.just("//h1"), st.floats(0, 1), _some(LABELS)
)


def articles(ids: Sequence[str] = IDS) -> st.SearchStrategy[Article]:
    """Articles with any of their fields, under any of these ids."""
    return st.builds(
        Article,
        id=st.sampled_from(ids),
        url=_maybe(st.sampled_from(["https://herald.example/1?q=*", "https://herald.example/é"])),
        source=_maybe(st.sampled_from(LABELS)),
        title=_maybe(texts(4)),
        abstract=_maybe(texts(3)),
        byline=_some(LABELS, 2),
        credits=_some(LABELS, 1),
        published=st.none() | INSTANTS,
        modified=st.none() | INSTANTS,
        dateline=_maybe(st.sampled_from(["東京", "London, June 3"])),
        section=_maybe(st.sampled_from((*LABELS, *SECTIONS))),
        keywords=_some((*LABELS, *NASTY)),
        type=_maybe(st.just("article")),
        language=_maybe(st.sampled_from(["en", "de"])),
        headings=st.lists(texts(3), max_size=3).map(tuple),
        body=texts(12) | st.sampled_from(STORIES),
        captions=_CAPTIONS,
        people=_some(("Vladimir Putin", "Putin", "Erdoğan", "")),
        places=_some(LABELS),
        organisations=_some(("NATO", "U.S. Army")),
        quotes=_QUOTES,
        cluster=_maybe(st.just("c1")),
        version=st.integers(0, 2),
        provenance=st.dictionaries(st.sampled_from(["title", "byline"]), _PROVENANCES, max_size=1),
        first_indexed=st.none() | _EDGES,
        origin=st.none() | st.builds(Origin, st.just("a.zip"), st.sampled_from(["", "b.xml"]), st.integers(0, 2)),
    )


# Query trees

_QUERY_WORDS = st.sampled_from(WORDS) | st.sampled_from(NASTY)
_BOOSTS = st.sampled_from([1.0, 2.0, 0.5, 0.0])
_TERM_FIELDS = st.sampled_from([*WORD_FIELDS, *(f"{name}.exact" for name in WORD_FIELDS)])
_PATTERNS = st.sampled_from(
    ["*", "r*l", "str?ke", "*'s", "erdo?an", "élan", "[a-z]*", "?", "https://*", "E*", "f**sh", ""]
)
_PREFIXES = st.sampled_from(["", "s", "stri", "Erdoğ", "putin", "é", "en", "https://herald.example/1?q=*", "ﬁ", "東"])

LEAVES: st.SearchStrategy[q.Query] = st.one_of(
    st.builds(q.Term, _TERM_FIELDS, _QUERY_WORDS, _BOOSTS),
    st.builds(q.Term, st.just("lang"), st.sampled_from(["en", "de", "fr"]), _BOOSTS),
    st.builds(q.Term, st.just("id"), st.sampled_from(IDS)),
    st.builds(
        AcrossFields,
        _QUERY_WORDS,
        st.dictionaries(_TERM_FIELDS, _BOOSTS, min_size=1, max_size=4),
        _BOOSTS,
        st.lists(_QUERY_WORDS, max_size=2),
    ),
    st.builds(
        AdjacentPair,
        st.tuples(_QUERY_WORDS, _QUERY_WORDS) | st.sampled_from([("rail", "strike"), ("a", "rail"), ("Putin", "I")]),
        st.dictionaries(_TERM_FIELDS, _BOOSTS, min_size=1, max_size=4),
        _BOOSTS,
        st.sampled_from([1.0, 0.5, 0.0]),
        st.sampled_from([0, 1, 1_000]),
    ),
    st.builds(
        q.Phrase,
        _TERM_FIELDS,
        st.lists(_QUERY_WORDS, max_size=3),
        st.sampled_from([1, 1, 2, 5, 200]),
        _BOOSTS,
    ),
    st.builds(q.Prefix, st.sampled_from([*WORD_FIELDS, *CODE_FIELDS]), _PREFIXES, _BOOSTS),
    st.builds(q.Wildcard, st.sampled_from([*WORD_FIELDS, *CODE_FIELDS]), _PATTERNS, _BOOSTS),
    st.builds(
        q.FuzzyTerm,
        st.sampled_from([*WORD_FIELDS, *CODE_FIELDS]),
        st.sampled_from([*WORDS, "strkie", "rial", "pu", "d"]),
        _BOOSTS,
        st.integers(0, 2),
        st.integers(0, 2),
    ),
    st.builds(
        q.TermRange,
        st.sampled_from([*WORD_FIELDS, *CODE_FIELDS]),
        st.none() | _PREFIXES,
        st.none() | _PREFIXES,
        st.booleans(),
        st.booleans(),
        _BOOSTS,
    ),
    st.builds(q.Every, st.none() | st.sampled_from([field.name for field in FIELDS]), _BOOSTS),
    st.builds(
        q.NumericRange,
        st.sampled_from(DATE_FIELDS),
        st.none() | _MOMENTS,
        st.none() | _MOMENTS,
        st.booleans(),
        st.booleans(),
    ),
    st.just(q.NullQuery),
)


def _branches(children: st.SearchStrategy[q.Query]) -> st.SearchStrategy[q.Query]:
    several = st.lists(children, max_size=4)
    return st.one_of(
        st.builds(q.And, several, _BOOSTS),
        st.builds(q.Or, several, _BOOSTS, st.integers(0, 4)),
        st.builds(q.DisjunctionMax, several, _BOOSTS, st.sampled_from([0.0, 0.5])),
        st.builds(q.Not, children),
        st.builds(q.AndNot, children, children),
        st.builds(q.AndMaybe, children, children),
        st.builds(q.Require, children, children),
        st.builds(q.ConstantScoreQuery, children, _BOOSTS),
    )


QUERIES: st.SearchStrategy[q.Query] = st.recursive(LEAVES, _branches, max_leaves=6)

# Requests

_VALUES = _some((*LABELS, *SECTIONS, MISSING, "Vladimir Putin", "en", "unheard-of"), 2)
_FILTERS = st.lists(
    st.builds(FacetFilter, st.sampled_from(FACET_FIELDS), _VALUES, _VALUES), max_size=3, unique_by=lambda one: one.field
).map(tuple)
_FACETS = st.lists(
    st.builds(
        FacetRequest,
        st.sampled_from(FACET_FIELDS) | st.just("section"),
        st.sampled_from([0, 1, 2, 10]),
        st.sampled_from(FacetSort),
        st.sampled_from(["", "", "e", "É", "pol", " ", "\u0301", "/EUROPE"]),
        st.sampled_from(["", "", "", "w", "e", "日"]),
        st.none() | st.integers(0, 2),
    ),
    max_size=3,
).map(tuple)

FRESHNESS = st.builds(
    Freshness,
    st.dates(date(2023, 12, 1), date(2024, 7, 1)) | st.sampled_from([date.min, date.max]),
    st.sampled_from([1, 30, 365]),
    st.sampled_from([0.5, 0.9]),
)
SCORING = st.builds(
    Scoring,
    st.sampled_from([1.2, 0.5, 2.5]),
    st.dictionaries(st.sampled_from(WORD_FIELDS), st.sampled_from([0.0, 0.3, 1.0]), max_size=3),
    st.sampled_from([0.75, 0.4]),
    st.none() | FRESHNESS,
)

REQUESTS: st.SearchStrategy[EngineRequest] = st.builds(
    EngineRequest,
    query=QUERIES,
    filters=_FILTERS,
    dates=st.none() | st.builds(Span, st.none() | _MOMENTS, st.none() | _MOMENTS),
    order=st.sampled_from(Order),
    scoring=SCORING,
    offset=st.integers(0, 4),
    limit=st.integers(0, 5),
    facets=_FACETS,
    # By day or week the extreme years of these articles make more buckets than is allowed.
    histogram=st.none() | st.sampled_from([Interval.AUTO, Interval.YEAR]),
    collapse=st.booleans(),
)

# Damage


def flip_a_bit(data: st.DataObject, path: Path) -> bytes:
    """Change one bit of a file. Returns what was there before."""
    whole = path.read_bytes()
    bit = data.draw(st.integers(0, 8 * len(whole) - 1))
    content = bytearray(whole)
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)
    return whole
