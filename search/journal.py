"""What was asked of an archive: the lines that a server writes, and what they tell its operator.

A line holds a question and its answer's size and time. It says nothing of who asked: no address, no cookie, no key.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

LONGEST_PATH = 300
"""Characters of an address that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One answer. `q` and `found` are those of a search; `at` is RFC 3339 in UTC, `ms` what the answer took."""

    at: str
    id: str
    method: str
    path: str
    status: int
    ms: float
    bytes: int | None = None
    q: str | None = None
    filtered: bool | None = None
    found: int | None = None

    def line(self) -> str:
        """The entry as a line of JSON, without what is unknown."""
        kept = {name: value for name, value in asdict(self).items() if value is not None}
        return json.dumps(kept | {"path": self.path[:LONGEST_PATH]}, ensure_ascii=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query in its plainest form, how often it was asked, and the time that it took at most."""

    q: str
    times: int
    slowest: float


@dataclass(frozen=True, slots=True)
class Summary:
    """What the lines of a journal tell: of the searches, the most frequent, those without an answer, the slowest.

    `nothing` searches found nothing; `unread` lines were none of a journal.
    """

    searches: int
    nothing: int
    unread: int
    frequent: tuple[Asked, ...]
    unanswered: tuple[Asked, ...]
    slow: tuple[Asked, ...]


def summary(lines: Iterable[str], most: int) -> Summary:
    """The summary of a journal's lines; each list has `most` queries at most.

    Only first pages without a filter show what an archive lacks: others may be empty for the filter's sake.
    """
    times: Counter[str] = Counter()
    empty: Counter[str] = Counter()
    slowest: dict[str, float] = {}
    searches = nothing = unread = 0
    for entry in map(_entry, lines):
        if entry is None:
            unread += 1
        elif entry["found"] is not None:
            q = " ".join(entry["q"].split()).casefold()
            searches += 1
            nothing += not entry["found"]
            times[q] += 1
            empty[q] += not entry["found"] and not entry["filtered"]
            slowest[q] = max(entry["ms"], slowest.get(q, 0.0))
    return Summary(
        searches,
        nothing,
        unread,
        *(
            tuple(Asked(q, counts[q], slowest[q]) for q in sorted(counts, key=lambda q: (-order[q], q))[:most] if q)
            for counts, order in ((times, times), (+empty, empty), (times, slowest))
        ),
    )


def _entry(line: str) -> dict[str, Any] | None:
    """What the summary needs of a line, `None` when it is none of a journal."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("path"), str):
        return None
    q, number, ms = found.get("q"), found.get("found"), found.get("ms")
    is_search = isinstance(q, str) and isinstance(number, int) and isinstance(ms, int | float)
    return {"q": q, "found": number if is_search else None, "filtered": bool(found.get("filtered")), "ms": ms}
