"""The meta tags of a page, and under which names publishers say what in them, the usual names first."""

from __future__ import annotations

from lxml import html

from indexer.xpaths import META

TITLE_TAGS = ("og:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "twitter:title", "headline")
ABSTRACT_TAGS = ("og:description", "description", "dc.description", "dcterms.description", "sailthru.description",
                  "twitter:description")  # fmt: skip
PUBLISHED_TAGS = ("article:published_time", "article:published", "og:article:published_time", "datepublished",
                   "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "dc.date.issued",
                   "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "date", "pubdate",
                   "publish-date", "publishdate", "publication_date", "published_time", "ptime", "displaydate",
                   "article.published", "created", "originalpublicationdate")  # fmt: skip
MODIFIED_TAGS = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified",
                  "article.updated", "last-modified", "lastmod", "modified")  # fmt: skip
AUTHOR_TAGS = ("author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "dc.creator",
                "dcterms.creator", "byl", "creator", "cxenseparse:author", "citation_author",
                "twitter:data1")  # fmt: skip
SECTION_TAGS = (
    "article:section",
    "parsely-section",
    "sailthru.section",
    "section",
    "cxenseparse:section",
    "dc.section",
)
KEYWORD_TAGS = ("article:tag", "news_keywords", "parsely-tags", "sailthru.tags", "dc.subject", "dcterms.subject",
                 "keywords")  # fmt: skip
SOURCE_TAGS = (
    "og:site_name",
    "dc.publisher",
    "dcterms.publisher",
    "application-name",
    "publisher",
    "copyright-holder",
)
TYPE_TAGS = ("og:type", "dc.type")
LANGUAGE_TAGS = ("og:locale", "dc.language", "dcterms.language", "content-language", "language")


def meta_tags(root: html.HtmlElement) -> dict[str, list[tuple[str, str]]]:
    """The page's meta tags by lower-case name: attribute and content of each."""
    tags: dict[str, list[tuple[str, str]]] = {}
    for element in META(root):
        content = (element.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = element.get(attribute)
            if name and content:
                tags.setdefault(name.strip().lower(), []).append((attribute, content))
    return tags
