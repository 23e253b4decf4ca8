"""Articles as JSON objects: read by the table of their shape (`shapes.py`), with a note of where each field stood."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from index.article import Article, Caption, Origin, Provenance, Quote
from index.dates import Instant, Precision, parse_instant
from index.errors import ArticleRejected
from indexer.format import Found
from indexer.formats.addresses import web_address
from indexer.formats.bylines import read_byline
from indexer.formats.captions import split_credit
from indexer.formats.fragment import Passage, is_markup, read_markup, read_passage
from indexer.formats.html import with_dateline
from indexer.formats.jsonld import ARTICLE_TYPES, Descriptions, entities, is_organisation, plain, types
from indexer.formats.maintext import key
from indexer.formats.markup import squeeze
from indexer.formats.newsitem import HIGHEST_VERSION, as_status_says, taken_back, version_of
from indexer.formats.pagemeta import primary_language
from indexer.formats.shapes import JSON_LD, NINJS, OWN, Shape, shape_of, values_at
from indexer.formats.when import read_instant
from indexer.safety import printable

Record = Mapping[str, Any]

_MORE_CHARACTERS = re.compile(r"\s*\[\+\d+ chars\]\s*$")
_ARTICLES = ARTICLE_TYPES | {"CreativeWork", "DigitalDocument"}
_NAME_KEYS = ("name", "value", "webtitle", "main", "title", "label", "text", "@value", "literal", "term")
_CODE_KEYS = ("code", "literal", "uri")
_PICTURE_TYPES = frozenset({"picture", "photo", "image", "graphic", "video", "animation", "imageobject", "videoobject"})
_CAPTION_PLACES = ("caption", "description_text", "descriptions[role=caption].value", "descriptions.value",
                   "description_caption", "description", "text", "alt_text")  # fmt: skip
_CREDIT_PLACES = ("credit", "creditText", "byline", "by", "creditline", "description_creditline", "photographer",
                  "creator.name", "author.name", "infosource.name", "copyrightholder.name",
                  "copyrightholder")  # fmt: skip
_LISTED = re.compile(r"\s*[;,|]\s*")


class Reader:
    """Reads one object by one shape's table, and notes where each field was found."""

    def __init__(self, record: Record, shape: Shape) -> None:
        self.record = record
        self.shape = shape
        self.line = _exact_line if shape is OWN else _line
        self.provenance: dict[str, Provenance] = {}

    def found(self, field: str) -> Iterator[tuple[str, list[Any]]]:
        """The places of a field that hold something, with the values there."""
        for path in self.shape.places.get(field, ()):
            values = values_at(self.record, path)
            if values:
                yield path, values

    def value(self, field: str) -> object:
        """The first value of what is no field of an article but says something about it; `None` when there is none."""
        return next((value for _, values in self.found(field) for value in values), None)

    def note(self, field: str, path: str, rejected: tuple[str, ...] = ()) -> None:
        """Remember where a field was found."""
        self.provenance[field] = Provenance(f"{self.shape.name}:{path}", path, rejected=rejected)

    def text(self, field: str) -> str | None:
        """The first text of a field, on one line, without markup."""
        for path, values in self.found(field):
            for value in values:
                text = self.line(value)
                if text:
                    self.note(field, path)
                    return text
        return None

    def names(self, field: str) -> tuple[str, ...]:
        """All names of a field, at the first place that has some; codes go to the provenance.

        An empty list is an answer too: the publisher says that there are none.
        """
        for path, values in self.found(field):
            listed = field == "keywords" and self.shape is not OWN
            names = dict.fromkeys(
                name for value in values for name in (_listed(value) if listed else [self.line(value)]) if name
            )
            if names:
                self.note(field, path, self._codes(path))
                return tuple(names)
        keys = {path.split(".")[0].split("[")[0] for path in self.shape.places.get(field, ())}
        if any(self.record.get(key) == [] for key in keys):
            self.note(field, field)
        return ()

    def _codes(self, path: str) -> tuple[str, ...]:
        """The codes that stand beside names, where there are any."""
        base = path.rpartition(".")[0]
        found = (values_at(self.record, f"{base}.{key}") for key in _CODE_KEYS) if base else iter(())
        return tuple(dict.fromkeys(code for value in next(filter(None, found), []) if (code := _line(value))))

    def instant(self, field: str) -> Instant | None:
        """When something happened; what cannot be read as a date is kept as rejected."""
        unread: list[str] = []
        for path, values in self.found(field):
            for value in values:
                instant = read_instant(value)
                if instant:
                    self.note(field, path, tuple(unread))
                    return instant
                unread.append(str(value)[:80])
        if unread:
            self.provenance[field] = Provenance(f"{self.shape.name}:{field}", confidence=0.0, rejected=tuple(unread))
        return None

    def byline(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Writers, and the bodies credited, at the first place that names one of either."""
        for path, values in self.found("byline"):
            bodies = [name for value in values if is_organisation(value) and (name := _line(value))]
            people = [text for value in values if not is_organisation(value) for text in _byline_texts(value)]
            writers, others = read_byline(people)
            if writers or others or bodies:
                self.note("byline", path)
                return writers, tuple(dict.fromkeys([*bodies, *others]))
        return (), ()

    def passage(self) -> Passage:
        """The running text, HTML where there is a choice."""
        for path, values in self.found("body"):
            texts = [value for value in values if isinstance(value, str) and value.strip()]
            if texts:
                text = "\n\n".join(texts if path.startswith("blocks.") else texts[:1])  # the blocks of a live report
                read = read_markup if path.lower().endswith(("html", "html].value")) else read_passage
                self.note("body", path)
                return read(_MORE_CHARACTERS.sub("", text))
        return Passage()

    def captions(self) -> tuple[Caption, ...]:
        """Captions of the pictures that go with the article."""
        found: dict[tuple[str, str | None], Caption] = {}
        for path, values in self.found("captions"):
            for value in _each(values):
                for caption in _captions(value):
                    found.setdefault((caption.text, caption.credit), caption)
            if found:
                self.note("captions", path)
                break
        return tuple(found.values())


def read_record(record: Record, origin: Origin | None = None, described: Descriptions | None = None) -> Found:
    """The article that an object holds, as its status says; `described` are other objects that JSON-LD may refer to.

    Raises ArticleRejected when there is neither a title, a text nor a caption.
    """
    shape = shape_of(record)
    if shape is JSON_LD and types(record) and not types(record) & _ARTICLES:
        raise ArticleRejected(f"it describes a thing of type {', '.join(sorted(types(record)))[:80]}, not an article")
    reader = Reader(_with_entities(record, described) if shape is JSON_LD else record, shape)
    article = _own_article(reader) if shape is OWN else with_dateline(_article(reader))
    if shape is NINJS and str(record.get("type")).lower() in _PICTURE_TYPES:
        article = replace(article, abstract=None, captions=tuple(_captions(record)))
    status, embargo = _line(reader.value("status")), reader.value("embargoed")
    until = read_instant(embargo)
    if embargo and until is None and not taken_back(status):
        status = "embargoed"  # until nobody can tell when
    if not (taken_back(status) or article.title or article.body.strip() or article.captions):
        keys = squeeze(", ".join(map(str, list(record)[:8])))[:200] or "none"
        raise ArticleRejected(f"there is neither a title nor a text in it; its keys are: {keys}")
    return as_status_says(replace(article, origin=origin), status, until)


def _article(reader: Reader) -> Article:
    passage = reader.passage()
    source = reader.text("source")
    writers, bodies = reader.byline()
    published, modified = reader.instant("published"), reader.instant("modified")
    identity, title = reader.text("id"), _without_source(reader.text("title"), source)
    return Article(
        id=f"{reader.shape.name}:{identity}" if identity else "",
        url=web_address(reader.text("url") or ""),
        source=source,
        title=title,
        abstract=reader.text("abstract"),
        byline=writers,
        credits=tuple(dict.fromkeys([*bodies, *reader.names("credits")])),
        published=published,
        modified=None if modified == published else modified,
        dateline=reader.text("dateline"),
        section=reader.text("section"),
        keywords=reader.names("keywords"),
        type=reader.text("type"),
        language=primary_language(reader.text("language")),
        headings=tuple(dict.fromkeys(name for name in (*reader.names("headings"), *passage.headings) if name != title)),
        body=_without_title(passage.body, title),
        captions=tuple(dict.fromkeys([*reader.captions(), *passage.captions])),
        people=reader.names("people"),
        places=reader.names("places"),
        organisations=reader.names("organisations"),
        version=version_of(_line(reader.value("version"))),
        provenance=reader.provenance,
    )


def _own_article(reader: Reader) -> Article:
    """An object of our own shape, as it stands: nothing in it is cut apart or cleaned away."""
    record = reader.record
    identity, body = record.get("id"), record.get("body")
    published = _own_instant(reader, "published")
    precision = record.get("publishedPrecision")
    if published and isinstance(precision, str) and precision in set(Precision):
        published = Instant(published.at, Precision(precision))
    article = Article(
        id=printable(identity) if isinstance(identity, str) else "",
        url=reader.text("url"),
        source=reader.text("source"),
        title=reader.text("title"),
        abstract=reader.text("abstract"),
        byline=reader.names("byline"),
        credits=reader.names("credits"),
        published=published,
        modified=_own_instant(reader, "modified"),
        dateline=reader.text("dateline"),
        section=reader.text("section"),
        keywords=reader.names("keywords"),
        type=reader.text("type"),
        language=reader.text("language"),
        headings=reader.names("headings"),
        body=printable(body) if isinstance(body, str) else "",
        captions=tuple(_own_captions(values_at(record, "captions"))),
        people=reader.names("people"),
        places=reader.names("places"),
        organisations=reader.names("organisations"),
        quotes=tuple(_quotes(values_at(record, "quotes"))),
        version=_own_version(record.get("version")),
        provenance=reader.provenance,
    )
    provenance = record.get("provenance")
    return replace(article, provenance=_own_provenance(provenance)) if isinstance(provenance, Mapping) else article


def _own_version(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value <= HIGHEST_VERSION else 0


def _own_instant(reader: Reader, field: str) -> Instant | None:
    """An instant as we write it, which may be of any year, or else as others do."""
    value = reader.record.get(field)
    try:
        instant = parse_instant(value) if isinstance(value, str) else None
    except ValueError:
        instant = None
    if instant is None:
        return reader.instant(field)
    reader.note(field, field)
    return instant


def _own_captions(values: Iterable[object]) -> Iterator[Caption]:
    for value in values:
        if isinstance(value, Mapping):
            text, credit = _exact_line(value.get("text")), _exact_line(value.get("credit")) or None
            if text or credit:
                yield Caption(text, credit)
        else:
            yield from _captions(value)


def _quotes(values: Iterable[object]) -> Iterator[Quote]:
    for value in values:
        if isinstance(value, Mapping) and isinstance(value.get("text"), str):
            speaker = value.get("speaker")
            named = isinstance(speaker, str) and speaker != "unattributed"
            yield Quote(printable(value["text"]), printable(str(speaker)) if named else None)


def _own_provenance(value: Record) -> dict[str, Provenance]:
    """Provenance as our own exports write it; what has another shape is left out."""
    found: dict[str, Provenance] = {}
    for field, told in value.items():
        if isinstance(told, Mapping) and isinstance(told.get("method"), str):
            confidence, rejected = told.get("confidence"), told.get("rejected")
            found[str(field)] = Provenance(
                printable(told["method"]),
                printable(str(told.get("path") or "")),
                float(confidence) if isinstance(confidence, int | float) and 0 <= confidence <= 1 else 1.0,
                tuple(printable(one) for one in rejected if isinstance(one, str)) if isinstance(rejected, list) else (),
            )
    return found


def _with_entities(record: Record, described: Descriptions | None) -> Record:
    """A JSON-LD object with its references followed and the names it mentions sorted by kind."""
    known = described or Descriptions([record])
    resolved = {
        key: [known.resolve(one) for one in value] if isinstance(value, list) else known.resolve(value)
        for key, value in record.items()
    }
    return resolved | {kind: names for kind, names in entities(known, record).items() if names}


def _line(value: object) -> str:
    """The text of a value, on one line, without markup; empty when it has none."""
    if isinstance(value, str):
        return squeeze(plain(printable(value)))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)[:40]
    if isinstance(value, Mapping):
        return next(
            filter(None, (_line(value.get(key)) for key in _NAME_KEYS if not isinstance(value.get(key), Mapping))), ""
        )
    return ""


def _exact_line(value: object) -> str:
    """A text of our own shape: what looks like markup in it was written so."""
    return squeeze(printable(value)) if isinstance(value, str) else ""


def _listed(value: object) -> list[str]:
    text = _line(value)
    return _LISTED.split(text) if isinstance(value, str) else [text]


def _byline_texts(value: object) -> list[str]:
    if isinstance(value, Mapping):
        names = [_line(part) for key in ("firstName", "lastName") for part in values_at(value, key)]
        return [_line(value) or " ".join(names)]
    return [_line(value)]


def _each(values: Iterable[object]) -> Iterator[object]:
    """Pictures given as a list, or as an object that names each."""
    for value in values:
        if isinstance(value, Mapping) and value and all(isinstance(one, Mapping) for one in value.values()):
            yield from value.values()
        else:
            yield value


def _captions(value: object) -> list[Caption]:
    if isinstance(value, str):
        if is_markup(value):
            return list(read_markup(value).captions)
        return [] if re.match(r"https?:|/|data:", value) else [split_credit(_line(value))]
    if not isinstance(value, Mapping) or not _is_picture(value):
        return []
    text = next(filter(None, (_line(one) for place in _CAPTION_PLACES for one in values_at(value, place))), "")
    credit = next(filter(None, (_line(one) for place in _CREDIT_PLACES for one in values_at(value, place))), None)
    found = Caption(text, credit) if credit or "credit" in value else split_credit(text)
    return [found] if found.text or found.credit else []


def _is_picture(value: Record) -> bool:
    kinds = [kind for place in ("type", "@type") for kind in values_at(value, place) if isinstance(kind, str)]
    return not kinds or any(kind.lower() in _PICTURE_TYPES for kind in kinds)


def _without_title(body: str, title: str | None) -> str:
    """A body without the title as its first paragraph."""
    first, _, rest = body.partition("\n\n")
    return rest if title and rest and key(first) == key(title) else body


def _without_source(title: str | None, source: str | None) -> str | None:
    """A title without the “ - The Daily” that some interfaces add."""
    for separator in (" - ", " | ", " – "):
        if title and source and title.endswith(f"{separator}{source}"):
            return title.removesuffix(f"{separator}{source}")
    return title
