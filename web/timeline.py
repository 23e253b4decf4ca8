"""The timeline of an answer as geometry: bars that are links, over a strip that shows what the archive covers.

Positions and widths are percentages of the drawing's width, heights are pixels: so the SVG fills any column, and needs
no style of its own, which the content security policy would refuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from index.results import Histogram, Interval
from web.links import Links
from web.wording import bucket_name, bucket_story, bucket_tick

HEIGHT = 60
"""Pixels of the highest bar: enough to compare by eye, and the first hit still shows on a laptop."""
LOWEST = 3
"""Pixels of a bar of one article among thousands: low, but there."""
WIDEST = 4.0
"""Percent that a bar takes at most: a year of few is not a wall of colour."""
FILLED = 0.84
"""The part of a bucket's room that its bar takes when there are many."""
FAINTEST = 0.25
"""How strong the strip is drawn where the archive holds least, of 1 where it holds most."""
TICKS, YEAR_TICKS = 6, 9
"""Labels of the axis at most, of days to months and of years. Of the longer ones a phone shows every other."""
ROOMY = 8.0
"""Percent of room from which a label of the axis can stand in the middle of the first and the last bucket."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bucket: its room begins at `x` percent and its bar at `bar_x`; `y` and `height` are the bar's pixels.

    `strength`, 0 to 1, says how much the archive holds there.
    """

    name: str
    story: str
    count: int
    indexed: int
    url: str
    x: float
    bar_x: float
    y: int
    height: int
    strength: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of the axis at `x` percent; `anchor` keeps the outer ones inside the drawing.

    A `minor` one is left out where there is little room.
    """

    text: str
    x: float
    anchor: str
    minor: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that is drawn. `slot` and `bar_width` are the percentages that a bucket and its bar take."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    slot: float
    bar_width: float
    undated: int
    gaps: bool
    interval: str


def draw(histogram: Histogram, links: Links) -> Timeline:
    """The timeline of a histogram, each bar narrowing the request to its days."""
    buckets = histogram.buckets
    most = max((bucket.count for bucket in buckets), default=0)
    fullest = max((bucket.indexed for bucket in buckets), default=0)
    slot = 100 / max(len(buckets), 1)
    width = min(slot * FILLED, WIDEST)
    bars = []
    for number, bucket in enumerate(buckets):
        height = max(LOWEST, round(HEIGHT * bucket.count / most)) if bucket.count else 0
        strength = FAINTEST + (1 - FAINTEST) * bucket.indexed / fullest if bucket.indexed else 0
        bars.append(
            Bar(
                name=bucket_name(bucket, histogram.interval),
                story=bucket_story(bucket),
                count=bucket.count,
                indexed=bucket.indexed,
                url=links.between(bucket.start, bucket.end),
                x=round(number * slot, 3),
                bar_x=round(number * slot + (slot - width) / 2, 3),
                y=HEIGHT - height,
                height=height,
                strength=round(strength, 2),
            )
        )
    return Timeline(
        bars=tuple(bars),
        ticks=_ticks(histogram, slot),
        slot=round(slot, 3),
        bar_width=round(width, 3),
        undated=histogram.undated,
        gaps=any(not bucket.indexed for bucket in buckets),
        interval=histogram.interval,
    )


def _ticks(histogram: Histogram, slot: float) -> tuple[Tick, ...]:
    """Labels at even distances from the first bucket on."""
    buckets, short = histogram.buckets, histogram.interval == Interval.YEAR
    step = ceil(len(buckets) / (YEAR_TICKS if short else TICKS)) or 1
    ticks = []
    for number in range(0, len(buckets), step):
        text = bucket_tick(buckets[number], histogram.interval)
        x, anchor = round((number + 0.5) * slot, 3), "middle"
        if slot < ROOMY and number in {0, len(buckets) - 1}:
            x, anchor = (100, "end") if number else (0, "start")
        ticks.append(Tick(text, x, anchor, minor=not short and number // step % 2 == 1))
    return tuple(ticks)
