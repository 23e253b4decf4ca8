"""NewsML-G2: news items, packages of them, and messages that carry many of both.

An item's id is its guid, which all its versions share, under `newsml:` as for NewsML 1. A picture that goes with a
text, by a link or by a package in the same message, gives the text its caption, and is an article of its own as well:
its publisher counts its versions and may take it back alone. A package that only ties what the message holds gives no
article; one with a headline does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, NamedTuple

from lxml import etree

from index.article import Article, Caption, Origin, Provenance
from index.errors import ArticleRejected
from indexer.format import Embargoed, Found, Rejected
from indexer.formats.captions import MAX_PICTURES, split_credit
from indexer.formats.g2_item import PICTURES, read_item
from indexer.formats.markup import text_of
from indexer.formats.newsml_codes import term
from indexer.xml_items import batches, root_of

_NO_ARTICLES = {
    "conceptItem": "a concept, not an article",
    "knowledgeItem": "a list of concepts, not an article",
    "planningItem": "a plan of coverage, not an article",
    "catalogItem": "a catalogue of codes, not an article",
}
_ITEMS = ("newsItem", "packageItem", *_NO_ARTICLES)


class NewsmlG2Format:
    """NewsML-G2 documents: an item or a message of items."""

    name = "newsml-g2"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure when the root element is a message or an item, in whatever namespace."""
        root = root_of(head)
        return 1.0 if root and root.name in {"newsMessage", *_ITEMS} else 0.0

    def parse(self, stream: BinaryIO, origin: Origin) -> Iterator[Found]:
        """The items in order; what is no article as `Rejected`, with its number in the message.

        Raises ArticleRejected where the document breaks, and when it holds no item.
        """
        number = 0
        for batch in batches(stream, *_ITEMS):
            message = Message()
            for item in batch:
                number += 1
                alone = item.getparent() is None
                message.take(item, origin if alone else Origin(origin.path, origin.member, number))
            yield from message.found()


FORMAT = NewsmlG2Format()


class _Reference(NamedTuple):
    """What a package says of one of its items."""

    guid: str
    kind: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class _Entry:
    """An item of a message: what it gives, and to which items it refers."""

    guid: str
    kind: str
    found: Found
    links: tuple[str, ...] = ()
    groups: tuple[tuple[_Reference, ...], ...] = ()


class Message:
    """Items that came together, in which texts find their pictures."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []

    def take(self, item: etree._Element, place: Origin) -> None:
        """Read an item."""
        kind = next(
            (term(found.get("qcode") or found.get("uri") or "") for found in item.iterfind("itemMeta/itemClass")), ""
        )
        kind = kind.lower() or ("composite" if item.tag == "packageItem" else "text")
        try:
            if item.tag in _NO_ARTICLES:
                raise ArticleRejected(f"{_NO_ARTICLES[str(item.tag)]} ({item.tag})")
            found = read_item(item, place, kind)
        except ArticleRejected as rejection:
            found = Rejected(place, rejection.reason)
        links = tuple(link.get("residref", "") for link in item.iterfind("itemMeta/link"))
        self._entries.append(_Entry((item.get("guid") or "").strip(), kind, found, links, _groups(item)))

    def found(self) -> Iterator[Found]:
        """What the items give, in order."""
        guids = {entry.guid for entry in self._entries}
        pictured = {entry.guid: entry.found for entry in self._entries if entry.kind in PICTURES}
        together = self._together()
        for entry in self._entries:
            references = [reference for group in entry.groups for reference in group]
            spent = references and all(reference.guid in guids for reference in references)
            if isinstance(entry.found, Rejected) and spent:
                continue  # the package has told which pictures go with which texts
            if entry.kind in PICTURES:
                yield entry.found
                continue
            beside = dict.fromkeys(
                guid for pictures in (entry.links, *together.get(entry.guid, ())) for guid in pictures
            )
            own = [guid for guid in beside if guid in pictured][:MAX_PICTURES]
            captions = [caption for guid in own for caption in _captions_for(entry.found, pictured[guid])]
            for reference in references:
                if reference.guid in pictured:
                    captions += _captions_for(entry.found, pictured[reference.guid])
                elif reference.kind in PICTURES:
                    captions.append(reference.caption)
            yield _with_captions(entry.found, captions)

    def _together(self) -> dict[str, list[list[str]]]:
        """For the guid of each text the pictures that packages put beside it.

        Pictures of a group without a text belong to the first text of the package.
        """
        found: dict[str, list[list[str]]] = defaultdict(list)
        for entry in self._entries:
            first = next((one.guid for group in entry.groups for one in group if one.kind not in PICTURES), "")
            for group in entry.groups:
                pictures = [one.guid for one in group if one.kind in PICTURES][:MAX_PICTURES]
                for guid in dict.fromkeys(one.guid for one in group if one.kind not in PICTURES) or [first]:
                    found[guid].append(pictures)
        return found


def _groups(item: etree._Element) -> tuple[tuple[_Reference, ...], ...]:
    return tuple(tuple(map(_reference, group.iterfind("itemRef"))) for group in item.iterfind("groupSet/group"))


def _reference(element: etree._Element) -> _Reference:
    kind = next((term(found.get("qcode") or found.get("uri") or "") for found in element.iterfind("itemClass")), "")
    described = next(filter(None, map(text_of, element.iterfind("description"))), "")
    credit = next(filter(None, map(text_of, element.iterfind("creditline"))), None)
    caption = split_credit(described)
    return _Reference(element.get("residref", ""), kind.lower(), Caption(caption.text, credit or caption.credit))


def _captions_for(found: Found, picture: Found) -> tuple[Caption, ...]:
    """The captions of a picture that may be seen when the text may: not of one that is taken back, or waits longer."""
    if isinstance(picture, Article):
        return picture.captions
    together = isinstance(found, Embargoed) and isinstance(picture, Embargoed) and picture.until <= found.until
    return picture.article.captions if together and isinstance(picture, Embargoed) else ()


def _with_captions(found: Found, captions: list[Caption]) -> Found:
    more = [caption for caption in captions if caption.text or caption.credit]
    if not more or isinstance(found, Rejected):
        return found
    article = found if isinstance(found, Article) else found.article
    provenance = {**article.provenance, "captions": Provenance("newsml-g2:itemRef", "groupSet/group/itemRef")}
    richer = replace(article, captions=tuple(dict.fromkeys([*article.captions, *more])), provenance=provenance)
    return richer if isinstance(found, Article) else replace(found, article=richer)
