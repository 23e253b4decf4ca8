"""The text of an agency's item, marked up as NITF or XHTML: paragraphs, headings and captions, and NITF's head of it.

NITF is put into the words of HTML and then read as all markup is (`fragment.py`). Nothing is left out for standing in
an odd place: an agency's markup holds the article and nothing else.
"""

from __future__ import annotations

import html
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lxml import etree

from index.article import Caption
from index.errors import ArticleRejected
from indexer.charset import decode
from indexer.formats.bylines import opens_byline, read_byline
from indexer.formats.captions import split_credit
from indexer.formats.fragment import Passage, read_markup, read_passage
from indexer.formats.maintext import LONGEST_HEADING, key
from indexer.formats.markup import squeeze, text_of
from indexer.safety import MAX_TAGS
from indexer.xml_items import parse_items

# Elements as HTML knows them. What stands for a paragraph or a box becomes a `div`, what marks words a `span`, links
# too: a paragraph that is all link is a menu on a web page, and text in an agency's item.
_SAME = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody",
     "tfoot", "tr", "td", "th", "blockquote", "pre", "br", "b", "strong", "figure", "figcaption", "img", "small"}
)  # fmt: skip
_RENAMED = {
    "hl1": "h2", "hl2": "h2", "hl3": "h3", "hl4": "h3", "hl5": "h3",
    "bq": "blockquote", "nitf-table": "div", "custom-table": "div", "caption": "figcaption", "nitf-col": "div",
    **dict.fromkeys(
        ("body", "body.content", "body.end", "block", "credit", "datasource", "fn", "fn-value", "note", "tagline",
         "bibliography", "biblio", "article", "section", "header", "footer", "aside", "main", "address", "nav",
         "hedline", "headline", "abstract", "postaddr", "details", "summary", "center", "form", "fieldset"), "div"
    ),
}  # fmt: skip
_EMPTY = frozenset({"br", "img"})
_UNREAD = frozenset(
    {"head", "script", "style", "media", "media-reference", "media-metadata", "media-object", "object", "iframe",
     "body.head", "fn-label", "table-reference", "nitf-table-metadata", "alt-code", "pronounce", "video", "audio",
     "svg", "hr"}
)  # fmt: skip
_REPEATED_IN_HEADER = frozenset({"time", "ul", "ol", "dl"})
_REPEATED_CLASS = re.compile(r"genre|byline|author|slugline|keyword", re.IGNORECASE)
"""What a `header` says once more of the metadata: when, by whom, of which kind, under which keywords."""
_MARKS_OF_TEXT = ("nitf", "html", "body", "p", "div", "pre")
MOST_HEAD_LINES = 8
"""Headlines and bylines before a text; without a limit a text of titles alone takes quadratic time."""
_STARTS_OF_XML = ("<?xml", "<nitf", "<!DOCTYPE nitf")


class Text(NamedTuple):
    """What the markup of a text says, each part as it stands; the names of what was there at all in `present`."""

    title: str = ""
    headings: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    dateline: str = ""
    abstract: str = ""
    distributor: str = ""
    passage: Passage = Passage()
    present: frozenset[str] = frozenset()


def read_marked_up(element: etree._Element) -> Text:
    """The text of an element that holds NITF, XHTML or a piece of one of them; nothing of other markup."""
    root = element if element.tag == "nitf" else element.find(".//nitf")
    if root is not None:
        return _read_nitf(root)
    if next(element.iter(*_MARKS_OF_TEXT), None) is None:
        return Text()
    title = next(filter(None, (text_of(found) for name in ("h1", "title") for found in element.iter(name))), "")
    return Text(title=title, passage=read_elements(element))


def read_written(text: str, *, base64: bool = False) -> Text:
    """A text that comes as characters: plain, HTML, or a whole NITF document that was escaped.

    Raises ArticleRejected when it says that it is in Base64 and is not, or holds no text.
    """
    if base64:
        try:
            text = decode(b64decode(text))
        except ValueError as error:
            raise ArticleRejected(f"the content says that it is in Base64 and is not: {error}") from error
    if text.lstrip().startswith(_STARTS_OF_XML):
        try:
            items = [item for batch in parse_items(text, "nitf") for item in batch]
        except ArticleRejected:
            items = []  # as HTML it may be readable yet
        if items:
            return _read_nitf(items[0])
    return Text(passage=read_passage(text))


def read_elements(element: etree._Element) -> Passage:
    """The paragraphs, headings and captions of an element. Raises ArticleRejected when it is beyond the limits."""
    if sum(1 for _ in element.iter("*")) > MAX_TAGS:  # as for HTML, but before it is written out
        raise ArticleRejected(f"the text has more than {MAX_TAGS:,} tags")
    passage = read_markup("".join(_as_html(element)))
    captions = (*_media(element), *passage.captions)
    return passage._replace(captions=tuple(dict.fromkeys(captions)))


