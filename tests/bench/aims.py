"""The figures that the engine is held to: ratios in one run, and what is to be reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp, log

from bench.engine import OURS
from bench.questions import PAGES, Depth, named
from bench.scaling import Scaling
from bench.table import Kinds, Measured, Results, markdown, shown

FAST = 0.2
"""Milliseconds: classes in which tantivy takes less are not compared with it; ours must take no more than this."""

Row = tuple[str, str, str, str]


def aims(results: Results, kinds: Kinds, scaling: Scaling | None = None) -> str:
    """Each figure beside what is to be reached at 20,000 and at 1,000,000 articles, as Markdown.

    What cannot be said without an engine that is absent is left out.
    """
    if OURS not in results:
        return ""
    header = ("means are geometric, of p50", "figure", "to reach at 20,000", "at 1,000,000")
    rows = list(_rows(results, [kind for kind, depth in kinds.items() if depth is Depth.TEN]))
    if scaling:
        what = f"parsing and indexing JSON lines, {scaling.one:,.0f} articles/s: two processes / one"
        rows.append((what, shown(scaling.two / scaling.one), "≥ 1.6", "–"))
    return markdown(header, rows)


def _rows(results: Results, ten: Sequence[str]) -> Iterator[Row]:
    ours = results[OURS]
    yield from _pages(results)
    if "tantivy" in results:
        yield from _against_tantivy(ours, results["tantivy"], ten)
    if "whoosh" in results:
        yield from _against_whoosh(ours, results["whoosh"], ten)
    yield "open, ms", shown(ours.asked.opening), "–", "≤ 100"


def _pages(results: Results) -> Iterator[Row]:
    peers = [name for name, one in results.items() if name != OURS and one.complete]
    if not peers:
        return
    for depth, *wanted in ((Depth.PAGE, "≤ 1.0", "≤ 1.0, aim 0.5"), (Depth.ARTICLES, "–", "–")):
        kinds = [named(page, depth) for page in PAGES]
        means = {name: _mean(_p50s(results[OURS], kinds), _p50s(results[name], kinds)) for name in peers}
        fastest = max(means, key=means.__getitem__)
        what = f"{named('search page', depth)}: ours / {fastest}, the fastest peer"
        yield what, shown(means[fastest]), wanted[0], wanted[1]


def _against_tantivy(ours: Measured, tantivy: Measured, ten: Sequence[str]) -> Iterator[Row]:
    slow = [kind for kind in ten if tantivy.asked.times[kind][0] >= FAST]
    if slow:
        mean = _mean(_p50s(ours, slow), _p50s(tantivy, slow))
        yield f"top ten: ours / tantivy ({', '.join(slow)})", shown(mean), "–", "≤ 1.5, aim 1.0"
    if fast := [kind for kind in ten if kind not in slow]:
        slowest = max(fast, key=lambda kind: ours.asked.times[kind])
        what = f"top ten, our slowest where tantivy takes less than {FAST} ms ({slowest}), ms"
        yield what, shown(ours.asked.times[slowest][0]), "–", f"≤ {FAST}"
    yield "index bytes: ours / tantivy", shown(ours.built.size / tantivy.built.size), "–", "≤ 1.5, aim 1.2"


def _against_whoosh(ours: Measured, stock: Measured, ten: Sequence[str]) -> Iterator[Row]:
    yield "top ten: stock Whoosh / ours", shown(_mean(_p50s(stock, ten), _p50s(ours, ten))), "≥ 50", "–"
    first = stock.asked.first / ours.asked.first
    yield "first query after opening: stock Whoosh / ours", shown(first), "≥ 10", "–"
    yield "articles/s: ours / stock Whoosh", shown(ours.built.rate / stock.built.rate), "≥ 8, aim 12", "–"
    size = ours.built.size / stock.built.size
    yield "index bytes: ours, with exact forms / stock Whoosh", shown(size), "≤ 0.5 without", "–"


def _p50s(one: Measured, kinds: Sequence[str]) -> list[float]:
    return [one.asked.times[kind][0] for kind in kinds]


def _mean(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The geometric mean of the ratios."""
    return exp(sum(log(a / b) for a, b in zip(ours, theirs, strict=True)) / len(ours))
