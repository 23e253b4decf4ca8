"""What verification finds: every flipped bit, and every array that disagrees with the others under a right checksum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import articles, flip_a_bit

from index.article import Article, Caption
from index.dates import parse_instant
from index.engine.arrays import Array, ArrayFile, ArrayWriter, write_arrays
from index.engine.backend import EmbeddedBackend
from index.engine.clusters import write_clusters
from index.engine.commits import read_commit, write_commit
from index.engine.consistency import faults_of_terms
from index.engine.postings import FieldWriter, Postings
from index.engine.stored import encode_record
from index.engine.terms import write_terms
from index.engine.verification import verify_generation
from index.results import Damage
from index.schema import FIELDS, SCHEMA_VERSION

ARTICLES = 300
FIELD = {field.name: field for field in FIELDS}


def article(number: int) -> Article:
    """A frequent word, rarer ones, and a number of its own; several values in some fields."""
    return Article(
        id=f"a{number:03}",
        title=f"Strikes in the harbour of Sarnholt, day {number}",
        body="The dockers wait. " * (1 + number % 7) + ("Rain fell. " if number % 20 == 0 else ""),
        source=("The Herald", "Zürcher Bote")[number % 2],
        byline=("Mira Castellan’s", "Joren Pike")[: number % 3],
        keywords=("strikes", "—", "harbours"),
        captions=(Caption("The quay"), Caption("The empty quay")),
        published=parse_instant(f"2024-0{1 + number % 9}") if number % 5 else None,
        language="en",
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An index of two segments, one with deletions."""
    place = tmp_path / "index"
    backend = EmbeddedBackend(place)
    with backend.writer() as writer:
        for number in range(ARTICLES):
            writer.put(article(number))
    with backend.writer() as writer:
        writer.put(Article(id="later", title="Later words"))
        for number in (7, 8, 250):
            writer.delete(f"a{number:03}")
    return place


def generation(place: Path) -> Path:
    return place / "generations" / "000001"


def damages(place: Path) -> list[Damage]:
    return [damage for part in verify_generation(generation(place), place) for damage in part.damages]


def file_of(place: Path, suffix: str) -> Path:
    """The largest file of a kind, which is the first segment's."""
    return max(generation(place).glob(f"*{suffix}*"), key=lambda path: path.stat().st_size)


def put_in_place(place: Path, path: Path, content: bytes) -> None:
    """Replace a file so that neither its size nor any checksum tells."""
    path.write_bytes(content)
    commit, _ = read_commit(generation(place), place)
    segments = tuple(
        replace(one, files=one.files | {path.name: len(content)}) if path.name in one.files else one
        for one in commit.segments
    )
    write_commit(generation(place), replace(commit, segments=segments))


def rewrite(place: Path, path: Path, changed: dict[str, Array | None]) -> None:
    """Write a file of arrays anew with some of them changed, or left out."""
    file = ArrayFile(path)
    arrays = {name: file[name].copy() for name in file._arrays} | changed
    path.unlink()
    write_arrays(path, {name: array for name, array in arrays.items() if array is not None})
    put_in_place(place, path, path.read_bytes())


def test_a_whole_index_has_nothing_wrong(place: Path) -> None:
    parts = list(verify_generation(generation(place), place))
    assert [(part.name.split()[0], part.articles, part.damages) for part in parts] == [
        ("segment", ARTICLES, ()),
        ("segment", 1, ()),
        ("clusters", ARTICLES - 2, ()),
        ("commit", ARTICLES - 2, ()),
    ]


@given(batches=st.lists(st.lists(articles(tuple("abcd")), max_size=6), min_size=1, max_size=3))
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_whatever_was_indexed_is_whole(tmp_path_factory: pytest.TempPathFactory, batches: list[list[Article]]) -> None:
    place = tmp_path_factory.mktemp("any") / "index"
    for batch in batches:
        with EmbeddedBackend(place).writer() as writer:
            for one in batch:
                writer.put(one)
    assert damages(place) == []


@given(data=st.data())
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_flipped_bit_is_named_with_its_file(place: Path, data: st.DataObject) -> None:
    """But for those that Zstandard does not look at, because they change nothing."""
    path = data.draw(st.sampled_from(sorted(generation(place).iterdir())))
    whole = flip_a_bit(data, path)
    try:
        found = damages(place)
        assert found or path.suffix == ".articles"
        assert all(path.name in one.what or "schema version" in one.what for one in found)
    finally:
        path.write_bytes(whole)


def test_a_flipped_bit_in_an_array_is_named_with_the_array(place: Path) -> None:
    path = file_of(place, ".terms")
    content = bytearray(path.read_bytes())
    content[ArrayFile(path)._arrays["id.terms.bytes"]["offset"]] ^= 1
    path.write_bytes(content)
    (damage,) = damages(place)
    assert "are not as they were written (id.terms.bytes, " in damage.what
    assert not damage.stored


