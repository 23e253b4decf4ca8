"""The endpoint's JSON bodies."""

from __future__ import annotations

import json

import pytest

from index.article import Article
from index.errors import RequestInvalid
from search.body import api_url, article_body, search_body
from search.page import SearchRequest
from search.searcher import Searcher


def test_the_body_has_the_products_keys_in_their_order(searcher: Searcher) -> None:
    request = SearchRequest(q="rail strike", facets=("section",), interval="auto", filters={"source": ("-Post",)})
    body = search_body(searcher.search(request))
    assert list(body) == [
        "total", "totalGroups", "startIndex", "pageSize", "currentPage", "pages", "orderBy", "tookMs",
        "indexGeneration", "query", "results", "facets", "histograms", "nextCursor",
    ]  # fmt: skip
    assert body["query"] == {
        "q": "rail strike",
        "parsed": "+rail +strike",
        "clauses": [{"text": "rail", "count": 2}, {"text": "strike", "count": 4}],
        "filters": {"source": ["-Post"]},
        "warnings": [],
        "expanded": [],
        "offers": [],
        "didYouMean": None,
    }
    assert list(body["results"][0]) == [
        "id", "title", "abstract", "byline", "source", "section", "published", "publishedPrecision", "url", "apiUrl",
        "language", "wordCount", "score", "pinned", "highlights", "group",
    ]  # fmt: skip
    assert list(body["facets"][0]) == ["field", "label", "values", "missing", "other", "distinct"]
    assert body["facets"][0]["label"] == "Section"
    assert list(body["histograms"][0]) == ["field", "interval", "buckets", "undated"]
    assert list(body["histograms"][0]["buckets"][0]) == ["from", "to", "count", "indexed", "share"]
    json.dumps(body)


def test_what_was_not_asked_for_is_an_empty_list(searcher: Searcher) -> None:
    body = search_body(searcher.search(SearchRequest(q="zebra")))
    assert [body[key] for key in ("results", "facets", "histograms")] == [[], [], []]
    assert (body["startIndex"], body["pages"], body["totalGroups"], body["nextCursor"]) == (0, 0, None, None)


def test_a_date_is_given_at_its_precision(searcher: Searcher) -> None:
    results = search_body(searcher.search(SearchRequest(order_by="oldest")))["results"]
    assert [(one["published"], one["publishedPrecision"]) for one in results] == [
        ("2019-05-06", "day"),
        ("2019-06", "month"),
        ("2023-08-26T10:00:00Z", "minute"),
        ("2024-01-17", "day"),
        (None, None),
    ]


def test_warnings_and_highlights_are_told_with_their_places(searcher: Searcher) -> None:
    body = search_body(searcher.search(SearchRequest(q='union "')))
    assert body["query"]["warnings"] == [
        {"code": "unbalanced-quote", "detail": "A quote without a partner was left out.", "position": 6}
    ]
    (highlight,) = body["results"][0]["highlights"]
    assert (highlight["field"], highlight["ranges"]) == ("body", [[4, 9]])
    assert "<mark>union</mark>" in highlight["html"]


def test_dates_are_among_the_filters(searcher: Searcher) -> None:
    body = search_body(searcher.search(SearchRequest(from_date="2023", filters={"section": ("Economy", "Sport")})))
    assert body["query"]["filters"] == {"section": ["Economy", "Sport"], "from-date": ["2023"]}


@pytest.mark.parametrize("name", ["caption", "captions", "Captions"])
def test_further_fields_are_shown_under_any_of_their_names(searcher: Searcher, name: str) -> None:
    (result,) = search_body(searcher.search(SearchRequest(q="luck")), (name,))["results"]
    assert result["captions"] == [{"text": "", "credit": "Kofi Brandal"}, {"text": "A strike of luck", "credit": None}]
    assert "body" not in result


def test_all_fields_can_be_shown(searcher: Searcher) -> None:
    (result,) = search_body(searcher.search(SearchRequest(q="luck")), ("all",))["results"]
    assert set(Article().to_json()) <= set(result)


def test_an_unknown_field_is_refused_with_a_suggestion(searcher: Searcher) -> None:
    with pytest.raises(RequestInvalid) as refused:
        search_body(searcher.search(SearchRequest()), ("bdy",))
    assert (refused.value.parameter, refused.value.suggestion) == ("show-fields", "body")


def test_an_article_has_every_public_field_and_its_address(rich_article: Article) -> None:
    body = article_body(rich_article)
    assert {key: body[key] for key in rich_article.to_json()} == rich_article.to_json()
    assert (body["wordCount"], body["apiUrl"]) == (rich_article.word_count, "/api/v1/articles/reuters:1")
    assert "provenance" not in body
    assert "origin" not in body


@pytest.mark.parametrize(
    ("article_id", "address"),
    [
        ("u-ab12", "/api/v1/articles/u-ab12"),
        ("a b?c#d%", "/api/v1/articles/a%20b%3Fc%23d%25"),
        ("日", "/api/v1/articles/%E6%97%A5"),
        ("a/b", "/api/v1/articles/a/b"),
        ("a//b", "/api/v1/article?id=a%2F%2Fb"),
        ("../x", "/api/v1/article?id=..%2Fx"),
        ("a/.", "/api/v1/article?id=a%2F."),
        ("a\n", "/api/v1/article?id=a%0A"),
        ("", "/api/v1/article?id="),
        ("x/similar", "/api/v1/article?id=x%2Fsimilar"),
        ("\ud800", "/api/v1/articles/%3F"),
    ],
)
def test_an_id_that_cannot_be_a_path_is_a_parameter(article_id: str, address: str) -> None:
    assert api_url(article_id) == address


def test_whoever_serves_the_bodies_can_say_where(searcher: Searcher) -> None:
    body = search_body(searcher.search(SearchRequest(q="luck")), address=lambda article_id: f"/archive/{article_id}")
    assert body["results"][0]["apiUrl"] == "/archive/a3"


def test_an_offer_says_where_it_stands_and_leaves_an_open_side_null(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest(q="strike until 2019"))
    assert search_body(page)["query"]["offers"] == [
        {"text": "until 2019", "position": 7, "fromDate": None, "toDate": "2019-12-31", "count": 2}
    ]
