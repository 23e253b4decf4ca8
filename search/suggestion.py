"""Names that a request chooses from, and what somebody may have meant who wrote one that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from index.errors import RequestInvalid

Choice = TypeVar("Choice", bound=StrEnum)

CLOSE_ENOUGH = 0.6
"""difflib's ratio: `titel` is close to `title` (0.8), `note` is close to nothing but `type` (0.5)."""
LONGEST_NAME = 40
"""No name that exists is longer, and comparing takes time quadratic in the length."""

LONGEST_QUOTE = 60
"""Characters of somebody's input that a message repeats."""


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like this one, if any is like it at all."""
    likely = get_close_matches(name[:LONGEST_NAME].lower(), list(known), n=1, cutoff=CLOSE_ENOUGH)
    return likely[0] if likely else None


def chosen(parameter: str, name: str, choices: type[Choice]) -> Choice:
    """The choice of this name. Raises RequestInvalid, with a suggestion, when there is none."""
    try:
        return choices(name)
    except ValueError as error:
        names = [choice.value for choice in choices]
        raise RequestInvalid(
            parameter, f"“{parameter}” is one of {', '.join(names)}; “{shortened(name)}” is not.", closest(name, names)
        ) from error


def shortened(text: str) -> str:
    """A text as a message can quote it."""
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
