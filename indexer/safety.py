"""XML and HTML from anywhere, parsed within limits: a tree, or ArticleRejected with the reason, never a hang.

The limits were found by attacking lxml 6.1 (libxml2 2.14); what each holds off is written beside it. The process that
parses is bounded by the operating system besides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree, html

from index.article import Caption, Quote
from index.errors import ArticleRejected
from indexer.charset import declared_charset, decode

MAX_HTML_BYTES = 10_000_000
"""libxml2 drops what follows a text node of 10 MB, and says so only in its log. News pages are 50 KB to 2 MB."""
MAX_XML_BYTES = 10_000_000
"""libxml2's own bound for a text node. Collections are split into articles before they are parsed."""
MAX_XML_TAGS = 1_000_000
"""An element takes some 190 bytes of memory, so that a million of them fit a worker."""
MAX_ARTICLE = 10_000_000
"""Characters of all fields of an article together; 60 million, which JSON may hold, take a gigabyte of memory and 40 s.
The longest article met has 1 million."""
MAX_ATTRIBUTES = 1_000
"""On one HTML tag: libxml2 takes quadratic time, 2 ms for 1,000, 220 ms for 10,000, 3 s for 40,000."""
MAX_TAGS = 60_000
"""In one HTML page: finding the main text takes 40 to 120 µs for each. The largest news page at hand has 7,883."""
MAX_DEPTH = 255
"""libxml2 reads elements no deeper inside each other, and drops all that follows."""

