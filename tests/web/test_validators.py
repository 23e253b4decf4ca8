"""Answers that are had already, and answers made smaller."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard
from flask.testing import FlaskClient

from index.article import Article
from index.opening import open_backend
from index.settings import Settings
from web import create_app

ARTICLE = "/api/v1/articles/reuters:1"
VALIDATED = ("/", "/?q=ferry", "/about", "/articles/reuters:1", "/api/v1/search?q=ferry", "/api/v1/search.atom",
             "/api/v1/article?id=reuters:1", ARTICLE, f"{ARTICLE}/provenance")  # fmt: skip


@pytest.mark.parametrize("url", VALIDATED)
def test_who_has_the_answer_is_told_so(client: FlaskClient, url: str) -> None:
    first = client.get(url)
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    second = client.get(url, headers={"If-None-Match": f'"other", {tag}'})
    assert (second.status_code, second.get_data()) == (304, b"")
    assert second.headers["ETag"] == tag
    assert client.get(url, headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_the_order_of_parameters_does_not_matter_and_the_question_does(client: FlaskClient) -> None:
    def tag(query: str) -> str:
        return client.get(f"/api/v1/search?{query}").headers["ETag"]

    assert tag("q=ferry&page-size=5") == tag("page_size=5&q=ferry") == tag("q=ferry&page-size=5&section=")
    assert len({tag("q=ferry"), tag("q=ferry&page=2"), tag("q=sails"), tag("q=ferry&section=Sport")}) == 4


def test_a_commit_and_a_setting_change_the_answer(tmp_path: Path) -> None:
    settings = Settings(index=str(tmp_path / "index"))
    tags = []
    for number in range(2):
        with open_backend(settings).writer() as writer:
            writer.put(Article(id=str(number), title="Ferry"))
        tags += [
            create_app(one).test_client().get("/").headers["ETag"] for one in (settings, replace(settings, title="X"))
        ]
    assert len(set(tags)) == 4


@pytest.mark.parametrize("url", ["/nowhere", "/api/v1/search?page=0", "/articles/unknown"])
def test_errors_have_no_validator(client: FlaskClient, url: str) -> None:
    assert "ETag" not in client.get(url).headers


@pytest.mark.parametrize("url", ["/?q=ferry", "/api/v1/search?q=ferry", "/api/v1/search.csv", "/api/v1/search.jsonl"])
@pytest.mark.parametrize(
    ("wanted", "encoding"), [("gzip", "gzip"), ("gzip, zstd, br", "zstd"), ("zstd;q=0, gzip", "gzip"), ("*;q=0", None)]
)
def test_answers_are_packed_as_they_are_taken(client: FlaskClient, url: str, wanted: str, encoding: str | None) -> None:
    plain = client.get(url)
    packed = client.get(url, headers={"Accept-Encoding": wanted})
    data = packed.get_data()
    assert packed.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in packed.vary
    if encoding == "gzip":
        data = gzip.decompress(data)
    elif encoding == "zstd":
        data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    assert len(data) == pytest.approx(len(plain.get_data()), abs=20)  # they tell how long they took
    assert data[:200].split(b"tookMs")[0] == plain.get_data()[:200].split(b"tookMs")[0]


def test_small_answers_stay_as_they_are(client: FlaskClient) -> None:
    response = client.get("/healthz", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response.headers
    assert response.get_json() == {"status": "ok"}
