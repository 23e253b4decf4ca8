"""One item of NewsML-G2: its metadata, its names with their codes, its content in the best of its renditions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from lxml import etree

from index.article import Article, Caption, Origin
from index.dates import Instant
from index.errors import ArticleRejected
from indexer.format import Found
from indexer.formats.addresses import web_address
from indexer.formats.captions import split_credit
from indexer.formats.markup import squeeze, text_of
from indexer.formats.newsitem import (
    Signed,
    Supplied,
    as_status_says,
    as_written,
    dateline_place,
    distinct,
    finish,
    newsml_id,
    signed_by,
    signed_in,
    stands_for_nobody,
    taken_back,
    version_of,
)
from indexer.formats.newsml_codes import country_name, is_section, kind_of, subject_name, term
from indexer.formats.pagemeta import primary_language
from indexer.formats.structured_body import Text, read_marked_up, read_written, without_head, without_repeats
from indexer.xml_items import XML_LANG

PICTURES = frozenset({"picture", "photo", "image", "graphic", "graphics", "video", "animation"})
"""Classes of items whose description is a caption."""
_SUMMARIES = frozenset({"", "summary", "teaser", "abstract", "short", "lead", "standfirst"})
_NAME = re.compile(r"[^\W\d_a-z][^\d_#:/]{1,80}")
"""A literal that is a name; others are codes: `int001`, `poiID`."""
_SUBTITLES = re.compile(r"sub|kicker|over|dach|unter", re.IGNORECASE)
_NO_TEXT = re.compile(r"^(?:image|audio|video|font|model)/|sportsml|newsml|rightsml|json|pdf|zip|msword", re.IGNORECASE)


def read_item(item: etree._Element, place: Origin, kind: str) -> Found:
    """What a news item or a package gives; `kind` is its class. Raises ArticleRejected when it is no article."""
    return _Item(item, kind).found(place)


class _Item:
    """An item while it is read."""

    def __init__(self, item: etree._Element, kind: str) -> None:
        self.item = item
        self.kind = kind
        self.supplied = Supplied(item, "newsml-g2")
        self.asserted = {code: one for one in item.iterfind("assert") if (code := _code(one))}
        self.language = primary_language(
            self.supplied.text("language", "contentMeta/language@tag", f"@{XML_LANG}", f"contentMeta@{XML_LANG}")
        )

    def found(self, place: Origin) -> Found:
        """The article, or what its status makes of it."""
        article = finish(self._article(), place)
        status = term(next(self.supplied.values("itemMeta/pubStatus@qcode"), "")) or term(
            next(self.supplied.values("itemMeta/pubStatus@uri"), "")
        )
        embargo = next(self.supplied.values("itemMeta/embargoed"), None)
        until = self.supplied.read(embargo) if embargo else None
        if embargo is not None and until is None:
            status = status if status != "usable" else "embargoed"  # without a moment: until further notice
        note = next(filter(None, (text_of(one) for one in self.item.iterfind("itemMeta/edNote"))), "")
        if not (taken_back(status) or article.title or article.body or article.captions):
            raise ArticleRejected(self._why_nothing())
        return as_status_says(article, status, until, note)

    def _article(self) -> Article:
        supplied, text = self.supplied, self._text()
        picture = self.kind in PICTURES
        title, subtitles = self._titles(text)
        source = self._source()
        writers, bodies = self._byline(text)
        published, modified = self._dates()
        named = self._subjects()
        captions = text.passage.captions
        if picture:
            captions = (*self._captions(writers, bodies), *captions)
        supplied.note("body", "contentSet")
        lines = (*filter(None, (title, text.title)), *subtitles, *text.headings)
        body = without_head(text.passage.body, lines, writers)
        return Article(
            id=newsml_id(next(supplied.values("@guid"), "")),
            url=web_address(next(supplied.values("@guid"), "")),
            source=source,
            title=title,
            abstract=None if picture else self._abstract(text),
            byline=() if picture else as_written(writers),
            credits=tuple(name for name in self._credits(bodies, text) if name != source),
            published=published,
            modified=None if modified == published else modified,
            dateline=self._dateline(text),
            section=next(iter(named["section"]), None),
            keywords=distinct([*named["keywords"], *self._keywords()]),
            type=self._type(),
            language=self.language,
            headings=without_repeats((*subtitles, *text.headings, *text.passage.headings), title or "", body),
            body=body,
            captions=tuple(dict.fromkeys(captions)),
            people=distinct(named["people"]),
            places=distinct(named["places"]),
            organisations=distinct(named["organisations"]),
            version=version_of(self.item.get("version")),
            provenance=supplied.provenance,
        )

    def _why_nothing(self) -> str:
        if self.item.tag == "packageItem":
            number = sum(1 for _ in self.item.iter("itemRef"))
            items = "one item" if number == 1 else f"{number} items"
            return (
                f"a package without a headline or a text of its own, which only names {items}; index those themselves"
            )
        kinds = ", ".join(distinct(content.get("contenttype") for content in self.item.iterfind("contentSet/*")))
        return "the newsItem has neither a headline nor a text" + (f"; its content is {kinds[:80]}" if kinds else "")

    def _text(self) -> Text:
        """The rendition that tells most: NITF and XHTML before other markup, plain text last."""
        best = Text()
        for content in sorted(self.item.iterfind("contentSet/*"), key=_rank):
            text = read_content(content)
            if text.passage.body:
                return text
            if not (best.title or best.passage.captions):
                best = text
        return best

    def _titles(self, text: Text) -> tuple[str | None, list[str]]:
        """The headline and those under it, in the order of their ranks."""
        lines = sorted(self.item.iterfind("contentMeta/headline"), key=lambda line: version_of(line.get("rank")))
        texts = [(term(line.get("role", "")), text_of(line)) for line in lines]
        main = [said for role, said in texts if said and not _SUBTITLES.search(role)]
        others = [said for role, said in texts if said and _SUBTITLES.search(role)]
        if main:
            self.supplied.note("title", "contentMeta/headline")
            return main[0], [*main[1:], *others]
        title = self.supplied.text("title", "itemMeta/title")
        if not title and text.title:
            self.supplied.note("title", "contentSet/inlineXML")
        return title or text.title or None, others

    def _source(self) -> str | None:
        """Who provides it, by name if there is one: the provider, or else who holds the rights."""
        places = [("itemMeta/provider", one) for one in self.item.iterfind("itemMeta/provider")]
        places += [("rightsInfo/copyrightHolder", one) for one in self.item.iterfind("rightsInfo/copyrightHolder")]
        for reading in (self._name, lambda one: one.get("literal"), lambda one: term(one.get("qcode", ""))):
            for path, concept in places:
                if name := reading(concept):
                    self.supplied.note("source", path, [concept.get("qcode", ""), concept.get("uri", "")])
                    return squeeze(name)
        return None

    def _byline(self, text: Text) -> Signed:
        """Whom the byline names, that in the text, or else the creators."""
        lines = [text_of(one) for one in self.item.iterfind("contentMeta/by")]
        creators = list(self.item.iterfind("contentMeta/creator"))
        makers = [one for one in creators if "phot" in f"{one.get('role')}{one.get('qcode')}".lower()] or creators
        names = [self._name(one) or one.get("literal") or "" for one in makers]
        return self.supplied.byline(
            [
                ("contentMeta/by", lines, signed_by(lines)),
                ("contentSet/inlineXML/nitf/body/body.head/byline", text.bylines, signed_in(text)),
                ("contentMeta/creator", names, signed_by(names)),
            ]
        )

    def _dates(self) -> tuple[Instant | None, Instant | None]:
        """When it was first published, and when this version was made. A picture's creation is the day it was taken."""
        paths = ["itemMeta/firstCreated", "contentMeta/contentCreated", "itemMeta/versionCreated"]
        if self.kind in PICTURES:
            paths.remove("contentMeta/contentCreated")
        return self.supplied.instant("published", *paths), self.supplied.instant("modified", "itemMeta/versionCreated")

    def _abstract(self, text: Text) -> str | None:
        for description in self.item.iterfind("contentMeta/description"):
            if term(description.get("role", "")).lower() in _SUMMARIES:
                self.supplied.note("abstract", "contentMeta/description")
                if said := text_of(description):
                    return said
        return text.abstract or None

    def _captions(self, writers: Iterable[str], bodies: Iterable[str]) -> list[Caption]:
        """The caption of a picture, with whoever made it and whoever sends it."""
        described = sorted(
            self.item.iterfind("contentMeta/description"),
            key=lambda one: (term(one.get("role", "")).lower() != "caption", "caption" not in one.get("role", "")),
        )
        caption = next((split_credit(said) for one in described if (said := text_of(one))), Caption(""))
        lines = (line for line in self.supplied.values("contentMeta/creditline") if not stands_for_nobody(line))
        line = next(filter(None, lines), "")
        makers = [name for name in (*writers, *bodies) if name.casefold() not in line.casefold()]
        credit = " / ".join(filter(None, [*makers[:1], line])) or caption.credit
        self.supplied.note("captions", "contentMeta/description")
        return [Caption(caption.text, credit)] if caption.text or credit else []

    def _credits(self, bodies: Iterable[str], text: Text) -> tuple[str, ...]:
        sources = [self._name(one) or one.get("literal") or "" for one in self.item.iterfind("contentMeta/infoSource")]
        sources = [name for name in sources if not stands_for_nobody(name)]
        lines = [line.strip(" –-") for line in self.supplied.values("contentMeta/creditline")]
        if sources or lines:
            self.supplied.note("credits", "contentMeta/creditline")
        return distinct([*lines, *sources, *bodies, text.distributor])

    def _dateline(self, text: Text) -> str | None:
        """The place of the dateline. One that is empty was supplied too; one that tells only a time was not."""
        located = [self._name(one) or _literal(one) for one in self.item.iterfind("contentMeta/located")]
        for path, lines in (
            ("contentMeta/dateline", list(self.supplied.values("contentMeta/dateline"))),
            (
                "contentSet/inlineXML/nitf/body/body.head/dateline",
                [text.dateline] if "dateline" in text.present else [],
            ),
            ("contentMeta/located", [name for name in located if not stands_for_nobody(name)]),
        ):
            place = next(filter(None, map(dateline_place, lines)), None)
            if place or (lines and not any(lines)):
                self.supplied.note("dateline", path)
            if place:
                return place
        return None

    def _subjects(self) -> dict[str, list[str]]:
        """The names of what the item is about, by field; their codes go to the provenance."""
        names: dict[str, list[str]] = defaultdict(list)
        codes: dict[str, list[str]] = defaultdict(list)
        for subject in self.item.iterfind("contentMeta/subject"):
            code = subject.get("qcode") or subject.get("uri") or subject.get("literal") or ""
            field = "section" if is_section(code) else kind_of(subject.get("type", ""))
            name = self._name(subject) or subject_name(code)
            if not name and field != "keywords":
                name = (country_name(code) if field == "places" else None) or _literal(subject)
            codes[field].append(code)
            if name and len(name) > 1:
                names[field].append(name)
        for field, found in codes.items():
            self.supplied.note(field, "contentMeta/subject", found)
        return names

    def _keywords(self) -> list[str]:
        words = list(self.supplied.values("contentMeta/keyword"))
        if words and "keywords" not in self.supplied.provenance:
            self.supplied.note("keywords", "contentMeta/keyword")
        return words

    def _type(self) -> str:
        """The genre, or else the class of the item."""
        genres = list(self.item.iterfind("contentMeta/genre"))
        names = distinct(self._name(one) for one in genres)
        if names:
            self.supplied.note("type", "contentMeta/genre", [*(one.get("qcode", "") for one in genres), *names[1:]])
            return names[0].strip('"')
        self.supplied.note("type", "itemMeta/itemClass")
        return self.kind

    def _name(self, concept: etree._Element) -> str | None:
        """A concept's name, in the item's language where there are several; else what the item asserts of it."""
        told = self.asserted.get(_code(concept))
        for place in [concept] if told is None else [concept, told, *told.iter("locality")]:
            names = [one for one in place.iterfind("name") if text_of(one)]
            if names:
                own = [one for one in names if primary_language(one.get(XML_LANG)) == self.language]
                return text_of((own or names)[0])
        return None


def _code(concept: etree._Element) -> str:
    """What a concept is known by inside its item."""
    return concept.get("literal") or concept.get("qcode") or ""


def _literal(concept: etree._Element) -> str:
    """The name that a concept has for its code, if it is one."""
    literal = concept.get("literal", "")
    return literal if _NAME.fullmatch(literal) else ""


def _rank(content: etree._Element) -> int:
    kind = (content.get("contenttype") or "").lower()
    if content.tag == "inlineXML":
        return 0 if "nitf" in kind else 1 if "html" in kind else 2
    return 3 if "html" in kind else 4


def read_content(content: etree._Element) -> Text:
    """The text of one rendition; nothing of one that is elsewhere, or no text."""
    kind = content.get("contenttype") or ""
    if _NO_TEXT.search(kind) or content.tag not in {"inlineXML", "inlineData"}:
        return Text()
    if len(content):
        return read_marked_up(content)
    return read_written(content.text or "", base64="base64" in (content.get("encoding") or "").lower())
