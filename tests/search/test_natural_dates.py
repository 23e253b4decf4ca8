"""Dates in words, read on Wednesday, 19 June 2024."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.natural_dates import LONGEST, Days, days_of

TODAY = date(2024, 6, 19)
LONGEST_READING = 0.05
"""Seconds that the worst texts may take: 100 times what they do."""


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("today", "2024-06-19"),
        ("Yesterday", "2024-06-18"),
        ("tomorrow", "2024-06-20"),
        ("this week", "[2024-06-17 TO 2024-06-23]"),
        ("last week", "[2024-06-10 TO 2024-06-16]"),
        ("last-week", "[2024-06-10 TO 2024-06-16]"),
        ("next month", "2024-07"),
        ("previous quarter", "[2024-01-01 TO 2024-03-31]"),
        ("last year", "2023"),
        ("this decade", "[2020-01-01 TO 2029-12-31]"),
        ("past week", "[2024-06-13 TO 2024-06-19]"),
        ("last 7 days", "[2024-06-13 TO 2024-06-19]"),
        ("the last 2 weeks", "[2024-06-06 TO 2024-06-19]"),
        ("past three months", "[2024-03-20 TO 2024-06-19]"),
        ("last 10 years", "[2014-06-20 TO 2024-06-19]"),
        ("3 days ago", "2024-06-16"),
        ("two weeks ago", "[2024-06-03 TO 2024-06-09]"),
        ("a month ago", "2024-05"),
        ("5 years ago", "2019"),
    ],
)
def test_times_are_counted_from_today(text: str, days: str) -> None:
    assert str(days_of(text, TODAY)) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("June 2024", "2024-06"),
        ("jun-2024", "2024-06"),
        ("Sept. 2023", "2023-09"),
        ("19 June 2024", "2024-06-19"),
        ("June 19, 2024", "2024-06-19"),
        ("the 19th of June 2024", "2024-06-19"),
        ("Wed, 19 Jun 2024", "2024-06-19"),
        ("Wednesday, June 19th, 2024", "2024-06-19"),
        ("2024/06/19", "2024-06-19"),
        ("2024.6", "2024-06"),
        ("2024 Q2", "[2024-04-01 TO 2024-06-30]"),
        ("q2-2024", "[2024-04-01 TO 2024-06-30]"),
        ("second quarter of 2023", "[2023-04-01 TO 2023-06-30]"),
        ("4th quarter 2023", "[2023-10-01 TO 2023-12-31]"),
        ("first half of 2024", "[2024-01-01 TO 2024-06-30]"),
        ("2023 H2", "[2023-07-01 TO 2023-12-31]"),
        ("2024-W25", "[2024-06-17 TO 2024-06-23]"),
        ("1990s", "[1990-01-01 TO 1999-12-31]"),
        ("the 20th century", "[1901-01-01 TO 2000-12-31]"),
        ("29 February 2024", "2024-02-29"),
    ],
)
def test_dates_with_a_year_are_what_they_say(text: str, days: str) -> None:
    assert str(days_of(text, TODAY)) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("May", "2024-05"),
        ("June", "2024-06"),
        ("July", "2023-07"),
        ("last June", "2023-06"),
        ("last May", "2024-05"),
        ("next July", "2025-07"),
        ("19 June", "2024-06-19"),
        ("June 20", "2023-06-20"),
        ("29 February", "2024-02-29"),
        ("Q2", "[2024-04-01 TO 2024-06-30]"),
        ("Q3", "[2023-07-01 TO 2023-09-30]"),
        ("Wednesday", "2024-06-19"),
        ("last Wednesday", "2024-06-12"),
        ("last Tuesday", "2024-06-18"),
        ("Thu", "2024-06-13"),
        ("this Monday", "2024-06-17"),
        ("next Friday", "2024-06-28"),
    ],
)
def test_what_has_no_year_is_the_latest_that_has_begun(text: str, days: str) -> None:
    """“last” means one that is over, “this” and “next” this week's or year's and the one after."""
    assert str(days_of(text, TODAY)) == days


def test_a_leap_day_without_a_year_may_be_long_ago() -> None:
    assert str(days_of("29 February", date(1903, 6, 1))) == "1896-02-29"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("since May", "[2024-05-01 TO *]"),
        ("from 2020", "[2020-01-01 TO *]"),
        ("after June 2020", "[2020-07-01 TO *]"),
        ("before yesterday", "[* TO 2024-06-17]"),
        ("until last week", "[* TO 2024-06-16]"),
        ("up to 2020", "[* TO 2020-12-31]"),
        ("between March and June 2020", "[2020-03-01 TO 2020-06-30]"),
        ("March to June 2020", "[2020-03-01 TO 2020-06-30]"),
        ("from 2019 until 2021", "[2019-01-01 TO 2021-12-31]"),
        ("June–August 2020", "[2020-06-01 TO 2020-08-31]"),
        ("1990-1999", "[1990-01-01 TO 1999-12-31]"),
        ("5 to 12 June 2020", "[2020-06-05 TO 2020-06-12]"),
        ("from November to February 2021", "[2020-11-01 TO 2021-02-28]"),
        ("from last week to yesterday", "[2024-06-10 TO 2024-06-18]"),
    ],
)
def test_ranges(text: str, days: str) -> None:
    assert str(days_of(text, TODAY)) == days


@pytest.mark.parametrize(
    "text",
    [
        "", "the", "last", "since", "between and", "between May", "someday", "spring 2020", "06/07/2024",
        "31 June 2024", "from 2024 to 2020", "2024/13", "0000", "00th century", "last 0 days", "last 9999 years",
        "9999 decades ago", "q5 2020", "May May", "June\0", "x" * 1000, "June " * 100, "٣ days ago",
    ],
)  # fmt: skip
def test_what_is_no_date_for_certain_is_none(text: str) -> None:
    assert days_of(text, TODAY) is None


@pytest.mark.parametrize("today", [date.min, date.max])
@pytest.mark.parametrize("text", ["last week", "next week", "May", "29 February", "this decade", "tomorrow", "Q4"])
def test_the_calendar_has_ends(text: str, today: date) -> None:
    days = days_of(text, today)
    assert days is None or isinstance(days, Days)


WORDS = st.sampled_from(
    [
        "last",
        "next",
        "past",
        "June",
        "2024",
        "19",
        "-",
        "to",
        "between",
        "and",
        "since",
        "the",
        "of",
        "7",
        "days",
        "ago",
    ]
)


@given(text=st.lists(WORDS, max_size=8).map(" ".join), away=st.integers(0, 800_000))
def test_whatever_is_read_on_whatever_day_is_in_order(text: str, away: int) -> None:
    days = days_of(text, date(1900, 1, 1) + timedelta(days=away))
    assert days is None or None in days or days == tuple(sorted(day for day in days if day))


@pytest.mark.parametrize("text", ["to ", "between ", "june ", "the of ", "- ", "1 ", "–", "2024-", "last ", "and "])
def test_hostile_texts_are_read_quickly(text: str) -> None:
    hostile = (text * LONGEST)[:LONGEST]
    started = time.process_time()
    assert days_of(hostile, TODAY) is None
    assert time.process_time() - started < LONGEST_READING
