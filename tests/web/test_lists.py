"""The endpoint's lists of places in articles."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from index.article import Article, Quote
from index.opening import open_backend
from index.settings import Settings
from web import create_app

CONCORDANCE, QUOTES = "/api/v1/concordance", "/api/v1/quotes"


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """An archive in which people say something."""
    settings = Settings(index=str(tmp_path_factory.mktemp("talks") / "index"))
    said = (Quote("We <support> the ferry", "Ada Quay"), Quote("The ferry sinks", "Yusuf Hale"), Quote("A ferry!"))
    with open_backend(settings).writer() as writer:
        writer.put(Article(id="1", body=" ".join(quote.text for quote in said), quotes=said))
    return create_app(settings).test_client()


def ask(client: FlaskClient, path: str, **parameters: object) -> dict[str, Any]:
    response = client.get(path, query_string={name.replace("_", "-"): value for name, value in parameters.items()})
    assert response.status_code == 200, response.get_data(as_text=True)
    body: dict[str, Any] = response.get_json()
    return body


def test_a_concordance_has_the_lines_of_the_filtered_articles(client: FlaskClient) -> None:
    body = ask(client, CONCORDANCE, q="harbour", sort="left", width=20, section="Sport", to_date="2012", page_size=2)
    assert (body["total"], body["articles"], body["complete"], len(body["lines"])) == (4, 4, True, 2)
    assert body["query"]["filters"] == {"section": ["Sport"], "to-date": ["2012"]}
    line = body["lines"][0]
    assert (line["left"], line["keyword"], line["right"]) == ("The ferry left the ", "harbour", " for the 13th time.")
    assert line["article"]["apiUrl"] == f"/api/v1/articles/{line['article']['id']}"


def test_the_next_page_of_a_list_is_a_link(client: FlaskClient) -> None:
    body = ask(client, CONCORDANCE, q="harbour", sort="right", section="Sport", page_size=10)
    lines = list(body["lines"])
    while body["links"]["next"]:
        body = client.get(body["links"]["next"]).get_json()
        lines += body["lines"]
    assert len(lines) == body["total"] == 15
    assert len({line["article"]["id"] for line in lines}) == 15
    assert client.get(body["links"]["self"]).get_json()["lines"] == body["lines"]


def test_quotes_are_those_of_the_speaker(talks: FlaskClient) -> None:
    body = ask(talks, QUOTES, speaker="quay", q="ferry")
    (quote,) = body["quotes"]
    assert (quote["speaker"], quote["html"]) == ("Ada Quay", "We &lt;support&gt; the <mark>ferry</mark>")
    assert [quote["text"][start:end] for start, end in quote["ranges"]] == ["ferry"]
    assert body["links"] == {"self": f"{QUOTES}?q=ferry&speaker=quay", "next": None}
    assert ask(talks, QUOTES, q="ferry")["total"] == 2


def test_the_search_shows_the_quote_that_was_asked_for_first(talks: FlaskClient) -> None:
    (result,) = ask(talks, "/api/v1/search", q="said-by:hale sinks")["results"]
    highlight = result["highlights"][0]
    assert (highlight["field"], highlight["text"]) == ("said-by", "Yusuf Hale: The ferry sinks")
    assert [highlight["text"][start:end] for start, end in highlight["ranges"]] == ["Hale", "sinks"]


@pytest.mark.parametrize(
    ("address", "parameter", "suggestion"),
    [
        (f"{CONCORDANCE}?q=x&sort=lefft", "sort", "left"),
        (f"{CONCORDANCE}?q=x&sort=left&sort=right", "sort", None),
        (f"{CONCORDANCE}?q=x&width=5", "width", None),
        (f"{CONCORDANCE}?q=x&order-by=newest", "order-by", None),
        (f"{CONCORDANCE}?q=x&facet_field=section", "facet_field", None),
        (f"{CONCORDANCE}?q=x&speaker=y", "speaker", None),
        (f"{CONCORDANCE}?q=x&wdith=20", "wdith", "width"),
        (f"{QUOTES}?speaker=???", "speaker", None),
        (f"{QUOTES}?speaker={'x' * 201}", "speaker", None),
        (f"{QUOTES}?query-fields=title", "query-fields", None),
        (f"{QUOTES}?q=x&page=0", "page", None),
    ],
)
def test_what_a_list_does_not_take_is_refused_by_name(
    client: FlaskClient, address: str, parameter: str, suggestion: str | None
) -> None:
    response = client.get(address)
    assert response.status_code == 400
    problem = response.get_json()
    assert (problem["parameter"], problem["suggestion"]) == (parameter, suggestion)


@pytest.mark.parametrize("path", [CONCORDANCE, QUOTES])
def test_lists_answer_in_json_only_and_need_an_index(client: FlaskClient, tmp_path: Path, path: str) -> None:
    assert client.get(path, headers={"Accept": "text/html"}).status_code == 406
    nothing = create_app(Settings(index=str(tmp_path / "nothing"))).test_client()
    assert nothing.get(path).status_code == 503


@pytest.mark.parametrize("path", [CONCORDANCE, QUOTES])
@pytest.mark.parametrize("q", ["", '"', "((((", "\udcff", "*", "-", "said-by:", "a" * 1_000, "اللغة \u202e", "\0"])
def test_no_query_fails(client: FlaskClient, path: str, q: str) -> None:
    assert ask(client, path, q=q.encode("utf-8", "replace").decode())["complete"] in {True, False}
