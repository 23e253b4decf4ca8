"""Instants: what is read, what is written, and the seconds that are meant."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import INSTANTS

from index.dates import Instant, Precision, Span, midnight, parse_instant, span_of_days

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "written", "precision"),
    [
        ("2024", "2024", Precision.YEAR),
        ("0001", "0001", Precision.YEAR),
        ("2024-06", "2024-06", Precision.MONTH),
        ("2024-6-9", "2024-06-09", Precision.DAY),
        ("20240619", "2024-06-19", Precision.DAY),
        (" 2024-02-29\n", "2024-02-29", Precision.DAY),
        ("2024-06-19T07:10:00Z", "2024-06-19T07:10:00Z", Precision.MINUTE),
        ("2024-06-19T07:10:00.5+02:00", "2024-06-19T07:10:00+02:00", Precision.MINUTE),
        ("2024-06-19T07:10", "2024-06-19T07:10:00Z", Precision.MINUTE),
        ("2024-06-19 07:10:00-0330", "2024-06-19T07:10:00-03:30", Precision.MINUTE),
        ("1851-01-01T00:00:00+00:00", "1851-01-01T00:00:00Z", Precision.MINUTE),
    ],
)
def test_dates_are_read_at_the_precision_they_are_written(text: str, written: str, precision: Precision) -> None:
    instant = parse_instant(text)
    assert (str(instant), instant.precision) == (written, precision)


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "24", "2024-13", "2024-02-30", "20240230", "0000", "2024-06-19T25:00", "٢٠٢٤", "2024-06-19T", "1e3",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2024-06-19 to 2024-06-20", "\x00", "2024" * 1000,
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_by_its_text(text: str) -> None:
    with pytest.raises(ValueError, match="not a date: "):
        parse_instant(text)


@given(st.text())
def test_no_text_breaks_the_reader_of_dates(text: str) -> None:
    """It is read, or refused with the one error that the docstring names."""
    with suppress(ValueError):
        assert isinstance(parse_instant(text), Instant)


@given(INSTANTS)
def test_what_was_written_reads_back(instant: Instant) -> None:
    assert parse_instant(str(instant)) == instant


def test_an_instant_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        Instant(datetime(2024, 6, 19))  # noqa: DTZ001  # the subject


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-12", date(2023, 12, 1), date(2023, 12, 31)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("9999-12-31", date(9999, 12, 31), date(9999, 12, 31)),
        ("0001", date(1, 1, 1), date(1, 12, 31)),
    ],
)
@pytest.mark.parametrize("zone", [UTC, NEW_YORK, ZoneInfo("Pacific/Apia")], ids=str)
def test_an_imprecise_date_spans_its_days_in_the_zone(text: str, first: date, last: date, zone: ZoneInfo) -> None:
    assert parse_instant(text).span(zone) == span_of_days(first, last, zone)


def test_an_imprecise_date_spans_all_of_itself_wherever_its_instant_stands() -> None:
    """The convention is its first midnight; another moment of it must mean the same."""
    assert Instant(datetime(2024, 6, 19, 23, tzinfo=UTC), Precision.MONTH).span() == parse_instant("2024-06").span()
    assert Instant(datetime(2024, 6, 19, 23, tzinfo=UTC), Precision.YEAR).span() == parse_instant("2024").span()
    assert Instant(datetime(2024, 6, 19, 23, tzinfo=UTC), Precision.DAY).span() == parse_instant("2024-06-19").span()


def test_a_minute_spans_its_sixty_seconds_in_any_zone() -> None:
    at = datetime(2024, 6, 19, 7, 10, 33, tzinfo=timezone(timedelta(hours=2)))
    start = int(datetime(2024, 6, 19, 5, 10, tzinfo=UTC).timestamp())
    assert Instant(at).span() == Instant(at).span(NEW_YORK) == Span(start, start + 59)
    assert Instant(datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)).span() == Span(-60, -1)


def test_a_day_with_a_clock_change_is_as_long_as_it_is() -> None:
    for day, hours in ((date(2024, 3, 10), 23), (date(2024, 11, 3), 25), (date(2024, 6, 19), 24)):
        span = span_of_days(day, day, NEW_YORK)
        assert span.start is not None
        assert span.end is not None
        assert span.end + 1 - span.start == hours * 3600


def test_an_open_span_stays_open() -> None:
    assert span_of_days(None, None) == Span(None, None)
    assert span_of_days(date(1970, 1, 1), None) == Span(0, None)
    assert span_of_days(None, date(1970, 1, 1)) == Span(None, 86_399)
    assert midnight(date(1970, 1, 2)) == 86_400
