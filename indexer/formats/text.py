"""Plain text: an article saved from a web page, or wire copy.

Nothing marks the parts of plain text, so each paragraph is taken for what it looks like: the title first, then small
print, headings that stand alone between paragraphs, captions that end in a credit, the page's own words. What looks
like nothing in particular is the body; apart from the page's words (furniture.py) nothing is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import BinaryIO

from index.article import Article, Caption, Origin, Provenance
from index.dates import Instant
from index.errors import ArticleRejected
from indexer.charset import decode
from indexer.enrich.dateline import Dateline, parse_dateline
from indexer.enrich.dates import day_or_none, own_date
from indexer.enrich.entities import in_headline_case
from indexer.format import Rejected
from indexer.formats.credit_lines import (
    byline_of,
    caption_of,
    credit_of,
    date_line_of,
    is_slug,
    labels_of,
    picture_line,
)
from indexer.formats.furniture import copyright_line, is_furniture, is_menu, lists_other_stories
from indexer.formats.paragraphs import Paragraph, paragraphs

LARGEST = 2_000_000
"""Bytes of one plain text, as much as a thick novel has. A larger file is a dump of something else."""
LONGEST_TITLE = 200
LONGEST_HEADING = 100
"""Characters of a heading; of 469 in saved news pages 99 in a hundred are shorter."""
LIST_FROM = 3
"""So many short lines in a row are a list or a table, not headings."""
_FALLBACK = 0.15
"""Any text may be plain text: surer than nothing, less sure than every format that recognises a mark of its own."""
_NAMED = 0.3
_EXTENSIONS = (".txt", ".text", ".asc")

_OPEN_END = re.compile(r"[.,;:…。．，、；：！？][\"'”’»“‘«)」』）]*$")
_ABBREVIATION_END = re.compile(r"\b(?:[A-Z]\.)+$|\b(?:Co|Corp|Inc|Ltd|Jr|Sr|St)\.$")
_STARTS_A_LINE = re.compile(r"[\W_]*\w")
_BULLET = re.compile(r"[-–—*•·▪►>]\s?|\d{1,3}[.)]\s")


class TextFormat:
    """The format of last resort for anything that is text."""

    name = "text"

    def sniff(self, head: bytes, name: str) -> float:
        """Text of any kind is a little likely, more so when the file's name says it; bytes that are not text never."""
        try:
            text = decode(head)
        except ArticleRejected:
            return 0.0
        if head and text.isspace():
            return _FALLBACK
        return _NAMED if name.lower().endswith(_EXTENSIONS) else _FALLBACK

    def parse(self, stream: BinaryIO, origin: Origin) -> Iterator[Article | Rejected]:
        """The one article of a plain text. Raises ArticleRejected when there is no text in it."""
        data = stream.read(LARGEST + 1)
        if not data:
            raise ArticleRejected("the file is empty")
        if len(data) > LARGEST:
            raise ArticleRejected(
                f"the text is larger than {LARGEST:,} bytes, which no article is; split it into one file an article"
            )
        found = paragraphs(decode(data))
        if not found:
            raise ArticleRejected("the file holds no text, only white space")
        yield _Draft().article(found, origin)


FORMAT = TextFormat()


def is_title_like(text: str) -> bool:
    """Whether a paragraph could be a title: short, and not a sentence with its full stop."""
    open_end = _OPEN_END.search(text) and not _ABBREVIATION_END.search(text)
    return len(text) <= LONGEST_TITLE and not open_end and bool(_STARTS_A_LINE.match(text))


def is_heading_like(text: str) -> bool:
    """Whether a paragraph could be a heading: as short as one, and not a list item."""
    return len(text) <= LONGEST_HEADING and is_title_like(text) and not text[0].islower() and not _BULLET.match(text)


