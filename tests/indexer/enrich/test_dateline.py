"""Datelines tell place, day and agency, and what follows them is the text."""

from __future__ import annotations

import re

import pytest

from indexer.enrich.dateline import parse_dateline, places_of


@pytest.mark.parametrize(
    ("text", "place", "day", "year", "agency"),
    [
        ("LARKWELL, Feb 9 (RWN) — The river", "LARKWELL", (2, 9), None, "RWN"),
        ("TARVIK, Nov. 3, 2022 (NCW) -- An earthquake", "TARVIK", (11, 3), 2022, "NCW"),
        ("LONDON (AP) — The minister", "LONDON", None, None, "AP"),
        ("    SALVADOR, Feb 26 - Showers", "SALVADOR", (2, 26), None, None),
        ("NEW YORK, N.Y., March 1 — Shares", "NEW YORK, N.Y", (3, 1), None, None),
        ("Larkwell, 9 February 2021 (RWN) – The river", "Larkwell", (2, 9), 2021, "RWN"),
        ("PARIS/BERLIN, Monday, May 3 (AFP) — The", "PARIS/BERLIN", (5, 3), None, "AFP"),
    ],
)
def test_a_dateline_is_taken_apart(
    text: str, place: str, day: tuple[int, int] | None, year: int | None, agency: str | None
) -> None:
    found = parse_dateline(text)
    assert found is not None
    assert (found.place, found.day, found.year, found.agency) == (place, day, year, agency)
    assert text[found.end :] == re.split("[—–-] ", text)[-1]


@pytest.mark.parametrize(
    "text",
    [
        "Larkwell — a town on the river",
        "The river — and its ferry — are old",
        "UPDATE — It has sailed",
        "A - B",
        "",
        "—",
    ],
)
def test_a_dash_alone_makes_no_dateline(text: str) -> None:
    assert parse_dateline(text) is None


@pytest.mark.parametrize(
    ("dateline", "places"),
    [
        ("LARKWELL", ("Larkwell",)),
        ("RIO DE JANEIRO", ("Rio de Janeiro",)),
        ("PORT ELOW/LONDON", ("Port Elow", "London")),
        ("SANTIAGO, Chile", ("Santiago", "Chile")),
        ("KIEV", ("Kyiv",)),
        ("", ()),
    ],
)
def test_places_of_a_dateline_are_written_as_elsewhere(dateline: str, places: tuple[str, ...]) -> None:
    assert places_of(dateline) == places
