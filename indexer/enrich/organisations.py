"""Organisations by the words they end or start with, and by the abbreviation that stands behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from indexer.enrich.lexicon import Kind
from indexer.enrich.stretches import RUN, Stretch

# “University of Sarnholt”, “Council for the Exploration of the Sea”.
_OF = re.compile(rf"[ ](?:of|for)[ ](?:the[ ])?(?={RUN.pattern})")
_AND = re.compile(rf"[ ](?:and|&)[ ](?={RUN.pattern})")
_ACRONYM = re.compile(r"[ ]\(([A-Z][A-Za-z]{0,3}[A-Z]{1,4})\)")
_CONNECTORS = frozenset(
    {"of", "and", "for", "the", "de", "des", "du", "la", "on", "in", "to", "against", "&", "von", "für", "und"}
)
_LONG_FORM = 120
"""Characters before an abbreviation in which its long form may stand; the longest met has 71."""
# These name two things joined by “and”: “Ministry of Trade and Industry”. Banks and universities do not.
_JOIN_TWO = frozenset(
    {
        "Ministry",
        "Department",
        "Union",
        "Association",
        "Federation",
        "Institute",
        "Board",
        "Chamber",
        "Society",
        "Commission",
        "Committee",
        "Office",
        "Council",
    }
)
_COMMODITIES = frozenset(
    {
        "Oil",
        "Gas",
        "Steel",
        "Water",
        "Power",
        "Energy",
        "Paper",
        "Tobacco",
        "Cement",
        "Rubber",
        "Wind",
        "Media",
        "Lines",
    }
)
_INCORPORATED = frozenset({"Co", "Corp", "Inc", "Ltd", "Plc", "PLC", "AG", "NV", "SA", "GmbH", "SpA", "Laboratories"})
# Behind these a firm's name is complete, and what follows “and” is another one.
_COMPLETE = frozenset(
    {
        "Co",
        "Co.",
        "Corp",
        "Corp.",
        "Inc",
        "Inc.",
        "Ltd",
        "Ltd.",
        "Plc",
        "PLC",
        "AG",
        "NV",
        "SA",
        "Company",
        "Bank",
        "Union",
        "Group",
    }
)
_SURNAMES = frozenset(
    {
        "Power",
        "Post",
        "Mills",
        "Guard",
        "Wire",
        "Water",
        "Steel",
        "Motor",
        "Gas",
        "Watch",
        "Games",
        "Day",
        "Mirror",
        "Wind",
        "Rail",
        "Price",
        "Bank",
        "Society",
    }
)


# “Samuel Montagu and Co Ltd”, “Hudson Bay Mining and Smelting Co Ltd”, “Savings and Loan Association”.
_AND_COMPANY = re.compile(
    r"[ ](?:and|&)[ ](?:[A-Z][a-z]+[ ])?(?:Co|Company|Sons|Brothers|Partners|Associates|Association)\b\.?"
    r"(?:[ ](?:Inc|Ltd|Plc|AG|Corp)\b\.?)?"
)
_AND_BEFORE = re.compile(r"[ ](?:and|&)[ ]$")
# After these a place that starts the name is where the organisation is; a firm's first word is mostly its own.
_CIVIC = frozenset(
    {
        "Authority",
        "Council",
        "Assembly",
        "University",
        "Parliament",
        "Police",
        "Rovers",
        "Hospital",
        "Museum",
        "Court",
        "College",
        "Orchestra",
        "School",
        "Choir",
    }
)


class LongForm(NamedTuple):
    """A name followed by its abbreviation: “Union of Dockers and Seafarers (UDS)” up to the parenthesis."""

    start: int
    end: int
    name: str
    acronym: str


def long_forms(text: str) -> list[LongForm]:
    """The names of a text that are followed by an abbreviation of their own words, in order."""
    found = []
    for match in _ACRONYM.finditer(text):
        start = _long_form_start(text, match.start(), match[1])
        if start is not None:
            found.append(LongForm(start, match.start(), text[start : match.start()], match[1]))
    return found


def _long_form_start(text: str, end: int, acronym: str) -> int | None:
    """Where the words begin whose capitals, read backwards from `end`, spell the abbreviation."""
    letters = [letter for letter in acronym if letter.isupper()]
    words = [match.span() for match in re.finditer(r"[\w'’&-]+", text[max(0, end - _LONG_FORM) : end])]
    offset = max(0, end - _LONG_FORM)
    if not words or offset + words[-1][1] != end:
        return None
    for start, stop in reversed(words):
        word = text[offset + start : offset + stop]
        initials = [part[0] for part in word.split("-") if part and part[0].isupper()]
        if initials:
            if letters[-len(initials) :] != initials:
                return None
            letters = letters[: -len(initials)]
            if not letters:
                return offset + start
        elif word not in _CONNECTORS:
            return None
    return None


def named_by_tail(stretch: Stretch) -> bool:
    """Whether the last word of a stretch makes it the name of an organisation: “Sarnholt Harbour Authority”."""
    last = stretch[-1]
    if any(word.text == "&" for word in stretch):
        return True  # “Trask & Sons”
    if len(stretch) < 2 or not last.kind & Kind.ORGANISATION_TAIL or last.known:
        return False
    if last.text in _COMMODITIES and all(word.known for word in stretch[:-1]):
        return False  # “North Sea Oil”
    return not (len(stretch) == 2 and stretch[0].kind & Kind.GIVEN and last.text in _SURNAMES)


def end_after_of(text: str, stretch: Stretch) -> int:
    """Where the name ends that the stretch starts when “of …” follows its last word; its own end otherwise."""
    last = stretch[-1]
    end = last.end
    if not last.kind & Kind.ORGANISATION_HEAD:
        return end
    while end - last.end < _LONG_FORM and (of := _OF.match(text, end)):
        run = RUN.match(text, of.end())
        if not run:
            break
        end = _without_possessive(run)
        if end < run.end():
            return end
        joined = _AND.match(text, end) if last.text in _JOIN_TWO else None
        second = RUN.match(text, joined.end()) if joined else None
        if second and second.group().count(" ") < 2:
            return _without_possessive(second)
    return end


def end_after_and_company(text: str, end: int) -> int:
    """Where a firm's name ends when “and Co” follows; `end` otherwise."""
    match = _AND_COMPANY.match(text, end)
    return match.end() if match else end


