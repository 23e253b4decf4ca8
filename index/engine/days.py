"""Spans of time as arrays, in the archive's time zone.

A day of a zone is the seconds from its midnight to the next; what that is, `index.dates.midnight` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo

import numpy as np

from index.dates import Precision, Span, midnight
from index.engine.arrays import Array
from index.engine.columns import DAY_SECONDS, EPOCH_DAY, NO_DATE, PRECISIONS

_FIRST_DAY = date.min.toordinal() - EPOCH_DAY
_LAST_DAY = date.max.toordinal() - EPOCH_DAY


@dataclass(frozen=True, slots=True)
class Spans:
    """The span of one date of every article: seconds (int64, inclusive) and the day of its start, where `dated`."""

    dated: Array
    start: Array
    end: Array
    day: Array
    """Days since 1970-01-01 in the zone."""

    def overlap(self, span: Span) -> Array:
        """Which articles have a date that overlaps `span`."""
        mask = self.dated.copy()
        if span.start is not None:
            mask &= self.end >= span.start
        if span.end is not None:
            mask &= self.start <= span.end
        return mask


def spans_of(at: Array, precision: Array, zone: tzinfo) -> Spans:
    """The spans of instants as `columns.encode_instant` encoded them."""
    first = at // DAY_SECONDS
    last = first.copy()
    for unit, name in (("M", Precision.MONTH), ("Y", Precision.YEAR)):
        chosen = precision == PRECISIONS[name]
        first[chosen] = first[chosen].astype("M8[D]").astype(f"M8[{unit}]").astype("M8[D]").astype(np.int64)
        last[chosen] = (first[chosen].astype("M8[D]").astype(f"M8[{unit}]") + 1).astype("M8[D]").astype(np.int64) - 1
    minute = precision == PRECISIONS[Precision.MINUTE]
    # The zone's day of an instant is at most one off its day in UTC.
    wanted = np.unique(np.concatenate([first - 1, first, first + 1, last, last + 1]))
    midnights = _Midnights(wanted, zone)
    start = np.where(minute, at, midnights.of(first))
    end = np.where(minute, at + 59, midnights.of(last + 1) - 1)
    return Spans(precision != NO_DATE, start, end, midnights.day_of(start))


class _Midnights:
    """The first seconds of some days of a zone."""

    def __init__(self, days: Array, zone: tzinfo) -> None:
        self._days = days
        self._seconds = np.array([_midnight(day, zone) for day in days.tolist()], np.int64)

    def of(self, days: Array) -> Array:
        """Midnight of each day; all must be among those given."""
        return self._seconds[np.searchsorted(self._days, days)]

    def day_of(self, seconds: Array) -> Array:
        """The day that each second belongs to, within the calendar."""
        places = np.searchsorted(self._seconds, seconds, "right") - 1
        return np.clip(self._days[places], _FIRST_DAY, _LAST_DAY)


def _midnight(day: int, zone: tzinfo) -> int:
    if day < _FIRST_DAY:
        return _midnight(_FIRST_DAY, zone) - DAY_SECONDS
    if day > _LAST_DAY:
        return _midnight(_LAST_DAY, zone) + DAY_SECONDS
    return midnight(date.fromordinal(day + EPOCH_DAY), zone)
