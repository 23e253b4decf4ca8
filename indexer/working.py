"""What a worker process does: it parses, enriches and builds, within limits, until the other end is gone."""

from __future__ import annotations

import signal
from collections.abc import Iterator, MutableSequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import count
from multiprocessing.connection import Connection

from index.article import Article, Origin
from index.errors import BackfileError
from indexer.enrich.finders import choose
from indexer.format import Contents, Format, Found, Rejected, installed_formats
from indexer.limits import lift_time, limit_memory, limit_time
from indexer.pipeline import Record, Version, finished, read_contents
from indexer.portions import Begin, End, Failure, Fatal, Made, Outcome, Work
from indexer.sources import internal_error

Position = MutableSequence[int]
"""Shared with who gives the orders: the number of the input that is being read, from 1, and how many of its records are
done. The number is 0 while nothing is read that could be at fault.
"""


def work(connection: Connection, position: Position, memory: int, model: str) -> None:
    """Do what comes over a connection, with `memory` bytes for words. Names are found by the `model` chosen there."""
    for number in (signal.SIGINT, signal.SIGTERM):  # they reach the whole group; who gives the orders decides
        signal.signal(number, signal.SIG_IGN)
    limit_memory(memory)
    choose(model)
    with suppress(EOFError, OSError):
        _answer(connection, position)


def _answer(connection: Connection, position: Position) -> None:
    formats, begun = installed_formats(), None
    while True:
        message = connection.recv()
        try:
            match message:
                case Begin():
                    begun = message
                case End():
                    connection.send(begun.builder.finish() if begun else ())
                case Work() if begun:
                    records = _records(message, formats, begun.now, position)
                    connection.send([_made(record, begun) for record in records])
        except Exception as error:
            connection.send(Failure(_told(error)))


def _told(error: Exception) -> str:
    try:
        return str(error) if isinstance(error, BackfileError) else internal_error(error)
    except BackfileError as refusal:
        return str(refusal)


def _records(work: Work, formats: tuple[Format, ...], now: datetime, position: Position) -> Iterator[Record]:
    for number, one in enumerate(work.portion):
        yield from _watched(one, number, _read(one, formats, now), work.fatal.get(number), position)
    lift_time()


def _watched(
    one: Contents | Found, number: int, records: Iterator[Record], fatal: Fatal | None, position: Position
) -> Iterator[Record]:
    """The records of an input up to what is fatal in it. Where it is at any moment can be told from outside."""
    for done in count():
        if fatal and done == fatal.records:
            origin = _origin(one)
            yield Rejected(replace(origin, record=done + 1) if done else origin, fatal.reason)
            return
        position[1] = done
        position[0] = number + 1
        limit_time()
        record = next(records, None)
        position[0] = 0
        if record is None:
            return
        yield record


def _read(one: Contents | Found, formats: tuple[Format, ...], now: datetime) -> Iterator[Record]:
    if isinstance(one, Contents):
        yield from read_contents(one, formats, now)
    else:
        yield finished(one, now)


def _origin(one: Contents | Found) -> Origin:
    if isinstance(one, Contents | Rejected):
        return one.origin
    article = one if isinstance(one, Article) else one.article
    return article.origin or Origin("")


def _made(record: Record, begun: Begin) -> Outcome:
    """Add an article to the segment, unless the index has just that."""
    if not isinstance(record, Article):
        return record
    version, there = Version.of(record), begun.builder.get(record.id)
    before = Version.of(there) if there else None
    place = None
    if before is None or before.digest != version.digest:
        first_indexed = there.first_indexed if there else begun.now
        place = begun.builder.add(replace(record, first_indexed=first_indexed))
    return Made(record.id, record.origin or Origin(""), version, before, place)
