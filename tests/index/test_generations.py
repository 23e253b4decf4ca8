"""What building a generation, swapping and going back leave on the disk and answer, whatever goes wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections import namedtuple
from pathlib import Path

import pytest
from whoosh import query as q

from index.article import Article
from index.engine import backend as engine
from index.engine import commits
from index.engine.backend import EmbeddedBackend
from index.errors import (
    DiskTooFull,
    GenerationBroken,
    IndexDamaged,
    IndexUnusable,
    IndexUnwritable,
    NoGenerationKept,
    SchemaMismatch,
)
from index.results import EngineRequest
from index.schema import SCHEMA_VERSION

WORDS = "a headline of some words"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def backend(place: Path) -> EmbeddedBackend:
    """An index of three articles, an older one of which is kept."""
    backend = EmbeddedBackend(place)
    with backend.writer() as writer:
        writer.put(Article(id="kept", title=WORDS))
    rebuild(backend, "a", "b", "c")
    return backend


def rebuild(backend: EmbeddedBackend, *ids: str) -> None:
    with backend.rebuild() as writer:
        for one in ids:
            writer.put(Article(id=one, title=WORDS))


def rebuild_from_stored(backend: EmbeddedBackend) -> None:
    with backend.rebuild() as writer:
        for article in writer.live_articles():
            writer.put(article)


def ids(backend: EmbeddedBackend) -> str:
    """The ids of all articles that have the words, put together."""
    with backend.reader() as reader:
        return "".join(hit.article.id for hit in reader.scan(EngineRequest(query=q.Term("title", "headlines"))))


def names(place: Path) -> list[str]:
    return sorted(path.name for path in (place / "generations").iterdir())


def files(place: Path) -> dict[str, bytes]:
    """Every file and its content; folders, too."""
    return {str(path.relative_to(place)): path.read_bytes() if path.is_file() else b"" for path in place.rglob("*")}


def damage(place: Path, generation: str, suffix: str) -> None:
    """Change a byte in the middle of a file."""
    (path,) = (place / "generations" / generation).glob(f"*{suffix}")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)


def test_searching_never_fails_while_generations_are_swapped(place: Path, backend: EmbeddedBackend) -> None:
    """Every answer is that of one generation."""
    done = threading.Event()
    failures: list[BaseException] = []
    seen: set[str] = set()

    def search(searched: EmbeddedBackend) -> None:
        while not done.is_set():
            try:
                seen.add(ids(searched))
            except BaseException as error:  # shown by the assertion below
                failures.append(error)

    threads = [threading.Thread(target=search, args=(one,)) for one in (backend, backend, EmbeddedBackend(place))]
    for thread in threads:
        thread.start()
    for number in range(8):
        rebuild(backend, f"{number}x", f"{number}y")
        rebuild(backend, f"{number}z")
        backend.rollback()
    done.set()
    for thread in threads:
        thread.join()
    assert not failures
    assert seen <= {"abc", *(f"{n}x{n}y" for n in range(8)), *(f"{n}z" for n in range(8))}
    assert len(seen) > 3


KILLED = """
import os, signal, sys
from pathlib import Path
from index.article import Article
from index.engine.backend import EmbeddedBackend
with EmbeddedBackend(Path(sys.argv[1])).rebuild() as writer:
    writer.put(Article(id="x", title="a title"))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_build_that_is_killed_changes_nothing_and_the_next_writer_clears_it_away(
    place: Path, backend: EmbeddedBackend
) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(place)], check=False)
    assert names(place) == ["000001", "000002", "000003"]
    assert ids(EmbeddedBackend(place)) == "abc"
    with backend.writer():
        pass
    assert names(place) == ["000001", "000002"]
    assert not (place / "writer").exists()
    assert backend.rollback().name == "000001"


def test_a_build_that_was_killed_just_before_its_swap_is_cleared_away_though_it_is_complete(
    place: Path, backend: EmbeddedBackend
) -> None:
    shutil.copytree(place / "generations" / "000002", place / "generations" / "000003")
    (place / "live.new").write_text("000003\n000002\n")
    with backend.writer():
        pass
    assert names(place) == ["000001", "000002"]
    assert sorted(path.name for path in place.iterdir()) == ["generations", "live"]


def test_strange_folders_are_left_alone(place: Path, backend: EmbeddedBackend) -> None:
    (place / "generations" / "lost+found").mkdir()
    rebuild(backend, "x")
    assert names(place) == ["000002", "000003", "lost+found"]


