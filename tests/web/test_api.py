"""The JSON endpoint."""

import json
from pathlib import Path
from typing import Any

import pytest
from ferry_archive import HOSTILE, ODD_IDS, RICH
from flask.testing import FlaskClient

from index.article import Article
from index.opening import open_backend
from index.settings import Settings
from web import create_app
from web.links import api_article

SEARCH = "/api/v1/search"


def ask(client: FlaskClient, **parameters: object) -> dict[str, Any]:
    response = client.get(SEARCH, query_string={name.replace("_", "-"): value for name, value in parameters.items()})
    assert response.status_code == 200, response.get_data(as_text=True)
    assert response.mimetype == "application/json"
    body: dict[str, Any] = response.get_json()
    return body


def comparable(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in {"tookMs", "links"}}


def test_the_body_has_exactly_the_products_keys(client: FlaskClient) -> None:
    body = ask(client, q="flood ferry", match="any", facet="section")
    assert list(body) == [
        "total", "totalGroups", "startIndex", "pageSize", "currentPage", "pages", "orderBy", "tookMs",
        "indexGeneration", "query", "results", "facets", "histograms", "nextCursor", "links",
    ]  # fmt: skip
    assert list(body["query"]) == ["q", "parsed", "clauses", "filters", "warnings", "expanded", "offers", "didYouMean"]
    assert list(body["query"]["clauses"][0]) == ["text", "count"]
    assert list(body["results"][0]) == [
        "id", "title", "abstract", "byline", "source", "section", "published", "publishedPrecision", "url", "apiUrl",
        "language", "wordCount", "score", "pinned", "highlights", "group",
    ]  # fmt: skip
    assert list(body["results"][0]["highlights"][0]) == ["field", "text", "ranges", "html"]
    assert list(body["facets"][0]) == ["field", "label", "values", "missing", "other", "distinct"]
    assert list(body["facets"][0]["values"][0]) == [
        "value", "count", "selected", "parent", "indexed", "significance",
    ]  # fmt: skip
    assert list(body["histograms"][0]) == ["field", "interval", "buckets", "undated"]
    assert list(body["histograms"][0]["buckets"][0]) == ["from", "to", "count", "indexed", "share"]
    assert set(body["links"]) == {"self", "next", "csv", "jsonl", "atom"}


def test_a_result_says_what_it_is(client: FlaskClient) -> None:
    (result,) = ask(client, q="lorry")["results"]
    assert result["id"] == "reuters:1"
    assert result["byline"] == ["Jane Roe", "John Doe"]
    assert (result["published"], result["publishedPrecision"]) == ("2024-03-05T07:10:00Z", "minute")
    assert result["apiUrl"] == "/api/v1/articles/reuters:1"
    assert result["wordCount"] == RICH.word_count
    (highlight,) = result["highlights"]
    assert highlight["field"] == "caption"
    assert [highlight["text"][start:end] for start, end in highlight["ranges"]] == ["lorry"]


def test_a_score_is_explained_when_asked_for(client: FlaskClient) -> None:
    body = ask(client, q="flood ferry", match="any", explain="true")
    assert body["results"]
    for result in body["results"]:
        assert result["explanation"]["value"] == result["score"]
        assert result["explanation"]["operator"] == "product"
        assert all(
            set(part) == {"value", "description", "operator", "details"} for part in result["explanation"]["details"]
        )
    assert "explanation" not in ask(client, q="flood")["results"][0]


def test_an_empty_query_browses_newest_first(client: FlaskClient) -> None:
    body = ask(client)
    assert body["orderBy"] == "newest"
    dates = [result["published"] for result in body["results"]]
    assert dates == sorted(dates, reverse=True)


def test_facets_are_counted_when_asked_for(client: FlaskClient) -> None:
    assert ask(client, q="sails")["facets"] == []
    facets = ask(client, q="sails", facet="section,source", facet_size=2)["facets"]
    assert [facet["field"] for facet in facets] == ["section", "source"]
    assert (facets[0]["missing"], facets[0]["distinct"], len(facets[0]["values"])) == (15, 3, 2)
    assert facets[0]["other"] == 15


