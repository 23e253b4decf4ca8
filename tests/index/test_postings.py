"""Packed numbers and posting lists come back as written, whatever their density and however they are cut in pieces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import exact_forms, stem, words
from index.article import Article
from index.engine import postings
from index.engine.arrays import Array, ArrayFile, ArrayWriter
from index.engine.fields import STORED_FIELDS, VALUE_GAP
from index.engine.inversion import Inversion
from index.engine.packing import Packed, PackedWriter, best_bits
from index.engine.postings import BITMAP, PAGED8, PAGED16, PLAIN, FieldPostings, FieldWriter, Postings, kinds
from index.engine.terms import FieldTerms, write_terms
from index.engine.texts import encode_text
from index.schema import Kind


@given(
    st.lists(st.integers(0, 3) | st.integers(0, 1_000) | st.integers(0, 2**32 - 1), max_size=60),
    st.integers(0, 32),
    st.data(),
)
@settings(max_examples=60)
def test_packed_numbers_come_back(
    tmp_path_factory: pytest.TempPathFactory, values: list[int], bits: int, data: st.DataObject
) -> None:
    """At any width, written in any pieces, read in any part."""
    numbers = np.array(values, np.int64)
    path = tmp_path_factory.mktemp("packed") / "a"
    cut = data.draw(st.integers(0, len(values)))
    with ArrayWriter(path) as writer:
        packed = PackedWriter(writer, "n", bits)
        packed.extend(numbers[:cut])
        packed.extend(numbers[cut:])
        packed.finish()
        writer.finish()
    read = Packed(ArrayFile(path), "n")
    assert read.part(0, read.size).tolist() == values
    start, stop = sorted(data.draw(st.tuples(st.integers(0, len(values)), st.integers(0, len(values)))))
    assert read.part(start, stop).tolist() == values[start:stop]
    places = np.flatnonzero(np.array(data.draw(st.lists(st.booleans(), max_size=len(values))), np.bool_))
    assert read.at(places).tolist() == [values[place] for place in places]


@pytest.mark.parametrize(
    ("numbers", "bits"),
    [([], 0), ([0, 0, 0], 0), ([1] * 50, 1), ([300] * 50, 9), ([0] * 500 + [2**31], 0), ([2**32 - 1] * 9, 32)],
)
def test_the_best_width_takes_the_fewest_bytes(numbers: list[int], bits: int) -> None:
    assert best_bits(np.array(numbers, np.int64)) == bits


def _write(path: Path, documents: int, lists: list[Array], cut: int) -> tuple[FieldPostings, list[Array], list[Array]]:
    """Lists with frequencies of 1 to 3 and positions, written in two pieces."""
    frequencies = [docs % 3 + 1 for docs in lists]
    positions = [
        np.concatenate([np.arange(count) * 7 + doc % 5 for doc, count in zip(docs, counts, strict=True)])
        for docs, counts in zip(lists, frequencies, strict=True)
    ]

    def piece(which: slice) -> Postings:
        def joined(arrays: list[Array]) -> Array:
            return np.concatenate([np.empty(0, np.int64), *arrays[which]])

        lengths = np.array([len(docs) for docs in lists[which]], np.int64)
        return Postings(lengths, joined(lists), joined(frequencies), positions[which])

    with ArrayWriter(path) as writer:
        field = FieldWriter(writer, "f", documents, positions=True)
        field.add(piece(slice(0, cut)))
        field.add(piece(slice(cut, None)))
        field.finish()
        writer.finish()
    return FieldPostings(ArrayFile(path), "f", documents), frequencies, positions


@pytest.mark.parametrize("documents", [1, 7, 255, 256, 257, 5_000, 65_536, 65_537, 150_000])
def test_lists_of_every_density_come_back(tmp_path: Path, documents: int) -> None:
    """One by one, and as a range of terms in one go."""
    random = np.random.default_rng(documents)
    wanted = {1, 2, 30, documents // 100, documents // 60, documents // 12, documents // 7, documents}
    lists = [
        np.sort(random.choice(documents, length, replace=False)).astype(np.int64)
        for length in (*sorted(one for one in wanted if 0 < one <= documents), 1)
    ]
    read, frequencies, positions = _write(tmp_path / "a", documents, lists, cut=len(lists) // 2)
    for term, docs in enumerate(lists):
        assert read.df(term) == len(docs)
        np.testing.assert_array_equal(read.docs(term), docs)
        np.testing.assert_array_equal(read.frequencies(term), frequencies[term])
        assert read.tokens_between(term, term + 1) == len(positions[term])
        np.testing.assert_array_equal(read.positions_between(term, 0, len(positions[term])), positions[term])
        some = np.flatnonzero(positions[term] % 3)
        np.testing.assert_array_equal(read.positions_at(term, some), positions[term][some])
    df, docs = read.docs_between(1, len(lists))
    assert df.tolist() == [len(one) for one in lists[1:]]
    np.testing.assert_array_equal(docs, np.concatenate([np.empty(0, int), *lists[1:]]))
    np.testing.assert_array_equal(
        read.frequencies_between(1, len(lists)), np.concatenate([np.empty(0, int), *frequencies[1:]])
    )


def test_a_list_is_written_in_the_kind_that_suits_its_density() -> None:
    assert kinds(np.array([1, 31, 32, 2_000]), 2_000).tolist() == [PLAIN, PLAIN, PAGED8, BITMAP]
    assert kinds(np.array([33, 1_000, 20_000, 200_000]), 1_000_000).tolist() == [PAGED16, PAGED16, PAGED8, BITMAP]


@given(st.integers(1, 3_000_000), st.data())
def test_the_kind_of_one_list_is_that_of_many(documents: int, data: st.DataObject) -> None:
    df = data.draw(st.integers(1, documents))
    assert postings._kind(df, documents) == kinds(np.array([df]), documents)[0]


@given(st.lists(st.lists(st.text("aAs’'é ü.", max_size=6), max_size=3), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_words_are_found_by_stem_and_by_exact_form(
    tmp_path_factory: pytest.TempPathFactory, headings: list[list[str]]
) -> None:
    """Stems with frequencies; exact forms with positions, a possessive's owner at its place, a gap between values."""
    inversion = Inversion()
    stems: dict[str, dict[int, int]] = {}
    places: dict[str, list[tuple[int, int]]] = {}
    for doc, values in enumerate(headings):
        inversion.add(Article(id=str(doc), headings=tuple(values)))
        start = 0
        for value in values:
            for position, word in enumerate(words(value), start):
                counts = stems.setdefault(stem(word), {})
                counts[doc] = counts.get(doc, 0) + 1
                for form in exact_forms(word):
                    places.setdefault(form, []).append((doc, position))
            start += len(words(value)) + VALUE_GAP if any(values) else 0
    terms = _terms_of(tmp_path_factory.mktemp("terms") / "a", inversion, len(headings))["heading"]
    assert terms.exact_forms(b"") == sorted(encode_text(form) for form in places)
    for one, counts in stems.items():
        found: dict[int, int] = {}
        for number in terms.plain(encode_text(one)):
            for doc, count in zip(terms.postings.docs(number), terms.postings.frequencies(number), strict=True):
                found[int(doc)] = found.get(int(doc), 0) + int(count)
        assert found == counts
    for form, wanted in places.items():
        occurrences: list[tuple[int, int]] = []
        for number in terms.exact(encode_text(form)):
            docs = np.repeat(terms.postings.docs(number), terms.postings.frequencies(number))
            positions = terms.postings.positions_between(number, 0, len(docs))
            occurrences += zip(docs.tolist(), positions.tolist(), strict=True)
        assert sorted(occurrences) == wanted
    assert terms.plain(b"\xff") == terms.exact(b"\xff") == []


def _terms_of(path: Path, inversion: Inversion, documents: int) -> dict[str, FieldTerms]:
    with ArrayWriter(path) as writer:
        for field, terms, postings in inversion.postings():
            write_terms(writer, field, terms)
            lists = FieldWriter(writer, field.name, documents, positions=field.kind is not Kind.CODE)
            lists.add(postings)
            lists.finish()
        writer.finish()
    file: Any = ArrayFile(path)
    return {field.name: FieldTerms(file, field, documents) for field in STORED_FIELDS}
