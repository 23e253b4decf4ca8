"""What goes wrong, told to whoever asked: RFC 9457 problems to programs, friendly pages to people.

The one place where an error becomes a status code.
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote, urlencode

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from index.errors import (
    ArticleRejected,
    BackfileError,
    CursorExpired,
    DiskTooFull,
    GenerationBroken,
    IndexDamaged,
    IndexLocked,
    IndexMissing,
    IndexUnreadable,
    IndexUnusable,
    IndexUnwritable,
    JudgementsInvalid,
    NoGenerationKept,
    NotAvailableYet,
    RequestInvalid,
    SchemaMismatch,
    SettingsInvalid,
    SystemRefuses,
    WithdrawalsDamaged,
)
from web.archive import root
from web.links import Links
from web.probes import PATHS

RETRY_SECONDS = 30
"""When to ask again where there is no index: about what a first batch of articles takes."""

STATUS: dict[type[BackfileError], int] = {
    RequestInvalid: 400,
    CursorExpired: 410,
    NotAvailableYet: 501,
    IndexUnusable: 503,
    IndexMissing: 503,
    IndexLocked: 503,
    IndexUnreadable: 503,
    IndexUnwritable: 503,
    IndexDamaged: 503,
    SchemaMismatch: 503,
    DiskTooFull: 503,
    NoGenerationKept: 503,
    GenerationBroken: 503,
    WithdrawalsDamaged: 503,
    # Of indexing and of starting up: a request that meets one of these met a mistake of ours.
    ArticleRejected: 500,
    SettingsInvalid: 500,
    JudgementsInvalid: 500,
    SystemRefuses: 500,
    BackfileError: 500,
}
TITLES = {
    400: "This search cannot be read as it stands",
    401: "A key is needed here",
    404: "There is nothing at this address",
    405: "This address does not work that way",
    406: "This address answers in JSON only",
    410: "This is no longer in the archive",
    414: "This address is too long",
    429: "Too many questions at once",
    500: "Something went wrong on our side",
    501: "Not available yet",
    503: "The archive cannot be searched right now",
}
_DETAILS = {
    404: "It may have been mistyped, or the article is no longer in the archive.",
    405: "Only reading is possible here: use GET.",
    500: "The error was written to the server's log. Nothing in the archive has changed.",
}


def install(app: Flask) -> None:
    """Make `app` answer every error through this module."""
    app.register_error_handler(BackfileError, _of_ours)
    app.register_error_handler(HTTPException, _of_http)


def status_of(error: BackfileError) -> int:
    """The status code of an error, decided by the nearest class of the tree that `STATUS` names."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def _of_ours(error: BackfileError) -> Response:
    status = status_of(error)
    if status == 500:
        raise error  # like any other mistake: logged with its traceback, not told to the outside
    parameter, suggestion = (error.parameter, error.suggestion) if isinstance(error, RequestInvalid) else (None, None)
    return _answer(status, str(error), parameter, suggestion, expired=isinstance(error, CursorExpired))


def _start_over() -> str:
    """The address that was asked for, without its cursor."""
    pairs = [(name, text) for name, text in request.args.items(multi=True) if name != "cursor"]
    return quote(root() + request.path[1:]) + (f"?{urlencode(pairs, errors='replace')}" if pairs else "")


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    response = _answer(status, _DETAILS.get(status) or error.description or "", None, None)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _answer(
    status: int, detail: str, parameter: str | None, suggestion: str | None, *, expired: bool = False
) -> Response:
    title = TITLES.get(status, "This request cannot be answered")
    if request.path.startswith(("/api/", *PATHS)):
        response = _problem(status, detail, parameter, suggestion, _start_over() if expired else None)
    else:
        links = Links(root())
        page = render_template(
            "error.html", status=status, title=title, detail=detail, suggestion=suggestion, links=links,
            asked=request.args.get("q", "")[:1_000], start_over=_start_over() if expired else None,
        )  # fmt: skip
        response = Response(page)
    response.status_code = status
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _problem(
    status: int, detail: str, parameter: str | None, suggestion: str | None, start_over: str | None
) -> Response:
    # With the type "about:blank" the title is the status code's own phrase (RFC 9457, 4.2.1).
    title = HTTPStatus(status).phrase
    body: dict[str, object] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if parameter is not None:
        body |= {"parameter": parameter, "suggestion": suggestion}
    if start_over is not None:
        body["startOver"] = start_over
    response = jsonify(body)
    response.mimetype = "application/problem+json"
    return response
