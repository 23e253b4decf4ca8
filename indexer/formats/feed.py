"""RSS 0.9 to 2.0 and Atom: every item of a feed is an article, as much of it as the feed gives.

feedparser reads the items; it is the one that still reads what is no XML any more. It sees nothing that is beyond
`safety`'s limits, declares entities, or is a picture: it would take a caption for the text of the item.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

import feedparser
from lxml import etree

from index.article import Article, Caption, Origin, Provenance
from index.dates import Instant
from index.errors import ArticleRejected
from indexer.charset import declared_charset
from indexer.format import Rejected, TakenBack
from indexer.formats.addresses import web_address
from indexer.formats.bylines import read_byline
from indexer.formats.captions import split_credit
from indexer.formats.fragment import Passage, read_markup, read_passage
from indexer.formats.furniture import is_furniture
from indexer.formats.html import with_dateline
from indexer.formats.jsonld import plain
from indexer.formats.maintext import key
from indexer.formats.markup import squeeze
from indexer.formats.pagemeta import primary_language
from indexer.formats.when import read_instant
from indexer.safety import MAX_XML_BYTES, parse_xml_text, xml_text
from indexer.xml_items import root_of

Entry = dict[str, Any]
"""What feedparser makes of an item. Its own `get` warns, or answers with another field, so `dict`'s is used."""

MOST_TAGS = 200_000
"""In a feed: feedparser takes 50 µs for an element. A feed of 1,000 full texts has some 40,000."""
MOST_ATTRIBUTES = 100
"""Of an element: it takes quadratic time, 3 s for 8,000. Roots that declare every namespace have 40."""
LARGEST_BROKEN = 2_000_000
"""Characters of a feed that is no XML, which costs feedparser more:"""
MOST_BROKEN_TAGS = 10_000
"""up to 140 µs a tag, and"""
MOST_BROKEN_REFERENCES = 100_000
"""7 µs an entity, of which escaped HTML is full."""
BROKEN = 0.8
"""The confidence in what was read from such a one."""
LONGEST_SUMMARY = 600
"""Characters of one paragraph that RSS calls a description: longer ones are whole texts. Summaries have 80 to 400."""
LONGEST_DATELINE = 60
"""Letters before the text itself."""
LONGEST_WORD = 100
"""Characters in a row that feedparser may see in the name of an author: it looks for an e-mail address in it, which
takes quadratic time, 2 s for 20,000. What is longer is no name."""
LONGEST_BROKEN_WORD = 2_000
"""The same anywhere in a feed that is no XML, where it cannot be told what is a name: 22 ms each."""
MOST_PICTURES = 100
LONGEST_ID = 1_000

_ROOTS = frozenset({"rss", "RDF", "feed", "channel"})
_MEDIA = ("{http://search.yahoo.com/mrss/}", "{http://search.yahoo.com/mrss}")
_TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}"
_ATOM = "{http://www.w3.org/2005/Atom}"
_CUT = re.compile(r"(?:\.\.\.|…|\[[.…]+\]|\(more\))\s*$")
_APPEARED = re.compile(r"The post .{1,300} (?:appeared first|first appeared) on .{1,200}\.?")
_NO_CATEGORY = frozenset({"uncategorized", "uncategorised", "allgemein", "unkategorisiert"})
_LASTING_ID = re.compile(r"(?:tag|urn):\S+", re.IGNORECASE)
_MARKUP_TYPES = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})
_END = re.compile(r"</(?:rss|(?:\w+:)?feed|(?:\w+:)?RDF)\s*>", re.IGNORECASE)
_TEXTS = ("title", "description", "content:encoded", "summary", "content")
_WITH_ADDRESS = re.compile(r"(?:mailto:)?[^\s@<>()]{1,100}@[^\s@<>()]{1,100}\s*\(([^()]{1,200})\)")
_MAILTO = re.compile(r"\s*\(?mailto\b.*", re.DOTALL)
_NAMED = frozenset({"author", "creator", "managingeditor", "webmaster", "publisher", "owner", "name", "email"})
_ENDLESS_WORD = re.compile(rf"([A-Za-z0-9_.+-]{{{LONGEST_WORD}}})[A-Za-z0-9_.+-]+")
_ENDLESS_BROKEN_WORD = re.compile(rf"[A-Za-z0-9_.+-]{{{LONGEST_BROKEN_WORD}}}")
_TAG = re.compile(r"<[^<>]*>")
_MEDIA_TAGS = ("media:description", "media:title", "media:text", "media:credit")


