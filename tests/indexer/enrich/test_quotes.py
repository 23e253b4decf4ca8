"""Quotes are given to whom the text gives them, under the full name; what is unsure has no speaker."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, Provenance, Quote
from indexer.enrich import enrich
from indexer.enrich.quotations import quotations
from indexer.enrich.quotes import find_quotes

PEOPLE = ("Piet Aldous", "Joren Pike", "Kim Jong Un", "Heinrich Maas")
ORGANISATIONS = ("NATO", "Sarnholt Harbour Authority")


def quotes(text: str, language: str = "en") -> list[tuple[str, str | None]]:
    found = find_quotes(text, quotations(text), PEOPLE, ORGANISATIONS, language)
    return [(quote.text, quote.speaker) for quote in found]


def speakers(text: str, language: str = "en") -> list[str | None]:
    return [speaker for _, speaker in quotes(text, language)]


@pytest.mark.parametrize(
    "text",
    [
        "“We wait for them,” said Piet Aldous.",
        "“We wait for them,” Aldous said.",
        "“We wait for them”, Mr Aldous told reporters.",
        "“We wait for them,” said union leader Piet Aldous, who is 58.",
        "“We wait for them,” said the leader of the dockers, Piet Aldous.",
        "“We wait for them,” Aldous, a docker of 58, said.",
        "“We wait for them,” Aldous of the union also said.",
        "“We wait for them,” according to Piet Aldous.",
        "“We wait for them,” as Aldous put it.",
        "Aldous said: “We wait for them.”",
        "Aldous told the meeting on Monday that “we wait for them”.",
        "Piet Aldous, head of the Dockers’ Union, said, “We wait for them.”",
        "Asked about Pike, Aldous said, “We wait for them.”",
        "Aldous was quoted as saying “we wait for them”.",
        "According to Aldous, “we wait for them”.",
        "He spoke when Aldous said “we wait for them”.",
        "Aldous: “We wait for them.”",
        "Aldous called the day “one of waiting for them”.",
    ],
)
def test_the_name_beside_a_reporting_verb_is_the_speaker_in_full(text: str) -> None:
    assert speakers(text) == ["Piet Aldous"]


@pytest.mark.parametrize(
    "text",
    [
        "“We wait for them,” said a spokesman for Pike.",
        "“We wait for them,” a friend of Aldous said.",
        "“We wait for them,” said Pike’s spokesman.",
        "“We wait for them,” said the mayor.",
        "“We wait for them,” said the mayor when Pike had left.",
        "“We wait for them,” Aldous and Pike said.",
        "“We wait for them,” Pike Street residents said.",
        "“We wait for them,” said NATO officials.",
        "“We wait for them,” he said.",
        "“We wait for them.”",
        "According to Aldous, Counsel Mohau once warned: “We wait for them.”",
        "Aldous was told: “We wait for them.”",
    ],
)
def test_who_is_not_named_as_the_speaker_is_not_given_the_words(text: str) -> None:
    assert speakers(text) == [None]


def test_of_two_who_share_a_surname_neither_is_meant_by_it() -> None:
    text = "“We shall wait,” Pike said. “Not I, never,” said Anna Pike. “Nor do I,” said Pike."
    assert speakers(text) == [None, "Anna Pike", None]


def test_an_organisation_may_speak_for_itself() -> None:
    assert speakers("“We wait for them,” the Sarnholt Harbour Authority said.") == ["Sarnholt Harbour Authority"]
    assert speakers("“We wait for them,” said NATO.") == ["NATO"]
    assert speakers("“We wait for them,” said NATO spokesman Joren Pike.") == ["Joren Pike"]


def test_a_name_that_is_not_among_those_found_speaks_as_it_stands() -> None:
    assert speakers("“A pipe drinks no coffee,” said driver Bo Ferring. “No driver does,” Ferring said.") == [
        "Bo Ferring",
        "Bo Ferring",
    ]


def test_a_pronoun_is_the_one_person_of_the_sentence_before() -> None:
    assert speakers("Aldous took the stage. “We wait for them,” he said.") == ["Piet Aldous"]
    assert speakers("“We wait here,” said Aldous.\n\n“We do not leave,” he added.") == ["Piet Aldous"] * 2
    assert speakers("Aldous took the stage. He smiled. “We wait for them,” he said.") == ["Piet Aldous"]


def test_a_pronoun_after_two_people_or_none_or_one_in_passing_is_nobody() -> None:
    assert speakers("Aldous met Pike. “We wait for them,” he said.") == [None]
    assert speakers("Aldous left. A docker came in. “We wait for them,” he said.") == [None]
    assert speakers("The docker spoke like Aldous. “We wait for them,” he said.") == [None]
    assert speakers("NATO was asked. “We wait for them,” he said.") == [None]


def test_an_interrupted_quotation_is_two_of_one_speaker() -> None:
    assert quotes("“We wait,” said Aldous, “until Friday at noon.”") == [
        ("We wait", "Piet Aldous"),
        ("until Friday at noon.", "Piet Aldous"),
    ]
    assert speakers("“We wait,” said Aldous. “That is what we do.”") == ["Piet Aldous"] * 2


def test_a_quotation_that_follows_somebody_else_has_no_speaker() -> None:
    assert speakers("“We wait,” said Aldous. Pike came in. “That is what we do.”") == ["Piet Aldous", None]


def test_words_quoted_for_their_sound_and_titles_of_works_are_no_quotes() -> None:
    assert quotes("The “smart” wall, Pike said, is “no wall”.") == []
    assert quotes("Pike wrote “Songs of the Sea” and “In the Sea of Sand.”") == []
    assert quotes("A test called “ViraPap” was sold, Pike said.") == []
    assert quotes("The so-called “wall of water and light” was built.") == []


def test_a_word_that_somebody_is_said_to_have_said_is_a_quote() -> None:
    assert quotes("“No,” said Aldous.") == [("No", "Piet Aldous")]


def test_a_quote_that_a_page_shows_twice_is_one() -> None:
    assert quotes("“We wait for them.”\n\n“We wait for them.”\n\n“We wait for them.” Aldous said so.") == [
        ("We wait for them.", None)
    ]
    assert quotes("“We wait for them”\n\nAldous said: “We wait for them.”\n\nAldous said: “We wait for them.”") == [
        ("We wait for them.", "Piet Aldous")
    ]


def test_german_french_and_spanish_verbs_report_too() -> None:
    assert speakers("„So geht das nicht“, sagte Chorleiter Maas.", "de") == ["Heinrich Maas"]
    assert speakers("„So geht das nicht“, so Maas. „Niemals wieder“, sagte er.", "de") == ["Heinrich Maas"] * 2
    assert speakers("« Nous attendons ici », a déclaré Heinrich Maas.", "fr") == ["Heinrich Maas"]
    assert speakers("“No vamos a esperar”, dijo Heinrich Maas.", "es") == ["Heinrich Maas"]


def test_in_a_language_without_a_list_of_verbs_whole_sentences_are_quotes_of_nobody() -> None:
    assert quotes("„Ooterma ei ole meie asi.“ Maas.", "et") == [("Ooterma ei ole meie asi.", None)]


TEXT = Article(
    title="Bridge opens in Larkwell",
    body="Mayor Wenna Trask opened the bridge on May 3, 2021. “At last we have it,” said Trask, and the crowd cheered.",
)


def test_enrichment_finds_the_quotes_of_an_article() -> None:
    article = enrich(TEXT)
    assert article.quotes == (Quote("At last we have it", "Wenna Trask"),)
    assert article.provenance["quotes"].method == "text:quotes"


def test_a_publisher_who_says_nothing_of_people_in_an_article_does_not_silence_them() -> None:
    """Reuters' own field of people is mostly empty; who speaks is read from the text all the same."""
    silent = replace(TEXT, provenance={"people": Provenance("reuters:PEOPLE")})
    assert enrich(silent).quotes == (Quote("At last we have it", "Wenna Trask"),)
    assert enrich(silent).people == ()


