"""The language is stated when the text makes it plain, and not guessed otherwise."""

from __future__ import annotations

import pytest

from indexer.enrich.language import UNDETERMINED, language_of, likely_language

ENGLISH = "The last ferry left Larkwell on Monday with four passengers and a dog, and nobody on the quay waved. "
GERMAN = "Die letzte Fähre verließ den Hafen am Montag mit vier Fahrgästen und einem Hund, und niemand winkte. "
FRENCH = "Le dernier bac a quitté le port lundi avec quatre passagers et un chien, et personne n’a fait signe. "


@pytest.mark.parametrize(("text", "code"), [(ENGLISH, "en"), (GERMAN, "de"), (FRENCH, "fr"), (ENGLISH * 20, "en")])
def test_plain_texts_are_told(text: str, code: str) -> None:
    found = language_of(text)
    assert found is not None
    assert found[0] == code
    assert 0.9 <= found[1] <= 1


@pytest.mark.parametrize("text", ["", "FERRY ENDS", "Larkwell 3, Orford 1", "1 2 3 " * 40, "????" * 40])
def test_short_texts_and_texts_in_no_language_have_none(text: str) -> None:
    assert language_of(text) is None


@pytest.mark.parametrize("text", [ENGLISH + GERMAN, ENGLISH * 10 + GERMAN * 10, FRENCH * 3 + ENGLISH * 3])
def test_texts_in_two_languages_have_none(text: str) -> None:
    assert language_of(text) is None


def test_rules_go_by_the_likeliest_language_unless_anything_is_possible() -> None:
    assert likely_language("The mayor said on Monday that") == "en"
    assert likely_language("1 - 2 - 3") == UNDETERMINED
