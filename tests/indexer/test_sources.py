"""Files, folders and standard input give their inputs in a fixed order, and what cannot be read is told."""

from __future__ import annotations

import gzip
import io
import os
import socket
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from index.article import Origin
from indexer.format import Rejected
from indexer.sources import measure, read_inputs


def read(*paths: Path | str, standard_input: bytes = b"", **options: object) -> list[tuple[str, bytes | str]]:
    """Each input as its origin and its bytes, each reject as its origin and its reason."""
    return [
        (str(entry.origin), entry.reason if isinstance(entry, Rejected) else entry.stream.read())
        for entry in read_inputs([str(path) for path in paths], io.BytesIO(standard_input), **options)  # type: ignore[arg-type]  # the options of read_inputs
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b/two.txt", "a.txt", "b/one.txt", "c/d/e/deep.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def test_a_file_is_one_input_named_as_it_was_given(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert read("b/one.txt") == [("b/one.txt", b"b/one.txt")]


def test_a_folder_is_read_depth_first_by_name(folder: Path) -> None:
    names = [Path(origin).relative_to(folder).as_posix() for origin, _ in read(folder)]
    assert names == ["a.txt", "b/one.txt", "b/two.txt", "c/d/e/deep.txt"]


def test_paths_are_read_in_the_order_given_and_as_often(folder: Path) -> None:
    given = [folder / "b", folder / "a.txt", folder / "b"]
    assert [Path(origin).name for origin, _ in read(*given)] == ["one.txt", "two.txt", "a.txt", "one.txt", "two.txt"]


def test_hidden_files_and_folders_are_passed_over_unless_they_are_named(folder: Path) -> None:
    (folder / ".DS_Store").write_text("junk")
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_text("junk")
    assert len(read(folder)) == 4
    assert read(folder / ".DS_Store") == [(str(folder / ".DS_Store"), b"junk")]


def test_links_are_followed_and_circles_are_not(folder: Path) -> None:
    (folder / "b" / "up").symlink_to(folder)
    (folder / "z").symlink_to(folder / "c")
    (folder / "link.txt").symlink_to(folder / "a.txt")
    names = [Path(origin).name for origin, _ in read(folder)]
    assert names == ["a.txt", "one.txt", "two.txt", "deep.txt", "link.txt"]


def test_a_link_to_itself_and_a_link_to_nothing_are_rejected(folder: Path) -> None:
    (folder / "circle").symlink_to(folder / "circle")
    (folder / "gone").symlink_to(folder / "nowhere")
    found = dict(read(folder))
    assert found[str(folder / "circle")] == "a link that leads round in a circle"
    assert found[str(folder / "gone")] == "there is no such file or folder"
    assert len(found) == 6


def test_a_path_that_does_not_exist_is_one_reject_and_the_rest_goes_on(folder: Path) -> None:
    missing = str(folder / "nothing")
    assert read(missing, folder / "a.txt") == [
        (missing, "there is no such file or folder"),
        (str(folder / "a.txt"), b"a.txt"),
    ]


@pytest.mark.parametrize("path", ["", "a\0b"])
def test_a_path_that_cannot_be_one_is_rejected(path: str) -> None:
    ((_, reason),) = read(path)
    assert isinstance(reason, str)


def test_a_file_that_vanishes_after_it_was_found_is_rejected(folder: Path) -> None:
    inputs = read_inputs([str(folder / "b")], io.BytesIO())
    assert not isinstance(next(inputs), Rejected)
    (folder / "b" / "two.txt").unlink()
    assert next(inputs) == Rejected(Origin(str(folder / "b" / "two.txt")), "there is no such file or folder")


@contextmanager
def no_longer_root() -> Iterator[None]:
    """Whom file permissions bind."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_what_may_not_be_read_is_rejected() -> None:
    with no_longer_root(), TemporaryDirectory() as place:
        folder = Path(place)
        for name in ("closed", "open"):
            (folder / name).mkdir()
            (folder / name / "x.txt").write_text("x")
        (folder / "closed.txt").write_text("x")
        (folder / "closed.txt").chmod(0)
        (folder / "closed").chmod(0)
        found = read(folder)
        (folder / "closed").chmod(0o700)
    assert [content for _, content in found] == ["permission denied", "permission denied", b"x"]


def test_an_empty_file_is_rejected(folder: Path) -> None:
    (folder / "a.txt").write_bytes(b"")
    assert read(folder / "a.txt") == [(str(folder / "a.txt"), "the file is empty")]


def test_an_empty_folder_has_nothing_in_it(tmp_path: Path) -> None:
    assert read(tmp_path) == []


def test_pipes_sockets_and_devices_are_rejected_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "socket"))
        found = read(tmp_path, "/dev/null")
    assert [reason for _, reason in found] == [
        "a named pipe, not a file",
        "a socket, not a file",
        "a device, not a file",
    ]


def test_standard_input_is_one_input() -> None:
    ((origin, content),) = read("-", standard_input=b'{"title": "A"}\n')
    assert (origin, content) == ("-", b'{"title": "A"}\n')


def test_empty_standard_input_is_rejected() -> None:
    assert read("-") == [("-", "nothing came in")]


def test_excluded_files_and_folders_are_passed_over_when_a_folder_holds_them(folder: Path) -> None:
    """So `backfile index .` does not read the index, nor the list of rejects."""
    excluded = (folder / "b", folder / "c" / ".." / "a.txt")
    assert [Path(origin).name for origin, _ in read(folder, excluded=excluded)] == ["deep.txt"]


def test_a_name_that_is_no_utf_8_and_a_name_with_control_characters_are_spelt_out(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\n\x1b[31m.txt")).write_text("x")
    ((origin, content),) = read(tmp_path)
    assert origin == f"{tmp_path}/caf\\xe9\\n\\x1b[31m.txt"
    assert content == b"x"


def test_progress_adds_up_to_what_was_measured(folder: Path) -> None:
    (folder / "packed.gz").write_bytes(gzip.compress(os.urandom(300_000)))
    (folder / "broken.gz").write_bytes(gzip.compress(os.urandom(300_000))[:1000])
    counts: list[int] = []
    read(folder, progress=counts.append)
    total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert sum(counts) == measure([str(folder)]) == total


def test_a_zip_is_read_where_it_lies(folder: Path) -> None:
    with zipfile.ZipFile(folder / "pages.zip", "w") as archive:
        archive.writestr("one.txt", "1")
        archive.writestr("two.txt", "2")
    path = str(folder / "pages.zip")
    assert read(path) == [(f"{path}!one.txt", b"1"), (f"{path}!two.txt", b"2")]


def test_the_first_block_of_an_input_can_be_looked_at_whole(tmp_path: Path) -> None:
    """Formats are recognised by it, also when the unpacker hands out small pieces."""
    (tmp_path / "x.gz").write_bytes(b"".join(gzip.compress(b"%04d\n" % number) for number in range(3000)))
    inputs = read_inputs([str(tmp_path / "x.gz")], io.BytesIO())
    found = next(inputs)
    assert not isinstance(found, Rejected)
    assert len(found.stream.peek()) >= 8192


def test_a_very_deep_folder_is_read(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(600):
        deep /= "d"
    deep.mkdir(parents=True)
    (deep / "x.txt").write_text("x")
    assert [content for _, content in read(tmp_path)] == [b"x"]
