"""The small print of plain text: bylines, credits, captions, dates of publication and slugs, each on its own line."""

from __future__ import annotations

import re
from typing import NamedTuple

from index.article import Caption
from index.dates import Instant
from indexer.enrich.dates import find_dates
from indexer.enrich.lexicon import UPPER

LONGEST_CAPTION = 600
"""Characters of a caption with its credit; a longer paragraph that ends in “(Source: …)” is running text."""
LONGEST_CREDIT = 160

_PICTURE = (
    r"(?:(?:AP |file )?photos?|photographs?|pictures?|images?|fotos?|bild(?:er)?|imagen|illustrations?|graphics?)"
)
_BY = r"(?:[ ](?:credit|courtesy(?:[ ]of)?|by|von|de))?"
_SOURCE = r"(?:sources?|credits?|quellen?|fuentes?|fonte|courtesy[ ]of|via)"
_IN_PARENTHESES = re.compile(
    rf"""(?P<text>.*?)\s*[(\[]\s*(?:
      (?:{_PICTURE}|{_SOURCE}){_BY}\s*[:：]\s*(?P<credit>[^()\[\]]+(?:\([^()]*\))?)
    | {_PICTURE}[ ](?:credit|courtesy[ ]of|by)[ ](?P<by>[^()\[\]]+)
    | (?P<agency>[A-Z]{{2,6}}[ ](?:Photo|Foto|Image)s?\s*/[^()\[\]]+)
    )[)\]]\.?""",
    re.IGNORECASE | re.VERBOSE,
)
_AT_THE_END = re.compile(
    rf"(?P<text>.+?[.!?”\"’)])\s+(?:{_PICTURE}|credit){_BY}\s*[:：]\s*(?P<credit>[^.:：()]{{3,80}})\.?", re.IGNORECASE
)
_CREDIT_LINE = re.compile(rf"[(\[]?(?:{_SOURCE})\s*[:：]\s*(?P<credit>.+?)[)\]]?\.?", re.IGNORECASE)
_DESK_LINE = re.compile(
    r"\(?(?P<credit>(?:additional |compiled |written )?(?:reporting|editing) by .+?)\)?\.?", re.IGNORECASE
)
_PICTURE_LINE = re.compile(
    rf"(?:caption|pictured|(?:{_PICTURE}){_BY})\s*[:：]\s*(?P<rest>.+)"
    rf"|{_PICTURE}[ ](?:credit|courtesy[ ]of|by|source,)[ ](?P<by>.+)"
    rf"|{_PICTURE}[ ]caption,[ ](?P<caption>.+)",
    re.IGNORECASE,
)
_SENTENCE_WORDS = 7
"""From so many words on what follows “Photo:” is a caption, below it the photographer: “Kofi Brandal / NCW”."""


def caption_of(text: str) -> Caption | None:
    """The caption that a paragraph is, with its credit: “… in Sarnholt. (Photo: Petra Sundqvist)”."""
    if len(text) > LONGEST_CAPTION:
        return None
    match = _IN_PARENTHESES.fullmatch(text) or _AT_THE_END.fullmatch(text)
    if match and match["text"]:
        groups = match.groupdict()
        credit = next(groups[name] for name in ("credit", "by", "agency") if groups.get(name))
        caption = _PICTURE_LINE.fullmatch(match["text"])
        return Caption((caption and caption["rest"]) or match["text"], _tidy(credit))
    return None


def picture_line(text: str) -> Caption | None:
    """A line that starts with “Photo:”: a caption when it says what is seen, else only who made the picture."""
    match = _PICTURE_LINE.fullmatch(text) if len(text) <= LONGEST_CAPTION else None
    if not match:
        return None
    if match["by"]:
        return Caption("", _tidy(match["by"])) if len(text) <= LONGEST_CREDIT else None
    if match["caption"]:
        return Caption(match["caption"])
    rest = match["rest"]
    if len(rest.split()) >= _SENTENCE_WORDS:
        return Caption(rest)
    return Caption("", _tidy(rest))


def credit_of(text: str) -> str | None:
    """Whom a credit line names: “Source: Joren Pike / North Coast Wire.”, “(Reporting by Jane Roe; editing by …)”."""
    match = _CREDIT_LINE.fullmatch(text) or _DESK_LINE.fullmatch(text) if len(text) <= LONGEST_CREDIT else None
    return _tidy(match["credit"]) if match else None


def _tidy(credit: str) -> str:
    return credit.strip().rstrip(".").strip()


# Labels

_LABELS = re.compile(
    r"(?:(?P<keywords>tags?|keywords?|topics?|schlagw(?:ort|orte|örter)|mots-clés)"
    r"|(?P<section>filed under|posted in|section|category|categories|ressort|rubrik|rubrique))"
    r"\s?:\s*(?P<values>.{2,200})",
    re.IGNORECASE,
)


