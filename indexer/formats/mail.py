"""E-mail that carries news: a message by itself, or a mailbox (mbox) of any size, read message by message.

The text of a message is an article, its headers are the fields; quoted replies and signatures are cut off. Attached
texts, pages, NITF and the like go on to the format that recognises them. Other attachments are counted by kind, and one
line for the file says how many were passed over: every newsletter has a logo.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr
from pathlib import PurePosixPath
from typing import BinaryIO

from index.article import Article, Origin, Provenance
from index.errors import ArticleRejected
from indexer.archives import shown
from indexer.charset import decode
from indexer.format import Contents, Rejected
from indexer.formats import text as plain_text
from indexer.formats.addresses import web_address
from indexer.formats.bylines import read_byline
from indexer.formats.fragment import read_markup
from indexer.formats.html import with_dateline
from indexer.formats.maintext import key
from indexer.formats.markup import squeeze
from indexer.formats.pagemeta import primary_language
from indexer.formats.passed_over import PassedOver
from indexer.formats.when import read_instant

LARGEST_MESSAGE = 10_000_000
"""Bytes of a message that are read; the text comes before the pictures that make one larger."""
LONGEST_HEADER = 256 << 10
"""Bytes before the first blank line; mail servers take 64 KB to 1 MB."""
MOST_PARTS = 500
"""Lines that may start a part of a message. Digests have some 50."""
MOST_LINES = 500_000
"""Of a message: the parser takes 2 to 4 µs for each."""
LONGEST_VALUE = 2_000
"""Characters of a header that are read. The parser takes quadratic time for those that describe a part."""
LONGEST_NAME = 200
LINE = 1 << 16

_POSTMARK = re.compile(rb"From \S{1,320}[ \t].{0,60}\d{4}")
_HEADER_LINE = re.compile(rb"([!-9;-~]{1,80}):[ \t]?[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n")
_TELLING = frozenset(
    {b"subject", b"date", b"message-id", b"received", b"mime-version", b"return-path", b"delivered-to", b"to"}
)
_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_DESCRIPTION = re.compile(rb"^content-[\w-]{1,40}:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_PART_START = re.compile(rb"^--\S", re.MULTILINE)
_REPLY = re.compile(r"(?:(?:re|fwd?|aw|wg|sv|vs|tr|rv|antw|odp|r)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_LIST_TAG = re.compile(r"\[[^\[\]]{1,40}\]\s*")
_WROTE = re.compile(
    r"(?:on|am|le|el|il|op|den|em)\s.{5,200}"
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev|escreveu)\b.{0,80}:",
    re.IGNORECASE,
)
_OLD_MESSAGE = re.compile(
    r"[-_]{2,}\s*(?:original message|original-nachricht|ursprüngliche nachricht|forwarded message"
    r"|weitergeleitete nachricht|message d'origine|message transféré|mensaje original)\s*[-_]{2,}"
    r"|begin forwarded message:|anfang der weitergeleiteten nachricht:",
    re.IGNORECASE,
)
_OLD_HEADER = re.compile(
    r"(?:from|sent|date|to|cc|subject|reply-to|von|gesendet|datum|an|betreff|de|envoyé|à|objet)\s?:\s.*",
    re.IGNORECASE,
)
_TEXT_TYPES = re.compile(
    r"text/(?!calendar|css|javascript|vcard|x-vcard|directory|rtf)[\w.+-]+|application/(?:[\w.-]+\+)?(?:xml|json)"
    r"|application/(?:xhtml\+xml|x-ndjson|nitf|rss|sgml)|message/rfc822"
)
_SUFFIXES = {".xml", ".html", ".htm", ".txt", ".json", ".jsonl", ".eml", ".nitf", ".sgm", ".sgml"}


class MailFormat:
    """A message as mail programs save it, or a mailbox."""

    name = "mail"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of a postmark, or of a sender's line among others that a message has."""
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
        postmark = _POSTMARK.match(start)
        names = set()
        at = start.find(b"\n") + 1 if postmark else 0
        while line := _HEADER_LINE.match(start, at):
            names.add(line[1].lower())
            at = line.end()
        if b"from" not in names or not names & _TELLING:
            return 0.0
        return 0.95 if postmark or b"message-id" in names or b"received" in names else 0.8

    def parse(self, stream: BinaryIO, origin: Origin) -> Iterator[Article | Contents | Rejected]:
        """The messages in order, with what is attached to each. Raises ArticleRejected when there are none."""
        passed_over = PassedOver()
        number = 0
        for number, (data, alone) in enumerate(_messages(stream), 1):
            place = origin if alone else Origin(origin.path, origin.member, number)
            try:
                yield from _Mail(data[:LARGEST_MESSAGE], place, passed_over).contents()
            except ArticleRejected as rejection:
                yield Rejected(place, rejection.reason)
                continue
            if len(data) > LARGEST_MESSAGE:
                yield Rejected(place, f"what the message has after {LARGEST_MESSAGE:,} bytes was not read")
        if not number:
            raise ArticleRejected("the mailbox is empty")
        yield from passed_over.summed_up("attachments", origin)


