"""Dates in the free text of a query."""

from __future__ import annotations

import time
from datetime import UTC, date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.dates import Calendar
from search.offers import DatesInText, dates_in_text
from search.page import LONGEST_QUERY

CALENDAR = Calendar(UTC, date(2024, 6, 19))


def found(q: str) -> list[tuple[str, str, str]]:
    return [(one.text, one.from_date, one.to_date) for one in dates_in_text(q, CALENDAR)]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("rail strike last week", ("last week", "2024-06-10", "2024-06-16")),
        ("last week rail strike", ("last week", "2024-06-10", "2024-06-16")),
        ("floods June 2023, dykes", ("June 2023", "2023-06-01", "2023-06-30")),
        ("floods since May", ("since May", "2024-05-01", "")),
        ("floods before 2020", ("before 2020", "", "2019-12-31")),
        ("olympics 1968", ("1968", "1968-01-01", "1968-12-31")),
        ("strikes between March and June 2020", ("between March and June 2020", "2020-03-01", "2020-06-30")),
        ("miners the 1980s", ("the 1980s", "1980-01-01", "1989-12-31")),
        ("visit 2024-06-19", ("2024-06-19", "2024-06-19", "2024-06-19")),
        ('"rail strike" yesterday', ("yesterday", "2024-06-18", "2024-06-18")),
        ("title:rail yesterday", ("yesterday", "2024-06-18", "2024-06-18")),
    ],
)
def test_a_time_is_found_as_long_as_it_is(q: str, expected: tuple[str, str, str]) -> None:
    assert found(q) == [expected]


@pytest.mark.parametrize(
    "q",
    [
        "", "rail strike", "may march", "Theresa May", "second half", "sun", "Q2", '"last week"', 'title:"last week"',
        "-yesterday", "+yesterday", "NOT yesterday", "yesterday OR today", "(rail yesterday)", "yesterday^2",
        "room 1215",
        "year 3000", "published:2024", "at 10:30", "3.5", "7", "20240",
    ],
)  # fmt: skip
def test_what_may_be_a_name_or_has_a_part_in_the_query_is_left_alone(q: str) -> None:
    assert found(q) == []


def test_the_first_two_are_offered() -> None:
    assert [text for text, _, _ in found("1968 x 1969 x 1970")] == ["1968", "1969"]


def test_the_position_is_counted_in_code_points_and_the_rest_is_the_query() -> None:
    q = "👀 rail last week strike"
    (dates,) = dates_in_text(q, CALENDAR)
    assert dates == DatesInText("last week", 7, "2024-06-10", "2024-06-16")
    assert dates.taken_out_of(q).split() == ["👀", "rail", "strike"]


@given(
    q=st.lists(st.sampled_from(["last", "week", "2020", "-", '"', "(", "OR", "\0", "May", "\ud800", "to"])).map(
        " ".join
    )
)
def test_any_query_is_looked_through(q: str) -> None:
    for dates in dates_in_text(q, CALENDAR):
        assert q[dates.position :].startswith(dates.text)


@pytest.mark.parametrize("text", ["last ", "between ", "2024 to ", "may ", "1 ", "the "])
def test_hostile_queries_are_looked_through_quickly(text: str) -> None:
    started = time.process_time()
    dates_in_text((text * LONGEST_QUERY)[:LONGEST_QUERY], CALENDAR)
    assert time.process_time() - started < 0.25
