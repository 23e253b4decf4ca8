"""Datelines: “SARNHOLT, Feb 9 (NCW) —” tells where, when and through which agency a story was filed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.enrich.dates import MONTH, MONTHS
from indexer.enrich.gazetteer import place_in_capitals
from indexer.enrich.lexicon import UPPER

_LONGEST = 120
"""Characters that a dateline may take; the longest met has 61."""
_WORD = rf"[{UPPER}][\w.'’-]*"
_PLACE = rf"{_WORD}(?:[ ](?:(?:de|del|do|da|la|le|of|on|upon|am|sur|the|and)[ ])*{_WORD})*"
_DATELINE = re.compile(
    rf"""\s*(?P<place>{_PLACE}(?:(?:,[ ]?|[ ]?/[ ]?){_PLACE})*?)
    (?:,?[ ](?:[A-Z][a-z]+day,[ ])?(?:
        (?P<month_a>(?i:{MONTH}))\.?[ ](?P<day_a>\d\d?)(?:,?[ ](?P<year_a>\d{{4}}))?
      | (?P<day_b>\d\d?)\.?[ ](?P<month_b>(?i:{MONTH}))\.?(?:[ ](?P<year_b>\d{{4}}))?
    ))?
    (?:,?[ ]?\((?P<agency>[^()\n]{{2,40}})\))?
    [ ]?(?:[—–]|--+|(?<=[ ])-)[ ]*(?=\S)""",
    re.VERBOSE,
)
# Words in capitals and a dash that are no place: “UPDATE — …”.
_SHOUTS = frozenset(
    {"UPDATE", "UPDATED", "BREAKING", "EXCLUSIVE", "WATCH", "VIDEO", "ANALYSIS", "OPINION", "CORRECTION"}
)
_SMALL = frozenset({"de", "del", "do", "da", "la", "le", "of", "on", "upon", "am", "sur", "the", "and"})


@dataclass(frozen=True, slots=True)
class Dateline:
    """A dateline that ends at `text[:end]`. `day` is (month, day), `year` what the dateline itself says."""

    place: str
    day: tuple[int, int] | None
    year: int | None
    agency: str | None
    end: int


def parse_dateline(text: str) -> Dateline | None:
    """The dateline with which a text starts, or `None`.

    It needs a place and a dash, and besides them a date, an agency in parentheses or a place in capitals.
    """
    match = _DATELINE.match(text[:_LONGEST])
    if not match:
        return None
    place, agency = match["place"].strip(" ."), match["agency"]
    name, day, year = (
        match.group("month_a", "day_a", "year_a") if match["month_a"] else match.group("month_b", "day_b", "year_b")
    )
    shouted = place.isupper() and len(place) > 3 and place not in _SHOUTS
    if not (shouted or name or agency) or place in _SHOUTS:
        return None
    return Dateline(
        place=place,
        day=(MONTHS[name.lower()], int(day)) if name else None,
        year=int(year) if year else None,
        agency=agency,
        end=match.end(),
    )


def places_of(dateline: str) -> tuple[str, ...]:
    """The places of a dateline as they are written elsewhere: “RIO DE JANEIRO/LONDON” are two."""
    names = (part.strip() for part in re.split(r"[,/]", dateline))
    return tuple(place_in_capitals(re.sub(r"[^\W\d_][\w.'’]*", _capitalised, name)) for name in names if name)


def _capitalised(match: re.Match[str]) -> str:
    word = match.group()
    if not word.isupper() or "." in word:
        return word
    if match.start() and word.lower() in _SMALL:
        return word.lower()
    return word.capitalize()
