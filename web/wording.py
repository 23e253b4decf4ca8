"""How values are worded on a page: numbers, dates at their precision, languages, and where a match was found."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo
from functools import lru_cache

import pycountry

from index.article import Article, Provenance
from index.dates import Instant, Precision
from index.results import MISSING, Bucket, Interval
from index.schema import FIELDS

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
UNSURE = 0.6
"""A date of less confidence than this is marked as uncertain: below it are only dates read out of running text."""
UNTITLED_WORDS = 12
"""How many words of the body stand in for a missing title: about one line of a headline."""

_PLACES = {
    "title": "in the title",
    "abstract": "in the summary",
    "heading": "in a heading",
    "caption": "in a caption",
    "credit": "in a credit",
    "byline": "in the byline",
    "person": "among the people",
    "place": "among the places",
    "organisation": "among the organisations",
    "keyword": "among the keywords",
    "dateline": "in the dateline",
    "section": "in the section",
    "source": "in the source",
    "url": "in the address",
}
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.ASCII | re.IGNORECASE)
_RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}
_LABELS = {field.name: field.label for field in FIELDS}


def number(value: int) -> str:
    """`5120` as `5,120`."""
    return f"{value:,}"


def count(value: int, one: str, many: str = "") -> str:
    """`1 article`, `5,120 articles`."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def day(value: date, *, short: bool = False) -> str:
    """`5 March 2024`, or `5 Mar 2024`."""
    month = _MONTHS[value.month - 1]
    return f"{value.day} {month[:3] if short else month} {value.year}"


def when(instant: Instant, zone: tzinfo) -> str:
    """An instant at its precision, in the archive's zone: `2024`, `March 2024`, `5 March 2024, 07:10`."""
    if instant.precision is Precision.YEAR:
        return str(instant.at.year)
    if instant.precision is Precision.MONTH:
        return f"{_MONTHS[instant.at.month - 1]} {instant.at.year}"
    if instant.precision is Precision.DAY:
        return day(instant.at.date())
    local = _in_zone(instant.at, zone)
    return f"{day(local.date())}, {local:%H:%M}"


def zone_name(instant: Instant, zone: tzinfo) -> str:
    """The name of the zone that `when` told the time in, `CEST` or `UTC`; empty when it told no time."""
    return (_in_zone(instant.at, zone).tzname() or "") if instant.precision is Precision.MINUTE else ""


def _in_zone(at: datetime, zone: tzinfo) -> datetime:
    try:
        return at.astimezone(zone)
    except OverflowError:  # the first or the last day that the calendar knows
        return at


def bucket_name(bucket: Bucket, interval: str) -> str:
    """What a bucket of the timeline covers: `2024`, `March 2024`, `5 March 2024`, `4 to 10 March 2024`."""
    if interval == Interval.YEAR:
        return str(bucket.start.year)
    if interval == Interval.MONTH:
        return f"{_MONTHS[bucket.start.month - 1]} {bucket.start.year}"
    if bucket.start == bucket.end:
        return day(bucket.start)
    return f"{day(bucket.start)} to {day(bucket.end)}"


def bucket_tick(bucket: Bucket, interval: str) -> str:
    """The same for the axis, where there is little room."""
    if interval == Interval.YEAR:
        return str(bucket.start.year)
    if interval == Interval.MONTH:
        return f"{_MONTHS[bucket.start.month - 1][:3]} {bucket.start.year}"
    return day(bucket.start, short=True)


def bucket_story(bucket: Bucket) -> str:
    """What a bucket says: a share of the coverage, a gap in the answer, or a gap in the archive."""
    if not bucket.indexed:
        return "no coverage: the archive holds nothing from here"
    if not bucket.count:
        return f"none of {count(bucket.indexed, 'article')}"
    share = 100 * bucket.count / bucket.indexed
    return f"{bucket.count:,} of {count(bucket.indexed, 'article')} ({share:.{0 if share >= 10 else 1}f} %)"


@lru_cache(maxsize=500)
def language_name(code: str) -> str:
    """`en` as `English`; a code that nobody knows stays as it is."""
    main = code.replace("_", "-").partition("-")[0].lower()
    known = pycountry.languages.get(alpha_2=main) if len(main) == 2 else None
    known = known or (pycountry.languages.get(alpha_3=main) if len(main) == 3 else None)
    if known is None:
        return code
    name = known.name.partition(" (")[0]  # of “Modern Greek (1453-)”
    return str(name) if main == code.lower() else f"{name} ({code})"


def language_tag(code: str | None) -> str | None:
    """The code when a browser could know it as a language, for `lang` attributes."""
    tag = (code or "").replace("_", "-")
    return tag if _LANGUAGE_TAG.fullmatch(tag) else None


def right_to_left(code: str | None) -> bool:
    """Whether a language is written from right to left."""
    return (language_tag(code) or "").partition("-")[0].lower() in _RIGHT_TO_LEFT


def value_name(field: str, value: str) -> str:
    """A facet's value as a reader knows it. The value may be `_missing`."""
    if value == MISSING:
        return f"No {label(field).lower()} given"
    return language_name(value) if field == "lang" else value


def label(field: str) -> str:
    """The label of a field."""
    return _LABELS.get(field, field)


def found_in(field: str) -> str:
    """Where a match was found, when that is not the running text."""
    return "" if field == "body" else _PLACES.get(field, f"in the field “{field}”")


def headline(article: Article) -> str:
    """The title, or the first words of an article that has none."""
    if article.title:
        return article.title
    opening = article.body.split(maxsplit=UNTITLED_WORDS)[:UNTITLED_WORDS]
    return f"{' '.join(opening)[:200]} …" if opening else "Untitled article"


def uncertain(article: Article) -> Provenance | None:
    """How the date was found, when it was found with little confidence."""
    found = article.provenance.get("published")
    return found if article.published and found and found.confidence < UNSURE else None
