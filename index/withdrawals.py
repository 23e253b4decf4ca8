"""What is not to be in the index any more, since when and why: takedowns by the operator, cancellations by publishers.

    <place>/withdrawn    a line that says what it is, with the checksum; then one withdrawal to a line, as JSON

The file stands beside the generations and not in one of them, so that it outlives them all.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from index.durable import reading, replace_file
from index.errors import WithdrawalsDamaged

_FILE = "withdrawn"
_HEADER = re.compile(rb"backfile withdrawals, checksum ([0-9a-f]{8})\n")


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why the article with this id is not to be in the index.

    With `final` that holds for whatever comes under the id. Else it is a publisher's, who may let a later version
    follow: it holds for those up to `version` (0: the publisher does not number them) and `modified`.
    """

    id: str
    at: datetime
    reason: str
    final: bool = True
    version: int = 0
    modified: datetime | None = None

    def covers(self, version: int, modified: datetime | None) -> bool:
        """Whether a version of the article is withdrawn. It is unless both sides say that it is the later one."""
        if self.final:
            return True
        if self.version and version and self.version != version:
            return version < self.version
        if self.modified and modified:
            return modified <= self.modified
        return True

    def outlives(self, other: Withdrawal) -> bool:
        """Whether this one takes the place of another of the same article."""
        return self.final or (not other.final and not other.covers(self.version, self.modified))


def remember(withdrawal: Withdrawal, known: MutableMapping[str, Withdrawal]) -> None:
    """Add a withdrawal to those that are known by id, unless one of the same article says more."""
    before = known.get(withdrawal.id)
    if before is None or withdrawal.outlives(before):
        known[withdrawal.id] = withdrawal


class Withdrawals(Mapping[str, Withdrawal]):
    """The withdrawals of the index at `place`, by id, and changes to them, which `write` makes last.

    Raises WithdrawalsDamaged, IndexUnreadable.
    """

    def __init__(self, place: Path) -> None:
        self._path = place / _FILE
        self._by_id = _read(self._path)
        self._written = dict(self._by_id)

    def __getitem__(self, article_id: str) -> Withdrawal:
        return self._by_id[article_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def add(self, withdrawal: Withdrawal) -> None:
        """Remember a withdrawal, unless one is known that says more."""
        remember(withdrawal, self._by_id)

    def lift(self, article_id: str) -> None:
        """Forget the withdrawal of an article; nothing happens when there is none."""
        self._by_id.pop(article_id, None)

    def write(self) -> None:
        """Put what has changed on the disk, in one step. The caller holds the lock of the index."""
        if self._by_id != self._written:
            body = b"".join(_line(one) for one in self._by_id.values())
            replace_file(self._path, b"backfile withdrawals, checksum %08x\n" % zlib.crc32(body) + body)
            self._written = dict(self._by_id)


def _read(path: Path) -> dict[str, Withdrawal]:
    try:
        with reading(path):
            content = path.read_bytes()
    except FileNotFoundError:
        return {}
    header = _HEADER.match(content)
    body = content[header.end() :] if header else b""
    if not header or zlib.crc32(body) != int(header[1], 16):
        raise WithdrawalsDamaged(str(path))
    return {one.id: one for one in map(_withdrawal, body.splitlines())}


def _line(one: Withdrawal) -> bytes:
    modified = one.modified.isoformat() if one.modified else None
    return json.dumps([one.id, one.at.isoformat(), one.reason, one.final, one.version, modified]).encode() + b"\n"


def _withdrawal(line: bytes) -> Withdrawal:
    article_id, at, reason, final, version, modified = json.loads(line)
    moment = datetime.fromisoformat(modified) if modified else None
    return Withdrawal(article_id, datetime.fromisoformat(at), reason, final, version, moment)
