"""The moment that a publisher's metadata names, in whatever notation: ISO 8601, RFC 2822, seconds since 1970, words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime

from dateutil import parser as dateutil
from dateutil import tz

from index.dates import Instant, Precision, parse_instant

LONGEST = 80
"""Characters; what is longer is no date but a sentence."""
_EARLIEST, _LATEST = 1600, 2200
_SPACED_OFFSET = re.compile(r"(?<=\d)\s+(?=[+-]\d{2}:?\d{2}$|Z$)")
_ZONE_NAME = re.compile(r"\[[\w/+-]+\]$")
_ISO = re.compile(r"\d{4}(?:-?\d\d(?:-?\d\d)?)?(?:[T ].*)?")
_EPOCH = re.compile(r"\d{9,10}|\d{12,13}")
_YEAR = re.compile(r"(?<!\d)(?:1[6-9]|20|21)\d\d(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d\d?)([./-])(\d\d?)\2\d{4}(?!\d)")
_MIDNIGHT = re.compile(r".*[T ]00:00(?::00(?:\.0+)?)?")
# What the letters mean in news metadata; dateutil knows none of them.
_HOURS = {
    "GMT": 0, "UTC": 0, "WET": 0, "BST": 1, "CET": 1, "WEST": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "EEST": 3,
    "MSK": 3, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "EST": -5, "EDT": -4, "ET": -5, "CDT": -5, "MDT": -6,
    "PST": -8, "PDT": -7,
}  # fmt: skip


def _zone(name: str | None, seconds: int | None) -> tzinfo | None:
    """The zone of a name or an offset; a name that nobody knows is no zone."""
    if name in _HOURS:
        return tz.tzoffset(name, timedelta(hours=_HOURS[name]))
    return None if seconds is None else tz.tzoffset(name, seconds)


def read_instant(value: object) -> Instant | None:
    """The instant that a value of metadata names, or `None`.

    A number counts seconds or milliseconds since 1970. A time without a zone is UTC; midnight without a zone is a day,
    since systems that know days only write it so. Years before 1600 and the very first second of 1970 are defaults of
    programs, not dates of news.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        value = f"{value:.0f}" if abs(value) < 1e15 else ""  # neither is NaN
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
        return None
    text = _SPACED_OFFSET.sub("", _ZONE_NAME.sub("", " ".join(value.split())))
    for read in (_iso, _epoch, _rfc, _words):
        try:
            instant = read(text)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
        if instant is not None:
            return instant if _EARLIEST <= instant.at.year <= _LATEST and instant.at.timestamp() != 0 else None
    return None


def _iso(text: str) -> Instant | None:
    if not _ISO.fullmatch(text) or _EPOCH.fullmatch(text):
        return None
    if _MIDNIGHT.fullmatch(text):
        return parse_instant(text[:10])
    return parse_instant(text)


def _epoch(text: str) -> Instant | None:
    if not _EPOCH.fullmatch(text):
        return None
    return Instant(datetime.fromtimestamp(int(text) / (1000 if len(text) > 10 else 1), UTC).replace(microsecond=0))


def _rfc(text: str) -> Instant | None:
    if "," not in text and not text[-1].isdigit():
        return None
    at = parsedate_to_datetime(text)
    return Instant(at if at.tzinfo else at.replace(tzinfo=UTC)) if ":" in text else None


def _words(text: str) -> Instant | None:
    """What dateutil reads, twice over two defaults, to see which parts the text itself has named.

    05.06.2021 is in June; 05/06/2021 is in June or in May and is not guessed at.
    """
    if not _YEAR.search(text):
        return None
    numeric = _NUMERIC.search(text)
    if numeric and numeric[2] != "." and numeric[1] != numeric[3] and max(int(numeric[1]), int(numeric[3])) <= 12:
        return None
    one, other = (
        dateutil.parse(text, default=default, tzinfos=_zone, dayfirst=bool(numeric and numeric[2] == "."))
        for default in (datetime(2001, 1, 1, 1, 1, tzinfo=None), datetime(2002, 2, 2, 2, 2, tzinfo=None))  # noqa: DTZ001  # the text's zone is wanted, or none
    )
    if one.year != other.year or one.month != other.month:
        return None
    if one.day != other.day:
        return Instant.of_day(one.year, one.month, precision=Precision.MONTH)
    if one.hour != other.hour or one.minute != other.minute:
        return Instant.of_day(one.year, one.month, one.day)
    return Instant(one if one.tzinfo else one.replace(tzinfo=UTC))
