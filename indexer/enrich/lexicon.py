"""The word lists behind the rules: what kind of word each capitalised or introducing word can be.

The lists are plain text files beside this module: `[section]` lines, then entries separated by white space or, in
sections whose entries have several words, one a line; `#` starts a comment.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Final


def _character_class() -> str:
    """The upper-case and title-case letters, as ranges for a regular expression.

    Only those below U+10000: with the rest (Deseret, Vithkuqi…) `re` tries range after range and is eight times slower.
    """
    upper = [code for code in range(0x10000) if unicodedata.category(chr(code)) in {"Lu", "Lt"}]
    ranges = []
    for _, group in groupby(enumerate(upper), lambda pair: pair[1] - pair[0]):
        run = [code for _, code in group]
        ranges.append(chr(run[0]) if len(run) == 1 else f"{chr(run[0])}-{chr(run[-1])}")
    return "".join(ranges)


UPPER = _character_class()
"""The inside of a character class for capital letters of any script, since `re` has no \\p{Lu}."""


class Kind:
    """What a word can be, as bits: it can be several things (“Bank” starts and ends names).

    Plain integers: `enum.IntFlag` took a third of the time of reading a text.
    """

    STOP: Final = 1
    """Never part of a name: “The”, “However”."""
    TIME: Final = 2
    """A day or a month."""
    DEMONYM: Final = 4
    """“Russian”: of a place, never the place."""
    ROLE: Final = 8
    """Stands before a person's name: “President”, “Mr”."""
    GIVEN: Final = 16
    """A first name."""
    PLACE_HEAD: Final = 32
    """Starts the name of a place: “Lake”."""
    PLACE_TAIL: Final = 64
    """Ends the name of a place: “Peninsula”."""
    ORGANISATION_HEAD: Final = 128
    """Starts the name of an organisation when “of” follows: “University”."""
    ORGANISATION_TAIL: Final = 256
    """Ends the name of an organisation: “Company”."""
    OTHER_TAIL: Final = 512
    """Ends the name of a thing that is none of the three: “Street”, “Cup”."""
    DIRECTION: Final = 1024
    """“Northern”: may stand before a place without being part of its name."""
    SURNAME_ROLE: Final = 2048
    """A role that a surname alone may follow: “Mr”, “President”."""
    NEVER_PLACE: Final = 8192
    """No place even behind “in”: “Earth”."""
    OPENER: Final = 4096
    """An ordinary word that often opens a sentence and seldom a name: “Officials”, “Old”."""


_SECTIONS = {
    "stop": Kind.STOP,
    "openers": Kind.OPENER,
    "time": Kind.TIME,
    "demonyms": Kind.DEMONYM,
    "roles": Kind.ROLE,
    "titles": Kind.ROLE | Kind.SURNAME_ROLE,
    "place heads": Kind.PLACE_HEAD,
    "place tails": Kind.PLACE_TAIL,
    "organisation heads": Kind.ORGANISATION_HEAD,
    "organisation tails": Kind.ORGANISATION_TAIL,
    "other tails": Kind.OTHER_TAIL,
    "directions": Kind.DIRECTION,
    "never places": Kind.NEVER_PLACE,
}


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The sections of the word list `NAME.txt`, each a tuple of its lines."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in files("indexer.enrich").joinpath(f"{name}.txt").read_text(encoding="utf-8").splitlines():
        entry = line.partition("#")[0].strip()
        if entry.startswith("["):
            current = entry.strip("[]")
            found[current] = []
        elif entry:
            found[current].append(entry)
    return {section: tuple(lines) for section, lines in found.items()}


def section_words(name: str, section: str) -> frozenset[str]:
    """The words of a section whose entries are single words."""
    return frozenset(word for line in sections(name)[section] for word in line.split())


@cache
def kinds() -> dict[str, int]:
    """What each capitalised word can be; roles are listed with a capital too."""
    table: dict[str, int] = {}
    for section, kind in _SECTIONS.items():
        for word in section_words("words", section):
            capital = word[0].upper() + word[1:]
            table[capital] = table.get(capital, 0) | kind
    for word in section_words("given_names", "given names"):
        table[word] = table.get(word, 0) | Kind.GIVEN
    return table


@cache
def roles() -> frozenset[str]:
    """The words in small letters that introduce a person: “leader Kim Jong Un”."""
    return section_words("words", "roles") | section_words("words", "titles")