def test_a_publishers_own_quotes_stay_as_they_are() -> None:
    given_ = replace(TEXT, quotes=(Quote("At last", "Somebody"),))
    assert enrich(given_).quotes == given_.quotes
    silent = replace(TEXT, provenance={"quotes": Provenance("json:quotes")})
    assert enrich(silent).quotes == ()


PIECES = [
    "“",
    "”",
    '"',
    "Aldous",
    "Pike",
    "said",
    "he said",
    "Mr",
    ",",
    ".",
    ":",
    "\n\n",
    "we wait for them",
    "and",
    "of",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join))
def test_quotes_stand_in_the_text_and_speakers_are_named_in_it(text: str) -> None:
    flat = " ".join(text.split())
    for quote, speaker in quotes(text):
        assert all(part in flat for part in quote.split())
        assert speaker is None or speaker.rpartition(" ")[2] in text


@pytest.mark.parametrize(
    "piece", ["“A b c d,” he said. ", "“A b c d.” ", "Aldous said “a b c” and ", "“A”, ", "“A b.\n\n"]
)
def test_five_megabytes_of_quotations_take_seconds_at_most(piece: str) -> None:
    text = piece * (5_000_000 // len(piece))
    start = time.process_time()
    quotes(text)
    assert time.process_time() - start < 5
