"""Plain text: an article saved from a web page, or wire copy.

Nothing marks the parts of plain text, so each paragraph is taken for what it looks like: the title first, then small
print, headings that stand alone between paragraphs, captions that end in a credit, the page's own words. What looks
like nothing in particular is the body; apart from the page's words (furniture.py) nothing is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from index.article import Article, Caption, Origin, Provenance
from index.dates import Instant
from index.errors import ArticleRejected
from indexer.charset import decode
from indexer.enrich.dateline import Dateline, parse_dateline
from indexer.enrich.dates import day_or_none, own_date
from indexer.format import Rejected
from indexer.formats.credit_lines import byline_of, caption_of, credit_of, date_line_of, is_slug, picture_line
from indexer.formats.furniture import copyright_line, is_furniture, is_menu, lists_other_stories
from indexer.formats.paragraphs import Paragraph, paragraphs

LARGEST = 10_000_000
"""Bytes of one plain text. The longest article at hand has 120 kB; a larger file is a dump of something else."""
LONGEST_TITLE = 200
LONGEST_HEADING = 100
"""Characters of a heading; the longest of 150 in saved news pages has 84."""
LIST_FROM = 3
"""So many short lines in a row are a list or a table, not headings."""
_FALLBACK = 0.15
"""Any text may be plain text: surer than nothing, less sure than every format that recognises a mark of its own."""
_NAMED = 0.3
_EXTENSIONS = (".txt", ".text", ".asc")

_OPEN_END = re.compile(r"[.,;:…][\"'”’»)]*$")
_ABBREVIATION_END = re.compile(r"\b(?:[A-Z]\.)+$|\b(?:Co|Corp|Inc|Ltd|Jr|Sr|St)\.$")
_STARTS_A_LINE = re.compile(r"[\W_]*\w")
_BULLET = re.compile(r"[-–—*•·▪►>]\s?|\d{1,3}[.)]\s")
_QUOTED = re.compile(r"[“\"„«»]")


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
    """Whether a paragraph could be a heading: as short as one, not a list item and not somebody's words."""
    return (
        len(text) <= LONGEST_HEADING
        and is_title_like(text)
        and not text[0].islower()
        and not _BULLET.match(text)
        and not _QUOTED.match(text)
    )


@dataclass(slots=True)
class _Draft:
    """The parts of an article as they are found, with where and how."""

    title: str | None = None
    abstract: str | None = None
    source: str | None = None
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
            following = found[at + 1].text if at + 1 < len(found) else ""
            if self.title and not self.abstract and not self.byline and self._is_standfirst(text, following):
                self.abstract = text
                self._note("abstract", "standfirst", line, 0.6)
                continue
            return found[at:]
        return []

    def _take_small_print(self, text: str, line: int) -> bool:
        """A byline or a date of publication, or both on one line (“By Mira Castellan | June 4, 2019”)."""
        pieces = [piece for piece in re.split(r"\s*[|•·]\s*", text) if piece]
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
        """A short paragraph between title and byline is the standfirst."""
        return len(text) <= 2 * LONGEST_TITLE and byline_of(following) is not None

    # The running text

    def _take_body(self, found: list[Paragraph]) -> None:
        short = [is_heading_like(text) for text, _ in found]
        for at, (text, line) in enumerate(found):
            if self._take_credit(text, line):
                continue
            if date_line_of(text) and not self.published:
                self._take_small_print(text, line)
            elif self._is_heading(at, short):
                self.headings.append(text)
                self._note("headings", "line-alone", line, 0.7)
            else:
                self.body.append(Paragraph(text, line))
        if self.body:
            self._note("body", "paragraphs", self.body[0].line, 0.9)

    def _take_credit(self, text: str, line: int) -> bool:
        """A credit line, a caption, or a line that credits a picture."""
        caption = caption_of(text)
        picture = caption or picture_line(text)
        if picture:
            last = self.captions[-1] if self.captions else None
            if not picture.text and last and not last.credit:
                self.captions[-1] = Caption(last.text, picture.credit)
            else:
                self.captions.append(picture)
            self._note("captions", "credit-in-parentheses" if caption else "picture-line", line, 0.8)
            return True
        credit = credit_of(text)
        if credit:
            self.credits.append(credit)
            self._note("credits", "credit-line", line, 0.9)
        return bool(credit)

    def _is_heading(self, at: int, short: list[bool]) -> bool:
        """Whether a short line stands between paragraphs: not in a list, and running text follows."""
        if not short[at]:
            return False
        first = at
        while first and short[first - 1]:
            first -= 1
        last = at
        while last + 1 < len(short) and short[last + 1]:
            last += 1
        return last + 1 < len(short) and last - first + 1 < LIST_FROM

    # The dateline

    def _take_dateline(self) -> None:
        found = parse_dateline(self.body[0].text) if self.body else None
        if not found:
            return
        text, line = self.body[0]
        self.body[0] = Paragraph(text[found.end :], line)
        self.dateline = found.place
        self.provenance["dateline"] = Provenance("text:dateline", f"line {line}", 0.9)
        published = self._date_of(found)
        if published and not self.published:
            self.published = published
            self._note("published", "dateline", line, 0.9 if found.year else 0.7)

    def _date_of(self, found: Dateline) -> Instant | None:
        """The date of a dateline, which seldom names the year: the first paragraphs or the copyright line may."""
        if not found.day:
            return None
        month, day = found.day
        spelled = own_date(self.body[0].text)
        year = found.year or (spelled[0].instant.at.year if spelled else None) or self.year
        return day_or_none(year, month, day) if year else None
