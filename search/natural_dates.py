"""Dates in words: `yesterday`, `last 7 days`, `June 19, 2024`, `2024 Q2`, `between March and June 2020`, `1990s`.

A point in time is a run of whole days; `since` and its like leave one side open. What has no year is the latest that
has begun: `May`, asked in March, is last year's. Weeks begin on Monday; the `last 7 days` and the `past week` end with
today. Not read are seasons, whose months depend on where the archive is, and `06/07/2024`, which is two days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

LONGEST = 60
"""Characters of a date in words: “between the first quarter of 1990 and …” is well below."""


class Days(NamedTuple):
    """From one day to another, both included; `None` is open."""

    first: date | None
    last: date | None

    def __str__(self) -> str:
        """The days as the query language writes them: a year, a month, a day, or a range."""
        first, last = self
        if first and first == last:
            return first.isoformat()
        if first and last and first.day == 1:
            if last == _end_of_month(first):
                return f"{first.year:04}-{first.month:02}"
            if (first.month, last) == (1, date(first.year, 12, 31)):
                return f"{first.year:04}"
        return f"[{first or '*'} TO {last or '*'}]"


def days_of(text: str, today: date) -> Days | None:
    """The days that a text means when it is read on a day; `None` when it is no date in words.

    Words may be joined by dots, hyphens and underscores too: `last-week`, `june.2024`.
    """
    if len(text) > LONGEST:
        return None
    plain = _plain(text)
    try:
        if found := _half_open(plain, today) or _from_to(plain, today):
            return found
        point = _point(plain, today)
        return Days(*point) if point else None
    except (ValueError, OverflowError):  # no such day, or beyond the calendar
        return None


def _plain(text: str) -> str:
    """The text in small letters with single spaces; a dash between years or words is a “to”."""
    text = re.sub(r"\b(\d{4})\s*-\s*(\d{4})\b", r"\1 to \2", text.lower())
    text = re.sub(r"\s*[–—]\s*", " to ", text)
    return " ".join(re.sub(r"[\s,._-]+|\bthe\b|\bof\b", " ", text).split())


def _half_open(text: str, today: date) -> Days | None:
    word, _, rest = text.partition(" ")
    if word not in _ONE_SIDED or not (point := _point(rest.removeprefix("to "), today)):
        return None
    first, last = point
    match _ONE_SIDED[word]:
        case "since":
            return Days(first, None)
        case "until":
            return Days(None, last)
        case "before":
            return Days(None, first - timedelta(days=1))
        case _:
            return Days(last + timedelta(days=1), None)


_ONE_SIDED = {
    **dict.fromkeys(("since", "from"), "since"),
    **dict.fromkeys(("until", "till", "to", "up", "through"), "until"),
    "before": "before",
    "after": "after",
}
_FROM_TO = re.compile(r"(?:between (?P<a>.+?) and|(?:from )?(?P<b>.+?) (?:to|until|till|through)) (?P<last>.+)")
_YEAR_AT_END = re.compile(r".*\b(\d{4})")


def _from_to(text: str, today: date) -> Days | None:
    """`between March and June 2020`: what the first end lacks it has from the second."""
    found = _FROM_TO.fullmatch(text)
    if not found or not (last := _point(found["last"], today)):
        return None
    written = found["a"] or found["b"]
    year = _YEAR_AT_END.fullmatch(found["last"])
    if re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?", written):  # 5 to 12 June 2020
        written += found["last"].lstrip("0123456789stndrh")
    elif year and not re.search(r"\d{4}", written):
        written += f" {year[1]}"
    first = _point(written, today) or _point(found["a"] or found["b"], today)
    if not first:
        return None
    start = first[0]
    if start > last[1] and written != (found["a"] or found["b"]):  # from November to February 2021
        start += relativedelta(years=-1)
    return Days(start, last[1]) if start <= last[1] else None


class Point(NamedTuple):
    """The days that a point in time is."""

    first: date
    last: date


def _point(text: str, today: date) -> Point | None:
    for pattern, read in _POINTS:
        if found := pattern.fullmatch(text):
            return read(found, today)
    return None


# What the patterns below are made of.

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_MONTH_NUMBERS = {name: number for number, full in enumerate(_MONTHS, 1) for name in (full, full[:3])} | {"sept": 9}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {
    name: number
    for number, name in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
} | {"a": 1, "an": 1, "first": 1, "second": 2, "third": 3, "fourth": 4}
_DAYS_FROM_TODAY = {"today": 0, "now": 0, "yesterday": -1, "tomorrow": 1}
_STEPS = {"this": 0, "current": 0, "last": -1, "previous": -1, "next": 1}

_DAYS_IN = {"day": 1, "week": 7}
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12, "decade": 120}

_YEAR = r"(?P<year>\d{4})"
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTH_NUMBERS, key=len, reverse=True))})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = rf"(?P<weekday>{'|'.join((*_WEEKDAYS, *(day[:3] for day in _WEEKDAYS)))})"
_STEP = rf"(?P<step>{'|'.join(_STEPS)})"
_UNIT = rf"(?P<unit>{'|'.join([*_DAYS_IN, *_MONTHS_IN])})"
_COUNT = rf"(?P<count>[1-9]\d{{0,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_ORDINAL = r"(?P<nth>first|second|third|fourth|[1-4](?:st|nd|rd|th))"


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _months(year: int, month: int, count: int) -> Point:
    """Whole months from one on."""
    first = date(year, month, 1)
    return Point(first, _end_of_month(first + relativedelta(months=count - 1)))


def _unit(unit: str, day: date) -> Point:
    """The week, month … that a day is in."""
    match unit:
        case "day":
            return Point(day, day)
        case "week":
            monday = day - timedelta(days=day.weekday())
            return Point(monday, monday + timedelta(days=6))
        case "month":
            return _months(day.year, day.month, 1)
        case "quarter":
            return _months(day.year, (day.month - 1) // 3 * 3 + 1, 3)
        case "year":
            return _months(day.year, 1, 12)
        case _:
            return _years(day.year // 10 * 10, 10)


def _years(year: int, count: int) -> Point:
    """Whole years from one on."""
    return Point(date(year, 1, 1), date(year + count - 1, 12, 31))


def _moved(day: date, unit: str, steps: int) -> date:
    if unit in _DAYS_IN:
        return day + timedelta(days=_DAYS_IN[unit] * steps)
    return day + relativedelta(months=_MONTHS_IN[unit] * steps)


def _count(text: str) -> int:
    return int(text) if text.isdecimal() else _NUMBERS[text]


def _stepped(found: re.Match[str], today: date) -> Point:
    """`last week`, `this year`."""
    return _unit(found["unit"], _moved(today, found["unit"], _STEPS[found["step"]]))


def _last_so_many(found: re.Match[str], today: date) -> Point:
    """`last 7 days`, `past week`: as many as are said, today among them."""
    return Point(_moved(today, found["unit"], -_count(found["count"] or "one")) + timedelta(days=1), today)


def _ago(found: re.Match[str], today: date) -> Point:
    """`two weeks ago`: that week."""
    return _unit(found["unit"], _moved(today, found["unit"], -_count(found["count"])))


def _weekday(found: re.Match[str], today: date) -> Point:
    """`Monday`: the latest, which may be today; `last Monday`: the latest before today."""
    number = next(number for number, name in enumerate(_WEEKDAYS) if name.startswith(found["weekday"]))
    away = (today.weekday() - number) % 7
    step = _STEPS.get(found["step"])
    if step == -1:
        away = away or 7
    elif step is not None:  # this week's, next week's
        away = today.weekday() - number - 7 * step
    day = today - timedelta(days=away)
    return Point(day, day)


def _month(found: re.Match[str], today: date) -> Point:
    """`June 2024`; without a year the latest that has begun, `last June` the latest that has ended."""
    month = _MONTH_NUMBERS[found["month"]]
    if found["year"]:
        return _months(int(found["year"]), month, 1)
    step = _STEPS.get(found["step"])
    year = today.year - (month > today.month)
    if step == -1:
        year = today.year - (month >= today.month)
    elif step is not None:
        year = today.year + step
    return _months(year, month, 1)


def _calendar_day(found: re.Match[str], today: date) -> Point:
    """`19 June 2024`; without a year the latest that has come."""
    month, number = _MONTH_NUMBERS[found["month"]], int(found["day"])
    if found["year"]:
        day = date(int(found["year"]), month, number)
    else:
        years = range(today.year, today.year - 9, -1)  # a 29 February may be eight years ago
        day = next(one for year in years if (one := _day(year, month, number)) and one <= today)
    return Point(day, day)


def _day(year: int, month: int, number: int) -> date | None:
    return date(year, month, number) if number <= monthrange(year, month)[1] else None


def _part_of_year(found: re.Match[str], today: date) -> Point:
    """`2024 Q2`, `first half of 2024`; without a year the latest that has begun."""
    width = 6 if found["what"].startswith("h") else 3
    nth = _count(found["nth"].rstrip("stndrh") if found["nth"][0].isdecimal() else found["nth"])
    month = (nth - 1) * width + 1
    return _months(int(found["year"]) if found["year"] else today.year - (month > today.month), month, width)


def _written(found: re.Match[str], _today: date) -> Point:
    """`2024`, `2024/06`, `2024/06/19`: with spaces and the like between, for hyphens are the language's own."""
    year, month, day = (int(part) if part else 0 for part in found.group("year", "number", "day"))
    if day:
        return _unit("day", date(year, month, day))
    return _months(year, month, 1) if month else _years(year, 1)


