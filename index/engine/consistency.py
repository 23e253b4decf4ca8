"""Whether the arrays of a segment agree with each other and with its articles, whatever their checksums say.

What follows from something else is worked out anew and compared: columns from the articles, forms from the words. To do
so for all postings would take as long as indexing: it is done for a sample, and of all of them everything is checked
that offsets, orders, ranges and sums can tell. Each function yields what is wrong, and stops where what follows would
rest on what is wrong.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from index.article import Article
from index.duplicates import signatures_of
from index.engine.arrays import Array, ArrayFile, Arrays
from index.engine.columns import ColumnsBuilder
from index.engine.fields import HAS_BIT, OWN_FIELDS, VALUE_GAP
from index.engine.inversion import length_arrays
from index.engine.packing import Packed
from index.engine.postings import BITMAP, PAGED8, PAGED16, PLAIN, FieldPostings, Postings, kinds
from index.engine.terms import form_arrays
from index.engine.texts import Texts
from index.schema import Field, Kind

CHUNK_TOKENS = 1 << 22
"""Tokens looked at together: 200 MB with what is worked out of them."""


class Fault(NamedTuple):
    """One thing that is wrong with an array; `what` goes on after the array's name."""

    array: str
    what: str


class Sample(NamedTuple):
    """Every `step`th article inverted anew: the terms that a field has in them, and their postings."""

    step: int
    terms: Sequence[bytes]
    postings: Postings


# Columns and stored articles


def faults_of_columns(file: ArrayFile, articles: Iterable[Article]) -> Iterator[Fault]:
    """Whether the columns are those of the stored articles."""
    builder, has = ColumnsBuilder(), []

    def seen() -> Iterator[Article]:
        for article in articles:
            builder.add(article)
            has.append(sum(HAS_BIT[field.name] for field in OWN_FIELDS if any(field.values(article))))
            yield article

    expected: dict[str, Array] = {"signature": signatures_of(seen()).ravel(), "has": np.array(has, np.uint32)}
    yield from _others_than(file, expected | builder.arrays(), "the stored articles say")


def faults_of_stored_offsets(file: ArrayFile, articles: int, size: int) -> Iterator[Fault]:
    """Whether the blocks of `size` bytes of stored articles follow each other without gaps."""
    firsts, offsets, ends = (file[f"stored.{name}"] for name in ("firsts", "offsets", "ends"))
    if len(ends) != articles:
        yield Fault("stored.ends", f"has {len(ends):,} items instead of {articles:,}")
        return
    if len(firsts) and (firsts[0] != 0 or firsts[-1] >= articles or not _ascending(firsts)):
        yield Fault("stored.firsts", "does not number the articles in order")
    if len(offsets) != len(firsts) + 1 or offsets[0] != 0 or offsets[-1] != size or not _ascending(offsets):
        yield Fault("stored.offsets", "does not cut the file into blocks")
    starts = np.zeros(articles, np.bool_)
    starts[firsts[(firsts >= 0) & (firsts < articles)]] = True
    if ((np.diff(ends, prepend=0) < 0) & ~starts).any() or (ends < 0).any():
        yield Fault("stored.ends", "does not ascend within a block")


def faults_of_lengths(file: ArrayFile, field: Field, articles: int) -> Iterator[Fault]:
    """Whether the lengths of a field with words are one for each article, and added up."""
    name = f"length.{field.name}"
    lengths = file[name]
    if len(lengths) != articles:
        yield Fault(name, f"has {len(lengths):,} items, not one for each article")
        return
    expected = length_arrays(field.name, lengths)
    yield from _others_than(
        file, {one: array for one, array in expected.items() if one != name}, "the lengths add up to"
    )


# Terms


