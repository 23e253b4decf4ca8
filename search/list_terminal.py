"""Lists of places in articles for a terminal: a concordance in columns, and quotes with their speakers."""

from __future__ import annotations

import re

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from search.concordance import Concordance, Line
from search.listing import Listing
from search.quotes import QuoteListing
from search.terminal import MARK, marked, printable

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
"""Around a column they keep right-to-left text from moving its neighbours."""


def print_concordance(console: Console, listing: Concordance) -> None:
    """The lines, their matches below each other, each with its article's date and id."""
    _print(console, _headline(listing, "match", "matches"))
    before = max((cell_len(printable(line.left)) for line in listing.entries), default=0)
    behind = max((cell_len(_keyword_and_right(line)) for line in listing.entries), default=0)
    for line in listing.entries:
        _print(console, _line(line, before, behind))
    _more(console, listing)


def _keyword_and_right(line: Line) -> str:
    return printable(line.keyword + line.right)


def _line(line: Line, before: int, behind: int) -> Text:
    left, article = printable(line.left), line.match.article
    return Text.assemble(
        " " * (before - cell_len(left)),
        _isolated(left),
        (_isolated(printable(line.keyword)), MARK),
        _isolated(printable(line.right)),
        " " * (behind - cell_len(_keyword_and_right(line)) + 2),
        (f"{article.published or 'no date'}  {printable(article.id)}", "dim"),
    )


def _isolated(text: str) -> str:
    return f"{_ISOLATE}{text}{_END_OF_ISOLATE}" if _RIGHT_TO_LEFT.search(text) else text


def print_quotes(console: Console, listing: QuoteListing) -> None:
    """Each quote behind its speaker, and below it the article that it is from."""
    _print(console, _headline(listing, "quote", "quotes"))
    for quote in listing.entries:
        article = quote.article
        facts = (str(article.published or "no date"), article.source, article.title or "(no title)", article.id)
        console.print()
        said = Text.assemble((f"{printable(quote.speaker)}: ", "bold"), marked(quote.text, quote.ranges))
        console.print(said, soft_wrap=not console.is_terminal)
        _print(console, Text(f"  {printable(' · '.join(fact for fact in facts if fact))}", "green"))
    _more(console, listing)


def _headline(listing: Listing[Line] | QuoteListing, one: str, several: str) -> Text:
    found = Text(f"{listing.total:,} {one if listing.total == 1 else several}", "bold")
    found.append(f" in {listing.articles_read:,} {'article' if listing.articles_read == 1 else 'articles'}", "not bold")
    if not listing.complete:
        found.append(f", the first of {listing.articles:,}", "not bold yellow")
    for warning in listing.warnings:
        found.append(f"\n! {printable(warning.detail)}", "not bold yellow")
    return found


def _more(console: Console, listing: Listing[Line] | QuoteListing) -> None:
    if listing.request.page < listing.pages:
        page = listing.request.page
        _print(console, Text(f"\nPage {page:,} of {listing.pages:,}. Next: --page {page + 1}", "dim"))


def _print(console: Console, text: Text) -> None:
    """On a terminal a line that is too long is cut, so that columns stay; through a pipe it stays whole."""
    if console.is_terminal:
        console.print(text, no_wrap=True, overflow="ellipsis")
    else:
        console.print(text, soft_wrap=True)
