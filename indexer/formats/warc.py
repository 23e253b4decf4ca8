"""Web archives: WARC 0.18 to 1.1 and the older ARC, as crawlers write them.

An archive only carries pages: each goes on to the format that recognises it. What can hold no article (pictures,
scripts, redirects, pages that were not found) is counted by kind; requests and notes on the crawl belong to other
records and are not counted. The reading is our own, and simple: fastwarc 2.0.1 panics on a stream that cannot seek,
which every unpacked one is, and knows no ARC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple
from urllib.parse import urlsplit

from index.article import Article, Origin, Provenance
from index.errors import ArticleRejected
from indexer.archives import shown
from indexer.charset import decode, is_text
from indexer.format import Contents, Rejected
from indexer.formats.addresses import LONGEST_URL, web_address
from indexer.formats.http_answer import LONGEST_HEAD, charset, media_type, plain_body, read_head, read_headers
from indexer.formats.passed_over import PassedOver
from indexer.safety import MAX_HTML_BYTES

LARGEST_PAGE = MAX_HTML_BYTES
"""Bytes of a page, packed or not: what may be in memory at once."""
LONGEST_LINE = 1 << 16
MOST_LINES = 1_000
"""Of a record's header. Crawlers write some 15."""
BLOCK = 1 << 16

_VERSION = re.compile(rb"WARC/\d{1,3}\.\d{1,3}\s*$")
_ARC_VERSION = b"filedesc://"
_ARC_DATE = re.compile(rb"\d{12,17}")
_TEXT_TYPES = re.compile(
    r"|text/(?:html|plain|xml|sgml|markdown|x-\w+)|application/(?:xhtml\+xml|json|xml|x-ndjson|jsonl|jsonlines|rss|atom"
    r"|x-ninjs|rdf|octet-stream|unknown)|application/(?!xhtml)[\w.-]+\+(?:xml|json)|message/rfc822|application/mbox|no-type"
)
_ANYTHING = frozenset({"", "no-type", "application/octet-stream", "application/unknown"})
"""Types that say nothing: fonts and pictures have them, too."""
_SUFFIXES = {
    "text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "application/json": ".json",
    "application/x-ndjson": ".jsonl", "message/rfc822": ".eml",
}  # fmt: skip
_CARRIERS = frozenset({"response", "resource", "conversion"})
_SCHEMES = frozenset({"http", "https", "ftp", "file"})
_BOOKKEEPING = frozenset({"warcinfo", "request", "metadata"})


class _Record(NamedTuple):
    """The header of a record; its content is next in the stream."""

    kind: str
    url: str
    date: str
    content_type: str
    length: int
    segmented: bool = False
    truncated: str = ""


