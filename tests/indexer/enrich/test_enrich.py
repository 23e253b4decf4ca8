"""Enrichment fills what the publisher left out, and nothing else; the same article always gives the same."""

from __future__ import annotations

from dataclasses import replace

import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, Provenance, Quote
from index.dates import parse_instant
from indexer.enrich import enrich

TEXT = Article(
    title="Bridge opens in Larkwell",
    body="LARKWELL, May 3 (RWN) — Mayor Wenna Trask opened the bridge on May 3, 2021. The University of Selmouth and "
    "visitors from Norway looked on. “At last,” said Trask, and the crowd in Larkwell agreed with her.",
)
FIELDS = ("language", "published", "dateline", "people", "places", "organisations", "quotes")


def test_everything_that_the_text_tells_is_filled_in() -> None:
    article = enrich(TEXT)
    assert article.language == "en"
    assert str(article.published) == "2021-05-03"
    assert article.dateline == "LARKWELL"
    assert article.people == ("Wenna Trask",)
    assert article.places == ("Larkwell", "Norway")
    assert article.organisations == ("University of Selmouth",)
    assert article.quotes == (Quote("At last", "Wenna Trask"),)
    assert article.provenance.keys() == {*FIELDS}
    assert all(found.method.startswith("text:") for found in article.provenance.values())


def test_what_the_publisher_supplied_stays_as_it_is() -> None:
    given_ = replace(
        TEXT,
        language="de",
        published=parse_instant("1999"),
        dateline="ORFORD",
        people=("Somebody",),
        places=("Somewhere",),
        organisations=("Something",),
        quotes=(Quote("Something else"),),
    )
    assert enrich(given_) == given_


def test_a_field_that_the_publisher_supplied_empty_stays_empty() -> None:
    silent = replace(TEXT, provenance={name: Provenance("scheme:field") for name in FIELDS})
    assert enrich(silent) == silent


def test_nothing_is_invented_for_an_empty_article() -> None:
    assert enrich(Article()) == Article()


def test_enriching_twice_changes_nothing_more() -> None:
    assert enrich(enrich(TEXT)) == enrich(TEXT)


SCRAPS = (
    "Mayor", "President", "of", "the", "The", "and", "in", "In", "from", "University", "Union", "Larkwell", "London",
    "U.S.", "New", "York", "John", "J.", "de", "Mr.", "Kim’s", "“", "”", "(", ")", ",", ".", "—", "-", "(UDS)", "May",
    "3,", "2021", "Inc", "Co", "said", "who", "\n", "A", "&", "Al-Assad", "North", "Korea", "Russia-North", "Moody’s",
)  # fmt: skip
CAPITALS = st.lists(st.sampled_from(SCRAPS), max_size=30).map(" ".join)


@given(CAPITALS | strategies.texts() | st.text(max_size=80), st.sampled_from([None, "en", "de", "fr", "zz"]))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_without_an_error_and_every_name_stands_in_it_or_in_the_tables(
    text: str, language: str | None
) -> None:
    article = enrich(Article(body=text, language=language))
    assert article == enrich(Article(body=text, language=language))
    assert all(name in text for name in article.people)
    for names in (article.people, article.places, article.organisations):
        assert len(set(names)) == len(names)
        assert all(name.strip() == name and name for name in names)
