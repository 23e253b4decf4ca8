"""The postings of one field: which documents hold each term, how often, and where.

Terms are numbered in their order. Document numbers, frequencies and positions rest apart from each other, so ranking
never reads a position. Arrays of a field `f` with n terms:

    f.df             int32[n]     documents of each term
    f.list_at        int64[n]     where its list starts, in items of the stream that its kind is kept in
    f.posting_at     int64[n+1]   postings of all terms before it: where its frequencies start
    f.token_at       int64[n+1]   tokens of all terms before it: where its positions start
    f.frequency      packed       frequency less one, of every posting
    f.position       packed       position of every token; only of fields with phrases

How a list is written follows from its length and the number of documents (`kinds`), so no list says what it is. The
idea is Roaring's (Chambi et al. 2016): containers by density.

    BITMAP   f.bitmap                 one bit for each document, where one in 8 or more has the term
    PAGED8   f.count8   f.low8        pages of 256 documents: a count for each, then low bytes; one in 64 or more
    PAGED16  f.count16  f.low16       pages of 65,536 documents: the same with two bytes, where that is smaller than
    PLAIN    f.plain                  the numbers themselves, uint16 up to 65,536 documents, else uint32

Measured on a million documents (ms to decode 10,000, 50,000, 300,000): pages .02 .03 .14, deltas .01 .04 .18, bitmaps
.33 .92 .64. Deltas would save a few bits, but not in whole bytes, and a damaged one would shift all that follow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.engine.arrays import ArrayFile, ArrayWriter
from index.engine.packing import Packed, PackedWriter, best_bits

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

PLAIN, PAGED16, PAGED8, BITMAP = range(4)
_PAGE8, _PAGE16 = 1 << 8, 1 << 16


def kinds(df: NDArray[Any], documents: int) -> NDArray[np.uint8]:
    """The kind that lists of these lengths are written in."""
    counts16 = 2 * -(-documents // _PAGE16)  # in items of uint16; below so many postings plain numbers are smaller
    kind = np.where((documents > _PAGE16) & (df > counts16), PAGED16, PLAIN).astype(np.uint8)
    kind[df * np.int64(64) >= documents] = PAGED8
    kind[df * np.int64(8) >= documents] = BITMAP
    return kind


def _kind(df: int, documents: int) -> int:
    """The kind of a single list, which arrays would take twenty times as long to tell."""
    if df * 8 >= documents:
        return BITMAP
    if df * 64 >= documents:
        return PAGED8
    return PAGED16 if documents > _PAGE16 and df > 2 * -(-documents // _PAGE16) else PLAIN


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of consecutive terms, one term after another, documents ascending within each.

    `df` int32[terms]; `docs` and `frequencies` [postings]; `positions` [tokens], ascending within each posting, in as
    many pieces as suit whoever makes them; none of fields without.
    """

    df: NDArray[Any]
    docs: NDArray[Any]
    frequencies: NDArray[Any]
    positions: Iterable[NDArray[Any]]