class WarcFormat:
    """The records of a web archive."""

    name = "warc"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of what starts as the archives do."""
        return 1.0 if head.startswith((b"WARC/", _ARC_VERSION)) else 0.0

    def parse(self, stream: BinaryIO, origin: Origin) -> Iterator[Contents | Rejected]:
        """The pages in order; then why records were damaged, and how many of which kind are none."""
        nothing = True
        for found in _Archive(stream, origin).pages():
            nothing = False
            yield found
        if nothing:
            raise ArticleRejected("the web archive holds no page, only a crawler's notes and requests")


FORMAT = WarcFormat()


class _Archive:
    """One archive while it is read."""

    def __init__(self, stream: BinaryIO, origin: Origin) -> None:
        self._stream = stream
        self._origin = origin
        self._left = 0
        """Bytes of the record at hand that are not read yet."""
        self._failure: str | None = None
        """Why the archive cannot be read any further."""
        self._number = 0
        self._passed_over = PassedOver()

    def pages(self) -> Iterator[Contents | Rejected]:
        """As `WarcFormat.parse`."""
        is_arc: bool | None = None
        lost = 0
        while line := self._stream.readline(LONGEST_LINE):
            if not line.strip():
                continue
            if is_arc is None:
                is_arc = line.startswith(_ARC_VERSION)
            if (record := self._arc_header(line) if is_arc else self._warc_header(line)) is None:
                lost += 1
                continue
            if lost:
                yield Rejected(self._place(), f"{self._where()} is damaged; all up to the next was passed over")
                lost = 0
            self._number += 1
            self._left = record.length
            try:
                if page := self._page(record):
                    yield page
            except ArticleRejected as rejection:
                yield Rejected(self._place(record), rejection.reason)
            if missing := self._pass_over():
                ends = f"the archive ends {missing:,} bytes before its record {self._number:,} does: it is incomplete"
                yield Rejected(self._place(record), self._failure or ends)
                break
        if lost:
            yield Rejected(self._place(), f"{self._where()} is damaged; what follows it was passed over")
        yield from self._passed_over.summed_up(f"of {self._number:,} records of the web archive those", self._origin)

    def _where(self) -> str:
        return f"the archive after its record {self._number:,}" if self._number else "the first record of the archive"

    def _place(self, record: _Record | None = None) -> Origin:
        if record is None:
            return self._origin
        url = shown(record.url) or f"record {self._number}"
        return Origin(self._origin.path, f"{self._origin.member}!{url}" if self._origin.member else url)

    def _warc_header(self, line: bytes) -> _Record | None:
        """The header of a record; `None` when none starts with this line, or it has no length."""
        if not _VERSION.match(line):
            return None
        lines = []
        while (line := self._stream.readline(LONGEST_LINE)).strip():
            lines.append(line)
            if len(lines) > MOST_LINES:
                return None
        headers = read_headers(b"".join(lines))
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 19):
            return None
        return _Record(
            headers.get("warc-type", "").lower(),
            headers.get("warc-target-uri", "").strip("<>")[:LONGEST_URL],
            headers.get("warc-date", "")[:40],
            headers.get("content-type", ""),
            int(length),
            "warc-segment-number" in headers,
            headers.get("warc-truncated", "")[:40],
        )

    @staticmethod
    def _arc_header(line: bytes) -> _Record | None:
        """An ARC record: its address, which may have spaces in it, the server's, a date, a type, …, a length."""
        words = line.split()
        at = next((at for at, word in enumerate(words) if at >= 2 and _ARC_DATE.fullmatch(word)), 0)
        if not at or len(words) < at + 3 or not (words[-1].isdigit() and len(words[-1]) < 19):
            return None
        url = b" ".join(words[: at - 1]).decode("utf-8", "replace")[:LONGEST_URL]
        kind = "warcinfo" if line.startswith(_ARC_VERSION) else "response"
        return _Record(kind, url, words[at].decode(), words[at + 1].decode("utf-8", "replace"), int(words[-1]))

    def _read(self, most: int) -> bytes:
        """The next bytes of a record's content."""
        blocks = []
        while most and self._left and not self._failure:
            try:
                block = self._stream.read(min(most, self._left, BLOCK))
            except ArticleRejected as rejection:  # what was read before is kept
                self._failure = rejection.reason
                break
            if not block:
                break
            blocks.append(block)
            most -= len(block)
            self._left -= len(block)
        return b"".join(blocks)

    def _pass_over(self) -> int:
        """Read what is left of a record. How many bytes are missing."""
        while self._left and self._read(BLOCK):
            pass
        missing, self._left = self._left, 0
        return missing

    def _page(self, record: _Record) -> Contents | None:
        """The page in a record, for the format that reads it; `None` when it holds none.

        Raises ArticleRejected when it might have held one.
        """
        if record.kind not in _CARRIERS:
            if record.kind not in _BOOKKEEPING:
                self._passed_over.add(record.kind or "record of no kind")
            return None
        is_http = record.kind == "response" and record.url.lower().startswith(("http:", "https:"))
        start = self._read(LONGEST_HEAD) if is_http else b""
        if is_http and not start:  # the archive has ended, or cannot be read any further
            return None
        head = read_head(start) if is_http else None
        if is_http and head is None and start.startswith(b"HTTP/"):
            raise ArticleRejected("the head of the server's answer does not end")
        if head and head.status not in {200, 0}:
            self._passed_over.add(f"status {head.status}")
            return None
        scheme = record.url.partition(":")[0].lower() if ":" in record.url else "file"
        if scheme not in _SCHEMES:  # the crawler's logs, screen shots, answers of name servers
            self._passed_over.add(f"{scheme}: address")
            return None
        headers = head.headers if head else {}
        content_type = headers.get("content-type", "") if head else record.content_type
        kind = media_type(content_type)
        if not _TEXT_TYPES.fullmatch(kind):
            self._passed_over.add(kind)
            return None
        if record.segmented:
            raise ArticleRejected("the page is spread over several records (segments), which is not read")
        if record.length > LARGEST_PAGE + LONGEST_HEAD:
            raise ArticleRejected(f"the page has {record.length:,} bytes, more than {LARGEST_PAGE:,}")
        body = plain_body((start + self._read(self._left))[head.length if head else 0 :], headers, LARGEST_PAGE)
        if kind in _ANYTHING and not is_text(body):
            self._passed_over.add(kind or "no type")
            return None
        return self._contents(record, kind, _in_utf8(body, content_type))

    def _contents(self, record: _Record, kind: str, body: bytes) -> Contents:
        cut_off = "cut off" if record.truncated or self._left else ""
        crawled = ", ".join(filter(None, (f"crawled {record.date}", cut_off)))
        told = Article(
            url=web_address(record.url),
            provenance={
                "url": Provenance("warc:WARC-Target-URI"),
                "origin": Provenance(f"warc:{record.kind}", crawled),
            },
        )
        name = _file_name(record.url) or "page"
        return Contents(name + _SUFFIXES.get(kind, ""), self._place(record), body, told)


def _in_utf8(body: bytes, content_type: str) -> bytes:
    """A body in the encoding that every format expects, when the server names another."""
    named = charset(content_type)
    if named is None or named.lower() in {"utf-8", "utf8"}:
        return body
    return b"\xef\xbb\xbf" + decode(body, named).encode("utf-8", "replace")


def _file_name(url: str) -> str:
    """The last part of an address's path."""
    try:
        return urlsplit(url).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return ""
