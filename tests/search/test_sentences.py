"""Where sentences begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.sentences import LONGEST_SENTENCE, sentence_at


def sentences(text: str) -> list[str]:
    """A text cut into its sentences."""
    found: list[str] = []
    place = 0
    while place < len(text):
        start, end = sentence_at(text, place)
        if start < end and end > place:
            found.append(text[start:end])
        place = max(end, place + 1)
    return found


@pytest.mark.parametrize(
    "parts",
    [
        ["It rained.", "Nobody came!", "Why?", "So it goes…", "Then it stopped."],
        ["Mr. Smith of the U.S. Senate met Dr. Jones.", "He left."],
        ["J. R. Ewing paid $3.5 million for No. 10 and 2.5 acres.", "He left at 5 p.m. with Lt. Gen. Roe."],
        ["“We wait.”", "“Really?” she asked.", "(It was late.)", "He said: “No.”", "Nobody heard."],
        ["He said no.", "Then he left."],
        ["The Tarvik Mining Co. Ltd. said so on Jan. 5."],
        ["東京は雨。", "明日も？", "はい！", "終わり"],
        ["Der Zug kam z. B. um 5 Uhr.", "Ärger gab es nicht."],
        ["¿Quién es?", "¡Él!", "Вот так.", "Да."],
        ["See www.example.com for more.", "1,000 came."],
    ],
)
def test_a_text_is_cut_at_its_sentences(parts: list[str]) -> None:
    space = "" if parts[0].startswith("東") else " "
    assert sentences(space.join(parts)) == parts


def test_an_empty_line_ends_a_sentence_and_the_end_of_a_line_does_not() -> None:
    assert sentences("A heading\n\nThe text of\nthe Mining Co.\n \nNext") == [
        "A heading",
        "The text of\nthe Mining Co.",
        "Next",
    ]


def test_only_the_neighbourhood_is_read() -> None:
    start, end = sentence_at("a " * 50_000, 50_000)
    assert end - start <= 2 * LONGEST_SENTENCE


@given(text=st.text(st.sampled_from("aB.!?…。 \n\t“”\"'()1é\u0301U.S.Mr.")), data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_sentence_covers_its_place_and_has_no_space_around(text: str, data: st.DataObject) -> None:
    if not text:
        return
    place = data.draw(st.integers(0, len(text) - 1))
    start, end = sentence_at(text, place)
    assert 0 <= start <= end <= len(text)
    assert text[start:end] == text[start:end].strip()
    assert start <= place < end or text[place].isspace() or not text[place:end].strip()
