"""Where a text matches a query: the places to mark, decided by the same forms of words that the engines compare.

Reading every word of a long article takes longer than finding the article, so words are looked at only where a match
can begin: everything wanted knows the letters that its words begin with (its `head`), and the text is searched for
those first. A word with letters outside ASCII can fold to a head in many ways, so each such word is looked at: once
for all that is wanted.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import regex
from whoosh.query import AndNot, FuzzyTerm, Not, Phrase, Prefix, Query, Term, TermRange, Wildcard
from whoosh.support.levenshtein import damerau_levenshtein

from index.analysis import exact_form, exact_forms, folded_form, stem, tokens
from index.query import EXACT, AcrossFields, within
from index.schema import Field, Kind, field_named
from search.nodes import FURTHEST

MOST_STEPS = 600
"""Words looked at in one text for a snippet, shared among the parts of the query. It holds every match in an article of
usual length (of 1,700 words, 110 are “the”); in a book-length one, frequent words are marked in its first part only.
1,500 took twice as long."""
WHOLE_TEXT = 1_000_000
"""Words looked at when a text is marked as a whole: all of them, in whatever is an article."""
LONGEST_WORD = 2_000
"""Letters of a word that is looked at. A query is not half as long, and longer words are no words."""

_WORD_CHARACTER = regex.compile(r"\w")
_APOSTROPHES = "'’ʼ＇"
_REST_OF_WORD = regex.compile(r"\w*(?:['ʼ＇]\w+)*+")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_LEADING_WORD = re.compile(r"\w+(?:'\w+)*", re.ASCII)
# Marks that nearly every text has; without them most texts are plain ASCII, and there is nothing foreign to look for.
_TYPOGRAPHY = (("’", "'"), ("‘", '"'), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"), ("…", "."), ("\xa0", " "))


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

    def marks(self, _searched: _Searched, words: list[tuple[int, int]]) -> list[Mark]:
        """The marks of words that fit."""
        return [Mark(start, end, self.part) for start, end in words]


@dataclass(frozen=True, slots=True)
class WantedPhrase:
    """Words to find in this order, each at most `slop` words after the one before it."""

    part: Hashable
    words: tuple[Wanted, ...]
    slop: int

    @property
    def head(self) -> str:
        """What the first word begins with."""
        return self.words[0].head

    @property
    def fits(self) -> Callable[[str], bool]:
        """Whether a word can be the first."""
        return self.words[0].fits

    @property
    def reach(self) -> int:
        """How many words it may extend over."""
        return (len(self.words) - 1) * self.slop + 1

    def marks(self, searched: _Searched, words: list[tuple[int, int]]) -> list[Mark]:
        """The marks of the phrases that begin with one of some words."""
        heads = [word.head for word in self.words[1:]]
        return [
            mark
            for start, _ in words
            if searched.may_follow(heads, start, self.reach)
            for mark in self._marks_at(searched.text, start)
        ]

    def _marks_at(self, text: str, start: int) -> list[Mark]:
        """One mark from the first word to the last of adjacent words, a mark for each word when some stand between."""
        window = list(islice(tokens(text, start), self.reach))
        path = self._path([token.word for token in window])
        if path and self.slop == 1:
            return [Mark(start, window[path[-1]].end, self.part)]
        return [Mark(window[place].start, window[place].end, self.part) for place in path]

    def _path(self, window: list[str]) -> list[int]:
        """Where the words stand, the first at 0 and the last as early as can be; empty when they do not."""
        levels = [{0: 0}]
        for word in self.words[1:]:
            reached = sorted(levels[-1])
            level = {}
            for place in (place for place, other in enumerate(window) if word.fits(other)):
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
        searched = _Searched(text)
        found: list[Mark] = []
        for one in wanted.values():
            candidates = islice(searched.candidates(one.head, steps), max(steps // (len(wanted) * one.reach), 1))
            fitting = _Fitting(one.fits)
            found += one.marks(searched, [span for span in candidates if fitting[text[span[0] : span[1]]]])
        return sorted(dict.fromkeys(found), key=lambda mark: mark[:2])

    def asks(self, field: str) -> bool:
        """Whether there is something to find in a field."""
        return field in self._wanted


def _wanted(query: Query) -> Iterator[tuple[str, Wanted | WantedPhrase]]:
    """What a query looks for in each field of words."""
    if isinstance(query, AcrossFields | Term):
        named = list(query.terms())
    elif isinstance(query, Phrase | Prefix | Wildcard | FuzzyTerm | TermRange):
        named = [(query.fieldname, "")]
    else:
        for inner in _searched_for(query):
            yield from _wanted(inner)
        return
    for name, word in named:
        field = field_named(name.removesuffix(EXACT))
        if field is None or field.kind not in {Kind.TEXT, Kind.NAME}:
            continue
        if wanted := _word(field, name, word) if word else _expanding(query, field):
            yield field.name, wanted


def _searched_for(query: Query) -> Iterable[Query]:
    """The branches of a query that an article may match, without those that it must not."""
    if isinstance(query, AndNot):
        return (query.a,)
    inner: Iterable[Query] = () if isinstance(query, Not) else query.children()
    return inner


def _expanding(query: Query, field: Field) -> Wanted | WantedPhrase | None:
    """What a phrase, or a node that stands for many words, looks for."""
    match query:
        case Phrase():
            words = tuple(_word(field, query.fieldname, word) for word in query.words)
            part = ("phrase", tuple(word.part for word in words), query.slop)
            return WantedPhrase(part, words, min(max(query.slop, 1), FURTHEST)) if words else None
        case Prefix():
            return _fitting(folded_form(query.text) + "*")
        case Wildcard():
            return _fitting(folded_form(query.text))
        case FuzzyTerm():
            return _similar(folded_form(query.text), query.maxdist, query.prefixlength)
        case TermRange():
            return _between(query)
    return None


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


def _similar(form: str, most: int, kept: int) -> Wanted:
    def fits(other: str) -> bool:
        folded = folded_form(other)
        near = folded.startswith(form[:kept]) and abs(len(folded) - len(form)) <= most
        return near and bool(damerau_levenshtein(form, folded) <= most)

    return Wanted(("similar", form, most, kept), form[:kept], fits)


def _between(query: TermRange) -> Wanted:
    start, end = (None if text is None else folded_form(text) for text in (query.start, query.end))
    holds = within(start, end, startexcl=query.startexcl, endexcl=query.endexcl)
    part = ("between", start, end, query.startexcl, query.endexcl)
    return Wanted(part, "", lambda other: holds(folded_form(other)))


class _Fitting(dict[str, bool]):
    """Which words fit, each asked once. What is too long to be a word does not."""

    def __init__(self, fits: Callable[[str], bool]) -> None:
        super().__init__()
        self._fits = fits

    def __missing__(self, word: str) -> bool:
        self[word] = fit = len(word) <= LONGEST_WORD and self._fits(word)
        return fit


class _Searched:
    """A text in which the beginnings of several words are looked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lowered = _lowered(text)
        self._foreign: list[tuple[int, int]] = []
        self._unread = _foreign(text, self._lowered)

    def candidates(self, head: str, most: int) -> Iterator[tuple[int, int]]:
        """Where the words stand that may begin with `head`; of those with letters outside ASCII the first `most`."""
        if head.isascii():
            leading = _LEADING_WORD.match(head)
            if leading is None:
                yield from ((token.start, token.end) for token in tokens(self.text))
                return
            yield from self._beginning_with(leading[0])
        self._foreign.extend(islice(self._unread, max(most - len(self._foreign), 0)))
        yield from self._foreign[:most]

    def may_follow(self, heads: Iterable[str], start: int, number: int) -> bool:
        """Whether among the `number` words from `start` on there may be some that begin with each of these heads."""
        if not self._lowered.isascii():
            return True
        end = _several_words(number).match(self._lowered, start).end()  # it matches anywhere
        return all(self._lowered.find(head, start, end) >= 0 for head in heads)

    def _beginning_with(self, head: str) -> Iterator[tuple[int, int]]:
        """Where the words stand that begin with some letters. An expression for them takes longer to make than this."""
        lowered, length = self._lowered, len(head)
        start = lowered.find(head)
        while start >= 0:
            if not start or lowered[start - 1] == " " or _begins_word(lowered, start):
                end = _REST_OF_WORD.match(lowered, start + length).end()  # it matches anywhere
                yield start, end
                start = lowered.find(head, end)
            else:
                start = lowered.find(head, start + length)


