"""How text becomes words: one rule, used when indexing, when reading a query and when marking a snippet.

Three forms of a word are in use:

- exact (`exact_form`): lower case, typographic apostrophes made plain, canonical composition. What quotes ask for.
- folded (`folded_form`): the exact form without diacritics: `Erdoğan` is found as `erdogan`.
- stem (`stem`): the English Snowball stem of the folded form: `strikes` is found as `strike`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import regex
import Stemmer

# `regex`, not `re`: its \w keeps Indic words whole at combining marks. An apostrophe inside a word stays in it.
_WORD = regex.compile(r"\w+(?:['’ʼ＇]\w+)*")
# In plain ASCII `re` finds the same, twice as fast; and where no apostrophe joins anything, splitting does, four times.
_ASCII_WORD = re.compile(r"\w+(?:'\w+)*", re.ASCII)
_ASCII_GAPS = {code: " " for code in range(128) if not _ASCII_WORD.match(chr(code))}
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "＇": "'"})
_ENGLISH = Stemmer.Stemmer("english", 0)
"""Without a cache of its own: `stem` has one, and many words at once are many different words."""


class Token(NamedTuple):
    """A word as it stands in a text: `text[start:end]`, offsets in code points, `position` counted in words."""

    word: str
    start: int
    end: int
    position: int


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """The words of a text from `start` on, in order. No word is dropped, not even of one letter."""
    for position, match in enumerate(_WORD.finditer(text, start)):
        yield Token(match.group(), match.start(), match.end(), position)


def words(text: str) -> list[str]:
    """The words of a text as written, without offsets; the fast path of indexing."""
    if text.isascii():
        return _ASCII_WORD.findall(text) if "'" in text else text.translate(_ASCII_GAPS).split()
    found: list[str] = _WORD.findall(text)
    return found


@lru_cache(maxsize=200_000)
def exact_form(word: str) -> str:
    """The form a quoted word is compared in: letter case and the kind of apostrophe do not matter."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFC", word.translate(_APOSTROPHES).lower())


@lru_cache(maxsize=200_000)
def exact_forms(word: str) -> tuple[str, ...]:
    """The exact forms that a word of a text answers to: itself and, of a possessive, its owner.

    `"Putin"` in quotes must find “Putin’s visit”; `"Khan"` must not find “Khans”.
    """
    exact = exact_form(word)
    return (exact, exact[:-2]) if exact.endswith("'s") and len(exact) > 2 else (exact,)


@lru_cache(maxsize=200_000)
def folded_form(word: str) -> str:
    """The exact form of a word's owner without diacritics; how names are compared."""
    exact = exact_forms(word)[-1]
    if exact.isascii():
        return exact
    decomposed = unicodedata.normalize("NFKD", exact)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c))) or exact


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of a word; how running text is compared when the query is not quoted."""
    return stems([folded_form(word)])[0]


def folded_text(text: str) -> str:
    """A whole text without the differences of letter case, diacritics, apostrophes and spaces: to look for a piece of
    a label in. Other characters are as they stand, so words may be looked for from the middle on.
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
        text = unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
    return " ".join(text.casefold().split())


def folded_forms(exact: Sequence[str]) -> list[str]:
    """The folded forms of many words that are in their exact form."""
    return [word if word.isascii() and not word.endswith("'s") else folded_form(word) for word in exact]


def stems(folded: Sequence[str]) -> list[str]:
    """The stems of many words in their folded form: all at once they cost a tenth of what each does alone."""
    try:
        return list(_ENGLISH.stemWords(folded))
    except UnicodeEncodeError:  # a lone surrogate, which a query may hold and no text's word does
        return [word if _has_surrogate(word) else str(_ENGLISH.stemWord(word)) for word in folded]


def _has_surrogate(word: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in word)