class Labels(NamedTuple):
    """What a page says of the article as a whole: “Tags: bridges, Larkwell”, “Filed under: Local”."""

    keywords: tuple[str, ...]
    section: str | None


def labels_of(text: str) -> Labels | None:
    """The keywords or the section that a line states."""
    match = _LABELS.fullmatch(text)
    if not match or text.endswith("."):
        return None
    values = tuple(value.strip() for value in re.split(r"[,;|]", match["values"]) if value.strip())
    if match["section"]:
        return Labels((), match["values"].strip())
    return Labels(values, None)


# Bylines

_NAME_WORD = (
    rf"(?:[{UPPER}][\w'’.-]*|de|del|della|di|da|dos|du|la|le|van|von|der|den|ter|bin|al|el|of|the|and|und|et|y|&)"
)
_BYLINE = re.compile(
    rf"(?:(?i:by|von|par|por|door|av|af|words(?: by)?:?|text(?: by)?:|story by|written by|reported by|report by))[ ]"
    rf"(?P<names>[{UPPER}][\w'’.-]*(?:,?[ ]{_NAME_WORD})*)"
    rf"(?P<rest>(?:,[ ]|[ ](?:in|for|at)[ ]).{{2,60}})?"
)
_AND = re.compile(r",?[ ](?:and|und|et|y|&)[ ]|,[ ]|[ ]?/[ ]?")
_NOT_A_WRITER = re.compile(
    r"\b(?:writer|reporter|correspondent|editor|staff|special|contributor|desk|columnist|critic|redaktion)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"[ ]in[ ](?P<place>.+)")


class Byline(NamedTuple):
    """The writers of a byline, the place it names (“in Sarnholt”), and what else it says (“Staff Writer”)."""

    names: tuple[str, ...]
    place: str | None
    rest: tuple[str, ...]


def byline_of(text: str) -> Byline | None:
    """The writers that a line names: “By Mira Castellan and Joren Pike in Sarnholt”."""
    match = _BYLINE.fullmatch(text) if len(text) <= LONGEST_CREDIT else None
    if not match or text.endswith("."):
        return None
    people: list[str] = []
    others: list[str] = []
    for part in _AND.split(match["names"]):
        name = part.removeprefix("the ").strip()
        (others if _NOT_A_WRITER.search(name) else people).append(
            name.title() if name.isupper() and " " in name else name
        )
    if not people or (len(people) > 1 and any(" " not in name for name in people)):
        return None  # “By Land and Sea”
    place = _PLACE.fullmatch(match["rest"] or "")
    if match["rest"] and not place:
        others.append(match["rest"].strip(", "))
    return Byline(tuple(people), place["place"] if place else None, tuple(others))


# Dates and slugs

_AROUND_A_DATE = re.compile(
    r"""(?:(?P<updated>(?:last\s)?(?:updated|modified|aktualisiert)|mis\sà\sjour)
          |(?:first\s)?published|posted|date|veröffentlicht|erschienen|publié|publicado|pubblicato)?
        (?:\s(?:on|at|am|le|el|il))?\s*:?\s*
        (?:(?:mon|tues|wednes|thurs|fri|satur|sun)(?:day)?|mon|tue|wed|thu|fri|sat|sun|montag|dienstag|mittwoch|donnerstag
          |freitag|samstag|sonnabend|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)?\.?,?\s*
        \x00
        (?:\s*,?\s*(?:at|um|à)?\s*\d{1,2}(?:[:.h]\d\d){0,2}\s*(?:[ap]\.?m\.?|uhr)?\s*(?:[A-Z]{2,5}|[+-]\d\d:?\d\d)?)?\s*\.?""",
    re.IGNORECASE | re.VERBOSE,
)


class DateLine(NamedTuple):
    """A line that is nothing but a date, and whether it tells of an update."""

    instant: Instant
    updated: bool


def date_line_of(text: str) -> DateLine | None:
    """The date that a line is: “Published: Tuesday, June 4, 2019 at 10:15 am”. The time of day, without its zone, is
    not used.
    """
    if len(text) > 90:
        return None
    for found in find_dates(text):
        around = _AROUND_A_DATE.fullmatch(text[: found.start] + "\x00" + text[found.end :])
        if around:
            return DateLine(found.instant, bool(around["updated"]))
    return None


_SLUG = re.compile(r"(?:[a-z] )*[A-Z][A-Z0-9]*(?:[-/][A-Z0-9]+)+(?:[ ][^a-z]*)?")


def is_slug(text: str) -> bool:
    """Whether a line is the name by which a wire keeps a story: “FLOOD-BRENWICK (2ND LEAD)”."""
    return len(text) <= 100 and bool(_SLUG.fullmatch(text))
