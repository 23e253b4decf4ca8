"""The fields and their public names."""

from __future__ import annotations

import pytest

from index.article import Article, Caption
from index.results import MISSING
from index.schema import FACETS, FIELDS, NOT_YET, Kind, facet_values, field_named


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("headline", "title"), ("by", "byline"), ("date", "published"), ("org", "organisation"), ("people", "person"),
        ("language", "lang"), ("LANG", "lang"), ("organizations", "organisation"), ("captions", "caption"),
    ],
)  # fmt: skip
def test_a_field_answers_to_its_aliases(name: str, field: str) -> None:
    found = field_named(name)
    assert found is not None
    assert found.name == field


def test_unknown_names_and_fields_of_later_versions_are_none() -> None:
    assert field_named("nowhere") is None
    assert field_named("") is None
    assert all(field_named(name) is None for name in NOT_YET)


def test_no_name_means_two_fields() -> None:
    names = [name for field in FIELDS for name in (field.name, *field.aliases)]
    assert len(names) == len(set(names))
    assert all(name == name.lower() and "_" not in name and "." not in name for name in names)


def test_every_field_finds_its_values(rich_article: Article) -> None:
    empty = [field.name for field in FIELDS if not any(field.values(rich_article))]
    assert empty == []
    assert [field.name for field in FIELDS if any(field.values(Article()))] == []


def test_credits_are_those_of_the_text_and_of_the_pictures(rich_article: Article) -> None:
    credit, caption = field_named("credit"), field_named("caption")
    assert credit is not None
    assert caption is not None
    assert credit.values(rich_article) == ("North Coast Wire", "Kofi Brandal")
    assert caption.values(Article(captions=(Caption("", "only a credit"),))) == ()


def test_facets_are_of_names_and_codes() -> None:
    assert {field.kind for field in FACETS} == {Kind.NAME, Kind.CODE}


def test_a_facet_has_each_value_of_an_article_once_and_no_empty_one() -> None:
    keyword = field_named("keyword")
    assert keyword is not None
    assert facet_values(keyword, Article(keywords=("b", "a", "b", "", MISSING))) == ("b", "a")
