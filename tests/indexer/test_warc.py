"""Web archives hand on their pages, say what they passed over, and survive whatever is wrong with them."""

from __future__ import annotations

import gzip
import io
import zlib

import brotli
import pytest
import zstandard
from hostile import endless, in_bounded_time

from index.article import Origin
from index.errors import ArticleRejected
from indexer.format import Contents, Rejected
from indexer.formats import http_answer
from indexer.formats.warc import FORMAT, LARGEST_PAGE

PAGE = b"<p>The pier burns.</p>"


def record(body: bytes, kind: str = "response", length: int | None = None, more: bytes = b"") -> bytes:
    header = b"WARC/1.0\r\nWARC-Type: %b\r\nWARC-Target-URI: http://a.example/x\r\n%bContent-Length: %d\r\n\r\n"
    return header % (kind.encode(), more, len(body) if length is None else length) + body + b"\r\n\r\n"


def answer(body: bytes = PAGE, head: bytes = b"", status: int = 200, kind: bytes = b"text/html") -> bytes:
    return b"HTTP/1.1 %d OK\r\nContent-Type: %b\r\n%b\r\n%b" % (status, kind, head, body)


def parse(data: bytes) -> list[Contents | Rejected]:
    return list(FORMAT.parse(io.BytesIO(data), Origin("crawl.warc")))


def page(data: bytes) -> Contents:
    (found,) = parse(data)
    assert isinstance(found, Contents)
    return found


def reasons(data: bytes) -> list[str]:
    return [found.reason for found in parse(data) if isinstance(found, Rejected)]


def test_a_page_goes_on_with_its_address() -> None:
    found = page(record(answer()))
    assert (found.name, found.content) == ("x.html", PAGE)
    assert found.told is not None
    assert found.told.url == "http://a.example/x"


@pytest.mark.parametrize("version", [b"WARC/0.18\n", b"WARC/1.0\r\n", b"WARC/1.1\r\n", b"WARC/1.0\r\r\n"])
def test_every_version_is_read(version: bytes) -> None:
    assert page(record(answer()).replace(b"WARC/1.0\r\n", version)).content == PAGE


def test_an_arc_is_read_though_addresses_have_spaces() -> None:
    body = answer()
    description = b"1 0 Org\nURL IP-address Archive-date Content-type Archive-length\n"
    arc = b"filedesc://x.arc 0.0.0.0 20010101000000 text/plain %d\n%b\n" % (len(description), description)
    arc += b"http://a.example/a b 192.0.2.1 20010101000000 text/html %d\n%b\n" % (len(body), body)
    found = page(arc)
    assert found.content == PAGE
    assert found.told is not None
    assert found.told.url == "http://a.example/a b"


def test_the_second_version_of_arc_has_more_in_its_lines() -> None:
    body = answer()
    arc = b"filedesc://x.arc 0.0.0.0 20010101000000 text/plain 200 - - 0 x.arc 0\n\n"
    arc += b"http://a.example/x 192.0.2.1 20010101000000 text/html 200 c - 0 x.arc %d\n%b\n" % (len(body), body)
    assert page(arc).content == PAGE


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"Content-Encoding: gzip\r\n", gzip.compress(PAGE[:5], mtime=0) + gzip.compress(PAGE[5:], mtime=0)),
        (b"Content-Encoding: deflate\r\n", zlib.compress(PAGE)),
        (b"Content-Encoding: deflate\r\n", zlib.compress(PAGE)[2:-4]),
        (b"Content-Encoding: br\r\n", brotli.compress(PAGE)),
        (b"Content-Encoding: zstd\r\n", zstandard.compress(PAGE)),
        (b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", None),
        (b"Transfer-Encoding: chunked\r\n", b"5\r\n%b\r\n11;x=y\r\n%b\r\n0\r\n\r\n" % (PAGE[:5], PAGE[5:])),
        (b"Transfer-Encoding: chunked\r\n", PAGE),
        (b"Content-Encoding: gzip\r\n", PAGE),
        (b"Content-Encoding: br\r\n", PAGE),
        (b"Content-Encoding: identity\r\n", PAGE),
    ],
)
def test_codings_of_the_transfer_are_taken_off_and_claimed_ones_are_not_believed(
    head: bytes, body: bytes | None
) -> None:
    packed = gzip.compress(PAGE)
    body = body if body is not None else b"%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed)
    assert page(record(answer(body, head))).content == PAGE


