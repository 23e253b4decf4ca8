"""NewsML 1.x: news items made of components inside components, each with lines, metadata and content of its own.

What an inner component does not say, the ones around it say. Components that hold the same text in several languages
give an article each, the first under the item's id, the others under that and their language. Ids are those of
NewsML-G2 (`newsml:urn:newsml:PROVIDER:DATE:ITEM`): agencies have moved from one to the other with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, NamedTuple

from lxml import etree

from index.article import Article, Origin
from index.errors import ArticleRejected
from indexer.format import Found, Rejected
from indexer.formats.markup import text_of
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
from indexer.formats.newsml1_content import ABSTRACTS, Content, read_component, texts_by_language
from indexer.formats.newsml_codes import country_name, kind_of, subject_name
from indexer.formats.pagemeta import primary_language
from indexer.formats.structured_body import without_head, without_repeats
from indexer.xml_items import XML_LANG, batches, root_of


class Newsml1Format:
    """NewsML 1.0 to 1.2: a document of news items."""

    name = "newsml-1"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure when the root element is `NewsML`."""
        root = root_of(head)
        return 1.0 if root and root.name == "NewsML" else 0.0

    def parse(self, stream: BinaryIO, origin: Origin) -> Iterator[Found]:
        """The items in order; what is no article as `Rejected`, with its number.

        Raises ArticleRejected where the document breaks, and when it holds no item.
        """
        number = 0
        for batch in batches(stream, "NewsItem"):
            for item in batch:
                number += 1
                place = Origin(origin.path, origin.member, number)
                try:
                    yield from _read(item, place)
                except ArticleRejected as rejection:
                    yield Rejected(place, rejection.reason)


FORMAT = Newsml1Format()


def _read(item: etree._Element, place: Origin) -> Iterator[Found]:
    components = item.findall("NewsComponent")
    if not components:
        what = next((str(child.tag) for child in item if child.tag in {"TopicSet", "Update"}), "")
        raise ArticleRejected(
            {
                "TopicSet": "a list of topics, not an article (TopicSet)",
                "Update": "it changes parts of an earlier item, which is not read; index the item as a whole",
            }.get(what, "the NewsItem has no NewsComponent, so neither a headline nor a text")
        )
    languages = texts_by_language(components)
    for number, component in enumerate(languages):
        article = _Item(item, component).article()
        if number:
            article = replace(article, id=f"{article.id}#{article.language}" if article.id else "")
        yield _as_managed(item, finish(article, place))


def _as_managed(item: etree._Element, article: Article) -> Found:
    """What the management of the item makes of the article: its status, that to come, and instructions."""
    management = Supplied(item, "newsml")
    status = next(management.values("NewsManagement/Status@FormalName"), "")
    instructions = [*management.values("NewsManagement/Instruction@FormalName"),
                    *management.values("NewsManagement/NewsItemType@FormalName")]  # fmt: skip
    instructed = next(filter(taken_back, instructions), None)
    until = None
    for change in item.iterfind("NewsManagement/StatusWillChange"):
        future = Supplied(change, "newsml")
        usable = next(future.values("FutureStatus@FormalName"), "").lower() == "usable"
        if usable and status.lower() != "usable":
            until = future.instant("published", "DateAndTime")
    withheld = until is not None and status.lower() == "withheld"  # it says until when
    note = next(filter(None, management.values("NewsManagement/UsageType")), "")
    return as_status_says(article, instructed or ("embargoed" if withheld else status), until, note)


