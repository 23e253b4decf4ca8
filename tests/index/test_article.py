"""Articles: what is kept of them, and when two say the same."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from strategies import articles

from index.article import Article, Caption, Origin, Provenance, Quote
from index.dates import Instant


@given(articles())
def test_a_record_reads_back_as_the_article(article: Article) -> None:
    written = json.dumps(article.to_record(), ensure_ascii=False)
    assert Article.from_record(json.loads(written)) == article


def test_every_field_is_in_the_record(rich_article: Article) -> None:
    """The rich article has every field, so none may be lost on the way."""
    empty = Article()
    assert [one.name for one in fields(Article) if getattr(rich_article, one.name) == getattr(empty, one.name)] == []
    assert Article.from_record(rich_article.to_record()) == rich_article
    assert Article.from_record(empty.to_record()) == empty == Article.from_record({})


def test_the_public_json_has_the_public_names(rich_article: Article) -> None:
    shown = rich_article.to_json()
    assert "provenance" not in shown
    assert "origin" not in shown
    assert shown["published"] == "2024-06-19T07:10:00+02:00"
    assert shown["publishedPrecision"] == "minute"
    assert shown["modified"] == "2024-06-20"
    assert shown["captions"][1] == {"text": "A crane", "credit": None}
    assert shown["quotes"][1] == {"text": "Nobody knows", "speaker": "unattributed"}
    assert shown["firstIndexed"] == "2024-06-21T08:30:00+00:00"


def test_the_content_hash_sees_what_is_said_and_not_how_it_came(rich_article: Article) -> None:
    for same in (
        replace(rich_article, cluster="another"),
        replace(rich_article, first_indexed=None),
        replace(rich_article, origin=Origin("elsewhere.xml")),
    ):
        assert same.content_hash == rich_article.content_hash
    volatile = {"cluster", "first_indexed", "origin"}
    changed = {one.name: getattr(Article(id="other"), one.name) for one in fields(Article) if one.name not in volatile}
    hashes = {replace(rich_article, **{name: value}).content_hash for name, value in changed.items()}
    assert len(hashes | {rich_article.content_hash}) == len(changed) + 1


@pytest.mark.parametrize(
    "record",
    [
        {"published": "yesterday"}, {"published": "2024", "publishedPrecision": "era"}, {"firstIndexed": "x"},
        {"captions": [{}]}, {"quotes": ["x"]}, {"provenance": {"title": {}}}, {"origin": [1, 2, 3, 4]},
    ],
)  # fmt: skip
def test_a_record_of_another_shape_is_refused(record: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Article.from_record(record)


def test_words_are_counted_in_the_body() -> None:
    assert Article(title="not these", body="Putin’s visit, 2024.").word_count == 3


def test_an_origin_names_file_member_and_record() -> None:
    assert str(Origin("a.zip")) == "a.zip"
    assert str(Origin("a.zip", "b.xml")) == "a.zip!b.xml"
    assert str(Origin("a.zip", "b.xml", 3)) == "a.zip!b.xml#3"
    assert str(Origin("a.jsonl", record=3)) == "a.jsonl#3"


def test_articles_are_values() -> None:
    """Equal parts make equal articles; nothing of one can be assigned."""
    at = Instant(datetime(2024, 6, 19, tzinfo=UTC))
    parts = {
        "captions": (Caption("c"),),
        "quotes": (Quote("q"),),
        "provenance": {"title": Provenance("m")},
        "published": at,
    }
    assert Article(id="a", **parts) == Article(id="a", **parts)  # type: ignore[arg-type]  # each fits its field
    with pytest.raises(AttributeError):
        Article().title = "x"  # type: ignore[misc]  # the subject
