"""The parts of the embedded engine by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model import _distance
from strategies import INSTANTS, articles

from index.article import Article
from index.dates import Instant, Span, midnight
from index.engine.cache import ListCache
from index.engine.columns import EPOCH_DAY, encode_instant
from index.engine.days import spans_of
from index.engine.expansion import fitting, literal_head
from index.engine.spelling import letters_of, similar
from index.engine.stored import BLOCK_BYTES, StoredReader, StoredWriter, articles_file, decode_record, encode_record
from index.errors import IndexDamaged

# Stored articles


@given(articles())
def test_a_stored_record_is_the_article_to_the_last_surrogate_but_for_the_cluster(article: Article) -> None:
    assert decode_record(encode_record(article)) == replace(article, cluster=None)


def test_records_are_read_one_by_one_while_written_and_after(tmp_path: Path) -> None:
    """Small ones share a block, one larger than a block has its own, one may be empty."""
    records = [b"%d " % n * (n * 37 % 500) for n in range(200)] + [b"x" * (2 * BLOCK_BYTES), b"", b"last"]
    writer = StoredWriter(tmp_path, "s")
    for number, record in enumerate(records):
        writer.add(record)
        for one in {0, number // 2, number}:
            assert writer.record(one) == records[one]
    writer.finish()
    reader = StoredReader(articles_file(tmp_path, "s"), writer.arrays())
    assert [reader.record(number) for number in range(len(records))] == records


def test_a_wrong_byte_in_a_stored_block_is_damage(tmp_path: Path) -> None:
    writer = StoredWriter(tmp_path, "s")
    writer.add(b"a record that is long enough to be worth compressing" * 10)
    writer.finish()
    content = bytearray(articles_file(tmp_path, "s").read_bytes())
    content[len(content) // 2] ^= 255
    articles_file(tmp_path, "s").write_bytes(content)
    with pytest.raises(IndexDamaged, match="is damaged"):
        StoredReader(articles_file(tmp_path, "s"), writer.arrays()).record(0)


# Patterns and lists


def test_a_pattern_cannot_run_away() -> None:
    """Many stars on a long word are the classic way to hang a matcher of regular expressions."""
    assert fitting("*a" * 100 + "b")(["a" * 20_000]) == [False]
    assert fitting("*a" * 100)(["a" * 20_000]) == [True]
    assert literal_head("ra?l*") == "ra"


@given(st.text("abc", max_size=6), st.lists(st.text("abcd", max_size=40), max_size=8), st.integers(0, 3))
def test_similar_words_are_those_a_few_edits_away(word: str, forms: list[str], most: int) -> None:
    lengths = np.array([len(form) for form in forms], np.uint16)
    found = similar(word, letters_of("".join(forms)), lengths, most)
    assert found.tolist() == [number for number, form in enumerate(forms) if _distance(word, form) <= most]


def test_the_cache_forgets_what_was_not_used_for_longest() -> None:
    reads: list[str] = []

    def get(cache: ListCache, name: str, size: int) -> None:
        def read() -> tuple[np.ndarray, np.ndarray]:
            reads.append(name)
            return np.empty(0, np.int32), np.empty(size // 8)

        cache.get((name, "f", b"t"), read)

    cache = ListCache(capacity=10_000)
    for name in ("a", "b", "a", "c", "a", "b"):
        get(cache, name, 4_000)
    assert reads == ["a", "b", "c", "b"]
    get(cache, "larger than all", 50_000)
    get(cache, "a", 4_000)
    assert reads[-2:] == ["larger than all", "a"]


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
