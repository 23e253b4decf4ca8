"""`field:value` in a query. What a value looks like depends on the field: dates and identifiers are read whole."""

from __future__ import annotations

import re

from index.dates import Span
from index.schema import FIELDS, NOT_YET, Field, Kind, field_named
from search.dates import Period
from search.nodes import Dates, Group, Present, Sign, Value
from search.suggestion import closest
from search.tokens import BARE, QUOTES, FieldName, Leaf, Nothing, Plain, Reading, Token

FIELD = rf"(?<![^\s(+\-])(?P<name>[^\W_][\w-]*):(?=(?P<value>{BARE}*))"
"""`title:` before a clause, or the beginning of `published:2024-06`, `id:ab12`, `has:caption`."""
HAS, MISSING = "has", "missing"

_NAMES = (*(name for field in FIELDS for name in (field.name, *field.aliases)), HAS, MISSING, *NOT_YET)
_END = r"(?=[\s)^~]|$)"
_EVERYTHING = re.compile(r"\*+" + _END)
_IDENTIFIER = re.compile(rf"[{QUOTES}](?P<quoted>[^{QUOTES}]+)[{QUOTES}]|(?P<bare>{BARE}+)")
_FIELD = re.compile(r"(?P<name>[\w-]+)" + _END)
_RANGE = re.compile(r"\[(?P<first>[^\[\]]{1,80}?)\sTO\s(?P<last>[^\[\]]{1,80})\]" + _END)
_DATE = re.compile(
    rf"(?P<compared>[<>]=?)?(?:[{QUOTES}](?P<quoted>[^{QUOTES}]*)[{QUOTES}]|(?P<bare>[^\s(){QUOTES}\[\]^~]+))"
)
_ANYTHING = "*"


def fielded(reading: Reading, found: re.Match[str]) -> Token:
    """A field's name, a whole clause, or text after all, of which a warning tells."""
    return _fielded(reading, found) or Plain(found[0] + found["value"])


def _fielded(reading: Reading, found: re.Match[str]) -> Token | None:
    name, field = found["name"].lower().replace("_", "-"), field_named(found["name"])
    if field is None and name not in (HAS, MISSING, *NOT_YET):
        _warn_unknown(reading, found["name"], found)
        return None
    value = found.string[found.end() : found.end() + 1]
    if not value or value.isspace():
        reading.warn(
            "field-without-value",
            f"“{found[0]}” has no value right behind it and was searched as text; write {found[0]}word.",
            found.start(),
        )
        return None
    if name in NOT_YET:
        return _not_yet(reading, found)
    if field is None:
        return _presence(reading, found, wanted=name == HAS)
    if everything := _EVERYTHING.match(found.string, found.end()):
        return Leaf(found[0] + everything[0], Present(field.name))
    if field.kind is Kind.DATE:
        return _dates(reading, found, field)
    if field.kind is Kind.CODE:
        return _identifier(found, field)
    if value in "[{<>":
        reading.warn("not-a-range", f"Only dates have ranges; “{found[0]}” was searched as text.", found.start())
        return None
    return FieldName(found[0], field)


def _warn_unknown(reading: Reading, name: str, found: re.Match[str]) -> None:
    meant = closest(name, _NAMES)
    hint = f" Did you mean {meant}?" if meant else ""
    reading.warn("unknown-field", f"There is no field “{name}”; it was searched as text.{hint}", found.start())


def _not_yet(reading: Reading, found: re.Match[str]) -> Token:
    reading.warn(
        "not-available-yet",
        f"“{found[0]}” is not available yet; what follows it was searched as plain words.",
        found.start(),
    )
    return Nothing(found[0])


def _presence(reading: Reading, found: re.Match[str], *, wanted: bool) -> Token | None:
    name = _FIELD.match(found.string, found.end())
    field = field_named(name["name"]) if name else None
    if name is None or field is None:
        _warn_unknown(reading, name["name"] if name else found["name"], found)
        return None
    present = Present(field.name)
    return Leaf(found[0] + name[0], present if wanted else Group(((Sign.MUST_NOT, present),)))


def _identifier(found: re.Match[str], field: Field) -> Token | None:
    value = _IDENTIFIER.match(found.string, found.end())
    meant = (value["quoted"] or value["bare"]).strip() if value else ""
    return Leaf(found[0] + value[0], Value(meant, field.name)) if value and meant else None


def _dates(reading: Reading, found: re.Match[str], field: Field) -> Token | None:
    between = _RANGE.match(found.string, found.end())
    single = _DATE.match(found.string, found.end())
    value = between or single
    try:
        if between:
            node = _between(reading, _unquoted(between["first"]), _unquoted(between["last"]), field)
        elif single:
            node = _compared(
                single["compared"] or "", reading.calendar.period(single["bare"] or single["quoted"]), field
            )
        else:
            raise ValueError("nothing that could be a date")
    except ValueError:
        written = value[0] if value else found.string[found.end() : found.end() + 20]
        reading.warn(
            "not-a-date",
            f"“{written}” is not a date and was searched as text; write {field.name}:2024-06-19, "
            f'{field.name}:[2024-01 TO 2024-06] or {field.name}:"last week".',
            found.start(),
        )
        return None
    return Leaf(found[0] + value[0], node) if value else None


def _unquoted(text: str) -> str:
    return text.strip().strip(QUOTES)


def _between(reading: Reading, first: str, last: str, field: Field) -> Dates:
    start = None if first == _ANYTHING else reading.calendar.period(first)
    end = None if last == _ANYTHING else reading.calendar.period(last)
    span = Span(start.span.start if start else None, end.span.end if end else None)
    text = f"[{start.first if start else _ANYTHING} TO {end.last if end else _ANYTHING}]"
    if span.start is not None and span.end is not None and span.start > span.end:
        reading.warn("empty-range", f"The range of dates {text} ends before it starts.")
    return Dates(text, span, field.name)


def _compared(sign: str, period: Period, field: Field) -> Dates:
    """`>2024`; what is open where it is compared is no date to compare with."""
    if not sign:
        return Dates(period.text, period.span, field.name)
    edge, at = (period.last, period.span.end) if sign in {">", "<="} else (period.first, period.span.start)
    if at is None:
        raise ValueError(f"{period.text} is open")
    wanted = {">": Span(at + 1, None), ">=": Span(at, None), "<": Span(None, at - 1), "<=": Span(None, at)}
    return Dates(f"{sign}{edge}", wanted[sign], field.name)
