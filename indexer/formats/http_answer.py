"""An answer of a web server as a crawler kept it: what its head says, and its body without the codings of the transfer.

Answers lie: bodies are chunked or packed that call themselves so and are not, lengths are wrong, ends are missing. What
can be unpacked is, what is no such coding stays as it is, and nothing becomes larger than it may.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

import zstandard

from index.errors import ArticleRejected

try:
    import brotli
except ImportError:  # the extra `warc` is not installed; only pages that are packed so need it
    brotli = None

LONGEST_HEAD = 1 << 16
"""Bytes; servers refuse to send more than 8 to 64 KB themselves."""
SLICE = 4_096
"""Bytes that are unpacked at once where the library knows no limit: zstd makes at most some 64 MB of them."""
_ZSTD_WINDOW = 8 << 20
"""Bytes; what RFC 9659 allows on the web."""
_HEAD_END = re.compile(rb"\n\r{0,2}\n")
_STATUS = re.compile(rb"HTTP/[\d.]+ +(\d{3})\b|HTTP/[\d.]+\s*\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)


class Head(NamedTuple):
    """The head of an answer, and where in the bytes its body starts. Header names are in small letters."""

    status: int
    headers: dict[str, str]
    length: int


def read_head(data: bytes) -> Head | None:
    """The head at the start of an answer; `None` when there is none, or none that ends within `LONGEST_HEAD`."""
    status = _STATUS.match(data)
    end = _HEAD_END.search(data, 0, LONGEST_HEAD)
    if not status or not end:
        return None
    return Head(int(status[1] or 0), read_headers(data[: end.start()]), end.end())


def read_headers(data: bytes) -> dict[str, str]:
    """Lines of `Name: value` by name in small letters; of a name that comes again the first counts."""
    headers: dict[str, str] = {}
    for line in data.split(b"\n"):
        name, colon, value = line.decode("utf-8", "replace").partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return headers


def media_type(content_type: str) -> str:
    """`text/html` of `Text/HTML; charset=…`."""
    return content_type.partition(";")[0].strip().lower()


def charset(content_type: str) -> str | None:
    """The character set that a content type names."""
    found = _CHARSET.search(content_type)
    return found[1] if found else None


def plain_body(body: bytes, headers: dict[str, str], most: int) -> bytes:
    """The body as the server meant it. Raises ArticleRejected when that has more than `most` bytes, or needs brotli."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _joined(body)
    for coding in reversed(headers.get("content-encoding", "").lower().split(",")[:3]):
        body = _unpacked(body, coding.strip(), most)
    return body


def _joined(body: bytes) -> bytes:
    """The chunks of a body without their sizes, as far as they are such."""
    parts = []
    at = 0
    while size := _CHUNK_SIZE.match(body, at):
        length = int(size[1], 16)
        parts.append(body[size.end() : size.end() + length])
        at = size.end() + length
        if not length or at >= len(body):
            return b"".join(parts)
        if body.startswith(b"\r\n", at):
            at += 2
        elif body.startswith(b"\n", at):
            at += 1
        else:
            break  # no chunk ends here: this was text that looks like a size
    return b"".join(parts) if len(parts) > 1 else body


def _unpacked(body: bytes, coding: str, most: int) -> bytes:
    if coding in {"gzip", "x-gzip"} and body.startswith(b"\x1f\x8b"):
        return _inflated(body, 31, most)
    if coding == "deflate":
        # Zlib's form is the standard's, the bare one is what some servers send.
        return _inflated(body, 15, most) or _inflated(body, -15, most) or body
    if coding == "zstd" and body.startswith(b"\x28\xb5\x2f\xfd"):
        unpacking = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        return _slicewise(body, unpacking.decompress, most)
    if coding == "br":
        return _brotli(body, most)
    return body  # no coding, one that nobody uses, or a crawler has unpacked the body already


def _inflated(body: bytes, window: int, most: int) -> bytes:
    """All members of a gzip or zlib body, up to where it is damaged or ends."""
    parts = []
    size = 0
    while body and size <= most:
        inflating = zlib.decompressobj(window)
        try:
            parts.append(inflating.decompress(body, most + 1 - size))
        except zlib.error:
            break
        size += len(parts[-1])
        if not inflating.eof or not parts[-1]:
            break
        body = inflating.unused_data if window == 31 else b""
    return _within(b"".join(parts), most)


def _slicewise(body: bytes, decompress: Callable[[bytes], bytes], most: int) -> bytes:
    parts = []
    size = 0
    for at in range(0, len(body), SLICE):
        try:
            parts.append(decompress(body[at : at + SLICE]))
        except (zstandard.ZstdError, EOFError):
            break
        size += len(parts[-1])
        if size > most:
            break
    return _within(b"".join(parts), most)


def _brotli(body: bytes, most: int) -> bytes:
    if brotli is None:
        raise ArticleRejected("the page is packed with brotli; install what reads it: pip install 'backfile[warc]'")
    decoder: Any = brotli.Decompressor()
    parts = []
    size = 0
    try:
        part = decoder.process(body, output_buffer_limit=most + 1)
        while part and size <= most:
            parts.append(part)
            size += len(part)
            part = b"" if decoder.can_accept_more_data() else decoder.process(b"", output_buffer_limit=most + 1)
    except brotli.error:
        return body if not parts else _within(b"".join(parts), most)
    return _within(b"".join(parts), most)


def _within(body: bytes, most: int) -> bytes:
    if len(body) > most:
        raise ArticleRejected(f"the page unpacks to more than {most:,} bytes: a decompression bomb?")
    return body
