"""Dates in words that stand in a query as text: `rail strike last week` may mean rail strike, published last week.

The words are searched as they stand, for they may be part of a name; what they would mean as a filter is only offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search.dates import Calendar
from search.language import PLUGINS
from search.natural_dates import BEGINNING
from search.tokens import Chunk, Close, FieldName, Infix, Open, Plain, Prefix, Reading, Token

MOST_OFFERED = 2
"""Each is counted, which takes as long as a search."""
MOST_WORDS = 8
"""“between the first quarter and the second half of 2020” is longer, and nobody types it."""
MOST_BEGINNINGS = 20
"""Words of a query that are tried as the first of a date; each takes from .1 to 2 ms."""
EARLIEST = 1600
"""There were no newspapers before 1605: “room 1215” and “Henry 1413” are no times to look in."""

# A month or a weekday alone is as often a name, a “second half” a game's.
_CERTAIN = re.compile(r"(?<![qh])\d|\b(?:yesterday|today|tomorrow|last|past|previous|this|current|next|ago|since)\b")
_WORD = re.compile(r"[^\s\0]+")


@dataclass(frozen=True, slots=True)
class DatesInText:
    """A text that says a time, at a code point of the query; "" is an open side."""

    text: str
    position: int
    from_date: str
    to_date: str

    def taken_out_of(self, q: str) -> str:
        """The query without it."""
        return q[: self.position] + q[self.position + len(self.text) :]


def dates_in_text(q: str, calendar: Calendar) -> tuple[DatesInText, ...]:
    """The first dates in the free text of a query, each as long as can be."""
    if not BEGINNING.search(q.lower()):
        return ()
    return tuple(_found(_free_text(Reading(PLUGINS, calendar).tokens(q), q), calendar))[:MOST_OFFERED]


def _free_text(tokens: Sequence[Token], q: str) -> str:
    """The query with NUL for what no date may be taken out of: quotations, fields, operands, what is in parentheses."""
    kept = list(re.sub(r"\S", "\0", q))
    depth = 0
    for token, before, after in zip(tokens, [None, *tokens], [*tokens[1:], None], strict=False):
        depth += isinstance(token, Open) - isinstance(token, Close)
        is_operand = isinstance(before, Infix | Prefix | FieldName) or isinstance(after, Infix)
        if isinstance(token, Chunk) and not isinstance(token, Plain) and not depth and not is_operand:
            ends = after is None or not token.touches(after)
            kept[token.startchar : token.endchar] = token.text if ends else "\0" * len(token.text)
    return "".join(kept)


def _found(text: str, calendar: Calendar) -> Iterator[DatesInText]:
    words = list(_WORD.finditer(text))
    place = tried = 0
    while place < len(words) and tried < MOST_BEGINNINGS:
        dates, length = None, 1
        if BEGINNING.match(words[place][0].lower()):
            tried += 1
            for length in range(min(MOST_WORDS, len(words) - place), 0, -1):
                start, end = words[place].start(), words[place + length - 1].end()
                if "\0" not in text[start:end] and (dates := _dates(text[start:end], start, calendar)):
                    yield dates
                    break
        place += length if dates else 1


def _dates(text: str, position: int, calendar: Calendar) -> DatesInText | None:
    text = text.rstrip(".,;:!?")
    if not _CERTAIN.search(text.lower()):
        return None
    try:
        period = calendar.period(text)
    except ValueError:
        return None
    years = [int(day[:4]) for day in (period.first, period.last) if day != "*"]
    if not all(EARLIEST <= year <= calendar.today.year + 1 for year in years):
        return None
    first, last = ("" if day == "*" else day for day in (period.first, period.last))
    return DatesInText(text, position, first, last)
