"""Quotations are found whatever marks a language uses, and no mark in the wrong place makes one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.enrich.quotations import MOST_MARKS, quotations

MARKS = "\"'“”„‟«»‹›‘’‚「」『』`"


def found(text: str) -> list[str]:
    return [quotation.inner for quotation in quotations(text)]


@pytest.mark.parametrize(
    "text",
    [
        'She said, "We wait."',
        "She said, “We wait.”",
        "She said, ``We wait.''",
        "She said, ''We wait.''",
        "She said, ‘We wait.’",
        "She said, 'We wait.'",
        "Sie sagte: „We wait.“",
        "Sie sagte: »We wait.«",
        "Elle a dit : « We wait. »",
        "Elle a dit : «We wait.»",
        "Hon sade: ”We wait.”",
        "Powiedziała: „We wait.”",
        "Han sa: ‚We wait.‘",
        "彼女は「We wait.」",
    ],
)
def test_every_kind_of_marks_is_understood(text: str) -> None:
    assert found(text) == ["We wait."]


def test_what_is_quoted_inside_belongs_to_the_quotation() -> None:
    assert found("“He said ‘not now,’ and left,” she said.") == ["He said ‘not now,’ and left,"]
    assert found("„Er sagte ‚nein‘ und ging“, sagte sie.") == ["Er sagte ‚nein‘ und ging"]


def test_a_quotation_over_paragraphs_is_one() -> None:
    text = "“The first.\n\n“The second.\n\n“The third,” she said.\n\n“Another,” he said."
    assert found(text) == ["The first. The second. The third,", "Another,"]
    assert quotations(text)[0].start == 0
    assert text[quotations(text)[0].end :].startswith(" she said.")


def test_a_mark_whose_end_is_missing_quotes_nothing() -> None:
    assert found("“The end is missing.\n\nAnother paragraph, “and this” is whole.") == ["and this"]
    assert found("“Missing here, “but not here,” she said.") == ["but not here,"]


def test_apostrophes_and_inches_are_no_quotation_marks() -> None:
    assert found("The dockers' pay wasn't raised, rock 'n' roll or not, since '87.") == []
    assert found("The dockers’ pay wasn’t raised.") == []
    assert found("He is 5'10\" tall and she is 6'1\" tall.") == []
    assert found("‘I don’t like the dockers’ pay,’ she said.") == ["I don’t like the dockers’ pay,"]


def test_empty_marks_quote_nothing() -> None:
    assert found('“” "" «» „“ “ ”') == []


@given(st.text(alphabet=MARKS + "ab.,! \n", max_size=120))
def test_every_quotation_stands_in_the_text_with_its_marks(text: str) -> None:
    position = 0
    for quotation in quotations(text):
        assert quotation.inner
        assert position <= quotation.start < quotation.end <= len(text)
        assert all(part in text[quotation.start : quotation.end] for part in quotation.inner.split())
        position = quotation.end


@pytest.mark.parametrize("piece", [*MARKS, "“”", "“a”", "“a\n\n", "\n\n“", "'a' ", "«“", "„“a", "“‘a,’ "])
def test_five_megabytes_of_marks_take_less_than_a_second(piece: str) -> None:
    text = piece * (5_000_000 // len(piece.encode()))
    start = time.process_time()
    assert len(quotations(text)) <= MOST_MARKS
    assert time.process_time() - start < 1