def faults_of_terms(
    file: ArrayFile, field: Field, documents: int, lengths: Array | None, sample: Sample | None
) -> Iterator[Fault]:
    """Whether a field's terms, forms and postings are in order, as many as its `lengths` say, and those of a `sample`
    of the articles.
    """
    faults = list(_faults_of_texts(file, f"{field.name}.terms"))
    if faults:
        yield from faults
        return
    terms = Texts(file, f"{field.name}.terms").all()
    yield from _others_than(file, form_arrays(field, terms), "follows from the words")
    faults = [*_faults_of_offsets(file, field, len(terms), documents)]
    faults = faults or [*_faults_of_packed(file, field), *_faults_of_lists(file, field.name, documents)]
    faults = faults or [*_faults_of_postings(file, field, documents, lengths)]
    yield from faults
    if sample and not faults:
        yield from _faults_of_sample(file, field, documents, [bisect_left(terms, one) for one in sample.terms], sample)


def _faults_of_texts(file: ArrayFile, name: str) -> Iterator[Fault]:
    ends = file[f"{name}.ends"]
    if (np.diff(ends, prepend=0) < 0).any() or (ends[-1] if len(ends) else 0) != file.size(f"{name}.bytes"):
        yield Fault(f"{name}.ends", "does not cut the texts apart")
        return
    texts = Texts(file, name).all()
    if any(one >= after for one, after in pairwise(texts)):
        yield Fault(f"{name}.bytes", "is not in order")


def _faults_of_offsets(file: ArrayFile, field: Field, terms: int, documents: int) -> Iterator[Fault]:
    """Whether the four arrays by term fit together."""
    names = {"df": terms, "list_at": terms, "posting_at": terms + 1, "token_at": terms + 1}
    for name, size in names.items():
        if file.size(f"{field.name}.{name}") != size:
            yield Fault(f"{field.name}.{name}", f"has {file.size(f'{field.name}.{name}'):,} items instead of {size:,}")
            return
    df, _, posting_at, token_at = (file[f"{field.name}.{name}"] for name in names)
    if ((df < 1) | (df > documents)).any():
        yield Fault(f"{field.name}.df", f"counts no article, or more than the {documents:,} there are")
    if posting_at[0] != 0 or (np.diff(posting_at) != df).any():
        yield Fault(f"{field.name}.posting_at", f"does not add up {field.name}.df")
    if token_at[0] != 0 or (np.diff(token_at) < df).any():
        yield Fault(f"{field.name}.token_at", "has fewer tokens than articles for a term")


def _faults_of_packed(file: ArrayFile, field: Field) -> Iterator[Fault]:
    """Whether frequencies and positions are as many as the offsets say."""
    wanted = {"frequency": "posting_at", "position": "token_at"}
    if field.kind is Kind.CODE:
        del wanted["position"]
    for name, offsets in wanted.items():
        name = f"{field.name}.{name}"  # noqa: PLW2901  # in full from here on
        packed, size = Packed(file, name), int(file[f"{field.name}.{offsets}"][-1])
        if packed.size != size or not 0 <= packed.bits <= 32:
            yield Fault(f"{name}.shape", f"tells of {packed.size:,} numbers instead of {size:,}")
            continue
        for plane, items in packed.sizes().items():
            if file.size(plane) != items:
                yield Fault(plane, f"has {file.size(plane):,} items instead of {items:,}")
        places, values = file[f"{name}.exception_places"], file[f"{name}.exceptions"]
        if len(places) and not (_ascending(places) and places[0] >= 0 and places[-1] < size):
            yield Fault(f"{name}.exception_places", "is not in order, or out of range")
        if len(values) != len(places) or (values >> np.uint64(packed.bits) == 0).any():
            yield Fault(f"{name}.exceptions", "holds other numbers than those that need more bits")


