"""What the agency formats have in common: fields read from elements with a note of where, datelines, names, status.

A field whose element is there was supplied, even if empty: it is noted, so that nothing found in the text is added.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from lxml import etree

from index.article import Article, Origin, Provenance
from index.dates import Instant, Precision
from index.errors import ArticleRejected
from indexer.enrich.dateline import parse_dateline
from indexer.format import Embargoed, Found, TakenBack
from indexer.formats.bylines import read_byline
from indexer.formats.html import with_dateline
from indexer.formats.markup import squeeze, text_of
from indexer.formats.structured_body import Text
from indexer.formats.when import read_instant

HIGHEST_VERSION = 2**53
"""What every reader of JSON can hold."""
_LONGEST_DATELINE = 200
_SAME_PLACE = 5
"""Letters that two ways of writing a dateline's place have in common: “PORT ELOW” and “Port Elow, Halmark”."""
_COMPANY = re.compile(r",?\s(?:Inc|Ltd|LLC|LLP|GmbH|AG|Corp|plc|S\.A)\.?$")
_NOBODY = re.compile(r"no[- ]data[- ]available|n/?a|unknown|none|null", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?<=[\w\]])@")
_NUMBER = re.compile(r"\d{1,16}", re.ASCII)
_REVISED_URN = re.compile(r"(urn:newsml:[^:]+:[^:]*:[^:]+):\d+[A-Za-z]?", re.IGNORECASE)
_TAKEN_BACK = {"canceled": "cancelled", "cancelled": "cancelled", "killed": "killed", "kill": "killed",
               "deleted": "deleted", "delete": "deleted", "withdrawn": "withdrawn", "withdraw": "withdrawn",
               "cancel": "cancelled", "withheld": "withheld until further notice"}  # fmt: skip
_WEEKDAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
)
# Where a dateline goes on to the day and the agency: “OSLO, Monday (NCW) -”, “Wien, 10. Mai”, “ROME, Aug 5, 2014”.
_AFTER_PLACE = re.compile(rf"\s*(?:\(.*|[–—-]+(?:\s.*)?$|(?:{_WEEKDAY})\b.*|\w*\.?\s?\d.*)$", re.IGNORECASE)


class Signed(NamedTuple):
    """Who signs an item: writers, and agencies and other bodies."""

    writers: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()


NOBODY = Signed()


class Supplied:
    """The fields that an item's elements supply, and where each of them stood."""

    def __init__(self, item: etree._Element, scheme: str, read: Callable[[str], Instant | None] = read_instant) -> None:
        self.item = item
        self.scheme = scheme
        self.read = read
        self.provenance: dict[str, Provenance] = {}

    def note(self, field: str, path: str, rejected: Iterable[str] = (), confidence: float = 1.0) -> None:
        """Remember where a field was found, and which codes or other values stood there."""
        name = path.rpartition("/")[2]
        place = _ATTRIBUTE.sub("/@", path)
        self.provenance[field] = Provenance(
            f"{self.scheme}:{name}", place, confidence, tuple(dict.fromkeys(filter(None, rejected)))
        )

    def values(self, path: str) -> Iterator[str]:
        """The texts at a path, `element/element` or `element/element@attribute`, empty ones too."""
        elements, _, attribute = path.rpartition("@") if "@" in path else (path, "", "")
        for element in self.item.iterfind(elements) if elements else [self.item]:
            if not attribute:
                yield text_of(element)
            elif (value := element.get(attribute)) is not None:
                yield squeeze(value)

    def text(self, field: str, *paths: str) -> str | None:
        """The first text of a field. What is there and empty was supplied too."""
        empty = None
        for path in paths:
            for value in self.values(path):
                if value:
                    self.note(field, path)
                    return value
                empty = empty or path
        if empty:
            self.note(field, empty)
        return None

    def instant(self, field: str, *paths: str) -> Instant | None:
        """When something happened: the first date, or one of the same day that is more precise.

        What cannot be read as a date is kept as rejected.
        """
        unread: list[str] = []
        found: list[tuple[str, Instant]] = []
        for path in paths:
            for value in filter(None, self.values(path)):
                instant = self.read(value)
                if instant:
                    found.append((path, instant))
                else:
                    unread.append(value[:80])
        if not found:
            if unread:
                self.note(field, paths[0], unread, confidence=0.0)
            return None
        best = next((one for one in found if _refines(one[1], found[0][1])), found[0])
        self.note(field, best[0], unread)
        return best[1]

    def byline(self, places: Iterable[tuple[str, Sequence[str], Signed]]) -> Signed:
        """The writers and bodies of the first place that names one; what is there and empty was supplied too."""
        for path, texts, signed in places:
            if texts:
                self.note("byline", path)
            if signed != NOBODY:
                return signed
        return NOBODY


