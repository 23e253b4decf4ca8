"""NITF: one article to a document, its metadata in the head, what is printed in the body.

A document's id is `doc-id id-string`, under the registry that gave it where that is named. Publishers count the
versions of a story in `du-key`, whose key is no id: it is used again after a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from lxml import etree

from index.article import Article, Origin
from index.dates import Instant
from index.errors import ArticleRejected
from indexer.format import Found, Rejected, TakenBack
from indexer.formats.addresses import web_address
from indexer.formats.markup import text_of
from indexer.formats.newsitem import (
    Supplied,
    as_status_says,
    as_written,
    dateline_place,
    distinct,
    finish,
    signed_in,
    taken_back,
    version_of,
)
from indexer.formats.newsml_codes import country_name, subject_name
from indexer.formats.pagemeta import primary_language
from indexer.formats.structured_body import Text, place_of, read_marked_up, without_head, without_repeats
from indexer.formats.when import read_instant
from indexer.xml_items import XML_LANG, batches, root_of

_DOCDATA = "head/docdata"
_SECTIONS = frozenset({"section", "online_sections", "categoria", "category"})
_NO_TIME = re.compile(r"(\d{8})T000000(?:[+-]\d{4}|Z)?", re.ASCII)
_POSSESSIVE = re.compile(r"['’]s$")
_LISTED = re.compile(r"\s*[;,|]\s*")
_KILL = re.compile(r"\W*(?:mandatory\s+)?(kill|cancel|delete|withdraw)(?:l?ed|n|s)?\b", re.IGNORECASE)
_SHOUTED_KILL = re.compile(r"\W*(?:MANDATORY\s+)?(?:KILL|CANCEL|WITHDRAW)[A-Z]*\b")


class NitfFormat:
    """NITF documents, one to a file or several inside another element."""

    name = "nitf"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure when the root element is `nitf`, whatever stands before it."""
        root = root_of(head)
        return 1.0 if root and root.name == "nitf" else 0.0

    def parse(self, stream: BinaryIO, origin: Origin) -> Iterator[Found]:
        """The article, or what its publisher wants done with it; before it those that it takes back.

        Raises ArticleRejected when the document is broken or beyond the limits.
        """
        for batch in batches(stream, "nitf"):
            for root in batch:
                yield from read_nitf(root, origin)


FORMAT = NitfFormat()


def read_nitf(root: etree._Element, place: Origin) -> Iterator[Found]:
    """What a document gives; a bad one as `Rejected`."""
    try:
        article = _article(root, place)
        yield from _referred_to(root, article)
        yield _as_managed(root, article)
    except ArticleRejected as rejection:
        yield Rejected(place, rejection.reason)


def _as_managed(root: etree._Element, article: Article) -> Found:
    supplied = Supplied(root, "nitf", read_norm)
    note = next((info for info in supplied.values(f"{_DOCDATA}/ed-msg@info") if info), "")
    status = _status(root, note)
    until = supplied.instant("published", f"{_DOCDATA}/date.release@norm")
    if until and article.published and until.at <= article.published.at and status != "embargoed":
        until = None  # most publishers write the moment of issue here
    return as_status_says(article, status, until, note)


def _status(root: etree._Element, note: str) -> str:
    """The publisher's word for the document, which may stand in a message to editors alone."""
    docdata = root.find(_DOCDATA)
    status = docdata.get("management-status", "") if docdata is not None else ""
    for message in root.iterfind(f"{_DOCDATA}/ed-msg"):
        kill = _KILL.match(message.get("msg-type", ""))
        if kill or _SHOUTED_KILL.match(note):
            return "killed"
    return status


def _referred_to(root: etree._Element, article: Article) -> Iterator[Found]:
    """Earlier documents that this one takes back or takes the place of."""
    docdata = root.find(_DOCDATA)
    if docdata is None:
        return
    earlier = replace(article, version=0, modified=article.modified or article.published)
    named = docdata.get("management-doc-idref", "").strip()
    how = taken_back(docdata.get("management-idref-status", ""))
    if named and how:
        yield TakenBack(_renamed(earlier, named, root), f"a later document marks it as {how}")
    corrected = [element.get("id-string", "").strip() for element in docdata.iterfind("correction")]
    replaced = corrected if how or not named else [named, *corrected]
    for one in dict.fromkeys(filter(None, replaced)):
        if one != _id_string(root) and one != (named if how else None):
            yield TakenBack(
                _renamed(earlier, one, root), f"a later document takes its place: {article.id or 'it has no id'}"
            )


def _renamed(article: Article, id_string: str, root: etree._Element) -> Article:
    return replace(article, id=_id(id_string, root))


def _id_string(root: etree._Element) -> str:
    """The document's own id. One that is the story's key with a number after it is the story's in this version."""
    found = root.find(f"{_DOCDATA}/doc-id")
    id_string = found.get("id-string", "").strip() if found is not None else ""
    key = root.find(f"{_DOCDATA}/du-key")
    story = key.get("key", "").strip() if key is not None else ""
    return story if story and re.fullmatch(rf"{re.escape(story)}[_.:-]\d+", id_string) else id_string


def _id(id_string: str, root: etree._Element) -> str:
    doc_id = root.find(f"{_DOCDATA}/doc-id")
    registry = doc_id.get("regsrc", "").strip() if doc_id is not None else ""
    return f"nitf:{registry}:{id_string}" if registry and id_string else f"nitf:{id_string}" if id_string else ""


def read_norm(text: str) -> Instant | None:
    """A date as NITF normalises it, where midnight means that the time of day is not known."""
    day = _NO_TIME.fullmatch(text)
    return read_instant(day[1] if day else text)


