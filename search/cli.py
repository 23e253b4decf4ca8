"""The commands that ask the index: `search`, `concordance`, `quotes`, `stats` and `evaluate`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

import click
from rich.console import Console
from whoosh.query import Every

from index.opening import open_backend
from index.results import FacetSort, Interval, Order
from index.schema import FACETS, FIELDS
from index.settings import Settings, load_settings
from search.body import search_body
from search.concordance import ConcordanceRequest, LineOrder, line_body
from search.evaluate import evaluate, read_judgements, read_queries
from search.grammar import MOST_CLAUSES, Match
from search.journal import summary
from search.list_terminal import print_concordance, print_quotes
from search.listing import listing_body
from search.page import SearchRequest
from search.question import Collapse
from search.quotes import QuotesRequest, quote_body
from search.ranking import Preference
from search.searcher import Searcher
from search.terminal import ResultPrinter, coverage, evaluation, printable, questions

TERMINAL_PAGE = 10
"""Hits that fit on one or two screens with their snippets."""
TERMINAL_LINES = 20
"""Lines that fit on a screen."""
TERMINAL_WIDTH = 28
"""Characters beside a match: both sides, a word and a date fit in 80."""


def _settings() -> Settings:
    return load_settings(os.environ, Path.cwd())


def _one_of(choices: type[StrEnum]) -> click.Choice[str]:
    return click.Choice([one.value for one in choices])


def _filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each facet, to be given any number of times."""
    for field in reversed(FACETS):
        command = click.option(
            f"--{field.name}",
            multiple=True,
            metavar="VALUE",
            help=f"Only this {field.label.lower()}.",
        )(command)
    return command


def _comma_list(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for text in given for part in text.split(",") if part.strip())


@click.command("search")
@click.argument("query", nargs=-1)
@click.option("--match", type=_one_of(Match), default="all", help="How many words must match.")
@click.option("--query-fields", multiple=True, callback=_comma_list, help="Look for free words in these fields only.")
@_filter_options
@click.option("--from-date", default="", metavar="DATE", help="Published on or after; 2024-06, June 2024, last week.")
@click.option("--to-date", default="", metavar="DATE", help="Published on or before.")
@click.option("--order-by", type=_one_of(Order), default=None, help="The order of the hits.")
@click.option(
    "--freshness",
    type=_one_of(Preference),
    default="mild",
    show_default=True,
    help="How much newer articles are preferred.",
)
@click.option("--explain", is_flag=True, help="Show how each score came about.")
@click.option("--page", type=int, default=1, show_default=True)
@click.option("--page-size", type=int, default=TERMINAL_PAGE, show_default=True)
@click.option("--cursor", default="", help="Go on where an answer with this “nextCursor” (--json) ended.")
@click.option(
    "--collapse",
    type=_one_of(Collapse),
    default="none",
    show_default=True,
    help="Show one article of each story.",
)
@click.option("--facet", multiple=True, callback=_comma_list, help="Count the values of this facet.")
@click.option("--facet-size", type=int, default=10, show_default=True)
@click.option("--facet-sort", type=_one_of(FacetSort), default="count", show_default=True)
@click.option("--facet-contains", default="", metavar="TEXT", help="Count only values that contain this.")
@click.option("--facet-prefix", default="", metavar="TEXT", help="Count only values that start with this.")
@click.option("--interval", type=_one_of(Interval), help="Count the hits over time.")
@click.option("--snippets", type=int, default=3, show_default=True, help="Fragments of each hit.")
@click.option("--snippet-size", type=int, default=160, show_default=True)
@click.option("--show-fields", multiple=True, callback=_comma_list, help="Further fields, with --json.")
@click.option("--json", "as_json", is_flag=True, help="Print what the JSON endpoint answers, without links.")
def search_command(query: tuple[str, ...], as_json: bool, show_fields: tuple[str, ...], **options: Any) -> None:
    """Search the archive. Without QUERY, browse it from the newest.

    Write “--” before a query that begins with a minus. The query language is the search page's.

    Filters such as --section may be repeated: any of the values will do. --section=-Sport leaves out, and
    --section=_missing finds what has none.
    """
    page = _searcher().search(_request(" ".join(query), options))
    if as_json:
        _print_json(search_body(page, show_fields))
    else:
        ResultPrinter(Console(highlight=False)).page(page)


def _request(query: str, options: dict[str, Any]) -> SearchRequest:
    return SearchRequest(
        q=query,
        filters=_filters(options),
        facets=options.pop("facet"),
        order_by=options.pop("order_by") or "",
        interval=options.pop("interval") or "",
        **options,
    )


