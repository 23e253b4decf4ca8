"""The whole of an answer as rows: lines of JSON for programs, CSV for spreadsheets."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from search.body import USUAL_FIELDS, api_url, keys_shown
from search.page import Result

BYTE_ORDER_MARK = "\ufeff"
"""Begins a CSV file: without it, spreadsheets take UTF-8 for something else."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet would run a cell that begins with it as."""

Row = dict[str, Any]
AddressOf = Callable[[str], str]


def rows(results: Iterable[Result], show_fields: Iterable[str] = (), address: AddressOf = api_url) -> Iterator[Row]:
    """A row for each result: the usual fields, and those named, of its article.

    Raises RequestInvalid at once for an unknown name.
    """
    keys = (*USUAL_FIELDS, "language", *keys_shown(show_fields))
    return (_row(result, keys, address) for result in results)


def _row(result: Result, keys: tuple[str, ...], address: AddressOf) -> Row:
    article = result.article.to_json()
    return {
        **{key: article[key] for key in keys},
        "wordCount": result.article.word_count,
        "score": result.score,
        "pinned": result.pinned,
        "apiUrl": address(result.article.id),
    }


def json_lines(found: Iterable[Row]) -> Iterator[str]:
    """Each row as a line of JSON."""
    return (f"{json.dumps(row, ensure_ascii=False)}\n" for row in found)


def csv_lines(found: Iterable[Row], show_fields: Iterable[str] = ()) -> Iterator[str]:
    """A line of names and one for each row. Lists are joined by “; ”, captions and quotes give their texts."""
    writer = csv.writer(_Lines())
    names = (*USUAL_FIELDS, "language", *keys_shown(show_fields), "wordCount", "score", "pinned", "apiUrl")
    yield BYTE_ORDER_MARK + writer.writerow(names)
    for row in found:
        yield writer.writerow([_cell(row[name]) for name in names])


class _Lines:
    """A file that gives each line back to whoever writes it."""

    def write(self, line: str) -> str:
        return line


def _cell(value: object) -> str:
    """A value as the text of a cell, which no spreadsheet takes for a formula."""
    if isinstance(value, list):
        value = "; ".join(one["text"] or one.get("credit") or "" if isinstance(one, dict) else one for one in value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
