"""Files of named arrays: the one container that every part of a segment is stored in.

A file is written once, front to back, and then only mapped into memory:

    magic and version           8 bytes
    the arrays' bytes           each array starts at a multiple of 64 bytes
    CRC-32 of each block        uint32, blocks of BLOCK bytes over everything before
    directory                   JSON: dtype, size and offset of each array by name
    tail                        length and CRC-32 of the directory, magic: 16 bytes

Nothing is trusted before it was checked: the directory when a file is opened, an array's blocks when they are first
touched. So a flipped byte is found by whoever would have read it, and a large file opens as fast as a small one.
Arrays are little-endian; a blob is a `uint8` array.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any

import numpy as np

from index.durable import reading
from index.errors import IndexDamaged

Array = np.ndarray[Any, np.dtype[Any]]
Arrays = Mapping[str, Array]

MAGIC = b"BFARRAY"
VERSION = b"1"
ALIGNMENT = 64
"""A cache line, and a multiple of every item size."""
BLOCK = 1 << 14
"""Bytes under one checksum. A first query reads a few numbers in each of some thirty places: with 64 KiB under a
checksum a third of its time went into checking them."""
SPOOL = 1 << 20
"""Bytes of a stream that stay in memory; pieces of this size are copied at the end."""
NAMED = 4
"""Arrays that the message about a damaged block names at most: small ones share a block by the dozen."""
_TAIL = struct.Struct("<II8s")


class ArrayStream:
    """An array that is written piece by piece, several at a time: held in a file of its own until its turn comes."""

    def __init__(self, dtype: np.dtype[Any] | type, folder: Path) -> None:
        self.dtype = np.dtype(dtype).newbyteorder("<")
        self.size = 0
        self._spool = SpooledTemporaryFile(max_size=SPOOL, dir=str(folder))  # noqa: SIM115  # see `close`

    def extend(self, piece: Array) -> None:
        """Add numbers at the end."""
        self._spool.write(np.ascontiguousarray(piece, self.dtype).data)
        self.size += piece.size

    def pieces(self) -> Iterator[bytes]:
        """The bytes that were added; afterwards the stream is gone."""
        self._spool.seek(0)
        while data := self._spool.read(SPOOL):
            yield data
        self.close()

    def close(self) -> None:
        """Let go of the stream."""
        with suppress(OSError):  # what a full disk did not take is not wanted any more
            self._spool.close()


class ArrayWriter:
    """Writes one file of named arrays. When its block raises, no file is left behind.

    Arrays are added whole (`add`) or, when they do not fit in memory, by streams that `finish` puts in place.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._directory: dict[str, dict[str, Any]] = {}
        self._streams: dict[str, ArrayStream] = {}
        self._checksums: list[int] = []
        self._pending = 0  # the checksum of the unfinished block
        self._size = 0
        self._file = path.open("xb", buffering=1 << 20)
        self._write(MAGIC + VERSION)

    def __enter__(self) -> ArrayWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
        finally:
            for stream in self._streams.values():
                stream.close()
            if kind is not None:
                self.path.unlink(missing_ok=True)

    def add(self, name: str, array: Array) -> None:
        """Write a whole array of one dimension."""
        data = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        self._begin(name, data.dtype, data.size)
        self._write(data.view(np.uint8).data if data.size else b"")

    def stream(self, name: str, dtype: np.dtype[Any] | type) -> ArrayStream:
        """An array of this name to be filled until `finish`."""
        stream = self._streams[name] = ArrayStream(dtype, self.path.parent)
        return stream

    def finish(self) -> int:
        """Write the streams, checksums and directory, sync the file to the disk, and return its size in bytes."""
        for name, stream in self._streams.items():
            self._begin(name, stream.dtype, stream.size)
            for piece in stream.pieces():
                self._write(piece)
        if self._size % BLOCK:
            self._checksums.append(self._pending)
        checksums = np.array(self._checksums, "<u4").tobytes()
        directory = json.dumps(
            {"arrays": self._directory, "size": self._size, "checksum": zlib.crc32(checksums)}
        ).encode()
        tail = _TAIL.pack(len(directory), zlib.crc32(directory), MAGIC + VERSION)
        self._file.write(checksums + directory + tail)
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def _begin(self, name: str, dtype: np.dtype[Any], size: int) -> None:
        if name in self._directory:
            raise ValueError(f"array {name!r} is written twice")
        self._write(b"\0" * (-self._size % ALIGNMENT))
        self._directory[name] = {"dtype": dtype.str, "size": size, "offset": self._size}

    def _write(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        self._file.write(view)
        while view:
            room = BLOCK - self._size % BLOCK
            part, view = view[:room], view[room:]
            self._pending = zlib.crc32(part, self._pending)
            self._size += len(part)
            if self._size % BLOCK == 0:
                self._checksums.append(self._pending)
                self._pending = 0


class ArrayFile:
    """A file of named arrays, mapped into memory: it may be removed while it is in use.

    Raises FileNotFoundError, IndexUnreadable, and IndexDamaged, naming the file, for what is not as it was written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        content = map_file(path)
        if not content:
            raise self._damaged("it is empty")
        self._map = content
        directory = self._read_directory()
        self._arrays: dict[str, dict[str, Any]] = directory["arrays"]
        self._size: int = directory["size"]
        count = -(-self._size // BLOCK)
        checksums = self._map[self._size : self._size + 4 * count]
        if len(checksums) != 4 * count or zlib.crc32(checksums) != directory["checksum"]:
            raise self._damaged("its checksums are damaged")
        self._checksums = np.frombuffer(checksums, dtype="<u4")
        self._checked = bytearray(count)
        """1 for each block that was found whole."""
        self._views: dict[str, Array] = {}

    @property
    def names(self) -> list[str]:
        """The names of all arrays, in order."""
        return sorted(self._arrays)

    def __contains__(self, name: object) -> bool:
        return name in self._arrays

    def __getitem__(self, name: str) -> Array:
        """A whole array, its bytes checked. The array is a read-only view of the mapped file."""
        array = self.unchecked(name)
        start = self._arrays[name]["offset"]
        self._check(start, start + array.nbytes)
        return array

    def part(self, name: str, start: int, stop: int) -> Array:
        """The items `start:stop` of an array of one dimension, their bytes checked."""
        array = self.unchecked(name)
        offset = self._arrays[name]["offset"]
        self._check(offset + start * array.itemsize, offset + stop * array.itemsize)
        return array[start:stop]

    def unchecked(self, name: str) -> Array:
        """A view of an array whose bytes were not looked at; for callers that check the parts they use."""
        view = self._views.get(name)
        if view is None:
            try:
                entry = self._arrays[name]
            except KeyError:
                raise self._damaged(f"it has no array {name!r}") from None
            view = np.frombuffer(self._map, entry["dtype"], entry["size"], entry["offset"])
            self._views[name] = view
        return view

    def size(self, name: str) -> int:
        """How many items an array has."""
        return self.unchecked(name).size

    def verify(self) -> None:
        """Check every byte, whatever was checked before."""
        self._checked = bytearray(len(self._checked))
        self._check(0, self._size)

    def release(self) -> None:
        """Let go of the memory that what was read so far takes; it is read again when it is wanted again."""
        release_map(self._map)

    def _check(self, start: int, stop: int) -> None:
        """Check the blocks of the bytes `start:stop` that were not checked yet. Threads may race: all find the same."""
        first, last = start // BLOCK, -(-stop // BLOCK)
        block = self._checked.find(0, first, last)
        while block >= 0:
            begin = block * BLOCK
            piece = memoryview(self._map)[begin : min(begin + BLOCK, self._size)]
            if zlib.crc32(piece) != self._checksums[block]:
                end = begin + len(piece)
                raise self._damaged(
                    f"bytes {begin} to {end - 1} are not as they were written ({self._arrays_in(begin, end)})"
                )
            self._checked[block] = 1
            block = self._checked.find(0, block + 1, last)

    def _arrays_in(self, start: int, stop: int) -> str:
        """The names of the arrays that have bytes in `start:stop`; of many, the first few and the last."""
        names = [
            name
            for name, one in self._arrays.items()
            if one["offset"] < stop and one["offset"] + one["size"] * np.dtype(one["dtype"]).itemsize > start
        ]
        return ", ".join(names) if len(names) <= NAMED else f"{', '.join(names[: NAMED - 1])} … {names[-1]}"

    def _read_directory(self) -> dict[str, Any]:
        if self._map[: len(MAGIC)] != MAGIC or len(self._map) < len(MAGIC) + 1 + _TAIL.size:
            raise self._damaged("it is not a file of arrays")
        length, checksum, magic = _TAIL.unpack(self._map[-_TAIL.size :])
        if magic != MAGIC + VERSION or self._map[len(MAGIC) : len(MAGIC) + 1] != VERSION:
            raise self._damaged("it is cut off, or of another version")
        directory = self._map[-_TAIL.size - length : -_TAIL.size]
        if len(directory) != length or zlib.crc32(directory) != checksum:
            raise self._damaged("its directory is damaged")
        found: dict[str, Any] = json.loads(directory)
        return found

    def _damaged(self, what: str) -> IndexDamaged:
        return IndexDamaged(f"{self.path} is damaged: {what}.")


def write_arrays(path: Path, arrays: Arrays) -> int:
    """Write a file of whole arrays, and return its size in bytes."""
    with ArrayWriter(path) as writer:
        for name, array in arrays.items():
            writer.add(name, array)
        return writer.finish()


def map_file(path: Path) -> mmap.mmap | bytes:
    """The bytes of a file, mapped; they stay readable after the file is removed. Raises IndexUnreadable."""
    with reading(path), path.open("rb") as file:
        try:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:  # an empty file cannot be mapped
            return b""


def release_map(content: mmap.mmap | bytes) -> None:
    """Let the pages of a mapped file that were read no longer count as this process's memory."""
    if isinstance(content, mmap.mmap):
        content.madvise(mmap.MADV_DONTNEED)
