"""The commit file: which segments a generation consists of, and which of their articles are gone.

It is replaced atomically, and is the only thing that makes a segment count. Before its JSON goes a line that says
what it is, of which schema (so that another one is refused by name), and the checksum.
"""

from __future__ import annotations

import json
import re
import zlib
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from index.durable import reading, replace_file
from index.errors import IndexDamaged, SchemaMismatch
from index.schema import SCHEMA_VERSION

_FILE = "commit"
_HEADER = re.compile(rb"backfile index, schema (\d{1,9}), checksum ([0-9a-f]{8})\n")


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """One segment: `files` maps each file's name to its size.

    `deletions` names the file of its dead articles, `clusters` that of its articles' clusters.
    """

    name: str
    articles: int
    files: dict[str, int]
    deletions: str | None = None
    deleted: int = 0
    clusters: str | None = None

    @property
    def live(self) -> int:
        """Articles that are still there."""
        return self.articles - self.deleted

    @property
    def all_files(self) -> set[str]:
        """Every file that the segment needs."""
        return {*self.files, *filter(None, (self.deletions, self.clusters))}


@dataclass(frozen=True, slots=True)
class CommitFile:
    """One commit; `number` rises with each. Unless it is `clustered`, what came in last has no clusters yet."""

    number: int
    segments: tuple[SegmentEntry, ...] = field(default=())
    clustered: bool = True

    @property
    def all_files(self) -> set[str]:
        """Every file that the commit needs."""
        return {_FILE}.union(*(segment.all_files for segment in self.segments))


def write_commit(folder: Path, commit: CommitFile) -> None:
    """Make this the state of the generation in `folder`. Its segments' files must be on the disk already."""
    body = json.dumps(asdict(commit), indent=1).encode()
    replace_file(
        folder / _FILE, b"backfile index, schema %d, checksum %08x\n" % (SCHEMA_VERSION, zlib.crc32(body)) + body
    )


def has_commit(folder: Path) -> bool:
    """Whether anything was ever committed to the generation in `folder`."""
    return (folder / _FILE).exists()


def read_commit(folder: Path, place: Path) -> tuple[CommitFile, bytes]:
    """The commit of the generation in `folder`, and its file's bytes, which no other commit has.

    Raises SchemaMismatch (naming `place`) when another schema wrote it, IndexDamaged when it is not whole,
    IndexUnreadable.
    """
    path = folder / _FILE
    try:
        with reading(path):
            content = path.read_bytes()
    except FileNotFoundError as error:
        raise IndexDamaged(f"{path}, which lists the parts of the index, is missing.") from error
    header = _HEADER.match(content)
    if not header:
        raise IndexDamaged(f"{path} should list the parts of the index and holds something else.")
    if int(header[1]) != SCHEMA_VERSION:
        raise SchemaMismatch(str(place), int(header[1]), SCHEMA_VERSION)
    body = content[header.end() :]
    if zlib.crc32(body) != int(header[2], 16):
        raise IndexDamaged(f"{path} is damaged: its checksum is wrong.")
    state = json.loads(body)
    segments = tuple(SegmentEntry(**entry) for entry in state["segments"])
    return CommitFile(state["number"], segments, state["clustered"]), content


def sweep(folder: Path, place: Path, kept: CommitFile | None = None) -> None:
    """Remove the files that neither the commit in `folder` needs nor the one that is to be kept besides.

    That is what was never committed, and what the commit replaced.
    """
    needed = read_commit(folder, place)[0].all_files | (kept.all_files if kept else set())
    for path in folder.iterdir():
        if path.name not in needed:
            with suppress(OSError):  # it costs room, no more, and the next writer tries again
                path.unlink()
