"""A page of results for a terminal: ranked hits with their snippets, facets, and the archive over time.

Colours and wrapping are for terminals only; through a pipe every hit's line stays one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from index.article import Article
from index.explanation import Explanation
from index.results import FacetCounts, Group, Histogram, Interval
from index.schema import field_named
from search.evaluate import Evaluation
from search.journal import Summary
from search.page import DEEPEST, Ranges, Result, ResultPage

MARK = "bold yellow"
OTHERS = 3
"""Ids of the same story that a hit names."""
BAR = 30
"""Characters of the longest bar of the histogram; with dates and counts it fits in 80."""
INDENT = 5
"""Where a hit's lines begin: behind a number of up to three digits."""
_DATE_LENGTH = {Interval.YEAR: len("2024"), Interval.MONTH: len("2024-06")}
# An article must not be able to send a terminal commands, or to turn its text around.
_UNPRINTABLE = re.compile("[\\s\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """The text on one line and without what controls a terminal, character by character."""
    return _UNPRINTABLE.sub(" ", text)


class ResultPrinter:
    """Prints result pages to a console."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def page(self, page: ResultPage) -> None:
        """The whole page."""
        self._line(_headline(page))
        for warning in page.warnings:
            self._line(Text(f"! {printable(warning.detail)}", "yellow"))
        for match, count in page.wider:
            self._line(Text(f"--match {match} finds {count:,}.", "cyan"))
        for one in page.expanded:
            self._line(Text(printable(f"Synonyms of “{one.text}”: {', '.join(one.others)}."), "cyan"))
        for offer in page.offers:
            dates = [("--from-date", offer.from_date), ("--to-date", offer.to_date)]
            options = " ".join(f"{name} {day}" for name, day in dates if day)
            self._line(Text(f"Without “{printable(offer.text)}”, {options} finds {offer.count:,}.", "cyan"))
        for number, result in enumerate(page.results, page.start_index):
            self._console.print()
            self._result(number, result)
        if any(facet.distinct for facet in page.facets):
            self._console.print()
            self._facets([facet for facet in page.facets if facet.distinct])
        if page.histogram and page.histogram.buckets:
            self._console.print()
            self._histogram(page.histogram)
        if page.next_cursor:
            self._console.print()
            here = page.current_page
            by_number = not page.request.cursor and here < DEEPEST // page.request.page_size
            further = f"--page {here + 1}" if by_number else f"--cursor {page.next_cursor}"
            self._line(Text(f"Page {here:,} of {page.pages:,}. Next: {further}", "dim"))

    def _line(self, line: Text, indent: int = 0) -> None:
        if self._console.is_terminal:
            self._console.print(Padding(line, (0, 0, 0, indent)))
        else:
            self._console.print(Text.assemble(" " * indent, line), soft_wrap=True)

    def _result(self, number: int, result: Result) -> None:
        title = next((snippet for snippet in result.snippets if snippet.field == "title"), None)
        heading = marked(title.text, title.ranges) if title else Text(printable(result.article.title or "(no title)"))
        heading.stylize_before("bold")
        self._line(Text.assemble((f"{number:>{INDENT - 2}}  ", "dim"), heading))
        self._line(Text(_facts(result.article), "green"), INDENT)
        for snippet in result.snippets:
            if snippet is not title:
                self._line(Text.assemble(_where(snippet.field), marked(snippet.text, snippet.ranges)), INDENT)
        self._line(Text.assemble((printable(result.article.id), "dim"), " · pinned" if result.pinned else ""), INDENT)
        if result.group and result.group.size > 1:
            self._line(Text(_others(result.group), "dim"), INDENT)
        if result.explanation:
            self._explanation(result.explanation, INDENT)

    def _explanation(self, explanation: Explanation, indent: int) -> None:
        """A line for each figure, those that it was computed from below it."""
        how = f", the {explanation.operator} of:" if explanation.details else ""
        value = Text(f"{explanation.value:.6g}", "cyan")
        self._line(Text.assemble(value, f"  {printable(explanation.description)}{how}"), indent)
        for part in explanation.details:
            self._explanation(part, indent + 2)

    def _facets(self, facets: list[FacetCounts]) -> None:
        table = Table.grid(padding=(0, 2))
        for facet in facets:
            field = field_named(facet.field)
            label, values = Text(field.label if field else facet.field, "bold"), _values(facet)
            if self._console.is_terminal:
                table.add_row(label, values)
            else:
                self._line(Text.assemble(label, ": ", values))
        if table.rows:
            self._console.print(table)

    def _histogram(self, histogram: Histogram) -> None:
        most = max((bucket.count for bucket in histogram.buckets), default=0)
        length = _DATE_LENGTH.get(histogram.interval, len("2024-06-19"))
        table = Table.grid(padding=(0, 2))
        for bucket in histogram.buckets:
            table.add_row(
                bucket.start.isoformat()[:length],
                Text("█" * -(-BAR * bucket.count // most), "cyan"),
                f"{bucket.count:,}",
            )
        if histogram.undated:
            table.add_row(Text("undated", "dim"), "", f"{histogram.undated:,}")
        self._console.print(table)


def _values(facet: FacetCounts) -> Text:
    values = [
        Text.assemble(
            (printable(one.value), "bold" if one.selected else ""),
            (f" {one.count:,}" if one.indexed is None else f" {one.count:,} of {one.indexed:,}", "cyan"),
        )
        for one in facet.values
    ]
    for name, count in (("others", facet.other), ("without", facet.missing)):
        if count:
            values.append(Text(f"{name} {count:,}", "dim"))
    return Text("  ").join(values)


def _others(group: Group) -> str:
    """What else a hit stands for."""
    others = [printable(one) for one in group.others[:OTHERS]]
    more = ["…"] if group.size - 1 > len(others) else []
    return f"and {group.size - 1:,} more of the same story: {', '.join([*others, *more])}"


def _headline(page: ResultPage) -> Text:
    found = Text(f"{page.total:,} {'article' if page.total == 1 else 'articles'}", "bold")
    if page.groups is not None:
        found.append(f" in {page.groups:,} {'story' if page.groups == 1 else 'stories'}", "not bold")
    if page.parsed:
        found.append(" for ", "not bold")
        found.append(printable(page.parsed))
    return found.append(f" · {page.order_by} · {page.took_ms:,} ms", "not bold dim")


def _facts(article: Article) -> str:
    facts = (str(article.published or "no date"), article.source, article.section, ", ".join(article.byline))
    return printable(" · ".join(fact for fact in facts if fact))


def _where(field: str) -> Text:
    """The field's name before a fragment that is not of the running text."""
    known = field_named(field)
    return Text("" if field == "body" or known is None else f"{known.label}: ", "dim")


def marked(text: str, ranges: Ranges) -> Text:
    """The text with its matches in colour."""
    printed = Text(printable(text))
    for start, end in ranges:
        printed.stylize(MARK, start, end)
    return printed


def coverage(console: Console, documents: int, counts: Iterator[tuple[str, str, int]]) -> None:
    """How many articles have a value in each field."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Field")
    table.add_column("Ask with")
    table.add_column("Articles", justify="right")
    table.add_column("Share", justify="right")
    for label, name, count in counts:
        table.add_row(label, f"has:{name}", f"{count:,}", f"{count / documents:.0%}" if documents else "–")
    console.print(table)


def questions(console: Console, told: Summary) -> None:
    """What a journal tells of the searches in it."""
    console.print(f"{told.searches:,} searches, {told.nothing:,} of them found nothing", style="bold")
    if told.unread:
        console.print(f"{told.unread:,} lines are none of a journal", style="yellow")
    for heading, entries in (
        ("Asked most", told.frequent), ("Without an answer", told.unanswered), ("Slowest", told.slow)
    ):  # fmt: skip
        if entries:
            table = Table(box=None, pad_edge=False, header_style="bold")
            table.add_column(heading)
            table.add_column("Times", justify="right")
            table.add_column("Longest", justify="right")
            for one in entries:
                table.add_row(Text(printable(one.q)), f"{one.times:,}", f"{one.slowest:,.0f} ms")
            console.print()
            console.print(table)


def evaluation(console: Console, found: Evaluation) -> None:
    """The measures of a ranking."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    means = found.means()
    for name in means:
        table.add_column(name, justify="right")
    table.add_row(*(f"{mean:.4f}" for mean in means.values()))
    console.print(f"{len(found.measures):,} judged queries\n")
    console.print(table)
