"""Places that no table knows, and towns whose names are also something else: by the words around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from indexer.enrich.gazetteer import Sort
from indexer.enrich.lexicon import UPPER, Kind, section_words
from indexer.enrich.stretches import Stretch


class Cue:
    """What speaks for a name being a place, as bits (see `Kind`); each counts once, however often it is met."""

    DIRECTION: Final = 1
    """“from Sarnholt”, “above Brenwick”."""
    STRONG: Final = 2
    """“in Brenwick”, “the town of Tarvik”, “Essen, Germany”: enough for a name that no table has."""
    TOWN: Final = 4
    """A town of the tables whose name is also something else, or little known."""
    PART: Final = 8
    """A word in the name of an organisation: “Sarnholt Harbour Authority”, “University of Sarnholt”."""
    CONTEXT: Final = 32
    """“left Brenwick”, “Brenwick airport”."""
    BESIDE: Final = 16
    """Next to a place, or to another town of the tables: “Brighton and Ostend”."""


NONE: Final = 0
_ENOUGH = 2
"""Cues that make a name a place together when none of them is strong."""


def is_enough(cues: int) -> bool:
    """Whether what speaks for a name makes it a place."""
    return bool(cues & Cue.STRONG) or cues.bit_count() >= _ENOUGH


_STRONG_BEFORE = section_words("cues", "strong")
_STRONG_PAIRS = {
    preposition: section_words("cues", f"strong before {preposition}")
    for preposition in ("of", "at", "off", "to", "from", "for")
}
_NOT_LOCATIVE = section_words("cues", "not locative before in")
_DIRECTIONS = section_words("cues", "directions")
_VERBS = section_words("cues", "verbs")
_AFTER_COMMA = re.compile(
    rf""",[ ](?:the|a|an)[ ](?:(?!and\b|who\b)[\w-]+[ ]){{0,3}}?(?:{"|".join(section_words("cues", "settlements"))})\b
    | ,[ ]where\b
    | ['’]s[ ](?:{"|".join(section_words("cues", "strong after possessive"))})\b""",
    re.VERBOSE,
)
_AFTER_STRONG = re.compile(rf"[ ](?:{'|'.join(section_words('cues', 'strong after'))})\b")
_AFTER_NOUN = re.compile(rf"[ ](?:{'|'.join(section_words('cues', 'after'))})\b")
_TO = re.compile(rf"[ ](?:in[ ]the[ ]\w+[ ])?to[ ][{UPPER}]")
_HEAD_OF_GOVERNMENT = re.compile(r"\b(?:[Ff]irst|[Pp]rime)[ ][Mm]inister[ ]of[ ]$")  # not so “Minister of Agriculture”
_REACH = 40
_SENTENCE_ENDS = ".!?:;”\"’'"
ASIDE = frozenset({" and ", " or ", ", ", ", and ", " & "})
_NOT_NAMES = (
    Kind.DEMONYM | Kind.ROLE | Kind.ORGANISATION_TAIL | Kind.ORGANISATION_HEAD | Kind.OTHER_TAIL | Kind.PLACE_TAIL
    | Kind.DIRECTION | Kind.GIVEN | Kind.NEVER_PLACE
)  # fmt: skip
LONGEST_NAME = 3


def could_be_place(stretch: Stretch) -> bool:
    """Whether an unknown stretch has the shape of a place's name: one to three plain words, no abbreviation."""
    return (
        len(stretch) <= LONGEST_NAME
        and not any(word.kind & _NOT_NAMES for word in stretch)
        and not any(word.text.isupper() or len(word.text) < 3 for word in stretch)
    )


def cue(text: str, start: int, end: int) -> int:
    """What the words around `text[start:end]` say."""
    earlier, last = _words_before(text, start)
    if last in _STRONG_BEFORE and not (last == "in" and earlier in _NOT_LOCATIVE):
        return Cue.STRONG
    if earlier in _STRONG_PAIRS.get(last, ()) or (
        last == "of" and _HEAD_OF_GOVERNMENT.search(text, max(0, start - _REACH), start)
    ):
        return Cue.STRONG
    following = text[end : end + 1]
    if (following and following in ",'’" and _AFTER_COMMA.match(text, end)) or (
        last == "from" and _TO.match(text, end)
    ):
        return Cue.STRONG
    inside = following == " " and last[-1:] not in _SENTENCE_ENDS  # not so “Inland town asks …”
    if inside and _AFTER_STRONG.match(text, end):
        return Cue.STRONG
    if last in _DIRECTIONS:
        return Cue.DIRECTION
    return Cue.CONTEXT if last in _VERBS or (inside and _AFTER_NOUN.match(text, end)) else NONE


def _words_before(text: str, start: int) -> tuple[str, str]:
    """The last two words before an offset, in small letters; empty where a sentence or a line starts."""
    before = text[max(0, start - _REACH) : start]
    if not before.endswith(" "):
        return "", ""
    words = before.rpartition("\n")[2].lower().rsplit(None, 2)
    return (words[-2] if len(words) > 1 else "", words[-1] if words else "")


def cue_beside(gap: str, last: int) -> int:
    """What standing behind a place says: “Roads to Sarnholt and Tarvik”, “from Brenwick to Tarvik”.

    `gap` is the text between the two, `last` what the words around the first said of it.
    """
    if gap not in ASIDE and gap != " to ":
        return NONE
    return Cue.STRONG if last & Cue.STRONG else Cue.BESIDE


def cue_of_country(gap: str, sort: Sort) -> int:
    """What a country behind a name says of it: “Essen, Germany”, “Delft, in the Netherlands”, “Kongsberg in Norway”."""
    if sort is Sort.COUNTRY and gap in {", ", ", in ", ", in the "}:
        return Cue.STRONG
    return Cue.BESIDE if sort is Sort.COUNTRY and gap in {" in ", " in the "} else NONE


class Last(NamedTuple):
    """The name last met that is or may be a place: where it ended, and what the words around it said."""

    name: str
    end: int
    cue: int


@dataclass(slots=True)
class Places:
    """The places of one text while it is read."""

    found: dict[str, int] = field(default_factory=dict)
    """Canonical name → offset of the first mention."""
    cues: dict[str, int] = field(default_factory=dict)
    """Names that may be places → what speaks for them."""
    last: Last = field(default_factory=lambda: Last("", 0, NONE))

    def add(self, name: str, start: int) -> None:
        """A place that is one."""
        self.found.setdefault(name, start)

    def weigh(self, name: str, cues: int) -> None:
        """Add to what speaks for a name."""
        self.cues[name] = self.cues.get(name, NONE) | cues
