"""Places are found in the tables and, where no table has them, by the words around them."""

from __future__ import annotations

import pytest

from index.article import Article
from indexer.enrich.entities import find_entities
from indexer.enrich.gazetteer import gazetteer


def places(body: str, **fields: str) -> list[str]:
    return list(find_entities(Article(body=body, **fields), "en").places)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("They flew from Seoul to North Korea.", ["Seoul", "North Korea"]),
        ("The U.S. and the UK agreed; the United States was late.", ["United States", "United Kingdom"]),
        ("The Russia-North Korea alliance", ["Russia", "North Korea"]),
        ("A London-based firm", ["London"]),
        ("The Republic of Ireland and Bosnia and Herzegovina", ["Ireland", "Bosnia and Herzegovina"]),
        ("It is in northern Italy, near the Baltic Sea.", ["Italy", "Baltic Sea"]),
        ("Kiev is now written Kyiv.", ["Kyiv"]),
        ("Officials in Washington, D.C. said so.", ["Washington"]),
        ("They live in San Diego, Calif., and Newark, N.J.", ["San Diego", "California", "Newark", "New Jersey"]),
        ("Ships left for Tromsø and Tromso.", ["Tromsø"]),
    ],
)
def test_known_places_are_found_under_one_name(body: str, found: list[str]) -> None:
    assert places(body) == found


@pytest.mark.parametrize(
    "body",
    [
        "Russian and North Korean flags, French wine, Londoners",
        "Vladimir and Kim met at the Airport while Reading a Nice Mobile.",
        "The Bank of England and the University of Oxford agreed.",
        "The London Stock Exchange closed.",
        "George Washington and Jack London never met.",
        "He has confidence in Trask and a stake in Fiat.",
        "It was written in Hindi in March in Parliament.",
        "They walked along Paris Street to Berlin Square.",
        "Inland town asks what the wall costs.",
        "It trades in Brent, and Earth spins on Earth.",
    ],
)
def test_demonyms_people_firms_and_words_are_no_places(body: str) -> None:
    assert places(body) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("A fire broke out in Larkwell.", ["Larkwell"]),
        ("In Larkwell a fire broke out.", ["Larkwell"]),
        ("The town of Larkwell has a mayor.", ["Larkwell"]),
        ("Larkwell, an old mill town, has a mayor.", ["Larkwell"]),
        ("Larkwell, where the river bends, is old.", ["Larkwell"]),
        ("A firm from Larkwell, Germany, won.", ["Larkwell", "Germany"]),
        ("A firm from Larkwell, in the Netherlands, won.", ["Larkwell", "Netherlands"]),
        ("The roads to Larkwell and Selmouth were closed.", ["Larkwell", "Selmouth"]),
        ("The line from Larkwell to Selmouth is open.", ["Larkwell", "Selmouth"]),
        ("The mayor of Larkwell was there.", ["Larkwell"]),
        ("The First Minister of Larkwell was there.", ["Larkwell"]),
        ("Houses in the Lowgate district were flooded.", ["Lowgate"]),
        ("Larkwell’s fishermen stayed in port.", ["Larkwell"]),
        ("The River Lark rose.", ["River Lark"]),
        ("It drifted past Port Selmouth and Linden Ness.", ["Port Selmouth", "Linden Ness"]),
        ("The mine at Larkwell is closed.", ["Larkwell"]),
        ("A study by the University of Larkwell came from Larkwell.", ["Larkwell"]),
        ("Brighton and Ostend know the sum.", ["Brighton", "Ostend"]),
        ("Ships lay at anchor off Larkwell.", ["Larkwell"]),
        ("A new weir at Larkwell and lorries to Selmouth are needed.", ["Larkwell", "Selmouth"]),
        ("The officer slept on deck, off Tromsø.", ["Tromsø"]),
    ],
)
def test_unknown_places_are_found_by_the_words_around_them(body: str, found: list[str]) -> None:
    assert places(body) == found


@pytest.mark.parametrize(
    "body",
    [
        "The talks with Trask went on. They left Trask alone.",
        "It was sold at Trimble's and bought from Trimble's.",
        "Mr Larkwell was found in Larkwell.",
        "The Minister of Agriculture and the Secretary of State met.",
        "Trimble Inc rose. Those who had put money in Trimble were glad.",
        "“Not in Trask,” said Mayor Wenna Trask.",
    ],
)
def test_weak_words_and_the_names_of_people_make_no_place(body: str) -> None:
    assert places(body) == []


def test_the_dateline_is_a_place_and_comes_before_the_text() -> None:
    assert places("The River Lark rose in Selmouth.", dateline="LARKWELL") == ["Larkwell", "River Lark", "Selmouth"]


def test_a_place_in_the_title_comes_first_also_in_headline_case() -> None:
    body = "It rained in Selmouth and in Larkwell."
    assert places(body, title="The Rain Falls on Larkwell") == ["Larkwell", "Selmouth"]


def test_a_place_inside_a_longer_name_is_no_mention_of_it() -> None:
    found = find_entities(Article(body="The Larkwell Mining Company and Larkwell Rovers agreed."), "en")
    assert found.places == ()
    assert found.organisations == ("Larkwell Mining Company", "Larkwell Rovers")


def test_names_that_are_mostly_something_else_are_not_in_the_tables() -> None:
    words = gazetteer().words
    assert not {"Vladimir", "Kim", "Airport", "Police", "Of", "Most", "Same", "Date", "March", "Sale"} & words.keys()
