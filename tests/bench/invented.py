"""Words that no language has, made so that every engine sees the same tokens: lower-case ASCII, and their own stems."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import numpy as np
import Stemmer

_ONSETS = (
    "b",
    "d",
    "f",
    "g",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "z",
    "br",
    "dr",
    "gr",
    "kl",
    "pl",
    "st",
    "tr",
)
_VOWELS = ("a", "e", "i", "o", "u")
_CODAS = ("", "k", "l", "m", "n", "r", "t")


@lru_cache(maxsize=1)
def invented_words(count: int, seed: int) -> tuple[str, ...]:
    """Different words, shorter ones first as frequent words are; equal for equal arguments.

    Backfile stems what it indexes and the other engines are told not to, so only words are taken that the English
    Snowball stemmer leaves as they are. It is asked directly: `index.analysis` would remember the answers, and the
    engine that is measured would find its cache filled.
    """
    syllables = ["".join(parts) for parts in product(_ONSETS, _VOWELS)]
    random = np.random.default_rng(seed)
    stemmer = Stemmer.Stemmer("english")
    found: dict[str, None] = {}
    while len(found) < count:
        size = count + count // 4
        lengths = random.integers(2, 5, size)
        picks = random.integers(0, len(syllables), (size, 4))
        codas = random.integers(0, len(_CODAS), size)
        drawn = [
            "".join([syllables[pick] for pick in row[:length]]) + _CODAS[coda]
            for row, length, coda in zip(picks.tolist(), lengths.tolist(), codas.tolist(), strict=True)
        ]
        kept = (word for word, stem in zip(drawn, stemmer.stemWords(drawn), strict=True) if word == stem)
        found |= dict.fromkeys(kept)
    return tuple(sorted(list(found)[:count], key=len))
