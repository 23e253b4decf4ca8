"""Reuters-21578: newswire records in SGML that is almost XML.

Almost: nearly every record refers to control characters, which XML forbids (`&#2;`, `&#31;`), and bytes are Latin-1.
So the stream is cut at `<REUTERS …>` and `</REUTERS>`, and each record is cleaned and read as strict XML: a broken one
costs only itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import BinaryIO

from lxml import etree

from index.article import Article, Origin, Provenance
from index.dates import Instant
from index.errors import ArticleRejected
from indexer.format import Rejected
from indexer.formats.reuters_names import EXCHANGES, ORGANISATIONS, PEOPLE, PLACES, TOPICS, name_of
from indexer.formats.reuters_text import byline_of, dateline_of, running_text
from indexer.safety import parse_xml

CHUNK = 1 << 16
LONGEST_RECORD = 1 << 20
"""Bytes. The longest of the 21,578 has 14 thousand; without a limit one that is never closed would fill the memory."""

_START = b"<REUTERS"
_END = b"</REUTERS>"
_SNIFF = re.compile(rb"<!DOCTYPE lewis\b|^<REUTERS\s[^>]*\bNEWID=", re.MULTILINE)
# Around records: the document type, and the root element that the DTD allows to leave out.
_NOTHING = re.compile(rb"\s*(?:<!DOCTYPE[^>]*>|</?LEWIS>|\s)*")
_REFERENCE = re.compile(r"&#(\d{1,7});")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DATE = re.compile(r"\s*(\d{1,2})-([A-Z]{3})-(\d{4})(?:\s+(\d{1,2}):(\d\d):(\d\d))?")
_GUESS = re.compile("guess", re.IGNORECASE)
GUESSED = 0.5
"""The confidence in a date whose time is nonsense (record 17192) or that the makers guessed (15370)."""
# A brief is its title; around it stand asterisks and, because the makers wanted a body everywhere, this.
_FILLER = re.compile(r"\*{2,}|Blah blah blah\.")
_COLLECTION = Provenance("reuters:collection")


class ReutersFormat:
    """Records of the Reuters-21578 distribution."""

    name = "reuters"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure when the collection's document type or a record's start tag is there."""
        return 1.0 if _SNIFF.search(head) else 0.0

    def parse(self, stream: BinaryIO, origin: Origin) -> Iterator[Article | Rejected]:
        """The records in order. Raises ArticleRejected when there is none."""
        number = 0
        for number, record in enumerate(_records(stream), 1):
            place = Origin(origin.path, origin.member, number)
            try:
                yield _article(_element(record), place)
            except ArticleRejected as rejection:
                yield Rejected(place, rejection.reason)
        if not number:
            raise ArticleRejected("it holds no <REUTERS> record")


FORMAT = ReutersFormat()


def _records(stream: BinaryIO) -> Iterator[bytes]:
    """The stream in pieces: records, those that are not closed, and what stands outside of records.

    Of a piece that is too long only the start is given.
    """
    buffer, cut = b"", False
    while chunk := stream.read(CHUNK):
        buffer += chunk
        at = 0
        while (end := _piece(buffer, at)) is not None:
            goes_on = cut and not buffer.startswith(_START, at)
            if not goes_on and (piece := _NOTHING.sub(b"", buffer[at:end], count=1)):
                yield piece
            cut = not (buffer.endswith(_END, at, end) or buffer.startswith(_START, end))
            at = end
        buffer = buffer[at:]
    if (not cut or buffer.startswith(_START)) and (piece := _NOTHING.sub(b"", buffer, count=1)):
        yield piece


def _piece(buffer: bytes, at: int) -> int | None:
    """Where the piece that starts at `at` ends; `None` when more bytes must tell."""
    following = buffer.find(_START, at + 1)
    end = buffer.find(_END, at) if buffer.startswith(_START, at) else -1
    if end >= 0 and not 0 <= following < end:
        return end + len(_END)
    if following >= 0:
        return following
    return len(buffer) - len(_START) if len(buffer) - at > LONGEST_RECORD else None


def _element(record: bytes) -> etree._Element:
    """A record as a tree. Raises ArticleRejected when it is broken."""
    if not record.startswith(_START):
        raise ArticleRejected(f"text outside of a record: “{' '.join(record[:60].decode('latin-1').split())}”")
    if not record.endswith(_END):
        raise ArticleRejected("the record is not closed by </REUTERS>")
    return parse_xml(_REFERENCE.sub(_allowed, record.decode("latin-1")).encode(), "utf-8")


