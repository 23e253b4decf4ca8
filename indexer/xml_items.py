"""XML that holds one item after another, parsed in batches of items, so that the length of a feed does not matter.

The parser is hardened as in `safety.py`. Elements come without their namespaces: publishers bind the same names to
prefixes, to wrong ones or to none at all. What XML knows of HTML's named characters (nothing) is supplied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import name2codepoint
from typing import BinaryIO, NamedTuple

from lxml import etree

from index.errors import ArticleRejected
from indexer.charset import declared_charset, decode, decoder_of
from indexer.safety import (
    HARDENED,
    MAX_XML_BYTES,
    printable,
    refuse_declared_entities,
    refuse_entities,
    without_declaration,
)

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
CHUNK = 1 << 16
BATCH_CHARACTERS = 1_000_000
"""Of XML in one batch: some 10 MB of memory. Items that belong together (a text, its pictures, the package that ties
them) stand in one message, and the largest message at hand has 32 thousand."""

MOST_TAGS = 400_000
"""Of one item, opening and closing: some 80 MB of memory. The largest item at hand has 1,100."""
BATCH_TAGS = MOST_TAGS // 4

# Possessive: what was taken is never tried again in another way, so that a match takes linear time.
_PROLOG = r"(?:\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*+(?:\[.*?\]\s*+)?+>)*+"
_ROOT = re.compile(rf"(?P<prolog>{_PROLOG})<(?:[\w.-]+:)?(?P<root>[\w.-]+)", re.DOTALL)
_REFERENCE = re.compile(r"&(?:#(\d{1,9})|#x([0-9a-fA-F]{1,8})|([A-Za-z][A-Za-z0-9]{1,31}));")
_LONGEST_REFERENCE = 40
_TAIL = 200
"""Characters at the end of a document, in which its root must be closed."""
_OWN_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})


class Root(NamedTuple):
    """The name of a document's first element, without its prefix, and what stands before it."""

    name: str
    prolog: str


def root_of(head: bytes) -> Root | None:
    """The root element of a document that starts like this; `None` when it does not start like XML or HTML."""
    try:
        found = _ROOT.match(decode(head))
    except ArticleRejected:
        return None
    return Root(found["root"], found["prolog"]) if found else None


def batches(stream: BinaryIO, *names: str) -> Iterator[list[etree._Element]]:
    """The elements of these names in a document, but for those inside each other, in lists of neighbours.

    Raises ArticleRejected when there is none, and where the document breaks or goes beyond the limits: what was whole
    before that has been given.
    """
    return _batches(_decoded(stream), names)


def parse_items(text: str, *names: str) -> Iterator[list[etree._Element]]:
    """The same of a document that stands inside another one."""
    return _batches(iter([text]), names)


def _batches(texts: Iterator[str], names: tuple[str, ...]) -> Iterator[list[etree._Element]]:
    reader = _Reader(names)
    try:
        for text in _pieces(texts):
            yield from reader.read(text)
        yield from reader.close()
    except ArticleRejected as rejection:
        if reader.whole:
            yield reader.take()
        raise ArticleRejected(f"{rejection.reason}{'; what follows is lost' if reader.found else ''}") from rejection


