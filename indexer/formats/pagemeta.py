"""What a page says about its article outside of the running text, and how sure each saying is.

For every field there is a list of places to look, the surest first: JSON-LD, meta tags, visible elements. The first
that says something is taken; what the others say differently is kept as rejected, in the article's provenance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from lxml import html

from index.analysis import words
from index.article import Provenance
from index.dates import Instant
from indexer.enrich.dates import find_dates
from indexer.formats.addresses import web_address
from indexer.formats.bylines import opens_byline, read_byline
from indexer.formats.jsonld import (
    MAX_VALUES,
    Descriptions,
    Node,
    entities,
    is_organisation,
    plain,
    text_value,
    text_values,
    types,
)
from indexer.formats.markup import Block, class_of, text_of
from indexer.formats.metatags import (
    ABSTRACT_TAGS,
    AUTHOR_TAGS,
    KEYWORD_TAGS,
    LANGUAGE_TAGS,
    MODIFIED_TAGS,
    PUBLISHED_TAGS,
    SECTION_TAGS,
    SOURCE_TAGS,
    TITLE_TAGS,
    TYPE_TAGS,
    meta_tags,
)
from indexer.formats.when import read_instant
from indexer.xpaths import CANONICAL, HEADLINES, TIMES, TITLES

JSON_LD, META_TAG, VISIBLE, GUESS = 0.95, 0.9, 0.7, 0.5
"""Confidence by the kind of place, from the share of right dates on the 190 pages at hand: 0.98, 0.95, 0.8, 0.5."""
MOST_REJECTED = 5
LONGEST_TITLE = 1_000
"""Characters; the longest headline met has 210."""
MOST_HEADLINES = 50

_AROUND_SITE = re.compile(r"\s+[|–—·•»:-]+\s+|\s*[|»]\s*")
_APART = re.compile(r"\s*[|ㅣ–—-]")  # the third is a Korean vowel that serves as a bar
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")
_NO_TYPE = frozenset({"website", "object", "text"})
_BEHIND_NAME = re.compile(r"\s*\([^()]*\)$")  # “The Daily (www.daily.example)”
_BYLINE_CLASS = re.compile(r"(?:^|[\s_-])(?:by-?line|author(?:s|-?name)?|autor(?:en|in)?)(?=$|[\s_-])", re.IGNORECASE)
# Where WordPress and those who followed it have the pages of their writers.
_AUTHOR_PAGE = re.compile(r"/(?:authors?|autor(?:en|es)?)/[^/?#]", re.IGNORECASE)
_STANDFIRST_CLASS = re.compile(
    r"(?:^|[\s_-])(?:stand-?first|vorspann|lead-?in|intro(?:-?text)?|dek|sub-?title|subhead(?:line)?|chapeau|entradilla)"
    r"(?=$|[\s_-])",
    re.IGNORECASE,
)
_LONGEST_BYLINE = 200
_SMALL_WORDS = 2
"""Words in small letters before the date of an article: “Published on the 5th of April”; more tell of an event."""

Names = tuple[tuple[str, ...], tuple[str, ...]]
"""Writers, and agencies and other bodies."""


class Said(NamedTuple):
    """One saying about a field: the value, and where and how surely it stands."""

    value: Any
    method: str
    path: str
    confidence: float


class PageMetadata:
    """The metadata of one page. Each field is a value, and `provenance` tells where it came from."""

    def __init__(self, root: html.HtmlElement, described: Descriptions) -> None:
        self.provenance: dict[str, Provenance] = {}
        self.root = root
        self.described = described
        self.tags = meta_tags(root)
        self.url: str | None = self._take("url", self._urls())
        self.article: Node = described.article(self.url) or {}
        publishers = [said for said in self._texts("publisher", SOURCE_TAGS) if said.value]
        self.source: str | None = self._take("source", publishers)
        self._sites = {_letters(_BEHIND_NAME.sub("", said.value)) for said in publishers}
        self.title: str | None = self._title()
        self.abstract: str | None = self._take("abstract", self._texts("description", ABSTRACT_TAGS))
        self.published: Instant | None = self._take("published", self._instants("datePublished", PUBLISHED_TAGS))
        self.modified: Instant | None = self._modified()
        self.section: str | None = self._take("section", self._texts("articleSection", SECTION_TAGS))
        self.keywords: tuple[str, ...] = self._take("keywords", self._lists("keywords", KEYWORD_TAGS)) or ()
        self.type: str | None = self._take("type", self._types())
        self.language: str | None = self._take("language", self._languages())
        self.dateline: str | None = self._take("dateline", self._texts("dateline", ("dateline",)))
        self.byline: tuple[str, ...] = ()
        self.credits: tuple[str, ...] = ()
        self.people, self.places, self.organisations = self._entities()

    def _take(self, field: str, sayings: Iterable[Said]) -> Any:
        """The first saying about a field; its provenance, with what the others say, is noted."""
        told = [said for said in sayings if said.value]
        if not told:
            return None
        first = told[0]
        others = dict.fromkeys(_shown(said.value) for said in told[1:] if said.value != first.value)
        others.pop(_shown(first.value), None)
        self.provenance[field] = Provenance(
            first.method, first.path, first.confidence, tuple(list(others)[:MOST_REJECTED])
        )
        return first.value

    def _json(self, key: str, read: Any = text_value) -> Iterator[Said]:
        value = self.article.get(key)
        if value is not None:
            kind = next(iter(sorted(types(self.article))), "Thing")
            yield Said(read(self.described.resolve(value)), f"json-ld:{key}", f"{kind}/{key}", JSON_LD)

    def _meta(self, names: Iterable[str]) -> Iterator[Said]:
        for name in names:
            for attribute, content in self.tags.get(name, ()):
                yield Said(content, f"meta:{name}", f"//meta[@{attribute}='{name}']", META_TAG)

    def _texts(self, key: str, names: Iterable[str]) -> Iterator[Said]:
        yield from self._json(key)
        yield from (said._replace(value=plain(said.value)) for said in self._meta(names))

    def _lists(self, key: str, names: Iterable[str]) -> Iterator[Said]:
        yield from self._json(key, lambda value: tuple(dict.fromkeys(text_values(value))))
        for name in names:
            contents = [content for _, content in self.tags.get(name, ())]
            values: list[object] = list(contents[:MAX_VALUES])
            found = tuple(dict.fromkeys(part for content in values for part in text_values(content)))[:MAX_VALUES]
            yield Said(found, f"meta:{name}", f"//meta[@name='{name}']", META_TAG)

    def _urls(self) -> Iterator[Said]:
        base = next((content for _, content in self.tags.get("og:url", ())), "")
        for link in CANONICAL(self.root):
            yield Said(web_address(link.get("href") or "", base), "html:canonical", "//link[@rel='canonical']", JSON_LD)
        for said in self._meta(("og:url", "twitter:url", "dc.identifier")):
            yield said._replace(value=web_address(said.value))
        article = self.described.article() or {}
        for key in ("url", "mainEntityOfPage", "@id"):
            value = article.get(key)
            address = value.get("@id") or value.get("url") if isinstance(value, dict) else value
            if isinstance(address, str):
                yield Said(web_address(address), f"json-ld:{key}", key, META_TAG)

    def _title(self) -> str | None:
        """The headline that readers see, an `h1`, when metadata confirms it; else what the metadata says.

        Without metadata the first `h1`, then the page's title; each less the name of the site.
        """
        heads = [text for text in map(text_of, HEADLINES(self.root)[:MOST_HEADLINES]) if 0 < len(text) <= LONGEST_TITLE]
        shown = [text for text in heads if not self._is_site(text)]
        told = [
            *self._json("headline"),
            *(said._replace(value=plain(said.value)) for said in self._meta(TITLE_TAGS)),
        ]
        told = [said for said in told if said.value and len(said.value) <= LONGEST_TITLE]
        headlines = [said.value for said in told if said.method.endswith(":headline")]
        bare = [
            said._replace(value=self._without_more(self._without_site(said.value, shown), headlines)) for said in told
        ]
        confirming = {_letters(said.value) for said in bare if said.method in {"json-ld:headline", "meta:og:title"}}
        sayings = [
            *(Said(text, "html:h1", "//h1", JSON_LD) for text in shown if _letters(text) in confirming),
            *bare,
            *(Said(text, "html:h1", "//h1", VISIBLE) for text in shown[:1]),
            *(
                Said(self._without_site(text, shown), "html:title", "//title", GUESS)
                for text in map(text_of, TITLES(self.root)[:1])
                if len(text) <= LONGEST_TITLE
            ),
            *self._json("name"),
        ]
        whole = [said for said in sayings if said.value and not _is_cut(said.value, sayings)]
        title: str | None = self._take("title", whole or sayings)
        return title

    def _without_site(self, title: str, shown: list[str]) -> str:
        """A title without “ | The Daily” behind or before it: what no `h1` repeats, or what the site is called."""
        heads = {_letters(text) for text in shown}
        cuts = [(title[: cut.start()], title[cut.end() :]) for cut in _AROUND_SITE.finditer(title)]
        for before, after in cuts:
            for headline, site in ((before, after), (after, before)):
                if _letters(headline) in heads and _letters(headline) and _letters(site) not in heads:
                    self._name_site(site)
                    return headline
        for before, after in cuts:
            if self._is_site(after):
                return before
            if self._is_site(before):
                return after
        return title

    def _without_more(self, title: str, headlines: list[str]) -> str:
        """A title without what stands behind it, set apart, where another place has the headline alone."""
        return next((one for one in headlines if title.startswith(one) and _APART.match(title, len(one))), title)

    def _is_site(self, text: str) -> bool:
        letters = _letters(text)
        host = urlsplit(self.url or "").hostname or ""
        return (
            letters in self._sites
            or (len(letters) > 3 and letters.removeprefix("the") in _letters(host))
            or (text.isupper() and _letters(text.partition(" ")[0]) in host.split("."))  # MDR THÜRINGEN at www.mdr.de
        )

    def _name_site(self, name: str) -> None:
        if self.source is None and 1 < len(name) <= 60:
            self.source = name
            self._sites.add(_letters(name))
            self.provenance["source"] = Provenance("html:title", "//title", GUESS)

    def _instants(self, key: str, names: Iterable[str]) -> Iterator[Said]:
        yield from self._json(key, lambda value: read_instant(text_value(value)))
        if key == "datePublished":
            yield from self._json("dateCreated", lambda value: read_instant(text_value(value)))
        yield from (said._replace(value=read_instant(said.value)) for said in self._meta(names))
        if key == "datePublished":
            for time in TIMES(self.root)[:5]:
                value = read_instant(time.get("datetime") or text_of(time))
                yield Said(value, "html:time", "//time", VISIBLE)

    def _modified(self) -> Instant | None:
        """When it was changed; the moment of publication once more is no change."""
        sayings = (said for said in self._instants("dateModified", MODIFIED_TAGS) if said.value != self.published)
        modified: Instant | None = self._take("modified", sayings)
        return modified

    def _types(self) -> Iterator[Said]:
        kinds = sorted(types(self.article), key=lambda kind: (kind in {"Article", "NewsArticle"}, kind))
        yield Said(kinds[0] if kinds else None, "json-ld:@type", "@type", JSON_LD)
        for said in self._meta(TYPE_TAGS):
            if said.value.lower() not in _NO_TYPE:
                yield said

    def _languages(self) -> Iterator[Said]:
        on_root = self.root.get("lang") or self.root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
        sayings = [
            *self._json("inLanguage"), Said(on_root, "html:lang", "/html/@lang", META_TAG), *self._meta(LANGUAGE_TAGS)
        ]  # fmt: skip
        for said in sayings:
            yield said._replace(value=primary_language(said.value))

    def _bylines(self) -> Iterator[Said]:
        """Each a pair, of the writers and of the bodies that are credited."""
        for key in ("author", "creator"):
            value = self.article.get(key)
            if value:
                yield Said(self._authors(value), f"json-ld:{key}", key, JSON_LD)
        for name in AUTHOR_TAGS:
            contents = [content for _, content in self.tags.get(name, ())][:MAX_VALUES]
            if name != "twitter:data1" or any(label in {"written by", "von", "par"} for label in self._label()):
                yield Said(self._named(*read_byline(contents)), f"meta:{name}", f"//meta[@name='{name}']", META_TAG)

    def read_around(self, before: Sequence[Block], after: Sequence[Block]) -> None:
        """Take the writers and, when metadata is silent, the day and the standfirst from the blocks around the text.

        A day behind the text is that of a broadcast or of the last change.
        """
        sayings = list(self._bylines())
        days: list[Said] = []
        standfirsts: list[Said] = []
        for block in (*before, *after):
            if _STANDFIRST_CLASS.search(class_of(block.element)):
                standfirsts.append(Said(block.text, "html:standfirst", block.element.tag, VISIBLE))
                continue
            if len(block.text) > _LONGEST_BYLINE:
                continue
            texts = [block.text] if opens_byline(block.text) else _marked_authors(block.element)
            if texts:
                sayings.append(Said(self._named(*read_byline(texts)), "html:byline", block.element.tag, VISIBLE))
            if block in before:
                days += [Said(day, "html:date", block.element.tag, VISIBLE) for day in _own_days(block.text)]
        told = [said for said in sayings if said.value]
        written = [said for said in told if said.value[0]]
        named: Names = self._take("byline", [*written, *told]) or ((), ())
        bodies = dict.fromkeys(name for said in told[:1] for name in said.value[1] if not self._is_site(name))
        self.byline, self.credits = named[0], named[1] if not written else tuple(dict.fromkeys([*named[1], *bodies]))
        if self.credits:
            self.provenance["credits"] = self.provenance["byline"]
        if self.published is None:
            self.published = self._take("published", days)
        if self.abstract is None:
            self.abstract = self._take("abstract", standfirsts)

    def _named(self, writers: Iterable[str], bodies: Iterable[str]) -> Names | None:
        """The pair, with the site itself among the bodies; `None` when there is nobody."""
        writers, bodies = list(writers), list(bodies)
        people = tuple(name for name in writers if not self._is_site(name))
        sites = [name for name in writers if self._is_site(name)]
        others = tuple(dict.fromkeys([*bodies, *sites]))
        return (people, others) if people or others else None

    def _label(self) -> list[str]:
        return [content.lower().rstrip(":") for _, content in self.tags.get("twitter:label1", ())]

    def _authors(self, value: object) -> Names | None:
        writers: dict[str, None] = {}
        bodies: dict[str, None] = {}
        for part in value[:MAX_VALUES] if isinstance(value, list) else [value]:
            node = self.described.resolve(part)
            listed = node.get("name") if isinstance(node, dict) else node
            for name in listed[:MAX_VALUES] if isinstance(listed, list) else [listed]:
                text = text_value(name)
                if text and is_organisation(node):
                    bodies[text] = None
                elif text:
                    people, others = read_byline(text)
                    writers |= dict.fromkeys(people)
                    bodies |= dict.fromkeys(others)
        return self._named(writers, bodies)

    def _entities(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        found = entities(self.described, self.article) if self.article else {}
        for field, names in found.items():
            if names:
                self.provenance[field] = Provenance("json-ld:about|mentions", "about|mentions", JSON_LD)
        return tuple(found.get("people", ())), tuple(found.get("places", ())), tuple(found.get("organisations", ()))


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(_shown(part) for part in value if part)
    return str(value)


def _own_days(line: str) -> Iterator[Instant]:
    """The dates of a line that is about the article rather than about what happened."""
    for found in find_dates(line):
        if sum(map(str.islower, words(line[: found.start]))) <= _SMALL_WORDS:
            yield found.instant


def _marked_authors(element: html.HtmlElement) -> list[str]:
    """The texts of the innermost elements, in a block or right around it, that are marked as naming a writer."""
    parent = element.getparent()
    marked = [one for one in element.iter(html.etree.Element) if _marks_author(one)]
    if not marked and parent is not None and _marks_author(parent):
        marked = [element]
    outer = {above for one in marked for above in one.iterancestors()}
    texts = [text_of(one) for one in marked if one not in outer]
    return [text for text in texts if 1 < len(text) <= _LONGEST_BYLINE]


def _marks_author(element: html.HtmlElement) -> bool:
    return (
        element.get("rel") == "author"
        or (element.tag == "a" and _AUTHOR_PAGE.search(element.get("href") or "") is not None)
        or element.get("itemprop") == "author"
        or bool(_BYLINE_CLASS.search(class_of(element)))
    )


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).lower().removeprefix("www")


def primary_language(tag: str | None) -> str | None:
    """The language of a tag without its region: `en` of `en-GB`; `None` when it is no tag."""
    code = _LANGUAGE.fullmatch((tag or "").split(",")[0].strip())
    return code[1].lower() if code else None


def _is_cut(title: str, others: Iterable[Said]) -> bool:
    """Whether a title breaks off where another goes on."""
    stem = title.rstrip(" .…")
    return title != stem and any(
        len(other.value) > len(title) and other.value.startswith(stem) and not other.value.endswith(("…", "..."))
        for other in others
    )