def test_the_histogram_can_be_left_out(client: FlaskClient) -> None:
    (histogram,) = ask(client, q="sails")["histograms"]
    assert sum(bucket["count"] for bucket in histogram["buckets"]) + histogram["undated"] == 60
    assert ask(client, q="sails", histogram="none")["histograms"] == []


@pytest.mark.parametrize(
    ("alias", "canonical"),
    [
        ("query=ferry", "q=ferry"),
        ("q=ferry&searchIn=title", "q=ferry&query-fields=title"),
        ("language=de", "lang=de"),
        ("begin_date=2012&end_date=2013", "from-date=2012&to-date=2013"),
        ("from=2012&to=2013-02", "from-date=2012&to-date=2013-02"),
        ("sort=oldest", "order-by=oldest"),
        ("sortBy=oldest", "order_by=oldest"),
        ("per_page=3", "page-size=3"),
        ("pageSize=3", "page_size=3"),
        ("facet_field=source", "facet=source"),
        ("hl=false&q=ferry", "highlight=false&q=ferry"),
        ("fl=body&q=weir", "show-fields=body&q=weir"),
    ],
)
def test_an_alias_gives_the_same_body(client: FlaskClient, alias: str, canonical: str) -> None:
    bodies = [comparable(client.get(f"{SEARCH}?{query}").get_json()) for query in (alias, canonical)]
    assert bodies[0] == bodies[1]
    assert bodies[0]["total"] > 0


def test_the_search_also_answers_at_its_json_name(client: FlaskClient) -> None:
    plain, named = (client.get(f"{url}?q=ferry").get_json() for url in (SEARCH, f"{SEARCH}.json"))
    assert comparable(plain) == comparable(named)


def test_following_the_links_reaches_every_article_once(client: FlaskClient) -> None:
    url, seen = f"{SEARCH}?q=sails&page-size=7&order-by=oldest", []
    while url:
        body = client.get(url).get_json()
        seen += [result["id"] for result in body["results"]]
        assert client.get(body["links"]["self"]).get_json()["results"] == body["results"]
        url = body["links"]["next"]
    assert len(seen) == len(set(seen)) == 60 == body["total"]
    assert body["pages"] == body["currentPage"] == 9


def test_pages_end_where_they_get_slow(client: FlaskClient) -> None:
    assert client.get(f"{SEARCH}?page=500").status_code == 200
    problem = client.get(f"{SEARCH}?page=501").get_json()
    assert (problem["parameter"], problem["suggestion"]) == ("page", "500")


def test_following_cursors_reaches_every_article_once(client: FlaskClient) -> None:
    """Links do it too, from the first cursor on."""
    body = ask(client, q="sails", page_size=7)
    by_page = [result["id"] for result in ask(client, q="sails", page_size=200)["results"]]
    seen, starts = [result["id"] for result in body["results"]], []
    while cursor := body["nextCursor"]:
        body = ask(client, q="sails", page_size=7, cursor=cursor)
        seen += [result["id"] for result in body["results"]]
        starts.append((body["startIndex"], body["currentPage"]))
        if body["links"]["next"]:
            assert client.get(body["links"]["next"]).get_json()["startIndex"] == body["startIndex"] + 7
    assert seen == by_page
    assert starts == [(7 * page - 6, page) for page in range(2, 10)]
    assert body["total"] == 60
    assert body["links"]["next"] is None


