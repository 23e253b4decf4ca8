"""Files of named arrays come back as written, or say what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.engine.arrays import BLOCK, SPOOL, ArrayFile, ArrayWriter, write_arrays
from index.engine.texts import FENCE, Texts, encode_text, text_arrays
from index.errors import IndexDamaged


def test_arrays_come_back_as_they_were_written(tmp_path: Path) -> None:
    arrays = {
        "none": np.empty(0, np.int32),
        "bytes": np.array([1, 2, 255], np.uint8),
        "big-endian": np.array([1, -2], ">i8"),
        "ü": np.linspace(0, 1, 5),
        "blocks": np.arange(3 * BLOCK, dtype=np.uint16),
    }
    assert write_arrays(tmp_path / "a", arrays) == (tmp_path / "a").stat().st_size
    read = ArrayFile(tmp_path / "a")
    for name, array in arrays.items():
        np.testing.assert_array_equal(read[name], array)
        assert not read[name].flags.writeable
        assert read.part(name, 1, 2).tolist() == array[1:2].tolist()
    assert "none" in read
    assert "other" not in read
    read.verify()
    with pytest.raises(IndexDamaged, match="other"):
        read["other"]


def test_streams_are_filled_in_turns_and_leave_no_files(tmp_path: Path) -> None:
    numbers = np.arange(SPOOL // 4, dtype=np.int64)
    with ArrayWriter(tmp_path / "a") as writer:
        one, two = writer.stream("one", np.int64), writer.stream("two", np.uint8)
        for _ in range(3):
            one.extend(numbers)
            two.extend(np.array([7, 8]))
        writer.finish()
    read = ArrayFile(tmp_path / "a")
    np.testing.assert_array_equal(read["one"], np.tile(numbers, 3))
    assert read["two"].tolist() == [7, 8] * 3
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_block_that_fails_leaves_no_file(tmp_path: Path) -> None:
    def fail() -> None:
        with ArrayWriter(tmp_path / "a") as writer:
            writer.add("one", np.arange(5))
            writer.add("one", np.arange(5))

    with pytest.raises(ValueError, match="twice"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_one_wrong_byte_anywhere_is_damage(tmp_path: Path) -> None:
    """Whichever byte it is, no array comes back other than it was written."""
    path = tmp_path / "a"
    arrays = {"a": np.arange(10), "b": np.arange(3, dtype=np.uint8)}
    write_arrays(path, arrays)
    whole = path.read_bytes()
    for place in range(len(whole)):
        content = bytearray(whole)
        content[place] ^= 1
        path.write_bytes(content)
        with pytest.raises(IndexDamaged, match=str(path)):
            ArrayFile(path).verify()


@pytest.mark.parametrize("size", [0, 1, 8, 30, 200])
def test_a_file_that_was_cut_off_is_damage(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a"
    write_arrays(path, {"a": np.arange(10)})
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(IndexDamaged, match=str(path)):
        ArrayFile(path)


def test_only_what_is_read_is_checked(tmp_path: Path) -> None:
    """A large file opens without being read; a damaged block harms its own readers only."""
    path = tmp_path / "a"
    write_arrays(path, {"a": np.zeros(4 * BLOCK, np.uint8)})
    content = bytearray(path.read_bytes())
    content[2 * BLOCK] = 1
    path.write_bytes(content)
    read = ArrayFile(path)
    assert not read.part("a", 0, BLOCK).any()
    with pytest.raises(IndexDamaged, match="are not as they were written"):
        read["a"]


@given(st.sets(st.text(max_size=4) | st.just("\ud800"), max_size=3 * FENCE), st.text(max_size=3))
def test_texts_are_found_by_themselves_and_by_their_beginnings(
    tmp_path_factory: pytest.TempPathFactory, values: set[str], wanted: str
) -> None:
    encoded = sorted(encode_text(value) for value in values)
    assert encoded == [encode_text(value) for value in sorted(values)]
    path = tmp_path_factory.mktemp("texts") / "a"
    write_arrays(path, text_arrays("t", encoded))
    texts = Texts(ArrayFile(path), "t")
    assert texts.all() == encoded
    assert [texts.find(text) for text in encoded] == list(range(len(encoded)))
    prefix = encode_text(wanted)
    assert texts.find(prefix) == (encoded.index(prefix) if prefix in encoded else -1)
    assert texts.range(*texts.starting(prefix)) == [text for text in encoded if text.startswith(prefix)]
