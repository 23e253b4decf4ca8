"""The parts of the embedded engine by themselves."""

from __future__ import annotations

from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import INSTANTS, articles, texts

from index.analysis import exact_forms, stem, words
from index.article import Article
from index.dates import Instant, Span, midnight
from index.engine.arrays import Texts, encode_text, read_arrays, write_arrays
from index.engine.cache import PostingsCache
from index.engine.codec import Terms, write_terms
from index.engine.columns import EPOCH_DAY, encode_instant
from index.engine.days import spans_of
from index.engine.fields import WordPositions
from index.engine.inversion import Inversion
from index.engine.lexicon import Lexicon
from index.engine.stored import BLOCK_BYTES, StoredReader, StoredWriter, decode_record, encode_record
from index.errors import IndexDamaged

# Files of arrays


def test_arrays_come_back_as_they_were_written(tmp_path: Path) -> None:
    arrays = {
        "none": np.empty(0, np.int32),
        "bytes": np.array([1, 2, 255], np.uint8),
        "big-endian": np.array([1, -2], ">i8"),
        "ü": np.linspace(0, 1, 5),
    }
    write_arrays(tmp_path / "a", arrays)
    read = read_arrays(tmp_path / "a")
    assert list(read) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(read[name], array)
        assert not read[name].flags.writeable


@pytest.mark.parametrize("place", [0, 7, 8, 12, 17, 40, -1])
def test_one_wrong_byte_anywhere_is_damage(tmp_path: Path, place: int) -> None:
    path = tmp_path / "a"
    write_arrays(path, {"a": np.arange(10), "b": np.arange(3, dtype=np.uint8)})
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(IndexDamaged, match="is damaged"):
        read_arrays(path)


@given(st.lists(st.text() | st.just("\ud800")))
def test_texts_come_back_in_their_order(tmp_path_factory: pytest.TempPathFactory, values: list[str]) -> None:
    encoded = [encode_text(value) for value in values]
    texts = Texts(Texts.arrays("t", encoded), "t")
    assert list(texts) == encoded
    assert sorted(encoded) == [encode_text(value) for value in sorted(values)]


# Stored articles


@given(articles())
def test_a_stored_record_is_the_article_to_the_last_surrogate(article: Article) -> None:
    assert decode_record(encode_record(article)) == article


