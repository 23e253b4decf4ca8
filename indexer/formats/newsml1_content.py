"""The content of a NewsML 1 item: which of its components hold the text, which a picture, which something else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from index.article import Caption
from indexer.formats.captions import split_credit
from indexer.formats.fragment import Passage
from indexer.formats.maintext import key
from indexer.formats.markup import text_of
from indexer.formats.pagemeta import primary_language
from indexer.formats.structured_body import Text, read_marked_up, read_written
from indexer.xml_items import XML_LANG

_PICTURES = frozenset({"photo", "picture", "image", "graphic", "graphics", "video", "animation", "illustration"})
_SUBTITLES = frozenset({"subheadline", "subheading", "subtitle"})
_LINES = frozenset({"headline", "byline", "dateline", "creditline", "copyright", "slugline"}) | _SUBTITLES
_CAPTIONS = frozenset({"caption", "picturecaption", "photocaption"})
_CREDITS = ("CreditLine", "ByLine")
ABSTRACTS = frozenset({"abstract", "summary", "teaser", "standfirst"})
_NO_TEXT = frozenset({"stylesheet", "contact", "logo", "thumbnail", "preview", "icon", "audio", "sound", "metadata",
                      "background", "quicklook", "advertisement"})  # fmt: skip
_PARTS = (
    dict.fromkeys(_CAPTIONS, "caption") | dict.fromkeys(ABSTRACTS, "abstract") | dict.fromkeys(_SUBTITLES, "subtitle")
)
_TEXT_MEDIA = frozenset({"", "text", "complextext", "complexdata"})


class Content(NamedTuple):
    """What the components of an article hold; `beside` are those whose lines are not the article's."""

    text: Text
    captions: tuple[Caption, ...]
    abstract: str
    title: str
    subtitles: tuple[str, ...]
    beside: frozenset[etree._Element]


def role_of(component: etree._Element) -> str:
    """What a component is for, in small letters; empty when it does not say."""
    role = component.find("Role")
    return role.get("FormalName", "").strip().lower() if role is not None else ""


def texts_by_language(components: list[etree._Element]) -> list[etree._Element]:
    """The components that hold an article each: those beside each other whose texts are in different languages."""
    for beside in ([*components[0].iterfind("NewsComponent")], components):
        texts = [one for one in beside if _own_language(one) and _holds_text(one)]
        if len(texts) > 1 and len({_own_language(one) for one in texts}) == len(texts):
            return texts
    return components[:1]


def _own_language(component: etree._Element) -> str | None:
    found = component.find("DescriptiveMetadata/Language")
    named = found.get("FormalName") if found is not None else component.get(XML_LANG)
    return primary_language(named)


def _holds_text(component: etree._Element) -> bool:
    return any(
        role_of(one) not in _NO_TEXT | _LINES | _PICTURES | _CAPTIONS | ABSTRACTS
        and any(map(_is_text, one.iterfind("ContentItem")))
        for one in component.iter("NewsComponent")
    )


def _is_text(content: etree._Element) -> bool:
    media, mime = content.find("MediaType"), content.find("MimeType")
    kind = media.get("FormalName", "").lower() if media is not None else ""
    declared = mime.get("FormalName", "").lower() if mime is not None else "text/"
    return (
        kind in _TEXT_MEDIA
        and (declared.startswith("text/") or "xml" in declared)
        and "css" not in declared
        and content.find(".//DataContent") is not None
    )


def read_component(component: etree._Element) -> Content:
    """The text, the captions and the lines that a component and those inside it hold."""
    texts: list[Text] = []
    captions: list[Caption] = []
    beside: set[etree._Element] = set()
    lines: dict[str, list[str]] = defaultdict(list)
    for one in component.iter("NewsComponent"):
        role = role_of(one)
        if any(above in beside for above in one.iterancestors("NewsComponent")):
            beside.add(one)
        elif role in _PICTURES or (_is_picture(one) and not _holds_text(one)):
            captions += _captions(one)
            beside |= {inner for inner in one.iter("NewsComponent") if inner is not component}
        elif role in _CAPTIONS | ABSTRACTS | _LINES:
            beside.add(one)
            lines[_PARTS.get(role, role)] += _said(one)
        elif role in _NO_TEXT:
            beside.add(one)
        else:
            texts += _texts(one)
    text = _joined(texts)
    captions += map(split_credit, lines["caption"])
    return Content(
        text=text,
        captions=tuple(dict.fromkeys([*captions, *text.passage.captions])),
        abstract=" ".join(lines["abstract"]),
        title=next(iter(lines["headline"]), ""),
        subtitles=tuple(lines["subtitle"]),
        beside=frozenset(beside),
    )


def _is_picture(component: etree._Element) -> bool:
    """Whether all that a component holds is pictures, whatever its role."""
    contents = component.findall("ContentItem")
    return bool(contents) and not any(map(_is_text, contents)) and all(_shows(one) for one in contents)


def _shows(content: etree._Element) -> bool:
    media, mime = content.find("MediaType"), content.find("MimeType")
    kind = media.get("FormalName", "").lower() if media is not None else ""
    declared = mime.get("FormalName", "").lower() if mime is not None else ""
    return kind in _PICTURES or declared.startswith(("image/", "video/"))


def _captions(component: etree._Element) -> Iterator[Caption]:
    """The caption of a picture: what stands inside as such, or else its headline; with its credit."""
    inside = [one for one in component.iter("NewsComponent") if role_of(one) not in _NO_TEXT]
    described = [one for one in inside if role_of(one) in _CAPTIONS] or inside
    said = [text for one in described for text in _said(one)]
    said = said or [text_of(line) for one in inside for line in one.iterfind("NewsLines/HeadLine")]
    credited = [text_of(line) for one in inside for name in _CREDITS for line in one.iterfind(f"NewsLines/{name}")]
    caption = split_credit(" ".join(said[:1]))
    credit = next(filter(None, credited), None) or caption.credit
    if caption.text or credit:
        yield Caption(caption.text, credit)


def _said(component: etree._Element) -> list[str]:
    """The texts of a component on a line each, or each of their headings."""
    texts = _texts(component)
    return [
        line
        for text in texts
        for line in ([" ".join(text.passage.body.split())] if text.passage.body else text.passage.headings)
    ]


def _texts(component: etree._Element) -> list[Text]:
    """The texts of a component's own contents: one where they are equivalent, else all."""
    found = [read_content(content) for content in component.iterfind("ContentItem") if _is_text(content)]
    found = [text for text in found if text != Text()]
    return found[:1] if component.get("EquivalentsList") == "yes" else found


def _joined(texts: list[Text]) -> Text:
    """Texts that complement each other as one; what one of them holds of another is not repeated."""
    told = ""
    kept: list[Text] = []
    for text in texts:
        body = key(text.passage.body)
        if not body or body not in told:
            kept.append(text)
            told += body
    if len(kept) < 2:
        return kept[0] if kept else Text()
    passage = Passage(
        "\n\n".join(filter(None, (text.passage.body for text in kept))),
        tuple(dict.fromkeys(heading for text in kept for heading in text.passage.headings)),
        tuple(dict.fromkeys(caption for text in kept for caption in text.passage.captions)),
    )
    return kept[0]._replace(passage=passage)


def read_content(content: etree._Element) -> Text:
    """The text of a content item, however it was put in."""
    data = next(content.iter("DataContent"), None)
    if data is None:
        return Text()
    if len(data):
        return read_marked_up(data)
    encoding = next(content.iter("Encoding"), None)
    notation = encoding.get("Notation", "").lower() if encoding is not None else ""
    return read_written(data.text or "", base64="base64" in notation)
