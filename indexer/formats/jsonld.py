"""JSON-LD and its older brother, microdata: what a page's own description says about its article.

The vocabulary is schema.org. Pages write it in many shapes: one object, a list, an `@graph` whose parts refer to each
other by `@id`, values as text, as an object or as a list of either; and some of it is broken.
"""

from __future__ import annotations

import html as html_entities
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lxml import html

from indexer.formats.markup import squeeze
from indexer.xpaths import JSON_LD, MICRODATA_ARTICLES

MAX_NODES = 5_000
"""Objects of one page that are looked at. Pages that list all their comments or products have some hundred."""
MAX_DEPTH = 24
MAX_ITEMS = 10
MAX_VALUES = 500
"""Of one property; the longest list of keywords met has 87."""

ARTICLE_TYPES = frozenset(
    {"Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "ReviewNewsArticle",
     "BackgroundNewsArticle", "AskPublicNewsArticle", "AdvertiserContentArticle", "SatiricalArticle", "TechArticle",
     "ScholarlyArticle", "MedicalScholarlyArticle", "Report", "LiveBlogPosting", "BlogPosting", "SocialMediaPosting",
     "Review", "CriticReview", "ClaimReview", "Recipe", "VideoObject"}
)  # fmt: skip
_SECOND_CHOICE = frozenset({"SocialMediaPosting", "Review", "CriticReview", "ClaimReview", "Recipe", "VideoObject"})
_PERSON = frozenset({"Person", "Patient"})
_PLACE_TYPES = frozenset(
    {"Place", "City", "Country", "State", "AdministrativeArea", "Continent", "Landform", "BodyOfWater", "Mountain",
     "RiverBodyOfWater", "SeaBodyOfWater", "LakeBodyOfWater", "Volcano", "Location"}
)  # fmt: skip
_ORGANISATION_ENDS = (
    "Organization",
    "Organisation",
    "Corporation",
    "Company",
    "Team",
    "Party",
    "Airline",
    "NGO",
    "Business",
)

_COMMENT = re.compile(
    r"^\s*(?:/\*.*?\*/|//[^\n]*|<!--|<!\[CDATA\[)|(?:/\*.*?\*/|//\s*\]\]>|-->|\]\]>|;)\s*$", re.DOTALL
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MISSING_COMMA = re.compile(r'([}\]"])(\s*\n\s*)(?=")')
# What can still be read when nothing helps: simple properties of the first object.
_SALVAGED = re.compile(
    r'"(headline|datePublished|dateModified|articleSection|description)"\s*:\s*"((?:[^"\\\n]|\\.){1,500})"\s*[,}\n]'
)
# Tags that content systems leave in titles. Others, `<script>` above all, are quoted by an article about them.
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|br|cite|div|em|font|i|mark|p|q|s|small|span|strong|sub|sup|u|wbr)(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)

Node = Mapping[str, Any]


class Descriptions:
    """All objects of a page's JSON-LD, by which references between them are followed."""

    def __init__(self, values: Iterable[object]) -> None:
        self.nodes: list[Node] = []
        self._by_id: dict[str, Node] = {}
        self._within_lists: set[int] = set()
        for value in values:
            self._gather(value, 0, listed=False)

    def _gather(self, value: object, depth: int, *, listed: bool) -> None:
        if depth > MAX_DEPTH or len(self.nodes) > MAX_NODES:
            return
        if isinstance(value, list):
            for part in value:
                self._gather(part, depth + 1, listed=listed)
        elif isinstance(value, dict):
            self.nodes.append(value)
            if listed:
                self._within_lists.add(id(value))
            name = value.get("@id")
            if isinstance(name, str) and len(value) > 1:
                self._by_id.setdefault(name, value)
            for key, part in value.items():
                if isinstance(part, dict | list):
                    listed_part = listed or key in {
                        "itemListElement",
                        "hasPart",
                        "isPartOf",
                        "comment",
                        "review",
                        "citation",
                    }
                    self._gather(part, depth + 1, listed=listed_part)

    def resolve(self, value: object) -> object:
        """An object that only refers to another, as that other."""
        if isinstance(value, dict) and isinstance(value.get("@id"), str) and len(value) <= 2:
            return self._by_id.get(value["@id"], value)
        return value

    def articles(self) -> list[Node]:
        """All articles that are not part, comment or source of something else."""
        return [node for node in self.nodes if types(node) & ARTICLE_TYPES and id(node) not in self._within_lists]

    def article(self, url: str | None = None) -> Node | None:
        """The article that the page is about: the one that names its address, else the fullest."""
        return max(self.articles(), key=lambda node: _fitness(node, url), default=None)

    def kinds(self) -> set[str]:
        """Every type that the page's objects have."""
        return {kind for node in self.nodes for kind in types(node)}


def _fitness(node: Node, url: str | None) -> tuple[bool, bool, int]:
    told = sum(
        1 for key in ("headline", "datePublished", "author", "articleBody", "publisher", "description") if node.get(key)
    )
    addresses = (node.get("url"), node.get("@id"), node.get("mainEntityOfPage"))
    texts = (value.get("@id") if isinstance(value, dict) else value for value in addresses)
    named = url is not None and any(isinstance(text, str) and text.split("#")[0] == url for text in texts)
    return not types(node) <= _SECOND_CHOICE, named, told


