"""The benchmark's questions: chosen by how many articles have the words, equal for equal seeds."""

from __future__ import annotations

from collections import Counter

import pytest
from bench.corpus import Record, Synthetic
from bench.questions import PAGES, Depth, Question, Shape, choose, named


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return list(Synthetic(1_000, seed=1).records())


@pytest.fixture(scope="module")
def questions(records: list[Record]) -> list[Question]:
    return choose(records, 10, seed=5)


def frequencies(records: list[Record]) -> Counter[str]:
    return Counter(word for record in records for word in {*record.title.split(), *record.body.split()})


def test_each_class_has_so_many_questions_one_after_another(questions: list[Question]) -> None:
    """The clock is read class by class."""
    kinds = [question.kind for question in questions]
    assert Counter(kinds) == dict.fromkeys(kinds, 10)
    assert kinds == sorted(kinds, key=list(dict.fromkeys(kinds)).index)
    assert {named(page, depth) for page in PAGES for depth in (Depth.PAGE, Depth.ARTICLES)} < set(kinds)


def test_equal_seeds_give_equal_questions(records: list[Record], questions: list[Question]) -> None:
    assert choose(records, 10, seed=5) == questions
    assert choose(records, 10, seed=6) != questions


def test_words_are_as_frequent_as_their_class_says(records: list[Record], questions: list[Question]) -> None:
    found = frequencies(records)
    for kind, low, high in (("rare term", 1, 1), ("mid term", 8, 12), ("common term", 120, 330)):
        counts = [found[question.words[0]] for question in questions if question.kind == kind]
        assert low <= min(counts) <= max(counts) <= high


def test_words_of_one_question_are_different(questions: list[Question]) -> None:
    combined = [
        question.words for question in questions if question.kind in ("AND of two common", "OR of three common")
    ]
    assert all(len(set(words)) == len(words) for words in combined)


def test_phrases_are_found(records: list[Record], questions: list[Question]) -> None:
    bodies = [f" {' '.join(record.body.split())} " for record in records]
    for question in questions:
        if question.shape is Shape.PHRASE:
            assert any(f" {' '.join(question.words)} " in body for body in bodies), question


def test_no_prefix_stands_for_more_words_than_backfile_counts(records: list[Record], questions: list[Question]) -> None:
    words = frequencies(records)
    for question in questions:
        if question.shape is Shape.PREFIX:
            assert len(question.words[0]) == 3
            assert 1 <= sum(word.startswith(question.words[0]) for word in words) <= 1_024


def test_a_question_names_itself(questions: list[Question]) -> None:
    """So that a disagreement can be looked into."""
    dated = next(question for question in questions if question.year)
    assert str(dated) == f"term and year “{dated.words[0]}” in {dated.year}"


def test_the_smallest_corpus_has_questions() -> None:
    assert choose(Synthetic(1, seed=1).records(), 3, seed=1)
