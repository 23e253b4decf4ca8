"""What a request says of scores, as plain data: the numbers of BM25F, and how much newer articles are preferred.

Whoever asks chooses them (`search.ranking`, with the measurements); every engine computes with them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Freshness:
    """A preference for newer articles: a score is multiplied by a number between `floor` and 1.

    What it can lose halves with every `half_life` days of an article's age: whole days in UTC from the day it was
    published (the first that an imprecise date may mean) to `day`. The future has age 0; what is undated loses nothing.
    """

    day: date
    half_life: int
    floor: float

    def factor(self, age: int) -> float:
        """What a score is multiplied by at an age in days."""
        return self.floor + (1 - self.floor) * self.decay(age)

    def decay(self, age: int) -> float:
        """The share that is left at an age of what an article can lose."""
        return float(2.0 ** (-age / self.half_life))


@dataclass(frozen=True, slots=True)
class Scoring:
    """How words are weighed (BM25F), and which articles are preferred."""

    k1: float = 1.2
    """How late more of the same word stops to count."""
    b: Mapping[str, float] = field(default_factory=dict)
    """How much a long field weakens its words, from 0 to 1, by the name of the field."""
    usual_b: float = 0.75
    """The same for a field that is not named in `b`."""
    freshness: Freshness | None = None

    def b_of(self, name: str) -> float:
        """How much a long field of this name weakens its words."""
        return self.b.get(name, self.usual_b)
