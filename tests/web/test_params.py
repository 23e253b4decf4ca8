"""The query string as a request, and the request as a query string."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import RequestInvalid
from index.schema import FACETS
from search.page import PAGE_FACETS, SearchRequest
from web.params import (
    ENDPOINT_DEFAULTS,
    LONGEST_CURSOR,
    LONGEST_VALUE,
    MOST_PARAMETERS,
    PAGE_DEFAULTS,
    PARAMETERS,
    query_string,
    read_parameters,
)


def ask(query: str, defaults: SearchRequest = ENDPOINT_DEFAULTS) -> SearchRequest:
    return read_parameters(parse_qsl(query, keep_blank_values=True), defaults).request


def complaint(query: str) -> RequestInvalid:
    with pytest.raises(RequestInvalid) as caught:
        ask(query)
    return caught.value


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=rail+strike", {"q": "rail strike"}),
        ("query=rail", {"q": "rail"}),
        ("match=most", {"match": "most"}),
        ("query-fields=title,body", {"query_fields": ("title", "body")}),
        ("query_fields=title&query-fields=body,title", {"query_fields": ("title", "body")}),
        ("searchIn=title, caption", {"query_fields": ("title", "caption")}),
        ("section=Politics", {"filters": {"section": ("Politics",)}}),
        ("section=Politics&section=Sport&section=Politics", {"filters": {"section": ("Politics", "Sport")}}),
        ("section=News, Views", {"filters": {"section": ("News, Views",)}}),
        ("section=-Sport&section=_missing", {"filters": {"section": ("-Sport", "_missing")}}),
        ("language=en&lang=de", {"filters": {"lang": ("en", "de")}}),
        ("from-date=2024&to-date=2025-06", {"from_date": "2024", "to_date": "2025-06"}),
        ("begin_date=20240101&end_date=20240201", {"from_date": "20240101", "to_date": "20240201"}),
        ("from=2024&to=2025", {"from_date": "2024", "to_date": "2025"}),
        ("order-by=newest", {"order_by": "newest"}),
        ("order_by=oldest", {"order_by": "oldest"}),
        ("sort=newest", {"order_by": "newest"}),
        ("sortBy=newest", {"order_by": "newest"}),
        ("page=3&page-size=50", {"page": 3, "page_size": 50}),
        ("per_page=7", {"page_size": 7}),
        ("pageSize=7", {"page_size": 7}),
        ("facet=section,person&facet-size=5", {"facets": ("section", "person"), "facet_size": 5}),
        ("facet-sort=label", {"facet_sort": "label"}),
        ("facet_field=section", {"facets": ("section",)}),
        ("histogram=none", {"interval": ""}),
        ("histogram=date", {"interval": "auto"}),
        ("interval=month", {"interval": "month"}),
        ("histogram=date&interval=year", {"interval": "year"}),
        ("highlight=false", {"highlight": False}),
        ("hl=1", {"highlight": True}),
        ("snippets=1&snippet_size=200", {"snippets": 1, "snippet_size": 200}),
        ("cursor=abc&collapse=cluster", {"cursor": "abc", "collapse": "cluster"}),
        ("facet-contains=new&facet_prefix=n", {"facet_contains": "new", "facet_prefix": "n"}),
        ("contains=new", {"facet_contains": "new"}),
        ("collapse=none&freshness=mild&explain=false", {}),
        ("freshness=none&explain=true", {"freshness": "none", "explain": True}),
        ("q=&section=&page=&from-date=", {}),
        ("facet=,", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_a_parameter_fills_its_place_in_the_request(query: str, expected: dict[str, object]) -> None:
    assert ask(query) == replace(ENDPOINT_DEFAULTS, **expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "parameter", "suggestion"),
    [
        ("colour=red", "colour", "cluster"),
        ("sektion=Sport", "sektion", "section"),
        ("page_sise=3", "page_sise", "page-size"),
        ("Q=x", "Q", "q"),
        ("zzzzzz=1", "zzzzzz", None),
        ("=x", "", None),
        ("match=al", "match", "all"),
        ("order-by=newst", "order-by", "newest"),
        ("page=0", "page", None),
        ("page=-1", "page", None),
        ("page=two", "page", None),
        ("page=٣", "page", None),
        ("page=1e3", "page", None),
        ("page=99999999999999999999", "page", None),
        ("page-size=201", "page-size", None),
        ("facet-size=0", "facet-size", None),
        ("snippets=11", "snippets", None),
        ("snippet-size=1", "snippet-size", None),
        ("highlight=perhaps", "highlight", None),
        ("histogram=length", "histogram", None),
        ("freshness=mid", "freshness", "mild"),
        ("explain=how", "explain", None),
        ("interval=decade", "interval", None),
        ("page=2&page=3", "page", None),
        ("page=1&cursor=abc", "page", None),
        ("collapse=clusters", "collapse", "cluster"),
        (f"cursor={'x' * (LONGEST_CURSOR + 1)}", "cursor", None),
        ("q=a&query=b", "q", None),
        ("from=2024&from-date=2024", "from-date", None),
        (f"q={'x' * 1001}", "q", None),
        (f"section={'x' * (LONGEST_VALUE + 1)}", "section", None),
    ],
)
def test_what_cannot_be_meant_is_named_with_a_suggestion(query: str, parameter: str, suggestion: str | None) -> None:
    error = complaint(query)
    assert (error.parameter, error.suggestion) == (parameter, suggestion)
    assert len(str(error)) < 300


@pytest.mark.parametrize("query", ["since=2024"])
def test_a_parameter_of_a_later_version_says_so(query: str) -> None:
    error = complaint(query)
    assert "not available yet" in error.detail
    assert error.parameter == query.partition("=")[0]


def test_a_request_may_not_have_parameters_without_end() -> None:
    assert ask("&".join(f"section={n}" for n in range(MOST_PARAMETERS)))
    assert "more than" in str(complaint("&".join(f"section={n}" for n in range(MOST_PARAMETERS + 1))))


def test_show_fields_go_beside_the_request() -> None:
    asked = read_parameters([("fl", "title,body")], ENDPOINT_DEFAULTS)
    assert asked.show_fields == ("title", "body")
    assert asked.request == ENDPOINT_DEFAULTS


def test_the_page_shows_seven_facets_and_a_timeline_unasked() -> None:
    request = ask("q=x", PAGE_DEFAULTS)
    assert request.facets == PAGE_FACETS
    assert request.interval == "auto"
    assert ask("q=x").facets == ()


def test_no_two_parameters_share_a_name() -> None:
    names = [name for parameter in PARAMETERS for name in (parameter.name, *parameter.aliases)]
    names += [field.name for field in FACETS] + ["language"]
    assert len(names) == len(set(names))


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
requests = st.builds(
    SearchRequest,
    q=texts,
    match=st.sampled_from(("all", "most", "any")),
    query_fields=st.sampled_from(((), ("title",), ("body", "caption"))),
    filters=st.dictionaries(
        st.sampled_from([field.name for field in FACETS]),
        st.lists(texts.filter(bool), min_size=1, max_size=3, unique=True).map(tuple),
        max_size=3,
    ),
    from_date=texts,
    to_date=texts,
    order_by=st.sampled_from(("", "relevance", "newest", "oldest")),
    page=st.integers(1, 50),
    page_size=st.integers(1, 200),
    facets=st.sampled_from((PAGE_FACETS, ("section",), ("person", "cluster"))),
    facet_size=st.integers(1, 200),
    facet_sort=st.sampled_from(("count", "label", "significance")),
    facet_contains=texts,
    facet_prefix=texts,
    collapse=st.sampled_from(("none", "cluster")),
    interval=st.sampled_from(("", "auto", "month")),
    highlight=st.booleans(),
    snippets=st.integers(0, 10),
    snippet_size=st.integers(20, 1_000),
)


@given(requests, st.sampled_from((PAGE_DEFAULTS, ENDPOINT_DEFAULTS)))
@settings(max_examples=150)
def test_a_request_comes_back_from_its_query_string(request: SearchRequest, defaults: SearchRequest) -> None:
    """Links are made from requests, so nothing may get lost on the way through an address."""
    assert ask(query_string(request, defaults).removeprefix("?"), defaults) == request


@given(st.lists(st.tuples(st.sampled_from([p.name for p in PARAMETERS] + ["section", "x"]) | texts, texts), max_size=8))
def test_any_parameters_are_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    try:
        request = read_parameters(pairs, PAGE_DEFAULTS).request
    except RequestInvalid:
        return
    assert read_parameters(parse_qsl(query_string(request, PAGE_DEFAULTS)[1:]), PAGE_DEFAULTS).request == request