def _refines(one: Instant, other: Instant) -> bool:
    """Whether an instant is the other one with its time of day."""
    return other.precision is Precision.DAY and one.precision is Precision.MINUTE and one.at.date() == other.at.date()


def version_of(text: str | None) -> int:
    """The number of a version; 0 when it is none."""
    number = int(text.strip()) if text and _NUMBER.fullmatch(text.strip()) else 0
    return number if number <= HIGHEST_VERSION else 0


def newsml_id(guid: str) -> str:
    """The id of a NewsML item of either generation: its guid, without the revision that RFC 3085 puts at its end."""
    found = _REVISED_URN.fullmatch(guid)
    return f"newsml:{found[1] if found else guid}" if guid else ""


def distinct(names: Iterable[str | None]) -> tuple[str, ...]:
    """The names without those that are empty or differ from an earlier one in letter case alone, in order."""
    by_key: dict[str, str] = {}
    for name in names:
        if name:
            by_key.setdefault(name.casefold(), name)
    return tuple(by_key.values())


def dateline_place(text: str) -> str | None:
    """The place of a dateline: “MOSCOW, Monday (Reuters)”, “Berlin (dpa) - ”, “FORT WASHINGTON, Pa.”."""
    line = squeeze(text[:_LONGEST_DATELINE])
    parts: list[str] = []
    for part in re.split(r",\s*|\s+(?=[–—-]+\s)", line):
        place = _AFTER_PLACE.sub("", part).strip(" -–—(")
        if place and any(map(str.isalpha, place)):
            parts.append(place)
        if place != part.strip():
            break
    return ", ".join(parts) or None


def signed_by(texts: Iterable[str]) -> Signed:
    """Whom bylines name; what stands for nobody is left out."""
    names = [text for text in texts if not stands_for_nobody(text)]
    companies = [name for name in names if _COMPANY.search(name)]
    writers, bodies = read_byline(name for name in names if name not in companies)
    named = tuple(name for name in writers if not stands_for_nobody(name))
    return Signed(named, distinct(name for name in (*bodies, *companies) if not stands_for_nobody(name)))


def signed_in(text: Text) -> Signed:
    """Whom NITF's own byline names; the title of a writer names a body only where it stands alone."""
    signed = signed_by(text.bylines)
    titles = signed_by(text.roles).bodies if signed == NOBODY else ()
    return Signed(signed.writers, distinct([*signed.bodies, *text.bodies, *titles]))


def stands_for_nobody(name: str) -> bool:
    """Whether a program wrote that it knew no name."""
    return bool(_NOBODY.fullmatch(name))


def as_written(names: Iterable[str]) -> tuple[str, ...]:
    """Names in capitals as they are written elsewhere: “JANE ROE” is Jane Roe."""
    return tuple(name.title() if name.isupper() and " " in name else name for name in names)


def finish(article: Article, place: Origin) -> Article:
    """The article with its origin; the dateline that its text starts with goes where nobody supplied another one."""
    article = replace(article, origin=place)
    found = parse_dateline(article.body)
    if found is None or (article.dateline is None and "dateline" in article.provenance):
        return article
    supplied = article.provenance.get("dateline")
    if supplied and supplied.path.endswith("located"):  # where it was made, perhaps at a desk far away
        article = replace(article, dateline=None)
    same = article.dateline is None or article.dateline.casefold().startswith(found.place.casefold()[:_SAME_PLACE])
    return with_dateline(article) if same else article


def taken_back(status: str) -> str | None:
    """How a publisher takes an article back, in a word, when its status says so."""
    return _TAKEN_BACK.get(status.strip().lower())


def as_status_says(article: Article, status: str, until: Instant | None, note: str = "") -> Found:
    """What has been found: the article, one that must wait, or one that is taken back.

    `status` is the publisher's word, `until` the end of an embargo, `note` what the publisher says of it. Raises
    ArticleRejected when there is nothing in the article and it takes nothing back, or an embargo has no end.
    """
    if how := taken_back(status):
        return TakenBack(article, f"it is marked as {how}{f': {note[:200]}' if note else ''}")
    if not (article.title or article.body.strip() or article.captions):
        raise ArticleRejected("there is neither a headline nor a text in it")
    if until is not None:
        return Embargoed(article, until.at)
    if status.strip().lower() == "embargoed":
        raise ArticleRejected("its publisher has embargoed it without saying until when")
    return article
