"""What goes wrong, and how it is told."""

import html
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from index import errors
from index.article import Article
from index.errors import BackfileError, IndexDamaged, IndexLocked, RequestInvalid
from index.opening import open_backend
from index.schema import SCHEMA_VERSION
from index.settings import Settings
from index.withdrawals import Withdrawal
from web import create_app
from web.errors import STATUS, status_of


def tree(root: type[BackfileError]) -> Iterator[type[BackfileError]]:
    yield root
    for kind in root.__subclasses__():
        yield from tree(kind)


def test_every_error_of_the_tree_has_its_status() -> None:
    """A new error is given its status on purpose, not by what it inherits from."""
    ours = [kind for kind in tree(BackfileError) if kind.__module__ == errors.__name__]
    assert set(STATUS) == set(ours)


@pytest.mark.parametrize(
    ("error", "status"),
    [(RequestInvalid("q", "no"), 400), (IndexLocked("x"), 503), (IndexDamaged("x"), 503), (BackfileError("x"), 500)],
)
def test_an_error_is_told_by_its_nearest_class(error: BackfileError, status: int) -> None:
    assert status_of(error) == status
    assert status_of(type("Newer", (type(error),), {"__init__": Exception.__init__})()) == status


@pytest.mark.parametrize("url", ["/", "/?q=x", "/articles/x", "/article?id=x", "/about"])
def test_without_an_index_a_page_says_so(empty_client: FlaskClient, url: str) -> None:
    response = empty_client.get(url)
    html = response.get_data(as_text=True)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.mimetype == "text/html"
    assert "There is no index at" in html


@pytest.mark.parametrize("url", ["/api/v1/search", "/api/v1/articles/x", "/api/v1/article?id=x"])
def test_without_an_index_the_endpoint_says_so(empty_client: FlaskClient, url: str) -> None:
    response = empty_client.get(url)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.mimetype == "application/problem+json"
    problem = response.get_json()
    assert (problem["status"], problem["title"]) == (503, "Service Unavailable")
    assert "backfile index" in problem["detail"]


@pytest.mark.parametrize("url", ["/help", "/healthz", "/static/style.css"])
def test_without_an_index_the_rest_works(empty_client: FlaskClient, url: str) -> None:
    with empty_client.get(url) as response:
        assert response.status_code == 200


def test_an_index_that_appears_is_served_at_once(tmp_path: Path) -> None:
    """And so is every commit after it: no request remembers the one before."""
    settings = Settings(index=str(tmp_path / "index"))
    client = create_app(settings).test_client()
    assert client.get("/api/v1/search").status_code == 503
    for number in (1, 2):
        with open_backend(settings).writer() as writer:
            writer.put(Article(id=str(number), title="Hello"))
        assert client.get("/api/v1/search").get_json()["total"] == number


UNUSABLE = {
    "another schema": (
        "commit",
        lambda content: content.replace(b"schema %d" % SCHEMA_VERSION, b"schema 77"),
        "has schema version 77",
    ),
    "no commit": ("commit", lambda _: b"", "should list the parts of the index"),
    "no pointer": ("live", lambda _: b"nowhere", "should name the live index"),
    "columns": ("*.columns", lambda content: content[:-1], "is damaged"),
    "terms": ("*.terms", lambda content: b"\xff" * len(content), "is damaged"),
    "articles": ("*.articles", lambda content: b"\xff" * len(content), "is damaged"),
}


@pytest.mark.parametrize("case", UNUSABLE)
@pytest.mark.parametrize("url", ["/?q=hello", "/articles/1", "/api/v1/search?q=hello", "/api/v1/articles/1"])
def test_an_unusable_index_is_named_with_the_way_out(tmp_path: Path, case: str, url: str) -> None:
    """On every page and to every program, and never answered from."""
    settings = Settings(index=str(tmp_path / "index"))
    with open_backend(settings).writer() as writer:
        writer.put(Article(id="1", title="Hello"))
    pattern, change, told = UNUSABLE[case]
    (path,) = tmp_path.rglob(pattern)
    path.write_bytes(change(path.read_bytes()))
    response = create_app(settings).test_client().get(url)
    assert response.status_code == 503
    said = html.unescape(response.get_data(as_text=True)) if "/api/" not in url else response.get_json()["detail"]
    assert told in said
    assert "“backfile reindex PATH…”" in said if "schema" in told else "“backfile verify”" in said


