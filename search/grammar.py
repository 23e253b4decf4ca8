"""What a query's tokens mean together: from tokens to one node.

    clauses     = alternative …                 joined as `match` says
    alternative = conjunction OR conjunction …
    conjunction = clause AND clause …
    clause      = (+ | - | NOT)… [field:] ( "(" clauses ")" | quotation | word ) [^boost | ~]…

So OR joins its neighbours before mere spaces do: `rail strike OR walkout` is rail, and one of the other two.
Before this is read, `tidied` turns whatever does not fit (an operator without an operand, a parenthesis without a
partner) into plain words or nothing; after that the reading cannot fail.
"""

from __future__ import annotations

from enum import StrEnum

import regex

from index.analysis import words
from index.errors import RequestInvalid
from search.nodes import MOST_EDITS, Either, Group, Node, Pattern, Quoted, Sign, Similar, Words, boosted, depth
from search.tokens import (
    Boost,
    Chunk,
    Close,
    FieldName,
    Fuzzy,
    Infix,
    Leaf,
    Open,
    Plain,
    Prefix,
    Quotation,
    Reading,
    Token,
)

MOST_CLAUSES = 64
DEEPEST_NESTING = 20
MOST_WILDCARDS = 4
"""In one word. Each more multiplies the ways in which it can fit."""
MOST_PATTERNS = 8
"""In one query, words with `~` among them. Each stands for up to 1,024 words in each field: about 80 ms on
Reuters-21578."""

_STARTS = (Chunk, Quotation, Leaf, FieldName, Open, Prefix)
_ENDS = (Chunk, Quotation, Leaf, Close, Boost, Fuzzy)
# A word as `index.analysis` cuts it, with the signs of a pattern inside.
_PIECE = regex.compile(r"[\w*?]+(?:['’ʼ＇][\w*?]+)*")
_OPERATORS = frozenset({"AND", "OR", "NOT"})


class Match(StrEnum):
    """How many of the clauses that stand side by side an article must match."""

    ALL = "all"
    MOST = "most"
    ANY = "any"


def understood(tokens: list[Token], reading: Reading, match: Match) -> Node | None:
    """The node that the tokens of a query make, `None` when they hold nothing to search for.

    Raises RequestInvalid for too many clauses or too deep nesting.
    """
    tidy = tidied(tokens, reading)
    if not tidy:
        return None
    node = _Grammar(tidy, reading, match).clauses(None)
    if depth(node) > DEEPEST_NESTING:  # operators nest without parentheses too, and the canonical text has them
        raise _too_deep()
    return node


def _too_deep() -> RequestInvalid:
    return RequestInvalid("q", f"The query nests its parts more than {DEEPEST_NESTING} deep.")


def tidied(tokens: list[Token], reading: Reading) -> list[Token]:
    """The tokens without those that have no word, and with those that cannot be what they look like as words."""
    while True:
        worded = [token for token in tokens if not _is_wordless(token)]
        tidy = _joined(_attached(_paired(worded, reading), reading), reading)
        if len(tidy) == len(tokens):
            return tidy
        tokens = tidy  # what was taken away may leave a parenthesis empty or an operator alone


def _is_wordless(token: Token) -> bool:
    if isinstance(token, Chunk):
        return not _pieces(token.text)
    if isinstance(token, Quotation):
        return not words(token.quoted)
    return not isinstance(token, _STARTS + _ENDS + (Infix,))


def _pieces(text: str) -> list[str]:
    """The words and patterns in a chunk. A question mark at a word's end is punctuation."""
    found = (piece.rstrip("?'’ʼ＇") for piece in _PIECE.findall(text))
    return [piece for piece in found if piece.strip("*?'’ʼ＇")]


def _paired(tokens: list[Token], reading: Reading) -> list[Token]:
    """Without parentheses that have no partner or nothing inside."""
    kept: list[Token] = []
    opened: list[int] = []
    for token in tokens:
        if isinstance(token, Open):
            opened.append(len(kept))
        elif isinstance(token, Close):
            if not opened:
                _warn_unbalanced(token, reading)
                continue
            start = opened.pop()
            if start == len(kept) - 1:
                kept.pop()
                continue
            if len(opened) >= DEEPEST_NESTING:
                raise _too_deep()
        kept.append(token)
    for start in opened:
        _warn_unbalanced(kept[start], reading)
    return [token for place, token in enumerate(kept) if place not in opened]


def _warn_unbalanced(token: Token, reading: Reading) -> None:
    reading.warn("unbalanced-parenthesis", f"“{token.text}” has no partner and was left out.", token.startchar)


