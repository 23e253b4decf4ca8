"""From inputs to the index: recognise, parse, clean, enrich, identify, compare with what is there, store."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from index.article import Article, Origin
from index.backend import Backend, Writer
from index.errors import ArticleRejected
from index.withdrawals import Withdrawal
from indexer.archives import RawInput, buffered
from indexer.charset import decode
from indexer.cleaning import clean
from indexer.enrich import enrich
from indexer.format import (
    HEAD_BYTES,
    Contents,
    Embargoed,
    Format,
    Found,
    Rejected,
    TakenBack,
    installed_formats,
    recognise,
)
from indexer.identity import canonical_url, identify
from indexer.report import Outcome, Report
from indexer.safety import MAX_ARTICLE, characters
from indexer.sources import internal_error, read_inputs
from indexer.unread import SURE, why_not_read

BATCH = 10_000
"""Records between two commits: what a killed run loses at most. A run told to stop commits what it has."""

MOST_CARRIERS = 3
"""Inputs inside inputs: a story attached to a message that is attached to a message, in a web archive."""

BETWEEN_BATCHES = 600.0
"""Seconds that a run waits for a writer that came in between two of its batches, rather than give up half-way."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """That its publisher has taken an article back, and up to which version. There is no article in that either."""

    rejected: Rejected
    id: str
    version: int
    modified: datetime | None

    def withdrawal(self, now: datetime) -> Withdrawal:
        """What is to be remembered of it."""
        reason = f"taken back by its publisher: {self.rejected.reason}"
        return Withdrawal(self.id, now, reason, final=False, version=self.version, modified=self.modified)


Record = Article | Cancelled | Rejected
"""What becomes of something that a format has found."""


def read_paths(
    paths: Iterable[str],
    standard_input: BinaryIO,
    excluded: tuple[Path, ...] = (),
    progress: Callable[[int], None] = lambda _: None,
    before: Callable[[], None] = lambda: None,
) -> Iterator[RawInput | Rejected]:
    """Every input at `paths`; `before` is called when the first is asked for, the index being ours."""
    before()
    yield from read_inputs(paths, standard_input, excluded=excluded, progress=progress)


def articles_of(inputs: Iterable[RawInput | Rejected], now: datetime) -> Iterator[Record]:
    """The articles of all inputs that may be seen by `now`."""
    formats = installed_formats()
    for source in inputs:
        if isinstance(source, Rejected):
            yield source
        else:
            yield from read_articles(source, formats, now)


def read_articles(source: RawInput, formats: tuple[Format, ...], now: datetime) -> Iterator[Record]:
    """The articles of one input, ready to be stored but for `first_indexed`; what is none as `Rejected`."""
    return (finished(found, now) for found in parsed_articles(source, formats))


def read_contents(contents: Contents, formats: tuple[Format, ...], now: datetime) -> Iterator[Record]:
    """As `read_articles`, of an input that is held as bytes."""
    return (finished(found, now) for found in _carried(contents, formats))


def parsed_articles(source: RawInput, formats: tuple[Format, ...]) -> Iterator[Found]:
    """The articles of one input as the formats have them, those of inputs inside it too; what is none as `Rejected`."""
    for found in opened(source, formats):
        if isinstance(found, Contents):
            yield from _carried(found, formats)
        else:
            yield found


def _carried(contents: Contents, formats: tuple[Format, ...]) -> Iterator[Found]:
    """The articles of an input that is held as bytes."""
    if contents.carriers > MOST_CARRIERS:
        yield Rejected(contents.origin, f"packed too deep: it is inside {contents.carriers} others")
        return
    stream = buffered(io.BytesIO(contents.content), "the file")
    for found in opened(RawInput(contents.name, contents.origin, stream), formats):
        if isinstance(found, Contents):
            yield from _carried(replace(found, carriers=contents.carriers + 1), formats)
        else:
            yield _told(found, contents)


def _told(found: Found, contents: Contents) -> Found:
    """What was found, with what its carrier says where the input itself has nothing.

    That is said of the input as a whole: of one article among several in it, nothing.
    """
    said = contents.told
    if said is None or isinstance(found, Rejected):
        return found
    if not isinstance(found, Article):
        article = _told(found.article, contents)
        return replace(found, article=article) if isinstance(article, Article) else found
    if found.origin != contents.origin:
        return found
    missing = {
        name: value
        for name in _FIELDS
        if (value := getattr(said, name)) and not getattr(found, name) and name not in found.provenance
    }
    how = {name: where for name, where in said.provenance.items() if name in missing or name == "origin"}
    return replace(found, **missing, provenance={**found.provenance, **how})


_FIELDS = tuple(field.name for field in fields(Article) if field.name not in {"origin", "provenance", "first_indexed"})
_ALL = attrgetter(*_FIELDS)


def opened(source: RawInput, formats: tuple[Format, ...]) -> Iterator[Found | Contents]:
    """What the format of an input finds in it, each with its origin; what is no article as `Rejected`.

    A parser that fails in a way nobody foresaw costs its input.
    """
    try:
        head = source.stream.peek(HEAD_BYTES)[:HEAD_BYTES]
        for found in _recognised(head, source.name, formats).parse(source.stream, source.origin):
            yield found if isinstance(found, Contents) else _placed(found, source.origin)
    except ArticleRejected as rejection:
        yield Rejected(source.origin, rejection.reason)
    except Exception as error:
        yield Rejected(source.origin, internal_error(error))


def _recognised(head: bytes, name: str, formats: tuple[Format, ...]) -> Format:
    """The format of an input. Raises ArticleRejected with the truest reason why it has none."""
    try:
        best = recognise(head, name, formats)
    except ArticleRejected as unknown:
        if reason := why_not_read(head, name):
            raise ArticleRejected(reason) from unknown
        decode(head)  # raises when the input is not even text
        raise
    if best.sniff(head, name) < SURE and (reason := why_not_read(head, name)):
        raise ArticleRejected(reason)
    return best


def _placed(found: Found, origin: Origin) -> Found:
    """What was found, with the origin of its input unless it has one of its own."""
    if isinstance(found, Article):
        return found if found.origin else replace(found, origin=origin)
    if isinstance(found, Rejected) or found.article.origin:
        return found
    return replace(found, article=replace(found.article, origin=origin))


def finished(found: Found, now: datetime) -> Record:
    """What was parsed, as an article that is cleaned, enriched and has an id, or why it is none.

    An article that fails in a way nobody foresaw is rejected, and so is one that may not be seen by `now`.
    """
    if isinstance(found, Rejected):
        return found
    article = found if isinstance(found, Article) else found.article
    origin = article.origin or Origin("")
    if isinstance(found, Embargoed) and found.until > now:
        reason = f"its publisher does not want it seen before {found.until.isoformat()}: embargoed"
        return Rejected(origin, reason, found.until)
    try:
        if isinstance(found, TakenBack):
            return _cancelled(clean(article), Rejected(origin, found.reason))
        if (length := characters(tuple(filter(None, _ALL(article))))) > MAX_ARTICLE:
            raise ArticleRejected(f"the article has {length:,} characters, more than {MAX_ARTICLE:,}")
        article = identify(enrich(clean(article)))
        if not (article.title or article.body or article.captions):
            raise ArticleRejected("there is neither a title nor a text in it")
    except ArticleRejected as rejection:
        return Rejected(origin, rejection.reason)
    except Exception as error:
        return Rejected(origin, internal_error(error))
    return article if article.origin else replace(article, origin=origin)


def _cancelled(article: Article, rejected: Rejected) -> Cancelled | Rejected:
    """The cancellation of an article, if it says of which: else no article can have come from there."""
    if not (article.id or (article.url and canonical_url(article.url))):
        return rejected
    return Cancelled(rejected, identify(article).id, article.version, article.modified.at if article.modified else None)


def index_articles(
    found: Iterable[Record],
    backend: Backend,
    *,
    report: Report,
    rejected: Callable[[Rejected], None],
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
    batch: int = BATCH,
    wait: float = 0.0,
) -> None:
    """Bring articles into the index, a commit for every `batch` records and one at the end, counted in `report`.

    `stopping` is asked after every record: a run that is told to stop commits what it has. Raises IndexLocked before
    anything is read when another process still writes after `wait` seconds, and whatever the backend raises; what was
    committed until then stays.
    """
    run = Run(report, rejected)
    records = iter(found)

    def fill(writer: Writer) -> bool:
        for number, record in enumerate(records, 1):
            run.take(record, writer, clock())
            report.stopped = stopping()
            if report.stopped or number == batch:
                return not report.stopped
        return False

    in_blocks(backend, report, wait, fill)


def in_blocks(backend: Backend, report: Report, wait: float, fill: Callable[[Writer], bool]) -> None:
    """Fill one writer block after another, each of which becomes a commit, until `fill` says that there is no more.

    For the first block another process may write for `wait` seconds, for those after it for longer.
    """
    more = True
    while more:
        with backend.writer(wait) as writer:
            report.writing = True
            more = fill(writer)
            if more:
                writer.leave_clusters()
            report.committing = True
        report.writing = report.committing = False
        report.committed = report.records
        wait = max(wait, BETWEEN_BATCHES)


class Version(NamedTuple):
    """What tells two versions of an article apart, by which they are ordered too.

    The digest of the content comes last: it decides only so that the order of the inputs does not matter.
    """

    number: int
    modified: datetime
    digest: str

    @classmethod
    def of(cls, article: Article) -> Version:
        """The version that an article is."""
        return cls(article.version, article.modified.at if article.modified else _NEVER, article.content_hash)

    def precedes(self, other: Version) -> bool:
        """Whether its publisher says so: by the number, or else by the moment of the last change."""
        return self[:2] < other[:2]

    def is_withdrawn(self, withdrawal: Withdrawal) -> bool:
        """Whether a withdrawal of the article holds for this version."""
        return withdrawal.covers(self.number, None if self.modified == _NEVER else self.modified)


class Withdrawing(Protocol):
    """As much of a writer as decides about what is withdrawn."""

    def withdrawal(self, article_id: str) -> Withdrawal | None:
        """Why the article with this id is not to be there."""

    def withdraw(self, withdrawal: Withdrawal) -> None:
        """Remove an article, if it is there, and remember why."""

    def readmit(self, article_id: str) -> None:
        """Forget that an article was withdrawn."""


class Run:
    """What has come of a run so far, and which ids it has seen, to tell a duplicate from what was there before."""

    def __init__(self, report: Report, rejected: Callable[[Rejected], None]) -> None:
        self.report = report
        self._rejected = rejected
        # What the index had under each id, both as numbers of 64 bits: 78 to 114 MB for a million articles; as they
        # are, ids and hashes take 215.
        self._before: dict[int, int | None] = {}
        self._updates: Counter[int] = Counter()

    def has_seen(self, key: int) -> bool:
        """Whether there was an article before with the id that `key` stands for."""
        return key in self._before

    def reject(self, rejected: Rejected) -> None:
        """Take down why there is no article."""
        self.report.reject(rejected)
        self._rejected(rejected)

    def take(self, record: Record, writer: Writer, now: datetime) -> None:
        """Store an article unless what is there is the same or later; or take down why there is none."""
        if isinstance(record, Rejected):
            self.reject(record)
            return
        there = writer.get(record.id)
        before = Version.of(there) if there else None
        if isinstance(record, Cancelled):
            self.cancel(record, writer, now, before)
            return
        version = Version.of(record)  # once: it hashes all that the article says
        if self.admits(record.id, version, record.origin or Origin(""), writer) and self.judge(
            record.id, version, before
        ):
            writer.put(replace(record, first_indexed=there.first_indexed if there else now))

    def cancel(self, cancelled: Cancelled, writer: Withdrawing, now: datetime, there: Version | None) -> bool:
        """Withdraw an article for its publisher, unless what is there is a later version. Whether it was withdrawn."""
        withdrawal = cancelled.withdrawal(now)
        holds = there is None or there.is_withdrawn(withdrawal)
        if holds:
            writer.withdraw(withdrawal)
            self.report.taken_back += there is not None
            self.reject(cancelled.rejected)
        else:
            reason = f"{cancelled.rejected.reason}; the index has a later version of it, which stays"
            self.reject(replace(cancelled.rejected, reason=reason))
        return holds

    def admits(self, article_id: str, version: Version, origin: Origin, writer: Withdrawing) -> bool:
        """Whether this version may be in the index. One that is withdrawn is rejected, and its withdrawal says why."""
        withdrawal = writer.withdrawal(article_id)
        if withdrawal is None:
            return True
        if version.is_withdrawn(withdrawal):
            self.reject(Rejected(origin, f"{withdrawal.reason} (since {withdrawal.at:%Y-%m-%d})"))
            return False
        writer.readmit(article_id)
        return True

    def judge(self, article_id: str, version: Version, there: Version | None) -> bool:
        """Count the outcome of a version, given what the index has under its id by now. Whether it takes the place."""
        key = short(article_id)
        first = key not in self._before
        if first:
            self._before[key] = short(there.digest) if there else None
        if there is None:
            self.report.count(Outcome.ADDED)
            return True
        if version.digest == there.digest:
            self.report.count(Outcome.UNCHANGED if first else Outcome.DUPLICATE)
            return False
        if version.precedes(there) or (not first and version < there):
            self.report.count(Outcome.UNCHANGED)
            return False
        if not first and short(version.digest) == self._before[key]:
            # Two versions of an article in one run: this one was there before, and wins again.
            self.report.never_updated(self._updates.pop(key, 0))
            self.report.count(Outcome.UNCHANGED)
        else:
            self._updates[key] += 1
            self.report.count(Outcome.UPDATED)
        return True


def short(text: str) -> int:
    """64 bits that stand for a text."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


_NEVER = datetime.min.replace(tzinfo=UTC)
