"""Exports of MediaWiki (Special:Export, dumps): the newest version of every page that is an article.

A dump of any size runs in the memory of one version of one page: the stream is cut at the tags of pages and revisions,
which in an export stand nowhere else, and each page is read as XML by itself. What is no article (redirects, talk,
templates) is counted by kind, and one line says how much of which was passed over: a Wikipedia has ten million.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO
from urllib.parse import quote

from lxml import etree

from index.article import Article, Origin, Provenance
from index.dates import Instant
from index.errors import ArticleRejected
from indexer.format import Rejected
from indexer.formats.html import with_dateline
from indexer.formats.markup import squeeze
from indexer.formats.pagemeta import primary_language
from indexer.formats.passed_over import PassedOver
from indexer.formats.when import read_instant
from indexer.formats.wikitext import Names, read_wikitext
from indexer.safety import parse_xml
from indexer.xml_items import root_of

CHUNK = 1 << 16
LARGEST_PAGE = 5_000_000
"""Bytes of one version of a page. MediaWiki saves none of more than 2 MB of text, which escaping may double."""
LARGEST_SITE = 2_000_000
"""Bytes before the first page, where the wiki describes itself."""
FIRST_VERSION = 0.5
"""The confidence that an article was published when its page was made: many are made as drafts, or moved there."""
_WITHOUT_PARENTS = frozenset({"0.1", "0.2", "0.3", "0.4", "0.5"})
"""Versions of the format that do not tell a first revision from a later one."""

_MARK = re.compile(rb"<(/?)(page|revision)(?:\s[^<>]{0,200})?>")
_LONGEST_MARK = 256
_TIMESTAMP = re.compile(rb"<timestamp>([^<]{10,40})</timestamp>")
_REDIRECT = re.compile(r"\s*#[^\W\d_]{4,20}\s*:?\s*\[\[")
# Namespaces of a wiki's own that hold articles: “News”, “User blog” (Fandom).
_ARTICLE_SPACES = re.compile(r"(?:\w+ )?(?:news|blogs?|articles?|stories|nachrichten|artikel)", re.IGNORECASE)
_NEWS_CATEGORIES = re.compile(r"(?:auto)?archived|published|[A-Z][a-z]+ \d{1,2}, \d{4}", re.IGNORECASE)
_DATED = ("date", "byline", "dateline", "datum")
_FILES, _CATEGORIES = "6", "14"


class MediaWikiFormat:
    """An export of a wiki that runs MediaWiki."""

    name = "mediawiki"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of the root element."""
        root = root_of(head)
        return 0.98 if root and root.name == "mediawiki" else 0.0

    def parse(self, stream: BinaryIO, origin: Origin) -> Iterator[Article | Rejected]:
        """The articles in order, then how many pages of which kind are none. Raises ArticleRejected without pages."""
        pages = _Pages(stream)
        passed_over = PassedOver()
        number = 0
        site: _Site | None = None
        for number, page in enumerate(pages, 1):
            site = site or _Site.read(pages.before)
            place = Origin(origin.path, origin.member, number)
            try:
                found = _article(page, site, place)
            except ArticleRejected as rejection:
                yield Rejected(place, rejection.reason)
                continue
            if isinstance(found, str):
                passed_over.add(found)
            else:
                yield found
        if not number:
            raise ArticleRejected("the wiki's export has no pages")
        yield from passed_over.summed_up(f"of {number:,} pages of the wiki those", origin)


FORMAT = MediaWikiFormat()


@dataclass(slots=True)
class _Page:
    """A page as it is cut out of the stream: what stands before its revisions, and of these the newest."""

    head: bytearray = field(default_factory=bytearray)
    newest: bytes = b""
    newest_at: bytes = b""
    first_at: bytes = b""
    revisions: int = 0
    too_large: bool = False
    closed: bool = False

    def take(self, revision: bytes) -> None:
        """Keep a revision if it is the newest so far; without a time, or with the same, the later in the file is."""
        found = _TIMESTAMP.search(revision)
        at = found[1] if found else b""
        self.revisions += 1
        self.first_at = min(self.first_at or at, at)
        if at >= self.newest_at:
            self.newest, self.newest_at = revision, at


