"""How fast inputs become articles, up to the index: `make bench-ingest`.

Real collections in BACKFILE_TEST_DATA are read, parsed, cleaned, enriched and given ids, by one process and by several
at a time. Every process goes through its share twice and measures the second time, when the tables are loaded. What
counts is processor time, each process having a core: what else runs on the machine matters less. What comes out is two
Markdown tables: rates beside what is to be reached, and what each stage takes.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import click
from bench.measure import in_process, peak_memory
from bench.table import MEGABYTE, markdown

from index.article import Article
from index.errors import ArticleRejected
from indexer.cleaning import clean
from indexer.enrich import enrich
from indexer.format import Found, Rejected, installed_formats
from indexer.identity import identify
from indexer.pipeline import parsed_articles, read_paths

ROOT = Path(__file__).resolve().parents[2]
PARSING = "reading and parsing"
STEPS: dict[str, Callable[[Article], Article]] = {"cleaning": clean, "enriching": enrich, "identifying": identify}
MOST_MEMORY = 300
"""Megabytes that a worker may take for parsing and enriching."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Inputs of one kind, and how many of their records two cores are to take in a second."""

    name: str
    folder: str
    endings: tuple[str, ...]
    to_reach: int

    def paths(self, data: Path) -> list[Path]:
        """Its files, in order."""
        return sorted(path for path in (data / self.folder).rglob("*") if path.name.endswith(self.endings))


COLLECTIONS = (
    Collection("Reuters-21578", "reuters21578", (".sgm",), 3_000),
    Collection("saved pages", "html-articles", (".html", ".html.gz"), 100),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What one process took for its share: seconds of its processor by stage, and bytes at most."""

    records: int
    stages: dict[str, float]
    peak: int

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / sum(self.stages.values())


def measure(paths: Sequence[str]) -> Taken:
    """Take the inputs at `paths` in, twice, and measure the second time."""
    _through(paths)
    records, stages = _through(paths)
    return Taken(records, stages, peak_memory())


def _through(paths: Sequence[str]) -> tuple[int, dict[str, float]]:
    records = 0
    stages = dict.fromkeys((PARSING, *STEPS), 0.0)
    found = _parsed(paths)
    while True:
        started = process_time()
        one = next(found, None)
        stages[PARSING] += process_time() - started
        if one is None:
            return records, stages
        records += 1
        if isinstance(one, Article):
            _finish(one, stages)


def _finish(article: Article, stages: dict[str, float]) -> None:
    with suppress(ArticleRejected):
        for stage, step in STEPS.items():
            started = process_time()
            article = step(article)
            stages[stage] += process_time() - started


def _parsed(paths: Sequence[str]) -> Iterator[Found]:
    formats = installed_formats()
    for source in read_paths(paths, io.BytesIO()):
        if isinstance(source, Rejected):
            yield source
        else:
            yield from parsed_articles(source, formats)


def measure_together(paths: Sequence[str], processes: int) -> list[Taken]:
    """So many new processes at the same time, each with every n-th of the inputs."""
    shares = [paths[first::processes] for first in range(processes)]
    with ThreadPoolExecutor(processes) as pool:
        return list(pool.map(lambda share: in_process(measure, share), shares))


def report(data: Path, processes: int) -> str:
    """The two tables. Raises ClickException, naming the folder, for a collection that is not in `data`."""
    rates, stages = [], []
    for collection in COLLECTIONS:
        paths = [str(path) for path in collection.paths(data)]
        if not paths:
            raise click.ClickException(
                f"{collection.name} are not at {data / collection.folder}: set BACKFILE_TEST_DATA"
            )
        alone, together = in_process(measure, paths), measure_together(paths, processes)
        peak = max(taken.peak for taken in (alone, *together)) / MEGABYTE
        total = sum(taken.rate for taken in together)
        row = (f"{alone.records:,}", f"{alone.rate:,.0f}", f"{total:,.0f}", f"{collection.to_reach:,}", f"{peak:,.0f}")
        rates.append((collection.name, *row))
        stages.append((collection.name, *(f"{1e6 * one / alone.records:,.0f}" for one in alone.stages.values())))
    header = ("", "records", "a second, one process", f"{processes} processes", "to reach with two")
    return (
        markdown((*header, f"MB a process, at most {MOST_MEMORY}"), rates)
        + "\n"
        + markdown(("µs a record", PARSING, *STEPS), stages)
    )


@click.command()
@click.option("--processes", type=click.IntRange(1), default=2, show_default=True, help="How many at the same time.")
def main(*, processes: int) -> None:
    """Measure how fast real collections are parsed and enriched."""
    data = (ROOT / os.environ.get("BACKFILE_TEST_DATA", "../shared/data")).resolve()
    click.echo(report(data, processes))


if __name__ == "__main__":
    main()
