"""Which queries are asked: many of each class, chosen by how many articles have the words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from math import log
from typing import TypeVar

import numpy as np
from bench.corpus import Record

T = TypeVar("T", int, str, tuple[str, ...])

RARE, MID, COMMON = 0.0005, 0.01, 0.2
"""The share of articles that have a word of each class, roughly: 10, 200 and 4,000 of 20,000."""
PHRASE = 0.005
"""The share of a sample's articles that have a phrase."""
_SAMPLE = 2_000
"""Articles in which phrases are looked for."""
_PREFIX_LETTERS = 3
_PREFIX_WORDS = (20, 1_000)
"""Words that a prefix stands for; Backfile counts the 1,024 most frequent at most, so its totals would differ."""


class Shape(Enum):
    """How the words of a question belong together."""

    ALL = "all"
    ANY = "any"
    PHRASE = "phrase"
    PREFIX = "prefix"


class Depth(Enum):
    """What is wanted of the matches. Each engine gives a hit of TEN and PAGE as cheaply as it can name one."""

    TEN = "ten hits, exact total"
    PAGE = "and seven facet counts and a monthly histogram"
    ARTICLES = "and the ten articles as they were stored"
    SNIPPETS = "and snippets, from the query's text to the page"
    LOADING = "nothing but the ten articles, whose ids are known"


@dataclass(frozen=True, slots=True)
class Question:
    """One query, asked of every engine in its own language. `year` restricts it to articles of that year."""

    kind: str
    words: tuple[str, ...]
    shape: Shape = Shape.ALL
    year: int | None = None
    depth: Depth = Depth.TEN

    def __str__(self) -> str:
        year = f" in {self.year}" if self.year else ""
        return f"{self.kind} “{' '.join(self.words)}”{year}"


LOADING = "loading ten articles by id"
PAGES = ("page: mid", "page: common", "page: OR of three")


def choose(records: Iterable[Record], per_class: int, seed: int) -> list[Question]:
    """`per_class` questions of each class where the corpus has so many, class by class; equal for equal arguments."""
    counted = _Counted(records)
    draw = _Draw(np.random.default_rng([seed, 2]), per_class)
    common = draw.near(counted.words, COMMON * counted.articles)
    rare = [(word,) for word in draw.near(counted.words, RARE * counted.articles)]
    mid = [(word,) for word in draw.near(counted.words, MID * counted.articles)]
    triples = draw.together(common, 3)
    years = draw.of(sorted(counted.years), len(common))
    questions = [
        *_of("rare term", rare),
        *_of("mid term", mid),
        *_of("common term", [(word,) for word in common]),
        *_of("AND of two common", draw.together(common, 2)),
        *_of("OR of three common", triples, Shape.ANY),
        *_of("phrase of two", draw.near(counted.pairs, PHRASE * counted.sampled), Shape.PHRASE),
        *_of("phrase of three", draw.near(counted.triples, PHRASE * counted.sampled), Shape.PHRASE),
        *_of("prefix of three letters", [(prefix,) for prefix in draw.some(counted.prefixes())], Shape.PREFIX),
        *(Question("term and year", (word,), year=year) for word, year in zip(common, years, strict=True)),
    ]
    pages: tuple[Sequence[tuple[str, ...]], ...] = (mid, [(word,) for word in common], triples)
    for depth in (Depth.PAGE, Depth.ARTICLES, Depth.SNIPPETS):
        for name, groups in zip(PAGES, pages, strict=True):
            shape = Shape.ANY if groups is triples else Shape.ALL
            questions += _of(named(name, depth), groups, shape, depth)
    return questions + _of(LOADING, pages[1], depth=Depth.LOADING)


def named(page: str, depth: Depth) -> str:
    """The class of a page of some depth."""
    suffix = {Depth.PAGE: "", Depth.ARTICLES: ", with articles", Depth.SNIPPETS: ", with articles and snippets"}
    return page + suffix[depth]


def _of(
    kind: str, groups: Sequence[tuple[str, ...]], shape: Shape = Shape.ALL, depth: Depth = Depth.TEN
) -> list[Question]:
    return [Question(kind, words, shape, depth=depth) for words in groups]


class _Counted:
    """How many articles have each word, and phrases of a sample."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.articles = self.sampled = 0
        self.words: Counter[str] = Counter()
        self.years: set[int] = set()
        self.pairs: Counter[tuple[str, ...]] = Counter()
        self.triples: Counter[tuple[str, ...]] = Counter()
        for record in records:
            self.articles += 1
            body = record.body.split()
            self.words.update({*record.title.split(), *body})
            self.years.add(record.date.year)
            if self.sampled < _SAMPLE:
                self.sampled += 1
                self.pairs.update(_sequences(body, 2))
                self.triples.update(_sequences(body, 3))

    def prefixes(self) -> list[str]:
        """Prefixes that stand for neither too few words nor too many."""
        counts = Counter(word[:_PREFIX_LETTERS] for word in self.words if len(word) > _PREFIX_LETTERS)
        low, high = _PREFIX_WORDS
        return sorted(prefix for prefix, words in counts.items() if min(low, max(counts.values())) <= words <= high)


def _sequences(words: list[str], length: int) -> set[tuple[str, ...]]:
    return set(zip(*(islice(words, start, None) for start in range(length)), strict=False))


class _Draw:
    """Draws questions, so many of a class."""

    def __init__(self, random: np.random.Generator, size: int) -> None:
        self._random = random
        self._size = size

    def near(self, counts: Counter[T], wanted: float) -> list[T]:
        """Some of those whose counts are the nearest to the one wanted."""
        by_count = defaultdict(list)
        for one, count in counts.items():
            by_count[count].append(one)
        nearest: list[T] = []
        for count in sorted(by_count, key=lambda count: abs(log(count / max(wanted, 1)))):
            nearest += self._shuffled(sorted(by_count[count]))
            if len(nearest) >= 2 * self._size:
                break
        return self.some(nearest[: 2 * self._size])

    def some(self, choices: Sequence[T]) -> list[T]:
        """At most as many as wanted, each once."""
        return self._shuffled(choices)[: self._size]

    def of(self, choices: Sequence[T], size: int) -> list[T]:
        """`size` draws, in which each choice may come again."""
        return [choices[place] for place in self._random.integers(0, len(choices), size)]

    def together(self, words: Sequence[str], size: int) -> list[tuple[str, ...]]:
        """Groups of different words."""
        return [tuple(self._shuffled(words)[:size]) for _ in range(self._size)]

    def _shuffled(self, choices: Sequence[T]) -> list[T]:
        return [choices[place] for place in self._random.permutation(len(choices))]
