"""Keys, rates and other sites: off until they are set, and exact then."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from served import fetch, served

from index.article import Article
from index.errors import SettingsInvalid
from index.opening import open_backend
from index.settings import Settings
from web import create_app
from web.keys import add_key, digest, read_keys, remove_key
from web.limits import Limiter, Rate, read_rate

SEARCH = "/api/v1/search?q=ferry"


@pytest.fixture
def index(tmp_path: Path) -> str:
    place = str(tmp_path / "index")
    with open_backend(Settings(index=place)).writer() as writer:
        writer.put(Article(id="1", title="Ferry"))
    return place


def client(index: str, **settings: Any) -> FlaskClient:
    return create_app(Settings(index=index, **settings)).test_client()


# Keys


@pytest.fixture
def keys(tmp_path: Path) -> str:
    return str(tmp_path / "keys")


def test_with_keys_the_endpoint_wants_one_and_the_pages_do_not(index: str, keys: str) -> None:
    key = add_key(keys, "newsroom")
    asking = client(index, keys=keys)
    refused = asking.get(SEARCH)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert refused.mimetype == "application/problem+json"
    for way in ({"Authorization": f"Bearer {key}"}, {"Authorization": f"bearer  {key}"}, {"X-API-Key": key}):
        assert asking.get(SEARCH, headers=way).status_code == 200
    assert asking.get(f"{SEARCH}&api-key={key}").status_code == 200
    assert asking.get(f"/api/v1/articles/1?api_key={key}").status_code == 200
    assert asking.get("/?q=ferry").status_code == 200
    assert asking.get("/healthz").status_code == 200


def test_a_wrong_key_is_told_apart_from_none(index: str, keys: str) -> None:
    add_key(keys, "newsroom")
    asking = client(index, keys=keys)
    assert "not known" in asking.get(SEARCH, headers={"X-API-Key": "guess"}).get_json()["detail"]
    assert "Authorization: Bearer" in asking.get(SEARCH).get_json()["detail"]


def test_an_answer_to_a_key_is_nobody_elses(index: str, keys: str) -> None:
    key = add_key(keys, "newsroom")
    answer = client(index, keys=keys).get(f"{SEARCH}&api-key={key}")
    assert "private" in answer.headers["Cache-Control"]
    assert key not in answer.get_data(as_text=True)


def test_without_keys_one_that_is_sent_does_no_harm(index: str) -> None:
    """As the clients of other archives' interfaces always do."""
    assert client(index).get(f"{SEARCH}&api-key=whatever").status_code == 200


def test_only_digests_are_kept(keys: str) -> None:
    key = add_key(keys, "newsroom")
    text = Path(keys).read_text("utf-8")
    assert key not in text
    assert text == f"newsroom {digest(key)}\n"


def test_a_key_is_made_and_removed_by_its_name(keys: str) -> None:
    first, second = add_key(keys, "a"), add_key(keys, "b@example.org")
    assert first != second
    assert read_keys(keys).name_of(second) == "b@example.org"
    with pytest.raises(SettingsInvalid, match="a has a key already"):
        add_key(keys, "a")
    remove_key(keys, "a")
    assert read_keys(keys).name_of(first) is None
    with pytest.raises(SettingsInvalid, match="a has no key"):
        remove_key(keys, "a")


@pytest.mark.parametrize("name", ["", "two words", "line\nbreak", "x" * 101, "#no"])
def test_a_name_that_a_line_cannot_hold_is_refused(keys: str, name: str) -> None:
    with pytest.raises(SettingsInvalid, match="is no name for a key"):
        add_key(keys, name)


def test_a_broken_file_of_keys_is_named_with_its_line_but_not_told(index: str, keys: str) -> None:
    Path(keys).write_text("# ours\n\nnewsroom secret-in-clear\n", "utf-8")
    with pytest.raises(SettingsInvalid, match="line 3 of") as raised:
        client(index, keys=keys)
    assert "secret" not in str(raised.value)
    with pytest.raises(SettingsInvalid, match="cannot be read: No such file"):
        client(index, keys=keys + "x")