class _Item:
    """An item and that of its components which holds the text, while they are read."""

    def __init__(self, item: etree._Element, component: etree._Element) -> None:
        self.item = item
        self.supplied = Supplied(item, "newsml")
        inside = list(component.iter("NewsComponent"))
        around = [above for above in component.iterancestors("NewsComponent") if item in above.iterancestors()]
        self.content: Content = read_component(component)
        self.components = [one for one in inside if one not in self.content.beside] + around
        self.topics = _topics(item)

    def article(self) -> Article:
        """The article without its status."""
        supplied, text = self.supplied, self.content.text
        title = self._line("title", "NewsLines/HeadLine") or self.content.title or text.title or None
        writers, bodies = self._byline()
        source = self._party("source", "AdministrativeMetadata/Provider", "AdministrativeMetadata/Source")
        published = supplied.instant("published", "NewsManagement/FirstCreated", "Identification/NewsIdentifier/DateId")
        modified = supplied.instant("modified", "NewsManagement/ThisRevisionCreated")
        lines = [line for line in (title, text.title, *self._subtitles(), *text.headings) if line]
        body = without_head(text.passage.body, lines, writers)
        named = self._named()
        supplied.note("body", "NewsComponent/ContentItem/DataContent")
        if self.content.captions:
            supplied.note("captions", "NewsComponent/ContentItem/DataContent")
        return Article(
            id=self._id(),
            source=source,
            title=title,
            abstract=self._abstract(),
            byline=as_written(writers),
            credits=tuple(name for name in self._credits(bodies) if name != source),
            published=published,
            modified=None if modified == published else modified,
            dateline=self._dateline(),
            section=self._property("section", "Department", "Section"),
            keywords=distinct(named["keywords"]),
            type=self._type(),
            language=self._language(),
            headings=without_repeats((*lines, *text.passage.headings), title or "", body),
            body=body,
            captions=self.content.captions,
            people=distinct(named["people"]),
            places=distinct(named["places"]),
            organisations=distinct(named["organisations"]),
            version=version_of(next(supplied.values("Identification/NewsIdentifier/RevisionId"), "").rstrip("AUNaun")),
            provenance=supplied.provenance,
        )

    def _id(self) -> str:
        """The guid without its revision: of the parts of the identifier, or else the public identifier."""
        identifier = Supplied(self.item, "newsml")
        base = "Identification/NewsIdentifier"
        parts = [next(identifier.values(f"{base}/{part}"), "") for part in ("ProviderId", "DateId", "NewsItemId")]
        if parts[0] and parts[2]:
            return newsml_id(f"urn:newsml:{':'.join(parts)}")
        return newsml_id(next(identifier.values(f"{base}/PublicIdentifier"), ""))

    def _lines(self, path: str) -> list[str]:
        return [text_of(line) for component in self.components for line in component.iterfind(path)]

    def _subtitles(self) -> list[str]:
        return [*self._lines("NewsLines/SubHeadLine"), *self.content.subtitles]

    def _line(self, field: str, *paths: str) -> str | None:
        """The first line of a field. What is there and empty was supplied too."""
        for path in paths:
            lines = self._lines(path)
            if lines:
                self.supplied.note(field, f"NewsComponent/{path}")
            if any(lines):
                return next(filter(None, lines))
        return None

    def _party(self, field: str, *paths: str) -> str | None:
        """The first party that is named at one of the places."""
        for path in paths:
            for component in self.components:
                for party in component.iterfind(f"{path}/Party"):
                    name = self._topic(party) or party.get("FormalName", "").strip()
                    if name and not stands_for_nobody(name):
                        self.supplied.note(field, f"NewsComponent/{path}/Party")
                        return name
        return self.supplied.text(field, "Identification/NewsIdentifier/ProviderId")

    def _byline(self) -> Signed:
        """Whom the byline names, that in the text, or else the creators."""
        text = self.content.text
        lines = self._lines("NewsLines/ByLine")
        creators = [
            self._topic(party) or party.get("FormalName") or ""
            for component in self.components
            for party in component.iterfind("AdministrativeMetadata/Creator/Party")
        ]
        return self.supplied.byline(
            [
                ("NewsComponent/NewsLines/ByLine", lines, signed_by(lines)),
                ("ContentItem/DataContent/nitf/body/body.head/byline", text.bylines, signed_in(text)),
                ("NewsComponent/AdministrativeMetadata/Creator/Party", creators, signed_by(creators)),
            ]
        )

    def _credits(self, bodies: tuple[str, ...]) -> tuple[str, ...]:
        lines = self._lines("NewsLines/CreditLine")
        if lines:
            self.supplied.note("credits", "NewsComponent/NewsLines/CreditLine")
        return distinct([*lines, *bodies, self.content.text.distributor])

    def _abstract(self) -> str | None:
        """The standfirst: a line of that type, a component, or the abstract in the text."""
        for line in (one for component in self.components for one in component.iterfind("NewsLines/NewsLine")):
            kind = line.find("NewsLineType")
            if kind is not None and kind.get("FormalName", "").lower() in ABSTRACTS:
                self.supplied.note("abstract", "NewsComponent/NewsLines/NewsLine")
                if said := " ".join(map(text_of, line.iterfind("NewsLineText"))):
                    return said
        if self.content.abstract or self.content.text.abstract:
            self.supplied.note("abstract", "ContentItem/DataContent")
        return self.content.abstract or self.content.text.abstract or None

    def _dateline(self) -> str | None:
        """The place of the dateline. One that is empty was supplied too; one that tells only a time was not."""
        lines = self._lines("NewsLines/DateLine")
        place = next(filter(None, map(dateline_place, lines)), None)
        if place or (lines and not any(lines)):
            self.supplied.note("dateline", "NewsComponent/NewsLines/DateLine")
            return place
        if self.content.text.dateline:
            self.supplied.note("dateline", "ContentItem/DataContent/nitf/body/body.head/dateline")
            return dateline_place(self.content.text.dateline)
        return None

    def _property(self, field: str, *names: str) -> str | None:
        for component in self.components:
            for holder in ("AdministrativeMetadata", "DescriptiveMetadata", "Metadata"):
                for found in component.iterfind(f"{holder}/Property"):
                    if found.get("FormalName") in names and (value := found.get("Value", "").strip()):
                        self.supplied.note(field, f"NewsComponent/{holder}/Property")
                        return value
        return None

    def _language(self) -> str | None:
        for component in self.components:
            for language in component.iterfind("DescriptiveMetadata/Language"):
                if code := primary_language(language.get("FormalName")):
                    self.supplied.note("language", "NewsComponent/DescriptiveMetadata/Language")
                    return code
        return primary_language(self.supplied.text("language", f"NewsComponent@{XML_LANG}", f"@{XML_LANG}"))

    def _type(self) -> str | None:
        for component in self.components:
            for genre in component.iterfind("DescriptiveMetadata/Genre"):
                if name := self._topic(genre) or genre.get("FormalName", "").strip():
                    self.supplied.note("type", "NewsComponent/DescriptiveMetadata/Genre")
                    return name
        return self.supplied.text("type", "NewsManagement/NewsItemType@FormalName")

    def _named(self) -> dict[str, list[str]]:
        """The names of what the item is about, by field; their codes go to the provenance."""
        names: dict[str, list[str]] = defaultdict(list)
        codes: dict[str, list[str]] = defaultdict(list)
        for component in self.components:
            described = [named for one in component.iterfind("DescriptiveMetadata") for named in self._described(one)]
            words = [word for line in component.iterfind("NewsLines/KeywordLine") for word in text_of(line).split(",")]
            for named in (*described, *(_Topic("keywords", word.strip()) for word in words)):
                names[named.field].append(named.name)
                codes[named.field].append(named.code)
        for field, found in codes.items():
            self.supplied.note(field, "NewsComponent/DescriptiveMetadata", found)
        return names

    def _described(self, metadata: etree._Element) -> Iterator[_Topic]:
        for subject in metadata.iterfind("SubjectCode/*"):
            code = subject.get("FormalName", "").strip()
            yield _Topic("keywords", self._topic(subject) or subject_name(code) or "", code)
        for occurrence in metadata.iterfind("TopicOccurrence"):
            if topic := self.topics.get(occurrence.get("Topic", "").removeprefix("#")):
                yield topic
        for location in metadata.iterfind("Location"):
            yield from (_Topic("places", place) for place in _parts_of(location))
        for found in metadata.iterfind("Property"):
            if found.get("FormalName") in {"Keyword", "Keywords"}:
                yield _Topic("keywords", found.get("Value", "").strip())

    def _topic(self, element: etree._Element) -> str | None:
        """The name of what an element refers to, in the item's own topics."""
        topic = self.topics.get((element.get("Topic") or "").removeprefix("#")) or self.topics.get(
            element.get("FormalName", "").strip()
        )
        return topic.name if topic else None


