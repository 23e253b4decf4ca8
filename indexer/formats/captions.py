"""Pictures: their captions, and in each caption what is said about the picture and who is credited for it."""

from __future__ import annotations

import re

from lxml import html

from index.article import Caption
from indexer.formats.bylines import opens_byline
from indexer.formats.markup import PICTURE, blocks, class_of, squeeze, text_of
from indexer.xpaths import FIGURES, IMAGES, UNREAD_IN_PICTURES

LONGEST_CAPTION = 1_500
"""Characters. The longest caption met has 610; a longer “caption” is a container that was misread."""
LONGEST_CREDIT = 160
"""Characters. The longest credit met, of six people for one fashion picture, has 120."""
MAX_PICTURES = 400
"""Pictures of a page that are looked at; the largest gallery met has 76."""
LEAST_CAPTION = 10
LONGEST_BOX = 500
"""Characters beside an image in an element named for it, so that they are its caption."""
_LEVELS_TO_IMAGE = 3
"""How far above a caption that is no `figcaption` its image stands, in elements."""

# `text-caption` is a size of type in some style sheets, `caption1` in others.
_CAPTION_CLASS = re.compile(
    r"(?:^|\s)(?!text-)(?:[\w-]*[-_])?(?:(?:fig|wp-?)?caption(?:text|s)?|bildunterschrift|bildtext|legende?|cutline)"
    r"(?:[-_](?:text|wrapper|container|inner|content|box))*(?:_[\w-]*)?(?=\s|$)|CaptionWrapper",
    re.IGNORECASE,
)
# What the expression above takes ten times as long to look for.
_MAYBE_CAPTION = re.compile("aption|legend|cutline|bildunterschrift|bildtext")
# An element named for the picture in it: `photo`, `img-box`, `article__picture`, `mediaA`.
_BOX_CLASS = re.compile(
    r"(?:^|[\s_-])(?:(?:article-?|absatz|news-?)?(?:image|img|imgbox\w*|photo|picture|bild|media)s?)(?=$|[\s_A-Z-])"
)
_CREDIT_CLASS = re.compile(
    r"credit|copyright|photograph(?:er)?\b|bildnachweis|bildquelle|fotograf"
    r"|(?:image|photo|caption|media|figure)[-_]*(?:source|author|byline|rights|agency|provider)"
    r"|(?:^|[\s_-])(?:source|quelle|rights|byline)(?=\s|$)",
    re.IGNORECASE,
)
_CREDIT_TAGS = frozenset({"small", "cite"})

# What opens a credit: “Photo: ”, “Photograph by ”, “Symbolfoto: ”, “Bildquelle: ”, “© ”.
_PICTURE = (
    r"(?:archive?|archiv|symbol|file|handout)?[ -]?(?:photograph(?:er|ie|y|s)?|photos?|picture|image|imagen"
    r"|illustration|foto(?:graf(?:ie|ía|o|a)?|s)?|fot\.|bild|grafik|graphic|zdjęcie|фото)"
)
_ORIGIN = (
    r"(?:(?:photo|image|picture|bild|foto)[ -]?)?(?:credit|crédit|crédito|source|quelle|nachweis|rechte|rights|bron"
    r"|fonte|fuente|kilde|copyright)s?"
)
_MARK = rf"(?:(?:{_PICTURE}|{_ORIGIN})\s?:|©|\(c\))"
_BY = rf"{_PICTURE}\s(?:by|von|par)\b"
_CREDIT = re.compile(rf"\s*(?:{_MARK}|{_BY})\s*(?P<who>\S.*)", re.IGNORECASE | re.DOTALL)
_INSIDE = re.compile(rf"(?:(?<![\w-])(?:{_MARK})|(?<=[.!?…”\"»]\s)(?:{_BY}))\s*", re.IGNORECASE)
_PARENTHESES = re.compile(r"[(\[]([^()\[\]]{2,160})[)\]][\s.]*$")
_BEFORE_NAMES = re.compile(r"[.!?…][”\"’»)]*\s|(?<=\s)[|—–]\s")

