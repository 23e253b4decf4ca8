"""People by what stands around their names: roles and titles before, ages and occupations behind, verbs of speech."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from indexer.enrich.lexicon import Kind, roles, section_words
from indexer.enrich.stretches import Stretch, Word

LONGEST_NAME = 5
"""Words of a person's name, particles counted: “Ursula von der Leyen” has four, “Miguel de la Madrid Hurtado” five."""
_REACH = 24
_MAY_FOLLOW = frozenset(", ")
_SPEECH = section_words("cues", "speech")
_SPEAKS = re.compile(rf"[ ](?:also[ ]|later[ ])?(?:{'|'.join(sorted(_SPEECH))})\b|,[ ](?:who|whose|whom)\b")
_WHO = re.compile(r",[ ]who(?:se)?\b")
_AGED = re.compile(r",[ ](?:aged[ ]|now[ ])?\d\d?\b|[ ]\(\d\d\)")
_ROLE_WORDS = "|".join(sorted((re.escape(role) for role in roles() if role[0].islower()), key=len, reverse=True))
_FILLER = r"(?!(?:where|which|when|whose|said|and|but|that|with|in|on|at|to|has|was|is|were)\b)[\w'’-]+[ ]"
_APPOSITION = re.compile(rf",[ ](?:(?:the|a|an|its|his|her|their|one|now)[ ])?(?:{_FILLER}){{0,3}}(?:{_ROLE_WORDS})\b")
# “the Mayor of Sarnholt, Johan Reets”
_APPOSED = re.compile(rf"\b(?i:{_ROLE_WORDS})\b(?:[ ](?:of|for|at|in)[ ][^.,;:]{{2,40}})?,[ ]$")
_APPOSED_REACH = 80
_ROYAL = frozenset({"Pope", "King", "Queen", "Prince", "Princess", "Emperor", "Empress", "Saint", "Sultan"})
_TAILS = Kind.ORGANISATION_TAIL | Kind.OTHER_TAIL | Kind.PLACE_TAIL
_SUFFIXES = frozenset({"Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV", "VI"})


def can_be_titled(role: Word, name: Stretch) -> bool:
    """Whether what stands behind a role can be its bearer: a full name, or a surname behind “Mr” and “Pope”."""
    if name[0].kind & Kind.DEMONYM or len(name) > LONGEST_NAME:
        return False
    return len(name) > 1 or bool(role.kind & Kind.SURNAME_ROLE) or role.text in _ROYAL


def outranks_tail(role: Word, name: Stretch) -> bool:
    """Whether a role makes a person of a name that could end a street's or a firm's: “Senator Samantha Power”."""
    return bool(name[0].kind & Kind.GIVEN) and role.text not in _ROYAL


def is_initial(word: str) -> bool:
    """Whether a word is one or more initials: “J.”, “J.R.”."""
    return word.endswith(".") and all(len(part) <= 1 for part in word.split("."))


def introduced(text: str, start: int) -> bool:
    """Whether a word for a role stands before: “chief engineer Yusuf Hale”."""
    return _word_before(text, start) in roles()


def described(text: str, start: int, end: int) -> bool:
    """Whether an age or an occupation stands beside: “Berta Kroll, 83”, “Yusuf Hale, chief engineer of …”.

    Or a verb and “who”: “said Bo Ferring, who has driven the pass”. Of a firm or a team one would not say both.
    """
    if text[end : end + 1] in _MAY_FOLLOW and (_AGED.match(text, end) or _APPOSITION.match(text, end)):
        return True
    if _WHO.match(text, end) and _word_before(text, start).lower() in _SPEECH:
        return True
    if not text.startswith(", ", start - 2):
        return False
    clause = max(text.rfind(mark, 0, start - 2) for mark in ".,;:") + 1  # no role reaches over a mark
    return bool(_APPOSED.search(text, max(clause, start - _APPOSED_REACH), start))