class FeedFormat:
    """A feed of any kind that is XML, or was meant to be."""

    name = "feed"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of the root element of a feed."""
        found = root_of(head)
        root = found.name if found else None
        if root == "channel":  # RSS 0.9 without its root, but other XML has channels too
            return 0.98 if b"<item" in head else 0.0
        if root == "entry":
            return 0.98 if b"http://www.w3.org/2005/Atom" in head else 0.0
        return 0.98 if root in _ROOTS else 0.0

    def parse(self, stream: BinaryIO, origin: Origin) -> Iterator[Article | TakenBack | Rejected]:
        """The items in order, then the entries that are taken back.

        Raises ArticleRejected when there are none, or the feed is beyond the limits.
        """
        data = stream.read(MAX_XML_BYTES + 1)
        if len(data) > MAX_XML_BYTES:
            raise ArticleRejected(f"the feed has more than {MAX_XML_BYTES:,} bytes; split it into several")
        text = xml_text(data, declared_charset(data))
        if text.count("<") > MOST_TAGS:
            raise ArticleRejected(f"the feed has more than {MOST_TAGS:,} tags; split it into several")
        try:
            root = parse_xml_text(text)
        except ArticleRejected as broken:
            yield from _items(_closed(_without_media(text)), [], origin, broken.reason)
            return
        if any(len(element.attrib) > MOST_ATTRIBUTES for element in root.iter("*")):
            raise ArticleRejected(f"an element of the feed has more than {MOST_ATTRIBUTES} attributes")
        _shorten_names(root)
        taken_back = list(_taken_back(root, origin))
        pictures = _take_pictures(root)
        yield from _items(etree.tostring(root, encoding="unicode"), pictures, origin, "", expected=not taken_back)
        yield from taken_back


FORMAT = FeedFormat()


def _items(
    text: str, pictures: list[tuple[Caption, ...]], origin: Origin, broken: str, *, expected: bool = True
) -> Iterator[Article | Rejected]:
    """The items of a feed; `pictures` are those of each. Raises ArticleRejected when items are expected and missing."""
    if broken and (
        len(text) > LARGEST_BROKEN or text.count("<") > MOST_BROKEN_TAGS or text.count("&") > MOST_BROKEN_REFERENCES
    ):
        raise ArticleRejected(f"{broken}; as a feed that is no XML it is too large to be read")
    if broken and _ENDLESS_BROKEN_WORD.search(_TAG.sub("", text)):
        raise ArticleRejected(f"{broken}; as a feed that is no XML it has too long a word to be read")
    try:
        parsed = feedparser.parse(
            io.BytesIO(text.encode()),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception as error:  # what it raises for nonsense is of many kinds
        raise ArticleRejected(broken or f"the feed cannot be read: {type(error).__name__}") from error
    entries = parsed["entries"]
    if not entries and expected:
        raise ArticleRejected(f"{broken}; no items of a feed were found in it" if broken else "the feed has no items")
    if len(pictures) != len(entries):
        pictures = [()] * len(entries)
    reader = _Reader(parsed, broken)
    for number, (entry, captions) in enumerate(zip(entries, pictures, strict=True), 1):
        place = Origin(origin.path, origin.member, number)
        try:
            yield reader.article(entry, captions, place)
        except ArticleRejected as rejection:
            yield Rejected(place, rejection.reason)
    if broken and not _END.search(text):
        yield Rejected(
            origin, f"the feed ends early: its item {len(entries):,} may be cut off, and what follows is missing"
        )


def _shorten_names(root: etree._Element) -> None:
    """Cut the endless words of what feedparser takes for authors; it joins what stands between tags and comments."""
    for element in root.iter("*"):
        if _local(element).lower() in _NAMED:
            text = "".join(map(str, element.itertext()))
            if _ENDLESS_WORD.search(text):
                del element[:]
                element.text = _ENDLESS_WORD.sub(r"\1", text)


class _Reader:
    """Reads the entries of one feed."""

    def __init__(self, parsed: Any, broken: str) -> None:
        self._feed: Entry = parsed["feed"]
        self._kind = "atom" if parsed["version"].startswith("atom") else "rss"
        self._broken = broken

    def article(self, entry: Entry, captions: tuple[Caption, ...], place: Origin) -> Article:
        """The article of an entry. Raises ArticleRejected when it has neither a title nor a text."""
        how: dict[str, Provenance] = {}
        body, abstract = self._texts(entry, how)
        title = _text(entry, "title")
        writers, bodies = read_byline(_authors(entry) or _authors(self._feed))
        published, modified = self._instant(entry, "published", how), self._instant(entry, "updated", how)
        if published is None and self._kind == "rss":  # dc:date, which feedparser takes for a change
            published, modified = modified, None
            if "updated" in how:
                how["published"] = how.pop("updated")
        url = web_address(str(dict.get(entry, "feedburner_origlink") or dict.get(entry, "link") or ""))
        article = Article(
            id=self._id(entry, url),
            url=url,
            source=_text(_mapping(dict.get(entry, "source")), "title") or _text(self._feed, "title"),
            title=title,
            abstract=abstract if key(abstract or "") != key(title or "") else None,
            byline=writers,
            credits=bodies,
            published=published,
            modified=None if modified == published else modified,
            keywords=tuple(dict.fromkeys(_keywords(entry))),
            language=primary_language(self._language(entry)),
            headings=tuple(one for one in body.headings if one != title),
            body="" if title and key(body.body) == key(title) else body.body,
            captions=tuple(dict.fromkeys([*captions, *body.captions])),
            origin=place,
        )
        if not (article.title or article.body or article.abstract or article.captions):
            raise ArticleRejected("the item of the feed has neither a title nor a text")
        for name, value in (("title", "title"), ("url", "link"), ("source", "channel title"), ("keywords", "category"),
                            ("byline", "author"), ("language", "language"), ("captions", "media")):  # fmt: skip
            if getattr(article, name):
                how[name] = self._noted(value)
        if "updated" in how:
            how["modified"] = how.pop("updated")
        return with_dateline(replace(article, provenance=how))

    def _noted(self, name: str) -> Provenance:
        warning = (self._broken,) if self._broken else ()
        return Provenance(f"{self._kind}:{name}", confidence=BROKEN if warning else 1.0, rejected=warning)

    def _texts(self, entry: Entry, how: dict[str, Provenance]) -> tuple[Passage, str | None]:
        """The running text, and the summary if that is another."""
        contents = list(dict.get(entry, "content") or ())
        descriptions = [_mapping(dict.get(entry, "summary_detail"))]
        if self._kind == "rss":  # its text, `content:encoded`, is HTML; what else is called content describes it again
            descriptions += [one for one in contents if one.get("type") not in _MARKUP_TYPES]
            contents = [one for one in contents if one.get("type") in _MARKUP_TYPES]
        body = max(map(_passage, contents), key=_length, default=Passage())
        summary = max(map(_passage, descriptions), key=_length)
        shown = " ".join(summary.body.split())
        whole = self._kind == "rss" and _is_whole(summary.body)
        if not body.body and summary.body and (whole or not dict.get(entry, "title")):
            how["body"] = self._noted("summary")
            return summary, None
        if body.body:
            how["body"] = self._noted("content")
        bare = key(_CUT.sub("", shown))
        start = key(body.body[: 2 * len(shown) + 200])[: len(bare) + LONGEST_DATELINE]
        if not shown or (body.body and bare in start):  # a summary cut from the text's own start
            return (body if body.body or body.captions else summary._replace(body="")), None
        how["abstract"] = self._noted("summary")
        return (body if body.body or body.captions else Passage("", (), summary.captions)), shown

    def _instant(self, entry: Entry, name: str, how: dict[str, Provenance]) -> Instant | None:
        written = dict.get(entry, name) or (dict.get(entry, "created") if name == "published" else None)
        if not written:
            return None
        instant = read_instant(written)
        noted = self._noted(name)
        how[name] = noted if instant else Provenance(noted.method, confidence=0.0, rejected=(str(written)[:80],))
        return instant

    def _language(self, entry: Entry) -> str | None:
        details = [*(dict.get(entry, "content") or ()), _mapping(dict.get(entry, "title_detail"))]
        own = next((one["language"] for one in details if one.get("language")), None)
        return own or dict.get(self._feed, "language")

    def _id(self, entry: Entry, url: str | None) -> str:
        """An id that outlives the address, which Atom has and RSS may have; else the address must do."""
        written = str(dict.get(entry, "id") or "").strip()
        lasting = len(written) <= LONGEST_ID and _LASTING_ID.fullmatch(written)
        return f"feed:{written}" if lasting and (self._kind == "atom" or not url) else ""


def _mapping(value: object) -> Entry:
    return value if isinstance(value, dict) else {}


def _text(entry: Entry, name: str) -> str | None:
    """A text of an entry on one line."""
    detail = _mapping(dict.get(entry, f"{name}_detail"))
    written = str(dict.get(entry, name) or "")
    return squeeze(plain(written) if detail.get("type") in _MARKUP_TYPES else written) or None


def _passage(detail: Entry) -> Passage:
    """The text of a construct by its type, without what sites write under every text."""
    written = str(detail.get("value") or "")
    read = read_markup if detail.get("type") in _MARKUP_TYPES else read_passage
    passage = read(written)
    parts = passage.body.split("\n\n")
    while parts and (_APPEARED.fullmatch(parts[-1]) or is_furniture(parts[-1])):
        parts.pop()
    return passage._replace(body="\n\n".join(parts))


def _length(passage: Passage) -> int:
    return len(passage.body)


def _is_whole(text: str) -> bool:
    """Whether a description is the text and no summary of it."""
    return not _CUT.search(text) and ("\n\n" in text or len(text) > LONGEST_SUMMARY)


def _authors(entry: Entry) -> list[str]:
    """Names as written; an address alone is none. “desk@paper.example (Jane Roe)” is how RSS wants them."""
    written = str(dict.get(entry, "author") or "")
    if found := _WITH_ADDRESS.fullmatch(written.strip()):
        return [found[1]]
    named = [str(one.get("name") or "") for one in dict.get(entry, "authors") or () if isinstance(one, dict)]
    return [_MAILTO.sub("", name) for name in named if name] or [_MAILTO.sub("", written)]


def _keywords(entry: Entry) -> Iterator[str]:
    for tag in dict.get(entry, "tags") or ():
        word = squeeze(str(tag.get("label") or tag.get("term") or ""))
        if word and word.lower() not in _NO_CATEGORY:
            yield word


# Pictures and take-backs, which feedparser does not know


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _take_pictures(root: etree._Element) -> list[tuple[Caption, ...]]:
    """The captions of each item's pictures; everything of Media RSS is taken out of the tree."""
    found = [tuple(_captions(item)) for item in root.iter("{*}item", "{*}entry")]
    etree.strip_elements(root, *(f"{namespace}*" for namespace in _MEDIA), with_tail=False)
    return found


