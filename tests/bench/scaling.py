"""How much faster two processes index than one: the product's whole way in, from JSON lines to the commit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from bench.corpus import Corpus
from bench.engines.backfile import article_of
from bench.measure import in_process

from index.engine.backend import EmbeddedBackend
from index.engine.writer import MEMORY
from indexer.parallel import index_inputs
from indexer.pipeline import read_paths
from indexer.report import Report
from indexer.workers import worker_processes


@dataclass(frozen=True, slots=True)
class Scaling:
    """Articles a second, starting the processes included."""

    one: float
    two: float


def measure_scaling(folder: Path, corpus: Corpus) -> Scaling:
    """Write the corpus as JSON lines, and index them twice into folders of their own."""
    lines = folder / "articles.jsonl"
    with lines.open("w", encoding="utf-8") as file:
        for record in corpus.records():
            file.write(json.dumps(article_of(record).to_json(), ensure_ascii=False) + "\n")
    return Scaling(*(in_process(_rate, lines, folder / f"by {count}", count) for count in (1, 2)))


def _rate(lines: Path, place: Path, processes: int) -> float:
    with lines.open("rb") as file:
        report = Report()
        started = perf_counter()
        with worker_processes(processes, MEMORY) as workers:
            index_inputs(
                read_paths([str(lines)], file),
                EmbeddedBackend(place),
                workers,
                report=report,
                rejected=lambda _: None,
                clock=lambda: datetime.now(UTC),
            )
        return report.records / (perf_counter() - started)