class _Reader:
    """Feeds a parser and gathers the items that are whole. What was given is taken out of the tree."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.parser = etree.XMLPullParser(
            events=("start", "end"),
            tag=[f"{{*}}{name}" for name in names],
            remove_comments=True,
            remove_pis=True,
            **HARDENED,
        )
        self.whole: list[etree._Element] = []
        self.found = False
        self._given: etree._Element | None = None
        self._open = 0
        self._characters = self._tags = 0
        self._tail = ""

    def read(self, text: str) -> Iterator[list[etree._Element]]:
        """Parse a piece of the document; a batch when it fills one."""
        self._characters += len(text)
        self._tags += text.count("<")
        self._tail = (self._tail + text)[-_TAIL:]
        if self._characters > MAX_XML_BYTES:
            raise ArticleRejected(f"an item of the XML document has more than {MAX_XML_BYTES:,} characters")
        if self._tags > MOST_TAGS:
            raise ArticleRejected(f"an item of the XML document has more than {MOST_TAGS:,} tags")
        try:
            self.parser.feed(text.encode())
        except etree.XMLSyntaxError as error:
            self._gather()
            raise ArticleRejected(f"broken XML: {str(error.msg).strip()}") from error
        self._gather()
        if self.whole and (self._characters > BATCH_CHARACTERS or self._tags > BATCH_TAGS):
            yield self.take()

    def close(self) -> Iterator[list[etree._Element]]:
        """The last batch. Raises ArticleRejected when the document stops before its end, or had no item."""
        root = self._end()
        if root is not None:
            refuse_declared_entities(root)
        if self.whole:
            yield self.take()
        if not self.found:
            name = f" <{_local(root)[:40]}>" if root is not None else ""
            raise ArticleRejected(f"the XML document{name} holds no item")

    def _end(self) -> etree._Element | None:
        """The root; `None` when all that the parser has to say against the document is that prefixes are not bound."""
        try:
            return self.parser.close()
        except etree.XMLSyntaxError as error:
            message = str(error.msg).strip()
            root = self._given if self._given is not None else next(iter(self.whole), None)
            if message.startswith("Namespace prefix") and root is not None and not self._open:
                name = root.getroottree().getroot().tag
                if re.search(rf"</{re.escape(str(name))}\s*>\s*$", self._tail):
                    return None
            raise ArticleRejected(f"broken XML: {message}") from error

    def take(self) -> list[etree._Element]:
        """The whole items. Those of the batch before, and what stands between them, leave the tree."""
        batch, self.whole = self.whole, []
        self._forget()
        for item in batch:
            for element in item.iter("*"):
                element.tag = _local(element)
        self._given = batch[-1]
        self._characters = self._tags = 0
        return batch

    def _gather(self) -> None:
        events: Iterator[tuple[str, etree._Element]] = self.parser.read_events()  # type: ignore[assignment]  # as asked for
        for event, element in events:
            if event == "start":
                if not (self._open or self.found):
                    refuse_declared_entities(element)
                self._open += 1
            else:
                self._open -= 1
                if not self._open:
                    self.whole.append(element)
                    self.found = True

    def _forget(self) -> None:
        """Drop what is read of the tree but for its last item, to which the parser may yet hang some text."""
        element = self._given
        while element is not None and (parent := element.getparent()) is not None:
            del parent[: parent.index(element)]
            element = parent


def _local(element: etree._Element) -> str:
    """The name of an element without its namespace, or without a prefix that is bound to none."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def _pieces(texts: Iterator[str]) -> Iterator[str]:
    """The document as text that a parser of UTF-8 takes: characters for HTML's names, none that XML forbids."""
    rest, prolog = "", True
    for text in texts:
        piece = rest + printable(text)
        if prolog:
            piece = without_declaration(piece.lstrip("\ufeff"))
            refuse_entities(piece)
            prolog = not piece.strip()
        cut = piece.rfind("&", -_LONGEST_REFERENCE)
        cut = len(piece) if cut < 0 or ";" in piece[cut:] else cut
        rest = piece[cut:]
        if cut:
            yield _REFERENCE.sub(_character, piece[:cut])
    if prolog:
        raise ArticleRejected("the XML document is empty")
    if rest:
        yield rest


def _decoded(stream: BinaryIO) -> Iterator[str]:
    """The text in pieces. What fits into memory is decoded as a whole, so that its encoding can be weighed."""
    data = stream.read(MAX_XML_BYTES)
    charset = declared_charset(data)
    if len(data) < MAX_XML_BYTES:
        text = decode(data, charset)
        yield from (text[at : at + CHUNK] for at in range(0, len(text), CHUNK))
        return
    decoder = decoder_of(data[:CHUNK], charset)
    for at in range(0, len(data), CHUNK):
        yield decoder.decode(data[at : at + CHUNK])
    del data
    while chunk := stream.read(CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _character(reference: re.Match[str]) -> str:
    """What a reference stands for where XML does not know it: HTML's names, and nothing for forbidden characters."""
    decimal, hexadecimal, name = reference.groups()
    if name:
        return chr(name2codepoint[name]) if name in name2codepoint and name not in _OWN_NAMES else reference.group()
    code = int(decimal) if decimal else int(hexadecimal, 16)
    allowed = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return reference.group() if allowed else ""
