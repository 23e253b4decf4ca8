"""How well a word describes an article: BM25F, with exact lengths and live articles only.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), section 3.5: a word's frequencies
in the fields, each weakened by the field's length and weighed by its boost, are added up before they saturate, and the
word has one idf. In a single field that is BM25 as Whoosh computes it; the idf, which stays positive for words that
every article has, is Whoosh's too.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from index.engine.arrays import Array

K1 = 1.2
"""How soon more of the same word stops to count. Whoosh's value, and the usual one."""
B = 0.75
"""How much a long field weakens its words. Whoosh's value, and the usual one."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """The words that a field has in each document (uint8, 16 or 32), and on average in those live that have any."""

    words: Array
    average: float

    def normalised(self, docs: Array, frequencies: Array) -> Array:
        """The frequencies of a word in these documents as if the field were of average length in all (float64)."""
        return frequencies / (1 - B + B / self.average * self.words.take(docs))


def inverse_document_frequency(articles: int, matching: int) -> float:
    """The weight of a word that `matching` of all live `articles` have."""
    return log(articles / (matching + 1)) + 1


def bm25(weighted: Array, idf: float) -> Array:
    """The score of each document from the word's weighted, normalised frequency in it (float64)."""
    return idf * (K1 + 1) * weighted / (K1 + weighted)
