"""What somebody may have meant who wrote a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

CLOSE_ENOUGH = 0.6
"""difflib's ratio: `titel` is close to `title` (0.8), `note` is close to nothing but `type` (0.5)."""
LONGEST_NAME = 40
"""No name that exists is longer, and comparing takes time quadratic in the length."""


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like this one, if any is like it at all."""
    likely = get_close_matches(name[:LONGEST_NAME].lower(), list(known), n=1, cutoff=CLOSE_ENOUGH)
    return likely[0] if likely else None
