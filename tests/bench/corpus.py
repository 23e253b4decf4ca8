"""What is indexed by every engine: articles made from a seed, or Reuters, in one plain shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from bench.invented import invented_words

FACETS = ("source", "section", "person", "place", "organisation", "keyword", "lang")
"""The facets of a page, under Backfile's names; a record has the values of each in the attribute of that name."""
SINGLE = ("source", "section", "lang")
"""Facets of which an article has one value at most; the others can have several."""

EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Record:
    """An article as the engines get it: `title` and `body` are tokens between white space, `day` counts from 1970."""

    id: str
    title: str
    body: str
    day: int
    source: tuple[str, ...]
    section: tuple[str, ...]
    person: tuple[str, ...]
    place: tuple[str, ...]
    organisation: tuple[str, ...]
    keyword: tuple[str, ...]
    lang: tuple[str, ...]

    @property
    def date(self) -> date:
        """The day on which it was published."""
        return date.fromordinal(EPOCH + self.day)

    @property
    def month(self) -> int:
        """The month in which it was published, counted from the year 0: an equal width for engines that need one."""
        return month_number(self.date)

    def values(self, facet: str) -> tuple[str, ...]:
        """The article's different values in a facet."""
        found: tuple[str, ...] = getattr(self, facet)
        return found

    def to_json(self) -> str:
        """What an engine stores to give the article back."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))


def month_number(day: date) -> int:
    """Months since the year 0."""
    return day.year * 12 + day.month - 1


def day_number(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - EPOCH


class Corpus(Protocol):
    """Articles that can be read any number of times, always the same."""

    name: str

    def records(self) -> Iterator[Record]:
        """The articles, one after another."""


VOCABULARY = 200_000
BATCH = 500
"""Articles drawn at once; each batch has a random generator of its own, so that a longer corpus begins as a shorter."""
BODY_WORDS = 300
PARAGRAPH_WORDS = 50
_FIRST_DAY = date(2015, 1, 1).toordinal() - EPOCH
_LAST_DAY = date(2024, 12, 31).toordinal() - EPOCH
_EXPRESSIONS = 2_000
"""Fixed expressions of two or three words, so that phrases are found as often as in a language."""
_EXPRESSION_EVERY = 40
"""Words, on average, between the beginnings of fixed expressions."""


@dataclass(frozen=True)
class _Values:
    """The values of a facet: the first are the most frequent, and an article has `least` to `most` of them."""

    labels: Sequence[str]
    least: int
    most: int


class Synthetic:
    """Articles of invented words under Zipf's law as Mandelbrot wrote it: rank r as often as 1 / (r + 2.7)."""

    def __init__(self, articles: int, seed: int = 1, titles: bool = True) -> None:
        self.name = f"{articles:,} invented articles, seed {seed}"
        self._articles = articles
        self._seed = seed
        self._titles = titles
        self._words = invented_words(VOCABULARY, seed)
        self._cumulative = _cumulative(VOCABULARY, 1.0)
        random = np.random.default_rng([seed, 0])
        self._expressions = random.integers(50, 20_000, (_EXPRESSIONS, 3))
        self._expression_lengths = random.integers(2, 4, _EXPRESSIONS)
        self._facets = self._facet_values()

    def records(self) -> Iterator[Record]:
        """The articles, made in batches."""
        batches = (self._batch(number) for number in range(-(-self._articles // BATCH)))
        return islice((record for batch in batches for record in batch), self._articles)

    def _facet_values(self) -> dict[str, _Values]:
        names = [word.capitalize() for word in self._words]
        return {
            "source": _Values([f"{name} Courier" for name in names[100:140]], 1, 1),
            "section": _Values(names[200:212], 1, 1),
            "person": _Values([f"{names[300 + i % 150]} {last}" for i, last in enumerate(names[1_000:6_000])], 0, 5),
            "place": _Values(names[6_000:6_500], 1, 3),
            "organisation": _Values([f"{name} Union" for name in names[7_000:7_800]], 0, 3),
            "keyword": _Values(names[8_000:9_000], 1, 4),
            "lang": _Values(["en", "de", "fr", "es"], 1, 1),
        }

    def _batch(self, number: int) -> Iterator[Record]:
        random = np.random.default_rng([self._seed, 1, number])
        lengths = np.clip(random.lognormal(np.log(BODY_WORDS) - 0.08, 0.4, BATCH), 40, 2_000).astype(np.int64)
        ends = np.cumsum(lengths)
        flat = self._text(random, int(ends[-1]))
        days = random.integers(_FIRST_DAY, _LAST_DAY + 1, BATCH).tolist()
        facets = {name: _draw(random, values) for name, values in self._facets.items()}
        title_lengths = random.integers(5, 11, BATCH).tolist()
        for i, (end, length) in enumerate(zip(ends.tolist(), lengths.tolist(), strict=True)):
            body = [self._words[rank] for rank in flat[end - length : end].tolist()]
            title = [body[place] for place in random.integers(0, length, title_lengths[i]).tolist()]
            yield Record(
                id=f"a{number * BATCH + i:08}",
                title=" ".join(title) if self._titles else "",
                body=in_paragraphs(body),
                day=days[i],
                **{name: drawn[i] for name, drawn in facets.items()},
            )

    def _text(self, random: np.random.Generator, size: int) -> npt.NDArray[np.int64]:
        """The ranks of `size` words: independent draws, overwritten here and there by fixed expressions."""
        flat = np.searchsorted(self._cumulative, random.random(size))
        starts = random.integers(0, size - 3, size // _EXPRESSION_EVERY)
        chosen = np.searchsorted(_cumulative(_EXPRESSIONS, 0.7), random.random(len(starts)))
        for place in range(3):
            has = self._expression_lengths[chosen] > place
            flat[starts[has] + place] = self._expressions[chosen[has], place]
        return flat


def in_paragraphs(words: list[str]) -> str:
    """A text of paragraphs; no sentences, whose full stops some tokenizers would keep."""
    return "\n\n".join(
        " ".join(words[start : start + PARAGRAPH_WORDS]) for start in range(0, len(words), PARAGRAPH_WORDS)
    )


def _cumulative(size: int, exponent: float) -> npt.NDArray[np.float64]:
    """float64[size]: the probabilities of the ranks, added up."""
    weights = 1.0 / (np.arange(size) + 2.7) ** exponent
    return np.cumsum(weights / weights.sum())


def _draw(random: np.random.Generator, values: _Values) -> list[tuple[str, ...]]:
    """The values of each article of a batch."""
    counts = random.integers(values.least, values.most + 1, BATCH).tolist()
    picks = np.searchsorted(_cumulative(len(values.labels), 0.7), random.random((BATCH, values.most)))
    return [
        tuple(dict.fromkeys(values.labels[pick] for pick in row[:count]))
        for row, count in zip(picks.tolist(), counts, strict=True)
    ]


class JsonLines:
    """Articles that were written to a file once, because reading their own format takes longer than indexing."""

    def __init__(self, name: str, path: Path, titles: bool = True) -> None:
        self.name = name
        self._path = path
        self._titles = titles

    def records(self) -> Iterator[Record]:
        """The articles in the file's order."""
        with self._path.open(encoding="utf-8") as lines:
            for line in lines:
                found = json.loads(line)
                for facet in FACETS:
                    found[facet] = tuple(found[facet])
                record = Record(**found)
                yield record if self._titles else replace(record, title="")

    def write(self, records: Iterator[Record]) -> None:
        """Fill the file."""
        with self._path.open("w", encoding="utf-8") as lines:
            for record in records:
                lines.write(record.to_json() + "\n")
