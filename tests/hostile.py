"""What the tests of several formats need to attack them: changed samples, streams without an end, a bound on time."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import strategies as st

from indexer.samples import sample_paths

BOUND_SECONDS = 10.0
"""Of processor time. Each attack ends within 2 s on the slowest machine tried; hanging takes minutes."""


@contextmanager
def in_bounded_time() -> Iterator[None]:
    """Fails when the block takes longer than any attack may."""
    before = time.process_time()
    yield
    assert time.process_time() - before < BOUND_SECONDS


class _Endless(io.RawIOBase):
    def __init__(self, start: bytes, filling: bytes, size: int) -> None:
        super().__init__()
        self._start, self._filling, self._left = start, filling, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # what BufferedReader passes
        if self._start:
            size = min(len(buffer), len(self._start))
            buffer[:size], self._start = self._start[:size], self._start[size:]
            return size
        size = min(len(buffer), self._left)
        buffer[:size] = (self._filling * (size // len(self._filling) + 1))[:size]
        self._left -= size
        return size


def endless(start: bytes, filling: bytes, size: int = 1 << 24) -> io.BufferedReader:
    """A stream that starts so and goes on with the same for `size` bytes; cannot be sought in, as unpacked ones."""
    return io.BufferedReader(_Endless(start, filling, size), 1 << 16)


def samples(folder: str) -> list[bytes]:
    """The sample files of a format."""
    return [path.read_bytes() for path in sample_paths() if path.parent.name == folder]


@st.composite
def mutations(draw: st.DrawFn, folder: str) -> bytes:
    """A sample of a format with some pieces cut out, doubled, exchanged or replaced."""
    data = draw(st.sampled_from(samples(folder)))
    pieces = st.sampled_from(
        [b"", b"\0", b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"{{", b"}}", b"[[", b"\r\n", b"\n\n", b"--part",
         b"=?", b"-1", b"99999999999999999999", b"\xff\xfe", b"<item>", b"</page>", b"WARC/1.0\r\n", b"From x 2001\n",
         b"HTTP/1.1 200"]
    )  # fmt: skip
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 60)))
        middle = draw(st.one_of(pieces, st.binary(max_size=6), st.just(data[start:end] * 2)))
        data = data[:start] + middle + data[end:]
    return data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data
