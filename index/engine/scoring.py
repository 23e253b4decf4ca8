"""How well a word describes an article: BM25 as Whoosh computes it, with exact lengths and live articles only.

Robertson, Walker et al., Okapi at TREC-3 (1994); the idf, which stays positive for words that every article has, is
Whoosh's.
"""

from __future__ import annotations

from math import log

from index.engine.arrays import Array

K1 = 1.2
"""How soon more of the same word stops to count. Whoosh's value, and the usual one."""
B = 0.75
"""How much a long field weakens its words. Whoosh's value, and the usual one."""


def inverse_document_frequency(articles: int, matching: int) -> float:
    """The weight of a word that `matching` of all live `articles` have."""
    return log(articles / (matching + 1)) + 1


def bm25(frequencies: Array, lengths: Array, average_length: float, idf: float) -> Array:
    """The score of each posting of a word in one field (float64), from the lengths of that field in words."""
    saturation = K1 * (1 - B + B * lengths / average_length)
    return idf * frequencies * (K1 + 1) / (frequencies + saturation)
