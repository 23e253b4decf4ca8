"""The query tree: `whoosh.query`'s nodes as plain data, and two nodes of our own.

Conventions that every backend keeps:

- A node names a field of `index.schema`. `Term("title", "strikes")` means the word however the field compares words
  (stemmed for text, folded for names); `Term("title.exact", "strikes")` and `Phrase("title.exact", [...])` mean the
  exact form. Nodes hold the word as it was typed, never a stem.
- `Prefix`, `Wildcard` (`*` anything, `?` one character), `FuzzyTerm` (at most `maxdist` letters put in, left out,
  changed or swapped with a neighbour; the first `prefixlength` letters stand) and `TermRange` are written on the plain
  field and match the folded forms of its words, a code field's values as they are; at most the 1,024 most frequent
  words count.
- `Phrase(..., slop=n)`: each word stands 1 to n (at most 100) words after the one before, in one value of the field.
  `Phrase("title", [...])` compares its words as the field does.
- `Every()` is all articles, `Every("caption")` those with a value in that field.
- `NumericRange("published", start, end)` holds seconds since 1970 (inclusive, `None` is open) and matches
  an article when the span of its date overlaps. No range, not even an open one, matches an article without the date.
- `Or(..., minmatch=n)` needs n of its branches. `And([])` and `Or([])` match nothing.
- `AdjacentPair` is the words of an article that stand side by side: the second right after the first, in one value of a
  field, each compared as the field compares words. Where both words are common it matches nothing: when each is in more
  than the share `common_share` of all articles and in more than `common_number` of them, in one of the fields.
- `DisjunctionMax` scores its best branch, and `tiebreak` times the others.
- Scores: a word has its BM25F score over the fields that it is looked for in (in one, its BM25 score), times the
  node's boost, and an adjacent pair has the one of a word that stands where the pair does; a phrase has that of its
  words in its field; sets (patterns, codes, ranges, `Every`) have their boost;
  `Not` has none. Branches add up.
- A field or a node that is not named here raises RequestInvalid: the parser must not let it through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from whoosh.query import Query

EXACT = ".exact"


def within(start: str | None, end: str | None, *, startexcl: bool, endexcl: bool) -> Callable[[str], bool]:
    """Which forms are in a range of the alphabet, which is the order of code points; `None` is open."""

    def holds(form: str) -> bool:
        above = start is None or (form > start if startexcl else form >= start)
        return above and (end is None or (form < end if endexcl else form <= end))

    return holds


class AcrossFields(Query):
    """One word looked for in several fields of words at once: a boost says how often a word of the field counts.

    `boosts` maps a field (of exact forms: `title.exact`) to its boost, in the schema's order. `others` are words that
    count as the same word: their frequencies are added, and all have one idf.
    """

    def __init__(self, word: str, boosts: Mapping[str, float], boost: float = 1.0, others: Iterable[str] = ()) -> None:
        self.word = word
        self.boosts = dict(boosts)
        self.boost = boost
        self.others = tuple(others)

    @property
    def words(self) -> tuple[str, ...]:
        """The word and the others, as typed."""
        return self.word, *self.others

    def __repr__(self) -> str:
        others = f", others={self.others!r}" if self.others else ""
        return f"AcrossFields({self.word!r}, {self.boosts!r}, boost={self.boost!r}{others})"

    def __str__(self) -> str:
        return self.word

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AcrossFields)
            and self.words == other.words
            and self.boosts == other.boosts
            and self.boost == other.boost
        )

    def __hash__(self) -> int:
        return hash((self.words, tuple(self.boosts.items()), self.boost))

    def is_leaf(self) -> bool:
        """A leaf: backends expand it."""
        return True

    def terms(self, phrases: bool = False) -> Iterator[tuple[str, str]]:
        """The words under each field, as typed."""
        for name in self.boosts:
            for word in self.words:
                yield name, word

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Refused: an engine translates this node before it asks Whoosh for matchers."""
        raise TypeError("AcrossFields must be translated by the backend before matching")


class AdjacentPair(Query):
    """Two words side by side in any of several fields of words; scored as if the pair were a word of those fields.

    `boosts` are those of `AcrossFields`. Pairs of common words, which cost most, match nothing: see above.
    """

    def __init__(
        self,
        words: tuple[str, str],
        boosts: Mapping[str, float],
        boost: float = 1.0,
        common_share: float = 1.0,
        common_number: int = 0,
    ) -> None:
        self.words = words
        self.boosts = dict(boosts)
        self.boost = boost
        self.common_share = common_share
        self.common_number = common_number

    def __repr__(self) -> str:
        return f"AdjacentPair({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    def __str__(self) -> str:
        return " ".join(self.words)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AdjacentPair) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.words, tuple(self.boosts.items()), self.boost, self.common_share, self.common_number))

    def is_leaf(self) -> bool:
        """A leaf: backends expand it."""
        return True

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Refused, as for `AcrossFields`."""
        raise TypeError("AdjacentPair must be translated by the backend before matching")