def _read_nitf(root: etree._Element) -> Text:
    head, body = root.find("body/body.head"), root.find("body")
    passage = read_elements(body) if body is not None else Passage()
    if head is None:
        return Text(passage=passage)
    lines = [element for name in ("hedline", "headline") for element in head.iterfind(name)]
    titles = _texts(lines, "hl1")
    bylines = [line for line in head.iterfind("byline") if line.get("class") != "normalized_byline"]
    return Text(
        title=titles[0] if titles else "",
        headings=tuple(titles[1:] + _texts(lines, "hl2", "hl3", "hl4", "hl5")),
        bylines=tuple(filter(None, (_without(line, "byttl", "org", "location", "virtloc") for line in bylines))),
        bodies=tuple(_texts(bylines, "org")),
        roles=tuple(_texts(bylines, "byttl")),
        dateline=next(filter(None, map(_dateline, head.iterfind("dateline"))), ""),
        abstract=" ".join(filter(None, map(_spaced, head.iterfind("abstract")))),
        distributor=next(iter(_texts([head], "distributor")), ""),
        passage=passage,
        present=frozenset(str(child.tag) for child in head),
    )


def _texts(elements: Iterable[etree._Element], *names: str) -> list[str]:
    found = (text_of(inner) for element in elements for inner in element.iter(*names))
    return list(dict.fromkeys(filter(None, found)))


def place_of(location: etree._Element) -> str:
    """A place, the parts of which may have an element each."""
    return ", ".join(filter(None, map(text_of, location))) if len(location) else text_of(location)


def _dateline(element: etree._Element) -> str:
    location = element.find("location")
    return place_of(location) if location is not None else _without(element, "story.date")


def _without(element: etree._Element, *names: str) -> str:
    """The text of an element but for that of some elements inside."""
    unread = {inner for name in names for inner in element.iter(name)}
    parts: list[str] = []
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            parts.append("" if any(above in unread for above in (inner, *inner.iterancestors())) else inner.text or "")
        elif inner is not element:
            parts.append(" " if inner in unread else "")
            parts.append("" if any(above in unread for above in inner.iterancestors()) else inner.tail or "")
    return squeeze("".join(parts)).strip(" ,;")


def _spaced(element: etree._Element) -> str:
    """The text of an element whose paragraphs have nothing between them."""
    return squeeze(" ".join(map(str, element.itertext())))


def _as_html(element: etree._Element) -> Iterator[str]:
    """The markup of an element in the words of HTML."""
    skipped: etree._Element | None = None
    full_text = element.find(".//block[@class='full_text']") is not None
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        if event == "start" and skipped is None and _is_unread(inner, full_text=full_text):
            skipped = inner
        if skipped is not None:
            if event == "start" or inner is not skipped:
                continue
            skipped = None
        else:
            yield from _tag(event, inner)
        if event == "end" and inner is not element:
            yield html.escape(inner.tail or "", quote=False)


def _tag(event: str, element: etree._Element) -> Iterator[str]:
    name = str(element.tag).lower()
    tag = name if name in _SAME else _RENAMED.get(name, "span")
    if event == "start":
        marks = f' class="{html.escape(element.get("class", "")[:200])}"' if tag in {"figcaption", "small"} else ""
        between = "/" if name == "denom" and _follows(element, "numer") else ""  # the bar of a fraction may be left out
        yield f"<{tag}{marks}>{between}{html.escape(element.text or '', quote=False)}"
    elif tag not in _EMPTY:
        yield f"</{tag}>"


def _follows(element: etree._Element, name: str) -> bool:
    before = element.getprevious()
    return before is not None and before.tag == name


def _is_unread(element: etree._Element, *, full_text: bool) -> bool:
    name = str(element.tag).lower()
    if name in _REPEATED_IN_HEADER or _REPEATED_CLASS.search((element.get("class") or "")[:200]):
        return any(str(above.tag).lower() == "header" for above in element.iterancestors())
    # A newspaper's archive repeats the lead, which its full text starts with.
    return name in _UNREAD or (full_text and name == "block" and element.get("class") == "lead_paragraph")


def _media(element: etree._Element) -> Iterator[Caption]:
    """The captions of NITF's pictures, each with its producer."""
    for media in element.iter("media"):
        said = [split_credit(_spaced(caption)) for caption in media.iterfind("media-caption")]
        producer = next(filter(None, map(_spaced, media.iterfind("media-producer"))), "")
        named = split_credit(producer) if producer else None
        credit = named and (named.credit or named.text)
        text = " ".join(filter(None, (caption.text for caption in said)))
        credit = credit or next(filter(None, (caption.credit for caption in said)), None)
        if text or credit:
            yield Caption(text, credit)


def without_repeats(headings: Iterable[str], title: str, body: str) -> tuple[str, ...]:
    """The headings that are neither the title nor a paragraph of the text."""
    told = {key(title), *map(key, body.split("\n\n"))}
    return tuple(dict.fromkeys(heading for heading in headings if key(heading) not in told))


def without_head(body: str, lines: Iterable[str], writers: Iterable[str]) -> str:
    """A text that starts with its headlines or its byline once more, without them.

    A headline as long as a paragraph is the lead, which the text keeps.
    """
    told = {key(line) for line in lines if len(line) <= LONGEST_HEADING}
    named = {writer.casefold() for writer in writers}
    for _ in range(MOST_HEAD_LINES):
        first, _, rest = body.partition("\n\n")
        byline = {name.casefold() for name in read_byline(first)[0]} if opens_byline(first) else set()
        if key(first) not in told and not (byline and byline <= named):
            break
        body = rest
    return body