class FieldWriter:
    """Writes the postings of a field for ascending ranges of its terms."""

    def __init__(
        self,
        writer: ArrayWriter,
        name: str,
        documents: int,
        *,
        positions: bool,
        widths: tuple[int, int] | None = None,
    ) -> None:
        """`widths` are the bits of frequencies and of positions; left out, they are those that fit the first terms."""
        self._writer, self._name, self._documents = writer, name, documents
        self._with_positions = positions
        self._widths = widths
        self._df = writer.stream(f"{name}.df", np.int32)
        self._list_at = writer.stream(f"{name}.list_at", np.int64)
        self._posting_at = writer.stream(f"{name}.posting_at", np.int64)
        self._token_at = writer.stream(f"{name}.token_at", np.int64)
        self._plain = writer.stream(f"{name}.plain", np.uint16 if documents <= _PAGE16 else np.uint32)
        self._low16, self._count16 = (
            writer.stream(f"{name}.low16", np.uint16),
            writer.stream(f"{name}.count16", np.uint32),
        )
        self._low8, self._count8 = writer.stream(f"{name}.low8", np.uint8), writer.stream(f"{name}.count8", np.uint16)
        self._bitmap = writer.stream(f"{name}.bitmap", np.uint8)
        self._frequency: PackedWriter | None = None
        self._position: PackedWriter | None = None
        self._postings = self._tokens = 0

    def add(self, postings: Postings) -> None:
        """Add the terms that follow those added before."""
        df = postings.df.astype(np.int64)
        starts = np.cumsum(df) - df
        cf = np.add.reduceat(postings.frequencies, starts, dtype=np.int64) if len(df) else df
        self._df.extend(df)
        self._posting_at.extend(self._postings + starts)
        self._token_at.extend(self._tokens + np.cumsum(cf) - cf)
        self._add_lists(df, starts, postings.docs)
        self._add_frequencies(postings)
        self._postings += int(df.sum())
        self._tokens += int(cf.sum())

    def finish(self) -> None:
        """Write the ends."""
        self._posting_at.extend(np.array([self._postings]))
        self._token_at.extend(np.array([self._tokens]))
        if self._frequency is None:
            nothing = np.zeros(0, np.int64)
            self._add_frequencies(Postings(nothing, nothing, nothing, ()))
        for packed in (self._frequency, self._position):
            if packed:
                packed.finish()

    def _add_frequencies(self, postings: Postings) -> None:
        positions = iter(postings.positions)
        leading = next(positions, np.zeros(0, np.uint32))
        if self._frequency is None:
            widths = self._widths or (best_bits(postings.frequencies - 1), best_bits(leading))
            self._frequency = PackedWriter(self._writer, f"{self._name}.frequency", widths[0])
            if self._with_positions:
                self._position = PackedWriter(self._writer, f"{self._name}.position", widths[1])
        self._frequency.extend(postings.frequencies - 1)
        if self._position:
            for piece in chain([leading], positions):
                self._position.extend(piece)

    def _add_lists(self, df: Int64s, starts: Int64s, docs: NDArray[Any]) -> None:
        kind = kinds(df, self._documents)
        of_posting = np.repeat(kind, df)
        list_at = np.zeros(len(df), np.int64)
        for this, stream in ((PLAIN, self._plain), (PAGED16, self._low16), (PAGED8, self._low8)):
            lengths = np.where(kind == this, df, 0)
            list_at += np.where(kind == this, stream.size + np.cumsum(lengths) - lengths, 0)
            stream.extend(docs[of_posting == this].astype(stream.dtype))  # keeps the low bits
        for this, stream, page in ((PAGED16, self._count16, _PAGE16), (PAGED8, self._count8, _PAGE8)):
            terms, pages = np.flatnonzero(kind == this), -(-self._documents // page)
            rows = np.repeat(np.arange(len(terms)), df[terms])
            cells = rows * pages + docs[of_posting == this] // page
            stream.extend(np.bincount(cells, minlength=len(terms) * pages))
        for term in np.flatnonzero(kind == BITMAP):
            list_at[term] = self._bitmap.size
            present = np.zeros(self._documents, np.uint8)
            present[docs[starts[term] : starts[term] + df[term]]] = 1
            self._bitmap.extend(np.packbits(present, bitorder="little"))
        self._list_at.extend(list_at)


class FieldPostings:
    """The postings of a field in a file. Nothing is read before it is asked for."""

    def __init__(self, file: ArrayFile, name: str, documents: int) -> None:
        self._file, self._name, self._documents = file, name, documents
        self._of_kind: dict[int, NDArray[Any]] = {}
        self._frequency = Packed(file, f"{name}.frequency")
        self._position = Packed(file, f"{name}.position") if f"{name}.position.shape" in file else None

    def df(self, term: int) -> int:
        """Documents of a term, dead ones included."""
        return int(self._part("df", term, term + 1)[0])

    def docs(self, term: int) -> Int32s:
        """The documents of a term: int32[df], ascending."""
        df = self.df(term)
        kind = _kind(df, self._documents)
        at = int(self._part("list_at", term, term + 1)[0])
        if kind == PLAIN:
            return self._part("plain", at, at + df).astype(np.int32)
        if kind == BITMAP:
            packed = self._part("bitmap", at, at + -(-self._documents // 8))
            present = np.unpackbits(packed, count=self._documents, bitorder="little")
            return np.flatnonzero(present.view(bool)).astype(np.int32)
        low, page = ("low16", _PAGE16) if kind == PAGED16 else ("low8", _PAGE8)
        pages = -(-self._documents // page)
        row = self._row(kind, term) * pages
        counts = self._part("count16" if kind == PAGED16 else "count8", row, row + pages)
        docs = np.repeat(np.arange(pages, dtype=np.int32) * page, counts)
        docs |= self._part(low, at, at + df)
        return docs

    def frequencies(self, term: int) -> NDArray[np.uint32]:
        """How often each document of a term has it: uint32[df]."""
        start, stop = (int(at) for at in self._part("posting_at", term, term + 2))
        return self._frequency.part(start, stop) + np.uint32(1)

    def positions_at(self, term: int, tokens: Int64s) -> NDArray[np.uint32]:
        """The positions of some of a term's tokens, counted from its first; ascending: uint32[len(tokens)]."""
        if self._position is None:
            raise ValueError(f"the field {self._name!r} has no positions")
        return self._position.at(tokens + int(self._part("token_at", term, term + 1)[0]))

    def docs_between(self, first: int, last: int) -> tuple[Int64s, Int32s]:
        """How many documents the terms `first:last` have, and which, one term after another."""
        df = self._part("df", first, last).astype(np.int64)
        kind = kinds(df, self._documents)
        docs = np.empty(int(df.sum()), np.int32)
        plain = np.flatnonzero(kind == PLAIN)
        if len(plain):
            at = self._part("list_at", first, last)
            start, stop = int(at[plain[0]]), int(at[plain[-1]] + df[plain[-1]])
            docs[np.repeat(kind == PLAIN, df)] = self._part("plain", start, stop)
        ends = np.cumsum(df)
        for term in np.flatnonzero(kind != PLAIN).tolist():
            docs[ends[term] - df[term] : ends[term]] = self.docs(first + term)
        return df, docs

    def frequencies_between(self, first: int, last: int) -> NDArray[np.uint32]:
        """How often the documents of the terms `first:last` have them, one term after another."""
        start, stop = self._part("posting_at", first, first + 1)[0], self._part("posting_at", last, last + 1)[0]
        return self._frequency.part(int(start), int(stop)) + np.uint32(1)

    def tokens_between(self, first: int, last: int) -> int:
        """How many tokens the terms `first:last` have, dead documents' included."""
        return int(self._part("token_at", last, last + 1)[0] - self._part("token_at", first, first + 1)[0])

    def positions_between(self, term: int, start: int, stop: int) -> NDArray[np.uint32]:
        """The positions of the tokens `start:stop`, counted from the first token of a term."""
        if self._position is None:
            raise ValueError(f"the field {self._name!r} has no positions")
        first = int(self._part("token_at", term, term + 1)[0])
        return self._position.part(first + start, first + stop)

    @property
    def tokens(self) -> int:
        """Tokens of all terms."""
        return self.tokens_between(0, self._file.size(f"{self._name}.df"))

    @property
    def widths(self) -> tuple[int, int]:
        """The bits in which frequencies and positions are packed."""
        return self._frequency.bits, self._position.bits if self._position else 0

    def release(self) -> None:
        """Let go of the memory that what was read so far takes."""
        self._file.release()

    def _part(self, array: str, start: int, stop: int) -> NDArray[Any]:
        return self._file.part(f"{self._name}.{array}", start, stop)

    def _row(self, kind: int, term: int) -> int:
        """How many terms before this one are of its kind: the row of its page counts."""
        if kind not in self._of_kind:
            df = self._file[f"{self._name}.df"]
            self._of_kind[kind] = np.flatnonzero(kinds(df, self._documents) == kind)
        return int(np.searchsorted(self._of_kind[kind], term))
