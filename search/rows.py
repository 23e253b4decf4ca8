"""The whole of an answer as rows: lines of JSON for programs, CSV for spreadsheets."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any

from search.body import USUAL_FIELDS, AddressOf, api_url, result_body
from search.page import Result

BYTE_ORDER_MARK = "\ufeff"
"""Begins a CSV file: without it, spreadsheets take UTF-8 for something else."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet would run a cell that begins with it as."""

Row = dict[str, Any]


def rows(results: Iterable[Result], keys: tuple[str, ...], address: AddressOf = api_url) -> Iterator[Row]:
    """A row for each result: the usual fields of its article, and those under further `keys` (`body.keys_shown`)."""
    names = _columns(keys)
    for result in results:
        body = result_body(result, keys, address)
        yield {name: body[name] for name in names}


def _columns(keys: tuple[str, ...]) -> tuple[str, ...]:
    return (*USUAL_FIELDS, "language", *keys, "wordCount", "score", "pinned", "apiUrl")


def json_lines(found: Iterable[Row]) -> Iterator[str]:
    """Each row as a line of JSON."""
    return (f"{json.dumps(row, ensure_ascii=False)}\n" for row in found)


def csv_lines(found: Iterable[Row], keys: tuple[str, ...]) -> Iterator[str]:
    """A line of names and one for each row. Lists are joined by “; ”, captions and quotes give their texts."""
    writer, names = csv.writer(_Lines()), _columns(keys)
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
