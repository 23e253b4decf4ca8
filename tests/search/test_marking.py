"""Where a text matches a query."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from model import ModelBackend
from strategies import CODE_FIELDS, LEAVES, WORDS, articles
from whoosh.query import (
    And,
    AndMaybe,
    AndNot,
    ConstantScoreQuery,
    DisjunctionMax,
    Every,
    FuzzyTerm,
    Not,
    NumericRange,
    Or,
    Phrase,
    Query,
    Require,
    Term,
    TermRange,
)

from index.analysis import folded_form, stem, tokens, words
from index.article import Article
from index.query import AcrossFields, AdjacentPair
from index.schema import FIELDS, Kind
from search.marking import MOST_STEPS, Marker, stem_head
from search.parser import parse
from search.snippets import merged

WORD_FIELDS = tuple(field for field in FIELDS if field.kind in {Kind.TEXT, Kind.NAME})
REUTERS = Path(os.environ.get("BACKFILE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "reuters21578"


def marked(q: str, text: str, field: str = "body") -> list[str]:
    """What is marked in a text."""
    marks = Marker(parse(q).query).marks(field, text)
    return [text[start:end] for start, end in merged((mark.start, mark.end) for mark in marks)]


def test_all_words_of_a_stem_are_marked_in_running_text() -> None:
    assert marked("strike", "Strikes! He was striking; the STRIKE’s end. Stricken.") == [
        "Strikes",
        "striking",
        "STRIKE’s",
    ]


def test_names_are_marked_by_their_folded_form_only() -> None:
    assert marked("erdogan", "Recep Tayyip Erdoğan", "person") == ["Erdoğan"]
    assert marked("strikes", "Mr Strike", "person") == []


def test_a_quoted_word_is_marked_exactly() -> None:
    assert marked('"strike"', "Strikes, a STRIKE, the strike’s end") == ["STRIKE", "strike’s"]
    assert marked('"erdogan"', "Erdoğan") == []


def test_a_phrase_is_marked_only_as_a_phrase() -> None:
    text = "The rail strike. A strike on the rail. Rail: strike!"
    assert marked('"rail strike"', text) == ["rail strike", "Rail: strike"]
    assert marked("rail-strike", text) == ["rail strike", "Rail: strike"]


def test_its_words_are_marked_elsewhere_when_they_are_asked_for_too() -> None:
    assert marked('"rail strike" rails', "A rail strike on the rail") == ["rail strike", "rail"]


def test_a_loose_phrase_is_marked_word_by_word_and_as_near_as_it_matches() -> None:
    assert marked('"rail strike"~3', "rail x strike x x rail x x x strike") == ["rail", "strike"]
    assert marked('"a b c"~2', "a x b x c a b") == ["a", "b", "c"]


def test_a_phrase_is_found_when_its_beginning_is_repeated() -> None:
    assert marked('"a a b"', "a a a b") == ["a a b"]
    assert marked('"a b"~2', "a a x b") == ["a", "b"]


def test_prefixes_and_patterns_are_marked_as_matched() -> None:
    assert marked("erdo*", "Erdoğan’s erdosis") == ["Erdoğan’s", "erdosis"]
    assert marked("w?d *ing", "wed wood writing") == ["wed", "writing"]


def test_a_field_of_the_query_is_the_only_one_marked() -> None:
    assert marked("title:rail", "rail", "title") == ["rail"]
    assert marked("title:rail", "rail", "body") == []


@pytest.mark.parametrize("q", ["-rail", "NOT rail", 'x -"rail strike"', "x -(rail OR ra*)", "missing:rail"])
def test_what_is_excluded_is_never_marked(q: str) -> None:
    assert marked(q, "A rail strike") == []


def test_words_inside_others_are_not_marked() -> None:
    text = "derail o’rail rail’n rail_way raıl"
    assert marked("rail", text) == []
    assert marked("rail", "'rail’ “rail” -rail-") == ["rail", "rail", "rail"]


def test_letters_that_change_their_length_in_lower_case_do_not_shift_the_marks() -> None:
    assert marked("rail", "İİİ rail İ rail") == ["rail", "rail"]


def test_words_that_are_only_alike_are_marked() -> None:
    marker = Marker(Or([FuzzyTerm("title", "strike", maxdist=1), FuzzyTerm("body", "strike", maxdist=1)]))
    text = "Stirke, strikes, a stroke, Strîke, but no stricken, trike or strokes"
    assert [text[start:end] for start, end, _ in marker.marks("body", text)] == [
        "Stirke", "strikes", "stroke", "Strîke",
    ]  # fmt: skip


def test_a_range_of_words_is_marked() -> None:
    marker = Marker(TermRange("body", "harbour", "mine", endexcl=True))
    text = "A Harbour, a kiln, a mine, a pier, a lávka"
    assert [text[start:end] for start, end, _ in marker.marks("body", text)] == ["Harbour", "kiln", "lávka"]


@pytest.mark.parametrize(
    "query",
    [
        DisjunctionMax([Term("title", "mine"), Term("body", "rail")], tiebreak=0.5),
        AndMaybe(Term("title", "mine"), Term("body", "rail")),
        AndNot(Term("body", "rail"), Term("body", "strike")),
        Require(Term("title", "mine"), Term("body", "rail")),
        ConstantScoreQuery(Term("body", "rail"), 1.0),
        And([Term("body", "rail"), Not(Or([Term("body", "strike"), Phrase("body.exact", ["a", "rail"])]))]),
    ],
)
def test_every_branch_that_may_match_is_marked_and_no_other(query: Query) -> None:
    assert [mark[:2] for mark in Marker(query).marks("body", "A rail strike")] == [(2, 6)]


def test_words_with_apostrophes_between_those_of_a_phrase_are_one_word_each() -> None:
    assert marked('"rail strike"~2', "The rail don’t strike. The rail don x strike.") == ["rail", "strike"]


@pytest.mark.parametrize("text", ["a" * 300_000 + "é rail", "é" * 300_000 + " rail", "rail" * 100_000 + " rail"])
def test_a_text_without_spaces_is_passed_over_quickly(text: str) -> None:
    started = time.process_time()
    assert marked("rail r*", text) == ["rail"]
    assert time.process_time() - started < 2


def test_marks_of_one_part_of_the_query_are_told_apart() -> None:
    marks = Marker(parse("rail strike").query).marks("body", "strike rail rails")
    assert [mark.part == marks[1].part for mark in marks] == [False, True, True]


def test_few_words_are_looked_at_in_a_long_text() -> None:
    marks = Marker(parse("the").query).marks("body", "the " * 100_000)
    assert len(marks) == MOST_STEPS


LEAF_QUERIES = LEAVES.filter(lambda query: not isinstance(query, Every | NumericRange | AdjacentPair))


@given(article=articles(("a",)), query=LEAF_QUERIES)
@settings(max_examples=80, deadline=None)
def test_what_is_marked_is_what_matches(article: Article, query: Query) -> None:
    """An article matches one word, phrase or pattern exactly when something is marked in it, says the model."""
    if getattr(query, "fieldname", "") in CODE_FIELDS:
        return
    with ModelBackend.of(article).reader() as reader:
        matches = reader.count(query) == 1
    marker = Marker(query)
    assert any(marker.marks(field.name, text) for field in WORD_FIELDS for text in field.values(article)) is matches


def marks_word_by_word(word: str, text: str) -> list[tuple[int, int]]:
    """The marks of a plain word, by looking at each word of a text."""
    return [(token.start, token.end) for token in tokens(text) if stem(token.word) == stem(word)]


ODD = st.sampled_from(
    [*WORDS, "dying", "die", "skies", "sky", "’", "'", "İ", "e", "\u0301", "K", "_", " ", "-", "ﬁ", "ß"]
)
TEXTS = st.lists(ODD, max_size=12).map("".join) | st.text(max_size=30)


@given(
    word=st.sampled_from(WORDS).filter(lambda word: words(word) == [word]) | st.text("aeyisdngh", min_size=1),
    text=TEXTS,
)
@example(word="die", text="dying")
@example(word="a", text="a''é a'é")
@settings(max_examples=300, deadline=None)
def test_no_match_is_overlooked(word: str, text: str) -> None:
    """Looking where a match can begin finds the same as reading every word."""
    marks = Marker(AcrossFields(word, {"body": 1.0})).marks("body", text)
    assert [(mark.start, mark.end) for mark in marks] == marks_word_by_word(word, text)


@given(
    letters=st.lists(
        st.sampled_from(["a", "e", "i", "y", "s", "d", "n", "g", "l", "t", "ed", "ing", "ies", "ly", "'s"]),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=300)
def test_every_word_begins_with_the_head_of_its_stem(letters: list[str]) -> None:
    for word in words("".join(letters)):
        assert_head(word)


@pytest.mark.corpus
def test_every_word_of_the_news_begins_with_the_head_of_its_stem() -> None:
    """All words of five files of Reuters-21578."""
    files = sorted(REUTERS.glob("*.sgm"))[:5]
    if not files:
        pytest.skip("the Reuters-21578 corpus is not at BACKFILE_TEST_DATA")
    for word in {word for file in files for word in words(file.read_text("latin-1"))}:
        assert_head(word)


def assert_head(word: str) -> None:
    assert folded_form(word).startswith(stem_head(stem(word)))
