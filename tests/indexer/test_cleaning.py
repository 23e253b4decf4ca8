"""Whatever a parser leaves in an article's strings, they are fit to be stored and shown afterwards."""

from __future__ import annotations

import json
import math
from dataclasses import fields

from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, Caption, Provenance, Quote
from indexer.cleaning import clean

DIRTY = " a\0b\ud800\x07 \r\n\tc\u00ad\x9f "


def test_one_line_fields_are_one_line() -> None:
    cleaned = clean(Article(id=DIRTY, title=DIRTY, url=DIRTY, byline=(DIRTY,), headings=(DIRTY,), dateline=DIRTY))
    assert cleaned.id == cleaned.title == cleaned.url == cleaned.dateline == "ab c"
    assert cleaned.byline == cleaned.headings == ("ab c",)


def test_the_body_keeps_its_paragraphs_lines_and_columns() -> None:
    body = "\n\nOne\u2028two \0\r\n\r\n\r\n\r\nthree\ud83d  four\t5\n "
    assert clean(Article(body=body)).body == "One\ntwo\n\nthree  four\t5"


def test_a_soft_hyphen_does_not_cut_a_word() -> None:
    assert clean(Article(body="Hafen\u00admauer")).body == "Hafenmauer"


def test_values_without_anything_in_them_are_missing() -> None:
    cleaned = clean(
        Article(title=" \0", url="", keywords=("", " "), captions=(Caption(" ", " "),), quotes=(Quote(" "),))
    )
    assert cleaned == Article()


def test_a_name_given_twice_is_there_once_where_it_was_first() -> None:
    assert clean(Article(people=("B", "A ", " B", "A"))).people == ("B", "A")


def test_captions_keep_a_credit_without_a_text() -> None:
    assert clean(Article(captions=(Caption("", "A\nB"),))).captions == (Caption("", "A B"),)


def test_provenance_is_cleaned_and_stays_within_its_scale() -> None:
    found = {"title": Provenance("m\n", "p\0", 7.5, (DIRTY,)), "body": Provenance("m", confidence=math.nan)}
    cleaned = clean(Article(provenance=found)).provenance
    assert cleaned["title"] == Provenance("m", "p", 1.0, ("ab c",))
    assert cleaned["body"].confidence == 0.0


wild = st.text(alphabet=st.characters(exclude_categories=()), max_size=20)


@settings(max_examples=60)
@given(
    st.builds(
        Article, id=wild, url=wild, title=st.none() | wild, body=wild, people=st.lists(wild, max_size=3).map(tuple),
        captions=st.lists(st.builds(Caption, wild, st.none() | wild), max_size=2).map(tuple),
        quotes=st.lists(st.builds(Quote, wild, st.none() | wild), max_size=2).map(tuple),
    )
)  # fmt: skip
def test_any_article_can_be_stored_and_cleaning_it_again_changes_nothing(article: Article) -> None:
    cleaned = clean(article)
    json.dumps(cleaned.to_record(), ensure_ascii=False).encode()
    assert clean(cleaned) == cleaned
    assert Article.from_record(cleaned.to_record()) == cleaned


def test_no_field_of_an_article_is_forgotten() -> None:
    """A string field added to Article must be cleaned too."""
    unclean = {"published", "modified", "first_indexed", "origin", "version"}
    values = {"captions": (Caption(DIRTY),), "quotes": (Quote(DIRTY),), "provenance": {"title": Provenance(DIRTY)}}
    for field in fields(Article):
        if field.name not in unclean:
            many = isinstance(getattr(Article(), field.name), tuple)
            value = values.get(field.name, (DIRTY,) if many else DIRTY)
            cleaned = clean(Article(**{field.name: value}))  # type: ignore[arg-type]  # a value of the field's type
            assert "\0" not in str(getattr(cleaned, field.name)), field.name
