"""Every code that the collection allows has one name, and no two codes of a kind share one."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from indexer.formats.reuters_names import EXCHANGES, ORGANISATIONS, PEOPLE, PLACES, TOPICS, name_of

TABLES = {"topics": TOPICS, "places": PLACES, "people": PEOPLE, "orgs": ORGANISATIONS, "exchanges": EXCHANGES}


@pytest.mark.parametrize(
    ("code", "names", "name"),
    [
        ("usa", PLACES, "United States"),
        ("uk", PLACES, "United Kingdom"),
        ("ussr", PLACES, "Soviet Union"),
        ("el-salvador", PLACES, "El Salvador"),
        ("guinea-bissau", PLACES, "Guinea-Bissau"),
        ("opec", ORGANISATIONS, "OPEC"),
        ("worldbank", ORGANISATIONS, "World Bank"),
        ("comecon", ORGANISATIONS, "Comecon"),
        ("nasdaq", EXCHANGES, "Nasdaq"),
        ("nyse", EXCHANGES, "New York Stock Exchange"),
        ("reagan", PEOPLE, "Ronald Reagan"),
        ("james-baker", PEOPLE, "James Baker"),
        ("o-kennedy", PEOPLE, "Michael O'Kennedy"),
    ],
)
def test_names_are_what_a_reader_calls_them(code: str, names: Mapping[str, str], name: str) -> None:
    assert name_of(code, names, title_case=True) == name


def test_topics_have_a_capital_at_the_start_only() -> None:
    assert name_of("yen", TOPICS, title_case=False) == "Japanese yen"
    assert name_of("palm-oil", TOPICS, title_case=False) == "Palm oil"


@pytest.mark.parametrize("kind", TABLES)
def test_no_two_codes_share_a_name(kind: str) -> None:
    names = list(TABLES[kind].values())
    assert len(set(names)) == len(names)
    assert all(name and name.split() == name.split(" ") for name in names)