@pytest.mark.parametrize("number", range(1, 16))
def test_a_disk_that_fails_while_building_or_swapping_leaves_the_old_or_the_new(
    place: Path, backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before, calls, real = files(place), 0, os.fsync

    def failing(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            raise OSError(5, "Input/output error")
        real(descriptor)

    failed = False
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        try:
            rebuild(backend, "new")
        except IndexUnwritable:
            failed = True
    assert failed == (calls >= number)
    state = ids(EmbeddedBackend(place))
    assert state == "new" or (failed and state == "abc" and files(place) == before)
    rebuild(backend, "later")
    assert ids(EmbeddedBackend(place)) == "later"
    assert len(names(place)) == 2


def test_a_build_needs_room_on_the_disk(place: Path, backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(place)
    usage = namedtuple("usage", "total used free")  # as shutil's own is
    monkeypatch.setattr(engine, "disk_usage", lambda _: usage(1, 1, 100))
    with pytest.raises(DiskTooFull, match=r"0\.0 MB left"):
        rebuild(backend, "x")
    assert files(place) == before


def damaged_in_passing(monkeypatch: pytest.MonkeyPatch, place: Path, suffix: str) -> None:
    """A disk that changes a byte of generation 3 after it was written."""
    real = engine.sweep

    def sweep(folder: Path, swept: Path) -> None:
        real(folder, swept)
        if folder.name == "000003":
            damage(place, folder.name, suffix)

    monkeypatch.setattr(engine, "sweep", sweep)


@pytest.mark.parametrize("suffix", [".terms", ".columns", ".articles", "commit"])
def test_a_generation_that_does_not_pass_its_verification_is_removed(
    place: Path, backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    before = files(place)
    damaged_in_passing(monkeypatch, place, suffix)
    with pytest.raises(GenerationBroken, match=rf"000003/\S*{suffix}.*still answers"):
        rebuild(backend, "x", "y")
    assert files(place) == before
    assert ids(backend) == "abc"


def test_a_generation_that_lost_articles_is_removed(
    place: Path, backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = engine.sweep

    def sweep(folder: Path, swept: Path) -> None:
        commits.write_commit(folder, commits.CommitFile(1))
        real(folder, swept)

    monkeypatch.setattr(engine, "sweep", sweep)
    before = files(place)
    with pytest.raises(GenerationBroken, match="It has 0 articles instead of 2"):
        rebuild(backend, "x", "y")
    assert files(place) == before


# Out of a damaged index


def test_an_index_with_damaged_terms_is_rebuilt_from_its_stored_articles(place: Path, backend: EmbeddedBackend) -> None:
    damage(place, "000002", ".terms")
    with pytest.raises(IndexDamaged, match="backfile verify"):
        ids(EmbeddedBackend(place))
    rebuild_from_stored(EmbeddedBackend(place))
    assert ids(EmbeddedBackend(place)) == "abc"


@pytest.mark.parametrize("suffix", [".columns", ".articles", "commit"])
def test_an_index_with_damaged_articles_can_be_replaced_and_the_good_generation_is_kept(
    place: Path, suffix: str
) -> None:
    backend = EmbeddedBackend(place)
    with backend.writer() as writer:
        writer.put(Article(id="kept", title=WORDS))
    rebuild(backend, "a", "b", "c")
    damage(place, "000002", suffix)
    before = files(place)
    with pytest.raises(IndexDamaged):
        rebuild_from_stored(EmbeddedBackend(place))
    assert files(place) == before
    rebuild(EmbeddedBackend(place), "a", "d")
    assert ids(EmbeddedBackend(place)) == "ad"
    if suffix != ".articles":  # of which nobody knew before they were asked for
        EmbeddedBackend(place).rollback()
        assert ids(EmbeddedBackend(place)) == "kept"


def test_going_back_leads_out_of_a_damaged_generation_but_not_into_one(place: Path, backend: EmbeddedBackend) -> None:
    damage(place, "000002", "commit")
    backend.rollback()
    assert ids(backend) == "kept"
    damaged = backend.generations()[0]
    assert (damaged.name, damaged.articles) == ("000002", 0)
    assert damaged.problem is not None
    assert "commit is damaged" in damaged.problem
    with pytest.raises(IndexDamaged):
        backend.rollback()
    assert ids(backend) == "kept"


@pytest.mark.parametrize("pointer", ["", "nonsense\n", "000007\n", None])
def test_while_it_is_not_known_what_is_live_no_generation_is_removed(
    place: Path, backend: EmbeddedBackend, pointer: str | None
) -> None:
    """The newest that was complete is kept when another one was made."""
    if pointer is None:
        (place / "live").unlink()
    else:
        (place / "live").write_text(pointer)
    for attempt in (backend.rollback, lambda: rebuild_from_stored(backend)):
        with pytest.raises(IndexUnusable):
            attempt()
        assert names(place) == ["000001", "000002"]
    if pointer is None:
        with backend.writer() as writer:
            writer.put(Article(id="x", title=WORDS))
    else:
        rebuild(backend, "x")
    assert ids(EmbeddedBackend(place)) == "x"
    backend.rollback()
    assert ids(EmbeddedBackend(place)) == "abc"


def test_a_kept_generation_that_somebody_removed_is_not_missed(place: Path, backend: EmbeddedBackend) -> None:
    shutil.rmtree(place / "generations" / "000001")
    assert [one.name for one in backend.generations()] == ["000002"]
    with pytest.raises(NoGenerationKept):
        backend.rollback()
    rebuild(backend, "x")
    assert names(place) == ["000002", "000003"]


def test_a_live_generation_that_somebody_removed_can_be_gone_back_from(place: Path, backend: EmbeddedBackend) -> None:
    shutil.rmtree(place / "generations" / "000002")
    with pytest.raises(IndexDamaged, match=r"000002/commit.*is missing"):
        ids(backend)
    assert backend.generations()[-1].problem is not None
    backend.rollback()
    assert ids(backend) == "kept"


def test_an_index_of_another_schema_is_replaced_and_not_gone_back_to(
    place: Path, backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(commits, "SCHEMA_VERSION", SCHEMA_VERSION - 1)
        rebuild(backend, "o", "p")
    with pytest.raises(SchemaMismatch, match="backfile reindex PATH"):
        ids(backend)
    with pytest.raises(SchemaMismatch):
        rebuild_from_stored(backend)
    rebuild(backend, "n")
    assert ids(backend) == "n"
    with pytest.raises(SchemaMismatch):
        backend.rollback()
    assert ids(backend) == "n"
    assert [damage.what for part in backend.verify("000003") for damage in part.damages] == [
        backend.generations()[0].problem
    ]
