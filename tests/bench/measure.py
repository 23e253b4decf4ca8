"""How an engine is measured: in a process of its own, on one core, first building, then in a fresh one asking."""

from __future__ import annotations

import gc
import os
import resource
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import ParamSpec, TypeVar

import numpy as np
from bench.corpus import Corpus
from bench.engine import Answer, Ask, engine_named
from bench.questions import Question

P = ParamSpec("P")
T = TypeVar("T")

CLASS_SECONDS = 1.0
"""Time for the rounds of one class; there is always one whole round."""
_ROUNDS = 20
_OPENINGS = 5


@dataclass(frozen=True, slots=True)
class Built:
    """What indexing took. Reading the corpus is measured alone beforehand, and its time taken off."""

    articles: int
    seconds: float
    size: int
    peak: int
    """Bytes of memory, interpreter and corpus included."""

    @property
    def rate(self) -> float:
        """Articles a second."""
        return self.articles / self.seconds


@dataclass(frozen=True, slots=True)
class Asked:
    """What searching took; times are in milliseconds, p50 and p95 for each class, and `None` where it has no answer."""

    opening: float
    first: float
    peak: int
    times: dict[str, tuple[float, float]]
    answers: list[Answer | None]


def in_process(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run the function in a new process, which starts with nothing of this one's memory or caches."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *args, **kwargs).result()


def measure_building(name: str, folder: Path, corpus: Corpus) -> Built:
    """Index the corpus into the folder, which is made."""
    engine = engine_named(name)
    _pin()
    started = perf_counter()
    articles = sum(1 for _ in corpus.records())
    reading = perf_counter() - started
    folder.mkdir(parents=True)
    gc.collect()
    started = perf_counter()
    engine.build(folder, corpus.records())
    seconds = perf_counter() - started - reading
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Built(articles, seconds, size, peak_memory())


def measure_asking(
    name: str, folder: Path, fields: tuple[str, ...], questions: Sequence[Question], first: str
) -> Asked:
    """Open what was built and ask everything: once for the answers, which warms it, then against the clock.

    `first` is the class of the question that is asked first after opening.
    """
    engine = engine_named(name)
    _pin()
    openings, firsts = [], []
    starters = [question for question in questions if question.kind == first][:_OPENINGS]
    engine.open(folder, fields).close()  # what an engine imports when it is opened is no part of opening
    for question in starters:
        started = perf_counter()
        opened = engine.open(folder, fields)
        openings.append(perf_counter() - started)
        ask = opened.prepare(question)
        assert ask
        firsts.append(_seconds(ask))
        opened.close()
    opened = engine.open(folder, fields)
    asks = [opened.prepare(question) for question in questions]
    answers = [ask() if ask else None for ask in asks]
    times = {}
    for kind, group in groupby(zip(questions, asks, strict=True), key=lambda pair: pair[0].kind):
        found = [ask for _, ask in group if ask]
        if found:
            times[kind] = _percentiles(found)
    opened.close()
    return Asked(median(openings) * 1e3, median(firsts) * 1e3, peak_memory(), times, answers)


def _percentiles(asks: Iterable[Ask]) -> tuple[float, float]:
    """Milliseconds, p50 and p95, over all questions of a class and as many rounds as there is time for."""
    asks = list(asks)
    gc.collect()
    seconds: list[float] = []
    for _ in range(_ROUNDS):
        seconds += [_seconds(ask) for ask in asks]
        if sum(seconds) > CLASS_SECONDS:
            break
    p50, p95 = np.percentile(seconds, (50, 95)) * 1e3
    return float(p50), float(p95)


def _seconds(ask: Ask) -> float:
    started = perf_counter()
    ask()
    return perf_counter() - started


def _pin() -> None:
    """Keep the process, and every thread that an engine starts, on one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def peak_memory() -> int:
    """Bytes. Linux's own figure of this program; getrusage's would include the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(
            int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM:")
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