def _captions(item: etree._Element) -> Iterator[Caption]:
    """Pictures that have a description or a credit, in them or beside them."""
    contents = [one for namespace in _MEDIA for one in item.iter(f"{namespace}content", f"{namespace}thumbnail")]
    used: set[etree._Element] = set()
    for content in contents[:MOST_PICTURES]:
        beside = content.getparent()
        if not _is_image(content) or beside is None:
            continue
        said, credit = _said(content)
        films = any(_local(one) == "content" and not _is_image(one) for one in beside)
        if not (said or credit or films) and beside not in used:
            used.add(beside)
            said, credit = _said(beside)
        if said or credit:
            yield Caption(said, credit) if credit else split_credit(said)


def _is_image(content: etree._Element) -> bool:
    return (content.get("medium") or content.get("type") or "image").lower().startswith("image")


def _said(element: etree._Element) -> tuple[str, str | None]:
    texts = {_local(one): squeeze(plain(one.text or "")) for one in element if str(one.tag).startswith(_MEDIA)}
    return texts.get("description", ""), texts.get("credit") or None


def _without_media(text: str) -> str:
    """Broken XML without captions and credits, and without what could be taken for entities."""
    for tag in _MEDIA_TAGS:
        parts = []
        at = 0
        while (start := text.find(f"<{tag}", at)) >= 0 and (end := text.find(f"</{tag}>", start)) >= 0:
            parts.append(text[at:start])
            at = end + len(tag) + 3
        text = "".join([*parts, text[at:]])
    return re.sub("<!ENTITY", "&lt;!ENTITY", text, flags=re.IGNORECASE)


