"""Every engine that is installed gives the answers that the records themselves give, so that their times compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.agreement import disagreements
from bench.corpus import FACETS, Record, Synthetic
from bench.engine import ENGINES, OURS, TOP, Answer, Opened, engine_named
from bench.questions import Depth, Question, Shape, choose

FIELDS = ("title", "body")


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return list(Synthetic(150, seed=1).records())


@pytest.fixture(scope="module")
def questions(records: list[Record]) -> list[Question]:
    return choose(records, 3, seed=4)


@pytest.fixture(scope="module", params=ENGINES)
def opened(
    request: pytest.FixtureRequest, records: list[Record], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Opened]:
    try:
        engine = engine_named(request.param)
    except ImportError as error:
        pytest.skip(f"{request.param} is not installed: {error}")
    folder: Path = tmp_path_factory.mktemp(request.param)
    engine.build(folder, records)
    opened = engine.open(folder, FIELDS)
    yield opened
    opened.close()


def matches(record: Record, question: Question) -> bool:
    """Whether the record is an answer, by looking at its words."""
    if question.year and record.date.year != question.year:
        return False
    texts = [record.title.split(), record.body.split()]
    if question.shape is Shape.PHRASE:
        wanted = list(question.words)
        return any(text[start : start + len(wanted)] == wanted for text in texts for start in range(len(text)))
    words = {word for text in texts for word in text}
    if question.shape is Shape.PREFIX:
        return any(word.startswith(question.words[0]) for word in words)
    return (any if question.shape is Shape.ANY else all)(word in words for word in question.words)


def expected(records: list[Record], question: Question) -> Answer:
    """The answer, counted record by record."""
    found = [record for record in records if matches(record, question)]
    if question.depth is Depth.TEN:
        return Answer(len(found), min(len(found), TOP))
    counts = {name: Counter(value for record in found for value in record.values(name)) for name in FACETS}
    facets = {name: counter.most_common(TOP) for name, counter in counts.items()}
    return Answer(len(found), min(len(found), TOP), facets, dict(Counter(record.month for record in found)))


def test_an_engine_finds_and_counts_what_is_there(
    opened: Opened, records: list[Record], questions: list[Question]
) -> None:
    """Totals, facet counts and months, of every class that it answers."""
    asks = [(question, opened.prepare(question)) for question in questions if question.depth is not Depth.LOADING]
    answered = [(question, ask()) for question, ask in asks if ask]
    assert answered
    truth = [expected(records, question) for question, _ in answered]
    found = {"the records": truth, "the engine": [answer for _, answer in answered]}
    assert list(disagreements([question for question, _ in answered], found)) == []


def test_asking_again_gives_the_same(opened: Opened, questions: list[Question]) -> None:
    """Nothing is left over from the first time, such as rows of a temporary table."""
    for question in questions:
        if ask := opened.prepare(question):
            assert ask() == ask()


def test_backfile_answers_every_class(records: list[Record], questions: list[Question], tmp_path: Path) -> None:
    engine = engine_named(OURS)
    engine.build(tmp_path, records)
    opened = engine.open(tmp_path, FIELDS)
    assert all(opened.prepare(question) for question in questions)
    opened.close()