@pytest.mark.parametrize(
    ("suffix", "stored"),
    [(".terms", False), (".columns", True), (".articles", True), (".deleted", True), ("commit", True)],
)
@pytest.mark.parametrize("cut", [False, True])
def test_a_missing_or_cut_file_is_named(place: Path, suffix: str, stored: bool, cut: bool) -> None:
    path = file_of(place, suffix)
    if cut:
        path.write_bytes(path.read_bytes()[:-9])
    else:
        path.unlink()
    found = damages(place)
    assert found
    assert all(path.name in one.what for one in found)
    assert any(one.stored for one in found) == stored


def changed(at: int, by: int = 1) -> Callable[[Array], Array]:
    """The array with one number changed."""

    def change(array: Array) -> Array:
        array[at] = array[at] ^ by if array.dtype.kind == "u" else array[at] + by
        return array

    return change


def swapped(array: Array) -> Array:
    """The array with two neighbours exchanged that are not the same."""
    at = int(np.flatnonzero(np.diff(array.astype(np.int64)))[0])
    array[[at, at + 1]] = array[[at + 1, at]]
    return array


def cut(array: Array) -> Array:
    """The array without its last number."""
    return array[:-1]


CASES: list[tuple[str, str, Callable[[Array], Array | None]]] = [
    ("columns", "id.bytes", changed(2)),
    ("columns", "id.ends", changed(3)),
    ("columns", "id.order", swapped),
    ("columns", "id.order", cut),
    ("columns", "hash", changed(40)),
    ("columns", "published.at", changed(1, 86_400)),
    ("columns", "published.precision", changed(1)),
    ("columns", "modified.precision", changed(0, 9)),
    ("columns", "facet.source.bytes", changed(0)),
    ("columns", "facet.source.0", changed(5, 70)),
    ("columns", "facet.byline.1", swapped),
    ("columns", "facet.byline.rest_docs", lambda _: np.array([5], np.int32)),
    ("columns", "has", changed(9, 1 << 7)),
    ("columns", "length.title", cut),
    ("columns", "length.title.total", changed(0)),
    ("columns", "stored.firsts", changed(0)),
    ("columns", "stored.offsets", changed(-1, 9)),
    ("columns", "stored.ends", cut),
    ("columns", "stored.ends", changed(4, 100_000)),
    ("terms", "title.terms.bytes", changed(0, 64)),
    ("terms", "title.terms.ends", changed(2, -1_000)),
    ("terms", "title.terms.ends", cut),
    ("terms", "title.plain.bytes", changed(0)),
    ("terms", "title.plain.at", changed(1)),
    ("terms", "title.plain.terms", changed(0, 5_000)),
    ("terms", "title.folded.ends", lambda _: np.array([1])),
    ("terms", "byline.plain.terms", changed(0)),
    ("terms", "title.df", changed(0)),
    ("terms", "title.df", cut),
    ("terms", "title.df", changed(0, 5_000)),
    ("terms", "title.posting_at", changed(3)),
    ("terms", "title.token_at", changed(3, -7)),
    ("terms", "title.list_at", changed(2)),
    ("terms", "title.plain", swapped),
    ("terms", "title.plain", changed(3, 1 << 15)),
    ("terms", "title.plain", cut),
    ("terms", "body.low8", swapped),
    ("terms", "body.count8", swapped),
    ("terms", "title.bitmap", changed(0)),
    ("terms", "title.bitmap", cut),
    ("terms", "body.frequency.plane0", changed(0, 3)),
    ("terms", "body.frequency.plane0", cut),
    ("terms", "body.frequency.shape", changed(0)),
    ("terms", "body.frequency.shape", changed(1, 90)),
    ("terms", "body.position.shape", changed(0)),
    ("terms", "body.position.plane0", changed(8)),
    ("terms", "caption.position.plane0", cut),
    ("terms", "caption.position.exception_places", lambda _: np.array([3, 2])),
    ("terms", "caption.position.exceptions", lambda _: np.array([0], np.uint32)),
    ("terms", "id.df", changed(0)),
    ("columns", "facet.place.ends", lambda _: None),
    ("terms", "url.list_at", lambda _: None),
    ("deleted", "docs", changed(0, 9)),
    ("deleted", "docs", changed(2, 50)),
    ("deleted", "docs", cut),
    ("deleted", "docs", lambda _: None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("suffix", "array", "change"), CASES, ids=[f"{array}-{at}" for at, (_, array, _) in enumerate(CASES)]
)
def test_an_array_that_disagrees_is_named_though_its_checksum_is_right(
    place: Path, suffix: str, array: str, change: Callable[[Array], Array | None]
) -> None:
    path = file_of(place, f".{suffix}")
    before = ArrayFile(path)[array].copy()
    after = change(before.copy())
    assert after is None or not np.array_equal(before, after)
    rewrite(place, path, {array: after})
    found = damages(place)
    assert found
    field = array.split(".", maxsplit=1)[0]
    assert any(path.name in one.what and field in one.what for one in found)
    assert len(found) < 10
    if array == "hash" or array.startswith(("stored", "docs")):
        assert any(one.stored for one in found)
    elif suffix == "terms":
        assert not any(one.stored for one in found)


def test_words_of_a_field_that_are_counted_wrong_are_told_with_the_article(place: Path) -> None:
    """Though all lengths add up."""
    lengths = ArrayFile(file_of(place, ".columns"))["length.body"]
    rewrite(place, file_of(place, ".columns"), {"length.body": np.roll(lengths, 1)})
    (damage,) = damages(place)
    assert "body.frequency counts 5 words in article 0, not 18." in damage.what


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (encode_record(replace(article(5), title="Another title")), "hash is not what the stored articles say"),
        (b'{"captions":[{}]}', "stored article 5"),
        (b"[]", "stored article 5"),
        (b'{"published":"2024-06-31"}', "stored article 5"),
    ],
    ids=["another", "no caption", "no record", "no date"],
)
def test_a_stored_article_that_is_not_the_one_that_was_stored_is_told(place: Path, record: bytes, told: str) -> None:
    """Though Zstandard's own checksum is right."""
    path = file_of(place, ".columns")
    records = [encode_record(article(number)) for number in range(ARTICLES)]
    records[5] = record
    content = zstandard.compress(b"".join(records))
    put_in_place(place, path.with_suffix(".articles"), content)
    rewrite(place, path, {
        "stored.firsts": np.array([0]),
        "stored.offsets": np.array([0, len(content)]),
        "stored.ends": np.cumsum([len(one) for one in records]),
    })  # fmt: skip
    found = damages(place)
    assert any(told in one.what and one.stored for one in found)


