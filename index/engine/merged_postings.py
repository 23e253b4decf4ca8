"""The postings of a field in several segments, put together range by range of their terms.

A range holds at most CHUNK tokens, so memory is bounded by that and by the longest single list, whatever the size of
the segments. Within a range a run is what one segment has of one term; merging is to put the runs into the order of
(term, segment), by array operations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.engine.arrays import Array, ArrayWriter
from index.engine.postings import FieldWriter, Postings
from index.engine.terms import FieldTerms, write_terms
from index.schema import Field, Kind

CHUNK = 1 << 20
"""Tokens merged at once: some 60 MB of arrays."""


@dataclass(frozen=True, slots=True)
class FieldSource:
    """A field of one segment, and the new number of each of its documents (int32), -1 of dead ones."""

    terms: FieldTerms
    numbers: Array


Range = tuple[int, int]
"""The numbers of a segment's terms from the first on, before the last."""


def write_merged(writer: ArrayWriter, field: Field, documents: int, sources: Sequence[FieldSource]) -> None:
    """Write the terms and postings of a field that several segments have, for their live documents."""
    has_positions = field.kind is not Kind.CODE
    largest = max(sources, key=lambda source: source.terms.postings.tokens)
    lists = FieldWriter(writer, field.name, documents, positions=has_positions, widths=largest.terms.postings.widths)
    terms: list[bytes] = []
    for ranges in _chunks(sources, [(0, len(source.terms.words)) for source in sources]):
        found, postings = _merged(sources, ranges, has_positions=has_positions)
        terms += found
        lists.add(postings)
        for source in sources:  # else a merge would take as much memory as all that is merged
            source.terms.postings.release()
    lists.finish()
    write_terms(writer, field, terms)


def _chunks(sources: Sequence[FieldSource], ranges: list[Range]) -> Iterator[list[Range]]:
    """Ranges of terms, in their order, with at most CHUNK tokens each or a single term."""
    tokens = [source.terms.postings.tokens_between(*span) for source, span in zip(sources, ranges, strict=True)]
    if sum(tokens) <= CHUNK:
        yield ranges
        return
    heaviest = int(np.argmax(tokens))
    middle = sources[heaviest].terms.words[sum(ranges[heaviest]) // 2]
    for border in (middle, middle + b"\0"):  # before the term, or else after it
        places = [source.terms.words.place(border) for source in sources]
        before = [(first, min(max(place, first), last)) for place, (first, last) in zip(places, ranges, strict=True)]
        after = [(middle, last) for (_, middle), (_, last) in zip(before, ranges, strict=True)]
        if ranges not in (before, after):
            yield from _chunks(sources, before)
            yield from _chunks(sources, after)
            return
    yield ranges


@dataclass(frozen=True, slots=True)
class _Part:
    """What one segment has of a range: per run its term (a place in the united list), postings and tokens that live."""

    term: Array
    df: Array
    cf: Array
    docs: Array
    frequencies: Array


def _merged(
    sources: Sequence[FieldSource], ranges: Sequence[Range], *, has_positions: bool
) -> tuple[list[bytes], Postings]:
    """The terms of a range that live documents have, and their postings."""
    names = [source.terms.words.range(*span) for source, span in zip(sources, ranges, strict=True)]
    united = sorted(set().union(*names))
    place = {name: number for number, name in enumerate(united)}
    parts = [
        _part(source, span, np.array([place[name] for name in own], np.int64))
        for source, span, own in zip(sources, ranges, names, strict=True)
    ]
    term, df, cf = (np.concatenate([getattr(part, name) for part in parts]) for name in ("term", "df", "cf"))
    order = np.argsort(term, kind="stable")
    by_run = _gather(df, order)
    counts = np.bincount(term, df, minlength=len(united)).astype(np.int64)
    positions: Iterator[Array] = iter(())
    if has_positions:
        pieces = (piece for source, span in zip(sources, ranges, strict=True) for piece in _positions(source, span))
        # A single term's runs are in order as they come, and may be too many to be held.
        positions = pieces if len(united) <= 1 else iter([np.concatenate([*pieces, _NONE])[_gather(cf, order)]])
    return (
        [name for name, count in zip(united, counts.tolist(), strict=True) if count],
        Postings(
            counts[counts > 0],
            np.concatenate([part.docs for part in parts])[by_run],
            np.concatenate([part.frequencies for part in parts])[by_run],
            positions,
        ),
    )


_NONE = np.empty(0, np.uint32)


def _part(source: FieldSource, span: Range, term: Array) -> _Part:
    lists = source.terms.postings
    df, docs = lists.docs_between(*span)
    frequencies = lists.frequencies_between(*span)
    numbers = source.numbers[docs]
    alive = numbers >= 0
    run = np.repeat(np.arange(len(df)), df)[alive]
    frequencies = frequencies[alive]
    return _Part(
        term,
        np.bincount(run, minlength=len(df)),
        np.bincount(run, frequencies, minlength=len(df)).astype(np.int64),
        numbers[alive],
        frequencies,
    )


def _positions(source: FieldSource, span: Range) -> Iterator[Array]:
    """The positions that live documents have in a range, in pieces of about CHUNK tokens."""
    lists = source.terms.postings
    frequencies = lists.frequencies_between(*span)
    alive = source.numbers[lists.docs_between(*span)[1]] >= 0
    ends = np.cumsum(frequencies, dtype=np.int64)
    first, start = 0, 0
    while first < len(frequencies):
        last = max(int(np.searchsorted(ends, start + CHUNK, "right")), first + 1)
        stop = int(ends[last - 1])
        piece = lists.positions_between(span[0], start, stop)
        yield piece if alive[first:last].all() else piece[np.repeat(alive[first:last], frequencies[first:last])]
        first, start = last, stop


def _gather(lengths: Array, order: Array) -> Array:
    """Where the items of runs of these lengths stand before, when the runs come in this order."""
    starts = np.cumsum(lengths) - lengths
    ordered = lengths[order]
    ends = np.cumsum(ordered)
    gathered: Array = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts[order] - ends + ordered, ordered)
    return gathered
