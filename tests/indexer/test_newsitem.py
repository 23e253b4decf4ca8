"""What the agency formats share: datelines, signatures, the words for codes, and text that repeats its head."""

from __future__ import annotations

import time

import pytest

from indexer.formats.newsitem import Signed, as_written, dateline_place, newsml_id, signed_by, taken_back, version_of
from indexer.formats.newsml_codes import SUBJECTS, country_name, is_section, kind_of, subject_name, term
from indexer.formats.structured_body import without_head, without_repeats


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("SARNHOLT, Feb. 9 (NCW) —", "SARNHOLT"),
        ("Sarnholt (Küb) - ", "Sarnholt"),
        ("BRENWICK, Monday (NCW)", "BRENWICK"),
        ("Tarvik, Freitag", "Tarvik"),
        ("PORT ELOW May 4 (NCW)", "PORT ELOW"),
        ("WINSTON-SALEM, N.C.", "WINSTON-SALEM, N.C."),
        ("OSLO/BERGEN, 10 juil 2024 (X)", "OSLO/BERGEN"),
        ("Frankfurt am Main", "Frankfurt am Main"),
        ("2024-07-17 00:24:11 GMT+00:00", None),
        ("4/4/2024", None),
        ("", None),
    ],
)
def test_a_dateline_is_read_as_its_place(written: str, place: str | None) -> None:
    assert dateline_place(written) == place


def test_hostile_datelines_take_little_time() -> None:
    started = time.process_time()
    for piece in ("a" * 100_000, "a " * 100_000, ", " * 100_000, "(" * 100_000, "- " * 100_000):
        dateline_place(piece)
    assert time.process_time() - started < 1


def test_signatures_are_writers_and_bodies_and_never_nobody() -> None:
    lines = ["By JANE ROE and John Doe", "Halmark Post, Inc.", "No-Data-Available", "n/a", "North Coast Wire"]
    assert signed_by(lines) == Signed(("JANE ROE", "John Doe"), ("North Coast Wire", "Halmark Post, Inc."))
    assert as_written(("JANE ROE", "NCW", "John Doe")) == ("Jane Roe", "NCW", "John Doe")


@pytest.mark.parametrize(
    ("guid", "article_id"),
    [
        ("urn:newsml:a.example:20240101:x", "newsml:urn:newsml:a.example:20240101:x"),
        ("urn:newsml:a.example:20240101:x:12", "newsml:urn:newsml:a.example:20240101:x"),
        ("urn:newsml:a.example:20240101:x:3U", "newsml:urn:newsml:a.example:20240101:x"),
        ("urn:newsml:a.example::7", "newsml:urn:newsml:a.example::7"),
        ("tag:a.example,2024:x:3", "newsml:tag:a.example,2024:x:3"),
        ("", ""),
    ],
)
def test_an_id_is_the_same_for_all_versions(guid: str, article_id: str) -> None:
    assert newsml_id(guid) == article_id


def test_words_for_taking_back_are_few() -> None:
    assert taken_back(" Canceled ") == "cancelled"
    assert taken_back("withheld") == "withheld until further notice"
    assert [taken_back(word) for word in ("usable", "embargoed", "", "correction", "news")] == [None] * 5
    assert [version_of(text) for text in ("7", " 8 ", "x", None, "٣")] == [7, 8, 0, 0, 0]


def test_a_subject_code_is_named_by_the_narrowest_subject_that_is_known() -> None:
    assert subject_name("subj:11006005") == "Government"
    assert subject_name("12014000") == "Religion and belief"
    assert subject_name("medtop:20000822") is None  # media topics below the first rank are no subject codes
    assert subject_name("18000000") is None
    assert all(code[5:] == "000" and name.strip() == name for code, name in SUBJECTS.items())
    assert len(SUBJECTS) == 230


def test_codes_tell_their_kind() -> None:
    kinds = ("cpnat:person", "cpnat:geoArea", "spcpnat:team", "cpnat:abstract", "x:category", "cptType:5", "")
    assert [kind_of(kind) for kind in kinds] == [
        "people", "places", "organisations", "keywords", "section", "places", "keywords"
    ]  # fmt: skip
    assert (is_section("ncwdesk:1"), is_section("dpacat:ku"), is_section("subj:1")) == (True, True, False)
    assert (term("stat:usable"), term("http://cv.example/stat/usable"), term("usable")) == ("usable",) * 3


@pytest.mark.parametrize(
    ("code", "name"), [("iso3166-1a2:US", "United States"), ("SWE", "Sweden"), ("x:QQ", None), ("1", None)]
)
def test_countries_are_named_as_the_archive_names_them(code: str, name: str | None) -> None:
    assert country_name(code) == name


def test_a_text_loses_the_head_that_it_repeats_but_never_its_lead() -> None:
    assert without_head("A fire!\n\nBy Jane Roe\n\nIt burned.", ["A fire"], ["Jane Roe"]) == "It burned."
    assert without_head("By Jane Roe\n\nIt burned.", [], ["John Doe"]) == "By Jane Roe\n\nIt burned."
    lead = "It burned " * 20
    assert without_head(f"{lead}\n\nAnd more.", [lead], []) == f"{lead}\n\nAnd more."
    assert without_repeats(["A fire", "The pier", "The pier", "It burned."], "A FIRE", "It burned.") == ("The pier",)


def test_a_text_of_titles_alone_takes_little_time() -> None:
    started = time.process_time()
    assert without_head("A fire\n\n" * 200_000, ["A fire"], [])
    assert time.process_time() - started < 1
