"""What is inside another input is read by the format that recognises it, whichever process does it."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

import pytest
from hostile import mutations
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, Origin, Provenance
from indexer import parallel
from indexer.archives import RawInput, buffered
from indexer.format import Contents, Format, Found, Rejected
from indexer.formats import feed, html, json, mail, mediawiki, reuters, text, warc
from indexer.pipeline import MOST_CARRIERS, Record, opened, read_articles, read_contents

FORMATS: tuple[Format, ...] = tuple(one.FORMAT for one in (feed, html, json, mail, mediawiki, reuters, text, warc))
NOW = datetime(2024, 6, 19, tzinfo=UTC)
PAGE = b"<html><body><article><h1>Pier burns</h1><p>%b</p></article></body></html>" % (b"The pier burns. " * 30)


def raw(data: bytes, name: str = "f") -> RawInput:
    return RawInput(name, Origin(name), buffered(io.BytesIO(data), "the file"))


def read(data: bytes, name: str = "f") -> list[Record]:
    return list(read_articles(raw(data, name), FORMATS, NOW))


def record(body: bytes, content_type: str = "text/html", url: str = "https://a.example/x") -> bytes:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\n\r\n%b" % (content_type.encode(), body)
    return (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: %b\r\nWARC-Date: 2024-01-02T03:04:05Z\r\n"
        b"Content-Type: application/http\r\nContent-Length: %d\r\n\r\n%b\r\n\r\n" % (url.encode(), len(answer), answer)
    )


def message(inner: bytes) -> bytes:
    return b"From: a@b.example\nSubject: s\nMessage-ID: <1@b>\nContent-Type: message/rfc822\n\n" + inner


class Carrier:
    """A format that carries one page and tells of it."""

    name = "carrier"

    def __init__(self, told: Article | None) -> None:
        self.told = told

    def sniff(self, head: bytes, name: str) -> float:
        return 1.0 if name == "carrier" else 0.0

    def parse(self, stream: BinaryIO, origin: Origin) -> Iterator[Found | Contents]:
        yield Contents("page.html", Origin(origin.path, "page"), stream.read(), self.told)


def carried(told: Article, page: bytes = PAGE) -> Article:
    (found,) = read_articles(raw(page, "carrier"), (*FORMATS, Carrier(told)), NOW)
    assert isinstance(found, Article)
    return found


def test_what_the_carrier_says_fills_fields_that_the_page_has_not() -> None:
    told = Article(url="https://a.example/1", title="Told", provenance={"url": Provenance("carrier:url")})
    article = carried(told)
    assert (article.title, article.url) == ("Pier burns", "https://a.example/1")
    assert article.provenance["url"].method == "carrier:url"
    assert article.provenance["title"].method == "html:h1"


def test_what_the_carrier_says_of_a_collection_is_not_said_of_each_article_in_it() -> None:
    data = b'[{"title": "One", "text": "First text."}, {"title": "Two", "text": "Second text."}]'
    found = list(read_articles(raw(data, "carrier"), (*FORMATS, Carrier(Article(url="https://a.example/1"))), NOW))
    assert [article.url for article in found if isinstance(article, Article)] == [None, None]


def test_the_day_of_a_crawl_is_known_and_changes_nothing_in_the_article() -> None:
    (one,) = read(record(PAGE))
    (other,) = read(record(PAGE).replace(b"2024-01-02", b"2024-02-03"))
    assert isinstance(one, Article)
    assert isinstance(other, Article)
    assert one.provenance["origin"].path == "crawled 2024-01-02T03:04:05Z"
    assert other.provenance["origin"] != one.provenance["origin"]
    assert other.content_hash == one.content_hash


def test_a_message_in_a_web_archive_with_a_page_in_it_is_read_and_deeper_is_refused() -> None:
    attached = b"From: a@b.example\nSubject: s\nMessage-ID: <1@b>\nContent-Type: text/html; name=a.html\n\n" + PAGE
    (article,) = read(record(attached, "message/rfc822"))
    assert isinstance(article, Article)
    assert article.title == "Pier burns"
    deep = attached
    for _ in range(MOST_CARRIERS + 1):
        deep = message(deep)
    (rejected,) = read(deep)
    assert isinstance(rejected, Rejected)
    assert "packed too deep" in rejected.reason


def test_a_feed_and_json_and_a_packed_page_in_a_web_archive_are_read() -> None:
    rss = b"<rss version='2.0'><channel><title>P</title><item><title>Item</title></item></channel></rss>"
    packed = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(PAGE)
    )  # fmt: skip
    archive = record(rss, "application/rss+xml") + record(b'{"title": "J", "text": "T."}', "application/json")
    archive += (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/y\r\nContent-Length: %d\r\n\r\n"
        % (len(packed))
    )
    found = read(archive + packed)
    assert [one.title for one in found if isinstance(one, Article)] == ["Item", "J", "Pier burns"]
    assert [str(one.origin) for one in found] == [
        "f!https://a.example/x#1", "f!https://a.example/x", "f!http://a.example/y",
    ]  # fmt: skip


def test_a_web_archive_in_a_zip_names_its_pages_by_where_they_are() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("crawl.warc", record(PAGE))
    from indexer.archives import Budget, Limits, unpacked  # noqa: PLC0415  # only here

    stream = buffered(io.BytesIO(packed.getvalue()), "the file")
    (inner,) = [
        found
        for source in unpacked(stream, "f.zip", Origin("f.zip"), Budget(10_000, Limits()))
        if isinstance(source, RawInput)
        for found in read_articles(source, FORMATS, NOW)
    ]
    assert str(inner.origin) == "f.zip!crawl.warc!https://a.example/x"


def test_the_pages_of_a_large_archive_go_to_the_workers_as_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "LARGEST_CONTENT", 1_000)
    archive = b"".join(record(PAGE, url=f"https://a.example/{number}") for number in range(20))
    pieces = list(parallel._pieces(raw(archive), FORMATS))
    assert all(isinstance(piece, Contents) and piece.content == PAGE for piece in pieces)
    by_workers = [
        found for piece in pieces if isinstance(piece, Contents) for found in read_contents(piece, FORMATS, NOW)
    ]
    assert by_workers == read(archive)


@pytest.mark.parametrize("folder", ["feed", "mediawiki", "warc", "mail"])
@given(data=st.data())
def test_changed_samples_end_as_articles_or_true_reasons(folder: str, data: st.DataObject) -> None:
    """Nothing that is done to a sample makes its parser fail in a way that was not foreseen."""
    changed = data.draw(mutations(folder))
    for source in (raw(changed, f"x.{folder}"), raw(changed, "")):
        for found in opened(source, FORMATS):
            inner = list(read_contents(found, FORMATS, NOW)) if isinstance(found, Contents) else [found]
            assert not [one for one in inner if isinstance(one, Rejected) and "internal error" in one.reason]
