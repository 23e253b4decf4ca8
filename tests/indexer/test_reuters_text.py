"""Datelines, bylines and lines of newswire copy, with the misspellings that are in the real collection."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.formats.reuters_text import byline_of, dateline_of, running_text


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("    SALVADOR, Feb 26 - ", "SALVADOR"),
        ("SAN MATEO, Calif., March 2 -", "SAN MATEO, Calif."),
        ("omaha, april 7 -", "omaha"),
        ("JOHANNESBURG March 13 -", "JOHANNESBURG"),
        ("OKLAHOMA CITY, Okla. March 11, Reuter -", "OKLAHOMA CITY, Okla."),
        ("PARIS,March 16 -", "PARIS"),
        ("RENO, Nev., Mach 4 -", "RENO, Nev."),
        ("TAFT, Calif., Apri l7 -", "TAFT, Calif."),
        ("BELGRADE, March 2O -", "BELGRADE"),
        ("REGGIO CALABRIA, Italy, April l -", "REGGIO CALABRIA, Italy"),
        ("BUENOS AIRES, ABR 7 -", "BUENOS AIRES"),
        ("AMSTERDAM, 2 March -", "AMSTERDAM"),
        ("NEW YORK, March 119 -", "NEW YORK"),
        ("EVANDALE, Ohio, April, 13 -", "EVANDALE, Ohio"),
        ("SYDNEY, April -", "SYDNEY"),
        ("LONDON, October 19 -", "LONDON"),
        ("WASHINGTON, June 19, -", "WASHINGTON"),
        ("NEW YORK, June 19 --", "NEW YORK"),
        ("****PARIS, June 19 -", "PARIS"),
        ("COEUR D'ALENE, Idaho, Oct 20 -", "COEUR D'ALENE, Idaho"),
        ("DALLAS/FORT WORTH, Texas, Oct 20 -", "DALLAS/FORT WORTH, Texas"),
        ("KNOKKE-HEIST, Belgium, April 5 -", "KNOKKE-HEIST, Belgium"),
        ("CHEVY CHASE, Md., - Oct 20 -", "CHEVY CHASE, Md."),
    ],
)
def test_the_place_of_a_dateline_is_taken_as_it_is_written(written: str, place: str) -> None:
    assert dateline_of(written) == (place, "")


@pytest.mark.parametrize(
    "written",
    [
        "COPPER GRADE A -", "FOB RIVER -", " APRIL 7  - ", " MAR8  --     --", " May  152.8  152.8     ---   ",
        " us        7.8015 - ", "As of june 26 -", "- Position of june 26 -", "r   11330.00 - 11390.00 kuwait 4 -",
        "H  6.12  -  5.87 2  MTH  6.50  -  6.25 3", "SAO PAULO -", "SAN DIEGO -", "--", "",
    ],
)  # fmt: skip
def test_words_without_a_place_and_a_day_are_no_dateline(written: str) -> None:
    assert dateline_of(written) == (None, written)


def test_what_follows_the_dash_belongs_to_the_text() -> None:
    assert dateline_of("THE HAGUE, March 2 - Dutch imports of fat-") == ("THE HAGUE", "Dutch imports of fat-")


@given(st.text(alphabet="AbC ,.-'/*0123456789lO\n", max_size=400))
def test_a_dateline_is_taken_apart_without_losing_words(text: str) -> None:
    place, rest = dateline_of(text)
    assert rest in text or place is not None
    assert place is None or place.split()[0] in text


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("    By Janie Gabbett, Reuters", ("Janie Gabbett",)),
        (" BY TED D'AFFLISIO, REUTERS", ("Ted D'Afflisio",)),
        (" BY TED d'AFFLISIO, Reuters", ("Ted D'Afflisio",)),
        (" By Greg McCune", ("Greg McCune",)),
        (" BY GREG MCCUNE, Reuters", ("Greg McCune",)),
        (" By keith grant, Reuters", ("Keith Grant",)),
        (" By Norma Cohen and Geert Linnebank, Reuters", ("Norma Cohen", "Geert Linnebank")),
        (" By STEPHEN JUKES AND PHILIP SHEHADI, REUTERS", ("Stephen Jukes", "Philip Shehadi")),
        (" By Brad Schade Reuters", ("Brad Schade",)),
        (" By Cal Mankowski, Reutersd", ("Cal Mankowski",)),
        (" By Colin Brinsden, Reuters.", ("Colin Brinsden",)),
        (" By Solange De Santis", ("Solange De Santis",)),
        (" By Franz-Josef Ebel, Reuters", ("Franz-Josef Ebel",)),
        ("", ()),
        (" Reuters ", ()),
    ],
)
def test_writers_are_named_as_they_would_be_printed(written: str, names: tuple[str, ...]) -> None:
    assert byline_of(written) == names


def test_indented_lines_start_paragraphs_and_wrapped_lines_are_joined() -> None:
    text = "Showers continued in\nthe zone.\n    The dry period is\nover.\n     It was long.\n Reuter\n"
    assert running_text(text) == "Showers continued in the zone.\n\nThe dry period is over.\n\nIt was long."


def test_a_word_that_a_line_breaks_at_its_hyphen_is_joined() -> None:
    assert running_text("a 37-\nbillion anti-\ninflation plan -\nif any") == "a 37-billion anti-inflation plan - if any"


def test_tables_keep_their_lines_and_columns() -> None:
    text = (
        "Prices were as follows -\n         Natl   Loan\n Wheat   2.55   2.40\n Corn    1.35   1.92\n"
        "    Level IV reflects\ngrain.\n"
    )
    assert running_text(text) == (
        "Prices were as follows -\n\n        Natl   Loan\nWheat   2.55   2.40\nCorn    1.35   1.92\n\n"
        "Level IV reflects grain."
    )


@pytest.mark.parametrize(
    "ending",
    [
        " Reuter",
        " REUTER",
        "reuter",
        "REUTER...^M",
        " REUITER",
        " RUTER",
        " REUTER N",
        " More",
        " Reuter...",
        "\n\n REUTE\n",
    ],
)
def test_the_agencys_sign_off_is_no_part_of_the_text(ending: str) -> None:
    assert running_text(f"The end.\n{ending}\n") == "The end."


def test_a_sign_off_in_the_last_line_is_dropped_and_a_mention_is_not() -> None:
    assert running_text("A tenth of an ounce. REUTER") == "A tenth of an ounce."
    assert running_text("Nil sales        REUTER") == "Nil sales"
    assert running_text("he told Reuters") == "he told Reuters"
    assert running_text("and sold more\nthan in March") == "and sold more than in March"


def test_hostile_lines_take_linear_time() -> None:
    started = time.process_time()
    many = 100_000
    for text in (
        "a\n" * many,
        " a\n" * many,
        "a" + " " * many + "b REUTER",
        "a  b" + " c" * many,
        "." * many,
        "\t" * many,
    ):
        running_text(text)
        dateline_of(text)
        byline_of(text)
    assert time.process_time() - started < 5


@given(st.text(alphabet="ab .-\n\tR", max_size=300))
def test_no_word_is_lost_and_there_are_no_empty_blocks(text: str) -> None:
    blocks = running_text(text)
    assert blocks.replace(" ", "").replace("\n", "") == "".join(text.split()) or "R" in text
    assert "\n\n\n" not in blocks
    assert not blocks.endswith(" ")
