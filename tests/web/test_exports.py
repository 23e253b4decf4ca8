"""The whole of an answer as CSV and JSON lines, and the feed of its newest articles."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from ferry_archive import HOSTILE
from flask.testing import FlaskClient

from index.article import Article
from index.opening import open_backend
from index.settings import Settings
from web import create_app

ATOM = "{http://www.w3.org/2005/Atom}"


def json_rows(client: FlaskClient, query: str) -> list[dict[str, Any]]:
    response = client.get(f"/api/v1/search.jsonl?{query}")
    assert response.status_code == 200
    assert response.mimetype == "application/jsonl"
    return [json.loads(line) for line in response.get_data(as_text=True).splitlines()]


def csv_rows(client: FlaskClient, query: str) -> list[dict[str, str]]:
    response = client.get(f"/api/v1/search.csv?{query}")
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    text = response.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("query", ["", "q=sails", "q=sails&order-by=oldest", "q=ferry&section=Sport", "q=nosuchword"])
def test_exports_hold_the_whole_answer_in_its_order(client: FlaskClient, query: str) -> None:
    paged: list[str] = []
    page = 1
    while True:
        body = client.get(f"/api/v1/search?{query}&page={page}&page-size=7").get_json()
        paged += [result["id"] for result in body["results"]]
        if page >= body["pages"]:
            break
        page += 1
    assert len(paged) == body["total"]
    assert [row["id"] for row in json_rows(client, query)] == paged
    assert [row["id"] for row in csv_rows(client, query)] == paged


def test_a_row_says_what_a_result_says(client: FlaskClient) -> None:
    (result,) = client.get("/api/v1/search?q=lorry&show-fields=captions,people").get_json()["results"]
    (row,) = json_rows(client, "q=lorry&show-fields=captions,people")
    assert row == {name: value for name, value in result.items() if name not in {"highlights", "group"}}
    (cells,) = csv_rows(client, "q=lorry&show-fields=captions,people")
    assert cells["byline"] == "Jane Roe; John Doe"
    assert "lorry" in cells["captions"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_cell_is_a_formula(tmp_path: Path, start: str) -> None:
    """A spreadsheet runs a cell that begins so; an apostrophe before it makes it text."""
    settings = Settings(index=str(tmp_path / "index"))
    evil = f'{start}HYPERLINK("https://example.org","x")'
    with open_backend(settings).writer() as writer:
        writer.put(Article(id=f"{start}1", title=evil, byline=(evil, "b"), body="ferry", source=f'"{evil}'))
    (row,) = csv_rows(create_app(settings).test_client(), "q=ferry")
    assert not any(cell.startswith((start, "=")) for cell in row.values())
    assert row["title"].removeprefix("'") == evil
    assert row["source"] == f'"{evil}'


def test_an_export_has_no_pages(client: FlaskClient) -> None:
    problem = client.get("/api/v1/search.csv?page=2").get_json()
    assert (problem["status"], problem["parameter"]) == (400, "page")


@pytest.mark.parametrize("ending", ["csv", "jsonl", "atom"])
def test_what_is_wrong_is_told_before_anything_is_sent(
    client: FlaskClient, empty_client: FlaskClient, ending: str
) -> None:
    assert client.get(f"/api/v1/search.{ending}?sektion=x").status_code == 400
    assert client.get(f"/api/v1/search.{ending}?from-date=never").status_code == 400
    assert empty_client.get(f"/api/v1/search.{ending}").status_code == 503
    if ending != "atom":
        assert client.get(f"/api/v1/search.{ending}?show-fields=nonsense").status_code == 400


def test_the_links_of_an_answer_lead_to_its_exports(client: FlaskClient) -> None:
    body = client.get("/api/v1/search?q=sails&section=Sport&page=2&page-size=5").get_json()
    for ending in ("csv", "jsonl", "atom"):
        response = client.get(body["links"][ending])
        assert response.status_code == 200
    assert len(json_rows(client, body["links"]["jsonl"].partition("?")[2])) == body["total"]


def test_a_download_has_a_name(client: FlaskClient) -> None:
    assert client.get("/api/v1/search.csv").headers["Content-Disposition"] == 'attachment; filename="backfile.csv"'


def feed(client: FlaskClient, query: str) -> ET.Element:
    response = client.get(f"/api/v1/search.atom?{query}")
    assert response.status_code == 200
    assert response.mimetype == "application/atom+xml"
    return ET.fromstring(response.get_data())  # noqa: S314  # our own answer


def test_a_feed_has_the_newest_articles_first(client: FlaskClient) -> None:
    entries = feed(client, "q=sails").findall(f"{ATOM}entry")
    moments = [entry.findtext(f"{ATOM}updated") or "" for entry in entries]
    assert len(entries) == 20
    assert moments == sorted(moments, reverse=True)


def test_a_feed_has_all_that_atom_asks_for(client: FlaskClient) -> None:
    """RFC 4287: ids, titles, moments, authors, and a link to itself; every address is whole."""
    found = feed(client, "")
    for element in (found, *found.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert element.findtext(f"{ATOM}{name}"), name
        for link in element.findall(f"{ATOM}link"):
            assert link.get("href", "").startswith(("http://", "https://"))
    for entry in found.findall(f"{ATOM}entry"):
        assert entry.find(f"{ATOM}author/{ATOM}name") is not None
    ids = [entry.findtext(f"{ATOM}id") for entry in found.findall(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    assert found.find(f"{ATOM}link[@rel='self']") is not None


def test_hostile_fields_are_text_in_a_feed(client: FlaskClient) -> None:
    titles = [element.text for element in feed(client, "page-size=200").iter(f"{ATOM}title")]
    assert HOSTILE in titles


def test_a_feed_without_articles_is_a_feed(client: FlaskClient) -> None:
    assert feed(client, "q=nosuchword").findtext(f"{ATOM}updated") == "1970-01-01T00:00:00+00:00"


def test_the_public_address_is_the_settings_and_not_whatever_a_client_calls_us(tmp_path: Path) -> None:
    settings = Settings(index=str(tmp_path / "index"), address="https://archive.example.org/news")
    with open_backend(settings).writer() as writer:
        writer.put(Article(id="1", title="Ferry"))
    client = create_app(settings).test_client()
    text = client.get("/api/v1/search.atom", headers={"Host": "evil.example"}).get_data(as_text=True)
    assert "https://archive.example.org/news/articles/1" in text
    assert "evil.example" not in text