FORMAT = MailFormat()


def _messages(stream: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Each message, one byte more than is read at most, and whether it is alone and in no mailbox."""
    data = bytearray()
    in_mailbox = after_blank = False
    while line := stream.readline(LINE):
        if line.startswith(b"From ") and (after_blank or not data) and _POSTMARK.match(line):
            if data:
                yield _unescaped(data), False
            data, in_mailbox, after_blank = bytearray(), True, False
            continue
        after_blank = line in {b"\n", b"\r\n"}
        if len(data) <= LARGEST_MESSAGE and (data or not after_blank):
            data += line
    if data:
        yield (_unescaped(data), False) if in_mailbox else (bytes(data), True)


def _unescaped(data: bytes | bytearray) -> bytes:
    """A message as it was before the mailbox put `>` before its lines that start with “From ”."""
    return bytes(_ESCAPED_FROM.sub(rb"\1", data))


class _Mail:
    """One message."""

    def __init__(self, data: bytes, place: Origin, passed_over: PassedOver) -> None:
        """Raises ArticleRejected for a message beyond the limits."""
        header = re.search(rb"\n\r?\n", data)
        if (header.start() if header else len(data)) > LONGEST_HEADER:
            raise ArticleRejected(f"the header of the message does not end within {LONGEST_HEADER:,} bytes")
        if sum(1 for _ in _PART_START.finditer(data)) > MOST_PARTS:
            raise ArticleRejected(f"the message has more than {MOST_PARTS:,} parts")
        if data.count(b"\n") > MOST_LINES:
            raise ArticleRejected(f"the message has more than {MOST_LINES:,} lines")
        if any(len(found.group()) > LONGEST_VALUE for found in _DESCRIPTION.finditer(data)):
            raise ArticleRejected(f"a header that describes a part has more than {LONGEST_VALUE:,} bytes")
        try:
            self._message = message_from_bytes(data)
            self._leaves = list(_leaves(self._message))
        except RecursionError as error:
            raise ArticleRejected("the parts of the message are nested too deeply") from error
        self._place = place
        self._passed_over = passed_over

    def contents(self) -> Iterator[Article | Contents | Rejected]:
        """The article that the message is, and what is attached. Raises ArticleRejected when there is neither."""
        told = self._told()
        texts = self._texts()
        article = self._article(texts, told) if texts else None
        if article:
            yield article
        attached = False
        for number, (part, is_alternative) in enumerate(self._leaves, 1):
            if part in texts or (is_alternative and part.get_content_maintype() == "text"):
                continue
            kind = part.get_content_type()
            name = shown(_header_text(part.get_filename() or ""))[:LONGEST_NAME]
            if not _TEXT_TYPES.fullmatch(kind) and PurePosixPath(name).suffix.lower() not in _SUFFIXES:
                self._passed_over.add(kind)
                continue
            content = _content(part)
            if not content.strip():
                continue
            attached = True
            hint = name or ("attached.eml" if kind == "message/rfc822" else "attached")
            # The sender need not have written what is attached.
            yield Contents(hint, self._part(name or str(number)), content, replace(told, byline=()))
        if not article and not attached:
            raise ArticleRejected("the message has no text")

    def _part(self, name: str) -> Origin:
        """Where an attachment is."""
        place = self._place
        inside = [part for part in (place.member, str(place.record or ""), name) if part]
        return Origin(place.path, "!".join(inside))

    def _texts(self) -> list[Message]:
        """The parts that are the text of the message: plain ones, or else HTML; none that has a name."""
        texts = [
            part
            for part, _ in self._leaves
            if part.get_content_type() in {"text/plain", "text/html"}
            and part.get_content_disposition() != "attachment"
            and not part.get_filename()
            and _content(part).strip()
        ]
        plain = [part for part in texts if part.get_content_type() == "text/plain"]
        return plain or texts[:1]

    def _told(self) -> Article:
        """What the headers say of everything in the message."""
        writers, bodies = read_byline([self._sender()])
        list_name = squeeze(self._header("list-id").partition("<")[0].strip('" '))
        sources = {"List-Id": list_name, "Organization": self._header("organization"), "From": "".join(bodies[:1])}
        how, source = next(((header, value) for header, value in sources.items() if value), ("", ""))
        published = read_instant(self._header("date"))
        provenance = {"published": Provenance("mail:Date")} if published else {}
        if source:
            provenance["source"] = Provenance(f"mail:{how}")
        if writers:
            provenance["byline"] = Provenance("mail:From")
        return Article(source=source or None, byline=writers, published=published, provenance=provenance)

    def _sender(self) -> str:
        try:
            return _header_text(parseaddr(self._header("from"))[0])
        except RecursionError:  # a thousand brackets are no name
            return ""

    def _header(self, name: str) -> str:
        return _header_text(str(self._message.get(name) or "")[:LONGEST_VALUE])

    def _article(self, texts: list[Message], told: Article) -> Article | None:
        """The message as an article; `None` when its text is empty."""
        subject = _REPLY.sub("", squeeze(self._header("subject")), count=1)
        if self._message.get("list-id"):
            subject = _REPLY.sub("", _LIST_TAG.sub("", subject, count=1), count=1)
        written = "\n\n".join(map(_text, texts))
        if texts[0].get_content_type() == "text/html":
            passage = read_markup(written)
            body = without_replies(passage.body)
            read = Article(headings=passage.headings, body=body, captions=passage.captions)
            read = with_dateline(read) if body else read
        else:
            body = without_replies(written)
            read = _read_text(subject, body, self._place) if body else Article()
        if not body:
            return None
        identity = self._header("message-id").strip("<> ")
        keywords = tuple(filter(None, map(squeeze, self._header("keywords").split(","))))
        how = {**read.provenance, **told.provenance}
        if told.published and read.published and read.published != told.published:
            how["published"] = replace(how["published"], rejected=(str(read.published),))
        if read.byline and "byline" in read.provenance:
            how["byline"] = read.provenance["byline"]
        if subject:
            how["title"] = Provenance("mail:Subject")
        return replace(
            read,
            id=f"mail:{identity}" if identity else "",
            url=web_address(self._header("archived-at").strip("<> ")),
            title=subject or read.title,
            source=read.source or told.source,
            byline=read.byline or told.byline,
            published=told.published or read.published,
            keywords=keywords or read.keywords,
            language=primary_language(self._header("content-language")),
            provenance=how,
            origin=self._place,
        )


def _read_text(subject: str, body: str, place: Origin) -> Article:
    """A text as its format reads it, the subject being its first line."""
    repeated = key(body.lstrip().partition("\n")[0]) == key(subject)
    headed = f"{subject}\n\n{body}" if not repeated and plain_text.is_title_like(subject or ".") else body
    found = next(plain_text.FORMAT.parse(io.BytesIO(headed.encode("utf-8", "replace")), place))
    return found if isinstance(found, Article) else Article(body=body)


def without_replies(text: str) -> str:
    """A message's own text: not what it quotes, nor its signature. A message that only passes one on has that one's."""
    kept: list[str] = []
    quoting = False
    for line in text.replace("\r\n", "\n").split("\n"):
        bare = line.strip()
        if line.rstrip("\r") in {"-- ", "--"}:
            break
        if _OLD_MESSAGE.fullmatch(bare[:120]):
            if any(one.strip() for one in kept):
                break
            quoting = True  # passed on without a word: what follows is the message
            continue
        if quoting and (_OLD_HEADER.fullmatch(bare[:400]) or not bare):
            continue
        quoting = False
        if bare.startswith(">"):
            while kept and not kept[-1].strip():
                kept.pop()
            _drop_attribution(kept)
            continue
        kept.append(line)
    _drop_attribution(kept)
    return "\n".join(kept).strip("\n")


def _drop_attribution(kept: list[str]) -> None:
    """Take away “On … Jane Roe wrote:” at the end of lines, which may run over two of them."""
    for length in (1, 2):
        if len(kept) >= length and _WROTE.fullmatch(" ".join(one.strip() for one in kept[-length:])[:400]):
            del kept[-length:]
            return


def _leaves(message: Message, *, is_alternative: bool = False) -> Iterator[tuple[Message, bool]]:
    """The parts that have no parts, attached messages as a whole; whether each is one of several forms of a text."""
    kind = message.get_content_type()
    if kind == "message/rfc822" or not message.is_multipart():
        yield message, is_alternative
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part, is_alternative=is_alternative or kind == "multipart/alternative")


def _content(part: Message) -> bytes:
    """The bytes of a part, without the coding of the transfer."""
    if part.is_multipart():  # an attached message
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        return inner.as_bytes() if isinstance(inner, Message) else b""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: Message) -> str:
    charset = part.get_param("charset")
    return decode(_content(part), charset if isinstance(charset, str) else None)


def _header_text(value: str) -> str:
    """A header's value with its encoded words decoded; as it is when they are nonsense."""
    try:
        parts = decode_header(value)
        return "".join(part if isinstance(part, str) else decode(part, charset) for part, charset in parts)
    except (HeaderParseError, ArticleRejected, ValueError):
        return value
