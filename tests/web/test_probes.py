"""Health, readiness and figures, as those see them who watch over a server."""

import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from served import fetch, served

from index.article import Article
from index.opening import open_backend
from index.settings import Settings


def figures(text: str) -> dict[str, float]:
    """Each figure under its name and its labels in order; a text that is not of the format fails."""
    return {
        " ".join([sample.name, *(value for _, value in sorted(sample.labels.items()))]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_ready_is_who_can_search(client: FlaskClient, empty_client: FlaskClient) -> None:
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert (ready.get_json()["status"], ready.get_json()["indexGeneration"]) == ("ready", "000001")
    assert ready.get_json()["articles"] > 60
    missing = empty_client.get("/readyz")
    assert missing.status_code == 503
    assert missing.mimetype == "application/problem+json"
    assert "There is no index at" in missing.get_json()["detail"]
    assert "Retry-After" in missing.headers


def test_figures_tell_requests_searches_and_the_index(app: Flask) -> None:
    client = app.test_client()
    before = figures(client.get("/metrics").get_data(as_text=True))
    client.get("/?q=ferry")
    client.get("/api/v1/search?q=nosuchword")
    client.get("/nowhere/at/all")
    client.get("/api/v1/search?page=0")
    answer = client.get("/metrics")
    after = figures(answer.get_data(as_text=True))
    assert answer.mimetype == "text/plain"

    def more(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert more("backfile_searches_total something") == 1
    assert more("backfile_searches_total nothing") == 1
    assert more("backfile_requests_total GET / 200") == 1
    assert more("backfile_requests_total GET none 404") == 1
    assert more("backfile_requests_total GET /api/v1/search 400") == 1
    assert more("backfile_request_seconds_count /") == 1
    assert after["backfile_index_up"] == 1
    assert after["backfile_index_articles"] == client.get("/readyz").get_json()["articles"]
    assert after["backfile_index_generation"] == 1
    assert after["backfile_engine_cache_misses"] > 0


def test_figures_are_there_without_an_index(empty_client: FlaskClient) -> None:
    told = figures(empty_client.get("/metrics").get_data(as_text=True))
    assert told["backfile_index_up"] == 0
    assert "backfile_index_articles" not in told


def test_what_a_client_invents_is_no_label_of_its_own(app: Flask) -> None:
    """Otherwise whoever asks for a million addresses, or by a million methods, fills the monitor."""
    client = app.test_client()
    client.get("/articles/one")
    client.get("/articles/another")
    client.open("/help", method="BREW")
    told = client.get("/metrics").get_data(as_text=True)
    assert re.search(r'route="/articles/<path:article_id>"', told)
    assert "another" not in told
    assert "BREW" not in told


def test_all_processes_of_a_server_count_together(tmp_path: Path) -> None:
    settings = Settings(index=str(tmp_path / "index"))
    with open_backend(settings).writer() as writer:
        writer.put(Article(id="1", title="The ferry sails"))
    with served("serve", "--index", settings.index, "--workers", "3", folder=tmp_path) as (_, address):
        for number in range(30):
            assert fetch(address, f"/api/v1/search?q=ferry{number % 2 or ''}")[0] == 200
        told = [figures(fetch(address, "/metrics")[1].decode()) for _ in range(6)]
    assert {one["backfile_searches_total something"] for one in told} == {15}
    assert {one["backfile_searches_total nothing"] for one in told} == {15}
