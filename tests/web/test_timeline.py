"""The timeline as geometry."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from index.results import Bucket, Histogram, Interval
from web.links import Links
from web.timeline import HEIGHT, LOWEST, draw


def years(*counts: tuple[int, int]) -> Histogram:
    buckets = (Bucket(date(2000 + n, 1, 1), date(2000 + n, 12, 31), *pair) for n, pair in enumerate(counts))
    return Histogram(Interval.YEAR, tuple(buckets), undated=3)


def test_no_data_and_no_coverage_look_and_read_differently() -> None:
    timeline = draw(years((5, 100), (0, 80), (0, 0)), Links("/"))
    found, silent, blank = timeline.bars
    assert found.story == "5 of 100 articles (5.0 %)"
    assert silent.story == "none of 80 articles"
    assert "no coverage" in blank.story
    assert silent.strength > 0 == blank.strength
    assert timeline.gaps
    assert not draw(years((5, 100), (0, 80)), Links("/")).gaps


def test_a_bar_leads_to_its_days() -> None:
    assert draw(years((5, 9)), Links("/")).bars[0].url == "/?from-date=2000-01-01&to-date=2000-12-31"


def test_one_article_among_thousands_is_still_seen() -> None:
    low, high = draw(years((1, 1), (9_000, 9_000)), Links("/")).bars
    assert (low.height, high.height) == (LOWEST, HEIGHT)


def test_nothing_is_drawn_of_nothing() -> None:
    timeline = draw(Histogram(Interval.AUTO, (), undated=7), Links("/"))
    assert (timeline.bars, timeline.ticks, timeline.undated) == ((), (), 7)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=60))
def test_everything_stays_inside_the_drawing(counts: list[tuple[int, int]]) -> None:
    timeline = draw(years(*counts), Links("/"))
    for bar in timeline.bars:
        assert -0.01 <= bar.x <= bar.bar_x
        assert bar.bar_x + timeline.bar_width <= 100.01
        assert 0 <= bar.y <= bar.y + bar.height == HEIGHT
        assert 0 <= bar.strength <= 1
    assert [tick.x for tick in timeline.ticks] == sorted(tick.x for tick in timeline.ticks)
    assert all(0 <= tick.x <= 100 for tick in timeline.ticks)