# Names of agencies and libraries: what consists of them and of capitalised words is a credit without “Photo:”.
_AGENCIES = re.compile(
    r"\b(?:AP|AFP|PA|EPA|UPI|ANSA|TASS|APA|NTB|TT|REX|Reuters|Getty|Bloomberg|Alamy|Shutterstock|iStock|Xinhua|Keystone"
    r"|Associated Press|Press Association|dpa|imago|picture alliance)\b"
)
_NOBODY = re.compile(
    r"(?:copyright|credit|photo|foto|image|bild|source|quelle|all rights reserved)[.:\s]*", re.IGNORECASE
)
_SMALL_WORDS = frozenset({"via", "for", "and", "de", "da", "di", "van", "von", "der", "of", "the", "la", "le", "und"})
_SMALL_NAMES = ("dpa", "picture", "imago", "iStock", "privat", "obs", "pa/", "epd", "zVg", "via")


def split_credit(text: str) -> Caption:
    """A caption's text and the credit that it opens or ends with: “A bridge. (Photo: Jane Roe/AFP)”."""
    if len(text) > LONGEST_CAPTION:
        return Caption(squeeze(text))
    whole = _CREDIT.fullmatch(text)
    if whole and _names_someone(whole["who"]):
        return Caption("", _name(whole["who"]))
    end = _PARENTHESES.search(text)
    marked = _CREDIT.fullmatch(end[1]) if end else None
    if end and marked and not _NOBODY.fullmatch(marked["who"]):
        return Caption(_said(text[: end.start()]), _name(marked["who"]))
    for said, credit in _candidates(text):
        if _names_someone(credit):
            return Caption(_said(said), _name(credit))
    return Caption(_said(text))


def _candidates(text: str) -> list[tuple[str, str]]:
    """Where a caption may end and its credit begin, the surest first."""
    found = []
    end = _PARENTHESES.search(text)
    if end and _is_names(end[1]):
        found.append((text[: end.start()], end[1]))
    found += [(text[: mark.start()], text[mark.end() :]) for mark in list(_INSIDE.finditer(text))[-1:]]
    for stop in list(_BEFORE_NAMES.finditer(text))[-1:]:
        if _is_names(text[stop.end() :]):
            found.append((text[: stop.end()], text[stop.end() :]))
    return found


def _names_someone(credit: str) -> bool:
    credit = credit.strip()
    return (
        1 < len(credit) <= LONGEST_CREDIT
        and not _NOBODY.fullmatch(credit)
        and (credit[0].isupper() or not credit[0].isascii() or credit[0].isdigit() or credit.startswith(_SMALL_NAMES))
    )


def _is_names(text: str) -> bool:
    """Whether a text is made of names alone, with an agency among them or a slash between them."""
    words = re.split(r"[\s/,|]+", text.strip(" ."))
    return bool("/" in text or _AGENCIES.search(text)) and all(
        word in _SMALL_WORDS or word[:1].isupper() or word.startswith(_SMALL_NAMES) for word in words if word
    )


def _said(text: str) -> str:
    return squeeze(text).rstrip(" |—–-(").strip()


def _name(credit: str) -> str | None:
    credit = squeeze(credit).strip(" |—–-,;:").removesuffix(".")
    if credit.count("(") < credit.count(")"):
        credit = credit.removesuffix(")")
    return credit or None


def take_pictures(root: html.HtmlElement) -> list[Caption]:
    """The captions of a page in reading order; a picture that only credits somebody has a caption without text.

    The text of each is taken out of the tree, so that it is not read as running text; its element stays and is
    marked with its place in the list.
    """
    taken: list[Caption] = []
    for element in _pictures(root):
        if element.get(PICTURE) is None and not any(above.get(PICTURE) for above in element.iterancestors()):
            caption = _caption_of(element)
            if caption is not None:
                tail = element.tail
                element.clear()
                element.tail = tail
                element.set(PICTURE, str(len(taken)))
                taken.append(caption)
    return taken


