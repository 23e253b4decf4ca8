"""What was chosen in the facets, as text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.errors import RequestInvalid
from index.results import FacetFilter, FacetRequest, FacetSort
from search.facets import chosen_by, facets_of, filters_of
from search.page import SearchRequest


def test_values_are_included_or_excluded() -> None:
    assert filters_of({"section": ("Politics", "-Sport", "_missing", "-_missing")}) == (
        FacetFilter("section", ("Politics", "_missing"), ("Sport", "_missing")),
    )


def test_an_alias_names_the_same_facet() -> None:
    assert filters_of({"language": ("de",), "lang": ("en",)}) == (FacetFilter("lang", ("de", "en")),)


def test_a_comma_belongs_to_its_value_and_a_dash_alone_is_one() -> None:
    assert filters_of({"person": ("Roe, Jane", "-", "--x")}) == (FacetFilter("person", ("Roe, Jane", "-"), ("-x",)),)


def test_empty_and_repeated_values_choose_nothing_more() -> None:
    assert filters_of({"section": ("", " ", "- "), "source": ()}) == ()
    assert filters_of({"section": ("A", "A")}) == (FacetFilter("section", ("A",)),)


def test_what_is_no_facet_is_refused_with_a_suggestion() -> None:
    with pytest.raises(RequestInvalid) as refused:
        filters_of({"organistion": ("NATO",)})
    assert (refused.value.parameter, refused.value.suggestion) == ("organistion", "organisation")


def test_facets_are_asked_for_once_and_in_order() -> None:
    request = SearchRequest(facets=("org", "section", "organisation"), facet_size=5, facet_sort="label")
    assert facets_of(replace(request, facet_contains="x", facet_prefix="y")) == (
        FacetRequest("organisation", 5, FacetSort.LABEL, "x", "y"),
        FacetRequest("section", 5, FacetSort.LABEL, "x", "y"),
    )
    with pytest.raises(RequestInvalid) as refused:
        facets_of(replace(request, facet_prefix="x" * 1_001))
    assert refused.value.parameter == "facet-prefix"


@pytest.mark.parametrize("value", ["Sport", "-30-", "-", "\\", "\\-x", "_x", "a,b"])
def test_any_value_can_be_chosen(value: str) -> None:
    assert filters_of({"keyword": (chosen_by(value),)}) == (FacetFilter("keyword", (value,)),)
