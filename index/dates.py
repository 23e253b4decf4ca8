"""When something was published: an instant that knows how precise it is, and spans of time.

A newspaper page says "June 2024"; a feed says "2024-06-19T07:10:00+02:00". Both become an `Instant`;
what a range of dates matches is decided on the `Span` of seconds that an instant covers.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from math import floor


class Precision(StrEnum):
    """How much of an instant is known."""

    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds since 1970-01-01T00:00Z, both ends inclusive; `None` is open."""

    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Instant:
    """A point of time and how precisely it is known.

    At minute precision `at` is an aware datetime and its zone is the one the publisher gave. Below that the
    instant is a calendar date without a zone: `at` is its first midnight in UTC, by convention only.
    """

    at: datetime
    precision: Precision = Precision.MINUTE

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {self.at.isoformat()}")

    @classmethod
    def of_day(cls, year: int, month: int = 1, day: int = 1, precision: Precision = Precision.DAY) -> Instant:
        """A calendar date at day, month or year precision."""
        return cls(datetime(year, month, day, tzinfo=UTC), precision)

    def __str__(self) -> str:
        """The JSON form: `2024`, `2024-06`, `2024-06-19`, `2024-06-19T07:10:00Z` or with the offset given."""
        if self.precision is Precision.YEAR:
            return f"{self.at.year:04}"
        if self.precision is Precision.MONTH:
            return f"{self.at.year:04}-{self.at.month:02}"
        if self.precision is Precision.DAY:
            return self.at.date().isoformat()
        return self.at.replace(microsecond=0).isoformat().removesuffix("+00:00") + (
            "Z" if self.at.utcoffset() == timedelta(0) else ""
        )

    def span(self, zone: tzinfo = UTC) -> Span:
        """The seconds that this instant may mean, its calendar dates read in the archive's `zone`."""
        if self.precision is Precision.MINUTE:
            start = floor(self.at.timestamp()) // 60 * 60
            return Span(start, start + 59)
        day = self.at.date()
        if self.precision is Precision.DAY:
            return span_of_days(day, day, zone)
        if self.precision is Precision.MONTH:
            return span_of_days(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]), zone)
        return span_of_days(day.replace(month=1, day=1), day.replace(month=12, day=31), zone)


def span_of_days(first: date | None, last: date | None, zone: tzinfo = UTC) -> Span:
    """The seconds from the start of `first` to the end of `last` in `zone`."""
    return Span(
        None if first is None else midnight(first, zone),
        None if last is None else _midnight_after(last, zone) - 1,
    )


def midnight(day: date, zone: tzinfo = UTC) -> int:
    """The first second of a day in `zone`."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def _midnight_after(day: date, zone: tzinfo) -> int:
    if day == date.max:
        return midnight(day, zone) + 86_400
    return midnight(day + timedelta(days=1), zone)


# YYYY, YYYY-MM, YYYY-MM-DD, and YYYYMMDD as the New York Times' API writes it.
_CALENDAR = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?|(\d{4})(\d{2})(\d{2})", re.ASCII)


def parse_instant(text: str) -> Instant:
    """Read `YYYY[-MM[-DD]]`, `YYYYMMDD` or RFC 3339; a time without a zone is read as UTC.

    Raises ValueError, with the text in its message, for anything else and for dates that do not exist.
    """
    stripped = text.strip()
    calendar = _CALENDAR.fullmatch(stripped)
    try:
        if calendar:
            year, month, day = (int(part) if part else 0 for part in calendar.group(1, 2, 3))
            if calendar.group(4):
                year, month, day = (int(part) for part in calendar.group(4, 5, 6))
                return Instant.of_day(year, month, day)
            if calendar.group(3):
                return Instant.of_day(year, month, day)
            if calendar.group(2):
                return Instant.of_day(year, month, precision=Precision.MONTH)
            return Instant.of_day(year, precision=Precision.YEAR)
        at = datetime.fromisoformat(stripped)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        at.astimezone(UTC)  # an offset may lead out of the years 1 to 9999
    except (ValueError, OverflowError) as error:
        raise ValueError(f"not a date: {text!r}; write 2024, 2024-06, 2024-06-19 or 2024-06-19T07:10:00Z") from error
    return Instant(at)
