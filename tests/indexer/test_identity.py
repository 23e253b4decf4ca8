"""An article's id is its own, else its address's, else its text's; and the same address is spelt in many ways."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.dates import parse_instant
from indexer.identity import canonical_url, identify

PAGE = "https://example.org/news/wall"


def id_of(**fields: object) -> str:
    return identify(Article(**fields)).id  # type: ignore[arg-type]  # fields of Article


def test_an_id_that_is_there_stays_as_it_stands() -> None:
    assert id_of(id="reuters:1", url=PAGE) == "reuters:1"
    assert id_of(id=" Übung/1?#", url=PAGE) == " Übung/1?#"


def test_without_an_id_the_address_gives_one() -> None:
    """The value is written down: an archive finds its articles again by it, in every later version."""
    assert id_of(url=PAGE, title="A") == id_of(url=PAGE, title="B") == "u-d7zasa3qpjovdw5uw5py"


def test_without_an_address_title_date_and_text_give_one() -> None:
    article = Article(title="The Wall", body="It is built.", published=parse_instant("2016-04-19"))
    assert identify(article).id == "h-r34zxcse3rhv2pm3ibu4"
    assert id_of(title="The Wall", body="It is built.") != identify(article).id


def test_spacing_and_letter_case_make_no_other_article() -> None:
    assert id_of(title="The  wall", body="It is\nbuilt. ") == id_of(title="THE WALL", body="It is built.")
    assert id_of(title="Cafe\u0301") == id_of(title="Café")


def test_words_do_not_wander_between_title_and_text() -> None:
    assert id_of(title="a b", body="c") != id_of(title="a", body="b c")


@pytest.mark.parametrize(
    "url",
    [
        "HTTPS://Example.ORG/news/wall",
        "https://example.org:443/news/wall",
        "https://example.org./news/wall/",
        "https://user:secret@example.org/news/wall",
        "https://example.org/news/wall#comments",
        "https://example.org/news/wall?utm_source=x&utm_medium=y",
        "https://example.org/news/wall?fbclid=1&gclid=2#top",
        "https://example.org/news/w%61ll",
        "  https://example.org/news/wall?\n",
    ],
)
def test_ways_to_spell_an_address_are_one(url: str) -> None:
    assert canonical_url(url) == PAGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a?x=1&y=2", "https://example.org/a?y=2&x=1"),
        ("https://example.org/a%2fb", "https://example.org/a%2Fb"),
        ("https://example.org/größe", "https://example.org/gr%c3%b6%C3%9Fe"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
        ("http://example.org:80", "http://example.org/"),
        ("https://example.org/a?q=a+b", "https://example.org/a?q=a%20b"),
    ],
)
def test_spellings_that_a_server_does_not_tell_apart_are_one(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a", "https://example.org/a?page=2"),
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a/b", "https://example.org/a%2Fb"),
        ("https://example.org:8443/a", "https://example.org/a"),
        ("https://example.org/a?ref=wall", "https://example.org/a"),
    ],
)
def test_addresses_of_different_pages_stay_different(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    "url",
    ["", "/news/wall", "example.org/wall", "mailto:desk@example.org", "javascript:alert(1)", "https://", "https://[::1/",
     "https://example.org:port/", "urn:newsml:example.org:1"],
)  # fmt: skip
def test_what_is_no_address_on_the_web_is_none(url: str) -> None:
    assert canonical_url(url) is None
    assert id_of(url=url, title="A").startswith("h-")


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_article_has_an_id_of_one_form(url: str, title: str, body: str) -> None:
    for address in (url, f"https://example.org/{url}", f"https://{url}/"):
        assert re.fullmatch(r"[uh]-[a-z2-7]{20}", id_of(url=address, title=title, body=body))


@given(st.text(alphabet="ab/?#&=%.:@ü \\[]2F", max_size=40))
def test_the_canonical_spelling_is_canonical(rest: str) -> None:
    canonical = canonical_url(f"https://example.org/{rest}")
    assert canonical is None or canonical_url(canonical) == canonical
