"""The words of a field by their folded form: what `pre*` and `wi?d` stand for."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from fnmatch import translate
from itertools import islice

from index.analysis import folded_form
from index.engine.arrays import decode_text

MOST_EXPANDED = 1_024
"""Terms that one pattern stands for at most."""


class Lexicon:
    """The terms of one field of a segment, each with the number of its articles, dead or alive."""

    def __init__(self, terms: Iterator[tuple[bytes, int]], *, folded: bool) -> None:
        words = ((decode_text(term), term, count) for term, count in terms)
        self._entries = sorted((folded_form(word) if folded else word, term, count) for word, term, count in words)

    def starting(self, prefix: str) -> Iterator[tuple[bytes, int]]:
        """The terms whose form starts with `prefix`."""
        start = bisect_left(self._entries, (prefix,))
        for form, term, count in islice(self._entries, start, None):
            if not form.startswith(prefix):
                return
            yield term, count

    def matching(self, pattern: str) -> Iterator[tuple[bytes, int]]:
        """The terms whose form fits a pattern of `*` (anything) and `?` (one character)."""
        # A character class is none of our language; and `translate` gives an expression that cannot run away.
        fits = re.compile(translate(pattern.replace("[", "[[]"))).match
        literal = re.split(r"[*?]", pattern, maxsplit=1)[0]
        return (
            (term, count) for form, term, count in self._entries[bisect_left(self._entries, (literal,)) :] if fits(form)
        )