def test_records_are_read_one_by_one_while_written_and_after(tmp_path: Path) -> None:
    """Small ones share a block, one larger than a block has its own, one may be empty."""
    records = [b"%d " % n * (n * 37 % 500) for n in range(200)] + [b"x" * (2 * BLOCK_BYTES), b"", b"last"]
    writer = StoredWriter(tmp_path / "s")
    for number, record in enumerate(records):
        writer.add(record)
        for one in {0, number // 2, number}:
            assert writer.record(one) == records[one]
    writer.close()
    reader = StoredReader(tmp_path / "s", writer.arrays())
    assert [reader.record(number) for number in range(len(records))] == records


def test_a_wrong_byte_in_a_stored_block_is_damage(tmp_path: Path) -> None:
    writer = StoredWriter(tmp_path / "s")
    writer.add(b"a record that is long enough to be worth compressing" * 10)
    writer.close()
    content = bytearray((tmp_path / "s").read_bytes())
    content[len(content) // 2] ^= 255
    (tmp_path / "s").write_bytes(content)
    with pytest.raises(IndexDamaged, match="is damaged"):
        StoredReader(tmp_path / "s", writer.arrays()).record(0)


# Terms and postings


@given(st.lists(st.lists(texts(6), max_size=3), min_size=1, max_size=6))
@settings(max_examples=30)
def test_posting_lists_say_where_each_word_stands(
    tmp_path_factory: pytest.TempPathFactory, headings: list[list[str]]
) -> None:
    """Frequencies of stems; positions of exact forms, a possessive's owner at its place, a gap between values."""
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
            start += len(words(value)) + 100 if any(values) else 0
    folder = tmp_path_factory.mktemp("terms")
    write_terms(folder, "x", inversion)
    terms = Terms(folder, "x")
    assert list(terms.lexicon("heading")) == sorted((encode_text(one), len(docs)) for one, docs in stems.items())
    for one, counts in stems.items():
        docs, frequencies, positions = terms.postings("heading", encode_text(one)) or pytest.fail(one)
        assert (dict(zip(docs.tolist(), frequencies.tolist(), strict=True)), positions) == (counts, b"")
    for form, wanted in places.items():
        docs, frequencies, positions = terms.postings("heading.exact", encode_text(form)) or pytest.fail(form)
        found = np.repeat(docs, frequencies.astype(int)).tolist()
        assert list(zip(found, np.frombuffer(positions, "<i4").tolist(), strict=True)) == wanted
    assert terms.postings("heading", b"\xff") is None
    assert terms.postings("nowhere", b"a") is None


def test_a_posting_list_of_many_blocks_comes_back_whole(tmp_path: Path) -> None:
    inversion = Inversion()
    for doc in range(1000):
        inversion.add(Article(id=str(doc), body="rail " * (doc % 7)))
    write_terms(tmp_path, "x", inversion)
    docs, frequencies, _ = Terms(tmp_path, "x").postings("body", b"rail") or pytest.fail("rail")
    assert docs.tolist() == [doc for doc in range(1000) if doc % 7]
    assert frequencies.tolist() == [doc % 7 for doc in range(1000) if doc % 7]
    columns = inversion.columns()
    assert columns["length.body"].tolist() == [doc % 7 for doc in range(1000)]


def test_whoosh_reads_our_positions_as_its_own() -> None:
    positions = WordPositions()
    encoded = positions.encode([1, 5, 200_000])
    assert positions.decode_positions(encoded) == [1, 5, 200_000]
    assert positions.decode_frequency(encoded) == 3
    assert positions.supports("positions")


def test_a_pattern_cannot_run_away() -> None:
    """Many stars on a long word are the classic way to hang a matcher of regular expressions."""
    lexicon = Lexicon(iter([(b"a" * 20_000, 1)]), folded=True)
    assert list(lexicon.matching("*a" * 100 + "b")) == []
    assert list(lexicon.matching("*a" * 100)) == [(b"a" * 20_000, 1)]


def test_the_cache_forgets_what_was_not_used_for_longest() -> None:
    reads: list[str] = []

    def get(cache: PostingsCache, name: str, size: int) -> None:
        def read() -> tuple[np.ndarray, np.ndarray, bytes]:
            reads.append(name)
            return np.empty(0, np.int32), np.empty(0), bytes(size)

        cache.get((name, "f", b"t"), read)

    cache = PostingsCache(capacity=10_000)
    for name in ("a", "b", "a", "c", "a", "b"):
        get(cache, name, 4_000)
    assert reads == ["a", "b", "c", "b"]
    get(cache, "larger than all", 50_000)
    get(cache, "a", 4_000)
    assert reads[-2:] == ["larger than all", "a"]
    assert cache.get(("s", "f", b"missing"), lambda: None) is None


# Days


@pytest.mark.parametrize(
    "zone", [UTC, *(ZoneInfo(name) for name in ("America/New_York", "Pacific/Apia", "Africa/Monrovia"))], ids=str
)
@given(instants=st.lists(st.none() | INSTANTS, min_size=1, max_size=8))
@settings(max_examples=50)
def test_columns_of_dates_mean_the_same_spans_as_the_dates(zone: tzinfo, instants: list[Instant | None]) -> None:
    at, precision = zip(*(encode_instant(one) for one in instants), strict=True)
    spans = spans_of(np.array(at, np.int64), np.array(precision, np.uint8), zone)
    assert spans.dated.tolist() == [one is not None for one in instants]
    for number, one in enumerate(instants):
        if one is not None:
            assert Span(int(spans.start[number]), int(spans.end[number])) == one.span(zone)
            day = type(one.at.date()).fromordinal(int(spans.day[number]) + EPOCH_DAY)
            assert midnight(day, zone) <= spans.start[number] or day.year == 1