class _Topic(NamedTuple):
    """A topic that the item itself describes: a subject, a person, a place."""

    field: str
    name: str
    code: str = ""


def _topics(item: etree._Element) -> dict[str, _Topic]:
    """The topics that an item describes, by their identifiers and by their formal names; names in its language."""
    found: dict[str, _Topic] = {}
    root = item.getparent()
    language = primary_language(item.get(XML_LANG)) or "en"
    sets = [*item.iter("TopicSet"), *(root.iterfind("TopicSet") if root is not None else ())]
    for topic in (one for topics in sets for one in topics.iterfind("Topic")):
        code = next(filter(None, map(text_of, topic.iterfind("FormalName"))), "")
        described = [
            (primary_language(one.get(XML_LANG)), text_of(one))
            for one in topic.iterfind("Description")
            if one.get("Variant", "Name") in {"Name", "FullName"} and text_of(one)
        ]
        name = next((said for told, said in described if told == language), described[0][1] if described else "")
        kind = topic.find("TopicType")
        field = kind_of(kind.get("FormalName", "")) if kind is not None else "keywords"
        for key in filter(None, (topic.get("Duid"), code)):
            found.setdefault(key, _Topic(field, name or code, code))
    return found


def _parts_of(location: etree._Element) -> Iterator[str]:
    """The places that a location names, the smallest first; countries by their codes."""
    values = {found.get("FormalName", ""): found.get("Value", "").strip() for found in location.iterfind("Property")}
    for part in ("City", "CountryArea", "SubLocation"):
        if values.get(part):
            yield values[part]
    if country := values.get("Country"):
        yield country_name(country) or country