def speaks(text: str, start: int, end: int) -> bool:
    """Whether a verb of speech or “, who” stands beside: “said Quill”, “Quill said”."""
    return bool(_SPEAKS.match(text, end)) or _word_before(text, start).lower() in _SPEECH


def _word_before(text: str, start: int) -> str:
    before = text[max(0, start - _REACH) : start]
    return before[before.rfind(" ", 0, -1) + 1 : -1].lstrip('\n“"‘(') if before.endswith(" ") else ""


def could_be_name(stretch: Stretch) -> bool:
    """Whether the words of a stretch can be a person's name as they stand."""
    if not 2 <= len(stretch) <= LONGEST_NAME or stretch[-1].text.isdigit():
        return False
    first = stretch[0]
    if (first.known and not first.kind & Kind.GIVEN) or (first.text.isupper() and len(first.text) > 3):
        return False
    return not any(word.kind & (Kind.DEMONYM | Kind.DIRECTION) or len(word.text) == 1 for word in stretch)


def ends_otherwise(stretch: Stretch) -> bool:
    """Whether the last word makes the stretch a street, a firm or an island rather than a person."""
    return bool(stretch[-1].kind & _TAILS)


@dataclass(slots=True)
class People:
    """The people of one text while it is read: offsets of first mentions by name."""

    found: dict[str, int] = field(default_factory=dict)
    possible: dict[str, int] = field(default_factory=dict)
    """Two or three unknown words with a verb of speech: a person, or a firm (“Goldman Sachs said”)."""
    surnames: dict[str, int] = field(default_factory=dict)
    """Single names that behave like a surname: “said Quill”, “Mr Harrick”."""

    def add(self, text: str, stretch: Stretch) -> None:
        """A person named in full."""
        start = stretch[0].start
        self.found.setdefault(text[start : stretch[-1].end], start)

    def add_titled(self, text: str, role: str, stretch: Stretch) -> None:
        """A name behind a role: in full, or a surname, or of royalty (“Pope Francis”)."""
        if role in _ROYAL and all(word.kind & Kind.GIVEN or word.text in _SUFFIXES for word in stretch):
            start = stretch[0].start - len(role) - 1
            self.found.setdefault(text[start : stretch[-1].end], start)
        elif len(stretch) > 1:
            self.add(text, stretch)
        else:
            self.surnames.setdefault(stretch[0].text, stretch[0].start)

    def resolved(self, seen: dict[str, int]) -> dict[str, int]:
        """Each person once, under the first full form, with the offset of the first mention in any form.

        `seen` are the offsets of single capitalised words; a surname is taken for a person when only one has it.
        """
        full = dict(self.found)
        for name, start in self.possible.items():
            if name.split()[-1] in self.surnames:
                full.setdefault(name, start)
        people: dict[tuple[str, str], tuple[str, int]] = {}
        for name, start in sorted(full.items(), key=lambda item: item[1]):
            people.setdefault((name.split()[0], surname(name)), (name, start))
        bearers: dict[str, list[str]] = {}
        for name, _ in people.values():
            for short in short_forms(name):
                bearers.setdefault(short, []).append(name)
        first = dict(people.values())
        for short, names in bearers.items():
            offset = min(seen.get(short, first[names[0]]), self.surnames.get(short, first[names[0]]))
            if len(names) == 1:
                first[names[0]] = min(first[names[0]], offset)
        return first


def surname(name: str) -> str:
    """The last word of a name that is not “Jr.” or a numeral."""
    words = name.split()
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    return words[-1]


def short_forms(name: str) -> set[str]:
    """What a person is called after the first mention: the last word, or of three words the first (“Kim” Jong Un)."""
    last = surname(name)
    words = name.split()
    forms = {last, last.rpartition("-")[2]}
    if len(words) == 3 and all(word.isalpha() and len(word) <= 5 for word in words):
        forms.add(words[0])
    return forms
