"""Stored articles: their JSON records in blocks compressed by Zstandard, so that one article costs one small block."""

from __future__ import annotations

import json
import os
from array import array
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import zstandard

from index.article import Article
from index.engine.arrays import Array, ArrayFile, Arrays, map_file, release_map
from index.engine.texts import decode_text, encode_text
from index.errors import IndexDamaged

# On Reuters, 20 articles of 1.3 kB: blocks of 32 kB take 43 % of the size of single articles and 40 µs to open.
BLOCK_BYTES = 32_768
_LEVEL = 3


def encode_record(article: Article) -> bytes:
    """The article as JSON, without the cluster, which is the commit's to say. Lone surrogates are kept as they are."""
    record = article.to_record() | {"cluster": None}
    return encode_text(json.dumps(record, ensure_ascii=False, separators=(",", ":")))


def decode_record(record: bytes) -> Article:
    """The article that `encode_record` encoded."""
    return Article.from_record(json.loads(decode_text(record)))


class StoredWriter:
    """Writes the records of a segment one after another; those written can be read back at once.

    When its block ends the file is complete and on the disk; when it raises, the file is gone.
    """

    def __init__(self, folder: Path, segment: str) -> None:
        self._path = articles_file(folder, segment)
        self._file = self._path.open("w+b")
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        self._block: list[bytes] = []
        self._block_size = 0
        self._firsts = array("q")
        self._offsets = array("q", [0])
        self._ends = array("q")

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, record: bytes) -> None:
        """Append a record; its number is the count of those before."""
        if not self._block:
            self._firsts.append(len(self._ends))
        self._block.append(record)
        self._block_size += len(record)
        self._ends.append(self._block_size)
        if self._block_size >= BLOCK_BYTES:
            self._write_block()

    def record(self, number: int) -> bytes:
        """A record that was added."""
        if self._block and number >= self._firsts[-1]:
            return self._block[number - self._firsts[-1]]
        self._file.flush()
        return StoredReader(self._path, self.arrays()).record(number)

    def copy(self, reader: StoredReader, live: Array) -> None:
        """Append the live records of another file. Blocks that all live and are not too small go as they are."""
        for block in range(reader.blocks):
            first, after, size = reader.extent(block)
            if size >= BLOCK_BYTES // 2 and live[first:after].all():
                self._write_block()
                self._firsts.append(len(self._ends))
                self._ends.extend(reader.ends(first, after))
                self._file.write(reader.compressed(block))
                self._offsets.append(self._file.tell())
            else:
                for number in (np.flatnonzero(live[first:after]) + first).tolist():
                    self.add(reader.record(number))
        reader.release()

    def arrays(self) -> Arrays:
        """Where the records stand; kept with the segment's columns."""
        return {
            "stored.firsts": np.array(self._firsts, np.int64),
            "stored.offsets": np.array(self._offsets, np.int64),
            "stored.ends": np.array(self._ends, np.int64),
        }

    def __enter__(self) -> StoredWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()
        else:
            self.abandon()

    def finish(self) -> None:
        """Write what is left, and sync the file to the disk."""
        self._write_block()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Remove the file."""
        with suppress(OSError):  # a full disk did not take the end of it
            self._file.close()
        self._path.unlink(missing_ok=True)

    def _write_block(self) -> None:
        if self._block:
            self._file.write(self._compressor.compress(b"".join(self._block)))
            self._offsets.append(self._file.tell())
            self._block, self._block_size = [], 0


class StoredReader:
    """Reads single records of a file that `StoredWriter` wrote."""

    def __init__(self, path: Path, arrays: Arrays | ArrayFile) -> None:
        self._path = path
        self._content = map_file(path)
        self._firsts: Array = arrays["stored.firsts"]
        self._offsets: Array = arrays["stored.offsets"]
        self._ends: Array = arrays["stored.ends"]

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return len(self._firsts)

    def extent(self, block: int) -> tuple[int, int, int]:
        """The first record of a block, the first after it, and the bytes of all in it."""
        after = int(self._firsts[block + 1]) if block + 1 < len(self._firsts) else len(self._ends)
        return int(self._firsts[block]), after, int(self._ends[after - 1])

    def ends(self, first: int, after: int) -> list[int]:
        """Where the records `first:after` end within their block."""
        ends: list[int] = self._ends[first:after].tolist()
        return ends

    def compressed(self, block: int) -> bytes:
        """A block as it is in the file."""
        return self._content[int(self._offsets[block]) : int(self._offsets[block + 1])]

    def release(self) -> None:
        """Let go of the memory that what was read so far takes."""
        release_map(self._content)

    def record(self, number: int) -> bytes:
        """One record. Raises IndexDamaged when its block is not what was written."""
        block = int(np.searchsorted(self._firsts, number, "right")) - 1
        first, _, size = self.extent(block)
        compressed = self.compressed(block)
        try:
            if zstandard.frame_content_size(compressed) != size:  # a damaged size must not be allocated
                raise IndexDamaged(f"{self._path} is damaged: a block does not hold the {size} bytes that it should.")
            # A decompressor of its own for each call: they must not be shared between threads.
            content: Any = zstandard.ZstdDecompressor().decompress(compressed)
        except zstandard.ZstdError as error:
            raise IndexDamaged(f"{self._path} is damaged: article {number} cannot be read ({error}).") from error
        start = 0 if number == first else int(self._ends[number - 1])
        return bytes(content[start : int(self._ends[number])])


def articles_file(folder: Path, segment: str) -> Path:
    """Where the stored articles of a segment are."""
    return folder / f"segment_{segment}.articles"
