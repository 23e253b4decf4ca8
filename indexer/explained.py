"""Explanations on a terminal: each field with its value, where that came from, how sure it is, what was not taken.

Through a pipe a value stays on one line, and nothing is coloured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from index.article import Article, Provenance
from index.dates import Instant
from indexer.archives import shown
from indexer.explaining import Explanation
from indexer.format import Rejected
from indexer.pipeline import Cancelled, Record

LONGEST = 320
"""Characters of a value: four lines of a terminal."""
MOST_VALUES = 12
"""Values of one field."""
SURE, FAIRLY_SURE = 0.8, 0.5
"""The confidence from which on it is shown in green, and in yellow."""
FIELDS = (
    "title", "abstract", "byline", "credits", "published", "modified", "dateline", "section", "keywords", "type",
    "language", "source", "url", "headings", "body", "captions", "people", "places", "organisations", "quotes",
)  # fmt: skip
TEXTS = {"headings", "captions", "quotes"}
"""Fields whose values are sentences, each on a line of its own."""
SEPARATOR = " · "
_WIDTH = max(map(len, FIELDS))


def show_explanations(console: Console, explanations: Iterable[Explanation], *, more: bool) -> None:
    """Print explanations; `more` says whether there are inputs besides."""
    for explanation in explanations:
        _line(console, Text(str(explanation.origin), "bold"))
        if explanation.sure:
            _line(console, _formats(explanation))
        for record in explanation.records:
            console.print()
            _show_record(console, record)
        if not explanation.records:
            _line(console, Text("  There is no record in it."))
        if explanation.more:
            console.print()
            _line(console, Text(f"There are more records in it; the first {len(explanation.records)} are shown."))
        console.print()
    if more:
        _line(console, Text("There are more inputs, which are not shown."))


def _line(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=not console.is_terminal)


def _formats(explanation: Explanation) -> Text:
    """How sure each format is, the one that reads the input first."""
    read = explanation.format
    parts = [Text(f"{name} {sure:.2f}", "green" if name == read else "dim") for name, sure in explanation.sure.items()]
    return Text.assemble("  read as " if read else "  no format is sure of it: ", Text(", ").join(parts))


def _show_record(console: Console, record: Record) -> None:
    match record:
        case Article():
            _show_article(console, record)
        case Cancelled():
            _line(console, Text.assemble("  takes back  ", (shown(record.id), "bold"), "  ", _reason(record.rejected)))
        case Rejected():
            _line(console, Text.assemble("  rejected  ", _reason(record)))


def _reason(rejected: Rejected) -> Text:
    record = f"record {rejected.origin.record}: " if rejected.origin.record else ""
    return Text.assemble((record, "dim"), (shown(rejected.reason), "red"))


class _Row(NamedTuple):
    """What is said of one field."""

    name: str
    value: Text
    notes: tuple[Text, ...] = ()


def _show_article(console: Console, article: Article) -> None:
    rows = _rows(article, "\n" if console.is_terminal else SEPARATOR)
    if not console.is_terminal:
        for row in rows:
            _line(console, Text.assemble(f"  {row.name}: ", row.value))
            for note in row.notes:
                _line(console, Text.assemble("    ", note))
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(style="cyan", no_wrap=True, width=_WIDTH)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(row.name, row.value)
        for note in row.notes:
            table.add_row("", note)
    console.print(Padding(table, (0, 0, 0, 2)))


def _rows(article: Article, between_texts: str) -> Iterator[_Row]:
    """The fields that have a value or were supplied without one, then the names of the others."""
    which = f"record {article.origin.record}" if article.origin and article.origin.record else ""
    version = f"version {article.version}" if article.version else ""
    yield _Row("id", Text("  ").join(Text(one) for one in (shown(article.id), which, version) if one))
    missing = []
    for name in FIELDS:
        provenance = article.provenance.get(name)
        values = _values(article, name)
        if values or provenance:
            value = _joined(values, between_texts if name in TEXTS else SEPARATOR) if values else Text("none", "dim")
            if name == "title":
                value.stylize("bold")
            yield _Row(name, value, tuple(_notes(name, provenance)) if provenance else ())
        else:
            missing.append(name)
    for name, provenance in article.provenance.items():
        if name not in FIELDS:
            yield _Row(name, Text(), tuple(_notes(name, provenance)))
    if missing:
        yield _Row("missing", Text(", ".join(missing), "dim"))


def _values(article: Article, name: str) -> tuple[str, ...]:
    """The values of a field as lines of text."""
    match name:
        case "captions":
            found = [f"{one.text} [{one.credit}]" if one.credit else one.text for one in article.captions]
        case "quotes":
            found = [f"“{one.text}” {one.speaker or 'unattributed'}" for one in article.quotes]
        case "published" | "modified":
            instant: Instant | None = getattr(article, name)
            found = [f"{instant} ({instant.precision.value})"] if instant else []
        case _:
            value: str | tuple[str, ...] | None = getattr(article, name)
            found = [value] if isinstance(value, str) else list(value or ())
    return tuple(_on_one_line(one) for one in found if one)


def _on_one_line(text: str) -> str:
    """The text without what breaks its line or steers a terminal."""
    return shown(" ".join(text.split()))


def _joined(values: tuple[str, ...], separator: str) -> Text:
    value = Text(separator).join(_shortened(one) for one in values[:MOST_VALUES])
    if len(values) > MOST_VALUES:
        value.append(f" and {len(values) - MOST_VALUES:,} more", "dim")
    return value


def _shortened(text: str) -> Text:
    if len(text) <= LONGEST:
        return Text(text)
    return Text.assemble(text[:LONGEST].rpartition(" ")[0] or text[:LONGEST], (f" … ({len(text):,} characters)", "dim"))


def _notes(name: str, provenance: Provenance) -> Iterator[Text]:
    """Where a value came from and how sure that is; what else was found, or what befell its text."""
    confidence = provenance.confidence
    style = "green" if confidence >= SURE else "yellow" if confidence >= FAIRLY_SURE else "red"
    where = f"  {provenance.path}" if provenance.path else ""
    yield Text.assemble((f"{confidence:.2f}", style), (f"  {shown(provenance.method)}{shown(where)}", "dim"))
    others = tuple(_on_one_line(other) for other in provenance.rejected)
    if others:
        label = "warning" if name == "body" else "not taken"
        yield Text.assemble((f"{label}: ", "yellow"), _joined(others, SEPARATOR))
