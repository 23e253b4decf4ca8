"""Saved web pages: one page, one article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

import htmldate
from lxml import html

from index.article import Article, Caption, Origin, Provenance
from index.dates import Instant
from index.errors import ArticleRejected
from indexer.enrich.dateline import parse_dateline
from indexer.format import Rejected
from indexer.formats.captions import take_pictures
from indexer.formats.jsonld import Descriptions, plain, read_page
from indexer.formats.maintext import NOTHING, MainText, key, leads_elsewhere, main_text
from indexer.formats.markup import blocks, strip_dead
from indexer.formats.pagemeta import GUESS, JSON_LD, PageMetadata
from indexer.formats.when import read_instant
from indexer.safety import MAX_HTML_BYTES, parse_html
from indexer.xpaths import PASSWORDS

LEAST_BODY = 150
"""Characters of running text without which a page that calls itself no article is none. Notices have 20 to 120."""
LEAST_SHARE = 0.1
"""Of the text of a page that calls itself no article and has no address of its own: what the article takes at least.
Front pages have 0.04 to 0.08 in their longest teaser, undeclared articles 0.25 and more."""
READ = 0.9
"""Confidence in what is read as text, heading or caption: F1 of the bodies of 213 pages is .96, and .95 of their
headings are found."""
TRUSTED_COPY = 2.0
"""The page's own JSON-LD copy of the text is taken when it has so many times more than what is shown: a paywall."""

_DOCTYPE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_TAGS = re.compile(rb"<(?:head|body|title|meta|article|p|div|h1)\b[^<>]*>", re.IGNORECASE)
_OTHER_XML = re.compile(
    rb"\s*<\?xml[^>]*>\s*(?:<!--.*?-->\s*)*<(?!html\b|!doctype\s+html)[a-z!]", re.IGNORECASE | re.DOTALL
)
_LISTING = frozenset({"WebSite", "CollectionPage", "ItemList", "SearchResultsPage", "ProfilePage"})


class HtmlFormat:
    """A page of a newspaper's site as a browser or a crawler saved it."""

    name = "html"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of an HTML doctype or root; less so of tags somewhere, or of a file's name."""
        start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
        if _DOCTYPE.match(start):
            return 0.95
        if _OTHER_XML.match(start) or start.lstrip()[:1] in {b"{", b"["}:
            return 0.0
        named = name.lower().endswith((".html", ".htm", ".xhtml", ".shtml"))
        tags = len(_TAGS.findall(start))
        return min(0.3 * tags, 0.6) + (0.3 if named else 0.0)

    def parse(self, stream: BinaryIO, origin: Origin) -> Iterator[Article | Rejected]:
        """The page's article. Raises ArticleRejected when it holds none or is beyond the limits."""
        yield read_article(stream.read(MAX_HTML_BYTES + 1), origin)


FORMAT = HtmlFormat()


def read_article(data: bytes, origin: Origin | None = None, declared: str | None = None) -> Article:
    """The article of a page; `declared` is the character set that its carrier names.

    Raises ArticleRejected, with the reason, for what is no article: a list of links, a login form, an empty page.
    """
    page = parse_html(data, declared)
    described = read_page(page.root)
    told = PageMetadata(page.root, described)
    strip_dead(page.root)
    captions = take_pictures(page.root)
    text = main_text(page.root, told.title, told.abstract)
    told.read_around(text.before, text.after)
    published = told.published or _searched_date(page.root, told)
    copy = _copy(told)
    taken_copy = len(copy) > TRUSTED_COPY * _length(text.paragraphs)
    if taken_copy:
        text = replace(text, paragraphs=tuple(copy.split("\n\n")))
    _refuse_no_article(page.root, told, described, text)
    shown = _shown(captions, text.pictures)
    provenance = dict(told.provenance)
    provenance["body"] = Provenance(
        "json-ld:articleBody" if taken_copy else "html:main-text", confidence=JSON_LD if taken_copy else READ,
        rejected=page.warnings,
    )  # fmt: skip
    if text.headings:
        provenance["headings"] = Provenance("html:headings", confidence=READ)
    if shown:
        provenance["captions"] = Provenance("html:captions", confidence=READ)
    article = Article(
        url=told.url,
        source=told.source,
        title=told.title,
        abstract=told.abstract,
        byline=told.byline,
        credits=told.credits,
        published=published,
        modified=told.modified,
        dateline=told.dateline,
        section=told.section,
        keywords=told.keywords,
        type=told.type,
        language=told.language,
        headings=text.headings,
        body="\n\n".join(text.paragraphs),
        captions=shown,
        people=told.people,
        places=told.places,
        organisations=told.organisations,
        provenance=provenance,
        origin=origin,
    )
    return with_dateline(article)


def with_dateline(article: Article) -> Article:
    """The article with the dateline that its body starts with in a field of its own, unless metadata has filled it."""
    found = parse_dateline(article.body)
    if found is None:
        return article
    bare = replace(article, body=article.body[found.end :])
    if article.dateline:
        return bare
    where = {**article.provenance, "dateline": Provenance("text:dateline", confidence=GUESS)}
    return replace(bare, dateline=found.place, provenance=where)


def _searched_date(root: html.HtmlElement, told: PageMetadata) -> Instant | None:
    """The day that htmldate finds in the page or its address."""
    try:
        day = htmldate.find_date(
            root,
            url=told.url,
            original_date=True,
            extensive_search=False,
            max_date="2199-12-31",
            outputformat="%Y-%m-%d",
        )
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None
    instant = read_instant(day)
    if instant:
        told.provenance["published"] = Provenance("htmldate", confidence=GUESS)
    return instant


def _copy(told: PageMetadata) -> str:
    body = told.article.get("articleBody")
    if not isinstance(body, str):
        return ""
    return "\n\n".join(filter(None, map(plain, re.split(r"\n+|<br\s*/?>|</p>", body))))


def _length(paragraphs: tuple[str, ...]) -> int:
    return sum(map(len, paragraphs))


def _shown(captions: list[Caption], places: tuple[int, ...]) -> tuple[Caption, ...]:
    """The captions of the article's pictures, each once: galleries and lightboxes repeat them."""
    chosen: dict[str, Caption] = {}
    for caption in (captions[place] for place in places):
        if (caption.text or caption.credit) and not leads_elsewhere(caption.text):
            chosen.setdefault(key(caption.text) or f"credit:{caption.credit}", caption)
    return tuple(chosen.values())


def _refuse_no_article(root: html.HtmlElement, told: PageMetadata, described: Descriptions, text: MainText) -> None:
    """Raise ArticleRejected for a page that neither calls itself an article nor reads like one."""
    calls_itself_article = bool(told.article) or (told.type or "").lower() == "article"
    if calls_itself_article and (told.title or text is not NOTHING):
        return
    length = _length(text.paragraphs)
    written = list(blocks(root))
    total = sum(len(block.text) for block in written) or 1
    linked = sum(len(block.text) * block.linked for block in written) / total
    if PASSWORDS(root) and length < 4 * LEAST_BODY:
        raise ArticleRejected("no article: the page asks to log in")
    if length < LEAST_BODY:
        raise ArticleRejected("no article: the page has no running text" + (", only links" if linked > 0.3 else ""))
    if length < LEAST_SHARE * total and (told.url is None or described.kinds() & _LISTING):
        raise ArticleRejected("no article: the page is a list of other pages")
