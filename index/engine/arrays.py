"""A file of named NumPy arrays: checked by a checksum when opened, then mapped and never copied.

magic and version  8 bytes
CRC32 of the rest  4 bytes, little-endian
header's length    4 bytes
header             JSON: {name: [dtype, count, offset from the start of the file]}
the arrays         little-endian, each at a multiple of 8
"""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import IndexDamaged

Array = np.ndarray[Any, np.dtype[Any]]
Arrays = Mapping[str, Array]

_MAGIC = b"BkfArr\x00\x01"
_PREFIX = struct.Struct("<8sII")


def write_arrays(path: Path, arrays: Arrays) -> None:
    """Write one-dimensional arrays under their names."""
    plain = {name: np.ascontiguousarray(array, array.dtype.newbyteorder("<")) for name, array in arrays.items()}
    # The header tells the offsets, which depend on its own length: offsets are relative until that is known.
    places, end = {}, 0
    for name, array in plain.items():
        places[name] = [array.dtype.str, len(array), end]
        end += -(-array.nbytes // 8) * 8
    header = json.dumps(places).encode()
    header += b" " * (-(_PREFIX.size + len(header)) % 8)
    body = b"".join([header, *(array.tobytes().ljust(-(-array.nbytes // 8) * 8, b"\0") for array in plain.values())])
    path.write_bytes(_PREFIX.pack(_MAGIC, zlib.crc32(body), len(header)) + body)


def read_arrays(path: Path) -> dict[str, Array]:
    """Map the arrays that `write_arrays` wrote. Raises IndexDamaged when a byte of the file is wrong."""
    content = map_file(path)
    try:
        magic, checksum, header_length = _PREFIX.unpack_from(content)
        if magic != _MAGIC or zlib.crc32(memoryview(content)[_PREFIX.size :]) != checksum:
            raise ValueError("its checksum is wrong")
        start = _PREFIX.size + header_length
        places = json.loads(bytes(content[_PREFIX.size : start]))
        return {
            name: np.frombuffer(content, np.dtype(dtype), count, start + offset)
            for name, (dtype, count, offset) in places.items()
        }
    except (ValueError, TypeError, struct.error) as error:
        raise IndexDamaged(f"{path} is damaged: {error}.") from error


def map_file(path: Path) -> mmap.mmap | bytes:
    """The bytes of a file, mapped; they stay readable after the file is removed."""
    with path.open("rb") as file:
        try:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:  # an empty file cannot be mapped
            return b""


def encode_text(text: str) -> bytes:
    """UTF-8 that also takes lone surrogates; its byte order is the order of code points."""
    return text.encode("utf-8", "surrogatepass")


def decode_text(encoded: bytes) -> str:
    """The text that `encode_text` encoded."""
    return encoded.decode("utf-8", "surrogatepass")


class Texts(Sequence[bytes]):
    """Encoded texts in two arrays, `name.bytes` and `name.ends`."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        self._bytes = arrays[f"{name}.bytes"].data
        self._ends = arrays[f"{name}.ends"]

    @staticmethod
    def arrays(name: str, texts: Sequence[bytes]) -> dict[str, Array]:
        """The arrays that hold these texts."""
        return {
            f"{name}.bytes": np.frombuffer(b"".join(texts), np.uint8),
            f"{name}.ends": np.cumsum([len(text) for text in texts], dtype=np.int64),
        }

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, index: Any) -> Any:
        start = int(self._ends[index - 1]) if index else 0
        return bytes(self._bytes[start : int(self._ends[index])])