def test_where_page_numbers_end_the_cursor_leads_on(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.api.DEEPEST", 20)
    second = ask(client, q="sails", page_size=10, page=2)
    assert "cursor=" in second["links"]["next"]
    third = client.get(second["links"]["next"]).get_json()
    assert third["results"] == ask(client, q="sails", page_size=10, page=3)["results"]


@pytest.mark.parametrize(
    "change", ["q=ferry", "match=any&q=sails", "q=sails&section=Sport", "q=sails&collapse=cluster"]
)
def test_a_cursor_of_another_question_is_refused(client: FlaskClient, change: str) -> None:
    cursor = ask(client, q="sails", page_size=7)["nextCursor"]
    response = client.get(f"{SEARCH}?cursor={cursor}&{change}")
    assert (response.status_code, response.get_json()["parameter"]) == (400, "cursor")
    assert client.get(f"{SEARCH}?cursor={cursor}&q=++sails&page-size=3&facet=section").status_code == 200


def test_a_cursor_is_gone_with_its_commit_and_the_way_to_start_over_is_told(tmp_path: Path) -> None:
    settings = Settings(index=str(tmp_path / "index"))
    client = create_app(settings).test_client()
    for number in range(3):
        with open_backend(settings).writer() as writer:
            writer.put(Article(id=f"{number}", title="Ferry"))
        if number == 1:
            cursor = ask(client, q="ferry", page_size=1)["nextCursor"]
    response = client.get(f"{SEARCH}?q=ferry&page-size=1&cursor={cursor}&section=")
    assert (response.status_code, response.mimetype) == (410, "application/problem+json")
    assert response.get_json()["startOver"] == f"{SEARCH}?q=ferry&page-size=1&section="
    assert client.get(response.get_json()["startOver"]).get_json()["total"] == 3
    page = client.get(f"/?q=ferry&page-size=1&cursor={cursor}")
    assert page.status_code == 410
    assert 'href="/?q=ferry&amp;page-size=1"' in page.get_data(as_text=True)


def test_a_collapsed_answer_counts_articles_and_stories(tmp_path: Path) -> None:
    settings = Settings(index=str(tmp_path / "index"))
    story = " ".join(f"ferry{number}" for number in range(40))
    with open_backend(settings).writer() as writer:
        for name in "abc":
            writer.put(Article(id=name, title="Ferry", body=story))
        writer.put(Article(id="d", title="Ferry"))
    client = create_app(settings).test_client()
    body = ask(client, q="title:ferry", order_by="newest", collapse="cluster")
    assert (body["total"], body["totalGroups"], body["pages"]) == (4, 2, 1)
    assert [(result["id"], result["group"]) for result in body["results"]] == [
        ("a", {"cluster": "a", "size": 3, "others": ["b", "c"]}), ("d", None),
    ]  # fmt: skip
    assert ask(client, q="ferry", collapse="cluster", page_size=1)["pages"] == 2
    assert "The 3 articles of this story" in client.get("/?q=ferry&collapse=cluster").get_data(as_text=True)


def facet(client: FlaskClient, field: str, **parameters: object) -> dict[str, Any]:
    query = {name.replace("_", "-"): value for name, value in parameters.items()}
    response = client.get(f"/api/v1/facets/{field}", query_string=query)
    assert response.status_code == 200, response.get_data(as_text=True)
    body: dict[str, Any] = response.get_json()
    return body


def test_a_facets_values_are_listed_page_by_page(client: FlaskClient) -> None:
    body = facet(client, "sections", q="sails", facet_size=2)
    assert list(body) == [
        "total", "startIndex", "pageSize", "currentPage", "pages", "tookMs", "indexGeneration", "query",
        "field", "label", "values", "missing", "other", "distinct", "links",
    ]  # fmt: skip
    assert (body["total"], body["pages"], body["missing"], body["other"], body["distinct"]) == (60, 2, 15, 15, 3)
    last = client.get(body["links"]["next"]).get_json()
    assert [value["value"] for value in body["values"] + last["values"]] == ["Politics", "Region", "Sport"]
    assert (last["startIndex"], last["links"]["next"]) == (3, None)
    assert facet(client, "section", q="sails", page=9)["values"] == []


def test_a_facets_values_are_looked_for_and_sorted(client: FlaskClient) -> None:
    def listed(**parameters: object) -> list[str]:
        return [value["value"] for value in facet(client, "source", **parameters)["values"]]

    assert listed(contains="COUR") == ["The Courier"]
    assert listed(contains="kust") == listed(facet_prefix="der k") == ["Der Küstenbote"]
    assert listed(q="sails", facet_sort="label") == listed(q="sails") == ["The Courier", "The Gazette", "The Post"]
    assert facet(client, "source", q="sails", source="The Post")["total"] == 20
    assert client.get("/api/v1/facets/source?page=0").status_code == 400
    assert client.get("/api/v1/facets/sorce").get_json()["suggestion"] == "source"


def test_who_is_named_with_whom_is_told_by_significance(client: FlaskClient) -> None:
    body = facet(client, "section", person="Ada Quay", sort="significance", q="sails")
    assert body["values"] == []
    (value,) = facet(client, "person", person="Ada Quay", sort="significance")["values"]
    assert (value["value"], value["count"], value["indexed"], value["selected"]) == ("Ada Quay", 12, 12, True)
    assert value["significance"] > 60


def test_show_fields_adds_fields(client: FlaskClient) -> None:
    usual = ask(client, q="lorry")["results"][0]
    with_body = ask(client, q="lorry", show_fields="body,captions")["results"][0]
    everything = ask(client, q="lorry", show_fields="all")["results"][0]
    assert "body" not in usual
    assert with_body["body"] == RICH.body
    assert with_body["captions"] == [{"text": "A lorry in the flood", "credit": "Kofi Brandal"}]
    assert set(RICH.to_json()) <= set(everything)
    assert client.get(f"{SEARCH}?show-fields=bdy").status_code == 400


def test_an_article_has_every_public_field(client: FlaskClient) -> None:
    body = client.get("/api/v1/articles/reuters:1").get_json()
    for key, value in RICH.to_json().items():
        assert body[key] == value, key
    assert body["apiUrl"] == "/api/v1/articles/reuters:1"
    assert "origin" not in body


def test_provenance_is_told_field_by_field(client: FlaskClient) -> None:
    for url in ("/api/v1/articles/reuters:1/provenance", "/api/v1/article/provenance?id=reuters:1"):
        body = client.get(url).get_json()
        assert body == {
            "id": "reuters:1",
            "provenance": {
                "published": {
                    "method": "json-ld:datePublished",
                    "path": "/script[1]",
                    "confidence": 1.0,
                    "rejected": ["2024-03-04"],
                }
            },
        }


@pytest.mark.parametrize("article_id", [*ODD_IDS, HOSTILE])
def test_any_article_is_reached_at_its_own_address(client: FlaskClient, article_id: str) -> None:
    assert client.get("/api/v1/article", query_string={"id": article_id}).get_json()["id"] == article_id
    assert client.get(api_article("/", article_id)).get_json()["id"] == article_id
    (result,) = [r for r in ask(client, page_size=200)["results"] if r["id"] == article_id]
    assert client.get(result["apiUrl"]).get_json()["id"] == article_id


def test_highlights_are_escaped_and_everything_else_is_as_published(client: FlaskClient) -> None:
    response = client.get(f"{SEARCH}?q=onerror&from-date=1999&to-date=1999")
    body = json.loads(response.data)
    assert body["results"][0]["title"] == HOSTILE
    for highlight in body["results"][0]["highlights"]:
        assert "<script" not in highlight["html"]
        assert "<script" in highlight["text"]


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (None, 200),
        ("*/*", 200),
        ("application/json", 200),
        ("text/html, */*;q=0.1", 200),
        ("text/html", 406),
        ("image/png", 406),
    ],
)
def test_who_takes_no_json_is_told(client: FlaskClient, accept: str | None, status: int) -> None:
    response = client.get(SEARCH, headers={"Accept": accept} if accept else {})
    assert response.status_code == status


def test_article_by_id_needs_an_id(client: FlaskClient) -> None:
    response = client.get("/api/v1/article")
    assert response.status_code == 400
    assert response.get_json()["parameter"] == "id"
    assert client.get("/api/v1/article?id=a&page=2").status_code == 400