def test_a_page_cut_off_while_it_was_packed_is_read_as_far_as_it_goes() -> None:
    whole = b" ".join(b"%d" % number for number in range(5_000))
    packed = gzip.compress(whole)
    found = page(record(answer(packed[: len(packed) // 2], b"Content-Encoding: gzip\r\n")))
    assert found.content
    assert whole.startswith(found.content)


def test_a_character_set_that_only_the_server_names_reaches_the_page() -> None:
    found = page(record(answer("café".encode("cp1250"), kind=b"text/html; charset=windows-1250")))
    assert found.content.decode("utf-8-sig") == "café"


def test_without_brotli_a_page_packed_so_names_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_answer, "brotli", None)
    (reason,) = reasons(record(answer(brotli.compress(PAGE), b"Content-Encoding: br\r\n")))
    assert "pip install 'backfile[warc]'" in reason


def test_what_can_hold_no_article_is_summed_up_by_kind() -> None:
    crawl = record(answer(status=404)) + record(answer(kind=b"image/png")) * 2 + record(b"", "revisit")
    crawl += record(b"", "request") + record(b"", "warcinfo") + record(answer())
    assert reasons(crawl) == [
        "of 7 records of the web archive those that are no articles: 2 × image/png, 1 × revisit, 1 × status 404"
    ]


def test_an_archive_of_requests_alone_has_no_pages() -> None:
    with pytest.raises(ArticleRejected, match="no page"):
        parse(record(b"", "request"))


def test_a_segment_of_a_page_is_no_page() -> None:
    (reason,) = reasons(record(answer(), more=b"WARC-Segment-Number: 1\r\n"))
    assert "segments" in reason


def test_what_was_read_before_the_archive_ends_too_early_is_kept() -> None:
    crawl = record(answer()) + record(answer())
    found = parse(crawl[:-10])
    assert [type(one) for one in found] == [Contents, Contents, Rejected]
    assert isinstance(found[-1], Rejected)
    assert "incomplete" in found[-1].reason


@pytest.mark.parametrize("length", [b"-5", b"abc", b"", b"9" * 500])
def test_a_record_without_a_true_length_costs_itself(length: bytes) -> None:
    broken = record(answer()).replace(b"Content-Length: %d" % len(answer()), b"Content-Length: " + length)
    found = parse(record(answer()) + broken + record(answer()))
    assert [type(one) for one in found] == [Contents, Rejected, Contents]


def test_a_length_that_lies_costs_what_it_hides() -> None:
    too_short = record(answer(PAGE * 50), length=200) + record(answer())
    assert [type(one) for one in parse(too_short)] == [Contents, Rejected, Contents]
    (rejected, *_) = [one for one in parse(record(answer(), length=10**17)) if isinstance(one, Rejected)]
    assert "bytes" in rejected.reason


BOMB = b"\0" * (20 * LARGEST_PAGE)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        (b"gzip", gzip.compress(BOMB, 1, mtime=0)),
        (b"deflate", zlib.compress(BOMB, 1)),
        (b"zstd", zstandard.compress(BOMB)),
        (b"br", brotli.compress(BOMB, quality=1)),
        (b"gzip, gzip", gzip.compress(gzip.compress(BOMB, 1, mtime=0), mtime=0)),
    ],
    ids=lambda value: value.decode() if len(value) < 20 else "",
)
def test_a_body_that_unpacks_to_too_much_is_refused(coding: bytes, body: bytes) -> None:
    with in_bounded_time():
        (reason,) = reasons(record(answer(body, b"Content-Encoding: %b\r\n" % coding)))
    assert "bomb" in reason


@pytest.mark.parametrize(
    "stream",
    [
        endless(b"WARC/1.0\r\nX: ", b"a"),
        endless(b"WARC/1.0\r\n", b"X: y\r\n"),
        endless(b"", b"WARC/1.0\r\n"),
        endless(b"WARC/1.0\r\n\r\n", b"\n"),
        endless(record(b"HTTP/1.1 200 OK\r\n", length=10**15)[:-4], b"X: y\r\n"),
        endless(b"filedesc://x 1.1.1.1 20010101000000 text/plain 0\n", b" 1 "),
        endless(b"WARC/1.0\r\n", b"\0"),
    ],
    ids=["header", "header lines", "versions", "blank lines", "answer", "arc", "NULs"],
)
def test_headers_without_an_end_take_bounded_time(stream: io.BufferedReader) -> None:
    with in_bounded_time():
        found = list(FORMAT.parse(stream, Origin("f")))
    assert found
    assert all(isinstance(one, Rejected) for one in found)


def test_a_million_kinds_of_records_are_counted_in_bounded_memory() -> None:
    crawl = b"".join(record(b"", f"kind-{number}") for number in range(3_000))
    (reason,) = reasons(crawl)
    assert "2,000 × other kinds" in reason
    assert len(reason) < 1_000
