"""Xapian through its own Python binding.

What makes the work equal: postings are added token by token without its stemmer; title and body are one text with a gap
between them, so that no phrase runs across; totals are made exact by checking every match. Its match spies count one
value of a slot, in C++, so a facet with several values takes a slot for each and the counts are added up in Python,
which is faster than a spy written in Python. Facets are for counting only: there are no terms to filter by. A prefix is
not ranked, which helps it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import xapian
from bench.corpus import FACETS, Record, day_number
from bench.engine import TOP, Answer, Ask
from bench.questions import Depth, Question, Shape

_DAY, _MONTH = 0, 1
_FIRST_SLOT = 10
_MOST_VALUES = 40
"""Slots for each facet; the most topics of a Reuters article are 29."""
_GAP = 100
"""Positions between title and body."""
_DATABASE = "xapian"


class Xapian:
    """A library in C++ for thirty years."""

    version = str(xapian.version_string())
    complete = True

    def build(self, folder: Path, records: Iterable[Record]) -> None:
        """Whatever is not yet flushed is committed at the end."""
        database = xapian.WritableDatabase(str(folder / _DATABASE), xapian.DB_CREATE_OR_OVERWRITE)
        slots = dict.fromkeys(FACETS, 1)
        for record in records:
            database.add_document(_document(record))
            for name in FACETS:
                slots[name] = max(slots[name], len(record.values(name)))
        database.set_metadata("slots", json.dumps(slots))
        database.commit()
        database.close()

    def open(self, folder: Path, fields: tuple[str, ...]) -> OpenedXapian:
        """A database, held while questions are asked. `fields` are those that were indexed: title and body are one."""
        del fields
        return OpenedXapian(xapian.Database(str(folder / _DATABASE)))


def _document(record: Record) -> Any:
    document = xapian.Document()
    position = 0
    for text in (record.title, record.body):
        for word in text.split():
            position += 1
            document.add_posting(word, position)
        position += _GAP
    document.add_boolean_term(f"Q{record.id}")
    document.add_value(_DAY, xapian.sortable_serialise(record.day))
    document.add_value(_MONTH, str(record.month))
    for name in FACETS:
        values = record.values(name)
        for slot, value in zip(_slots(name)[: len(values)], values, strict=True):
            document.add_value(slot, value)
    document.set_data(record.to_json())
    return document


def _slots(facet: str) -> range:
    first = _FIRST_SLOT + FACETS.index(facet) * _MOST_VALUES
    return range(first, first + _MOST_VALUES)


class OpenedXapian:
    """One database."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self._documents = database.get_doccount()
        used = json.loads(database.get_metadata("slots"))
        self._slots = {name: list(_slots(name))[: used[name]] for name in FACETS}

    def prepare(self, question: Question) -> Ask | None:
        """Queries are made beforehand."""
        query = _query(question)

        def ten() -> Answer:
            found = self._enquire(query).get_mset(0, TOP, self._documents)
            return Answer(found.get_matches_estimated(), len([match.docid for match in found]))

        def page() -> Answer:
            return self._page(query, articles=False)

        def articles() -> Answer:
            return self._page(query, articles=True)

        return {Depth.TEN: ten, Depth.PAGE: page, Depth.ARTICLES: articles}.get(question.depth)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _enquire(self, query: Any) -> Any:
        enquire = xapian.Enquire(self._database)
        enquire.set_query(query)
        return enquire

    def _page(self, query: Any, articles: bool) -> Answer:
        enquire = self._enquire(query)
        spies = {name: [xapian.ValueCountMatchSpy(slot) for slot in slots] for name, slots in self._slots.items()}
        months = xapian.ValueCountMatchSpy(_MONTH)
        for spy in [months, *(spy for several in spies.values() for spy in several)]:
            enquire.add_matchspy(spy)
        found = enquire.get_mset(0, TOP, self._documents)
        for match in found:
            if articles:
                json.loads(match.document.get_data())
        return Answer(
            found.get_matches_estimated(),
            len(found),
            {name: _top(several) for name, several in spies.items()},
            {int(item.term): item.termfreq for item in months.values()},
        )


def _top(spies: list[Any]) -> list[tuple[str, int]]:
    """The most frequent values of a facet; of a single slot Xapian knows them itself."""
    if len(spies) == 1:
        return [(item.term.decode(), item.termfreq) for item in spies[0].top_values(TOP)]
    counts: Counter[bytes] = Counter()
    for spy in spies:
        for item in spy.values():
            counts[item.term] += item.termfreq
    return [(value.decode(), count) for value, count in counts.most_common(TOP)]


def _query(question: Question) -> Any:
    """The question as Xapian's query."""
    words = list(question.words)
    if question.shape is Shape.PHRASE:
        return xapian.Query(xapian.Query.OP_PHRASE, words, len(words))
    if question.shape is Shape.PREFIX:
        wildcard = xapian.Query(xapian.Query.OP_WILDCARD, words[0], 0, xapian.Query.OP_OR)
        return xapian.Query(xapian.Query.OP_SCALE_WEIGHT, wildcard, 0.0)
    query = xapian.Query(xapian.Query.OP_OR if question.shape is Shape.ANY else xapian.Query.OP_AND, words)
    if not question.year:
        return query
    ends = (date(question.year, 1, 1), date(question.year, 12, 31))
    span = xapian.Query(
        xapian.Query.OP_VALUE_RANGE, _DAY, *(xapian.sortable_serialise(day_number(end)) for end in ends)
    )
    return xapian.Query(xapian.Query.OP_FILTER, query, span)


ENGINE = Xapian()