def _closed(text: str) -> str:
    """A feed that ends early with its last text closed, which would be lost otherwise."""
    if _END.search(text):
        return text
    if text.rfind("<![CDATA[") > text.rfind("]]>"):
        text += "]]>"
    elif text.rfind("<") > text.rfind(">"):
        text = text[: text.rfind("<")]
    return text + "".join(f"</{tag}>" for tag in _TEXTS if text.rfind(f"<{tag}") > text.rfind(f"</{tag}"))


def _taken_back(root: etree._Element, origin: Origin) -> Iterator[TakenBack]:
    """The entries that a feed says are deleted (RFC 6721)."""
    for number, element in enumerate(root.iter(f"{_TOMBSTONE}deleted-entry"), 1):
        reference = (element.get("ref") or "").strip()[:LONGEST_ID]
        link = next((one.get("href") or "" for one in element.iter(f"{_ATOM}link")), "")
        comment = squeeze(element.findtext(f"{_TOMBSTONE}comment") or "")
        yield TakenBack(
            Article(
                id=f"feed:{reference}" if _LASTING_ID.fullmatch(reference) else "",
                url=web_address(link) or web_address(reference),
                modified=read_instant(element.get("when")),
                provenance={"modified": Provenance("atom:deleted-entry", "@when")},
                origin=Origin(origin.path, f"{origin.member}!deleted" if origin.member else "deleted", number),
            ),
            "its publisher has deleted it" + (f": {comment[:200]}" if comment else ""),
        )
