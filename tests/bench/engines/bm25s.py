"""bm25s, which scores every article by adding up columns of a sparse matrix. It only ranks.

No totals, phrases, prefixes, ranges or facets, so it answers terms and their disjunction alone and is in no ratio.
Title and body are one text. All texts are in memory while it indexes, as numbers of words:
2.4 GB for a million articles.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bm25s
from bench.corpus import Record
from bench.engine import TOP, Answer, Ask
from bench.questions import Depth, Question, Shape


class Bm25s:
    """BM25, worked out when indexing."""

    version = str(bm25s.__version__)
    complete = False

    def build(self, folder: Path, records: Iterable[Record]) -> None:
        """Texts, then the matrix; nothing is stored of an article but its place."""
        numbers: dict[str, int] = {}
        texts = [
            [numbers.setdefault(word, len(numbers)) for word in f"{record.title} {record.body}".split()]
            for record in records
        ]
        ranker = bm25s.BM25()
        ranker.index((texts, numbers), show_progress=False)
        ranker.save(str(folder))

    def open(self, folder: Path, fields: tuple[str, ...]) -> OpenedBm25s:
        """The matrix, mapped. `fields` are those that were indexed: title and body are one."""
        del fields
        return OpenedBm25s(bm25s.BM25.load(str(folder), mmap=True))


class OpenedBm25s:
    """One matrix."""

    def __init__(self, ranker: Any) -> None:
        self._ranker = ranker

    def prepare(self, question: Question) -> Ask | None:
        """Single words and OR."""
        single = len(question.words) == 1 and question.shape is Shape.ALL and not question.year
        if question.depth is not Depth.TEN or not (single or question.shape is Shape.ANY):
            return None
        words = [list(question.words)]

        def ten() -> Answer:
            found, _ = self._ranker.retrieve(words, k=TOP, show_progress=False)
            return Answer(None, found.shape[1])

        return ten

    def close(self) -> None:
        """Nothing to be done."""


ENGINE = Bm25s()
