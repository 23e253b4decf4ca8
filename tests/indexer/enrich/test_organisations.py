"""Organisations are found in the list, by their words, and by the abbreviation behind them."""

from __future__ import annotations

import pytest

from index.article import Article
from indexer.enrich.entities import find_entities


def organisations(body: str) -> list[str]:
    return list(find_entities(Article(body=body), "en").organisations)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("NATO and the Pentagon agreed with the White House.", ["NATO", "Pentagon", "White House"]),
        ("The UN, the United Nations, met.", ["United Nations"]),
        ("The EU asked the European Union.", ["European Union"]),
        ("The Larkwell Harbour Authority was asked.", ["Larkwell Harbour Authority"]),
        ("The University of Larkwell and Larkwell Rail agreed.", ["University of Larkwell", "Larkwell Rail"]),
        ("The Ministry of Trade and Industry in Larkwell", ["Ministry of Trade and Industry"]),
        ("The Council for the Care of the Sea was asked.", ["Council for the Care of the Sea"]),
        ("The Union of Dockers and Seafarers (UDS) struck. The UDS won.", ["Union of Dockers and Seafarers"]),
        ("The Royal Society for the Protection of Birds (RSPB) met.", ["Royal Society for the Protection of Birds"]),
        ("The Larkwell Harbour Authority met. The Harbour Authority said no.", ["Larkwell Harbour Authority"]),
        ("Samuel Montagu and Co Ltd was sold to Trask & Sons.", ["Samuel Montagu and Co Ltd", "Trask & Sons"]),
        ("Nippon Telegraph and Telephone Corp rose.", ["Nippon Telegraph and Telephone Corp"]),
        ("Trask Inc. said so. Trask Inc was sold.", ["Trask Inc"]),
        ("The Securities and Exchange Commission and the Bank of England",
         ["Securities and Exchange Commission", "Bank of England"]),
        ("The Food and Agriculture Organisation met.", ["Food and Agriculture Organization"]),
        ("Moody’s cut it. The New York Times wrote so.", ["Moody's", "New York Times"]),
    ],
)  # fmt: skip
def test_organisations_are_found_under_one_name(body: str, found: list[str]) -> None:
    assert organisations(body) == found


@pytest.mark.parametrize(
    "body",
    [
        "The Union met the Company and the Bank. Ministry officials were asked.",
        "The minister’s Party Was Over.",
        "They won the Larkwell Cup and the Trask Prize at the Larkwell Stadium.",
        "North Sea Oil rose.",
        "“The gross domestic product (GDP) rose.”",
        "Journalist Alex Press wrote it.",
        "WHO WILL PAY FOR IT, ASKED THE MAYOR OF",
    ],
)
def test_single_words_cups_and_goods_are_no_organisations(body: str) -> None:
    assert [name for name in organisations(body) if name != "World Health Organization"] == []


def test_an_abbreviation_must_spell_the_name_before_it() -> None:
    assert organisations("The Larkwell Echo Group (XYZ) was sold.") == ["Larkwell Echo Group"]
    assert organisations("The Larkwell Echo (XYZ) was sold.") == []


def test_an_abbreviated_country_stays_a_place() -> None:
    found = find_entities(Article(body="The United Arab Emirates (UAE) agreed."), "en")
    assert (found.places, found.organisations) == (("United Arab Emirates",), ())
