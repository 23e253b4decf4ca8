"""What the embedded engine leaves on the disk: nothing half-done, nothing superfluous, whatever goes wrong."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import flip_a_bit
from whoosh import query as q

from index.article import Article
from index.engine import commits, merge_policy
from index.engine.backend import EmbeddedBackend
from index.engine.stored import encode_record
from index.errors import (
    IndexDamaged,
    IndexLocked,
    IndexMissing,
    IndexUnreadable,
    IndexUnusable,
    IndexUnwritable,
    SchemaMismatch,
)
from index.results import EngineRequest, FacetRequest, Interval
from index.schema import SCHEMA_VERSION


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "var" / "index"


@pytest.fixture
def backend(place: Path) -> EmbeddedBackend:
    return EmbeddedBackend(place)


def put(backend: EmbeddedBackend, *articles: Article) -> None:
    with backend.writer() as writer:
        for article in articles:
            writer.put(article)


def titles(backend: EmbeddedBackend) -> dict[str, str | None]:
    with backend.reader() as reader:
        return {hit.article.id: hit.article.title for hit in reader.scan(EngineRequest(query=q.Every()))}


def files(place: Path) -> dict[str, bytes]:
    """Every file and its content; folders, too."""
    return {
        str(path.relative_to(place.parent.parent)): path.read_bytes() if path.is_file() else b""
        for path in place.parent.parent.rglob("*")
    }


def segments(place: Path) -> list[Path]:
    return list(place.glob("generations/*/*.columns"))


def test_opening_a_backend_touches_nothing(place: Path) -> None:
    EmbeddedBackend(place)
    assert not place.parent.exists()


def test_a_first_block_that_fails_leaves_not_even_a_folder(place: Path, backend: EmbeddedBackend) -> None:
    with pytest.raises(ValueError, match="needs an id"):
        put(backend, Article(id="a"), Article())
    assert files(place) == {}


def test_a_folder_that_was_there_before_stays(place: Path, backend: EmbeddedBackend) -> None:
    place.mkdir(parents=True)
    with pytest.raises(ValueError, match="needs an id"):
        put(backend, Article())
    assert list(files(place)) == ["var", "var/index"]


def test_a_block_that_fails_leaves_the_same_files(place: Path, backend: EmbeddedBackend) -> None:
    """Also when it had written segments already."""
    put(backend, Article(id="a", title="one"), Article(id="b", title="two"))
    before = files(place)
    with pytest.raises(ValueError, match="needs an id"):
        put(
            EmbeddedBackend(place, memory=1),
            *(Article(id=f"n{n}", title="a title") for n in range(5)),
            Article(id="a", title="x"),
            Article(),
        )
    assert files(place) == before


def test_what_a_killed_writer_left_is_cleared_away(place: Path, backend: EmbeddedBackend) -> None:
    put(backend, Article(id="a"))
    folder = place / "generations" / "000001"
    (folder / "segment_0123456789abcdef.articles").write_bytes(b"half")
    (folder / "commit.new").write_bytes(b"half")
    put(backend, Article(id="b"))
    assert sorted(titles(backend)) == ["a", "b"]
    assert {path.name.split(".")[0].split("_")[0] for path in folder.iterdir()} == {"commit", "segment"}
    assert len(segments(place)) == 2
    assert not list(folder.glob("*0123456789abcdef*"))
    assert not (folder / "commit.new").exists()


def test_what_a_killed_first_writer_left_is_no_index(place: Path, backend: EmbeddedBackend) -> None:
    half_made = place / "generations" / "000001"
    half_made.mkdir(parents=True)
    (half_made / "segment_0123456789abcdef.articles").write_bytes(b"half")
    with pytest.raises(IndexMissing), backend.reader():
        pass
    put(backend, Article(id="a"))
    assert list(titles(backend)) == ["a"]
    assert not list(place.rglob("*0123456789abcdef*"))


def test_many_small_commits_leave_few_segments(place: Path, backend: EmbeddedBackend) -> None:
    for number in range(40):
        put(backend, Article(id=f"{number:02}", title=f"{number}"))
        assert len(segments(place)) <= 2 * (merge_policy.TIER - 1)
    assert titles(backend) == {f"{number:02}": f"{number}" for number in range(40)}


def test_segments_merged_in_the_block_that_made_them_are_removed(place: Path) -> None:
    """In the first block of all, too."""
    for start in (0, 30):
        put(EmbeddedBackend(place, memory=1), *(Article(id=f"{number:02}") for number in range(start, start + 30)))
        assert len(list(place.glob("generations/*/*.terms"))) == len(segments(place)) < 30


def test_replacing_one_article_over_and_over_does_not_grow_the_index(place: Path, backend: EmbeddedBackend) -> None:
    for number in range(20):
        put(backend, Article(id="a", title=f"version {number}"))
    assert len(segments(place)) == 1
    assert titles(backend) == {"a": "version 19"}


def test_a_segment_whose_articles_are_all_deleted_goes_away(place: Path, backend: EmbeddedBackend) -> None:
    put(backend, Article(id="a"), Article(id="b"))
    with backend.writer() as writer:
        writer.delete("a")
        writer.delete("b")
    assert titles(backend) == {}
    assert segments(place) == []


def test_a_large_segment_is_not_rewritten_for_a_few_deletions(place: Path, backend: EmbeddedBackend) -> None:
    put(backend, *(Article(id=f"{n}") for n in range(10)))
    before = segments(place)
    with backend.writer() as writer:
        for n in range(5):
            writer.delete(f"{n}")
    assert segments(place) == before
    with backend.writer() as writer:
        writer.delete("5")
    assert len(segments(place)) == 1
    assert segments(place) != before
    assert sorted(titles(backend)) == ["6", "7", "8", "9"]


@pytest.mark.parametrize(("sizes", "merged"), [
    ([], 0),
    ([1] * 7, 0),
    ([1] * 8, 8),
    ([100, *[1] * 8], 8),
    ([8] * 6 + [1] * 8, 8),
    ([8] * 7 + [1] * 8, 15),
    ([50_000] * 7 + [1] * 7, 0),
    ([50_000] * 8, 8),
])  # fmt: skip
def test_segments_of_one_size_are_merged_when_they_are_many(sizes: list[int], merged: int) -> None:
    entries = [commits.SegmentEntry(f"{n}", size, {}) for n, size in enumerate(sizes)]
    assert len(merge_policy.to_merge(entries)) == merged


# What is no index, or another's


def test_another_schema_is_refused_by_name(
    place: Path, backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(commits, "SCHEMA_VERSION", SCHEMA_VERSION - 1)
        put(backend, Article(id="a"))
    before = files(place)
    with pytest.raises(SchemaMismatch, match=f"schema version {SCHEMA_VERSION - 1}.*version {SCHEMA_VERSION}"):
        titles(backend)
    with pytest.raises(SchemaMismatch):
        put(backend, Article(id="b"))
    assert files(place) == before


@pytest.mark.parametrize("content", [b"", b"../../etc", b"\xff", b"000001 000002", b"000009"], ids=repr)
def test_a_live_pointer_to_nowhere_is_damage(place: Path, backend: EmbeddedBackend, content: bytes) -> None:
    put(backend, Article(id="a"))
    (place / "live").write_bytes(content)
    before = files(place)
    with pytest.raises(IndexDamaged, match=r"live|commit"):
        titles(backend)
    with pytest.raises(IndexDamaged):
        put(backend, Article(id="b"))
    assert files(place) == before


def test_a_file_where_the_folder_should_be_is_said_so(place: Path, backend: EmbeddedBackend) -> None:
    place.parent.mkdir()
    place.write_text("I am a file")
    with pytest.raises(IndexUnreadable, match=r"var/index.*BACKFILE_INDEX"):
        titles(backend)
    with pytest.raises(IndexUnwritable, match=r"index could not be written: file exists\. Set BACKFILE_INDEX"):
        put(backend, Article(id="a"))


@pytest.mark.parametrize("suffix", ["commit", ".columns", ".articles", ".terms"])
def test_a_missing_part_is_damage_and_names_the_file(place: Path, backend: EmbeddedBackend, suffix: str) -> None:
    put(backend, Article(id="a", title="word"))
    (path,) = place.glob(f"generations/*/*{suffix}")
    path.unlink()
    with pytest.raises(IndexDamaged, match=path.name):
        titles(EmbeddedBackend(place))


@pytest.mark.parametrize("suffix", ["commit", ".columns", ".articles", ".terms"])
@pytest.mark.parametrize("damage", ["cut", "longer", "garbage"])
def test_damage_is_found_and_never_answered_from(
    place: Path, backend: EmbeddedBackend, suffix: str, damage: str
) -> None:
    put(backend, *(Article(id=f"{n}", title="some words of a title", body="word " * n) for n in range(50)))
    (path,) = place.glob(f"generations/*/*{suffix}")
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes({"cut": content[:middle], "longer": content + b"\0", "garbage": b"\x99" * len(content)}[damage])
    with pytest.raises(IndexDamaged, match=r"damaged|something else"), EmbeddedBackend(place).reader() as reader:
        assert [hit.article for hit in reader.scan(EngineRequest(query=q.Term("title", "words")))]


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_flipped_bit_is_damage_or_does_not_matter(place: Path, data: st.DataObject) -> None:
    """Whichever file it hits, nothing but the right answer ever comes back."""
    if not place.exists():
        put(EmbeddedBackend(place), *(Article(id=f"{n}", title="some words", body="word " * n) for n in range(50)))
    asked = EngineRequest(query=q.Term("body", "words"), facets=(FacetRequest("source"),), histogram=Interval.AUTO)
    with EmbeddedBackend(place).reader() as reader:
        expected = reader.search(asked), list(reader.terms("title")), reader.get("7")
    path = data.draw(st.sampled_from(sorted(path for path in place.rglob("*") if path.is_file())))
    whole = flip_a_bit(data, path)
    try:
        with EmbeddedBackend(place).reader() as reader:
            assert (reader.search(asked), list(reader.terms("title")), reader.get("7")) == expected
    except IndexUnusable:
        pass
    finally:
        path.write_bytes(whole)


def test_a_stored_article_of_another_shape_is_damage(place: Path, backend: EmbeddedBackend) -> None:
    """Whole by its checksum, and still no article: another program wrote it."""
    put(backend, Article(id="a"))
    (path,) = place.glob("generations/*/*.articles")
    shape = b'{"captions":[{}]}'
    length = len(encode_record(Article(id="a")))
    path.write_bytes(zstandard.compress(shape.ljust(length)).ljust(path.stat().st_size, b"\0"))
    with pytest.raises(IndexDamaged, match="stored article 0"):
        titles(EmbeddedBackend(place))


# Several at once


@contextmanager
def another_process(place: Path, code: str) -> Iterator[subprocess.Popen[str]]:
    """A process that runs `code` with `backend` open."""
    script = (
        "from pathlib import Path\n"
        "from index.article import Article\n"
        "from index.engine.backend import EmbeddedBackend\n"
        f"backend = EmbeddedBackend(Path({str(place)!r}))\n{code}"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_the_lock_holds_between_processes_and_dies_with_its_holder(place: Path, backend: EmbeddedBackend) -> None:
    put(backend, Article(id="a"))
    code = "with backend.writer() as w:\n    w.put(Article(id='b'))\n    print('holding', flush=True)\n    input()"
    with another_process(place, code) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        with pytest.raises(IndexLocked, match=rf"Another process \(pid {process.pid}\) is writing"):
            put(backend, Article(id="c"))
        assert list(titles(backend)) == ["a"]
        process.send_signal(signal.SIGKILL)
        process.wait()
    put(backend, Article(id="c"))
    assert sorted(titles(backend)) == ["a", "c"]


def test_a_folder_that_vanishes_before_it_is_locked_is_made_again(
    place: Path, backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when another first block fails at that moment and tidies up."""
    real = fcntl.flock

    def late(descriptor: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", real)
        place.rmdir()
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    put(backend, Article(id="a"))
    assert list(titles(backend)) == ["a"]


def test_readers_in_many_threads_see_whole_commits_while_a_writer_works(backend: EmbeddedBackend) -> None:
    """Every block gives all three articles the same title; the files of old segments vanish meanwhile."""
    ids = ("a", "b", "c")
    put(backend, *(Article(id=one, title="0") for one in ids))
    done = threading.Event()
    seen: list[set[str | None]] = []
    failures: list[BaseException] = []

    def read() -> None:
        try:
            while not done.is_set():
                seen.append(set(titles(backend).values()))
        except BaseException as error:  # shown by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 15):
        put(backend, *(Article(id=one, title=f"{number}") for one in ids))
    done.set()
    for thread in threads:
        thread.join()
    assert not failures
    assert all(len(one) == 1 for one in seen)
    assert titles(backend) == dict.fromkeys(ids, "14")
