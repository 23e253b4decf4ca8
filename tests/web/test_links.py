"""Addresses around a request."""

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.page import SearchRequest
from web.links import Links, api_article, outside
from web.params import PAGE_DEFAULTS, read_parameters


def asked(url: str) -> SearchRequest:
    return read_parameters(parse_qsl(urlsplit(url).query, keep_blank_values=True), PAGE_DEFAULTS).request


def links(query: str) -> Links:
    return Links("/", asked(query))


def test_what_changes_the_answer_leads_to_its_first_page() -> None:
    here = links("/?q=rail&section=A&section=B&from-date=2019&page=7")
    assert asked(here.here()).page == 7
    assert asked(here.page(8)).page == 8
    for url in (
        here.order("newest"),
        here.match("any"),
        here.asking("bus"),
        here.between("2020", ""),
        here.without("section", "A"),
        here.unfiltered(),
    ):
        assert asked(url).page == 1


def test_one_filter_goes_and_the_others_stay() -> None:
    here = links("/?q=rail&section=A&section=B&person=C")
    assert asked(here.without("section", "A")).filters == {"section": ("B",), "person": ("C",)}
    assert asked(here.without("person", "C")).filters == {"section": ("A", "B")}
    assert here.without("section", "Z") == here.here()


def test_without_filters_the_query_stays() -> None:
    left = asked(links("/?q=rail&section=A&from-date=2019&to-date=2020&match=any").unfiltered())
    assert (left.q, left.match, left.filters, left.from_date, left.to_date) == ("rail", "any", {}, "", "")


def test_the_form_carries_what_it_does_not_show() -> None:
    here = links("/?q=a&section=S&byline=B&byline=-C&order-by=oldest&page=3&page-size=5&match=any&from-date=2019")
    assert here.hidden() == [("byline", "B"), ("byline", "-C"), ("order-by", "oldest"), ("page-size", "5")]


def test_a_name_leads_to_its_articles_and_no_others() -> None:
    assert links("/?q=rail&section=A").only("person", "O’Neil & Söhne") == ("/?person=O%E2%80%99Neil+%26+S%C3%B6hne")


def test_the_article_remembers_the_search() -> None:
    assert links("/?q=rail&page=2").article("reuters:1") == "/articles/reuters:1?q=rail&page=2"
    assert links("/?q=rail").article("../x") == "/article?id=..%2Fx&q=rail"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30) | st.text("./ab%?#", min_size=1))
def test_any_id_survives_in_an_address(article_id: str) -> None:
    """As a path where servers and browsers leave it alone, else as a parameter."""
    for url, kind in ((Links("/").article(article_id), "/article"), (api_article("/", article_id), "/api/v1/article")):
        parts = urlsplit(url)
        if parts.path == kind:
            assert parse_qsl(parts.query, keep_blank_values=True) == [("id", article_id)]
        else:
            assert unquote(parts.path) == f"{kind}s/{article_id}"
            assert not {"", ".", ".."} & set(parts.path.split("/")[1:])
            assert "\n" not in article_id


@pytest.mark.parametrize("ending", ["provenance", "similar"])
def test_an_id_that_ends_like_an_address_of_the_endpoint_is_a_parameter(ending: str) -> None:
    assert api_article("/", f"a/{ending}") == f"/api/v1/article?id=a%2F{ending}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("http://example.org", "http://example.org"),
        ("HTTPS://example.org/", "HTTPS://example.org/"),
        ("javascript:alert(1)", None),
        (" javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("//example.org/x", None),
        ("ftp://example.org/x", None),
        ("https:x", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(url: str | None, expected: str | None) -> None:
    assert outside(url) == expected
