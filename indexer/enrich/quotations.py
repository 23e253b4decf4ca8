"""Quotations: what stands between quotation marks in a text, whichever marks its language uses.

Outermost quotations only; what is quoted inside one belongs to it. A quotation that runs over paragraphs is opened anew
in each and closed in the last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

MOST_MARKS = 10_000
"""Marks of a text that are looked at: a long book has as many, and a text of nothing else takes two seconds at most."""
# Commas on high inside a word are apostrophes.
_MARK = re.compile(r"``|''|[\"“”„‟«»‹›‘‚「」『』]|['’](?:(?!\w)|(?<!\w.))")
_OPENINGS = ('"', "“", "”", "„", "«", "»", "‹", "›", "‘", "‚", "``", " '", "\n'", "「", "『")
"""Of these a text with quotations has one; looking for each takes a tenth of the time of looking for marks."""
_BREAK = "\n\n"
_BREAKS = re.compile(r"\n+")
# What closes what. Guillemets and raised commas point this way in one language and that way in another.
_CLOSERS = {
    first: frozenset(closing.split())
    for first, closing in {
        '"': '"', "''": "''", "``": "''", "“": '” ‟ "', "”": "”", "„": '“ ” ‟ "', "‟": "”", "«": "»", "»": "« »",
        "‹": "›", "›": "‹ ›", "‘": "’", "‚": "‘ ’", "'": "'", "「": "」", "『": "』",
    }.items()
}  # fmt: skip
_SINGLE = frozenset("'‘’‚")
_UNMISTAKABLE = frozenset("«»‹›「」『』")
"""French sets these off by a space, Japanese by none."""
_BEFORE_OPENING = frozenset('([{—–-/:“"„«»')
_SPEECH_ENDS = frozenset(".,!?…—–")
_AFTER_SINGLE = frozenset(",.;:!?)")


class Quotation(NamedTuple):
    """`text[start:end]` with its marks; `inner` is what stands between them, the paragraphs of a long one joined."""

    inner: str
    start: int
    end: int


class _Mark(NamedTuple):
    text: str
    start: int
    end: int


class _Paragraph(NamedTuple):
    start: int
    end: int
    marks: list[_Mark]


def quotations(text: str) -> list[Quotation]:
    """The quotations of a text in order, in time that grows with its length whatever marks stand in it."""
    if not any(mark in text for mark in _OPENINGS) and not text.startswith("'"):
        return []
    marks = [_Mark(match.group(), *match.span()) for match in islice(_MARK.finditer(text), MOST_MARKS)]
    opening = _opening_marks(marks)
    found: list[Quotation] = []
    running: list[Quotation] = []
    """The paragraphs so far of a quotation that goes on."""
    expected = 0
    for paragraph in _paragraphs(text, marks):
        if paragraph.start != expected:
            running = []
        expected = _following(text, paragraph.end)
        for quotation, closed in _within(text, paragraph, opening):
            if quotation.start != paragraph.start:
                running = []
            running.append(quotation)
            if closed:
                found.append(Quotation(" ".join(part.inner for part in running), running[0].start, quotation.end))
                running = []
    return found


def _opening_marks(marks: list[_Mark]) -> frozenset[str]:
    """The marks that open a quotation in this text: «French» or »German«, and ”Swedish” where nothing else does."""
    there = [mark.text for mark in marks]
    opening = {'"', "``", "''", "“", "„", "‘", "‚", "'", "「", "『"}
    for pair in ("«»", "‹›"):
        opening.update(next((mark for mark in there if mark in pair), ""))
    if not {"“", "„"} & set(there):
        opening.add("”")
    return frozenset(opening)


def _paragraphs(text: str, marks: list[_Mark]) -> Iterator[_Paragraph]:
    """The paragraphs that have marks."""
    paragraph = _Paragraph(0, -1, [])
    for mark in marks:
        if mark.start >= paragraph.end:
            if paragraph.marks:
                yield paragraph
            before, end = text.rfind(_BREAK, max(paragraph.end, 0), mark.start), text.find(_BREAK, mark.start)
            paragraph = _Paragraph(before + len(_BREAK) if before >= 0 else 0, end if end >= 0 else len(text), [])
        paragraph.marks.append(mark)
    if paragraph.marks:
        yield paragraph


def _following(text: str, end: int) -> int:
    """Where the paragraph behind one starts."""
    gap = _BREAKS.match(text, end)
    return gap.end() if gap else end


def _within(text: str, paragraph: _Paragraph, opening: frozenset[str]) -> Iterator[tuple[Quotation, bool]]:
    """The quotations of one paragraph, and whether each is closed; behind one that is not there are no more.

    A mark whose closing one is missing opens nothing, unless the next paragraph opens with the same.
    """
    last = {mark.text: mark.start for mark in paragraph.marks if _closes(text, mark)}
    first: _Mark | None = None
    for mark in paragraph.marks:
        if first and mark.text in _CLOSERS[first.text] and _closes(text, mark):
            if inner := text[first.end : mark.start].strip():
                yield Quotation(inner, first.start, mark.end), True
            first = None
        elif mark.text in opening and (first is None or first.text == mark.text) and _opens(text, mark):
            first = None
            if any(last.get(closer, -1) > mark.start for closer in _CLOSERS[mark.text]):
                first = mark
            elif mark.text not in _SINGLE and text.startswith(mark.text, _following(text, paragraph.end)):
                yield Quotation(text[mark.end : paragraph.end].strip(), mark.start, paragraph.end), False
                return


def _opens(text: str, mark: _Mark) -> bool:
    before, behind = text[mark.start - 1 : mark.start], text[mark.end : mark.end + 1]
    if mark.text in _UNMISTAKABLE:
        return True
    return (not before or before.isspace() or before in _BEFORE_OPENING) and bool(behind) and not behind.isspace()


def _closes(text: str, mark: _Mark) -> bool:
    before, behind = text[mark.start - 1 : mark.start], text[mark.end : mark.end + 1]
    if mark.text in _UNMISTAKABLE:
        return True
    if before.isspace() or behind.isalnum():
        return False
    return mark.text not in _SINGLE or before in _SPEECH_ENDS or behind in _AFTER_SINGLE
