"""Reading a text that is not in English for names: only the tables, and people behind titles or with a first name.

German writes all nouns with a capital, so there a first name and a noun need more: a role before them, or the surname
again beside a verb of speech.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from indexer.enrich import people
from indexer.enrich.gazetteer import Sort, gazetteer
from indexer.enrich.lexicon import Kind, kinds, sections
from indexer.enrich.places import Cue
from indexer.enrich.reading import Found, Reading
from indexer.enrich.stretches import Stretch, Word

_SMALL_NOUNS = frozenset({"fr", "es", "it", "nl", "pt", "sv", "da", "nb", "no", "pl", "cs", "ca", "ro", "fi", "tr"})
"""Languages that write nouns small, so that a first name and a capitalised word are a person. Not so German, and
nothing is known of a text whose language could not be told."""
_LAST_WORD = re.compile(r"(\S+)\s$")
_NEXT_WORD = re.compile(r"\s(\w+)")
_APPOSITION = re.compile(r", (?:(?:der|die|ein|eine|seit \w+|[a-zäöü]+(?:e|er)) ){0,2}(\w+)")
_APOSTROPHES = frozenset("'’")
_REACH = 30
_OFTEN = 2
"""Times that an unknown German word must follow a preposition, and never anything else, to be a place."""
_LONGEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Grammar:
    """The words of a language that introduce names."""

    roles: tuple[str, ...]
    prepositions: frozenset[str]
    speech: frozenset[str]
    no_places: frozenset[str]
    capital_nouns: bool

    def is_role(self, word: str) -> bool:
        """Whether a word is a role or ends in one: “Chorleiter”."""
        return bool(self.roles) and word.lower().endswith(self.roles)


@cache
def grammar(language: str) -> Grammar:
    """The grammar of a language; an empty one for languages that are not in foreign.txt."""

    def listed(section: str) -> frozenset[str]:
        return frozenset(word for line in sections("foreign").get(f"{section} {language}", ()) for word in line.split())

    return Grammar(
        roles=tuple(sorted(listed("roles"))),
        prepositions=listed("prepositions"),
        speech=listed("speech"),
        no_places=listed("no places"),
        capital_nouns=language not in _SMALL_NOUNS,
    )


class ForeignReading(Reading):
    """A text in a language other than English while it is read."""

    def __init__(self, text: str, headlines: list[tuple[int, int]], language: str) -> None:
        super().__init__(text, headlines, gazetteer(language))
        self.grammar = grammar(language)
        # “Künstliche Intelligenz (KI)”: of those in the German and Spanish pages read a quarter were no organisations.
        self.long_forms.clear()
        self.after_preposition: Counter[str] = Counter()
        self.after_others: Counter[str] = Counter()
        self.openings: set[str] = set()
        """Single words that open a sentence and are its subject, as it seems: “Claasen störte das nicht.”"""

    def _take(self, stretch: Stretch) -> None:
        first = stretch[0]
        if first.text[1:2] in _APOSTROPHES and len(first.text) > 2:  # “L’Allemagne”
            stretch = [self._word(first.text[2:], first.start + 2), *stretch[1:]]
        before = _LAST_WORD.search(self.text, max(0, first.start - _REACH), first.start)
        introduction = before[1].lower() if before else ""
        if self._take_named(stretch, introduction):
            return
        if len(stretch) > 1 and not first.known and not first.kind and self._opens_sentence(first.start):
            self._take_country(first)
            introduction, stretch = first.text.lower(), stretch[1:]  # “Die NATO”, “In Larkwell”
        if all(word.known for word in stretch):
            self._take_tables(stretch, introduction)
        elif len(stretch) == 1:
            self._take_single(stretch, introduction)
        elif stretch[0].kind & Kind.PLACE_HEAD and len(stretch) == 2 and introduction in self.grammar.prepositions:
            self._add_place(self.text[stretch[0].start : stretch[-1].end], stretch[0].start, stretch[-1].end)

    def _word(self, text: str, start: int) -> Word:
        return Word(text, kinds().get(text, 0), self.tables.words.get(text), start, start + len(text))

    def _take_country(self, word: Word) -> bool:
        """“Norwegens Küste”: the country, which German marks with an s."""
        owner = self.tables.words.get(word.text.removesuffix("s"))
        if not self.grammar.capital_nouns or owner is None or owner.sort is not Sort.COUNTRY:
            return False
        self._take_known(owner, word.start, word.end)
        return True

    def _take_named(self, stretch: Stretch, introduction: str) -> bool:
        """A person: “Chorleiter Heinrich Maas”."""
        for at, word in enumerate(stretch[:-1]):
            name = stretch[at:]
            if not word.kind & Kind.GIVEN or len(name) > _LONGEST_NAME or not people.could_be_name(name):
                continue
            role = stretch[at - 1].text if at else introduction
            if self.grammar.is_role(role) or self._is_apposed(name[-1].end) or not self.grammar.capital_nouns:
                self.people.add(self.text, name)
            else:
                self.people.possible.setdefault(self.text[name[0].start : name[-1].end], name[0].start)
            return True
        name = stretch[1:] if self.grammar.is_role(stretch[0].text) else stretch
        introduced = len(name) < len(stretch) or (not self.grammar.capital_nouns and self.grammar.is_role(introduction))
        if introduced and len(name) == 2 and not self.grammar.capital_nouns and people.could_be_name(name):
            self.people.add(self.text, name)
            return True
        return False

    def _is_apposed(self, end: int) -> bool:
        """“Grete Holm, die Vorstandsvorsitzende”: whether a role stands behind a name."""
        apposition = _APPOSITION.match(self.text, end)
        return bool(apposition and self.grammar.is_role(apposition[1]))

    def _take_tables(self, stretch: Stretch, introduction: str) -> None:
        for word in stretch:
            known = word.known
            if known is None or known.sort is Sort.STATE:
                continue
            if known.sort is not Sort.TOWN:
                self._take_known(known, word.start, word.end)
            elif introduction in self.grammar.prepositions and word.text not in self.grammar.no_places:
                self.places.weigh(known.name, Cue.STRONG)
                self.seen.setdefault(known.name, word.start)

    def _take_single(self, stretch: Stretch, introduction: str) -> None:
        """A surname beside a verb of speech, or perhaps a German place: “in Sarnholt”."""
        word = stretch[0]
        self.seen.setdefault(word.text, word.start)
        following = _NEXT_WORD.match(self.text, word.end)
        if following and following[1].islower() and self._opens_sentence(word.start):
            self.openings.add(word.text)
        if introduction in self.grammar.speech or (following and following[1] in self.grammar.speech):
            self.people.surnames.setdefault(word.text, word.start)
        if self._take_country(word):
            return
        if introduction in self.grammar.prepositions:
            self.after_preposition[word.text] += 1
        elif introduction:
            self.after_others[word.text] += 1

    def found(self) -> Found:
        """What was found; of unknown German words those that stand behind prepositions only."""
        if self.grammar.capital_nouns:
            for word, times in self.after_preposition.items():
                if times >= _OFTEN and not self.after_others[word] and word not in self.grammar.no_places:
                    self.places.weigh(word, Cue.STRONG)
        for name, start in self.people.possible.items():
            surname = people.surname(name)
            if surname in self.openings:
                self.people.surnames.setdefault(surname, start)
        return super().found()
