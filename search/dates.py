"""What `from-date` and `to-date` mean: a span of time in the archive's zone."""

from __future__ import annotations

from datetime import tzinfo

from index.dates import Instant, Span, parse_instant
from index.errors import RequestInvalid
from search.suggestion import shortened

HOW_TO_WRITE = "Write 2024, 2024-06, 2024-06-19, 20240619 or 2024-06-19T07:10:00Z."


def span_of_dates(from_date: str, to_date: str, zone: tzinfo) -> Span | None:
    """From the start of the first date to the end of the last, whatever part of them is given; "" is open.

    Raises RequestInvalid, naming the parameter, for what is not a date and for a range that ends before it starts.
    """
    first, last = _instant("from-date", from_date), _instant("to-date", to_date)
    if first is None and last is None:
        return None
    start = first.span(zone).start if first else None
    end = last.span(zone).end if last else None
    if start is not None and end is not None and start > end:
        raise RequestInvalid(
            "from-date", f"The range of dates ends before it starts: from-date is {first}, to-date is {last}."
        )
    return Span(start, end)


def _instant(parameter: str, text: str) -> Instant | None:
    if not text.strip():
        return None
    try:
        return parse_instant(text)
    except ValueError as error:
        raise RequestInvalid(parameter, f"“{shortened(text)}” is not a date for {parameter}. {HOW_TO_WRITE}") from error
