"""Dates are read as people write them; which of them is the article's own is decided with care."""

from __future__ import annotations

import pytest

from indexer.enrich.dates import find_dates, own_date


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("on June 19, 2024, at noon", ["2024-06-19"]),
        ("on 19 June 2024 and the 20th of June 2024", ["2024-06-19", "2024-06-20"]),
        ("am 19. Juni 2024", ["2024-06-19"]),
        ("le 1er mars 2024", ["2024-03-01"]),
        ("el 3 de enero de 2020", ["2020-01-03"]),
        ("Sept. 3rd, 1999", ["1999-09-03"]),
        ("2024-06-19T07:10:00Z and 2024/06/20", ["2024-06-19", "2024-06-20"]),
        ("19.06.2024", ["2024-06-19"]),
        ("13/01/2024 and 01/13/2024", ["2024-01-13", "2024-01-13"]),
        ("2024年6月19日", ["2024-06-19"]),
        ("2024년 6월", ["2024-06"]),
        ("in March 2024", ["2024-03"]),
        ("MARCH 3, 2024", ["2024-03-03"]),
    ],
)
def test_written_dates_are_found(text: str, dates: list[str]) -> None:
    assert [str(date.instant) for date in find_dates(text)] == dates


@pytest.mark.parametrize(
    "text",
    [
        "03/04/2024",
        "February 30, 2024",
        "June 19",
        "in 2024",
        "call 555-2024-06-19-1",
        "version 3.2024",
        "may 1234",
        "",
    ],
)
def test_what_is_ambiguous_impossible_or_no_date_is_left_out(text: str) -> None:
    assert list(find_dates(text)) == []


def test_a_date_knows_where_it_stands() -> None:
    text = "It sailed on 19 June 2024."
    (date,) = find_dates(text)
    assert text[date.start : date.end] == "19 June 2024"


def own(body: str, title: str = "") -> str | None:
    found = own_date(title, body)
    return str(found.instant) if found else None


def test_the_first_day_in_the_lead_is_the_articles_own() -> None:
    assert own("The ferry left on May 3, 2021. It had sailed on May 1, 2021 too.") == "2021-05-03"
    found = own_date("", "The ferry left on May 3, 2021. It had sailed on May 1, 2021 too.")
    assert found is not None
    assert [str(other) for other in found.others] == ["2021-05-01"]


def test_a_day_is_preferred_to_a_month_and_the_title_counts() -> None:
    assert own("In May 2021 the ferry left; on 3 May 2021, to be exact.") == "2021-05-03"
    assert own("The ferry left in May 2021.") == "2021-05"
    assert own("The ferry left.", "Ferry leaves, May 3, 2021") == "2021-05-03"


@pytest.mark.parametrize(
    "body",
    [
        "It was the first ferry since June 12, 1987.",
        "The bridge must be ready by June 1, 2030.",
        "Ann Wilder, born on 4 May 1923, has never taken the ferry.",
        "The line opened on May 1, 1923. In 2018 it was closed.",
        "The war ended in November 1918. In 1955 a new army was founded.",
        "x " * 250 + "It happened on May 3, 2021.",
    ],
)
def test_dates_of_other_events_and_deep_in_the_text_are_not_its_own(body: str) -> None:
    assert own(body) is None


def test_a_year_still_to_come_does_not_make_a_date_history() -> None:
    assert own("The plan was shown on May 3, 2021. The bridge will not open before 2030.") == "2021-05-03"