def _faults_of_lists(file: ArrayFile, name: str, documents: int) -> Iterator[Fault]:
    """Whether the lists of each kind lie one after another, with as many numbers as their terms have documents."""
    df = file[f"{name}.df"].astype(np.int64)
    kind = kinds(df, documents)
    expected = np.zeros(len(df), np.int64)
    for this, stream in _STREAMS.items():
        sizes = np.where(kind == this, -(-documents // 8) if this == BITMAP else df, 0)
        expected += np.where(kind == this, np.cumsum(sizes) - sizes, 0)
        if file.size(f"{name}.{stream}") != sizes.sum():
            yield Fault(f"{name}.{stream}", f"has {file.size(f'{name}.{stream}'):,} items instead of {sizes.sum():,}")
    if (expected != file[f"{name}.list_at"]).any():
        yield Fault(f"{name}.list_at", "does not say where the lists begin")
    for this, stream, page in ((PAGED16, "count16", 1 << 16), (PAGED8, "count8", 1 << 8)):
        of_kind, counts, pages = df[kind == this], file[f"{name}.{stream}"], -(-documents // page)
        if len(counts) != len(of_kind) * pages or (counts.reshape(-1, pages).sum(axis=1) != of_kind).any():
            yield Fault(f"{name}.{stream}", f"does not add up to {name}.df")
    bitmaps = file[f"{name}.bitmap"]
    ones = np.bitwise_count(bitmaps.reshape(-1, -(-documents // 8))).sum(axis=1) if len(bitmaps) else []
    if len(ones) != np.count_nonzero(kind == BITMAP) or (ones != df[kind == BITMAP]).any():
        yield Fault(f"{name}.bitmap", f"does not add up to {name}.df")


_STREAMS = {PLAIN: "plain", PAGED16: "low16", PAGED8: "low8", BITMAP: "bitmap"}


# Postings


def _faults_of_postings(file: ArrayFile, field: Field, documents: int, lengths: Array | None) -> Iterator[Fault]:
    """Whether documents, frequencies and positions are in order, and as many as the `lengths` of the field say."""
    name = field.name
    faults, tokens = set[Fault](), np.zeros(documents)
    for postings in _chunks(file, field, documents):
        kind = kinds(postings.df, documents)
        starts = np.cumsum(postings.df) - postings.df
        wrong = (postings.docs < 0) | (postings.docs >= documents)
        wrong[1:] |= postings.docs[1:] <= postings.docs[:-1]
        wrong[starts] = postings.docs[starts] >= documents
        for this in np.unique(np.repeat(kind, postings.df)[wrong]).tolist():
            faults.add(Fault(f"{name}.{_STREAMS[this]}", f"is not in order, or names one of more than {documents:,}"))
        counted = np.add.reduceat(postings.frequencies, starts, dtype=np.int64)
        token_at = file.part(f"{name}.token_at", postings.first, postings.first + len(starts) + 1)
        if (counted != np.diff(token_at)).any():
            faults.add(Fault(f"{name}.frequency", f"does not add up to {name}.token_at"))
        if faults:
            break
        tokens += np.bincount(postings.docs, postings.frequencies, minlength=documents)
        if postings.positions is not None and not _ascending(postings.positions, postings.frequencies):
            faults.add(Fault(f"{name}.position", "does not ascend within an article"))
    yield from faults
    if lengths is None or faults:
        return
    if (tokens != lengths).any():
        doc = int(np.flatnonzero(tokens != lengths)[0])
        yield Fault(f"{name}.frequency", f"counts {int(tokens[doc]):,} words in article {doc}, not {lengths[doc]:,}")
    elif any(_has_gaps(keys) for keys in _occurrences(file, field, documents, lengths)):
        yield Fault(f"{name}.position", "does not give every word of an article a place of its own")


def _faults_of_sample(
    file: ArrayFile, field: Field, documents: int, numbers: Sequence[int], sample: Sample
) -> Iterator[Fault]:
    """Whether the articles of the sample have their own postings; `numbers` are those of its terms."""
    found: list[tuple[Array, ...]] = []
    for postings in _chunks(file, field, documents):
        kept = postings.docs % sample.step == 0
        terms = np.repeat(np.arange(postings.first, postings.first + len(postings.df)), postings.df)[kept]
        words = _NONE if postings.positions is None else postings.positions[np.repeat(kept, postings.frequencies)]
        found.append((terms, postings.docs[kept] // sample.step, postings.frequencies[kept], words))
    terms, docs, frequencies, words = (
        (np.concatenate(parts) for parts in zip(*found, strict=True)) if found else [_NONE] * 4
    )
    own = sample.postings
    if not (np.array_equal(terms, np.repeat(numbers, own.df)) and np.array_equal(docs, own.docs)):
        yield Fault(f"{field.name}.terms", "are not in the articles that they should be in")
    elif not np.array_equal(frequencies, own.frequencies):
        yield Fault(f"{field.name}.frequency", "is not what the stored articles say")
    elif field.kind is not Kind.CODE and not np.array_equal(words, np.concatenate([_NONE, *own.positions])):
        yield Fault(f"{field.name}.position", "is not what the stored articles say")


_NONE = np.empty(0, np.int64)


class _Chunk(NamedTuple):
    """The postings of consecutive terms, one term after another; `positions` are `None` where a field has none."""

    first: int
    df: Array
    docs: Array
    frequencies: Array
    positions: Array | None


def _chunks(file: ArrayFile, field: Field, documents: int) -> Iterator[_Chunk]:
    """All postings of a field, at most CHUNK_TOKENS at once or a single term's."""
    postings, token_at = FieldPostings(file, field.name, documents), file[f"{field.name}.token_at"]
    first, terms = 0, len(token_at) - 1
    while first < terms:
        last = max(int(np.searchsorted(token_at, token_at[first] + CHUNK_TOKENS, "right")) - 1, first + 1)
        positions = None
        if field.kind is not Kind.CODE:
            positions = postings.positions_between(first, 0, postings.tokens_between(first, last))
        yield _Chunk(first, *postings.docs_between(first, last), postings.frequencies_between(first, last), positions)
        first = last


def _occurrences(file: ArrayFile, field: Field, documents: int, lengths: Array) -> Iterator[Array]:
    """Where the words of consecutive documents stand, ascending: the document in the upper 32 bits, the position in the
    lower.
    """
    before = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    low = 0
    while low < documents:
        high = max(int(np.searchsorted(before, before[low] + CHUNK_TOKENS, "right")) - 1, low + 1)
        found = [np.empty(0, np.int64)]
        for postings in _chunks(file, field, documents):
            if postings.positions is not None:
                docs = np.repeat(postings.docs.astype(np.int64), postings.frequencies)
                inside = (docs >= low) & (docs < high)
                found.append(docs[inside] << 32 | postings.positions[inside])
        yield np.sort(np.concatenate(found))
        low = high


def _has_gaps(keys: Array) -> bool:
    """Whether words stand otherwise than one after another, but for the gaps between a field's values."""
    steps = np.diff(keys)
    begins = np.ones(len(keys), np.bool_)
    begins[1:] = keys[1:] >> 32 != keys[:-1] >> 32
    return bool(
        ((steps[~begins[1:]] - 1) % VALUE_GAP != 0).any() or ((keys[begins] & 0xFFFF_FFFF) % VALUE_GAP != 0).any()
    )


def _ascending(numbers: Array, counts: Array | None = None) -> bool:
    """Whether each number is greater than the one before; with `counts`, within each of so many numbers."""
    rises = numbers[1:] > numbers[:-1]
    if counts is not None:
        ends = np.cumsum(counts, dtype=np.int64)
        rises[ends[:-1] - 1] = True
    return bool(rises.all())


def _others_than(file: ArrayFile, expected: Arrays, source: str) -> Iterator[Fault]:
    """The arrays that are not as `expected`."""
    for name, array in expected.items():
        found = file[name]
        if len(found) != len(array):
            yield Fault(name, f"has {len(found):,} items and not the {len(array):,} that {source}")
        elif len(wrong := np.flatnonzero(found != array)):
            yield Fault(name, f"is not what {source}: {len(wrong):,} of {len(found):,} items, the first is {wrong[0]}")
