"""The measurements as one Markdown table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.engine import OURS
from bench.measure import Asked, Built
from bench.questions import Depth

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine's results."""

    version: str
    complete: bool
    built: Built
    asked: Asked


Results = Mapping[str, Measured]
Kinds = Mapping[str, Depth]
"""The classes of the questions that were asked."""


def table(results: Results, kinds: Kinds) -> str:
    """Engines in columns; the last column is Backfile's figure divided by the best peer's."""
    header = ["", *(f"{name} {found.version}" for name, found in results.items()), "Backfile / best peer"]
    return markdown(header, _rows(results, kinds))


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose columns after the first are figures."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _rows(results: Results, kinds: Kinds) -> Iterator[list[str]]:
    yield _row("articles/s, one core (more is better)", results, lambda one: one.built.rate, max)
    yield _row("index, MB", results, lambda one: one.built.size / MEGABYTE)
    yield _row("indexing, peak memory, MB", results, lambda one: one.built.peak / MEGABYTE)
    yield _row("searching, peak memory, MB", results, lambda one: one.asked.peak / MEGABYTE)
    yield _row("open, ms", results, lambda one: one.asked.opening)
    yield _row("first query after opening, ms", results, lambda one: one.asked.first)
    for kind in kinds:
        yield [f"{kind}, ms p50/p95", *(_both(one, kind) for one in results.values()), _ratio(results, _p50(kind))]


def _row(
    name: str,
    results: Results,
    figure: Callable[[Measured], float],
    best: Callable[[Sequence[float]], float] = min,
) -> list[str]:
    return [name, *(shown(figure(one)) for one in results.values()), _ratio(results, figure, best)]


def _p50(kind: str) -> Callable[[Measured], float | None]:
    return lambda one: one.asked.times[kind][0] if kind in one.asked.times else None


def _both(one: Measured, kind: str) -> str:
    return "/".join(map(shown, one.asked.times[kind])) if kind in one.asked.times else "–"


def _ratio(
    results: Results,
    figure: Callable[[Measured], float | None],
    best: Callable[[Sequence[float]], float] = min,
) -> str:
    peers = [figure(one) for name, one in results.items() if name != OURS and one.complete]
    figures = [peer for peer in peers if peer is not None]
    ours = figure(results[OURS]) if OURS in results else None
    return f"{ours / best(figures):.2f}" if ours is not None and figures else "–"


def shown(figure: float) -> str:
    """Three digits are as many as mean something."""
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"
