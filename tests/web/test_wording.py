"""How values are worded."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from index.article import Article, Provenance
from index.dates import Instant, parse_instant
from index.results import Bucket, Interval
from web import wording


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2024", "2024"),
        ("2024-03", "March 2024"),
        ("2024-03-05", "5 March 2024"),
        ("2024-03-05T07:10:00Z", "5 March 2024, 08:10"),
        ("2024-12-31T23:30:00Z", "1 January 2025, 00:30"),
    ],
)
def test_a_date_is_told_at_its_precision_in_the_archives_zone(text: str, shown: str) -> None:
    assert wording.when(parse_instant(text), ZoneInfo("Europe/Berlin")) == shown


def test_the_zone_is_named_only_with_a_time() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert wording.zone_name(parse_instant("2024-07-01T10:00:00Z"), berlin) == "CEST"
    assert wording.zone_name(parse_instant("2024-07-01"), berlin) == ""


def test_the_first_day_of_the_calendar_can_be_told_in_any_zone() -> None:
    first = Instant(datetime(1, 1, 1, tzinfo=UTC))
    assert wording.when(first, timezone(timedelta(hours=-5))) == "1 January 1, 00:00"


def test_a_bucket_is_named_for_what_it_covers() -> None:
    week = Bucket(date(2024, 3, 4), date(2024, 3, 10), 1, 1)
    assert wording.bucket_name(week, Interval.WEEK) == "4 March 2024 to 10 March 2024"
    assert wording.bucket_name(week, Interval.MONTH) == "March 2024"
    assert wording.bucket_name(week, Interval.YEAR) == "2024"
    assert wording.bucket_tick(week, Interval.WEEK) == "4 Mar 2024"


@pytest.mark.parametrize(
    ("code", "name"),
    [("en", "English"), ("el", "Modern Greek"), ("pt-BR", "Portuguese (pt-BR)"), ("xx", "xx"), ("", "")],
)
def test_a_language_has_its_english_name(code: str, name: str) -> None:
    assert wording.language_name(code) == name


def test_an_article_without_a_title_is_called_by_its_first_words() -> None:
    assert wording.headline(Article(title="Flood")) == "Flood"
    assert wording.headline(Article(body="The river  rose\nat night.")) == "The river rose at night. …"
    assert wording.headline(Article()) == "Untitled article"


def test_only_a_date_found_with_little_confidence_is_uncertain() -> None:
    def found(confidence: float) -> Article:
        return Article(
            published=Instant.of_day(2024), provenance={"published": Provenance("text:first-date", "", confidence)}
        )

    assert wording.uncertain(found(0.4))
    assert not wording.uncertain(found(1.0))
    assert not wording.uncertain(Article(published=Instant.of_day(2024)))


def test_a_field_outside_the_running_text_is_named() -> None:
    assert wording.found_in("body") == ""
    assert wording.found_in("caption") == "in a caption"
    assert wording.found_in("title") == "in the title"
