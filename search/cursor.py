"""Cursors: where a page ended, as a text that the next request brings back.

A cursor is good for one commit and one question, as that was on the day when it was first asked. It holds no secret
and is not signed: whoever forges one can only start at another position of an answer that anybody may ask for. The
digest tells mistakes from cursors.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import date

from index.errors import CursorExpired, RequestInvalid
from index.results import Commit, Position
from search.question import Question

_Parts = tuple[str, int, str, date, Position]
"""Generation, commit, question, the day when it was asked, position."""
_DIGEST = 12
"""Bytes of a digest: two questions, or a text and a mistyped one, have the same once in 10²⁸."""
_FURTHEST = 2.0**62
"""Seconds and scores are well within; what is beyond did not come from here."""


def cursor_after(position: Position, commit: Commit, question: Question) -> str:
    """The cursor that leads on after a position in the answer to a question, safe in an address."""
    parts = [
        commit.generation,
        commit.number,
        _digest_of(question),
        question.today.toordinal(),
        position.key,
        position.id,
    ]
    content = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return urlsafe_b64encode(_digest(content) + content).decode("ascii").rstrip("=")


def asked_on(cursor: str) -> date:
    """The day when the question of a cursor was asked first. Raises RequestInvalid when it is no cursor."""
    return _understood(cursor)[3]


def position_of(cursor: str, commit: Commit, question: Question) -> Position:
    """The position that a cursor leads on after.

    Raises RequestInvalid when it is no cursor or another question's, CursorExpired when it is another commit's.
    """
    generation, number, asked, _, position = _understood(cursor)
    if asked != _digest_of(question):
        raise RequestInvalid(
            "cursor",
            "This cursor belongs to another query, other filters or another order. Bring it back with the request that "
            "it came from, or leave it out to start over.",
        )
    if (generation, number) != (commit.generation, commit.number):
        raise CursorExpired
    return position


def _understood(cursor: str) -> _Parts:
    try:
        return _read(cursor)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise RequestInvalid(
            "cursor", "This is not a cursor as an answer gave it (“nextCursor”); leave it out to start over."
        ) from error


def _read(cursor: str) -> _Parts:
    """Raises ValueError, TypeError, OverflowError or RecursionError when it is no cursor."""
    content = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    digest, content = content[:_DIGEST], content[_DIGEST:]
    if digest != _digest(content):
        raise ValueError("the digest differs")
    generation, number, asked, day, key, article_id = json.loads(content.decode("utf-8", "surrogatepass"))
    if not (isinstance(article_id, str) and (key is None or -_FURTHEST < key < _FURTHEST)):
        raise ValueError("there is no such position")
    return generation, number, asked, date.fromordinal(day), Position(key, article_id)


def _digest_of(question: Question) -> str:
    """What a page, its size and what is counted beside it do not change: the query as understood, filters, order."""
    engine = question.engine
    filters = tuple(
        replace(one, include=tuple(sorted(one.include)), exclude=tuple(sorted(one.exclude))) for one in engine.filters
    )
    asked = replace(engine, filters=filters, offset=0, limit=0, facets=(), histogram=None)
    # Whoosh's own texts of nodes leave out some of their settings; the canonical query with its match says all.
    return _digest(repr((question.match.value, question.parsed.text, asked)).encode("utf-8", "surrogatepass")).hex()


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:_DIGEST]
