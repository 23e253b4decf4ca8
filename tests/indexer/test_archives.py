"""Compressed files and archives are read as streams, within limits, and what is damaged is told."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import stat
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Origin
from index.errors import ArticleRejected
from indexer.archives import Budget, Limits, RawInput, buffered, unpacked
from indexer.format import Rejected

TEXT = b"Herring landings fell by a fifth.\n" * 40
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}
KINDS = {"gz": "gzip", "bz2": "bzip2", "xz": "xz", "zst": "zstd"}
TAR_MODES = {"tar": "w", "tar.gz": "w:gz", "tar.bz2": "w:bz2", "tar.xz": "w:xz"}


def unpack(data: bytes, name: str = "x", limits: Limits | None = None) -> list[tuple[str, str, bytes | str]]:
    """Each input as member, name and bytes; each reject as member, empty name and reason."""
    found: list[tuple[str, str, bytes | str]] = []
    for entry in unpacked(
        buffered(io.BytesIO(data), "the file"), name, Origin("x"), Budget(len(data), limits or Limits())
    ):
        if isinstance(entry, Rejected):
            found.append((entry.origin.member, "", entry.reason))
        else:
            found.append((entry.origin.member, entry.name, _content(entry)))
    return found


def _content(entry: RawInput) -> bytes | str:
    try:
        return entry.stream.read()
    except ArticleRejected as rejection:
        return rejection.reason


@contextmanager
def traced() -> Iterator[Callable[[], int]]:
    """The most memory that the block held, in bytes."""
    peak = 0
    tracemalloc.start()
    try:
        yield lambda: peak
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()


def tarred(members: dict[str, bytes], mode: str = "w", kind: bytes = tarfile.REGTYPE) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]  # a mode from the table
        for name, content in members.items():
            header = tarfile.TarInfo(name)
            header.type = kind
            header.linkname = "elsewhere"
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return packed.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_what_is_not_packed_is_itself() -> None:
    assert unpack(TEXT, "a.txt") == [("", "a.txt", TEXT)]


@pytest.mark.parametrize("suffix", COMPRESS)
def test_a_compressed_file_is_one_input_named_without_its_suffix(suffix: str) -> None:
    assert unpack(COMPRESS[suffix](TEXT), f"a.txt.{suffix}") == [("", "a.txt", TEXT)]


@pytest.mark.parametrize("suffix", COMPRESS)
def test_compression_is_known_by_its_bytes_whatever_the_name(suffix: str) -> None:
    assert unpack(COMPRESS[suffix](TEXT), "a.txt") == [("", "a.txt", TEXT)]


@pytest.mark.parametrize("suffix", COMPRESS)
def test_several_compressed_streams_one_after_another_are_one_input(suffix: str) -> None:
    assert unpack(COMPRESS[suffix](TEXT) + COMPRESS[suffix](b"more")) == [("", "x", TEXT + b"more")]


@pytest.mark.parametrize("suffix", COMPRESS)
def test_data_that_ends_early_is_rejected_after_what_could_be_read(suffix: str) -> None:
    noise = os.urandom(1_500_000)  # bzip2 packs blocks of 900,000
    packed = COMPRESS[suffix](noise)[:1_200_000]
    inputs = unpacked(buffered(io.BytesIO(packed), "the file"), "x", Origin("x"), Budget(len(packed), Limits()))
    entry = next(inputs)
    assert isinstance(entry, RawInput)
    first = entry.stream.read1(10)
    assert first == noise[:10]
    with pytest.raises(ArticleRejected, match=f"the {KINDS[suffix]} data ends early: the file is incomplete"):
        entry.stream.read()


@pytest.mark.parametrize("suffix", COMPRESS)
def test_damaged_data_is_rejected(suffix: str) -> None:
    packed = bytearray(COMPRESS[suffix](os.urandom(3000)))
    packed[100:120] = b"\0" * 20
    ((_, _, reason),) = unpack(bytes(packed))
    assert isinstance(reason, str)
    assert reason.startswith(f"the {KINDS[suffix]} data")


@pytest.mark.parametrize("suffix", COMPRESS)
def test_a_compressed_nothing_is_an_empty_file(suffix: str) -> None:
    assert unpack(COMPRESS[suffix](b"")) == [("", "", "the file is empty")]


@pytest.mark.parametrize("suffix", TAR_MODES)
def test_the_files_of_a_tar_are_inputs_in_its_order(suffix: str) -> None:
    data = tarred({"b/two.txt": TEXT, "one.txt": b"1", "b/empty.txt": b""}, TAR_MODES[suffix])
    assert unpack(data) == [
        ("b/two.txt", "two.txt", TEXT),
        ("one.txt", "one.txt", b"1"),
        ("b/empty.txt", "", "the file is empty"),
    ]


def test_a_tar_in_zstandard_is_read_too() -> None:
    assert unpack(COMPRESS["zst"](tarred({"a.txt": TEXT}))) == [("a.txt", "a.txt", TEXT)]


def test_a_tar_of_the_oldest_form_is_known_by_its_checksum() -> None:
    header = bytearray(tarred({"a.txt": TEXT}))
    header[257:265] = bytes(8)
    header[148:156] = b"        "
    header[148:156] = b"%06o\0 " % sum(header[:512])
    assert unpack(bytes(header)) == [("a.txt", "a.txt", TEXT)]


def test_the_files_of_a_zip_are_inputs() -> None:
    data = zipped({"b/two.txt": TEXT, "b/": b"", "one.txt": b"1"})
    assert unpack(data) == [("b/two.txt", "two.txt", TEXT), ("one.txt", "one.txt", b"1")]


def test_an_empty_zip_has_nothing_in_it() -> None:
    assert unpack(zipped({})) == []


@pytest.mark.parametrize("pack", [tarred, zipped])
def test_names_that_lead_out_of_the_archive_are_only_names(
    pack: Callable[[dict[str, bytes]], bytes], tmp_path: Path
) -> None:
    outside = tmp_path / "outside.txt"
    found = unpack(pack({str(outside): TEXT, "../../evil.txt": TEXT}))
    assert [name for _, name, _ in found] == ["outside.txt", "evil.txt"]
    assert not outside.exists()


@pytest.mark.parametrize("pack", [tarred, zipped])
def test_what_systems_add_to_archives_is_passed_over(pack: Callable[[dict[str, bytes]], bytes]) -> None:
    found = unpack(pack({"__MACOSX/._a.txt": b"x", ".DS_Store": b"x", "a/.git/HEAD": b"x", "./a.txt": TEXT}))
    assert [(name, content) for _, name, content in found] == [("a.txt", TEXT)]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar_are_rejected_by_name(kind: bytes) -> None:
    assert unpack(tarred({"a.txt": b""}, kind=kind)) == [("a.txt", "", "not a file but a link or a device")]


def test_packed_files_inside_an_archive_are_unpacked() -> None:
    inner = {"a.txt.gz": gzip.compress(TEXT), "b.tar.xz": tarred({"c.txt": b"c"}, "w:xz"), "d.zip": zipped({"e": b"e"})}
    assert unpack(gzip.compress(tarred(inner))) == [
        ("a.txt.gz", "a.txt", TEXT),
        ("b.tar.xz!c.txt", "c.txt", b"c"),
        ("d.zip!e", "e", b"e"),
    ]


def test_an_archive_in_an_archive_in_an_archive_is_rejected() -> None:
    ((member, _, reason),) = unpack(zipped({"b.zip": zipped({"c.tar": tarred({"d": TEXT})})}))
    assert member == "b.zip!c.tar"
    assert reason == "packed too deep: tar archive inside zip archive inside zip archive"


def test_a_file_packed_again_and_again_is_rejected() -> None:
    data = TEXT
    for _ in range(6):
        data = gzip.compress(data)
    assert unpack(data) == [("", "", "packed too deep: gzip inside gzip inside gzip inside gzip inside gzip")]


def test_an_encrypted_member_is_rejected_and_the_others_are_read() -> None:
    data = bytearray(zipped({"secret.txt": TEXT, "open.txt": TEXT}))
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(signature) + flags] |= 1
    assert unpack(bytes(data)) == [
        ("secret.txt", "", "it is encrypted: unpack it with its password first"),
        ("open.txt", "open.txt", TEXT),
    ]


def test_a_zip_without_its_directory_is_rejected() -> None:
    ((_, _, reason),) = unpack(zipped({"a.txt": TEXT})[:-30])
    assert isinstance(reason, str)
    assert reason.startswith("the zip archive cannot be read")


def test_a_tar_that_ends_early_gives_what_it_has_and_a_reason() -> None:
    found = unpack(tarred({"a.txt": TEXT, "b.txt": os.urandom(5000)})[:4000])
    assert found[0] == ("a.txt", "a.txt", TEXT)
    assert all(isinstance(content, str) and "data" in content for _, _, content in found[1:])
    assert len(found) > 1


@pytest.mark.parametrize("suffix", COMPRESS)
def test_a_decompression_bomb_is_stopped(suffix: str) -> None:
    bomb = COMPRESS[suffix](bytes(20_000_000))
    ((_, _, reason),) = unpack(bomb, limits=Limits(free=1_000_000, ratio=10))
    assert isinstance(reason, str)
    assert "expands to more than" in reason


@pytest.mark.parametrize("suffix", COMPRESS)
def test_unpacking_a_bomb_takes_little_memory(suffix: str) -> None:
    bomb = COMPRESS[suffix](bytes(100_000_000))
    limits = Limits(free=100_000_000)
    inputs = unpacked(buffered(io.BytesIO(bomb), "the file"), "x", Origin("x"), Budget(len(bomb), limits))
    entry = next(inputs)
    assert isinstance(entry, RawInput)
    with traced() as peak:
        while entry.stream.read(1 << 16):
            pass
    assert peak() < 50_000_000


def test_all_members_of_an_archive_share_one_budget() -> None:
    """A zip may hold thousands of bombs, each within the limit."""
    found = unpack(
        zipped({f"{number}.txt": bytes(400_000) for number in range(5)}), limits=Limits(free=1_000_000, ratio=1)
    )
    assert [isinstance(content, str) for _, _, content in found] == [False, False, True, True]
    assert found[-1] == ("", "", f"{found[-2][2]!s} What follows in the archive is not read")


def test_a_zip_whose_files_share_their_bytes_costs_two_lines() -> None:
    """Its directory names one packed megabyte ten thousand times, which makes ten gigabytes of 600 KB."""
    data = zipped({"a.txt": b"words " * 170_000})
    directory = data.index(b"PK\1\2")
    entry, end = data[directory : data.index(b"PK\5\6")], bytearray(data[data.index(b"PK\5\6") :])
    end[8:16] = struct.pack("<HHI", 10_000, 10_000, 10_000 * len(entry))
    found = unpack(data[:directory] + entry * 10_000 + bytes(end), limits=Limits(free=3_000_000, ratio=1))
    assert sum(isinstance(content, bytes) for _, _, content in found) < 3
    assert "bomb" in str(found[-1][2])
    assert "bomb" in str(found[-2][2])
    assert len(found) < 5


def test_an_inner_bomb_counts_against_the_outer_file() -> None:
    bomb = zipped({"b.zip": zipped({"c.txt": bytes(20_000_000)})})
    ((_, _, reason),) = unpack(bomb, limits=Limits(free=1_000_000, ratio=10))
    assert isinstance(reason, str)
    assert "bomb" in reason


def test_the_total_is_limited_whatever_the_size() -> None:
    assert Budget(1 << 40, Limits()).allowed == Limits().total


def test_a_tar_header_of_gigabytes_is_not_taken_into_memory() -> None:
    header = tarfile.TarInfo("pax")
    header.type = tarfile.XHDTYPE
    header.size = 4 << 30
    ((_, _, reason),) = unpack(header.tobuf(tarfile.PAX_FORMAT) + bytes(10_000))
    assert reason == "the tar archive has a header of 4,294,967,296 bytes"


def test_an_xz_file_that_asks_for_gigabytes_of_memory_is_rejected() -> None:
    greedy = lzma.compress(TEXT, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30}])
    ((_, _, reason),) = unpack(greedy)
    assert isinstance(reason, str)
    assert "memory" in reason.lower()


def test_a_zip_inside_a_stream_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert unpack(gzip.compress(zipped({"a.txt": TEXT}))) == [("a.txt", "a.txt", TEXT)]
    assert list(tmp_path.iterdir()) == []


def test_a_long_tar_is_not_remembered_header_by_header() -> None:
    data = tarred({f"{number}.txt": b"x" for number in range(12_000)})
    inputs = unpacked(buffered(io.BytesIO(data), "the file"), "x", Origin("x"), Budget(len(data), Limits()))
    with traced() as peak:
        assert sum(1 for _ in inputs) == 12_000
    assert peak() < 5_000_000  # remembered, they take 7 million; some wait for the garbage collector


def test_modes_of_members_do_not_matter() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        header = zipfile.ZipInfo("link.txt")
        header.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(header, "/etc/passwd")
    assert unpack(packed.getvalue()) == [("link.txt", "link.txt", b"/etc/passwd")]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [*(pack(TEXT) for pack in COMPRESS.values()), tarred({"a": TEXT, "b": b"x"}), zipped({"a": TEXT, "b": b"x"})]
    ),
    st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=8)), max_size=6),
    st.integers(0, 3000),
)
def test_damage_of_any_kind_ends_in_inputs_and_reasons(packed: bytes, edits: list[tuple[int, bytes]], end: int) -> None:
    data = bytearray(packed)
    for at, patch in edits:
        data[at : at + len(patch)] = patch
    unpack(bytes(data[: max(end, 1)]), limits=Limits(free=10_000_000))