def types(node: Node) -> set[str]:
    """The types of an object, without their vocabulary's address."""
    kinds = node.get("@type")
    listed = kinds[:MAX_VALUES] if isinstance(kinds, list) else [kinds]
    return {kind.rsplit("/", 1)[-1].removeprefix("schema:") for kind in listed if isinstance(kind, str)}


def read_page(root: html.HtmlElement) -> Descriptions:
    """What the page's JSON-LD says or, when it names no article, its microdata."""
    described = Descriptions(value for script in JSON_LD(root) for value in parse(script.text or ""))
    if described.article() is not None:
        return described
    microdata = [_item(element) for element in MICRODATA_ARTICLES(root)[:MAX_ITEMS]]
    return Descriptions([*described.nodes[:1], *microdata]) if microdata else described


def parse(text: str) -> list[object]:
    """The values of one JSON-LD script, mended where that is possible; empty when nothing can be read."""
    for attempt in _mended(text):
        try:
            return [json.loads(attempt, strict=False)]
        except (ValueError, RecursionError):
            continue
    salvaged: dict[str, object] = {}
    for key, value in _SALVAGED.findall(text[:100_000]):
        salvaged.setdefault(key, value.replace('\\"', '"').replace("\\/", "/"))
    kind = re.search(r'"@type"\s*:\s*"(\w+)"', text)
    return [{"@type": kind[1], **salvaged}] if kind and salvaged else []


def _mended(text: str) -> Iterator[str]:
    yield text
    bare = _COMMENT.sub("", _COMMENT.sub("", text)).strip()
    yield bare
    yield html_entities.unescape(bare)
    commas = _TRAILING_COMMA.sub(r"\1", bare)
    yield commas
    yield _MISSING_COMMA.sub(r"\1,\2", commas)
    try:
        yield bare[: json.JSONDecoder(strict=False).raw_decode(bare)[1]]
    except (ValueError, RecursionError):
        return


def _item(element: html.HtmlElement) -> dict[str, object]:
    """A microdata item in the shape of JSON-LD; `articleBody` is left to those who read the page."""
    item: dict[str, object] = {"@type": [(element.get("itemtype") or "").strip().rsplit("/", 1)[-1]]}
    pending = list(element)[::-1]
    while pending:
        child = pending.pop()
        name = child.get("itemprop") if isinstance(child.tag, str) else None
        nested = isinstance(child.tag, str) and child.get("itemscope") is not None
        if name and "articleBody" not in name:
            value: object = _item(child) if nested and not _too_deep(child) else _property(child)
            for one in name.split():
                there = item.setdefault(one, [])
                if isinstance(there, list):
                    there.append(value)
        if not nested:
            pending.extend(list(child)[::-1])
    return item


def _too_deep(element: html.HtmlElement) -> bool:
    return sum(1 for above in element.iterancestors() if above.get("itemscope") is not None) > MAX_DEPTH


def _property(element: html.HtmlElement) -> str:
    for attribute in ("content", "datetime", "href", "src"):
        value = element.get(attribute)
        if value is not None and not (attribute == "href" and element.tag == "a" and element.get("itemprop") != "url"):
            return str(value)
    return squeeze("".join(map(str, element.itertext())))


def text_value(value: object) -> str | None:
    """The text of a property, whatever its shape; the first of several. Entities and tags in it are undone."""
    return next(_texts(value, 0), None)


def text_values(value: object) -> list[str]:
    """All texts of a property; those that list several with commas or semicolons are cut apart."""
    return [part for text in _texts(value, 0) for part in map(str.strip, re.split(r"\s*[;,]\s*", text)) if part]


def _texts(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        text = plain(value)
        if text:
            yield text
    elif depth < MAX_DEPTH and isinstance(value, list):
        for part in value[:MAX_VALUES]:
            yield from _texts(part, depth + 1)
    elif depth < MAX_DEPTH and isinstance(value, dict):
        yield from _texts(value.get("@value") or value.get("name"), depth + 1)


def plain(text: str) -> str:
    """A value of metadata without the HTML that content systems leave in it; a tag that they quote stays."""
    bare = _INLINE_TAG.sub("", text) if "<" in text else text
    return squeeze(html_entities.unescape(html_entities.unescape(bare)) if "&" in bare else bare)


def entities(described: Descriptions, article: Node) -> dict[str, list[str]]:
    """Names of the people, places and organisations that an article is said to be about or to mention."""
    found: dict[str, list[str]] = {"people": [], "places": [], "organisations": []}
    for key in ("about", "mentions", "contentLocation", "spatialCoverage"):
        value = article.get(key)
        for part in value[:MAX_VALUES] if isinstance(value, list) else [value]:
            node = described.resolve(part)
            if isinstance(node, dict):
                kind = _kind_of(types(node))
                name = text_value(node.get("name"))
                if kind and name:
                    found[kind].append(name)
    return {kind: list(dict.fromkeys(names)) for kind, names in found.items()}


def _kind_of(kinds: set[str]) -> str | None:
    if kinds & _PERSON:
        return "people"
    if any(kind.endswith(_ORGANISATION_ENDS) for kind in kinds):
        return "organisations"
    return "places" if kinds & _PLACE_TYPES else None


def is_organisation(node: object) -> bool:
    """Whether an object is an organisation by its type."""
    return isinstance(node, dict) and _kind_of(types(node)) == "organisations"
