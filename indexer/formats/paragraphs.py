"""How the lines of a plain text make paragraphs: blank lines between them, an indent, or one on each line."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

NARROW = 100
"""Lines up to this many characters may be hard-wrapped; typewriters and wires wrap at 64 to 80."""
SHARE_OF_NARROW = 0.9
"""So many of the non-blank lines must be narrow for the text to be hard-wrapped (a long address may stand out)."""
SHARE_OF_OPEN = 0.2
"""So many of the line ends within blocks must fall inside a sentence (no stop, the next line starts small) for the
text to be hard-wrapped. Wrapped English has .5 and more, wrapped German .3, lists and menus none."""
_LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
# Controls, zero-width spaces, a byte order mark in the middle, and noncharacters: nothing that a reader sees.
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\xa0\u2000-\u200a\u202f\u205f\u3000]+")
_CLOSED = tuple(".!?:;…\"'”’»)")


class Paragraph(NamedTuple):
    """A paragraph and the 1-based number of the line on which it starts."""

    text: str
    line: int


def paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of a text in order, each on one line, spaces collapsed, invisible characters gone."""
    lines = [_INVISIBLE.sub("", line) for line in _LINE_END.split(text)]
    width = _wrap_width(lines)
    found: list[Paragraph] = []
    joinable = False
    last = ""
    for number, raw in enumerate(lines, start=1):
        line = _SPACES.sub(" ", raw).strip()
        if line and joinable and _continues(last, raw, line, width):
            found[-1] = Paragraph(f"{found[-1].text} {line}", found[-1].line)
        elif line:
            found.append(Paragraph(line, number))
        joinable = bool(line) and width > 0
        last = raw.rstrip()
    return found


def _wrap_width(lines: list[str]) -> int:
    """The column at which a text is hard-wrapped; 0 when its lines are paragraphs."""
    lengths = [len(line.rstrip()) for line in lines if line.strip()]
    narrow = [length for length in lengths if length <= NARROW]
    inside = [(last.rstrip(), line.strip()) for last, line in pairwise(lines) if last.strip() and line.strip()]
    open_ends = sum(line[0].islower() and not last.endswith(_CLOSED) for last, line in inside)
    if not open_ends or len(narrow) < SHARE_OF_NARROW * len(lengths) or open_ends < SHARE_OF_OPEN * len(inside):
        return 0
    return max(narrow)


def _continues(last: str, raw: str, line: str, width: int) -> bool:
    """Whether a line goes on with the sentence of the line before it.

    It does when its first word had no room there, or when it starts small after a line that ends open. An indented
    line after one that is not indented starts a paragraph.
    """
    if raw[:1] in " \t" and last[:1] not in " \t":
        return False
    first_word = line.split(" ", 1)[0]
    if len(last) + 1 + len(first_word) > width and len(last) > width / 2:
        return True
    return line[0].islower() and not last.endswith(_CLOSED)
