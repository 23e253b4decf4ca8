"""From inputs to the index: recognise, parse, clean, enrich, identify, compare with what is there, store."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from index.article import Article
from index.backend import Backend, Rebuild, Writer
from index.errors import ArticleRejected
from indexer.archives import RawInput
from indexer.charset import decode
from indexer.cleaning import clean
from indexer.enrich import enrich
from indexer.format import HEAD_BYTES, Format, Rejected, installed_formats, recognise
from indexer.identity import identify
from indexer.report import Outcome, Report
from indexer.sources import internal_error, read_inputs
from indexer.unread import SURE, why_not_read

BATCH = 10_000
"""Records between two commits: what a killed run loses at most. A run told to stop commits what it has."""

BETWEEN_BATCHES = 600.0
"""Seconds that a run waits for a writer that came in between two of its batches, rather than give up half-way."""


def read_paths(
    paths: Iterable[str],
    standard_input: BinaryIO,
    excluded: tuple[Path, ...] = (),
    progress: Callable[[int], None] = lambda _: None,
    before: Callable[[], None] = lambda: None,
) -> Iterator[Article | Rejected]:
    """Everything that is found at `paths`; `before` is called when the first is asked for, the index being ours."""
    before()
    formats = installed_formats()
    for source in read_inputs(paths, standard_input, excluded=excluded, progress=progress):
        if isinstance(source, Rejected):
            yield source
        else:
            yield from read_articles(source, formats)


def read_articles(source: RawInput, formats: tuple[Format, ...]) -> Iterator[Article | Rejected]:
    """The articles of one input, ready to be stored but for `first_indexed`; what is none as `Rejected`.

    A parser that fails in a way nobody foresaw costs its input, an enrichment its article.
    """
    try:
        head = source.stream.peek(HEAD_BYTES)[:HEAD_BYTES]
        for found in _recognised(head, source.name, formats).parse(source.stream, source.origin):
            yield found if isinstance(found, Rejected) else _finished(found, source)
    except ArticleRejected as rejection:
        yield Rejected(source.origin, rejection.reason)
    except Exception as error:
        yield Rejected(source.origin, internal_error(error))


def _recognised(head: bytes, name: str, formats: tuple[Format, ...]) -> Format:
    """The format of an input. Raises ArticleRejected with the truest reason why it has none."""
    try:
        best = recognise(head, name, formats)
    except ArticleRejected as unknown:
        decode(head)  # raises when the input is not even text
        raise ArticleRejected(why_not_read(head, name) or unknown.reason) from unknown
    if best.sniff(head, name) < SURE and (reason := why_not_read(head, name)):
        raise ArticleRejected(reason)
    return best


def _finished(article: Article, source: RawInput) -> Article | Rejected:
    origin = article.origin or source.origin
    try:
        finished = identify(enrich(clean(article)))
        if not (finished.title or finished.body or finished.captions):
            raise ArticleRejected("there is neither a title nor a text in it")
    except ArticleRejected as rejection:
        return Rejected(origin, rejection.reason)
    except Exception as error:
        return Rejected(origin, internal_error(error))
    return replace(finished, origin=origin)


def index_articles(
    found: Iterable[Article | Rejected],
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
    run = _Run(report, rejected, clock)
    records = iter(found)
    more = True
    while more:
        with backend.writer(wait) as writer:
            report.writing = True
            more = False
            for number, record in enumerate(records, 1):
                run.take(record, writer)
                report.stopped = stopping()
                if report.stopped or number == batch:
                    more = not report.stopped
                    break
            report.committing = True
        report.writing = report.committing = False
        report.committed = report.records
        wait = max(wait, BETWEEN_BATCHES)


def reindex_articles(
    found: Iterable[Article | Rejected],
    rebuild: Rebuild,
    *,
    report: Report,
    rejected: Callable[[Rejected], None],
    clock: Callable[[], datetime],
) -> None:
    """Fill a new generation with articles, counted in `report`."""
    run = _Run(report, rejected, clock)
    for record in found:
        run.take(record, rebuild)


class _Run:
    """Which ids this run has seen, to tell a duplicate from an article that was there before."""

    def __init__(self, report: Report, rejected: Callable[[Rejected], None], clock: Callable[[], datetime]) -> None:
        self._report = report
        self._rejected = rejected
        self._clock = clock
        # What the index had under each id, both as numbers of 64 bits: 78 to 114 MB for a million articles; as they
        # are, ids and hashes take 215.
        self._before: dict[int, int | None] = {}
        self._updates: Counter[int] = Counter()

    def take(self, record: Article | Rejected, writer: Writer) -> None:
        """Store an article, or take down why there is none."""
        if isinstance(record, Rejected):
            self._report.reject(record)
            self._rejected(record)
        else:
            self._report.count(self._store(record, writer))

    def _store(self, article: Article, writer: Writer) -> Outcome:
        """Put the article into the index unless what is there is the same or, in this run, later."""
        key = _short(article.id)
        first = key not in self._before
        there = writer.get(article.id)
        if there is None:
            self._before.setdefault(key, None)
            writer.put(replace(article, first_indexed=self._clock()))
            return Outcome.ADDED
        digest, there_digest = article.content_hash, there.content_hash
        if first:
            self._before[key] = _short(there_digest)
        if digest == there_digest:
            return Outcome.UNCHANGED if first else Outcome.DUPLICATE
        if not first and (_modified(article), digest) < (_modified(there), there_digest):
            return Outcome.UNCHANGED
        writer.put(replace(article, first_indexed=there.first_indexed))
        if not first and _short(digest) == self._before[key]:
            # Two versions of an article in one run: this one was there before, and wins again.
            self._report.never_updated(self._updates.pop(key, 0))
            return Outcome.UNCHANGED
        self._updates[key] += 1
        return Outcome.UPDATED


def _short(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


_NEVER = datetime.min.replace(tzinfo=UTC)


def _modified(article: Article) -> datetime:
    return article.modified.at if article.modified else _NEVER
