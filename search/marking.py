"""Where a text matches a query: the places to mark, decided by the same forms of words that the engines compare.

Reading every word of a long article takes longer than finding the article, so words are looked at only where a match
can begin: everything wanted knows the letters that its words begin with (its `head`), and the text is searched for
those first. A word with letters outside ASCII can fold to a head in many ways, so each such word is looked at.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from fnmatch import translate
from itertools import islice
from typing import NamedTuple

import regex
from whoosh.query import FuzzyTerm, Not, Phrase, Prefix, Query, Term, Wildcard
from whoosh.support.levenshtein import damerau_levenshtein

from index.analysis import Token, exact_form, exact_forms, folded_form, stem, tokens
from index.query import EXACT, AcrossFields
from index.schema import Field, Kind, field_named
from search.nodes import FURTHEST

MOST_STEPS = 1_500
"""Words looked at in one text for a snippet, shared among the parts of the query. It holds every match in an article of
usual length (of 1,700 words, 110 are “the”); in a book-length one, frequent words are marked in its first part only."""

_WORD_CHARACTER = regex.compile(r"\w")
_APOSTROPHES = "'’ʼ＇"
_FOREIGN = re.compile(r"[^\x00-\x7f]")
# Marks that nearly every text has; without them most texts are plain ASCII, and there is nothing foreign to look for.
_TYPOGRAPHY = (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"), ("…", "."), ("\xa0", " "))


class Mark(NamedTuple):
    """`text[start:end]` matches; marks of one part of the query have the same `part`."""

    start: int
    end: int
    part: Hashable


@dataclass(frozen=True, slots=True)
class Wanted:
    """A word to find. Every word in ASCII that fits begins, in lower case, with `head`."""

    part: Hashable
    head: str
    fits: Callable[[str], bool]
    reach = 1

    def marks_at(self, text: str, token: Token) -> list[Mark]:
        """The mark of a word that fits."""
        return [Mark(token.start, token.end, self.part)]


@dataclass(frozen=True, slots=True)
class WantedPhrase:
    """Words to find in this order, each at most `slop` words after the one before it.

    `forms` gives what a word of the text answers to, of which the `words` are one each; `head` is what the first begins
    with.
    """

    part: Hashable
    words: tuple[str, ...]
    slop: int
    head: str
    forms: Callable[[str], tuple[str, ...]]

    def fits(self, word: str) -> bool:
        """Whether a word can be the first."""
        return self.words[0] in self.forms(word)

    @property
    def reach(self) -> int:
        """How many words it may extend over."""
        return (len(self.words) - 1) * self.slop + 1

    def marks_at(self, text: str, token: Token) -> list[Mark]:
        """One mark from the first word to the last of adjacent words, a mark for each word when some stand between."""
        window = list(islice(tokens(text, token.start), self.reach))
        path = self._path([self.forms(one.word) for one in window])
        if path and self.slop == 1:
            return [Mark(token.start, window[path[-1]].end, self.part)]
        return [Mark(window[place].start, window[place].end, self.part) for place in path]

    def _path(self, forms: list[tuple[str, ...]]) -> list[int]:
        """Where the words stand, the first at 0 and the last as early as can be; empty when they do not."""
        levels = [{0: 0}]
        for word in self.words[1:]:
            reached = sorted(levels[-1])
            level = {}
            for place in (place for place, own in enumerate(forms) if word in own):
                before = bisect_left(reached, place) - 1
                if before >= 0 and place - reached[before] <= self.slop:
                    level[place] = reached[before]
            if not level:
                return []
            levels.append(level)
        path = [min(levels[-1])]
        for level in levels[:0:-1]:
            path.append(level[path[-1]])
        return path[::-1]


class Marker:
    """Marks what one query finds. What the query excludes is never marked."""

    def __init__(self, query: Query) -> None:
        self._wanted: dict[str, dict[Hashable, Wanted | WantedPhrase]] = {}
        for field, wanted in _wanted(query):
            self._wanted.setdefault(field, {})[wanted.part] = wanted

    def marks(self, field: str, text: str, steps: int = MOST_STEPS) -> list[Mark]:
        """The matches in a value of a field, in order; `steps` bounds the words that are looked at."""
        wanted = self._wanted.get(field)
        if not wanted or not text:
            return []
        searched = _lowered(text)
        found: set[Mark] = set()
        for one in wanted.values():
            candidates = _candidates(text, searched, one.head)
            for token in islice(candidates, max(steps // (len(wanted) * one.reach), 1)):
                if one.fits(token.word):
                    found.update(one.marks_at(text, token))
        return sorted(found, key=lambda mark: mark[:2])


def _wanted(query: Query) -> Iterator[tuple[str, Wanted | WantedPhrase]]:
    """What a query looks for in each field of words."""
    if isinstance(query, AcrossFields):
        for word in query.others:
            yield from _wanted(AcrossFields(word, query.boosts))
        names = list(query.boosts)
    elif isinstance(query, Term | Phrase | Prefix | Wildcard | FuzzyTerm):
        names = [query.fieldname]
    else:
        for inner in () if isinstance(query, Not) else query.children():
            yield from _wanted(inner)
        return
    for name in names:
        field = field_named(name.removesuffix(EXACT))
        if field is not None and field.kind in {Kind.TEXT, Kind.NAME} and (wanted := _leaf(query, field, name)):
            yield field.name, wanted


def _leaf(query: Query, field: Field, name: str) -> Wanted | WantedPhrase | None:
    match query:
        case Phrase():
            return _phrase(field, name, query)
        case FuzzyTerm():
            return _similar(folded_form(query.text), query.maxdist, query.prefixlength)
        case Prefix():
            return _fitting(folded_form(query.text) + "*")
        case Wildcard():
            return _fitting(folded_form(query.text))
        case AcrossFields():
            return _word(field, name, query.word)
        case Term():
            return _word(field, name, str(query.text))
    return None


def _phrase(field: Field, name: str, phrase: Phrase) -> WantedPhrase | None:
    """Adjacent words as the field under this name compares them."""
    if not phrase.words:
        return None
    slop = min(phrase.slop, FURTHEST)
    if name.endswith(EXACT):
        words = tuple(map(exact_form, phrase.words))
        return WantedPhrase(("phrase", words, phrase.slop), words, slop, words[0], exact_forms)
    form = stem if field.kind is Kind.TEXT else folded_form
    words = tuple(map(form, phrase.words))
    head = stem_head(words[0]) if field.kind is Kind.TEXT else words[0]
    return WantedPhrase(("words", words, phrase.slop), words, slop, head, lambda word: (form(word),))


def _word(field: Field, name: str, word: str) -> Wanted:
    """A word as the field under this name compares it."""
    if name.endswith(EXACT):
        exact = exact_form(word)
        return Wanted(("exact", exact), exact, lambda other: exact in exact_forms(other))
    part, folded, stemmed = ("word", exact_form(word)), folded_form(word), stem(word)
    if field.kind is Kind.TEXT:
        return Wanted(part, stem_head(stemmed), lambda other: stem(other) == stemmed)
    return Wanted(part, folded, lambda other: folded_form(other) == folded)


def stem_head(stemmed: str) -> str:
    """A stem without its last letter when stemming may have changed that: `cry` becomes `cri`, `hoping` `hope`.

    The stems of `dying` and its like, `die`, keep only the first letter. Checked against 74,633 words of news.
    """
    if len(stemmed) <= 2:
        return stemmed
    return stemmed[:1] if len(stemmed) == 3 and stemmed.endswith("ie") else stemmed[:-1]


def _fitting(pattern: str) -> Wanted:
    fits = regex.compile(translate(pattern.replace("[", "[[]"))).match
    head = regex.split(r"[*?]", pattern, maxsplit=1)[0]
    return Wanted(("pattern", pattern), head, lambda other: fits(folded_form(other)) is not None)


def _similar(word: str, edits: int, standing: int) -> Wanted:
    def fits(other: str) -> bool:
        form = folded_form(other)
        near = abs(len(form) - len(word)) <= edits and form.startswith(word[:standing])
        return near and damerau_levenshtein(form, word, limit=edits) <= edits

    return Wanted(("similar", word, edits), word[:standing], fits)


def _lowered(text: str) -> str:
    """The text in lower case and without typographic marks, character by character."""
    for mark, plain in _TYPOGRAPHY:
        text = text.replace(mark, plain)
    lowered = text.lower()
    if len(lowered) != len(text):  # some capitals become two characters
        lowered = "".join(lower if len(lower := one.lower()) == 1 else one for one in text)
    return lowered


def _candidates(text: str, searched: str, head: str) -> Iterator[Token]:
    """The words that may begin with `head`."""
    if not head:
        yield from tokens(text)
        return
    if head.isascii():
        start = searched.find(head)
        while start >= 0:
            if _begins_word(searched, start):
                yield from islice(tokens(text, start), 1)
            start = searched.find(head, start + 1)
    if not searched.isascii():
        yield from _foreign(text, searched)


def _foreign(text: str, searched: str) -> Iterator[Token]:
    """The words that are not plain ASCII, and perhaps some that are."""
    end = 0
    for found in _FOREIGN.finditer(searched):
        start = found.start()
        if start < end or not _WORD_CHARACTER.match(found[0]):
            continue
        while not _begins_word(searched, start):
            start -= 1
        token = next(tokens(text, start))
        end = token.end
        yield token


def _begins_word(text: str, place: int) -> bool:
    """Whether no word reaches over this place; an apostrophe between word characters is part of a word."""
    before = text[place - 1] if place else " "
    if before in _APOSTROPHES:
        before = text[place - 2] if place > 1 else " "
    return _WORD_CHARACTER.match(before) is None
