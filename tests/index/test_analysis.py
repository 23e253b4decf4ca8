"""Words and their forms."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import WORDS, texts

from index.analysis import exact_form, exact_forms, folded_form, folded_forms, stem, stems, tokens, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The U.S. won't co-operate", ["The", "U", "S", "won't", "co", "operate"]),
        ("Putin’s 42 a I", ["Putin’s", "42", "a", "I"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("e\u0301lan", ["e\u0301lan"]),
        ("'quoted' rock’n’roll dogs’", ["quoted", "rock’n’roll", "dogs"]),
        ("— 🚂 \ud800 \x00", []),
        ("", []),
    ],
)
def test_the_words_of_a_text(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(texts() | st.text() | st.text(st.characters(max_codepoint=127)))
def test_tokens_are_the_words_where_they_stand(text: str) -> None:
    found = list(tokens(text))
    assert [token.word for token in found] == words(text)
    assert [text[token.start : token.end] for token in found] == words(text)
    assert [token.position for token in found] == list(range(len(found)))


@pytest.mark.parametrize(
    ("word", "exact", "folded", "stemmed"),
    [
        ("Strikes", "strikes", "strikes", "strike"),
        ("Putin’s", "putin's", "putin", "putin"),
        ("Erdoğan", "erdoğan", "erdogan", "erdogan"),
        ("E\u0301LAN", "élan", "elan", "elan"),
        ("ﬁsh", "ﬁsh", "fish", "fish"),
        ("'s", "'s", "'s", "'s"),
        ("東京", "東京", "東京", "東京"),
        ("\ud800", "\ud800", "\ud800", "\ud800"),
    ],
)
def test_the_forms_of_a_word(word: str, exact: str, folded: str, stemmed: str) -> None:
    assert (exact_form(word), folded_form(word), stem(word)) == (exact, folded, stemmed)


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("Putin's", ("putin's", "putin")),
        ("Khans", ("khans",)),
        ("Khan", ("khan",)),
        ("'s", ("'s",)),
        ("IT'S", ("it's", "it")),
    ],
)
def test_a_possessive_answers_to_its_owner_too(word: str, forms: tuple[str, ...]) -> None:
    assert exact_forms(word) == forms


@given(st.sampled_from(WORDS) | st.text(max_size=12))
def test_forms_are_stable_and_blind_to_composition(word: str) -> None:
    """A form of a form is itself, and composed and decomposed spellings of a word are one."""
    assert exact_form(exact_form(word)) == exact_form(word)
    assert exact_form(unicodedata.normalize("NFD", word)) == exact_form(unicodedata.normalize("NFC", word))
    assert stem(word)[:0] == folded_form(word)[:0] == ""


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=12)))
def test_many_words_have_the_forms_that_each_has(found: list[str]) -> None:
    exact = [exact_form(word) for word in found]
    assert folded_forms(exact) == [folded_form(word) for word in found]
    assert stems(folded_forms(exact)) == [stem(word) for word in found]
