"""Where the sentence around a place in a text begins and ends.

Only the neighbourhood of the place is read, so that a snippet of a long article costs no more than of a short one.
"""

from __future__ import annotations

import regex

LONGEST_SENTENCE = 2_000
"""Characters read to each side. A longer sentence (a table, a list, a text without full stops) is cut anyway."""
_STEPS_BACK = (250, 1_000, LONGEST_SENTENCE)
_BEGINNING = 20
"""Characters that show that a sentence begins: quotes and brackets, and a capital."""

# A stop with the quotes and brackets that close over it, and then a space and something that can begin a sentence;
# or a full-width stop; or an empty line.
_BREAK = regex.compile(
    r"""(?P<stop>[.!?…।؟۔]+)["'”’»)\]]*(?P<space>\s+)(?=["'“‘«(\[¿¡—–-]*[\p{Lu}\p{Lt}\p{Lo}\p{N}])"""
    r"""|[。！？．]+[」』”’）]*"""
    r"""|\n\s*\n\s*"""
)
EMPTY_LINE = regex.compile(r"\n\s*\n")
# The word before a full stop, with the full stops inside it: `Mr`, `U.S`, `J`.
_LAST_WORD = regex.compile(r"\w+(?:\.\w+)*$")
_INITIALS = regex.compile(r"\p{L}(?:\.\p{L})*")
# English, and what is common in German, French and Spanish; none that is also a word that can end a sentence.
_ABBREVIATION = regex.compile(
    r"adm|capt|cf|cmdr|co|col|corp|cpl|dept|dr|ed|est|etc|fr|gen|gov|hon|inc|insp|jr|lt|ltd|maj|messrs|mr|mrs|ms|mt|mx"
    r"|pres|prof|reps?|rev|sens?|sgt|sr|st|sts|supt|vs|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    r"|bzw|ca|dipl|frl|hrn?|str|usw|vgl|av|mme|mlle|sra|srta"
)
_BEFORE_NUMBER = regex.compile(r"art|fig|nos?|nr|op|pp|vol")
_LONGEST_WORD = 24


def sentence_at(text: str, place: int) -> tuple[int, int]:
    """The bounds of the sentence that covers `text[place]`, without the spaces around it."""
    start = _start(text, place)
    breaks = _BREAK.finditer(text, start, min(len(text), place + LONGEST_SENTENCE))
    ends = (found.end() for found in breaks if found.end() > place and _ends_sentence(text, found))
    return _stripped(text, start, next(ends, min(len(text), place + LONGEST_SENTENCE)))


def _start(text: str, place: int) -> int:
    """Where the sentence begins: after the last break before `place`, looked for in growing steps back."""
    for step in _STEPS_BACK:
        first = max(0, place - step)
        breaks = [found for found in _BREAK.finditer(text, first, place + _BEGINNING) if found.end() <= place]
        last = next((found.end() for found in reversed(breaks) if _ends_sentence(text, found)), None)
        if last is not None or not first:
            return last or 0
    return first


def _ends_sentence(text: str, found: regex.Match[str]) -> bool:
    if found["stop"] != "." or EMPTY_LINE.search(found["space"]):
        return True
    before = _LAST_WORD.search(text, max(0, found.start() - _LONGEST_WORD), found.start())
    if before is None:
        return True
    word = before[0].lower()
    if text[found.end() : found.end() + 1].isdigit() and _BEFORE_NUMBER.fullmatch(word):
        return False
    return not (_ABBREVIATION.fullmatch(word) or _INITIALS.fullmatch(word))


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