def test_an_article_in_two_segments_is_told(place: Path) -> None:
    """As when the deletions of one are forgotten."""
    with EmbeddedBackend(place).writer() as writer:
        writer.put(replace(article(3), title="New"))
    commit, _ = read_commit(generation(place), place)
    first = replace(commit.segments[0], deletions=None, deleted=0)
    write_commit(generation(place), replace(commit, segments=(first, *commit.segments[1:])))
    (damage,) = damages(place)
    assert "1 of its articles are in several segments at once" in damage.what
    assert damage.stored


def test_clusters_that_articles_do_not_belong_to_are_told(place: Path) -> None:
    """When all of their file says so, and when its facet contradicts its terms."""
    with EmbeddedBackend(place).writer() as writer:
        for one in ("twin", "twine"):
            writer.put(Article(id=one, title="The same words"))
    segment = read_commit(generation(place), place)[0].segments[-1]
    assert segment.clusters
    path = generation(place) / segment.clusters
    whole = path.read_bytes()
    assert damages(place) == []
    rewrite(place, path, {"facet.cluster.0": np.array([1, 0], np.uint8)})
    (damage,) = damages(place)
    assert "facet.cluster.0 is not what the postings say" in damage.what
    path.write_bytes(whole)
    other = generation(place) / write_clusters(generation(place), segment.name, ["twin", None])
    path.write_bytes(other.read_bytes())
    (damage,) = damages(place)
    assert damage == Damage(f"{path}: 1 of 2 articles are in another cluster than they belong to.")


def test_a_commit_of_another_schema_is_told(place: Path) -> None:
    path = generation(place) / "commit"
    path.write_bytes(path.read_bytes().replace(b"schema %d" % SCHEMA_VERSION, b"schema 77"))
    (damage,) = damages(place)
    assert "schema version 77" in damage.what


# Lists that only large segments have


DOCUMENTS = 70_000
CHANGE = 0x80


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """The terms of a field over 70,000 documents: one list in each form."""
    lists = [np.arange(DOCUMENTS - 1, 0, -step)[::-1] for step in (DOCUMENTS, 1_000, 50, 3)]
    path = tmp_path / "large"
    with ArrayWriter(path) as writer:
        write_terms(writer, FIELD["url"], [b"a", b"b", b"c", b"d"])
        postings = FieldWriter(writer, "url", DOCUMENTS, positions=False)
        docs = np.concatenate(lists)
        postings.add(Postings(np.array([len(one) for one in lists]), docs, np.ones(len(docs), np.int64), []))
        postings.finish()
        writer.finish()
    return path


@pytest.mark.parametrize("array", ["plain", "low16", "count16", "low8", "count8", "bitmap"])
def test_every_kind_of_list_is_checked(large: Path, array: str) -> None:
    file = ArrayFile(large)
    assert list(faults_of_terms(file, FIELD["url"], DOCUMENTS, None, None)) == []
    arrays: dict[str, Any] = {name: file[name].copy() for name in file._arrays}
    name = f"url.{array}"
    arrays[name] = swapped(arrays[name]) if array.startswith("low") else changed(0, CHANGE)(arrays[name])
    write_arrays(large.with_suffix(".changed"), arrays)
    faults = list(faults_of_terms(ArrayFile(large.with_suffix(".changed")), FIELD["url"], DOCUMENTS, None, None))
    assert [fault.array for fault in faults] == [name]