def _article(root: etree._Element, place: Origin) -> Article:
    supplied = Supplied(root, "nitf", read_norm)
    text = read_marked_up(root)
    title = _title(supplied, text)
    writers, bodies = signed_in(text)
    source = supplied.text(
        "source", "head/pubdata@name", "body/body.head/distributor", f"{_DOCDATA}/doc.copyright@holder",
        "body/body.head/rights/rights.owner", f"{_DOCDATA}/doc-id@regsrc",
    )  # fmt: skip
    published = supplied.instant(
        "published", "head/pubdata@date.publication", f"{_DOCDATA}/date.issue@norm",
        "body/body.head/dateline/story.date@norm", f"{_DOCDATA}/date.release@norm",
    )  # fmt: skip
    modified = _modified(supplied)
    for field in ("abstract", "byline", "dateline"):
        if field in text.present:
            supplied.note(field, f"body/body.head/{field}")
    supplied.note("body", "body/body.content")
    if text.passage.captions:
        supplied.note("captions", "body/body.content/media")
    lines = (*filter(None, (title, text.title)), *text.headings)
    body = without_head(text.passage.body, lines, writers)
    article = Article(
        id=_id(_id_string(root), root),
        url=web_address(supplied.text("url", "head/pubdata@ex-ref") or ""),
        source=source,
        title=title,
        abstract=text.abstract or None,
        byline=as_written(writers),
        credits=tuple(name for name in (*bodies, text.distributor) if name and name != source),
        published=published,
        modified=None if modified == published else modified,
        dateline=dateline_place(text.dateline),
        section=_section(supplied),
        keywords=_keywords(supplied),
        type=supplied.text("type", "head/tobject/tobject.property@tobject.property.type", "head/tobject@tobject.type"),
        language=_language(supplied),
        headings=without_repeats((*text.headings, *text.passage.headings), title or "", body),
        body=body,
        captions=text.passage.captions,
        version=next(filter(None, map(version_of, supplied.values(f"{_DOCDATA}/du-key@version"))), 0),
        people=_entities(supplied, "people", "person"),
        places=_entities(supplied, "places", "location"),
        organisations=_entities(supplied, "organisations", "org"),
        provenance=supplied.provenance,
    )
    return finish(article, place)


def _title(supplied: Supplied, text: Text) -> str | None:
    if text.title:
        supplied.note("title", "body/body.head/hedline/hl1")
        return text.title
    return supplied.text("title", "head/title")


def _modified(supplied: Supplied) -> Instant | None:
    """The last of the document's revisions."""
    path = "head/revision-history@norm"
    revisions = [instant for value in supplied.values(path) if (instant := read_norm(value))]
    if not revisions:
        return None
    supplied.note("modified", path)
    return max(revisions, key=lambda instant: instant.at)


def _section(supplied: Supplied) -> str | None:
    section = supplied.text("section", "head/pubdata@position.section")
    for meta in supplied.item.iterfind("head/meta"):
        if not section and meta.get("name", "").lower() in _SECTIONS and (content := meta.get("content", "").strip()):
            supplied.note("section", f"head/meta[@name='{meta.get('name')}']@content")
            section = content
    return section


def _language(supplied: Supplied) -> str | None:
    return primary_language(supplied.text("language", "@baselang", f"@{XML_LANG}", f"body@{XML_LANG}"))


def _keywords(supplied: Supplied) -> tuple[str, ...]:
    """Subjects by their narrowest name, classifiers and keywords; the numbers of subjects go to the provenance."""
    names: list[str] = []
    codes: list[str] = []
    places: list[str] = []
    for subject in supplied.item.iterfind("head/tobject/tobject.subject"):
        codes.append(subject.get("tobject.subject.refnum", "").strip())
        levels = (subject.get(f"tobject.subject.{level}", "").strip() for level in ("detail", "matter", "type"))
        names.append(next(filter(None, levels), None) or subject_name(codes[-1]) or "")
        places.append("head/tobject/tobject.subject")
    for path in (f"{_DOCDATA}/identified-content/classifier", f"{_DOCDATA}/key-list/keyword@key",
                 "head/meta[@name='keywords']@content"):  # fmt: skip
        for value in supplied.values(path):
            names += _LISTED.split(value) if path.startswith("head/meta") else [value]
            places.append(path)
    if places:
        supplied.note("keywords", places[0], codes)
    return distinct(names)


def _entities(supplied: Supplied, field: str, name: str) -> tuple[str, ...]:
    """Those that the head identifies, and those that are marked in the text; of places, that of the event too."""
    head = f"{_DOCDATA}/identified-content"
    identified = supplied.item.find(head)
    elements = list(supplied.item.iterfind(f"{head}/{name}"))
    names = [text_of(element) if field != "places" else place_of(element) for element in elements]
    body = supplied.item.find("body/body.content")
    for element in body.iter(name) if body is not None else ():
        elements.append(element)
        names.append(text_of(element) if field == "organisations" else _POSSESSIVE.sub("", text_of(element)))
    if field == "places":
        names += _event_places(supplied)
    if names or (identified is not None and not len(identified)):
        supplied.note(field, f"{head}/{name}", (element.get("value", "") for element in elements))
    return distinct(names)


def _event_places(supplied: Supplied) -> list[str]:
    """Where the event took place: the city, and the country by its code."""
    countries = map(country_name, supplied.values(f"{_DOCDATA}/evloc@iso-cc"))
    return [*filter(None, supplied.values(f"{_DOCDATA}/evloc@city")), *filter(None, countries)]
