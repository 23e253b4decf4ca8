"""The shapes in which news comes as JSON, as tables: our own, ninjs, JSON-LD, two dumps of interfaces, and any other.

For each field of an article, the places where it may stand, the best first. A place is a path of keys,
`fields.headline`; a step through a list takes all its objects, `tags.webTitle`, or those that match,
`tags[type=keyword].webTitle`. Letter case and underscores of keys do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

MOST_VALUES = 500
"""Of one field; the longest list of keywords met has 87."""
_STEP = re.compile(r"(?P<key>[^\[\]]+)(?:\[(?P<of>\w+)=(?P<is>[^\]]+)\])?")
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Shape:
    """How one kind of object is written. It bears all keys of one of the sets in `marks`."""

    name: str
    marks: tuple[frozenset[str], ...]
    places: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=4_096)
def fold(key: str) -> str:
    """A key as keys are compared: `web_title`, `webTitle` and `WEBTITLE` are one."""
    return _NO_LETTER.sub("", key).lower()


def values_at(record: object, path: str) -> list[Any]:
    """The values at a path, in order, those of lists one by one; without nulls."""
    values: list[object] = [record]
    for step in _steps(path):
        values = [found for value in values for found in _step(value, step)]
    return [one for one in _flat(values) if one is not None][:MOST_VALUES]


def _flat(values: list[object]) -> Iterator[object]:
    for value in values:
        if isinstance(value, list):
            yield from value[:MOST_VALUES]
        else:
            yield value


class _Step(NamedTuple):
    key: str
    of: str | None
    wanted: str


@lru_cache(maxsize=1_024)
def _steps(path: str) -> tuple[_Step, ...]:
    found = (step for part in path.split(".") if (step := _STEP.fullmatch(part)))
    return tuple(_Step(fold(step["key"]), fold(step["of"]) if step["of"] else None, step["is"]) for step in found)


def _step(value: object, step: _Step) -> Iterator[object]:
    for one in _flat([value]):
        if isinstance(one, Mapping):
            found = next(
                (found for key, found in one.items() if found is not None and fold(str(key)) == step.key), None
            )
            if found is not None:
                yield from _matching(found, step.of, step.wanted) if step.of else [found]


def _matching(found: object, key: str, wanted: str) -> Iterator[object]:
    for one in _flat([found]):
        if isinstance(one, Mapping) and any(
            fold(str(name)) == key and isinstance(value, str) and value.lower() == wanted for name, value in one.items()
        ):
            yield one


OWN = Shape(
    "backfile",
    (frozenset({"publishedprecision"}),),
    {
        "title": ("title",), "abstract": ("abstract",), "url": ("url",), "source": ("source",), "byline": ("byline",),
        "credits": ("credits",), "published": ("published",), "modified": ("modified",), "dateline": ("dateline",),
        "section": ("section",), "keywords": ("keywords",), "type": ("type",), "language": ("language",),
        "headings": ("headings",), "body": ("body",), "captions": ("captions",), "people": ("people",),
        "places": ("places",), "organisations": ("organisations",),
    },
)  # fmt: skip
OWN_KEYS = frozenset(fold(place) for places in OWN.places.values() for place in places) | {
    "id", "publishedprecision", "quotes", "cluster", "firstindexed", "provenance", "origin", "version", "wordcount",
    "apiurl", "score", "highlights",
}  # fmt: skip
"""An object with no other keys than these is of our own shape too."""

NINJS = Shape(
    "ninjs",
    (
        frozenset({"uri", "versioncreated"}), frozenset({"uri", "pubstatus"}), frozenset({"uri", "headline", "type"}),
        frozenset({"versioncreated", "headline"}), frozenset({"uri", "bodies"}), frozenset({"uri", "headlines"}),
        frozenset({"bodyxhtml"}), frozenset({"guid", "versioncreated"}),
    ),
    {
        "id": ("uri", "urn", "guid"),
        "status": ("pubstatus",), "embargoed": ("embargoed",), "version": ("version",),
        "title": ("headline", "headlines[role=main].value", "headlines.value", "title", "name"),
        "abstract": ("description_text", "descriptions[role=summary].value", "descriptions[role=text].value",
                     "descriptions.value", "description_summary", "abstract", "teaser"),
        "url": ("url", "altids.url", "weburl", "uri"),
        "source": ("infosource.name", "infosources.name", "provider", "source", "copyrightholder"),
        "credits": ("creditline",),
        "byline": ("byline", "by"),
        "published": ("firstpublished", "firstcreated", "versioncreated", "contentcreated"),
        "modified": ("versioncreated",),
        "dateline": ("located", "datelinelocation.city"),
        "section": ("subject[rel=section].name", "service.name", "section"),
        "keywords": ("subject.name", "subjects.name", "subject.literal", "keywords", "dpasubject_names"),
        "type": ("type",),
        "language": ("language",),
        "body": ("body_html", "body_xhtml", "bodies[contenttype=text/html].value", "bodies[role=html].value",
                 "bodies[role=html5].value", "body_text", "bodies[contenttype=text/plain].value",
                 "bodies[role=text].value", "bodies.value", "body", "article_html"),
        "captions": ("associations",),
        "people": ("person.name", "people.name"),
        "places": ("place.name", "places.name", "geosubject_names"),
        "organisations": ("organisation.name", "organisations.name", "organization.name", "organizations.name"),
    },
)  # fmt: skip

JSON_LD = Shape(
    "json-ld",
    (frozenset({"context", "type", "headline"}), frozenset({"type", "headline", "datepublished"}),
     frozenset({"type", "articlebody"}), frozenset({"context", "type", "name"})),
    {
        "title": ("headline", "name"),
        "abstract": ("description", "abstract"),
        "url": ("url", "mainEntityOfPage.@id", "mainEntityOfPage", "@id"),
        "source": ("publisher.name", "publisher", "sourceOrganization.name"),
        "byline": ("author", "creator"),
        "published": ("datePublished", "dateCreated", "uploadDate"),
        "modified": ("dateModified",),
        "dateline": ("dateline",),
        "section": ("articleSection",),
        "keywords": ("keywords",),
        "type": ("@type",),
        "language": ("inLanguage.name", "inLanguage"),
        "body": ("articleBody", "text"),
        "captions": ("image", "associatedMedia"),
        "people": ("people",),
        "places": ("places",),
        "organisations": ("organisations",),
    },
)  # fmt: skip

GUARDIAN = Shape(
    "guardian",
    (frozenset({"webtitle", "weburl"}), frozenset({"webtitle", "fields"})),
    {
        "id": ("id",),
        "title": ("fields.headline", "webTitle"),
        "abstract": ("fields.trailText", "fields.standfirst"),
        "url": ("webUrl",),
        "source": ("fields.publication",),
        "byline": ("fields.byline", "tags[type=contributor].webTitle"),
        "published": ("webPublicationDate", "fields.firstPublicationDate"),
        "modified": ("fields.lastModified",),
        "section": ("sectionName",),
        "keywords": ("tags[type=keyword].webTitle",),
        "type": ("type",),
        "language": ("fields.lang",),
        "body": ("fields.body", "blocks.body.bodyHtml", "fields.bodyText", "blocks.body.bodyTextSummary"),
        "captions": ("fields.main",),
    },
)  # fmt: skip

NEWSAPI = Shape(
    "newsapi",
    (frozenset({"publishedat", "source", "title", "urltoimage"}), frozenset({"publishedat", "source", "content"})),
    {
        "title": ("title",), "abstract": ("description",), "url": ("url",), "source": ("source.name", "source"),
        "byline": ("author",), "published": ("publishedAt",), "body": ("content",), "language": ("language",),
    },
)  # fmt: skip

GENERIC = Shape(
    "json",
    (),
    {
        "title": ("title", "headline.main", "headline", "heading", "head", "webTitle", "name", "titre", "titel"),
        "abstract": ("abstract", "summary", "standfirst", "description", "excerpt", "trailText", "lede", "teaser",
                     "subtitle", "snippet", "dek"),
        "url": ("url", "web_url", "link", "canonical_url", "permalink", "external_url", "href", "source_url"),
        "source": ("source.name", "source", "publisher.name", "publisher", "publication", "outlet", "newspaper",
                   "site_name", "source_domain", "domain"),
        "byline": ("byline.original", "byline", "authors", "author", "by", "writer", "writers", "creator", "reporter",
                   "journalist"),
        "credits": ("credits", "agency"),
        "published": ("published", "published_at", "date_published", "publication_date", "publish_date", "pub_date",
                      "date_publish", "web_publication_date", "date", "datetime", "issued", "created", "created_at",
                      "timestamp", "time"),
        "modified": ("modified", "updated", "modified_at", "updated_at", "date_modified", "date_modify",
                     "last_modified", "last_updated"),
        "dateline": ("dateline",),
        "section": ("section", "section_name", "category", "categories", "news_desk", "channel", "desk"),
        "keywords": ("keywords.value", "keywords", "tags.name", "tags", "topics.name", "topics", "subjects", "labels"),
        "type": ("type", "type_of_material", "document_type", "kind"),
        "language": ("language", "lang"),
        "body": ("body_html", "content_html", "content.rendered", "body.content", "body", "text", "content",
                 "article_body", "body_text", "content_text", "full_text", "maintext", "main_text", "article", "story",
                 "html", "lead_paragraph"),
        "headings": ("headings", "subheadings"),
        "captions": ("captions", "caption", "images", "photos", "image"),
        "people": ("people", "persons"),
        "places": ("places", "locations"),
        "organisations": ("organisations", "organizations", "orgs", "companies"),
    },
)  # fmt: skip

_MARKED = (OWN, GUARDIAN, NINJS, NEWSAPI, JSON_LD)


def shape_of(record: Mapping[str, Any]) -> Shape:
    """The shape of an object: the first whose marks it bears, our own when it has no foreign key, else the generic."""
    keys = {fold(str(key)) for key in record}
    marked = next((shape for shape in _MARKED if any(marks <= keys for marks in shape.marks)), None)
    if marked is None:
        return OWN if keys <= OWN_KEYS and keys & {"title", "body"} else GENERIC
    return marked