def _iso_week(found: re.Match[str], _today: date) -> Point:
    return _unit("week", date.fromisocalendar(int(found["year"]), int(found["week"]), 1))


def _named_day(found: re.Match[str], today: date) -> Point:
    return _unit("day", today + timedelta(days=_DAYS_FROM_TODAY[found[0]]))


def _named_decade(found: re.Match[str], _today: date) -> Point:
    return _years(int(found["year"]), 10)


def _century(found: re.Match[str], _today: date) -> Point:
    return _years(int(found["nth"]) * 100 - 99, 100)


_FORMS: tuple[tuple[str, Callable[[re.Match[str], date], Point]], ...] = (
    ("|".join(_DAYS_FROM_TODAY), _named_day),
    (rf"{_STEP} {_UNIT}", _stepped),
    (rf"past (?P<count>){_UNIT}", _last_so_many),
    (rf"(?:last|past|previous) {_COUNT} {_UNIT}s?", _last_so_many),
    (rf"{_COUNT} {_UNIT}s? ago", _ago),
    (rf"(?:{_STEP} )?{_WEEKDAY}", _weekday),
    (rf"(?:{_STEP} )?{_MONTH}(?P<year>)", _month),
    (rf"(?P<step>){_MONTH} {_YEAR}", _month),
    (rf"(?:{_WEEKDAY} )?{_DAY} {_MONTH}(?: {_YEAR})?", _calendar_day),
    (rf"(?:{_WEEKDAY} )?{_MONTH} {_DAY}(?: {_YEAR})?", _calendar_day),
    (rf"{_YEAR} (?P<what>[qh])(?P<nth>[1-4])", _part_of_year),
    (rf"(?P<what>[qh])(?P<nth>[1-4])(?: {_YEAR})?", _part_of_year),
    (rf"{_ORDINAL} (?P<what>quarter|half)(?: {_YEAR})?", _part_of_year),
    (r"(?P<year>\d{3}0)s", _named_decade),
    (r"(?P<nth>\d{1,2})(?:st|nd|rd|th) century", _century),
    (rf"{_YEAR} ?w(?P<week>\d{{1,2}})", _iso_week),
    (rf"{_YEAR}(?:[ /](?P<number>\d{{1,2}})(?:[ /](?P<day>\d{{1,2}}))?)?", _written),
)
_POINTS = tuple((re.compile(pattern, re.ASCII), read) for pattern, read in _FORMS)
_VOCABULARY = (
    *_DAYS_FROM_TODAY, *_STEPS, "past", "between", "the", *_ONE_SIDED, *_NUMBERS, *_MONTH_NUMBERS, *_WEEKDAYS,
    *(day[:3] for day in _WEEKDAYS),
)  # fmt: skip
BEGINNING = re.compile(rf"(?<!\w)(?:\d|[qh][1-4]|(?:{'|'.join(_VOCABULARY)})\b)")
"""What a date, in small letters, can begin with."""
