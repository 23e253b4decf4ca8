"""Speakers: whom the words beside a reporting verb name, as the full name that the article has for them.

“said Interior Minister Pike” is Joren Pike when the article names one Pike; “a spokesman for Pike said” is nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from indexer.enrich.foreign import Grammar, grammar
from indexer.enrich.gazetteer import Sort, gazetteer
from indexer.enrich.lexicon import Kind, kinds, roles, sections
from indexer.enrich.people import is_initial, short_forms
from indexer.enrich.stretches import RUN

_LONGEST_RUN = 12
"""Words of a run of capitals; longer ones are headlines."""
_BEHIND_VERB = 160
"""Characters behind a verb in which its subject may stand: “said the 61-year-old chairman of the …, Piet Aldous”."""
_ANOTHER_SENTENCE = frozenset(";:.!?\x00\n")
_ARTICLES = frozenset({"the", "a", "an", "his", "her", "its", "their", "der", "die", "das", "den", "le", "la", "el"})
_INTRODUCES_SURNAME = Kind.ROLE | Kind.STOP | Kind.TIME | Kind.DEMONYM | Kind.OPENER
_FOLLOWS_NAME = Kind.STOP | Kind.TIME
_SENTENCE_OPENERS = Kind.STOP | Kind.TIME | Kind.OPENER
_LONGEST_NEW = 4
_POSSESSIVES = ("'s", "’s", "s'", "s’")
_PLACED = re.compile(r" (?:of|from|at|in|with|for|von|aus|de) [^,]{1,60} $")
_WORD_BEHIND = re.compile(r" ([^\W\d_A-Z][\w-]*)")
_LAST_WORDS = re.compile(r"([\w'’-]+)[ ](?:([\w'’-]+)[ ])?$")


@dataclass(frozen=True, slots=True)
class Usage:
    """How a language says who says something."""

    verb: re.Pattern[str] | None
    called: frozenset[str]
    pronouns: frozenset[str]
    light: frozenset[str]
    """Words that may stand between a speaker and the verb."""
    blocks: frozenset[str]
    """Words behind which a name is not the speaker."""
    joins: frozenset[str]
    """Words that start another clause."""
    grammar: Grammar
    capitals_tell: bool
    """Whether a word with a capital is a name: not so in German."""

    def is_light(self, words: str) -> bool:
        """Whether there is nothing but adverbs and auxiliaries, or nothing at all."""
        return all(word in self.light or word.endswith("ly") for word in words.lower().split())


@cache
def usage(language: str) -> Usage:
    """The usage of a language (ISO 639-1); one without verbs for those that are not in quotes.txt."""

    def listed(section: str) -> frozenset[str]:
        return frozenset(word for line in sections("quotes").get(f"{section} {language}", ()) for word in line.split())

    verbs = {verb.replace("-", " ") for verb in listed("verbs")}
    return Usage(
        verb=_any_of(verbs | {verb[0].upper() + verb[1:] for verb in verbs}) if verbs else None,
        called=listed("called"),
        pronouns=listed("pronouns"),
        light=listed("light"),
        blocks=listed("blocks"),
        joins=listed("joins"),
        grammar=grammar(language),
        capitals_tell=language == "en" or not grammar(language).capital_nouns,
    )


def _any_of(words: set[str]) -> re.Pattern[str]:
    """A pattern for words, those of one letter together: ten times as fast as letting `re` fold cases."""
    letters = groupby(sorted(words), key=itemgetter(0))
    grouped = (f"{letter}(?:{'|'.join(word[1:] for word in some)})" for letter, some in letters)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(grouped)})\b")


class Named(NamedTuple):
    """A speaker's name in a text: whose it is, and where it ends."""

    name: str
    end: int
    person: bool


def _by_short_form(names: Iterable[str]) -> dict[str, set[str]]:
    bearers: dict[str, set[str]] = {}
    for name in names:
        for short in short_forms(name) - {name}:
            bearers.setdefault(short, set()).add(name)
    return bearers


