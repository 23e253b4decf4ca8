"""The query language's marks: plug-ins for Whoosh's parser that cut a query's text into tokens.

What the tokens mean together is the grammar's question. A new piece of syntax is one more plug-in here.
"""

from __future__ import annotations

import re

from search.fielded import FIELD, fielded
from search.nodes import FURTHEST
from search.tokens import (
    BARE,
    QUOTES,
    Boost,
    Chunk,
    Close,
    Fuzzy,
    Infix,
    Nothing,
    Open,
    Prefix,
    Quotation,
    Reading,
    Syntax,
    Token,
)

# Operators and signs stand at the beginning of a clause; a sign touches what follows, an operator does not.
_OPERATOR = rf"(?<![^\s(){QUOTES}])(?:AND|OR|NOT)(?=[\s(){QUOTES}]|$)"
_SIGN = r"(?<![^\s(])[+-](?=[^\s+\-)])"
_QUOTATION = rf"[{QUOTES}](?P<text>[^{QUOTES}]*)[{QUOTES}](?:~(?P<slop>\d{{1,4}}))?"
# A clause's suffixes, three at most, are followed by its end; elsewhere `^` and `~` are text.
_SUFFIX = r"(?:\^\d+(?:\.\d+)?|~\d?)"
_SUFFIXES_START = rf"(?<=[^\s(]){_SUFFIX}(?=(?:{_SUFFIX}){{0,2}}(?:[\s)]|$))"
_CHUNK = rf"{BARE}+?(?=(?:{_SUFFIX}){{1,3}}(?:[\s)]|$)|[\s(){QUOTES}]|$)"


def _parenthesis(_reading: Reading, match: re.Match[str]) -> Token:
    return (Open if match[0] == "(" else Close)(match[0])


def _quotation(reading: Reading, match: re.Match[str]) -> Token:
    slop = int(match["slop"] or 1)
    if slop > FURTHEST:
        reading.warn("slop-out-of-range", f"“~{slop}” was read as “~{FURTHEST}”, the furthest.", match.start("slop"))
    return Quotation(match[0], match["text"], min(max(slop, 1), FURTHEST))


def _lone_quote(reading: Reading, match: re.Match[str]) -> Token:
    reading.warn("unbalanced-quote", "A quote without a partner was left out.", match.start())
    return Nothing(match[0])


def _operator(_reading: Reading, match: re.Match[str]) -> Token:
    return (Prefix if match[0] == "NOT" else Infix)(match[0])


def _sign(_reading: Reading, match: re.Match[str]) -> Token:
    return Prefix(match[0])


def _suffix(_reading: Reading, match: re.Match[str]) -> Token:
    return (Boost if match[0].startswith("^") else Fuzzy)(match[0])


def _chunk(_reading: Reading, match: re.Match[str]) -> Token:
    return Chunk(match[0])


PLUGINS = (
    Syntax(r"[()]", _parenthesis),
    Syntax(_QUOTATION, _quotation),
    Syntax(rf"[{QUOTES}]", _lone_quote),
    Syntax(_OPERATOR, _operator),
    Syntax(_SIGN, _sign),
    Syntax(FIELD, fielded),
    Syntax(_SUFFIXES_START, _suffix),
    Syntax(_CHUNK, _chunk),
)
"""The language, the first that matches before the later ones."""
