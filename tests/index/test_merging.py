"""A merged segment is, array by array, what indexing its live articles at once would have made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import articles

from index.article import Article
from index.engine import merged_postings
from index.engine.arrays import ArrayFile
from index.engine.building import SegmentBuilder
from index.engine.cache import ListCache
from index.engine.fields import STORED_FIELDS
from index.engine.merging import merge
from index.engine.segment import Segment, columns_file
from index.engine.stored import BLOCK_BYTES
from index.schema import Kind


def built(folder: Path, found: list[Article]) -> Segment:
    builder = SegmentBuilder(folder)
    for article in found:
        builder.add(article)
    return Segment(folder, builder.finish(), ListCache())


def assert_same(folder: Path, ours: Segment, expected: Segment) -> None:
    assert ours.articles == expected.articles
    files = [ArrayFile(columns_file(folder, segment.name)) for segment in (ours, expected)]
    assert files[0].names == files[1].names
    for name in files[0].names:
        if not name.startswith("stored."):
            assert files[0][name].dtype == files[1][name].dtype, name
            np.testing.assert_array_equal(files[0][name], files[1][name], name)
    for field in STORED_FIELDS:
        one, other = ours.terms[field.name], expected.terms[field.name]
        words = one.words.all()
        assert words == other.words.all()
        for word in words:
            assert one.plain(word) == other.plain(word)
        lists = one.postings, other.postings
        size = len(words)
        for mine, theirs in zip(*(each.docs_between(0, size) for each in lists), strict=True):
            np.testing.assert_array_equal(mine, theirs)
        np.testing.assert_array_equal(*(each.frequencies_between(0, size) for each in lists))
        if field.kind is not Kind.CODE and size:
            np.testing.assert_array_equal(*(each.positions_between(0, 0, each.tokens) for each in lists))
    for doc in range(ours.articles):
        assert ours.article(doc) == expected.article(doc)


@given(data=st.data(), chunk=st.sampled_from([1, 10, 1 << 20]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_merging_is_indexing_what_lives(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, chunk: int
) -> None:
    folder = tmp_path_factory.mktemp("merge")
    ids = [f"{n:02}" for n in range(12)]
    found = data.draw(st.lists(articles(ids), min_size=1, max_size=12, unique_by=lambda one: one.id))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(found)), max_size=2)))
    parts = [found[a:b] for a, b in zip([0, *cuts], [*cuts, len(found)], strict=True) if a < b]
    lives = [np.array(data.draw(st.lists(st.booleans(), min_size=len(part), max_size=len(part)))) for part in parts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merged_postings, "CHUNK", chunk)
        entry = merge(folder, [(built(folder, part), live) for part, live in zip(parts, lives, strict=True)])
    live = [
        one
        for part, mask in zip(parts, lives, strict=True)
        for one, lives_on in zip(part, mask, strict=True)
        if lives_on
    ]
    assert_same(folder, Segment(folder, entry, ListCache()), built(folder, live))


def test_whole_blocks_are_copied_and_broken_ones_written_anew(tmp_path: Path) -> None:
    """Lists of every density, articles over many blocks, a term that fills several chunks."""
    random = np.random.default_rng(3)
    vocabulary = [f"w{n}" for n in range(400)]

    def some(start: int, count: int) -> list[Article]:
        return [
            Article(
                id=f"{n:05}",
                body=" ".join(["the", "the", *random.choice(vocabulary, 60)]),
                keywords=tuple("abcdef"[: n % 7]),
            )
            for n in range(start, start + count)
        ]

    first, second = some(0, 3_000), some(3_000, 500)
    live = np.ones(3_000, np.bool_)
    live[random.choice(3_000, 40, replace=False)] = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merged_postings, "CHUNK", 1_000)
        parts = [(built(tmp_path, first), live), (built(tmp_path, second), np.ones(500, np.bool_))]
        entry = merge(tmp_path, parts)
    merged = Segment(tmp_path, entry, ListCache())
    assert merged.stored.blocks > 20
    assert all(merged.stored.extent(block)[2] <= 2 * BLOCK_BYTES for block in range(merged.stored.blocks))
    kept = [article for article, lives_on in zip(first, live.tolist(), strict=True) if lives_on]
    assert_same(tmp_path, merged, built(tmp_path, kept + second))