def test_pages_follow_every_swap_of_generations(tmp_path: Path) -> None:
    settings = Settings(index=str(tmp_path / "index"))
    client = create_app(settings).test_client()
    backend = open_backend(settings)
    with backend.writer() as writer:
        writer.put(Article(id="1", title="Hello"))
    assert client.get("/api/v1/search").get_json()["total"] == 1
    with backend.rebuild() as rebuild:
        for one in "abc":
            rebuild.put(Article(id=one, title="Hello"))
    assert client.get("/api/v1/search").get_json()["total"] == 3
    backend.rollback()
    assert client.get("/api/v1/search").get_json()["total"] == 1


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/articles/unknown", 404),
        ("GET", "/article", 404),
        ("POST", "/", 405),
        ("DELETE", "/articles/bare", 405),
        ("GET", "/facets/section", 501),
        ("GET", "/?page=0", 400),
    ],
)
def test_people_get_a_page(client: FlaskClient, method: str, url: str, status: int) -> None:
    response = client.open(url, method=method)
    assert response.status_code == status
    assert response.mimetype == "text/html"
    assert f'<p class="kicker">{status}</p>' in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("method", "url", "status", "title"),
    [
        ("GET", "/api/v1/nowhere", 404, "Not Found"),
        ("GET", "/api/", 404, "Not Found"),
        ("GET", "/api/v1/articles/unknown", 404, "Not Found"),
        ("GET", "/api/v1/articles/unknown/provenance", 404, "Not Found"),
        ("POST", "/api/v1/search", 405, "Method Not Allowed"),
        ("GET", "/api/v1/search?page=0", 400, "Bad Request"),
        ("GET", "/api/v1/articles/a/similar", 501, "Not Implemented"),
        ("GET", "/api/v1/facets/sections-of-it", 400, "Bad Request"),
        ("GET", "/api/v1/facets/section?cursor=x", 400, "Bad Request"),
        ("GET", "/api/v1/suggest", 501, "Not Implemented"),
        ("GET", "/api/v1/stats", 501, "Not Implemented"),
        ("GET", "/api/v1/openapi.json", 501, "Not Implemented"),
    ],
)
def test_programs_get_a_problem(client: FlaskClient, method: str, url: str, status: int, title: str) -> None:
    response = client.open(url, method=method)
    problem = response.get_json()
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert (problem["type"], problem["title"], problem["status"]) == ("about:blank", title, status)
    assert problem["detail"]
    assert ("Allow" in response.headers) == (status == 405)


def test_a_problem_names_the_parameter_and_a_better_one(client: FlaskClient) -> None:
    problem = client.get("/api/v1/search?sektion=Sport").get_json()
    assert (problem["parameter"], problem["suggestion"]) == ("sektion", "section")


def test_a_mistake_of_ours_is_not_told_to_the_outside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings(index=str(tmp_path)))

    def broken() -> str:
        raise ZeroDivisionError("secret of the house")

    app.add_url_rule("/broken", view_func=broken)
    app.add_url_rule("/api/broken", endpoint="api_broken", view_func=broken)
    page, problem = (app.test_client().get(url) for url in ("/broken", "/api/broken"))
    assert (page.status_code, problem.status_code) == (500, 500)
    assert problem.mimetype == "application/problem+json"
    assert "secret" not in page.get_data(as_text=True) + problem.get_data(as_text=True)
    assert "secret of the house" in caplog.text


def test_every_answer_carries_the_security_headers(app: Flask) -> None:
    client = app.test_client()
    for url in ("/", "/nowhere", "/api/v1/search", "/api/v1/nowhere", "/healthz", "/static/page.js", "/?page=0"):
        with client.get(url) as response:
            headers = response.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"


def test_the_process_says_that_it_lives(client: FlaskClient) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.get_json()) == (200, {"status": "ok"})


def test_static_files_are_kept_and_their_addresses_change_with_them(client: FlaskClient) -> None:
    html = client.get("/help").get_data(as_text=True)
    assert "/static/style.css?v=" in html
    with client.get("/static/style.css") as response:
        assert "max-age=31536000" in response.headers["Cache-Control"]
    assert client.get("/").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(("name", "most"), [("style.css", 30_000), ("page.js", 10_000)])
def test_style_and_script_stay_small(client: FlaskClient, name: str, most: int) -> None:
    with client.get(f"/static/{name}") as response:
        assert len(response.data) < most


def test_a_withdrawn_article_is_gone_and_the_operators_reason_is_not_told(tmp_path: Path) -> None:
    settings = Settings(index=str(tmp_path / "index"), timezone="Pacific/Auckland")
    moment = datetime(2024, 6, 19, 23, tzinfo=UTC)
    with open_backend(settings).writer() as writer:
        writer.withdraw(Withdrawal("a", moment, "a secret settlement"))
        writer.withdraw(Withdrawal("b", moment, "canceled", final=False))
    client = create_app(settings).test_client()
    for address in ("/articles/a", "/article?id=a", "/api/v1/articles/a", "/api/v1/article?id=a"):
        response = client.get(address)
        assert response.status_code == 410
        assert "withdrawn by the archive on 2024-06-20" in response.get_data(as_text=True)
        assert "secret" not in response.get_data(as_text=True)
    assert "withdrawn by its publisher" in client.get("/articles/b").get_data(as_text=True)
    assert client.get("/articles/c").status_code == 404
