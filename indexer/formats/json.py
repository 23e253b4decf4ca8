"""JSON and JSON Lines: one object, a list of them, or one to a line, in any of the shapes that news comes in.

Lines, and the elements of a list, are read one after the other, so that their number does not matter; what must be
held at once, a line, an element or an object that wraps its articles, may have `LONGEST_VALUE`.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, BinaryIO

from index.article import Origin
from index.errors import ArticleRejected
from indexer.charset import decode, lenient_utf8
from indexer.format import Found, Rejected
from indexer.formats.jsonld import Descriptions
from indexer.formats.records import read_record
from indexer.formats.shapes import fold
from indexer.safety import MAX_ARTICLE, characters

LONGEST_VALUE = 64_000_000
"""Bytes: with what Python makes of it some 250 MB of memory. The longest article met in JSON has 1 MB."""
CHUNK = 1 << 16
MOST_NESTED_WRAPPERS = 6
LONGEST_NUMBER = 30
"""Digits; Python takes quadratic time to read a longer whole number, which is read as a float instead."""

_START = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")
_BETWEEN = re.compile(r"[\s,]*")
_BLANK = codecs.BOM_UTF8 + b" \t\r\n"
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Keys under which interfaces and dumps keep their articles, and keys that only articles have.
_WRAPPERS = (
    "response", "results", "articles", "items", "item", "docs", "documents", "data", "records", "hits", "stories",
    "posts", "entries", "news", "_source",
)  # fmt: skip
_JSON_FEED = "https://jsonfeed.org/version/"
_TEXTS = frozenset(
    {"body", "text", "content", "bodyhtml", "bodytext", "articlebody", "contenthtml", "fields", "bodies"}
)


class JsonFormat:
    """Articles as JSON, in a document or one to a line."""

    name = "json"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of what starts like an object or a list of objects."""
        start = head.replace(b"\0", b"")
        for mark in (codecs.BOM_UTF8, *_WIDE_MARKS):
            start = start.removeprefix(mark)
        named = name.lower().endswith((".json", ".jsonl", ".ndjson", ".jsonlines"))
        if _START.match(start):
            return 0.95 if named else 0.9
        return 0.5 if named and start.strip()[:1] in {b"{", b"["} else 0.0

    def parse(self, stream: BinaryIO, origin: Origin) -> Iterator[Found]:
        """The articles in order; a line or an object that holds none as `Rejected`, with its number.

        Raises ArticleRejected when not even one value can be read.
        """
        number, first = 1, stream.readline(CHUNK)
        while first and not first.strip(_BLANK):
            number, first = number + first.endswith(b"\n"), stream.readline(CHUNK)
        if not first:
            raise ArticleRejected("the file is empty")
        if first.startswith(_WIDE_MARKS) or b"\0" in first[:4]:
            yield from _document([_wide(first, stream)], origin)
        elif first.strip(_BLANK).startswith(b"["):
            yield from _document(_text(_pieces([first], stream)), origin)
        else:
            yield from _lines_or_document(number, first, stream, origin)


FORMAT = JsonFormat()


def _lines_or_document(number: int, first: bytes, stream: BinaryIO, origin: Origin) -> Iterator[Found]:
    """One object to a line, if the first line or else the second is an object by itself and is not alone."""
    if not first.endswith(b"\n"):
        first += stream.readline(LONGEST_VALUE - len(first))
    lines = chain([(number, first)], _numbered_lines(stream, number + 1))
    head = [next(lines)]
    if _is_whole(first):
        head += islice((line for line in lines if line[1].strip(_BLANK)), 1)
    if len(head) > 1 and (_is_value(first) or (head[1][1].startswith(b"{") and _is_value(head[1][1]))):
        yield from _lines(chain(head, lines), origin)
    else:
        yield from _document(_text(_pieces([line for _, line in head], stream)), origin)


def _numbered_lines(stream: BinaryIO, number: int) -> Iterator[tuple[int, bytes]]:
    """Lines and their numbers; of one that is too long only the start, and on resuming the line after it."""
    while line := stream.readline(LONGEST_VALUE):
        yield number, line
        number += 1
        while not _is_whole(line):
            line = stream.readline(LONGEST_VALUE)


def _is_whole(line: bytes) -> bool:
    return line.endswith(b"\n") or len(line) < LONGEST_VALUE


def _pieces(head: Iterable[bytes], stream: BinaryIO) -> Iterator[bytes]:
    return chain(head, iter(lambda: stream.read(CHUNK), b""))


def _is_value(line: bytes) -> bool:
    """Whether a line by itself is an object or a list."""
    try:
        return isinstance(_loads(line), dict | list)
    except ArticleRejected:
        return False


def _wide(start: bytes, stream: BinaryIO) -> str:
    data = start + stream.read(LONGEST_VALUE)
    if len(data) > LONGEST_VALUE:
        raise ArticleRejected(f"the document is in UTF-16 and has more than {LONGEST_VALUE:,} bytes; write it in UTF-8")
    return decode(data)


def _text(pieces: Iterable[bytes]) -> Iterator[str]:
    decoder = lenient_utf8()
    for number, piece in enumerate(pieces):
        yield decoder.decode(piece.removeprefix(codecs.BOM_UTF8) if not number else piece)


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_NUMBER else float(digits)


def _no_number(_: str) -> None:
    """NaN and Infinity are no JSON, and no value of an article."""


_DECODER = json.JSONDecoder(strict=False, parse_int=_integer, parse_constant=_no_number)


def _loads(line: bytes) -> Any:
    """The value of a line. Raises ArticleRejected when it is none."""
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = decode(line, "utf-8")
    try:
        return _DECODER.decode(text.strip())
    except json.JSONDecodeError as error:
        raise ArticleRejected(f"broken JSON: {error.msg} at character {error.pos + 1:,}") from error
    except RecursionError as error:
        raise ArticleRejected("the JSON is nested too deeply") from error


