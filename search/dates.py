"""What a searcher's date means: a span of time, read in the archive's zone and on the archive's day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, tzinfo

from index.dates import Span, parse_instant, span_of_days
from index.errors import RequestInvalid
from search.natural_dates import days_of
from search.suggestion import shortened

HOW_TO_WRITE = "Write 2024, 2024-06, 2024-06-19, 20240619, 2024-06-19T07:10:00Z, “last week” or “June 2024”."


@dataclass(frozen=True, slots=True)
class Period:
    """A date as it was read: how it is written for certain, and its first and last part, "*" where it is open."""

    text: str
    first: str
    last: str
    span: Span


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where days begin, and which is today."""

    zone: tzinfo = UTC
    today: date = date(1970, 1, 1)

    def period(self, text: str) -> Period:
        """Read a date, in figures or in words. Raises ValueError when it is none."""
        if days := days_of(text, self.today):
            first, last = (str(day or "*") for day in days)
            return Period(str(days), first, last, span_of_days(*days, self.zone))
        instant = parse_instant(text)
        return Period(str(instant), str(instant), str(instant), instant.span(self.zone))


def span_of_dates(from_date: str, to_date: str, calendar: Calendar) -> Span | None:
    """From the start of the first date to the end of the last, whatever part of them is given; "" is open.

    Raises RequestInvalid, naming the parameter, for what is not a date and for a range that ends before it starts.
    """
    first, last = _period("from-date", from_date, calendar), _period("to-date", to_date, calendar)
    if first is None and last is None:
        return None
    start = first.span.start if first else None
    end = last.span.end if last else None
    if first and last and start is not None and end is not None and start > end:
        raise RequestInvalid(
            "from-date",
            f"The range of dates ends before it starts: from-date is {first.first}, to-date is {last.last}.",
        )
    return Span(start, end)


def _period(parameter: str, text: str, calendar: Calendar) -> Period | None:
    if not text.strip():
        return None
    try:
        period = calendar.period(text)
        if (period.span.start if parameter == "from-date" else period.span.end) is None:
            raise ValueError("open on the side that is asked for")
    except ValueError as error:
        raise RequestInvalid(parameter, f"“{shortened(text)}” is not a date for {parameter}. {HOW_TO_WRITE}") from error
    return period
