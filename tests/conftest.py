"""Fixtures that every package's tests may use."""

from __future__ import annotations

import signal
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings

from index.article import Article, Caption, Origin, Provenance, Quote
from index.dates import parse_instant

# A busy machine is no fault of what is tested.
settings.register_profile("backfile", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("backfile")

# A job in the background ignores Ctrl-C, and so would all that it starts; some tests press it.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The two ways to write `judged/floors.json`."""
    parser.addoption("--raise-floors", action="store_true", help="write figures that are above their floor, or new")
    parser.addoption("--lower-floors", action="store_true", help="write figures that are below their floor too")


@pytest.fixture
def rich_article() -> Article:
    """An article that has every field."""
    return Article(
        id="reuters:1",
        url="https://herald.example/1",
        source="The Herald",
        title="Dockers strike in Sarnholt",
        abstract="Work stops at the harbour.",
        byline=("Mira Castellan", "Joren Pike"),
        credits=("North Coast Wire",),
        published=parse_instant("2024-06-19T07:10:00+02:00"),
        modified=parse_instant("2024-06-20"),
        dateline="SARNHOLT, June 19",
        section="Politics",
        keywords=("strikes", "harbours"),
        type="article",
        language="en",
        headings=("The demands", "What the harbour says"),
        body="The dockers of Sarnholt stopped work on Wednesday.\n\n“We wait,” said Piet Aldous.",
        captions=(Caption("The empty quay", "Kofi Brandal"), Caption("A crane")),
        people=("Piet Aldous",),
        places=("Sarnholt",),
        organisations=("Union of Dockers and Seafarers",),
        quotes=(Quote("We wait", "Piet Aldous"), Quote("Nobody knows")),
        cluster="c-1",
        version=2,
        provenance={"title": Provenance("html:h1", "//h1", 0.9, ("Dockers strike",)), "byline": Provenance("text:by")},
        first_indexed=datetime(2024, 6, 21, 8, 30, tzinfo=UTC),
        origin=Origin("june.zip", "19.xml", 3),
    )
