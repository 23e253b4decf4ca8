"""The date histogram: how a set of articles lies over time, beside how the whole archive does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from index.engine.arrays import Array
from index.engine.columns import EPOCH_DAY
from index.engine.days import Spans
from index.errors import RequestInvalid
from index.results import Bucket, Histogram, Interval

AUTO_BUCKETS = 60
"""Bars of a timeline that can still be told apart and hit with a finger."""
MOST_BUCKETS = 40_000
"""Buckets of an answer: a century of days. One article with a wrong date must not make it millions."""

_MONDAY = 4  # 1970-01-05, in days since 1970-01-01

# For each interval, from finest to coarsest: the number of a day's bucket, and the first day of a bucket.
_BUCKET_OF: dict[Interval, Callable[[Array], Array]] = {
    Interval.DAY: lambda days: days,
    Interval.WEEK: lambda days: (days - _MONDAY) // 7,
    Interval.MONTH: lambda days: days.astype("M8[D]").astype("M8[M]").astype(np.int64),
    Interval.YEAR: lambda days: days.astype("M8[D]").astype("M8[Y]").astype(np.int64),
}
_FIRST_DAY_OF: dict[Interval, Callable[[Array], Array]] = {
    Interval.DAY: lambda buckets: buckets,
    Interval.WEEK: lambda buckets: buckets * 7 + _MONDAY,
    Interval.MONTH: lambda buckets: buckets.astype("M8[M]").astype("M8[D]").astype(np.int64),
    Interval.YEAR: lambda buckets: buckets.astype("M8[Y]").astype("M8[D]").astype(np.int64),
}


class Timeline:
    """The articles of a commit in buckets, worked out once for each interval that is asked for."""

    def __init__(self, spans: Spans, live: Array) -> None:
        self._spans = spans
        self._live = live
        self._all_dated = bool(spans.dated.all())
        self._of_interval: dict[Interval, tuple[Array, Array]] = {}

    def buckets(self, interval: Interval) -> tuple[Array, Array]:
        """Each document's bucket, and those of the dated live articles in order (int32 both)."""
        if interval not in self._of_interval:
            buckets = _BUCKET_OF[interval](self._spans.day).astype(np.int32)
            self._of_interval[interval] = buckets, np.sort(buckets[self._live & self._spans.dated])
        return self._of_interval[interval]

    def histogram(self, docs: Array, interval: Interval) -> Histogram:
        """Count documents (intp) over time. Raises RequestInvalid when that takes too many buckets."""
        dated = docs if self._all_dated else docs[self._spans.dated.take(docs)]
        undated = len(docs) - len(dated)
        if interval is Interval.AUTO:
            days = self._spans.day.take(dated)
            interval = next((one for one in _BUCKET_OF if _width(days, one) <= AUTO_BUCKETS), Interval.YEAR)
        if not len(dated):
            return Histogram(interval, (), undated)
        of_document, archive = self.buckets(interval)
        buckets = of_document.take(dated)
        first = int(buckets.min())
        size = int(buckets.max()) - first + 1
        if size > MOST_BUCKETS:
            raise RequestInvalid(
                "interval",
                f"A histogram by {interval} would have {size:,} parts, more than {MOST_BUCKETS:,}.",
                Interval.AUTO.value,
            )
        edges = np.arange(first, first + size + 1, dtype=archive.dtype)  # another type would be a copy of the archive
        starts = _FIRST_DAY_OF[interval](edges)
        counts = np.bincount(buckets - first, minlength=size).tolist()
        indexed = np.diff(np.searchsorted(archive, edges)).tolist()
        spans = zip(_dates(starts[:-1]), _dates(starts[1:] - 1), counts, indexed, strict=True)
        return Histogram(interval, tuple(Bucket(*span) for span in spans), undated)


def _width(days: Array, interval: Interval) -> int:
    """How many buckets there are from the first day to the last."""
    if not len(days):
        return 0
    first, last = _BUCKET_OF[interval](np.array([days.min(), days.max()]))
    return int(last - first + 1)


def _dates(days: Array) -> list[date]:
    """The dates of days; the last week of the calendar ends with the calendar."""
    found: list[date] = np.minimum(days, date.max.toordinal() - EPOCH_DAY).astype("M8[D]").tolist()
    return found
