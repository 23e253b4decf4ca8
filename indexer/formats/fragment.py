"""Running text that comes as a value of something else: a piece of HTML or a plain text, as paragraphs and headings."""

from __future__ import annotations

import re
from typing import NamedTuple

from index.article import Caption
from index.errors import ArticleRejected
from indexer.formats.captions import take_pictures
from indexer.formats.maintext import ALL_LINK, apart
from indexer.formats.markup import blocks, strip_dead
from indexer.formats.paragraphs import paragraphs
from indexer.safety import parse_html_text, printable

_MARKUP = re.compile(
    r"</(?:p|div|h[1-6]|li|ul|a|b|i|em|strong|span|blockquote|figure|section|article)\s*>|<(?:p|br|hr|div|h[1-6])\b[^<>]*>",
    re.IGNORECASE,
)
_ESCAPED_MARKUP = re.compile(r"&lt;/?(?:p|br|div|h[1-6]|strong|em|a)\b")


class Passage(NamedTuple):
    """A text in parts: its paragraphs joined by blank lines, its headings, its captions."""

    body: str = ""
    headings: tuple[str, ...] = ()
    captions: tuple[Caption, ...] = ()


def is_markup(text: str) -> bool:
    """Whether a text is HTML: it closes an element, or opens one that starts a line."""
    return bool(_MARKUP.search(text) or _ESCAPED_MARKUP.search(text))


def read_passage(text: str) -> Passage:
    """A text of either kind. Raises ArticleRejected for HTML beyond the limits."""
    return read_markup(text) if is_markup(text) else Passage("\n\n".join(part.text for part in paragraphs(text)))


def read_markup(text: str) -> Passage:
    """All of a piece of HTML. Raises ArticleRejected when it is beyond the limits."""
    if not _MARKUP.search(text) and _ESCAPED_MARKUP.search(text):
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    if not printable(text).strip():
        return Passage()
    try:
        root = parse_html_text(f"<body>{text}").root
    except ArticleRejected as rejection:
        if "empty" in rejection.reason:
            return Passage()
        raise
    strip_dead(root)
    captions = take_pictures(root)
    kept = [block for block in blocks(root) if block.text and (block.linked < ALL_LINK or block.element.tag != "p")]
    found, headings = apart(kept)
    if not found:  # a text all in bold type
        found, headings = headings, ()
    return Passage("\n\n".join(found), headings, tuple(one for one in captions if one.text or one.credit))
