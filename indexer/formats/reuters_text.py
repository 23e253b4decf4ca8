"""The text of a Reuters record: who wrote it, where, and its lines as paragraphs and tables."""

from __future__ import annotations

import re
from typing import NamedTuple

_BY = re.compile(r"\s*by\s+", re.IGNORECASE)
_AGENCY = re.compile(r"(?:^|(?<![,\s])[,\s]+)reuters?\w?\.?\s*$", re.IGNORECASE)
_WRITERS = re.compile(r"\s*,\s*|\s+and\s+", re.IGNORECASE)
_NAME = re.compile(r"(\bMc|\b[OD]')?(\w)(\w*)", re.IGNORECASE)


def byline_of(text: str) -> tuple[str, ...]:
    """The writers that AUTHOR names: `BY TED D'AFFLISIO, Reuters` is Ted D'Afflisio."""
    names = _WRITERS.split(_AGENCY.sub("", _BY.sub("", " ".join(text.split()), count=1)))
    return tuple(_cased(name) for name in names if name)


def _cased(name: str) -> str:
    """A name in capitals (`TED d'AFFLISIO` too) or in small letters as it would be printed; any other as it stands."""
    if sum(map(str.islower, name)) >= sum(map(str.isupper, name)) > 0:
        return name
    return _NAME.sub(lambda found: (found[1] or "").capitalize() + found[2].upper() + found[3].lower(), name)


class Dateline(NamedTuple):
    """The place of a dateline, and what the markup took along with it that belongs to the running text."""

    place: str | None
    rest: str


LONGEST_DATELINE = 300
"""Characters. Those of the collection have up to 80; the pattern takes quadratic time."""
# The day is misspelt in all ways (`Mach 4`, `Apri l7`, `March 2O`, `ABR 7`, `2 March`), so any short word beside a
# number will do; without a number it must be the name of a month.
_DAY = r"""(?x:
    [A-Z]{3,9} [.,]? \s* (?=\w*\d)[\dlO]{1,3}
  | \d{1,2} \s [A-Z]{3,9}
  | (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) [a-z]* \s? l?
)"""
_DATELINE = re.compile(
    rf"[^a-z]*(?P<place>[a-z][a-z .,'/}}-]*?)(?P<comma>[,\s-]*)(?<![a-z]){_DAY},?\s*(?:Reuters?\s*)?-+\s?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)


def dateline_of(text: str) -> Dateline:
    """Take DATELINE apart: of `SAN MATEO, Calif., March 2 -` the place is `SAN MATEO, Calif.`, as it is written.

    Without a day it is no dateline but the first words of a table, which the collection's makers cut off there.
    """
    found = _DATELINE.match(text) if len(text) <= LONGEST_DATELINE else None
    if not found:
        return Dateline(None, text)
    place = " ".join(found["place"].split())
    if "," not in found["comma"] and not place.isupper() and not place.endswith("."):
        return Dateline(None, text)
    return Dateline(place, found["rest"] if found["rest"].strip() else "")


_RETURN = re.compile(r"\^M$", re.MULTILINE)
# `REUTER`, ` Reuter...`, `REUITER`, `REUTER N`; `More` of a story that goes on in another record.
_SIGN_OFF = re.compile(r"\W*(?:R[EUIT]{2,5}R?S?(?: [A-Z])?|MORE)\W*", re.IGNORECASE)
SIGN_OFF = 40
"""Characters at the end of the last line among which a sign-off is looked for; most stand 8 blanks behind the text."""
_SIGN_OFF_INSIDE = re.compile(r"(?:(?<=[.\")\d])\s+|\s{2,})REUTERS?\W*$")
_INDENT = range(3, 7)
"""Blanks before the first line of a paragraph: 84,850 times four, 788 times five in the collection. Other indented
lines (20,545 by one blank) belong to tables."""
_COLUMNS = re.compile(r"\S {3,}\S|[^ .:;,)\"'?!] {2}\S.*[^ .:;,)\"'?!] {2}\S|\.{4,}|---")


def running_text(text: str) -> str:
    """The paragraphs, unwrapped, and the tables, line by line in their columns, with a blank line between them."""
    blocks: list[list[str]] = []
    paragraph = table = False  # what the last block is, while it can go on
    if "^M" in text:
        text = _RETURN.sub("", text)
    for line in _signed_off(text.expandtabs().split("\n")):
        indent = len(line) - len(line.lstrip())
        if not line:
            paragraph = table = False
        elif _has_columns(line) or (indent and indent not in _INDENT):
            if table:
                blocks[-1].append(f"\n{line}")
            else:
                blocks.append([line])
            paragraph, table = False, True
        elif paragraph and not indent:
            blocks[-1].append(line if _broken(blocks[-1][-1], line) else f" {line}")
        else:
            blocks.append([line.lstrip()])
            paragraph, table = True, False
    return "\n\n".join(map(_dedented, map("".join, blocks)))


def _has_columns(line: str) -> bool:
    bare = line.lstrip(" ")
    # Few lines have any of these, which are sooner looked for than columns.
    return ("  " in bare or "...." in bare or "---" in bare) and _COLUMNS.search(bare) is not None


def _dedented(block: str) -> str:
    """A block without the blanks that all its lines start with. `textwrap.dedent` takes 2 s for 160,000 of them."""
    if block[0] != " ":
        return block  # a paragraph starts with its first word
    lines = block.split("\n")
    margin = min(len(line) - len(line.lstrip(" ")) for line in lines)
    return "\n".join(line[margin:] for line in lines)


def _broken(line: str, following: str) -> bool:
    """Whether a word goes on in the next line."""
    return line[-1:] == "-" and line[-2:-1].isalnum() and following[0].isalnum()


def _signed_off(lines: list[str]) -> list[str]:
    """The lines up to the agency's sign-off, without blanks at their ends."""
    kept = [line.rstrip() for line in lines]
    while kept and (not kept[-1] or _SIGN_OFF.fullmatch(kept[-1])):
        kept.pop()
    if kept:
        kept[-1] = kept[-1][:-SIGN_OFF] + _SIGN_OFF_INSIDE.sub("", kept[-1][-SIGN_OFF:])
    return kept
