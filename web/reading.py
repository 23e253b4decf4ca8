"""An article laid out for reading: paragraphs, captions and credits, with the matches of a query marked.

The marks are numbered through the whole page and each leads to the next and the previous one, without a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from search.page import ArticlePage

Ranges = tuple[tuple[int, int], ...]

MARKED_FIELDS = ("title", "abstract", "byline", "body", "caption", "credit", "heading")
"""The fields whose matches are marked; names and labels are links of their own."""

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Picture:
    """A caption with its marks, and the credit of the picture."""

    text: Markup
    credit: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the article page shows, in reading order; `matches` of them are marked."""

    title: Markup
    abstract: Markup
    byline: tuple[Markup, ...]
    paragraphs: tuple[Markup, ...]
    pictures: tuple[Picture, ...]
    credits: tuple[Markup, ...]
    headings: tuple[Markup, ...]
    matches: int


def lay_out(page: ArticlePage) -> Reading:
    """The article of a page for reading. Numbers run in the order in which the parts are laid out here."""
    article, marker = page.article, Marker(page.marks)
    title = marker.mark("title", article.title or "")
    abstract = marker.mark("abstract", article.abstract or "")
    byline = tuple(marker.mark("byline", name, number) for number, name in enumerate(article.byline))
    start_of_body = marker.ranges("body", 0)
    paragraphs = tuple(
        marker.piece(article.body, start_of_body, start, end) for start, end in paragraph_spans(article.body)
    )
    pictures, credited = [], len(article.credits)
    for number, caption in enumerate(article.captions):
        text = marker.mark("caption", caption.text, number)
        pictures.append(Picture(text, marker.mark("credit", caption.credit or "", credited)))
        credited += bool(caption.credit)
    return Reading(
        title=title,
        abstract=abstract,
        byline=byline,
        paragraphs=paragraphs,
        pictures=tuple(pictures),
        credits=tuple(marker.mark("credit", name, number) for number, name in enumerate(article.credits)),
        headings=tuple(marker.mark("heading", text, number) for number, text in enumerate(article.headings)),
        matches=marker.total,
    )


def paragraph_spans(body: str) -> Iterator[tuple[int, int]]:
    """Where the paragraphs of a body begin and end: parted by blank lines or, when it has none, by lines."""
    parting, start = _BLANK_LINE if _BLANK_LINE.search(body.strip()) else _LINE, 0
    for gap in parting.finditer(body):
        if body[start : gap.start()].strip():
            yield start, gap.start()
        start = gap.end()
    if body[start:].strip():
        yield start, len(body)


class Marker:
    """Marks texts in reading order and numbers the marks from 1."""

    def __init__(self, marks: Mapping[str, tuple[Ranges, ...]]) -> None:
        self._marks = marks
        self._number = 0
        self.total = sum(len(ranges) for field in MARKED_FIELDS for ranges in marks.get(field, ()))

    def ranges(self, field: str, number: int) -> Ranges:
        """What to mark in one value of a field."""
        of_field = self._marks.get(field, ())
        return of_field[number] if number < len(of_field) else ()

    def mark(self, field: str, text: str, number: int = 0) -> Markup:
        """A whole value, escaped, with its marks."""
        return self.piece(text, self.ranges(field, number), 0, len(text)) if text else Markup()

    def piece(self, text: str, ranges: Ranges, start: int, end: int) -> Markup:
        """`text[start:end]`, escaped, with the marks that touch it; one that began before `start` has its number."""
        parts, done = [], start
        for first, last in ranges:
            if last <= start or first >= end:
                continue
            parts.append(escape(text[done : max(first, start)]))
            parts.append(self._mark(text[max(first, start) : min(last, end)], begins=first >= start))
            done = min(last, end)
        parts.append(escape(text[done:end]))
        return Markup().join(parts)

    def _mark(self, text: str, *, begins: bool) -> Markup:
        if not begins:
            return Markup("<mark>{}</mark>").format(text)
        self._number += 1
        steps = Markup()
        if self._number > 1:
            steps += _step(self._number - 1, "Previous match", "back")
        if self._number < self.total:
            steps += _step(self._number + 1, "Next match", "on")
        return Markup('<mark id="match-{}">{}{}</mark>').format(self._number, text, steps)


def _step(number: int, name: str, direction: str) -> Markup:
    """A link to another mark. It has no text, which would get into the article's when that is copied."""
    return Markup('<a class="step step-{}" href="#match-{}" aria-label="{}"></a>').format(direction, number, name)
