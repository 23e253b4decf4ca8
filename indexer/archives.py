"""Compressed files and archives as streams of inputs, within limits on depth and on what they may expand to.

Nothing is held in memory whole and nothing is extracted: a member's name is only a name.
"""

from __future__ import annotations

import gzip
import io
import lzma
import shutil
import tarfile
import zipfile
import zlib
from bz2 import BZ2File
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Protocol

import zstandard

from index.article import Origin
from index.errors import ArticleRejected
from indexer.format import Rejected

BLOCK = 1 << 16
MOST_ARCHIVES = 2
"""An archive inside an archive is read; one inside that is not."""
MOST_LAYERS = 4
"""Archives and compressions together, as in a .zip of .tar.gz of .xz: more is a file that unpacks to itself."""
SPOOLED = 16 << 20
"""Bytes of an inner .zip kept in memory; a larger one goes to a temporary file, because zip must seek."""
LONGEST_HEADER = 1 << 20
"""Bytes of a tar's extended header, which is read into memory. Real ones have a few hundred."""
XZ_MEMORY = 256 << 20
"""Bytes; xz -9 needs 65 MB to unpack, a header may ask for four gigabytes."""


@dataclass(frozen=True, slots=True)
class RawInput:
    """One input as bytes: its name is a hint for recognising it, its stream is open until the next input is taken."""

    name: str
    origin: Origin
    stream: io.BufferedReader


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may expand to: `free` bytes in any case, then `ratio` times its size, `total` bytes at most."""

    free: int = 64 << 20
    ratio: int = 250
    """News text packs 3 to 30 times, near-identical pages 100 times; a bomb of gzip 1,030 times, others more."""
    total: int = 256 << 30
    """More than twice the English Wikipedia's articles."""


class Budget:
    """The bytes that may still come out of one file, whatever is packed in it."""

    def __init__(self, size: int, limits: Limits) -> None:
        self.allowed = min(max(limits.free, size * limits.ratio), limits.total)
        self.left = self.allowed

    def spend(self, count: int) -> None:
        """Raises ArticleRejected when the file has expanded too far."""
        self.left -= count
        if self.left < 0:
            raise ArticleRejected(self.reason)

    @property
    def reason(self) -> str:
        """Why a file that has expanded too far is not read on."""
        return f"it expands to more than {self.allowed:,} bytes: a decompression bomb?"


class Readable(Protocol):
    """What every file-like source has."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""


# What the standard library raises for damaged or unsupported data, EOFError for data that ends early.
_DAMAGE = (
    OSError, zlib.error, lzma.LZMAError, zstandard.ZstdError, tarfile.TarError, zipfile.BadZipFile, NotImplementedError,
    RuntimeError, ValueError,
)  # fmt: skip


class Stream(io.RawIOBase):
    """A source whose bytes are counted and whose failures are reasons to reject the input.

    A read gives all that was asked for unless the source ends or fails; what came before a failure is given first.
    """

    def __init__(self, source: Readable, what: str, count: Callable[[int], None] | None = None) -> None:
        super().__init__()
        self._source = source
        self._what = what
        self._count = count
        self._failure: ArticleRejected | None = None

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Whether the source is a file on the disk; going back in anything else means unpacking it again."""
        return isinstance(self._source, io.FileIO) and self._source.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """As of the source."""
        if not isinstance(self._source, io.FileIO):
            raise io.UnsupportedOperation("seek")
        return self._source.seek(offset, whence)

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # what BufferedReader passes
        """Fill the buffer. Raises ArticleRejected when the source fails before its first byte."""
        filled = 0
        while filled < len(buffer) and not self._failure:
            try:
                chunk = self._source.read(len(buffer) - filled)
                if not chunk:
                    break
                if self._count:
                    self._count(len(chunk))
            except ArticleRejected as rejection:
                self._failure = rejection
            except EOFError:
                self._failure = ArticleRejected(f"{self._what} ends early: the file is incomplete")
            except _DAMAGE as error:
                self._failure = ArticleRejected(damaged(self._what, error))
            else:
                buffer[filled : filled + len(chunk)] = chunk
                filled += len(chunk)
        if self._failure and not filled:
            raise self._failure
        return filled


def buffered(source: Readable, what: str, count: Callable[[int], None] | None = None) -> io.BufferedReader:
    """A source as a stream whose first block can be peeked at whole."""
    return io.BufferedReader(Stream(source, what, count), BLOCK)