def _attached(tokens: list[Token], reading: Reading) -> list[Token]:
    """Field names that touch what they name, suffixes that touch what they follow; others as text."""
    kept: list[Token] = []
    for token, following in zip(tokens, [*tokens[1:], None], strict=False):
        fits = True
        if isinstance(token, FieldName):
            fits = isinstance(following, Chunk | Quotation | Open) and token.touches(following)
            if not fits:
                reading.warn("field-without-value", f"“{token.text}” was searched as text.", token.startchar)
        elif isinstance(token, Boost | Fuzzy):
            fits = bool(kept) and isinstance(kept[-1], _ENDS) and kept[-1].touches(token)
        if fits:
            kept.append(token)
        elif not _is_wordless(chunk := token.as_chunk()):
            kept.append(chunk)
    return kept


def _joined(tokens: list[Token], reading: Reading) -> list[Token]:
    """Operators that have their operands; others as words, signs not at all."""
    kept: list[Token] = []
    for token in reversed(tokens):
        following = kept[-1] if kept else None
        if isinstance(token, Prefix):
            if token.text in _OPERATORS and not isinstance(following, _STARTS):
                kept.append(_as_word(token, reading))
                continue
            if token.text not in _OPERATORS and not (following and token.touches(following)):
                continue
        kept.append(token)
    return _with_operands(kept[::-1], reading)


def _with_operands(tokens: list[Token], reading: Reading) -> list[Token]:
    kept: list[Token] = []
    for token, following in zip(tokens, [*tokens[1:], None], strict=False):
        fits = not isinstance(token, Infix) or (
            bool(kept) and isinstance(kept[-1], _ENDS) and isinstance(following, _STARTS)
        )
        kept.append(token if fits else _as_word(token, reading))
    return kept


def _as_word(operator: Token, reading: Reading) -> Token:
    reading.warn(
        "operator-without-operand",
        f"“{operator.text}” has nothing to join here and was searched as a word.",
        operator.startchar,
    )
    return operator.as_chunk(operator.text.lower())


class _Grammar:
    """Reads tidy tokens from left to right, one function for each rule."""

    def __init__(self, tokens: list[Token], reading: Reading, match: Match) -> None:
        self.tokens = tokens
        self.reading = reading
        self.match = match
        self.place = 0
        self.leaves = 0
        self.patterns = 0

    def clauses(self, field: str | None) -> Node:
        """Clauses side by side, up to the end or the closing parenthesis."""
        found = []
        while self._next() is not None and not isinstance(self._next(), Close):
            sign, node = self._alternative(field)
            found.append((sign or (Sign.MUST if self.match is Match.ALL else Sign.MAY), node))
        return group(found, self.match)

    def _alternative(self, field: str | None) -> tuple[Sign | None, Node]:
        sign, node = self._conjunction(field)
        if not self._is_operator("OR"):
            return sign, node
        nodes = [_affirmed(sign, node)]
        while self._is_operator("OR"):
            self.place += 1
            nodes.append(_affirmed(*self._conjunction(field)))
        return None, either(nodes)

    def _conjunction(self, field: str | None) -> tuple[Sign | None, Node]:
        sign, node = self._clause(field)
        if not self._is_operator("AND"):
            return sign, node
        found = [(sign or Sign.MUST, node)]
        while self._is_operator("AND"):
            self.place += 1
            sign, node = self._clause(field)
            found.append((sign or Sign.MUST, node))
        return None, group(found, Match.ALL)

    def _clause(self, field: str | None) -> tuple[Sign | None, Node]:
        sign, negative = None, False
        while isinstance(token := self._take(), Prefix):
            sign = Sign.MUST
            negative ^= token.text != Sign.MUST
        if isinstance(token, FieldName):
            field, token = token.field.name, self._take()
        if isinstance(token, Open):
            node = self.clauses(field)
            self.place += 1
        else:
            node = self._leaf(token, field)
        return Sign.MUST_NOT if negative else sign, self._with_suffixes(node)

    def _leaf(self, token: Token, field: str | None) -> Node:
        if isinstance(token, Quotation):
            self._count(1)
            return Quoted(tuple(words(token.quoted)), field, token.slop)
        if isinstance(token, Leaf):
            self._count(1)
            return token.node
        parts = _parts(token, field, self.reading, MOST_PATTERNS - self.patterns)
        self._count(len(parts))
        self.patterns += sum(isinstance(part, Pattern) for part in parts)
        return group([(Sign.MUST, part) for part in parts], Match.ALL)

    def _count(self, leaves: int) -> None:
        self.leaves += leaves
        if self.leaves > MOST_CLAUSES:
            raise RequestInvalid(
                "q", f"The query has more than {MOST_CLAUSES} words and phrases; leave some of them out."
            )

    def _with_suffixes(self, node: Node) -> Node:
        while isinstance(token := self._next(), Boost | Fuzzy):
            self.place += 1
            node = boosted(node, float(token.text[1:])) if isinstance(token, Boost) else self._like(node, token)
        return node

    def _like(self, node: Node, token: Fuzzy) -> Node:
        edits = int(token.text[1:] or 1)
        if edits > MOST_EDITS:
            self.reading.warn(
                "too-many-edits",
                f"“{token.text}” was read as “~{MOST_EDITS}”; words that differ in more letters are hardly alike.",
                token.startchar,
            )
        if not isinstance(node, Words) or len(node.words) > 1:
            self.reading.warn(
                "nothing-to-be-like", f"“{token.text}” is for a single word; it was left out.", token.startchar
            )
            return node
        if not edits:
            return node
        if self.patterns == MOST_PATTERNS:
            self.reading.warn(
                "too-many-wildcards",
                f"“{token.text}” was left out; a query may have {MOST_PATTERNS} words that stand for many.",
                token.startchar,
            )
            return node
        self.patterns += 1
        return Similar(node.words[0], min(edits, MOST_EDITS), node.field, node.boost)

    def _next(self) -> Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def _take(self) -> Token:
        token = self.tokens[self.place]
        self.place += 1
        return token

    def _is_operator(self, text: str) -> bool:
        token = self._next()
        return isinstance(token, Infix) and token.text == text


