"""What an input format is, and how Backfile finds the formats that are installed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import entry_points
from typing import BinaryIO, Protocol

from index.article import Article, Origin
from index.errors import ArticleRejected

ENTRY_POINT = "backfile.formats"
HEAD_BYTES = 8192
"""How much of an input a format is shown to recognise it: enough to get past a licence comment or a DOCTYPE."""
SURE_ENOUGH = 0.1
"""A sniff below this is "not mine"; when no format reaches it the input is rejected as unknown."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """An input, or a record of one, that gave no article, and why."""

    origin: Origin
    reason: str
    until: datetime | None = field(default=None, compare=False)
    """When there may be one in it: it is under an embargo until then."""


@dataclass(frozen=True, slots=True)
class Embargoed:
    """An article that its publisher does not want to be seen before `until`."""

    article: Article
    until: datetime


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A version of an article with which its publisher takes back those before it, and in what words.

    The article bears at least what the id of those came from, and `version` or `modified` if they had one.
    """

    article: Article
    reason: str


Found = Article | Embargoed | TakenBack | Rejected
"""What a format finds in an input."""


@dataclass(frozen=True, slots=True)
class Contents:
    """An input as bytes; such as one inside another, a page in a web archive, for whichever format reads it.

    `told` is what its carrier says of it. That fills fields for which the input itself has nothing, where it is a
    single article. `carriers` is the number of inputs that it is inside of.
    """

    name: str
    origin: Origin
    content: bytes
    told: Article | None = None
    carriers: int = 1


class Format(Protocol):
    """One input format, registered under the entry point `backfile.formats`."""

    name: str

    def sniff(self, head: bytes, name: str) -> float:
        """How surely this is the format, 0 to 1, from the first bytes and the file's name."""

    def parse(self, stream: BinaryIO, origin: Origin) -> Iterator[Found | Contents]:
        """The articles of an input as the publisher gave them, a bad record as `Rejected`, in order.

        A format that only carries others' inputs hands them on as `Contents`. Raises ArticleRejected when the input
        as a whole cannot be read.
        """


def installed_formats() -> tuple[Format, ...]:
    """All formats that are installed, by name."""
    return tuple(point.load() for point in sorted(entry_points(group=ENTRY_POINT), key=lambda point: point.name))


def recognise(head: bytes, name: str, formats: tuple[Format, ...]) -> Format:
    """The format that is surest of an input. Raises ArticleRejected when none is."""
    best = max(formats, key=lambda candidate: candidate.sniff(head, name))
    if best.sniff(head, name) < SURE_ENOUGH:
        known = ", ".join(candidate.name for candidate in formats)
        raise ArticleRejected(f"unknown format: it looks like none of {known}")
    return best