def _lines(lines: Iterable[tuple[int, bytes]], origin: Origin) -> Iterator[Found]:
    for number, line in lines:
        if not line.strip():
            continue
        place = Origin(origin.path, origin.member, number)
        if not _is_whole(line):
            yield Rejected(place, f"the line has more than {LONGEST_VALUE:,} bytes")
            continue
        try:
            value = _loads(line)
        except ArticleRejected as rejection:
            yield Rejected(place, rejection.reason)
            continue
        found = False
        for record in _records(value):
            found = True
            yield _read(*record, place)
        if not found:
            yield Rejected(place, "the line holds no article")


def _document(text: Iterable[str], origin: Origin) -> Iterator[Found]:
    """The articles of one value, or of several one after the other. What follows a fault is rejected as a whole."""
    count = 0
    values = _values(iter(text))
    while True:
        try:
            listed, value = next(values)
        except StopIteration:
            break
        except ArticleRejected as rejection:
            if not count:
                raise
            yield Rejected(Origin(origin.path, origin.member, count + 1), f"{rejection.reason}; what follows is lost")
            return
        for record in _records(value):
            count += 1
            single = not listed and record[0] is value
            yield _read(*record, origin if single else Origin(origin.path, origin.member, count))
    if not count:
        raise ArticleRejected("the JSON holds no article")


def _values(text: Iterator[str]) -> Iterator[tuple[bool, object]]:
    """The values of a document as they come: the elements of a list at the top, or whole values; whether listed.

    A value that does not end in what was read so far is tried again with twice as much. Raises ArticleRejected where
    the document breaks.
    """
    buffer, at, passed, ended, listed = "", 0, 0, False, False
    while True:
        at = _BETWEEN.match(buffer, at).end()  # type: ignore[union-attr]  # it matches nothing, too
        if at < len(buffer) and buffer[at] in "[]" and (listed == (buffer[at] == "]")):
            listed, at = not listed, at + 1
            continue
        try:
            value, end = _DECODER.raw_decode(buffer, at)
        except json.JSONDecodeError as error:
            if ended and at == len(buffer) and not listed:
                return
            if ended or len(buffer) - at > LONGEST_VALUE:
                raise ArticleRejected(_fault(error, passed, too_long=not ended)) from error
        except RecursionError as error:
            raise ArticleRejected("the JSON is nested too deeply") from error
        else:
            yield listed, value
            at = end
            if at > CHUNK:
                passed, buffer, at = passed + at, buffer[at:], 0
            continue
        passed, buffer, at = passed + at, buffer[at:], 0
        wanted = 2 * len(buffer) + CHUNK
        parts = [buffer]
        while not ended and sum(map(len, parts)) < wanted:
            part = next(text, None)
            ended = part is None
            parts.append(part or "")
        buffer = "".join(parts)


def _fault(error: json.JSONDecodeError, passed: int, *, too_long: bool) -> str:
    if too_long:
        return f"a JSON value has more than {LONGEST_VALUE:,} characters; write one article to a line (JSON Lines)"
    return f"broken JSON: {error.msg} at character {passed + error.pos + 1:,}"


def _records(value: object, depth: int = 0) -> Iterator[tuple[object, Descriptions | None]]:
    """The objects in a value that should be articles, and for JSON-LD what they may refer to."""
    if isinstance(value, list):
        for one in value:
            yield from _records(one, depth + 1) if depth < MOST_NESTED_WRAPPERS else [(one, None)]
    elif not isinstance(value, Mapping):
        yield value, None
    elif "@graph" in value or "@type" in value:
        described = Descriptions([value])
        articles = described.articles()
        yield from ((article, described) for article in articles) if articles else [(value, None)]
    else:
        inner = _wrapped(value) if depth < MOST_NESTED_WRAPPERS else None
        yield from [(value, None)] if inner is None else _records(inner, depth + 1)


def _wrapped(value: Mapping[str, Any]) -> object:
    """What an object wraps, if it is the answer of an interface and no article itself."""
    keys = {fold(str(key)) for key in value}
    if keys & _TEXTS or "headline" in keys:
        return None
    for key in _WRAPPERS:
        inner = value.get(key)
        if key == "items" and str(value.get("version")).startswith(_JSON_FEED) and isinstance(inner, list):
            return [_of_feed(one, value) for one in inner]
        if isinstance(inner, Mapping) or (isinstance(inner, list) and (not inner or isinstance(inner[0], Mapping))):
            return inner
    return None


def _of_feed(item: object, feed: Mapping[str, Any]) -> object:
    """An item of a JSON Feed with what the feed says of all of them."""
    if not isinstance(item, Mapping):
        return item
    said = {"source": feed.get("title"), "language": feed.get("language")}
    if not item.keys() & {"author", "authors"}:
        said["authors"] = feed.get("authors") or feed.get("author")
    return {**{key: value for key, value in said.items() if value}, **item}


def _read(record: object, described: Descriptions | None, place: Origin) -> Found:
    if not isinstance(record, Mapping):
        return Rejected(place, f"a {_KINDS.get(type(record), 'value')} stands where an article should")
    try:
        if (length := characters(record)) > MAX_ARTICLE:
            return Rejected(place, f"the object has {length:,} characters, more than {MAX_ARTICLE:,}")
        return read_record(record, place, described)
    except ArticleRejected as rejection:
        return Rejected(place, rejection.reason)
    except RecursionError:
        return Rejected(place, "the JSON is nested too deeply")


_KINDS: dict[type, str] = {str: "text", int: "number", float: "number", bool: "true or false", type(None): "null"}
