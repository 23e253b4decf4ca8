"""Bylines give names: writers apart from agencies, without roles, addresses and stand-ins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.formats.bylines import opens_byline, read_byline


@pytest.mark.parametrize(
    ("text", "writers", "bodies"),
    [
        ("By Jane Roe", ["Jane Roe"], []),
        ("By Jane Roe and John Doe", ["Jane Roe", "John Doe"], []),
        ("Jane Roe, John Doe and Ann Poe", ["Jane Roe", "John Doe", "Ann Poe"], []),
        ("By Jane Roe and John Doe, Associated Press", ["Jane Roe", "John Doe"], ["Associated Press"]),
        ("Von Jane Roe, Redakteurin für Finanzen 09.09.2025, 15:15 Uhr", ["Jane Roe"], []),
        ("By Hugh Farrow | 11 February 2021 | Region", ["Hugh Farrow"], []),
        ("Mira Castellan in Tarvik", ["Mira Castellan"], []),
        ("Jane Roe (@janeroe)", ["Jane Roe"], []),
        ("Jane Roe <jane@daily.example>", ["Jane Roe"], []),
        ("Robert Downey, Jr.", ["Robert Downey Jr"], []),
        ("José Ortega y Gasset", ["José Ortega y Gasset"], []),
        ("Juan Pérez y María López", ["Juan Pérez", "María López"], []),
        ("Jane Roe, Michigan State University", ["Jane Roe"], ["Michigan State University"]),
        ("Jane Roe (Reuters)", ["Jane Roe"], ["Reuters"]),
        ("MND Staff", ["MND Staff"], []),
        ("dpa", [], ["dpa"]),
        ("Jane Roe, senior political correspondent", ["Jane Roe"], []),
        ("신현주 기자", ["신현주"], []),
        ("Quelle: dpa", [], ["dpa"]),
        ("By TDN, in News, Region, Business, Travel", ["TDN"], []),
        ("Jane RoeNovember 24, 2025", ["Jane Roe"], []),
        ("Veröffentlicht am 3. März 2020 um 10 Uhr", [], []),
        ("daily.example, Brenwick, Norway", [], []),
        ("North Coast Wire, Brenwick, Jane Roe", ["Jane Roe"], ["North Coast Wire"]),
        ("Nachrichtenagentur", [], []),
        ("Staff", [], []),
        ("https://twitter.com/janeroe", [], []),
        ("A3576", [], []),
        ("12 March 2020", [], []),
        ("", [], []),
        ("x" * 5_000, [], []),
    ],
)
def test_a_byline_is_taken_apart(text: str, writers: list[str], bodies: list[str]) -> None:
    assert read_byline(text) == (tuple(writers), tuple(bodies))


def test_the_same_name_twice_is_one_writer() -> None:
    assert read_byline(["Jane Roe", "JANE ROE", "By Jane Roe"]) == (("Jane Roe",), ())


@pytest.mark.parametrize(
    ("text", "opens"), [("By Jane Roe", True), ("by the river", False), ("Byron", False), ("Von Jane", True)]
)
def test_only_a_name_after_the_word_makes_a_byline(text: str, opens: bool) -> None:
    assert opens_byline(text) is opens


@given(st.text(max_size=80))
def test_any_text_gives_names_that_are_not_empty(text: str) -> None:
    writers, bodies = read_byline(text)
    assert all(name.strip() == name and name for name in (*writers, *bodies))
