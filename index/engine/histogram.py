"""The date histogram: how a set of articles lies over time, beside how the whole archive does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

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


def histogram(spans: Spans, mask: Array, live: Array, interval: Interval) -> Histogram:
    """Count the articles of `mask` over time. Raises RequestInvalid when that takes too many buckets."""
    days = spans.day[mask & spans.dated]
    undated = int(np.count_nonzero(mask & ~spans.dated))
    if interval is Interval.AUTO:
        interval = next((one for one in _BUCKET_OF if _width(days, one) <= AUTO_BUCKETS), Interval.YEAR)
    if _width(days, interval) > MOST_BUCKETS:
        raise RequestInvalid(
            "interval",
            f"A histogram by {interval} would have {_width(days, interval):,} parts, more than {MOST_BUCKETS:,}.",
            Interval.AUTO.value,
        )
    if not len(days):
        return Histogram(interval, (), undated)
    buckets = _BUCKET_OF[interval](days)
    first, last = int(buckets.min()), int(buckets.max())
    size = last - first + 1
    archive = _BUCKET_OF[interval](spans.day[live & spans.dated])
    archive = archive[(archive >= first) & (archive <= last)]
    starts = _FIRST_DAY_OF[interval](np.arange(first, last + 2)).tolist()
    return Histogram(
        interval,
        tuple(
            Bucket(_date(start), _date(after - 1), count, indexed)
            for start, after, count, indexed in zip(
                starts[:-1],
                starts[1:],
                np.bincount(buckets - first, minlength=size).tolist(),
                np.bincount(archive - first, minlength=size).tolist(),
                strict=True,
            )
        ),
        undated,
    )


def _width(days: Array, interval: Interval) -> int:
    """How many buckets there are from the first day to the last."""
    if not len(days):
        return 0
    first, last = _BUCKET_OF[interval](np.array([days.min(), days.max()]))
    return int(last - first + 1)


def _date(day: int) -> date:
    """The date of a day; the last week of the calendar ends with the calendar."""
    return date.min + timedelta(days=min(day + EPOCH_DAY, date.max.toordinal()) - 1)