def firms(names: Iterable[str]) -> set[str]:
    """What firms are called without “Inc”: the Wang of “Wang Inc” is no place, though somebody invests in it."""
    pairs = (name.split() for name in names)
    return {words[0] for words in pairs if len(words) == 2 and words[1] in _INCORPORATED}


def is_civic(stretch: Stretch) -> bool:
    """Whether the organisation is one of a place: “Sarnholt Harbour Authority”."""
    return stretch[-1].text in _CIVIC


def is_second_half(text: str, stretch: Stretch, previous: Stretch) -> bool:
    """Whether a stretch only ends the name that the previous one starts: “Nippon Telegraph” and “Telephone Corp”."""
    return (
        len(stretch) == 2
        and bool(_AND_BEFORE.search(text, previous[-1].end, stretch[0].start))
        and stretch[0].start - previous[-1].end <= 5
        and not any(word.known or word.kind & Kind.GIVEN for word in previous)
        and (len(previous) > 1 or bool(previous[0].kind & Kind.ORGANISATION_TAIL))
        and previous[-1].text not in _COMPLETE
    )


def _without_possessive(run: re.Match[str]) -> int:
    return run.end() - 2 if run.group().endswith(("'s", "’s")) else run.end()


def merge_short_forms(names: dict[str, int]) -> dict[str, int]:
    """Drop names that start or end one longer name: “Harbour Authority” is the Sarnholt Harbour Authority.

    The longer name takes over the place where the shorter was first mentioned.
    """
    longer: dict[str, list[str]] = {}
    for name in names:
        words = name.split()
        for cut in range(1, len(words)):
            for part in (" ".join(words[:cut]), " ".join(words[cut:])):
                if part in names:
                    longer.setdefault(part, []).append(name)
    merged = dict(names)
    for short, candidates in sorted(longer.items(), key=lambda item: len(item[0])):
        if len(candidates) == 1:
            merged[candidates[0]] = min(merged[candidates[0]], merged.pop(short))
    return merged