def _allowed(reference: re.Match[str]) -> str:
    """The reference itself, or nothing when it names a control character."""
    code = int(reference.group(1))
    return "" if (code < 32 and code not in (9, 10, 13)) or code == 127 else reference.group()


def _article(record: etree._Element, place: Origin) -> Article:
    text = record.find("TEXT")
    if text is None:
        raise ArticleRejected("the record has no TEXT")
    told, codes = _texts(text), _codes(record)
    dateline = dateline_of(told.get("DATELINE", ""))
    title = " ".join(told.get("TITLE", "").split()) or None
    body = _body(text, dateline.rest)
    if not title and not body:
        raise ArticleRejected("the record has neither a title nor a text")
    published, dated = _published(record.findtext("DATE") or "")
    # What the markup has a place for counts as supplied, even when it is empty: tables would give false datelines.
    provenance = {
        "title": Provenance("reuters:TITLE", "TEXT/TITLE"),
        "byline": Provenance("reuters:AUTHOR", "TEXT/AUTHOR"),
        "dateline": Provenance("reuters:DATELINE", "TEXT/DATELINE"),
        "published": dated,
        "source": _COLLECTION,
        "language": _COLLECTION,
    }
    return Article(
        id=f"reuters:{number}" if (number := record.get("NEWID", "").strip()) else "",
        source="Reuters",
        language="en",
        title=title,
        byline=byline_of(told.get("AUTHOR", "")),
        published=published,
        dateline=dateline.place,
        body=body,
        keywords=_coded(codes, "keywords", provenance, TOPICS=TOPICS),
        places=_coded(codes, "places", provenance, PLACES=PLACES),
        people=_coded(codes, "people", provenance, PEOPLE=PEOPLE),
        organisations=_coded(codes, "organisations", provenance, ORGS=ORGANISATIONS, EXCHANGES=EXCHANGES),
        provenance=provenance,
        origin=place,
    )


def _texts(parent: etree._Element) -> dict[str, str]:
    """What stands in each element right inside one; of several with one name in the first."""
    return {element.tag: element.text or "" for element in reversed(parent)}


def _body(text: etree._Element, rest_of_dateline: str) -> str:
    """All text of the record that is no field of its own, in order: a table may begin before DATELINE and BODY."""
    parts = [text.text or ""]
    for element in text:
        if element.tag == "DATELINE":
            parts.append(rest_of_dateline)
        elif isinstance(element.tag, str) and element.tag not in {"TITLE", "AUTHOR"}:  # a comment is no text
            if len(element):
                parts.append(etree.tostring(element, encoding="unicode", method="text", with_tail=False))
            else:  # as BODY is: a tenth of the time
                parts.append(element.text or "")
        parts.append(element.tail or "")
    written = "".join(parts)
    return running_text(_FILLER.sub("", written) if text.get("TYPE") == "BRIEF" else written)


def _published(text: str) -> tuple[Instant | None, Provenance]:
    """When DATE says. Its time counts as UTC; without a readable one, or when the makers guessed, the day is known."""
    provenance = Provenance("reuters:DATE", "DATE")
    found = _DATE.match(text)
    try:
        if not found:
            raise ValueError(text)
        day, month, year = int(found[1]), _MONTHS.index(found[2]) + 1, int(found[3])
        if found[4] and not _GUESS.search(text):
            hour, minute, second = (int(part) for part in found.group(4, 5, 6))
            return Instant(datetime(year, month, day, hour, minute, second, tzinfo=UTC)), provenance
        instant = Instant.of_day(year, month, day)
    except ValueError:
        return None, replace(provenance, confidence=0.0, rejected=(text.strip(),))
    return instant, replace(provenance, confidence=GUESSED, rejected=(text.strip(),))


def _codes(record: etree._Element) -> dict[str, list[str]]:
    """The codes of a record by the element that lists them."""
    codes: dict[str, list[str]] = {}
    for element in record:
        for entry in element.iterchildren("D"):
            if code := (entry.text or "").strip():
                codes.setdefault(element.tag, []).append(code)
    return codes


def _coded(
    codes: Mapping[str, list[str]], field: str, provenance: dict[str, Provenance], **tables: Mapping[str, str]
) -> tuple[str, ...]:
    """The names of a field's codes, listed in the elements that `tables` are named for; the codes go to provenance."""
    found = {
        code: name_of(code, names, title_case=field != "keywords")
        for element, names in tables.items()
        for code in codes.get(element, ())
    }
    elements = "|".join(tables)
    provenance[field] = Provenance(f"reuters:{elements}", "|".join(f"{e}/D" for e in tables), rejected=tuple(found))
    return tuple(found.values())
