"""Backfile against the engines that could be embedded instead: `make bench BENCH="--articles 20000"`.

Every engine indexes the same articles and answers the same questions, alone in a process on one core; totals, facet
counts and histograms must agree. What comes out is one Markdown table. See `bench.engines` for how each was made to do
equal work.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from bench import reuters
from bench.agreement import disagreements
from bench.aims import aims
from bench.corpus import Corpus, JsonLines, Synthetic
from bench.engine import ENGINES, OURS, engine_named
from bench.measure import in_process, measure_asking, measure_building
from bench.questions import Question, choose
from bench.scaling import measure_scaling
from bench.table import Measured, table

FIRST = "common term"
"""The class of the first query after opening."""
MOST_SHOWN = 20


@click.command()
@click.option("--articles", type=click.IntRange(1), default=20_000, show_default=True, help="How many articles.")
@click.option("--engines", default=",".join(ENGINES), show_default=True, help="Which engines, separated by commas.")
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="What the articles and the questions are made from.",
)
@click.option("--queries", type=click.IntRange(1), default=30, show_default=True, help="Questions of each class.")
@click.option(
    "--fields",
    type=click.Choice(["title,body", "body"]),
    default="title,body",
    show_default=True,
    help="Where words are looked for; `body` also leaves the titles out of the articles.",
)
@click.option(
    "--corpus",
    type=click.Choice(["invented", "reuters"]),
    default="invented",
    show_default=True,
    help="Articles made from the seed, or the first of Reuters-21578 in BACKFILE_TEST_DATA.",
)
@click.option("--keep", type=click.Path(path_type=Path), help="A new folder for the indexes, which stay there.")
def main(*, articles: int, engines: str, seed: int, queries: int, fields: str, corpus: str, keep: Path | None) -> None:
    """Measure engines side by side and print a Markdown table."""
    names = engines.split(",")
    if unknown := [name for name in names if name not in ENGINES]:
        raise click.BadParameter(f"{', '.join(unknown)}: known are {', '.join(ENGINES)}", param_hint="--engines")
    if keep:
        if keep.exists():
            raise click.BadParameter(f"{keep} exists already", param_hint="--keep")
        keep.mkdir(parents=True)
    with TemporaryDirectory(prefix="backfile-bench-") as folder:
        place = keep or Path(folder)
        found = _corpus(place, corpus, articles, seed, fields)
        run(place, names, found, fields=tuple(fields.split(",")), per_class=queries, seed=seed)


def _corpus(place: Path, corpus: str, articles: int, seed: int, fields: str) -> Corpus:
    """The articles; without titles when only bodies are compared, so that every engine has the same to do."""
    titles = fields != "body"
    if corpus == "invented":
        return Synthetic(articles, seed, titles)
    if not reuters.folder().is_dir():
        raise click.ClickException(f"the Reuters-21578 collection is not at {reuters.folder()}; set BACKFILE_TEST_DATA")
    lines = JsonLines("Reuters-21578", place / "reuters.jsonl", titles)
    lines.write(reuters.records(articles))
    return lines


def run(
    place: Path, names: Sequence[str], corpus: Corpus, *, fields: tuple[str, ...], per_class: int, seed: int
) -> None:
    """Measure each engine that is installed, see to it that they agree, and print."""
    questions = choose(corpus.records(), per_class, seed)
    results: dict[str, Measured] = {}
    for name in names:
        try:
            engine = engine_named(name)
        except ImportError as error:
            _say(f"{name} is skipped: {error} (it needs: {ENGINES[name]})")
            continue
        _say(f"{name} {engine.version}: indexing …")
        built = in_process(measure_building, name, place / name, corpus)
        _say(f"{name}: {built.rate:,.0f} articles/s; asking {len(questions):,} questions …")
        asked = in_process(measure_asking, name, place / name, fields, questions, FIRST)
        results[name] = Measured(engine.version, engine.complete, built, asked)
        _check(questions, results)
    kinds = {question.kind: question.depth for question in questions if _has(results, question.kind)}
    click.echo(
        f"{corpus.name}, {', '.join(fields)}; {per_class} questions a class, seed {seed}; "
        f"Python {platform.python_version()}, {platform.machine()}\n"
    )
    scaling = None
    if OURS in results and (os.cpu_count() or 1) > 1:
        _say(f"{OURS}: indexing by one process, and by two …")
        scaling = measure_scaling(place, corpus)
    click.echo(table(results, kinds))
    click.echo(aims(results, kinds, scaling))


def _has(results: dict[str, Measured], kind: str) -> bool:
    return any(kind in one.asked.times for one in results.values())


def _check(questions: list[Question], results: dict[str, Measured]) -> None:
    """Figures of unequal work are worth nothing, so it ends at the first engine that differs, and prints none."""
    found = list(disagreements(questions, {name: one.asked.answers for name, one in results.items()}))
    if found:
        shown = "\n".join(found[:MOST_SHOWN])
        raise click.ClickException(f"the engines disagree in {len(found)} answers:\n{shown}")


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()
