"""The tokens that a query's text is cut into, and the reading in which this happens."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from whoosh.qparser import QueryParser
from whoosh.qparser.plugins import Plugin
from whoosh.qparser.syntax import SyntaxNode
from whoosh.qparser.taggers import Tagger

from index.schema import Field
from search.dates import Calendar
from search.nodes import Node
from search.page import QueryWarning

QUOTES = '"“”„‟＂«»'
"""Any of these opens and closes a quotation: telephones and word processors write them unasked."""
BARE = rf"[^\s(){QUOTES}]"
"""A character of an unquoted text."""
MOST_WARNINGS = 10
"""A thousand stray quotes are not a thousand messages."""


class Token(SyntaxNode):
    """A piece of the query's text, `text[startchar:endchar]`."""

    startchar: int
    endchar: int

    def __init__(self, text: str) -> None:
        self.text = text

    def touches(self, following: Token) -> bool:
        """Whether the next token follows without a space."""
        return self.endchar == following.startchar

    def as_chunk(self, text: str | None = None) -> Chunk:
        """The same text, or another in its place, without a meaning."""
        chunk = Chunk(self.text if text is None else text)
        chunk.startchar, chunk.endchar = self.startchar, self.endchar
        return chunk


class Chunk(Token):
    """Text without spaces that is searched as words."""


class Plain(Chunk):
    """Text without spaces that is searched as words whatever signs it holds."""


class Quotation(Token):
    """Text in quotes; `slop` is how far its words may be apart."""

    def __init__(self, text: str, quoted: str, slop: int) -> None:
        super().__init__(text)
        self.quoted = quoted
        self.slop = slop


class Leaf(Token):
    """Text that was understood at once."""

    def __init__(self, text: str, node: Node) -> None:
        super().__init__(text)
        self.node = node


class FieldName(Token):
    """`title:`, of the clause that follows."""

    def __init__(self, text: str, field: Field) -> None:
        super().__init__(text)
        self.field = field


class Open(Token):
    """An opening parenthesis."""


class Close(Token):
    """A closing parenthesis."""


class Infix(Token):
    """`AND` or `OR`."""


class Prefix(Token):
    """`+`, `-` or `NOT`."""


class Boost(Token):
    """`^2`, of the clause before."""


class Fuzzy(Token):
    """`~` or `~2`, of the word before."""


class Nothing(Token):
    """Text that means nothing and is left out."""


class Reading(QueryParser):
    """Cuts one query into tokens, and collects what must be said about it. For one use."""

    def __init__(self, plugins: Sequence[Plugin], calendar: Calendar) -> None:
        super().__init__(None, None, plugins=plugins)
        self.calendar = calendar
        self.warnings: list[QueryWarning] = []

    def tokens(self, text: str) -> list[Token]:
        """The tokens of a query in order, without spaces."""
        return [token for token in self.tag(text) if isinstance(token, Token)]

    def warn(self, code: str, detail: str, position: int | None = None) -> None:
        """Say that something was not read as written."""
        if len(self.warnings) < MOST_WARNINGS:
            self.warnings.append(QueryWarning(code, detail, position))


class Syntax(Plugin, Tagger):
    """A plug-in that tags what an expression matches with the token that `make` makes of it.

    `make` may return `None`: it was something else after all. A token may reach further than the expression did.
    """

    def __init__(self, expression: str, make: Callable[[Reading, re.Match[str]], Token | None]) -> None:
        self.expression = re.compile(expression)
        self.make = make

    def taggers(self, parser: Reading) -> list[tuple[Tagger, int]]:
        """Itself, at the priority of all others, so that the order of the plug-ins decides."""
        return [(self, 0)]

    def match(self, parser: Reading, text: str, pos: int) -> Token | None:
        """The token that begins at `pos`, if any."""
        found = self.expression.match(text, pos)
        token = self.make(parser, found) if found else None
        if token is not None:
            token.startchar, token.endchar = pos, pos + len(token.text)
        return token