class Speakers:
    """Those who may speak in an article, by every form that it has for them.

    First those who are known to be in it, then whoever else its text names in full.
    """

    def __init__(self, people: Iterable[str], organisations: Iterable[str], usage: Usage, text: str) -> None:
        self.usage = usage
        self._text = text
        self._organisations = set(organisations)
        self._people = set(people)
        self._bearers = _by_short_form(self._people)

    @cached_property
    def _others(self) -> dict[str, set[str]]:
        """Short forms → the names in full that are not known, read from the text when first asked for."""
        if not self.usage.capitals_tell:
            return {}
        known = {(words[0], words[-1]) for words in map(str.split, self._people)}
        found: dict[tuple[str, str], Named] = {}
        for run in RUN.finditer(self._text):
            text = run.group().removesuffix("'s").removesuffix("’s")
            named = self._in_full(run, text) if " " in text else None
            if named:
                words = named.name.split()
                found.setdefault((words[0], words[-1]), named)  # “John H. Lichtblau”, “John Lichtblau”
        for twice in known & found.keys():
            del found[twice]
        self._people |= {named.name for named in found.values() if named.person}
        return _by_short_form(named.name for named in found.values() if not gazetteer().named(named.name))

    def is_person(self, name: str | None) -> bool:
        """Whether a speaker is a person, of whom the text can say “he”."""
        return name in self._people

    def named(self, run: re.Match[str]) -> Named | None:
        """Whom a run of capitalised words names; a surname counts when one person of the article has it."""
        parts = run.group().split(" ")
        if parts[-1].endswith(_POSSESSIVES) or len(parts) > _LONGEST_RUN:
            return None
        for first in range(len(parts)):
            end = run.end()
            for last in range(len(parts), first, -1):
                name = " ".join(parts[first:last])
                if name in self._people:
                    return Named(name, end, person=True)
                if name in self._organisations:
                    return Named(name, end, person=False)
                if (full := self._bearer(name)) and self._stands_for(parts[:first], parts[last:]):
                    self._people.add(full)  # firms are not called by their last word
                    return Named(full, end, person=True)
                end -= len(parts[last - 1]) + 1
        return self._in_full(run, run.group())

    def _bearer(self, short: str) -> str | None:
        """The one whom the article calls so for short."""
        if " " in short:
            return None
        bearers = self._bearers.get(short, set()) | self._others.get(short, set())
        return min(bearers) if len(bearers) == 1 else None

    def _in_full(self, run: re.Match[str], text: str) -> Named | None:
        """A name in full, behind offices, that nobody told of: a firm, or two to four words that may be a person."""
        if not self.usage.capitals_tell:
            return None
        table = kinds()
        parts = text.split(" ")
        tail = table.get(parts[-1].rstrip("."), 0) & Kind.ORGANISATION_TAIL
        before = _SENTENCE_OPENERS if tail else _INTRODUCES_SURNAME
        start = max((at for at, part in enumerate(parts, 1) if table.get(part, 0) & before), default=0)
        if not tail:  # “Lawyer David Steel”
            first_names = (at for at in range(start, len(parts) - 1) if table.get(parts[at], 0) & Kind.GIVEN)
            start = next(first_names, start)
            while start and is_initial(parts[start - 1]):
                start -= 1
        parts = parts[start:]
        known = gazetteer().named(text) or gazetteer().named(" ".join(parts))
        if known:
            return Named(known.name, run.end(), person=False) if known.sort is Sort.ORGANISATION else None
        country = gazetteer().named(parts[0]) if parts else None
        if country and country.sort is Sort.COUNTRY and not tail:
            return None  # “a senior U.S. Official”
        if not 2 <= len(parts) <= _LONGEST_NEW or any(part.endswith(_POSSESSIVES) for part in parts):
            return None
        person = not tail and bool(table.get(parts[0], 0) & Kind.GIVEN or is_initial(parts[0]) or start)
        return Named(" ".join(parts), run.end(), person)

    def _stands_for(self, before: list[str], behind: list[str]) -> bool:
        """Whether a surname between these words is one: “Interior Minister Pike”, not “Anna Pike” or “Pike Street”."""
        table = kinds()
        introduced = (
            not before or table.get(before[-1], 0) & _INTRODUCES_SURNAME or self.usage.grammar.is_role(before[-1])
        )
        return bool(introduced and (not behind or table.get(behind[0], 0) & _FOLLOWS_NAME))

    def before(self, text: str, verb: int) -> str | None:
        """The speaker named before a verb at `verb`: “Piet Aldous, a docker, said”, “the Harbour Authority said”."""
        for run in RUN.finditer(text, 0, verb):
            named = None if self.is_blocked(text, run.start()) else self.named(run)
            if named and self._reaches(text[named.end : verb], named):
                return named.name
        return None

    def is_blocked(self, text: str, start: int) -> bool:
        """Whether a preposition or a conjunction stands before a name: “the head of the Union”."""
        match = _LAST_WORDS.search(text, max(0, start - 40), start)
        if not match:
            return False
        earlier, last = (match[1], match[2]) if match[2] else ("", match[1])
        last = last.lower()
        return last in self.usage.blocks or (last in _ARTICLES and earlier.lower() in self.usage.blocks)

    def _reaches(self, gap: str, named: Named) -> bool:
        """Whether a name and the verb belong together over what stands between."""
        if self.usage.is_light(gap.removeprefix(",")):
            return True
        if "\x00" in gap:
            return False
        if gap.startswith(",") and gap.endswith(", "):
            return True
        return named.person and ((gap.startswith(" (") and gap.endswith(") ")) or bool(_PLACED.match(gap)))

    def behind(self, text: str, verb_end: int) -> str | None:
        """The speaker named behind a verb: “said the mayor of Sarnholt, Johan Reets”."""
        position = verb_end
        blocked = False
        for run in RUN.finditer(text, verb_end, verb_end + _BEHIND_VERB):
            between = text[position : run.start()]
            if not _ANOTHER_SENTENCE.isdisjoint(between) or "," in between.removesuffix(", "):
                return None
            apposed = between.endswith(", ")  # “said the leader of the dockers, Piet Aldous”
            blocking = self.usage.joins if apposed else self.usage.blocks | self.usage.joins
            blocked = (blocked and not apposed) or any(word.lower() in blocking for word in between.split())
            named = None if blocked else self.named(run)
            if named and self._is_whole(text, named, short=" " not in run.group()):
                return named.name
            position = run.end()
        return None

    def _is_whole(self, text: str, named: Named, *, short: bool) -> bool:
        """Whether a name is not just what the next word belongs to: “said NATO spokesman …”, “a House source”."""
        following = _WORD_BEHIND.match(text, named.end)
        if not following:
            return True
        if named.person and not short:
            return following[1] not in roles()
        return following[1] in self.usage.blocks | self.usage.joins | self.usage.light
