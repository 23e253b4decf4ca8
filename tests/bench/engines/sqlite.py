"""SQLite's FTS5, from the standard library.

What makes the work equal: the `ascii` tokenizer, as the corpus is tokens of lower-case ASCII already; a contentless
table for the words and a table for the records, so that nothing is stored twice; facets as numbers, in the table of
articles or in one table for each facet with several values. A page takes the match set once into a temporary table and
groups that. Its BM25 is over both columns as one text; a second statement counts, which together is faster than
`ORDER BY rank` with a window.  A prefix is not ranked, which helps it.
Without FTS5's `prefix` option, which would make the index larger and prefixes faster.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import date
from pathlib import Path

from bench.corpus import FACETS, SINGLE, Record, day_number
from bench.engine import TOP, Answer, Ask
from bench.questions import Depth, Question, Shape

with closing(sqlite3.connect(":memory:")) as _trial:
    try:
        _trial.execute("CREATE VIRTUAL TABLE trial USING fts5(word)")
    except sqlite3.OperationalError as error:
        raise ImportError("this Python's sqlite3 has no FTS5") from error

_SEVERAL = tuple(name for name in FACETS if name not in SINGLE)
_CACHE_KIB = 262_144
"""Page cache, large enough for all that is asked here at 20,000 articles."""
_VALUES = "(doc INTEGER, value INTEGER, PRIMARY KEY (doc, value)) WITHOUT ROWID"
_TABLES = f"""
    CREATE TABLE articles (doc INTEGER PRIMARY KEY, day INTEGER, month INTEGER, {", ".join(SINGLE)});
    CREATE TABLE records (doc INTEGER PRIMARY KEY, id TEXT UNIQUE, record TEXT);
    CREATE TABLE labels (number INTEGER PRIMARY KEY, label TEXT UNIQUE);
    CREATE VIRTUAL TABLE words USING fts5(title, body, content='', tokenize='ascii');
    {"".join(f"CREATE TABLE {name} {_VALUES};" for name in _SEVERAL)}
"""


class Sqlite:
    """The database that is everywhere."""

    version = sqlite3.sqlite_version
    complete = True

    def build(self, folder: Path, records: Iterable[Record]) -> None:
        """One transaction, and FTS5's own optimisation."""
        with closing(_connected(folder)) as database:
            database.executescript(_TABLES)
            numbers: dict[str, int] = {}
            with database:
                for doc, record in enumerate(records, 1):
                    _insert(database, doc, record, numbers)
                database.executemany("INSERT INTO labels VALUES (?, ?)", [(n, label) for label, n in numbers.items()])
                database.execute("INSERT INTO words (words) VALUES ('optimize')")

    def open(self, folder: Path, fields: tuple[str, ...]) -> OpenedSqlite:
        """A connection, held while questions are asked."""
        return OpenedSqlite(_connected(folder), fields)


def _connected(folder: Path) -> sqlite3.Connection:
    database = sqlite3.connect(folder / "articles.db", cached_statements=256)
    database.executescript(f"PRAGMA cache_size = -{_CACHE_KIB}; PRAGMA temp_store = MEMORY;")
    return database


def _insert(database: sqlite3.Connection, doc: int, record: Record, numbers: dict[str, int]) -> None:
    def numbered(name: str) -> list[int]:
        return [numbers.setdefault(value, len(numbers) + 1) for value in record.values(name)]

    single = [next(iter(numbered(name)), None) for name in SINGLE]
    database.execute("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?)", (doc, record.day, record.month, *single))
    database.execute("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", (doc, record.title, record.body))
    database.execute("INSERT INTO records VALUES (?, ?, ?)", (doc, record.id, record.to_json()))
    for name in _SEVERAL:
        database.executemany(f"INSERT INTO {name} VALUES (?, ?)", [(doc, value) for value in numbered(name)])  # noqa: S608  # the names are ours


class OpenedSqlite:
    """One connection."""

    def __init__(self, database: sqlite3.Connection, fields: tuple[str, ...]) -> None:
        self._database = database
        self._columns = "" if len(fields) > 1 else f"{{{fields[0]}}} : "
        database.execute("CREATE TEMP TABLE found (doc INTEGER PRIMARY KEY)")

    def prepare(self, question: Question) -> Ask | None:
        """The text of the query is written beforehand; SQLite reads it each time."""
        where, values = self._where(question)
        ranked = "" if question.shape is Shape.PREFIX else "ORDER BY bm25(words)"
        top = f"SELECT words.rowid FROM words {where} {ranked} LIMIT {TOP}"  # noqa: S608  # the parts are ours
        count = f"SELECT count(*) FROM words {where}"  # noqa: S608
        collect = f"INSERT INTO found SELECT words.rowid FROM words {where}"  # noqa: S608
        execute = self._database.execute

        def ten() -> Answer:
            hits = execute(top, values).fetchall()
            return Answer(execute(count, values).fetchone()[0], len(hits))

        def page() -> Answer:
            hits = execute(top, values).fetchall()
            execute("DELETE FROM found")
            return self._counted(execute(collect, values).rowcount, hits)

        def articles() -> Answer:
            hits = execute(top, values).fetchall()
            for doc in hits:
                json.loads(execute("SELECT record FROM records WHERE doc = ?", doc).fetchone()[0])
            execute("DELETE FROM found")
            return self._counted(execute(collect, values).rowcount, hits)

        return {Depth.TEN: ten, Depth.PAGE: page, Depth.ARTICLES: articles}.get(question.depth)

    def close(self) -> None:
        """Close the connection."""
        self._database.rollback()
        self._database.close()

    def _counted(self, total: int, hits: list[tuple[int]]) -> Answer:
        facets = {name: self._database.execute(_count_of(name)).fetchall() for name in FACETS}
        months = self._database.execute(
            "SELECT month, count(*) FROM found JOIN articles USING (doc) GROUP BY month"
        ).fetchall()
        return Answer(total, len(hits), facets, dict(months))

    def _where(self, question: Question) -> tuple[str, tuple[str | int, ...]]:
        text = self._columns + _match(question)
        if not question.year:
            return "WHERE words MATCH ?", (text,)
        first, last = day_number(date(question.year, 1, 1)), day_number(date(question.year, 12, 31))
        joined = "JOIN articles ON articles.doc = words.rowid WHERE words MATCH ? AND day BETWEEN ? AND ?"
        return joined, (text, first, last)


def _match(question: Question) -> str:
    """The question in FTS5's language."""
    quoted = [f'"{word}"' for word in question.words]
    if question.shape is Shape.PHRASE:
        return f'"{" ".join(question.words)}"'
    if question.shape is Shape.PREFIX:
        return f"{quoted[0]} *"
    return f"({(' OR ' if question.shape is Shape.ANY else ' AND ').join(quoted)})"


def _count_of(facet: str) -> str:
    """The most frequent values of the articles found. Labels are looked up for those alone."""
    value, table = (facet, "articles") if facet in SINGLE else ("value", facet)
    counted = (
        f"SELECT {value} AS number, count(*) AS articles FROM found JOIN {table} USING (doc) "  # noqa: S608  # the names are ours
        f"WHERE {value} IS NOT NULL GROUP BY {value} ORDER BY articles DESC LIMIT {TOP}"
    )
    return f"SELECT label, articles FROM ({counted}) JOIN labels USING (number) ORDER BY articles DESC"  # noqa: S608


ENGINE = Sqlite()