class _Pages:
    """The pages of a stream, one after the other."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.before = b""
        """What stands before the first page."""

    def __iter__(self) -> Iterator[_Page]:
        page: _Page | None = None
        revision: bytearray | None = None
        before = bytearray()
        for mark, text in self._pieces():
            target = revision if revision is not None else page.head if page else before
            limit = LARGEST_SITE if target is before else LARGEST_PAGE
            if len(target) + len(text) <= limit:
                target += text
            elif page:
                page.too_large = True
            if mark == b"<page":
                if page:  # the one before was not closed
                    yield page
                self.before = self.before or bytes(before)
                page, revision = _Page(), None
            elif mark == b"</page" and page:
                page.closed = True
                yield page
                page, revision = None, None
            elif mark == b"<revision" and page:
                revision = bytearray()
            elif mark == b"</revision" and page and revision is not None:
                page.take(bytes(revision))
                revision = None
        if page:
            yield page

    def _pieces(self) -> Iterator[tuple[bytes, bytes]]:
        """The stream cut at its marks: each mark and what stands before it, long texts in parts without one."""
        buffer = b""
        for chunk in _utf8(self._stream):
            buffer += chunk
            at = 0
            for mark in _MARK.finditer(buffer):
                yield b"<" + mark[1] + mark[2], buffer[at : mark.start()]
                at = mark.end()
            kept = max(at, len(buffer) - _LONGEST_MARK)
            yield b"", buffer[at:kept]
            buffer = buffer[kept:]
        yield b"", buffer


def _utf8(stream: BinaryIO) -> Iterator[bytes]:
    """A stream in UTF-8, as MediaWiki writes it, though some tool has made UTF-16 of it."""
    chunk = stream.read(CHUNK)
    if not chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield chunk
        yield from iter(lambda: stream.read(CHUNK), b"")
        return
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    while chunk:
        yield decoder.decode(chunk).encode("utf-8", "replace")
        chunk = stream.read(CHUNK)


@dataclass(frozen=True, slots=True)
class _Site:
    """What a wiki says of itself."""

    name: str | None
    base: str | None
    language: str | None
    spaces: dict[str, str]
    names: Names
    knows_first: bool

    @classmethod
    def read(cls, before: bytes) -> _Site:
        """The wiki that the start of an export describes; all of it may be missing."""
        text = before.decode("utf-8", "replace")
        root = re.search(r"<mediawiki\b[^<>]*>", text)
        opening = root.group() if root else ""
        start, end = text.find("<siteinfo>"), text.find("</siteinfo>")
        info = parse_xml(text[start : end + 11].encode(), "utf-8") if 0 <= start < end else etree.Element("siteinfo")
        spaces = {one.get("key") or "": squeeze(one.text or "") for one in info.iter("namespace")}
        language = re.search(r"xml:lang=[\"']([\w-]+)", opening)
        version = re.search(r"\sversion=[\"']([\d.]+)", opening)
        return cls(
            squeeze(info.findtext("sitename") or "") or None,
            (info.findtext("base") or "").strip().rpartition("/")[0] or None,
            primary_language(language[1]) if language else None,
            spaces,
            Names([spaces.get(_FILES, "")], [spaces.get(_CATEGORIES, "")], [one for one in spaces.values() if one]),
            bool(version and version[1] not in _WITHOUT_PARENTS),
        )

    def space_of(self, page: etree._Element, title: str) -> tuple[str, str]:
        """The number and the name of a page's namespace; older exports tell it by the title alone."""
        number = (page.findtext("ns") or "").strip()
        if not number:
            prefix = title.partition(":")[0].strip().lower()
            number = next((key for key, name in self.spaces.items() if name and name.lower() == prefix), "0")
        return number, self.spaces.get(number) or f"namespace {number[:20]}"

    def address(self, title: str) -> str | None:
        """Where a page is."""
        return f"{self.base}/{quote(title.replace(' ', '_'), safe='~@$!*(),/:;')}" if self.base else None


def _article(page: _Page, site: _Site, place: Origin) -> Article | str:
    """The article of a page, or what kind of page it is. Raises ArticleRejected when it cannot be read."""
    if page.too_large:
        raise ArticleRejected(f"a version of the page has more than {LARGEST_PAGE:,} bytes")
    if not page.closed:
        raise ArticleRejected("the page is not closed by </page>: the export is incomplete")
    root = parse_xml(b"<page>%b<revision>%b</revision></page>" % (bytes(page.head), page.newest), "utf-8")
    title = squeeze(root.findtext("title") or "")
    text = root.findtext("revision/text") or ""
    number, space = site.space_of(root, title)
    if root.find("redirect") is not None or _REDIRECT.match(text):
        return "redirect"
    if number != "0" and not _ARTICLE_SPACES.fullmatch(space):
        return space
    if not text.strip():
        deleted = root.find("revision/text[@deleted]") is not None
        raise ArticleRejected("the text of the page was deleted" if deleted else "the page has no text")
    return _read(root, page, site, place)


def _read(root: etree._Element, page: _Page, site: _Site, place: Origin) -> Article:
    title = squeeze(root.findtext("title") or "")
    content = read_wikitext(root.findtext("revision/text") or "", site.names, _DATED)
    told = next((content.templates[name] for name in _DATED if name in content.templates), {})
    published, how = _published(root, page, told, site)
    url = site.address(title)
    article = Article(
        id="" if url else f"mediawiki:{site.name or ''}:{(root.findtext('id') or title).strip()}",
        url=url,
        source=site.name,
        title=title or None,
        published=published,
        modified=_later(read_instant(page.newest_at.decode("ascii", "replace")), published),
        dateline=squeeze(told.get("location", "")) or None,
        keywords=tuple(one for one in content.categories if not (told and _NEWS_CATEGORIES.fullmatch(one))),
        language=site.language,
        headings=tuple(content.headings),
        body="\n\n".join(content.paragraphs),
        captions=tuple(content.captions),
        origin=place,
    )
    for name, value in (("title", "title"), ("url", "base"), ("source", "sitename"), ("language", "xml:lang"),
                        ("modified", "revision/timestamp"), ("keywords", "[[Category:]]"), ("body", "revision/text"),
                        ("captions", "[[File:]]"), ("dateline", "{{byline}}")):  # fmt: skip
        if getattr(article, name):
            how[name] = Provenance(f"mediawiki:{value}")
    return with_dateline(replace(article, provenance=how))


def _published(
    root: etree._Element, page: _Page, told: dict[str, str], site: _Site
) -> tuple[Instant | None, dict[str, Provenance]]:
    """When an article was published: as it says (Wikinews), or when its page was made if the export knows that."""
    written = told.get("date") or told.get("1") or ""
    if instant := read_instant(written):
        return instant, {"published": Provenance("mediawiki:{{date}}")}
    is_first = page.revisions > 1 or site.knows_first
    if is_first and (page.revisions > 1 or root.find("revision/parentid") is None):
        made = read_instant(page.first_at.decode("ascii", "replace"))
        return made, {"published": Provenance("mediawiki:first-revision", "revision/timestamp", FIRST_VERSION)}
    return None, {}


def _later(modified: Instant | None, published: Instant | None) -> Instant | None:
    return None if modified == published else modified
