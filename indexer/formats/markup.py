"""HTML as a reader sees it: blocks of text in reading order, with the pictures between them.

A `Block` is the text that stands directly in one block element. What a page's author uses for layout only is no
block, and what is not read (scripts, forms, navigation) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import copy
from typing import NamedTuple

from lxml import etree, html

_BLOCK = frozenset(
    {"p", "div", "section", "article", "main", "header", "hgroup", "body", "center", "address", "details", "summary",
     "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "hr",
     "table", "thead", "tbody", "tfoot", "tr", "td", "th", "form", "fieldset", "figure", "figcaption", "aside", "nav",
     "footer"}
)  # fmt: skip
_UNREAD = frozenset(
    {"head", "script", "style", "noscript", "template", "button", "select", "input", "textarea", "label", "svg", "math",
     "iframe", "object", "embed", "canvas", "video", "audio", "dialog", "menu", "picture", "map"}
)  # fmt: skip
_BESIDES = frozenset({"aside", "nav", "footer"})
"""Not read either, unless the article itself stands inside: some pages forget to close an `aside`."""
_MEANT_EMPTY = frozenset({"a", "br", "hr", "body", "p", "table", "tr", "th", "td"})
"""Tells something even when it holds nothing: trafilatura counts the links of a box."""
_NOTHING = "NOTHING"
"""The name of what is to be left out; the parser writes those of a page small."""
_DEAD = ("script", "style", "svg", "math", "noscript", "template", "iframe", "object", "canvas", "map", "datalist")
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BOLD = frozenset({"b", "strong"})
LONGEST_CLASS = 400
"""Characters; the longest met, of a style sheet made of utilities, has 390."""
PICTURE = "data-picture"
"""The attribute by which an emptied picture element names its place in the list of a page's pictures."""

# Inside words these are invisible and would cut them apart: soft hyphen, zero-width space, word joiner, mark.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_PARAGRAPH_BREAK = re.compile(r"\n\s*\n")


class Block(NamedTuple):
    """The text of one block element, squeezed; single line breaks stay. `linked` and `bold` are shares of it."""

    element: html.HtmlElement
    text: str
    linked: float = 0.0
    bold: float = 0.0
    picture: int | None = None


def class_of(element: etree._Element) -> str:
    """The class of an element, as far as anybody means it."""
    return (element.get("class") or "")[:LONGEST_CLASS]


def squeeze(text: str) -> str:
    """The text on one line, with single spaces, without what is invisible."""
    return " ".join(_INVISIBLE.sub("", text).split())


def text_of(element: etree._Element) -> str:
    """All text inside an element, on one line."""
    return squeeze("".join(map(str, element.itertext())))


def readable(root: html.HtmlElement) -> html.HtmlElement:
    """A copy of a tree without what `blocks` leaves out of it and without what holds nothing: a quarter of the rest."""
    copied = copy(root)
    for element in list(copied.iter(*_UNREAD, *_BESIDES)):
        if _is_unread(element):
            element.tag = _NOTHING
    for element in reversed(list(copied.iterdescendants(etree.Element))):  # from the inside out
        if element.tag not in _MEANT_EMPTY and not _holds_something(element):
            element.tag = _NOTHING
    # At once: to drop one after the other copies the text around them each time.
    etree.strip_elements(copied, _NOTHING, with_tail=False)
    return copied


def _holds_something(element: html.HtmlElement) -> bool:
    return bool(element.text and element.text.strip()) or any(
        child.tag != _NOTHING or (child.tail and child.tail.strip()) for child in element
    )


def strip_dead(root: html.HtmlElement) -> None:
    """Take out of a page what neither readers nor search need: programs, styles, drawings. It is half of the tree."""
    etree.strip_elements(root, *_DEAD, with_tail=False)


class _Reader:
    """Gathers the text of one block after the other while the tree is walked."""

    def __init__(self, root: html.HtmlElement) -> None:
        self.inside = [root]
        self.parts: list[str] = []
        self.linked = self.bold = 0
        self.links = self.bolds = 0

    def add(self, text: str | None) -> None:
        if text:
            self.parts.append(text if self.inside[-1].tag == "pre" else text.replace("\n", " "))
            length = len(text.strip())
            self.linked += length if self.links else 0
            self.bold += length if self.bolds else 0

    def take(self) -> Sequence[Block]:
        """The blocks that end here: one, or more where two line breaks stand for a new paragraph."""
        if not self.parts:  # as at most ends of elements
            return ()
        text = "".join(self.parts)
        self.parts.clear()
        linked, bold, self.linked, self.bold = self.linked, self.bold, 0, 0
        length = len(text.strip())
        if not length:
            return ()
        found = []
        for paragraph in [text] if "\n" not in text else _PARAGRAPH_BREAK.split(text):
            lines = [line for line in map(squeeze, paragraph.split("\n")) if line]
            if lines:
                found.append(Block(self.inside[-1], "\n".join(lines), linked / length, bold / length))
        return found


def blocks(root: html.HtmlElement) -> Iterator[Block]:
    """The blocks of a tree in reading order; a picture that was emptied before is a block without text."""
    reader = _Reader(root)
    unread: html.HtmlElement | None = None
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            picture = element.get(PICTURE)
            if picture is not None or _is_unread(element):
                unread = element
                walk.skip_subtree()
                if picture is not None:
                    yield from reader.take()
                    yield Block(element, "", picture=int(picture))
                continue
            if tag in _BLOCK and reader.inside[-1].tag not in HEADINGS:  # a `div` in a heading is a part of it
                yield from reader.take()
                reader.inside.append(element)
            _open(reader, tag)
            reader.add(element.text)
            continue
        if unread is element:
            unread = None
        else:
            _close(reader, tag)
            if reader.inside[-1] is element and element is not root:
                yield from reader.take()
                reader.inside.pop()
        if element is not root:
            reader.add(element.tail)
    yield from reader.take()


def _is_unread(element: html.HtmlElement) -> bool:
    if element.tag in _BESIDES:
        return next(element.iter("article", "h1"), None) is None
    return element.tag in _UNREAD


def _open(reader: _Reader, tag: str) -> None:
    if tag == "a":
        reader.links += 1
    elif tag in _BOLD:
        reader.bolds += 1
    elif tag == "br":
        reader.parts.append("\n")


def _close(reader: _Reader, tag: str) -> None:
    if tag == "a":
        reader.links -= 1
    elif tag in _BOLD:
        reader.bolds -= 1
