"""Whoosh's stock codec (W3: term dictionary and posting blocks), writing and reading whole posting lists at once.

Only terms and postings go through it. Deletions, lengths, stored articles and columns are files of our own, so the
codec can be replaced without touching them. Files are mapped: a reader never moves a file position that another
thread or a forked process shares, as Whoosh's own file storage would.
"""

from __future__ import annotations

import pickle
import zlib
from array import array
from collections.abc import Iterator
from io import BytesIO
from mmap import mmap
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3PostingsWriter, W3Segment, W3TermsReader
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

from index.engine.arrays import Array, map_file
from index.engine.fields import TERM_FIELDS
from index.engine.inversion import Inversion, PostingList
from index.errors import IndexDamaged

_INT_SIZE = 4
_PREFIX = "segment"


class _MappedFile(StructFile):
    """A mapped file; `get` reads anywhere without moving a position."""

    def __init__(self, content: mmap | bytes, name: str) -> None:
        # A map has the methods of a file; what is empty was mapped to no bytes.
        super().__init__(cast(BinaryIO, content or BytesIO()), name=name)
        self._content = content

    def get(self, position: int, length: int) -> bytes:
        return self._content[position : position + length]


class _Storage(FileStorage):
    """A folder whose files are mapped when opened."""

    def open_file(self, name: str, **kwargs: Any) -> StructFile:
        content = map_file(Path(self.folder) / name)
        return _MappedFile(content, name=name)


class _PostingsWriter(W3PostingsWriter):
    """Writes a whole posting list at once, in the stock codec's blocks."""

    def add_list(self, docs: list[int], frequencies: list[float], values: list[bytes]) -> None:
        for start in range(0, len(docs), self._blocklimit):
            if start:
                self._write_block()
            block = slice(start, start + self._blocklimit)
            self._ids = array("I", docs[block])
            self._weights = array("f", frequencies[block])
            self._maxweight = max(self._weights)
            self._values = values[block]


class _Codec(W3Codec):
    """The stock codec with writer and reader of whole posting lists."""

    def postings_writer(self, dbfile: StructFile, byteids: bool = False) -> _PostingsWriter:
        return _PostingsWriter(dbfile, blocklimit=self._blocklimit, compression=self._compression)


_CODEC = _Codec()


def write_terms(folder: Path, name: str, inversion: Inversion) -> list[Path]:
    """Write all posting lists of a segment, and return the files written."""
    storage = _Storage(str(folder))
    segment = W3Segment(_CODEC, _PREFIX, segid=name)
    writer = _CODEC.field_writer(storage, segment)
    try:
        for field, postings in inversion.postings():
            writer.start_field(field, TERM_FIELDS[field])
            for posting_list in postings:
                writer.start_term(posting_list.term)
                writer._postwriter.add_list(  # noqa: SLF001  # the stock writer takes one posting at a time: a sixth of the speed
                    posting_list.docs.tolist(), posting_list.frequencies.tolist(), _position_values(posting_list)
                )
                writer.finish_term()
            writer.finish_field()
    finally:
        writer.close()
    return [folder / segment.make_filename(suffix) for suffix in (W3Codec.TERMS_EXT, W3Codec.POSTS_EXT)]


def _position_values(posting_list: PostingList) -> list[bytes]:
    if posting_list.positions is None:
        return []
    encoded = posting_list.positions.astype("<i4").tobytes()
    ends = (np.cumsum(posting_list.frequencies) * 4).tolist()
    return [encoded[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]


class Terms:
    """The term dictionary and postings of one segment."""

    def __init__(self, folder: Path, name: str) -> None:
        segment = W3Segment(_CODEC, _PREFIX, segid=name)
        self._path = folder / segment.make_filename(W3Codec.POSTS_EXT)
        try:
            self._reader: W3TermsReader = _CODEC.terms_reader(_Storage(str(folder)), segment)
        except FileNotFoundError:
            raise
        except Exception as error:  # what damaged bytes do to a pickle is anybody's guess
            raise IndexDamaged(f"{self._path.with_suffix(W3Codec.TERMS_EXT)} is damaged: {error!r}.") from error

    def lexicon(self, field: str, prefix: bytes = b"") -> Iterator[tuple[bytes, int]]:
        """The terms of a field that start with `prefix`, in order, with how many articles have each, dead or alive."""
        if field not in self._reader.indexed_field_names():
            return
        for (name, term), info in self._reader.items_from(field, prefix):
            if name != field or not term.startswith(prefix):
                return
            yield term, info.doc_frequency()

    def postings(self, field: str, term: bytes) -> tuple[Array, Array, bytes] | None:
        """The documents, ascending, that have a term (int32), how often (float64), and all positions as bytes."""
        reader = self._reader
        if (field, term) not in reader:
            return None
        try:
            offset, _ = reader.term_info(field, term).extent()
            return _decode(reader._postfile, offset)  # noqa: SLF001  # the stock matcher gives one at a time
        except Exception as error:  # as above
            raise IndexDamaged(f"{self._path} is damaged: {error!r}.") from error


def _decode(file: StructFile, offset: int) -> tuple[Array, Array, bytes]:
    """Decode the blocks of one posting list: each is its length, pickled figures, and pickled and zipped lists."""
    end = offset + len(WHOOSH3_HEADER_MAGIC)
    if file.get(offset, len(WHOOSH3_HEADER_MAGIC)) != WHOOSH3_HEADER_MAGIC:
        raise ValueError("a posting list does not start as it should")
    docs: list[Array] = []
    frequencies: list[Array] = []
    positions: list[bytes] = []
    last = False
    while not last:
        length = file.get_int(end)
        last = length < 0
        block = BytesIO(file.get(end + _INT_SIZE, abs(length)))
        end += _INT_SIZE + abs(length)
        count, _, _, compression, _, _ = pickle.load(block)  # noqa: S301  # the stock codec's own format
        content = block.read()
        deltas, weights, values = pickle.loads(zlib.decompress(content) if compression else content)  # noqa: S301  # so is this
        docs.append(np.cumsum(deltas, dtype=np.int32))
        frequencies.append(np.broadcast_to(np.array(1.0 if weights is None else weights), count))
        positions.extend(values or ())
    return np.concatenate(docs), np.concatenate(frequencies), b"".join(positions)
