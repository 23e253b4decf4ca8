"""What an article is: the one shape that every input format becomes and every answer is made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from index.analysis import words
from index.dates import Instant, Precision, parse_instant


@dataclass(frozen=True, slots=True)
class Caption:
    """The text under a picture and who is credited for the picture."""

    text: str
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody said; `speaker` is `None` when the text does not tell who."""

    text: str
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the value of one field came from.

    `method` is `json-ld:datePublished`, `reuters:PLACES`, `text:first-date`…; `path` a place inside the input, such
    as an XPath; `confidence` runs from 0 to 1; `rejected` holds the other values that were found and not taken.
    """

    method: str
    path: str = ""
    confidence: float = 1.0
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """The input that an article was read from: a file, the member of an archive, the record inside (1-based)."""

    path: str
    member: str = ""
    record: int = 0

    def __str__(self) -> str:
        where = f"{self.path}!{self.member}" if self.member else self.path
        return f"{where}#{self.record}" if self.record else where


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One published article. A missing field is `None` or empty, and never a reason to drop the article.

    `id` is empty only between a format's parser and the pipeline, which gives every article its id.
    A field named in `provenance` was supplied, even if empty: nothing found in the text is added to it.
    `version` is the publisher's number of this version of the article, 0 when there is none.
    """

    id: str = ""
    url: str | None = None
    source: str | None = None
    title: str | None = None
    abstract: str | None = None
    byline: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    published: Instant | None = None
    modified: Instant | None = None
    dateline: str | None = None
    section: str | None = None
    keywords: tuple[str, ...] = ()
    type: str | None = None
    language: str | None = None
    headings: tuple[str, ...] = ()
    body: str = ""
    captions: tuple[Caption, ...] = ()
    people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    cluster: str | None = None
    version: int = 0
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    first_indexed: datetime | None = None
    origin: Origin | None = None

    @property
    def word_count(self) -> int:
        """Words of the body."""
        return len(words(self.body))

    @property
    def content_hash(self) -> str:
        """A digest of everything the publisher or the text says: equal means that nothing changed."""
        content = self.to_record()
        for volatile in ("cluster", "firstIndexed", "origin"):
            content.pop(volatile, None)
        content["provenance"].pop("origin", None)  # the day on which a page was crawled changes nothing in it
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """The article under the public JSON names; missing fields are null or empty lists."""
        return {
            "id": self.id,
            "url": self.url,
            "source": self.source,
            "title": self.title,
            "abstract": self.abstract,
            "byline": list(self.byline),
            "credits": list(self.credits),
            "published": str(self.published) if self.published else None,
            "publishedPrecision": self.published.precision.value if self.published else None,
            "modified": str(self.modified) if self.modified else None,
            "dateline": self.dateline,
            "section": self.section,
            "keywords": list(self.keywords),
            "type": self.type,
            "language": self.language,
            "headings": list(self.headings),
            "body": self.body,
            "captions": [{"text": caption.text, "credit": caption.credit} for caption in self.captions],
            "people": list(self.people),
            "places": list(self.places),
            "organisations": list(self.organisations),
            "quotes": [{"text": quote.text, "speaker": quote.speaker or "unattributed"} for quote in self.quotes],
            "cluster": self.cluster,
            "firstIndexed": self.first_indexed.isoformat() if self.first_indexed else None,
        }

    def to_record(self) -> dict[str, Any]:
        """Everything the article knows, for storage: `to_json` and version, provenance and origin."""
        return {
            **self.to_json(),
            **({"version": self.version} if self.version else {}),
            "provenance": {name: provenance_json(found) for name, found in self.provenance.items()},
            "origin": [self.origin.path, self.origin.member, self.origin.record] if self.origin else None,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Article:
        """The article that `to_record` or `to_json` wrote. Keys that are absent are missing fields.

        Raises ValueError, KeyError, TypeError or AttributeError when a value has not the shape `to_record` gives it.
        """
        origin, first_indexed = record.get("origin"), record.get("firstIndexed")
        plain: dict[str, Any] = {name: record.get(name) for name in _SINGLE}
        plain |= {name: tuple(record.get(name) or ()) for name in _MANY}
        return cls(
            **plain,
            id=record.get("id") or "",
            body=record.get("body") or "",
            version=int(record.get("version") or 0),
            published=_instant(record.get("published"), record.get("publishedPrecision")),
            modified=_instant(record.get("modified"), None),
            captions=tuple(Caption(one["text"], one.get("credit")) for one in record.get("captions") or ()),
            quotes=tuple(
                Quote(one["text"], None if one.get("speaker") == "unattributed" else one.get("speaker"))
                for one in record.get("quotes") or ()
            ),
            provenance={
                name: Provenance(
                    found["method"], found.get("path", ""), found["confidence"], tuple(found.get("rejected", ()))
                )
                for name, found in (record.get("provenance") or {}).items()
            },
            first_indexed=datetime.fromisoformat(first_indexed) if first_indexed else None,
            origin=Origin(*origin) if origin else None,
        )


_SINGLE = (
    "url", "source", "title", "abstract", "dateline", "section", "type", "language", "cluster",
)  # fmt: skip
_MANY = ("byline", "credits", "keywords", "headings", "people", "places", "organisations")


def provenance_json(found: Provenance) -> dict[str, Any]:
    """One field's provenance under its public JSON names."""
    return {
        "method": found.method,
        "path": found.path,
        "confidence": found.confidence,
        "rejected": list(found.rejected),
    }


def _instant(text: str | None, precision: str | None) -> Instant | None:
    if not text:
        return None
    instant = parse_instant(text)
    return Instant(instant.at, Precision(precision)) if precision else instant
