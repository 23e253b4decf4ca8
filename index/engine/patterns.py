"""What `pre*` and `wi?d` stand for: the words of a field whose folded form fits."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import translate

MOST_EXPANDED = 1_024
"""Terms that one pattern stands for at most."""


def literal_head(pattern: str) -> str:
    """What a pattern starts with before its first `*` or `?`."""
    return re.split(r"[*?]", pattern, maxsplit=1)[0]


def fits(pattern: str) -> Callable[[str], bool]:
    """Whether a form fits a pattern of `*` (anything) and `?` (one character)."""
    # A character class is none of our language; and `translate` gives an expression that cannot run away.
    match = re.compile(translate(pattern.replace("[", "[[]"))).match
    return lambda form: match(form) is not None