def _pictures(root: html.HtmlElement) -> list[html.HtmlElement]:
    """Figures, and the smallest elements that hold both an image and its caption, in that order."""
    found = FIGURES(root)[:MAX_PICTURES]
    for caption in _captions(root)[:MAX_PICTURES]:
        if next(caption.iterancestors("figure"), None) is None:
            picture = _with_image(caption)
            if picture is not None:
                found.append(picture)
    boxes = [_box(image) for image in IMAGES(root)[:MAX_PICTURES]]
    found += [box for box in boxes if box is not None]
    return [picture for picture in found if picture.tag not in {"body", "html", "article"}]


def _box(image: html.HtmlElement) -> html.HtmlElement | None:
    """The element around an image that is named for it and holds nothing else but some words."""
    for _, element in zip(range(_LEVELS_TO_IMAGE), image.iterancestors(), strict=False):
        text = _short_text(element, LONGEST_BOX)
        if text is None or element.tag in {"a", "figure"}:
            return None
        if len(text) > LEAST_CAPTION and _BOX_CLASS.search(class_of(element)):
            linked = sum(len(text_of(link)) for link in element.iter("a"))
            return element if linked < len(text) / 2 else None
    return None


def _short_text(element: html.HtmlElement, limit: int) -> str | None:
    """The text of an element, or `None` when it is longer; takes no longer to find out than that."""
    parts: list[str] = []
    left = limit
    for part in element.itertext():
        text = str(part).strip()
        left -= len(text)
        if left < 0:
            return None
        parts.append(text)
    return squeeze(" ".join(parts))


def _captions(root: html.HtmlElement) -> list[html.HtmlElement]:
    return [
        element
        for element in root.iterdescendants(html.etree.Element)
        if element.tag == "figcaption"
        or ((named := class_of(element)) and _MAYBE_CAPTION.search(named) and _CAPTION_CLASS.search(named))
    ]


def _with_image(caption: html.HtmlElement) -> html.HtmlElement | None:
    element: html.HtmlElement | None = caption
    for _ in range(_LEVELS_TO_IMAGE + 1):
        if element is None:
            return None
        if next(element.iter("img", "picture", "video", "amp-img"), None) is not None:
            alone = _short_text(element, len(text_of(caption)) + LONGEST_CREDIT) is not None
            return element if alone else caption
        element = element.getparent()
    return caption if caption.tag == "figcaption" else None


def _caption_of(picture: html.HtmlElement) -> Caption | None:
    """The caption of a picture element, or `None` when it holds something else: a table, a quotation, a byline."""
    for unread in UNREAD_IN_PICTURES(picture):
        _remove(unread)
    captions = _captions(picture)
    if (
        picture.tag == "figure"
        and not captions
        and next(picture.iter("p", "h2", "h3", "h4", "li", "table", "blockquote"), None) is not None
    ):
        return None
    credit = _take_credit(picture)
    said = []
    for block in blocks(captions[0] if captions and captions[0].getparent() is not None else picture):
        split = split_credit(block.text)
        credit = credit or split.credit
        said.append(split.text)
    text = " ".join(filter(None, said))
    return None if len(text) > LONGEST_CAPTION or opens_byline(text) else Caption(text, credit)


def _take_credit(picture: html.HtmlElement) -> str | None:
    """The credit that has an element of its own, which is taken out of the picture."""
    for element in list(picture.iterdescendants()):
        if element.tag == "figcaption" or next(element.iter("figcaption", "img"), None) is not None:
            continue
        marked = _CREDIT_CLASS.search(f"{class_of(element)} {(element.get('itemprop') or '')[:40]}")
        if not (marked or element.tag in _CREDIT_TAGS or _CREDIT.match(element.text or "")):
            continue
        split = split_credit(text_of(element))
        if (split.text and split.credit) or not 1 < len(split.credit or split.text) <= LONGEST_CREDIT:
            continue  # it holds the caption too, or is no credit
        _remove(element)
        return split.credit or (_name(split.text) if not _NOBODY.fullmatch(split.text) else None)
    return None


def _remove(element: html.HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()
