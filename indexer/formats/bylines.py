"""Who wrote it: names out of “By Jane Roe and John Doe, Associated Press”, writers apart from agencies."""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.formats.markup import squeeze

LONGEST_NAME = 80
MOST_NAMES = 30
MOST_WORDS = 6
"""Of a name; what has more is a description of somebody."""

_OPENING = re.compile(
    r"^\s*(?:(?:written|story|reported|reporting|text|words|article|posted|published|review|analysis|edited)\s+)?"
    r"(?:by|von|par|por|di|door|av|af|od|przez)[\s:]+(?=\S)"
    r"|^\s*(?:text|texto|texte|tekst|testo|autor(?:es|in|en)?|auteurs?|authors?|reporters?|writer|words|redaktion|quelle"
    r"|sources?|fuente|bron)\s*:\s*",
    re.IGNORECASE,
)
# Where a line goes on to something else: a date, a time to read, a section.
_REST = re.compile(
    r"\s*(?:[|•·–—]|,\s+in\s|\b(?:published|updated|posted|veröffentlicht|aktualisiert)\b|(?<!\w)\d"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december)\s\d).*$",
    re.IGNORECASE | re.DOTALL,
)
_BETWEEN = re.compile(r"\s*(?:[;/|&•·\n]|\+|\s(?:and|und|et|og|och|with|mit|avec|con)\s)\s*", re.IGNORECASE)
# These join names only between whole ones: “José Ortega y Gasset” is one man.
_SHORT_AND = re.compile(r"^(\w\S*(?:\s\S+)+?)\s(?:y|e|i|en)\s(\w\S*\s\S.*)$", re.IGNORECASE)
_COMMA = re.compile(r"\s*,\s*(?:and\s+|und\s+)?")
_ADDRESS = re.compile(r"https?:|www\.|^\S+\.[a-z]{2,3}$|^/|\S+@\S+\.\S+", re.IGNORECASE)
_HANDLE = re.compile(r"\s*(?:\S*(?:https?://|www\.)\S*|<?[^\s<>()@]+@[\w.-]+>?|\(?@\w+\)?)", re.IGNORECASE)
_SUFFIX = re.compile(r",\s*(?=(?:jr|sr|ii|iii|iv)\b\.?)", re.IGNORECASE)
_PARENTHESES = re.compile(r"\s*\(([^()]*)\)")
# “Jane Roe in Washington”, and titles that follow names in Korean, Japanese and Chinese.
_AFTER_NAME = re.compile(r"\s+in\s+[A-ZÀ-Þ][\w .-]*$|\s*(?:기자|특파원|記者|记者)$")
# Nobody's name. “MND Staff” is somebody's, “Staff” alone is not.
_NOBODY = re.compile(
    r"(?:the\s)?(?:staff(?:\s(?:writer|reporter|report|author|correspondent))?s?|admin(?:istrator)?|editor(?:s|ial)?"
    r"(?:\s(?:team|board|staff))?|redaktion|redaction|redacción|redazione|la rédaction|rédaction|webmaster|web ?desk"
    r"|news ?desk|news ?room|online|nachrichten(?:agentur(?:en)?)?|agenturen?|guest|contributor|author"
    r"|unknown|anonymous|anonym|none|null|undefined|n/?a|false|true|user|our (?:own )?correspondent"
    r"|news|wire|desk|agency|agencies|press release|super ?user|root|test)",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?:[\w’'-]+\s){0,3}(?:correspondent|reporter|editor|writer|columnist|journalist|photographer|contributor|producer"
    r"|redakteur(?:in)?|korrespondent(?:in)?|volontär(?:in)?|chefredakteur(?:in)?|autor(?:in)?|reporterin|journaliste)"
    r"(?:\s(?:in|at|for|für)\s.*)?",
    re.IGNORECASE,
)
_AGENCY = re.compile(
    r"(?:the\s)?(?:associated press|ap|afp|agence france-presse|reuters|dpa|epd|kna|afx|ansa|efe|lusa|tass|xinhua|kyodo"
    r"|yonhap|upi|pa(?: media)?|press association|apa|ats|sda|keystone-sda|ntb|tt|ritzau|anp|belga|pap|čtk|ctk|aap"
    r"|ians|pti|bloomberg(?: news)?|sid|dts|deutsche presse-agentur|canadian press)",
    re.IGNORECASE,
)
_ORGANISATION_WORD = re.compile(
    r"\b(?:university|college|institute|press|agency|news|newspapers?|wire|times|gazette|media|magazine|network|service"
    r"|foundation|association|society|company|inc|ltd|llc|gmbh|universität|verlag|zeitung|nachrichten|agentur|redaktion)\b",
    re.IGNORECASE,
)


def read_byline(texts: str | Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The writers, and the agencies and other bodies, that byline texts name, each once, in order.

    Roles, addresses, handles and stand-ins for nobody are left out.
    """
    writers: list[str] = []
    bodies: list[str] = []
    for text in [texts] if isinstance(texts, str) else texts:
        for name in _names(text):
            (bodies if _is_body(name) else writers).append(name)
    return _distinct(writers), _distinct(bodies)


def opens_byline(text: str) -> bool:
    """Whether a text starts like a byline: “By Jane Roe”, “Text: Jane Roe”."""
    opening = _OPENING.match(text)
    return opening is not None and text[opening.end() : opening.end() + 1].isupper()


def _names(text: str) -> list[str]:
    if len(text) > LONGEST_NAME * MOST_NAMES:
        return []
    line = _OPENING.sub("", squeeze(_HANDLE.sub("", text)))
    line = _SUFFIX.sub(" ", _REST.sub("", line))
    found: list[str] = []
    for part in _BETWEEN.split(_SHORT_AND.sub(r"\1; \2", line)):
        found += _COMMA.split(_PARENTHESES.sub(r", \1", part))
    found = [name for name in map(_tidy, found) if name]
    if found and (not _is_name(found[0]) or _is_body(found[0])):
        found = [name for name in found if not _is_bare(name)]  # “herald.example, Brenwick, Norway” names places
    return [name for name in found if _is_name(name)][:MOST_NAMES]


def _tidy(name: str) -> str:
    return _AFTER_NAME.sub("", _OPENING.sub("", name.strip(" ,.:*_-–—\t"))).strip() if name else ""


def _is_name(name: str) -> bool:
    return (
        1 < len(name) <= LONGEST_NAME
        and len(name.split()) <= MOST_WORDS
        and any(character.isalpha() for character in name)
        and not (" " not in name and any(character.isdigit() for character in name))
        and (not name.islower() or " " in name or _AGENCY.fullmatch(name) is not None)
        and not _ADDRESS.search(name)
        and not _NOBODY.fullmatch(name)
        and not _ROLE.fullmatch(name)
    )


def _is_bare(name: str) -> bool:
    return " " not in name and name[0].isupper() and not _is_body(name)


def _is_body(name: str) -> bool:
    return bool(_AGENCY.fullmatch(name) or _ORGANISATION_WORD.search(name))


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    by_key: dict[str, str] = {}
    for name in names:
        by_key.setdefault(name.casefold(), name)
    return tuple(by_key.values())
