"""What the process that gives orders and its workers send each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from index.article import Origin
from index.backend import Place, SegmentBuilder
from indexer.format import Contents, Found, Rejected
from indexer.pipeline import Cancelled, Version

Portion = Sequence[Contents | Found]
"""Work for one worker at one time: inputs to parse, records that were parsed, inputs that could not be read."""


@dataclass(frozen=True, slots=True)
class Begin:
    """The start of a block: articles go into this builder, first indexed now."""

    builder: SegmentBuilder
    now: datetime


@dataclass(frozen=True, slots=True)
class Fatal:
    """What a worker died of: the record after so many of an input, whose rest is not read, and the reason to give."""

    records: int
    reason: str


@dataclass(frozen=True, slots=True)
class Work:
    """A portion to work on, and by the number of an input what a worker has died of in it."""

    portion: Portion
    fatal: Mapping[int, Fatal] = field(default_factory=dict)


class End:
    """The end of a block: finish the builder."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a worker made of a record: an article, and where it is if it is not in the index already."""

    id: str
    origin: Origin
    version: Version
    before: Version | None
    """What the index had under its id when the block began."""
    place: Place | None


Outcome = Made | Cancelled | Rejected


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong in a worker, and ends the run."""

    what: str