@lru_cache(maxsize=256)
def _several_words(number: int) -> regex.Pattern[str]:
    return regex.compile(rf"(?:\W*+\w++(?:'\w++)*+){{0,{number}}}")


def _lowered(text: str) -> str:
    """The text in lower case and without typographic marks, character by character."""
    for mark, plain in _TYPOGRAPHY:
        text = text.replace(mark, plain)
    lowered = text.lower()
    if len(lowered) != len(text):  # some capitals become two characters
        lowered = "".join(lower if len(lower := one.lower()) == 1 else one for one in text)
    return lowered


def _foreign(text: str, lowered: str) -> Iterator[tuple[int, int]]:
    """Where the words stand that are not plain ASCII, and perhaps some that are."""
    if lowered.isascii():
        return
    end = 0
    for found in _FOREIGN.finditer(lowered):
        start = found.start()
        if start < end or not _WORD_CHARACTER.match(found[0]):
            continue
        furthest = start - LONGEST_WORD
        while start > furthest and not _begins_word(lowered, start):
            start -= 1
        token = next(tokens(text, start))
        end = token.end
        if start > furthest:
            yield start, end


def _begins_word(text: str, place: int) -> bool:
    """Whether no word reaches over this place; an apostrophe between word characters is part of a word."""
    before = text[place - 1] if place else " "
    if before in _APOSTROPHES:
        before = text[place - 2] if place > 1 else " "
    return _WORD_CHARACTER.match(before) is None