_CONTROLS = bytes([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
_NONCHARACTERS = ("\ufffe", "\uffff")
# The same written as references in HTML, which libxml2 lets into its tree and lxml then refuses to set anywhere.
_CONTROL_REFERENCE = re.compile(
    rb"&#(?:0*+(?:[1-8]|1[124-9]|2\d|3[01]|127|6553[45])(?!\d)"
    rb"|x0*+(?:[1-8bcef]|1[\da-f]|7f|fff[ef])(?![\da-f]));?",
    re.IGNORECASE,
)
_UNSEEN = "\u00ad".encode()
"""A soft hyphen stands in for such a reference, until it is cleaned away: nothing in its place could join a new one."""

# Tags as the HTML standard cuts them: `>` is hidden by quotes, and a quote opens only after `=`. Comments and the
# contents of raw-text elements are skipped. All possessive or anchored, so that one scan is linear. A property test
# holds it against libxml2: whatever attributes that one sees on an element, this scan has counted.
_SPACE = r"[ \t\n\f\r]"
_ATTRIBUTE = (
    r"[ \t\n\f\r/]*+[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+"
    rf"""(?:{_SPACE}*+={_SPACE}*+(?:"[^"]*+"?+|'[^']*+'?+|[^ \t\n\f\r>"'][^ \t\n\f\r>]*+)?+)?+"""
)
_RAW_TEXT = "script|style|textarea|title|xmp|iframe|noembed|noframes"
_MARKUP = re.compile(
    r"<!--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+(?:--!?>)?+)"
    r"|<[!?][^>]*+|</(?![a-z])[^>]*+"
    rf"|<(?P<raw>{_RAW_TEXT})(?=[ \t\n\f\r/>])(?P<raw_attributes>(?:{_ATTRIBUTE})*+)"
    rf"(?:(?:[ \t\n\f\r/]*{_SPACE})?>[^<]*+(?:<(?!/(?P=raw)[ \t\n\f\r/>])[^<]*+)*+)?+"
    rf"|</?+(?P<name>[a-z][^ \t\n\f\r/>]*+)(?P<attributes>(?:{_ATTRIBUTE})*+)".encode(),
    re.IGNORECASE,
)
_ONE_ATTRIBUTE = re.compile(_ATTRIBUTE.encode())

_XML_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")
_DOCTYPE = re.compile(r"(?:\s++|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE\b", re.DOTALL)

HARDENED: Mapping[str, Any] = {
    "encoding": "utf-8",
    "resolve_entities": False,
    "load_dtd": False,
    "dtd_validation": False,
    "no_network": True,
    "huge_tree": False,
    "recover": False,
}
"""How every XML parser is set: nothing is fetched, no DTD read, no entity expanded."""


# One class for all elements: lxml.html's own choice among six asks Python for each of them.
_ELEMENTS = etree.ElementDefaultClassLookup(element=html.HtmlElement)


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML page as a tree, and in words what the parser had to leave out of it."""

    root: html.HtmlElement
    warnings: tuple[str, ...] = ()


def characters(value: object) -> int:
    """Characters of all texts in a value, be it read from JSON or a field of an article."""
    match value:
        case str():
            return len(value)
        case dict():
            return sum(map(characters, value.values()))
        case list() | tuple():
            return sum(map(characters, value))
        case Caption(text, name) | Quote(text, name):
            return len(text) + len(name or "")
        case _:
            return 0


def printable(text: str) -> str:
    """The text without control characters, lone surrogates and non-characters, its lines ended by newlines."""
    return _printable_utf8(text).decode()


def _printable_utf8(text: str) -> bytes:
    """The same in UTF-8, where it takes a quarter of the time that a regular expression takes."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    for character in _NONCHARACTERS:
        if character in text:  # to look takes a quarter of the time that replacing nothing takes
            text = text.replace(character, "")
    return text.encode("utf-8", "ignore").translate(None, _CONTROLS)  # surrogates are what UTF-8 cannot say


def parse_html(data: bytes, declared: str | None = None) -> Page:
    """The page in `data`; `declared` is the character set that its carrier names, if not the page itself.

    Raises ArticleRejected for binary data, an empty page, and a page beyond the limits.
    """
    if len(data) > MAX_HTML_BYTES:
        raise ArticleRejected(f"the HTML page has {len(data):,} bytes, more than {MAX_HTML_BYTES:,}")
    return parse_html_text(decode(data, declared or declared_charset(data)))


def parse_html_text(text: str) -> Page:
    """The page, or the piece of one, in `text`. Raises ArticleRejected when it is empty or beyond the limits."""
    markup = _printable_utf8(text)
    if len(markup) > MAX_HTML_BYTES:
        raise ArticleRejected(f"the HTML has {len(markup):,} bytes in UTF-8, more than {MAX_HTML_BYTES:,}")
    refuse_oversized_tags(markup)
    markup = _CONTROL_REFERENCE.sub(_UNSEEN, markup)
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, recover=True, remove_comments=True, remove_pis=True
    )
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        root = html.document_fromstring(markup, parser=parser)
    except etree.LxmlError as error:  # ParserError for a document without any element or text
        raise ArticleRejected("the HTML page is empty") from error
    return Page(root, tuple(_losses(parser)))


def refuse_oversized_tags(markup: bytes) -> None:
    """Raise ArticleRejected when HTML has a tag with too many attributes, or too many tags. Takes linear time."""
    tags = merged = 0
    for tag in _MARKUP.finditer(markup):
        attributes = tag.lastgroup
        if attributes is None:  # a comment, a declaration
            continue
        tags += 1
        start, end = tag.span(attributes)
        if start == end and tags <= MAX_TAGS:
            continue
        name = (tag["raw"] or tag["name"]).lower()
        merges = name in {b"html", b"body"}  # all such tags of a page give their attributes to one element
        if merges or end - start > 2 * MAX_ATTRIBUTES:
            count = sum(1 for _ in _ONE_ATTRIBUTE.finditer(markup, start, end))
            merged += count if merges else 0
            if max(count, merged) > MAX_ATTRIBUTES:
                named = name[:20].decode("utf-8", "replace")
                raise ArticleRejected(f"a tag <{named}> of the HTML has more than {MAX_ATTRIBUTES:,} attributes")
        if tags > MAX_TAGS:
            raise ArticleRejected(f"the HTML has more than {MAX_TAGS:,} tags")


def _losses(parser: etree.HTMLParser) -> list[str]:
    messages = {entry.message for entry in parser.error_log if entry.type_name == "ERR_RESOURCE_LIMIT"}
    return [
        f"elements nested deeper than {MAX_DEPTH} were left out, and what follows them"
        if "depth" in message
        else f"the parser left text out: {message}"
        for message in sorted(messages)
    ]


def parse_xml(data: bytes, declared: str | None = None) -> etree._Element:
    """The root element of an XML document, well-formed and without entities of its own.

    The document may lie about its encoding and hold control characters; it may not be broken otherwise. Nothing is
    fetched and no DTD is read. Raises ArticleRejected, with the line where the document breaks.
    """
    return parse_xml_text(xml_text(data, declared))


def xml_text(data: bytes, declared: str | None = None) -> str:
    """The text of an XML document that need not be well-formed, without its XML declaration.

    Raises ArticleRejected when it is beyond the limits or declares entities.
    """
    if len(data) > MAX_XML_BYTES:
        raise ArticleRejected(f"the XML document has {len(data):,} bytes, more than {MAX_XML_BYTES:,}")
    text = without_declaration(printable(decode(data, declared or declared_charset(data))))
    if not text.strip():
        raise ArticleRejected("the XML document is empty")
    if text.count("<") > MAX_XML_TAGS:
        raise ArticleRejected(f"the XML document has more than {MAX_XML_TAGS:,} tags")
    refuse_entities(text)
    return text


def without_declaration(text: str) -> str:
    """The text without its XML declaration, which was made use of; its lines are kept, for the numbers in messages."""
    declaration = _XML_DECLARATION.match(text)
    return "\n" * declaration.group().count("\n") + text[declaration.end() :] if declaration else text


def parse_xml_text(text: str) -> etree._Element:
    """The root element of an XML document, given as `xml_text`. Raises ArticleRejected when it is broken."""
    try:
        root = etree.fromstring(text.encode(), etree.XMLParser(**HARDENED))
    except etree.XMLSyntaxError as error:
        raise ArticleRejected(f"broken XML: {str(error.msg).strip()}") from error
    refuse_declared_entities(root)
    return root


def refuse_entities(text: str) -> None:
    """Raise ArticleRejected for entities before the parser sees them: they may multiply each other, and libxml2 does
    expand them in attributes.
    """
    doctype = _DOCTYPE.match(text)
    if doctype and "<!ENTITY" in text[doctype.end() :]:
        raise ArticleRejected("the XML document declares entities, which may hide an attack; it is not read")


def refuse_declared_entities(root: etree._Element) -> None:
    """Raise ArticleRejected for what the parser itself has found in the DTD, should the scan before have missed it."""
    subset = root.getroottree().docinfo.internalDTD
    if subset is not None and subset.entities():  # type: ignore[attr-defined]  # missing in lxml-stubs 0.5
        raise ArticleRejected("the XML document declares entities, which may hide an attack; it is not read")