def damaged(what: str, error: Exception) -> str:
    """The reason for rejecting data that cannot be unpacked."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{what} cannot be read: {reason[:1].lower() + reason[1:] or type(error).__name__}"


def unpacked(
    stream: io.BufferedReader, name: str, origin: Origin, budget: Budget, layers: tuple[str, ...] = ()
) -> Iterator[RawInput | Rejected]:
    """The inputs in a stream: itself, or what is in it when it is compressed or an archive."""
    try:
        head = stream.peek(BLOCK)
        kind = _kind(head)
        if not head:
            yield Rejected(origin, "the file is empty")
        elif kind is None:
            yield RawInput(name, origin, stream)
        elif _too_deep(kind, layers):
            yield Rejected(origin, f"packed too deep: {kind} inside {' inside '.join(reversed(layers))}")
        elif kind in _ARCHIVES:
            yield from _ARCHIVES[kind](stream, origin, budget, (*layers, kind))
        else:
            with buffered(_COMPRESSIONS[kind](stream), f"the {kind} data", budget.spend) as inner:
                yield from unpacked(inner, _without_suffix(name), origin, budget, (*layers, kind))
    except ArticleRejected as rejection:
        yield Rejected(origin, rejection.reason)
    except _DAMAGE as error:
        yield Rejected(origin, damaged(f"the {kind}", error))


def _too_deep(kind: str, layers: tuple[str, ...]) -> bool:
    archives = sum(layer in _ARCHIVES for layer in layers)
    return len(layers) == MOST_LAYERS or (kind in _ARCHIVES and archives == MOST_ARCHIVES)


def _kind(head: bytes) -> str | None:
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    try:
        # A tar has no magic number in its oldest form, but every header has a checksum.
        tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return None
    return "tar archive"


def _without_suffix(name: str) -> str:
    path = PurePosixPath(name)
    return path.stem if path.suffix.lower() in {".gz", ".bz2", ".xz", ".zst", ".zstd"} else name


class _Frames:
    """xz or zstd: frame after frame. The libraries' own files take any memory a header asks for, or, for zstd, do not
    tell the end of the data from the middle of a frame.
    """

    SLICE = 512
    """Bytes that are unpacked at once; at worst they become 16 MB."""

    def __init__(self, source: BinaryIO, decoder: Callable[[], Any]) -> None:
        self._source = source
        self._decoder = decoder
        self._frame: Any = None
        self._packed = b""
        self._ready = memoryview(b"")

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end. Raises EOFError when that comes too early."""
        while not self._ready:
            self._packed = self._packed or self._source.read(self.SLICE)
            if self._frame is None:
                ended = not self._packed
                self._packed = self._packed.lstrip(b"\0")  # padding between frames
                if ended:
                    return b""
                if not self._packed:
                    continue
                self._frame = self._decoder()
            if not self._packed:
                raise EOFError
            self._ready = memoryview(self._frame.decompress(self._packed))
            self._packed = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame = None
        ready, self._ready = self._ready[:size], self._ready[size:]
        return bytes(ready)


def _xz(source: BinaryIO) -> _Frames:
    return _Frames(source, lambda: lzma.LZMADecompressor(memlimit=XZ_MEMORY))


def _zstandard(source: BinaryIO) -> _Frames:
    return _Frames(source, lambda: zstandard.ZstdDecompressor().decompressobj())


class _Header(tarfile.TarInfo):
    """A tar's header that does not let a long name or an extension of gigabytes into memory."""

    def _proc_member(self, archive: tarfile.TarFile) -> Any:
        """Called for each header, before what it announces is read: the one such place in all patched Pythons.

        Raises ArticleRejected when it announces a giant extension.
        """
        if self.size > LONGEST_HEADER and not (self.isreg() or self.islnk()):
            raise ArticleRejected(f"the tar archive has a header of {self.size:,} bytes")
        return super()._proc_member(archive)  # type: ignore[misc]  # tarfile's own entry point, which has no types


def _tar(
    stream: io.BufferedReader, origin: Origin, budget: Budget, layers: tuple[str, ...]
) -> Iterator[RawInput | Rejected]:
    with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header) as archive:
        while (header := archive.next()) is not None:
            archive.members.clear()  # type: ignore[attr-defined]  # public, untyped; it would grow with every header
            if header.isdir() or _hidden(header.name):
                continue
            member = _member(origin, header.name)
            content = archive.extractfile(header) if header.isreg() else None
            if content is None:
                yield Rejected(member, "not a file but a link or a device")
                continue
            # Bytes of a tar were counted on the way in, but for the holes of a sparse file.
            with buffered(content, "the file in the archive", budget.spend if header.issparse() else None) as inner:
                yield from unpacked(inner, PurePosixPath(header.name).name, member, budget, layers)


def _zip(
    stream: io.BufferedReader, origin: Origin, budget: Budget, layers: tuple[str, ...]
) -> Iterator[RawInput | Rejected]:
    with SpooledTemporaryFile(SPOOLED) as spooled:
        if not stream.seekable():
            shutil.copyfileobj(stream, spooled, BLOCK)
        with zipfile.ZipFile(stream if stream.seekable() else spooled) as archive:
            for header in archive.infolist():
                if header.is_dir() or _hidden(header.filename):
                    continue
                if budget.left < 0:  # or each of a thousand that share their bytes would be rejected by itself
                    yield Rejected(origin, f"{budget.reason} What follows in the archive is not read")
                    return
                member = _member(origin, header.filename)
                if header.flag_bits & _ENCRYPTED:
                    yield Rejected(member, "it is encrypted: unpack it with its password first")
                    continue
                try:
                    content = archive.open(header)
                except _DAMAGE as error:
                    yield Rejected(member, damaged("the file in the archive", error))
                    continue
                with content, buffered(content, "the file in the archive", budget.spend) as inner:
                    yield from unpacked(inner, PurePosixPath(header.filename).name, member, budget, layers)


_ENCRYPTED = 1  # a bit of a zip member's flags
_MAGIC = {
    b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\3\4": "zip archive", b"PK\5\6": "zip archive",
}  # fmt: skip
_COMPRESSIONS: dict[str, Callable[[BinaryIO], Readable]] = {
    "gzip": lambda source: gzip.GzipFile(fileobj=source), "bzip2": BZ2File, "xz": _xz, "zstd": _zstandard,
}  # fmt: skip
_ARCHIVES = {"tar archive": _tar, "zip archive": _zip}


def _member(origin: Origin, name: str) -> Origin:
    return Origin(origin.path, f"{origin.member}!{shown(name)}" if origin.member else shown(name))


def _hidden(name: str) -> bool:
    """Whether this is what a system adds on its own: `.DS_Store`, `.git/…`, `__MACOSX/…`."""
    return any(part == "__MACOSX" or (part.startswith(".") and part.strip(".")) for part in PurePosixPath(name).parts)


def shown(name: str) -> str:
    """A file's name as text to store and print: what is no UTF-8, and control characters, spelt out."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
