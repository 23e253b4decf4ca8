"""Whether the engines did the same work: totals, facet counts and histograms must be equal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.engine import TOP, Answer
from bench.questions import Question


def disagreements(questions: Sequence[Question], answers: Mapping[str, Sequence[Answer | None]]) -> Iterator[str]:
    """Each difference from the first engine, naming engine, query and figures."""
    if not answers:
        return
    first, *others = answers
    for other in others:
        for question, ours, theirs in zip(questions, answers[first], answers[other], strict=True):
            if ours and theirs:
                for what, a, b in _differences(ours, theirs):
                    yield f"{other}, {question}: {what} {b}, but {first} has {a}"


def _differences(a: Answer, b: Answer) -> Iterator[tuple[str, object, object]]:
    if a.hits != b.hits and None not in (a.total, b.total):
        yield "hits", a.hits, b.hits
    if None not in (a.total, b.total) and a.total != b.total:
        yield "total", a.total, b.total
    for name in a.facets.keys() & b.facets.keys():
        if _settled(a.facets[name]) != _settled(b.facets[name]):
            yield f"facet {name}", a.facets[name], b.facets[name]
    if a.facets and b.facets and a.months != b.months:
        yield "months", a.months, b.months


def _settled(values: Sequence[tuple[str, int]]) -> tuple[list[int], dict[str, int]]:
    """The counts, and the values that no tie at the end of the list can have pushed out or in."""
    counts = sorted((count for _, count in values), reverse=True)
    least = counts[-1] if len(values) == TOP else 0
    return counts, {value: count for value, count in values if count > least}
