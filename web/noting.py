"""What is noted of each request: an id that its answer carries, a line in the journal, the monitor's figures.

A question that took long is told on standard error too, journal or not.
"""

from __future__ import annotations

import logging
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from flask import Flask, Response, g, request

from index.errors import SettingsInvalid
from index.settings import Settings
from search.body import filters_body
from search.journal import Entry
from search.page import ResultPage
from web.figures import Figures

ID_HEADER = "X-Request-ID"
STANDARD_OUTPUT = "-"
_LOG = logging.getLogger("backfile")
_ID = re.compile(r"[\w.:-]{8,128}", re.ASCII)
"""What is taken over of a proxy's ids: nothing that could break a line, or fill it."""


class Notes:
    """Notes the requests of an application, as its settings say. Raises SettingsInvalid when it cannot."""

    def __init__(self, settings: Settings, figures: Figures) -> None:
        self._figures = figures
        self._slow = settings.slow / 1_000
        self._journal = _Journal(settings.journal) if settings.journal else None

    def install(self, app: Flask) -> None:
        """Let `app` call before and after each request."""
        app.before_request(self._begin)
        app.after_request(self._end)

    def _begin(self) -> None:
        given = request.headers.get(ID_HEADER, "")
        g.started, g.request_id = perf_counter(), given if _ID.fullmatch(given) else uuid4().hex

    def _end(self, response: Response) -> Response:
        seconds = perf_counter() - g.started
        response.headers[ID_HEADER] = g.request_id
        answer: ResultPage | None = g.get("answer")
        found = answer.total if answer and response.status_code < 400 else None
        route = request.url_rule.rule if request.url_rule else "none"
        self._figures.answered(route, request.method, response.status_code, seconds, found)
        is_slow = 0 < self._slow <= seconds
        if self._journal or is_slow:
            entry = Entry(
                at=datetime.now(UTC).isoformat(timespec="milliseconds"),
                id=g.request_id,
                method=request.method,
                path=request.path,
                status=response.status_code,
                ms=round(seconds * 1_000, 1),
                bytes=response.content_length,
                q=answer.request.q if answer else None,
                filtered=_is_filtered(answer) if answer else None,
                found=found,
            )
            if self._journal:
                self._journal.add(entry)
            if is_slow:
                _LOG.warning("slow: %s", entry.line())
        return response


def note_answer(answer: ResultPage) -> ResultPage:
    """Remember the answer of a search for the notes on its request."""
    g.answer = answer
    return answer


def _is_filtered(answer: ResultPage) -> bool:
    return bool(filters_body(answer.request)) or answer.request.page > 1


class _Journal:
    """Takes lines, for the file at `path` or for standard output. Raises SettingsInvalid when it cannot be written.

    The file is opened for each line (25 µs), so that it may be moved away at any time.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        try:
            self._write("")
        except OSError as error:
            raise SettingsInvalid(f"journal: {path} cannot be written: {error.strerror}") from error

    def add(self, entry: Entry) -> None:
        """Write an entry down. A full disk costs the line and not the answer."""
        try:
            self._write(f"{entry.line()}\n")
        except OSError as error:
            _LOG.error("journal: %s cannot be written: %s", self._path, error.strerror)

    def _write(self, text: str) -> None:
        if self._path == STANDARD_OUTPUT:
            sys.stdout.write(text)
            sys.stdout.flush()
        else:
            with Path(self._path).open("a", encoding="utf-8") as file:
                file.write(text)
