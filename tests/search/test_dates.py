"""What `from-date` and `to-date` mean."""

from __future__ import annotations

from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest

from index.dates import Span
from index.errors import RequestInvalid
from search.dates import Calendar, span_of_dates

TODAY = date(2024, 6, 19)
CALENDAR = Calendar(UTC, TODAY)
DAY = 86_400
NEW_YEAR_2024 = 1_704_067_200


def test_no_dates_are_no_span() -> None:
    assert span_of_dates("", " ", CALENDAR) is None


@pytest.mark.parametrize("text", ["2024", "2024-01", "2024-01-01", "20240101", "2024-01-01T00:00:00Z"])
def test_every_way_to_write_a_date_begins_at_its_beginning(text: str) -> None:
    assert span_of_dates(text, "", CALENDAR) == Span(NEW_YEAR_2024, None)


@pytest.mark.parametrize(
    ("text", "days"), [("2024", 366), ("2024-01", 31), ("2024-01-01", 1), ("20240101", 1), ("2024-02", 60)]
)
def test_the_end_is_included_whole(text: str, days: int) -> None:
    assert span_of_dates("", text, CALENDAR) == Span(None, NEW_YEAR_2024 + days * DAY - 1)


def test_days_are_those_of_the_archives_zone() -> None:
    assert span_of_dates("2024", "2024-01-01", Calendar(ZoneInfo("Europe/Berlin"), TODAY)) == Span(
        NEW_YEAR_2024 - 3_600, NEW_YEAR_2024 - 3_600 + DAY - 1
    )


def test_one_day_is_a_range() -> None:
    assert span_of_dates("2024-01-01", "2024-01-01", CALENDAR) == Span(NEW_YEAR_2024, NEW_YEAR_2024 + DAY - 1)


def test_dates_may_be_in_words() -> None:
    assert span_of_dates("last week", "yesterday", CALENDAR) == span_of_dates("2024-06-10", "2024-06-18", CALENDAR)
    assert span_of_dates("since May", "", CALENDAR) == span_of_dates("2024-05", "", CALENDAR)
    assert span_of_dates("", "June 2023", CALENDAR) == span_of_dates("", "2023-06", CALENDAR)


@pytest.mark.parametrize(
    ("first", "last", "parameter"),
    [
        ("2024-02", "2024-01", "from-date"),
        ("someday", "", "from-date"),
        ("before May", "", "from-date"),
        ("", "since May", "to-date"),
        ("today", "yesterday", "from-date"),
        ("", "2024-02-30", "to-date"),
        ("", "\ud800" * 300, "to-date"),
    ],
)
def test_what_is_no_range_is_refused_by_its_parameter(first: str, last: str, parameter: str) -> None:
    with pytest.raises(RequestInvalid) as refused:
        span_of_dates(first, last, CALENDAR)
    assert refused.value.parameter == parameter
    assert len(refused.value.detail) < 200