# Rates


def test_whoever_asks_too_often_is_told_when_to_come_back(index: str) -> None:
    asking = client(index, rate="3/day")
    for left in (2, 1, 0):
        answer = asking.get(SEARCH)
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Policy"] == '"default";q=3;w=86400'
        assert answer.headers["RateLimit"].startswith(f'"default";r={left};t=')
    refused = asking.get(SEARCH)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 86_400
    assert refused.get_json()["status"] == 429
    assert asking.get("/?q=ferry").status_code == 200


def test_each_key_and_each_address_has_its_own_rate(index: str, keys: str) -> None:
    first, second = add_key(keys, "a"), add_key(keys, "b")
    asking = client(index, keys=keys, rate="1/day")
    statuses = [asking.get(SEARCH, headers={"X-API-Key": key}).status_code for key in (first, second, first)]
    assert statuses == [200, 200, 429]
    free = client(index, rate="1/day")
    statuses = [
        free.get(SEARCH, environ_base={"REMOTE_ADDR": address}).status_code
        for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1")
    ]
    assert statuses == [200, 200, 429]


def test_a_new_window_begins_with_nothing_asked() -> None:
    limiter = Limiter(Rate(2, 60))
    allowances = [limiter.allowance("x", moment) for moment in (60.0, 61.0, 119.5, 120.0)]
    assert [(one.left, one.exceeded) for one in allowances] == [(1, False), (0, False), (0, True), (1, False)]
    assert [one.seconds for one in allowances] == [60, 60, 1, 60]


def test_no_question_is_lost_when_many_ask_at_once() -> None:
    limiter = Limiter(Rate(500, 1_000_000))
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: limiter.allowance("x", 0.0).exceeded, range(1_000)))
    assert found.count(False) == 500


def test_all_processes_of_a_server_count_together(index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKFILE_RATE", "10/day")
    with served("serve", "--index", index, "--workers", "3", folder=tmp_path) as (_, address):
        statuses = [fetch(address, SEARCH)[0] for _ in range(14)]
    assert statuses == [200] * 10 + [429] * 4


@pytest.mark.parametrize("text", ["", "fast", "0/minute", "-1/minute", "10/fortnight", "1e9/day", "10 / "])
def test_what_is_no_rate_is_named(text: str) -> None:
    with pytest.raises(SettingsInvalid, match="is no rate"):
        read_rate(text)


def test_rates_may_be_written_with_per() -> None:
    assert read_rate("120 per minute") == read_rate("120/minute") == Rate(120, 60)


# Origins


def test_pages_of_other_sites_may_ask_when_they_are_named(index: str) -> None:
    asking = client(index, origins="https://news.example.org, https://lab.example.org/")
    for origin, allowed in (("https://lab.example.org", "https://lab.example.org"), ("https://evil.example", None)):
        answer = asking.get(SEARCH, headers={"Origin": origin})
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
        assert "Origin" in answer.vary
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Access-Control-Allow-Origin" not in asking.get("/", headers={"Origin": "https://lab.example.org"}).headers


def test_a_browser_that_asks_first_is_told(index: str, keys: str) -> None:
    add_key(keys, "a")
    asking = client(index, origins="*", keys=keys)
    headers = {"Origin": "https://x.example", "Access-Control-Request-Method": "GET"}
    answer = asking.options(SEARCH, headers=headers)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


def test_without_the_setting_no_other_site_may_ask(index: str) -> None:
    answer = client(index).get(SEARCH, headers={"Origin": "https://x.example"})
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("origins", ["news.example.org", "https://a.example/path", "*, https://a.example", "null"])
def test_what_is_no_origin_is_named(index: str, origins: str) -> None:
    with pytest.raises(SettingsInvalid, match="is no origin"):
        client(index, origins=origins)