def _parts(chunk: Token, field: str | None, reading: Reading, most_patterns: int) -> list[Node]:
    """The words between a chunk's patterns, and its patterns."""
    parts: list[Node] = []
    plain: list[str] = []
    patterns = 0
    for piece in _pieces(_without_wildcards(chunk.text) if isinstance(chunk, Plain) else chunk.text):
        pattern = regex.sub(r"\*+", "*", piece)
        wildcards = pattern.count("*") + pattern.count("?")
        if not wildcards or wildcards > MOST_WILDCARDS or patterns == most_patterns:
            if wildcards:
                _warn_wildcards(piece, chunk, reading)
            plain += _pieces(_without_wildcards(piece))
            continue
        if plain:
            parts.append(_words(plain, field))
        plain = []
        patterns += 1
        parts.append(Pattern(pattern, field))
    return [*parts, _words(plain, field)] if plain else parts


def _without_wildcards(text: str) -> str:
    return text.replace("*", " ").replace("?", " ")


def _warn_wildcards(piece: str, chunk: Token, reading: Reading) -> None:
    reading.warn(
        "too-many-wildcards",
        f"“{piece}” was searched without its wildcards; a word may have {MOST_WILDCARDS}, "
        f"and a query {MOST_PATTERNS} such words.",
        chunk.startchar,
    )


def _words(plain: list[str], field: str | None) -> Words:
    # An operator that ended up as a word, as in “+AND”, is written small so that it stays one.
    return Words(tuple(word.lower() if word in _OPERATORS else word for word in plain), field)


def _affirmed(sign: Sign | None, node: Node) -> Node:
    return Group(((sign, node),)) if sign is Sign.MUST_NOT else node


def either(nodes: list[Node]) -> Node:
    """Alternatives; one among them that only lists alternatives itself is opened."""
    flat: list[Node] = []
    for node in nodes:
        flat += node.nodes if isinstance(node, Either) and node.boost == 1 else [node]
    return Either(tuple(flat))


def group(clauses: list[tuple[Sign, Node]], match: Match) -> Node:
    """Clauses side by side; a single one is itself, and one that only lists what must and must not be is opened."""
    flat: list[tuple[Sign, Node]] = []
    for sign, node in clauses:
        inner = node.clauses if isinstance(node, Group) and node.boost == 1 else ()
        if sign is Sign.MUST and inner and not any(sign is Sign.MAY for sign, _ in inner):
            flat += inner
        elif sign is Sign.MUST_NOT and len(inner) == 1:
            flat.append((Sign.MUST, inner[0][1]))
        else:
            flat.append((sign, node))
    if len(flat) == 1 and flat[0][0] is not Sign.MUST_NOT:
        return flat[0][1]
    required = sum(sign is Sign.MUST for sign, _ in flat)
    possible = sum(sign is Sign.MAY for sign, _ in flat)
    return Group(tuple(flat), _least(required, possible, match))


def _least(required: int, possible: int, match: Match) -> int:
    """How many of the possible clauses must match beside the required ones."""
    if match is Match.MOST:
        three_quarters = -(-3 * (required + possible) // 4)
        return max(three_quarters - required, 0)
    return 1 if possible and not required else 0
