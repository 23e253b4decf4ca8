"""Stretches: the runs of capitalised words of a text, each word with what it can be; where names are looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from indexer.enrich.gazetteer import Gazetteer, Known, Mention
from indexer.enrich.lexicon import UPPER, Kind, kinds

ABBREVIATED = (
    "Mr", "Mrs", "Ms", "Dr", "Prof", "Gen", "Col", "Lt", "Capt", "Sgt", "Sen", "Rep", "Gov", "Rev", "Adm", "Maj",
    "Cmdr", "Hon", "Pres", "St", "Mt", "Jr", "Sr", "Co", "Corp", "Inc", "Ltd", "Fr",
)  # fmt: skip
"""Full stops belong to initials (J. R. R., U.S.) and to these abbreviations; elsewhere they end a sentence."""
_STOPPED = "|".join(rf"(?<=\b{word}\.)" for word in ABBREVIATED)
_REST = rf"(?:\.-?(?:[{UPPER}]\.-?)*|\w*(?:['’-]\w+)*(?:\.(?:{_STOPPED}))?)"
# What may stand in small letters inside a name: “de la”, “van der”, “bin”, “al-”, “d’”.
_PARTICLES = frozenset(
    {
        "de", "del", "della", "di", "da", "dos", "du", "la", "le", "van", "von", "der", "den", "ter", "bin", "ibn",
        "al", "el", "af", "av", "zu",
    }
)  # fmt: skip
_JOINED = rf"(?:(?:al|el|as|ash|ad|an|ar|at)-[{UPPER}]\w+|d['’][{UPPER}]\w+|&[ ][{UPPER}]\w*(?:['’]\w+)?)"
_NEXT = rf"[ ](?:(?:(?:{'|'.join(sorted(_PARTICLES))})[ ]){{0,2}}[{UPPER}]{_REST}|{_JOINED})"
RUN = re.compile(rf"[{UPPER}](?<!\w.){_REST}(?:{_NEXT}){{0,30}}")
"""Capitalised words in a row, with the small words that names have inside.

The pattern starts with a set of letters, so that the search skips what cannot start a run. Longer runs are shouting,
and without a limit 160,000 words in a row take minutes.
"""

_CLOSING = Kind.STOP | Kind.TIME
_SKIPPED_ALONE = _CLOSING | Kind.OPENER | Kind.DEMONYM
_POSSESSIVES = ("'s", "’s")
_HANGING = re.compile(r"['’-]\w+")
_JOINTS = "-–/"
_GAP = " " + _JOINTS


class Word(NamedTuple):
    """A word of a stretch, or a known name of several words taken as one: `text[start:end]`.

    `kind` are bits of `Kind`; of a known name of several words `text` is the canonical form.
    """

    text: str
    kind: int
    known: Known | None
    start: int
    end: int


Stretch = list[Word]

# A word or a known phrase, where it stands, and whether the stretch ends behind it (“Putin’s”, “Moscow-based”).
_Token = tuple[str, Known | None, int, int, bool]


def stretches(text: str, tables: Gazetteer) -> Iterator[Stretch]:
    """The stretches of a text in order, known names looked up in `tables`.

    A stretch ends where no capitalised word follows, at a word that is never part of a name (“The”, “Monday”) and
    after a possessive: “Putin’s Historic Visit” is two.
    """
    table, names = kinds(), tables.words
    phrases = tables.phrases(text)
    phrase = next(phrases, None)
    for match in RUN.finditer(text):
        start, end = match.span()
        run = match.group()
        while phrase and phrase.end <= start:
            phrase = next(phrases, None)
        if phrase and phrase.start < end:
            tokens, phrase = _tokens_and_phrases(run, start, phrase, phrases, names)
        elif " " in run or "-" in run:
            tokens = _tokens(run, start, names)
        else:  # two runs of three are one word
            word = run[:-2] if run.endswith(_POSSESSIVES) and run not in names else run
            kind = table.get(word, 0)
            if not kind & _SKIPPED_ALONE:
                yield [Word(word, kind, names.get(word), start, start + len(word))]
            continue
        current: Stretch = []
        for word, known, first, last, closes in tokens:
            kind = 0 if known else table.get(word, 0)
            if kind & _CLOSING and not (current and _awaits_surname(current[-1])):
                if current:
                    yield current
                    current = []
                continue
            if current or word not in _PARTICLES:
                current.append(Word(word, kind & ~_CLOSING, known or names.get(word), first, last))
            if closes and current:
                yield current
                current = []
        if current:
            yield current


def _awaits_surname(word: Word) -> bool:
    """“Theresa May”, “Qaboos bin Said”: after a first name, an initial or a particle even a stop word is a surname."""
    return bool(word.kind & Kind.GIVEN) or (len(word.text) == 2 and word.text[1] == ".") or word.text in _PARTICLES


def _tokens(run: str, position: int, names: dict[str, Known]) -> list[_Token]:
    """The words of a run that starts at `position`."""
    tokens: list[_Token] = []
    length = position + len(run)
    for word in run.split(" "):
        end = position + len(word)
        if word.endswith(_POSSESSIVES) and word not in names:
            tokens.append((word[:-2], None, position, end - 2, True))
        elif "-" in word:
            tokens += _compound(word, position, names, last=end == length)
        else:
            tokens.append((word, None, position, end, False))
        position = end + 1
    return tokens


def _tokens_and_phrases(
    run: str, position: int, phrase: Mention | None, phrases: Iterator[Mention], names: dict[str, Known]
) -> tuple[list[_Token], Mention | None]:
    """The words of a run that starts at `position`, each known phrase as one word, and the next phrase.

    A phrase may cover the start of the next run too (“Bank of” – “England”); it is given back then.
    """
    tokens: list[_Token] = []
    covered, end = 0, position + len(run)
    while phrase and phrase.start < end:
        hanging = _HANGING.match(run, phrase.end - position)  # “North Korea’s”, “New York-based”
        if phrase.start >= position:
            tokens += _tokens_between(run, covered, phrase.start - position, position, names)
            if tokens and run[phrase.start - position - 1] in _JOINTS:  # “Russia-North Korea”
                tokens[-1] = (*tokens[-1][:4], True)
            tokens.append((phrase.known.name, phrase.known, phrase.start, phrase.end, hanging is not None))
        covered = hanging.end() if hanging else phrase.end - position
        if phrase.end > end:
            break
        phrase = next(phrases, None)
    return tokens + _tokens_between(run, covered, len(run), position, names), phrase


def _tokens_between(run: str, start: int, end: int, position: int, names: dict[str, Known]) -> list[_Token]:
    piece = run[start:end]
    words = piece.strip(_GAP)
    return _tokens(words, position + start + len(piece) - len(piece.lstrip(_GAP)), names) if words else []


def _compound(word: str, start: int, names: dict[str, Known], *, last: bool) -> list[_Token]:
    """A word with a hyphen; of one that joins known names (“Moscow-Beijing”) both, of “Sarnholt-based” the name.

    Double names (“Jean-Claude”) stay whole, and so do compounds with more behind (“Amsterdam-Rotterdam Bank”).
    """
    first, _, second = word.partition("-")
    middle, end = start + len(first), start + len(word)
    if first and second and word not in kinds() and word not in names:
        if second[0].islower() and len(first) > 2:
            return [(first, None, start, middle, True)]
        if last and first in names and (second in names or kinds().get(second, 0) & Kind.DEMONYM):
            return [(first, None, start, middle, True), (second, None, middle + 1, end, True)]
    return [(word, None, start, end, False)]