def _filters(options: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {field.name: chosen for field in FACETS if (chosen := options.pop(field.name))}


def _listed(command: Callable[..., None]) -> Callable[..., None]:
    """The options that a list of places in articles has in common with a search."""
    options = (
        click.option("--match", type=_one_of(Match), default="all", help="How many must match."),
        _filter_options,
        click.option("--from-date", default="", metavar="DATE", help="Published on or after."),
        click.option("--to-date", default="", metavar="DATE", help="Published on or before."),
        click.option("--page", type=int, default=1, show_default=True),
        click.option("--page-size", type=int, default=TERMINAL_LINES, show_default=True),
        click.option("--json", "as_json", is_flag=True, help="Print what the JSON endpoint answers, without links."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command("concordance")
@click.argument("query", nargs=-1)
@click.option("--sort", type=_one_of(LineOrder), default="relevance", show_default=True)
@click.option("--width", type=int, default=TERMINAL_WIDTH, show_default=True, help="Characters on each side.")
@click.option("--query-fields", multiple=True, callback=_comma_list, help="Look for free words in these fields only.")
@_listed
def concordance_command(query: tuple[str, ...], sort: str, width: int, as_json: bool, **options: Any) -> None:
    """Show each match of QUERY in its context, one a line.

    Lines are sorted by the words to the left or to the right of the match, or as their articles by date or relevance.
    """
    search = SearchRequest(q=" ".join(query), filters=_filters(options), **options)
    listing = _searcher().concordance(ConcordanceRequest(search=search, sort=sort, width=width))
    if as_json:
        _print_json(listing_body(listing, "lines", line_body))
    else:
        print_concordance(Console(highlight=False), listing)


@click.command("quotes")
@click.argument("query", nargs=-1)
@click.option("--speaker", default="", metavar="NAME", help="Whose quotes; a part of the name will do.")
@click.option("--order-by", type=_one_of(Order), default=None, help="The articles' order.")
@_listed
def quotes_command(query: tuple[str, ...], speaker: str, order_by: str | None, as_json: bool, **options: Any) -> None:
    """Show who said what: the quotes that hold the words of QUERY."""
    search = SearchRequest(q=" ".join(query), filters=_filters(options), order_by=order_by or "", **options)
    listing = _searcher().quotes(QuotesRequest(search=search, speaker=speaker))
    if as_json:
        _print_json(listing_body(listing, "quotes", quote_body))
    else:
        print_quotes(Console(highlight=False), listing)


def _searcher() -> Searcher:
    settings = _settings()
    return Searcher.of(settings, open_backend(settings))


def _print_json(body: dict[str, Any]) -> None:
    click.echo(json.dumps(body, ensure_ascii=False, indent=2).encode("utf-8", "replace").decode("utf-8"))


@click.command("stats")
@click.option(
    "--queries",
    "journal",
    type=click.File(encoding="utf-8", errors="replace"),
    help="Show what was asked instead, from a journal of “backfile serve”; - is standard input.",
)
@click.option(
    "--most", type=click.IntRange(1), default=20, show_default=True, help="Queries of each list, with --queries."
)
def stats_command(journal: TextIO | None, most: int) -> None:
    """Show how many articles there are, what they take, and what each field covers."""
    console = Console(highlight=False)
    if journal:
        questions(console, summary(journal, most))
        return
    settings = _settings()
    with open_backend(settings).reader() as reader:
        documents = reader.count(Every())
        console.print(f"{documents:,} articles in {printable(settings.index)}, {_size(Path(settings.index))}")
        console.print(f"generation {reader.commit.generation}, commit {reader.commit.number:,}\n", style="dim")
        counts = ((field.label, field.name, reader.count(Every(field.name))) for field in FIELDS)
        coverage(console, documents, counts)


def _size(folder: Path) -> str:
    """What the files of an index take."""
    size = float(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()))
    for unit in ("bytes", "kB", "MB"):
        if size < 1_000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1_000
    return f"{size:.1f} GB"


@click.command("evaluate")
@click.option(
    "--queries", required=True, type=click.Path(path_type=Path), help="Queries, one a line: number, tab, text."
)
@click.option("--qrels", required=True, type=click.Path(path_type=Path), help="Judgements in TREC's format.")
@click.option("--json", "as_json", is_flag=True, help="Print the measures of each query, too, as JSON.")
def evaluate_command(queries: Path, qrels: Path, as_json: bool) -> None:
    """Measure the ranking on judged queries.

    They are asked as plain words, any of which will do; newer articles are not preferred. Needs the extra “evaluate”.
    """
    settings = _settings()
    found = evaluate(Searcher(open_backend(settings), settings.zone), read_queries(queries), read_judgements(qrels))
    if as_json:
        body = {"queries": len(found.measures), "shortened": found.shortened, "means": found.means()}
        _print_json({**body, "measures": found.measures})
        return
    if found.shortened:
        many = (
            f"Of {len(found.shortened):,} of the queries only the first words were asked; one may have {MOST_CLAUSES}."
        )
        click.echo(many, err=True)
    evaluation(Console(highlight=False), found)


commands: tuple[click.Command, ...] = (
    search_command,
    concordance_command,
    quotes_command,
    stats_command,
    evaluate_command,
)
"""What `backfile` takes from here."""