@dataclass(slots=True)
class _Draft:
    """The parts of an article as they are found, with where and how."""

    title: str | None = None
    abstract: str | None = None
    source: str | None = None
    section: str | None = None
    keywords: list[str] = field(default_factory=list)
    dateline: str | None = None
    published: Instant | None = None
    modified: Instant | None = None
    year: int | None = None
    byline: list[str] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    body: list[Paragraph] = field(default_factory=list)
    provenance: dict[str, Provenance] = field(default_factory=dict)

    def article(self, found: list[Paragraph], origin: Origin) -> Article:
        """The article that the paragraphs make."""
        rest = self._take_head(self._without_furniture(found))
        self._take_body(rest)
        self._take_dateline()
        return Article(
            title=self.title,
            abstract=self.abstract,
            source=self.source,
            byline=tuple(dict.fromkeys(self.byline)),
            credits=tuple(dict.fromkeys(self.credits)),
            published=self.published,
            modified=self.modified,
            dateline=self.dateline,
            section=self.section,
            keywords=tuple(dict.fromkeys(self.keywords)),
            headings=tuple(self.headings),
            body="\n\n".join(paragraph.text for paragraph in self.body),
            captions=tuple(self.captions),
            provenance=self.provenance,
            origin=origin,
        )

    def _note(self, name: str, method: str, line: int, confidence: float, rejected: tuple[str, ...] = ()) -> None:
        """Keep how a field was found; of several values the first one's."""
        self.provenance.setdefault(name, Provenance(f"text:{method}", f"line {line}", confidence, rejected))

    # Furniture

    def _without_furniture(self, found: list[Paragraph]) -> list[Paragraph]:
        """The paragraphs that belong to the article, copyright lines read and dropped."""
        kept = [paragraph for paragraph in found if not self._take_copyright(paragraph)]
        first = next(
            (at for at, one in enumerate(kept) if not (is_furniture(one.text) or is_menu(one.text))), len(kept)
        )
        kept = kept[first:]
        while kept and (is_furniture(kept[-1].text) or is_menu(kept[-1].text)):
            kept.pop()
        result, listing = [], False
        for paragraph in kept:
            listing = lists_other_stories(paragraph.text) or (listing and is_title_like(paragraph.text))
            if not listing and not is_furniture(paragraph.text):
                result.append(paragraph)
        return result

    def _take_copyright(self, paragraph: Paragraph) -> bool:
        notice = copyright_line(paragraph.text)
        if not notice:
            return False
        self.year = self.year or notice.year
        if notice.holder and not self.source:
            self.source = notice.holder
            self._note("source", "copyright-line", paragraph.line, 0.8)
        return True

    # The head: everything before the running text

    def _take_head(self, found: list[Paragraph]) -> list[Paragraph]:
        """Title, standfirst, byline and dates; returns the paragraphs from the first that is none of these."""
        for at, (text, line) in enumerate(found):
            if self._take_small_print(text, line):
                continue
            if self.title is None and is_slug(text) and not self.byline:
                continue
            if self.title is None and is_title_like(text):
                self.title = text
                self._note("title", "first-line", line, 0.9)
                continue
            if self.title and self._take_small_part(text, line):
                continue
            following = found[at + 1].text if at + 1 < len(found) else ""
            if self.title and not self.abstract and self._is_standfirst(text, following):
                self.abstract = text
                self._note("abstract", "standfirst", line, 0.6)
                continue
            return found[at:]
        return []

    def _take_small_print(self, text: str, line: int) -> bool:
        """A byline, a date of publication, or both on one line (“By Mira Castellan | June 4, 2019 | 3 min read”)."""
        pieces = [piece for piece in re.split(r"\s*[|•·]\s*", text) if piece and not is_furniture(piece)]
        bylines = {piece: byline_of(piece) for piece in pieces}
        dates = {piece: date_line_of(piece) for piece in pieces}
        if not pieces or not all(bylines[piece] or dates[piece] for piece in pieces):
            return False
        for piece in pieces:
            byline, date = bylines[piece], dates[piece]
            if byline:
                self.byline += byline.names
                self._note("byline", "byline", line, 0.9, byline.rest)
                if byline.place and not self.dateline:
                    self.dateline = byline.place
                    self._note("dateline", "byline", line, 0.8)
            elif date:
                self._take_date(date.instant, updated=date.updated, line=line)
        return True

    def _take_date(self, instant: Instant, *, updated: bool, line: int) -> None:
        if updated and not self.modified:
            self.modified = instant
            self._note("modified", "date-line", line, 0.8)
        elif not updated and not self.published:
            self.published = instant
            self._note("published", "date-line", line, 0.8)

    def _is_standfirst(self, text: str, following: str) -> bool:
        """A short paragraph between title and byline, or a line behind the title that is not set like a heading."""
        if byline_of(following) and not self.byline:
            return len(text) <= 2 * LONGEST_TITLE
        return bool(following) and is_heading_like(text) and not in_headline_case(text)

    # The running text

    def _take_body(self, found: list[Paragraph]) -> None:
        """Headings and running text, after credits, captions and the like are taken out."""
        rest = [paragraph for paragraph in found if not self._take_small_part(*paragraph)]
        following = len(rest)
        for short, group in groupby(rest, lambda paragraph: is_heading_like(paragraph.text)):
            lines = list(group)
            following -= len(lines)
            if short and following and len(lines) < LIST_FROM:
                self.headings += [text for text, _ in lines]
                self._note("headings", "line-alone", lines[0].line, 0.7)
            else:
                self.body += lines
        if self.body:
            self._note("body", "paragraphs", self.body[0].line, 0.9)

    def _take_small_part(self, text: str, line: int) -> bool:
        """A caption, a credit, a label, or a byline or date that stands below the text."""
        if self._take_picture(text, line):
            return True
        credit, labels = credit_of(text), labels_of(text)
        if credit:
            self.credits.append(credit)
            self._note("credits", "credit-line", line, 0.9)
        elif labels and labels.keywords:
            self.keywords += labels.keywords
            self._note("keywords", "label", line, 0.8)
        elif labels and not self.section:
            self.section = labels.section
            self._note("section", "label", line, 0.8)
        else:
            byline = byline_of(text)
            signed = byline is not None and not self.byline and all(" " in name for name in byline.names)
            dated = not self.published and date_line_of(text) is not None
            return (signed or dated) and self._take_small_print(text, line)
        return True

    def _take_picture(self, text: str, line: int) -> bool:
        """A caption, or a line that only credits a picture and belongs to the caption beside it."""
        caption = caption_of(text)
        picture = caption or picture_line(text)
        if not picture:
            return False
        last = self.captions[-1] if self.captions else None
        if last and not picture.text and not last.credit:
            self.captions[-1] = Caption(last.text, picture.credit)
        elif last and not last.text and not picture.credit:
            self.captions[-1] = Caption(picture.text, last.credit)
        else:
            self.captions.append(picture)
        self._note("captions", "credit-in-parentheses" if caption else "picture-line", line, 0.8)
        return True

    # The dateline

    def _take_dateline(self) -> None:
        found = parse_dateline(self.body[0].text) if self.body else None
        if not found:
            return
        text, line = self.body[0]
        self.body[0] = Paragraph(text[found.end :], line)
        of_byline = (self.dateline,) if self.dateline else ()
        self.dateline = found.place
        self.provenance["dateline"] = Provenance("text:dateline", f"line {line}", 0.9, of_byline)
        published = self._date_of(found)
        if published and not self.published:
            self.published = published
            self._note("published", "dateline", line, 0.9 if found.year else 0.7)

    def _date_of(self, found: Dateline) -> Instant | None:
        """The date of a dateline, which seldom names the year: the first paragraphs or the copyright line may."""
        if not found.day:
            return None
        month, day = found.day
        spelled = own_date("", self.body[0].text)
        year = found.year or (spelled.instant.at.year if spelled else None) or self.year
        return day_or_none(year, month, day) if year else None
