"""What is noted of requests: ids, the journal, slow questions."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from index.article import Article
from index.errors import SettingsInvalid
from index.opening import open_backend
from index.settings import Settings
from web import create_app


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of an archive with a journal."""
    settings = Settings(index=str(tmp_path / "index"), journal=str(tmp_path / "journal.jsonl"), slow=0)
    with open_backend(settings).writer() as writer:
        writer.put(Article(id="1", title="The ferry sails"))
    return settings


def lines(settings: Settings) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(settings.journal).read_text("utf-8").splitlines()]


def test_a_search_is_a_line_with_its_question_and_what_it_found(settings: Settings) -> None:
    create_app(settings).test_client().get("/?q=ferry&section=Sport")
    (entry,) = lines(settings)
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/", 200)
    assert (entry["q"], entry["found"], entry["filtered"]) == ("ferry", 0, True)
    assert entry["ms"] > 0
    assert entry["at"].endswith("+00:00")


def test_other_answers_have_no_question(settings: Settings) -> None:
    client = create_app(settings).test_client()
    for url in ("/healthz", "/nowhere", "/api/v1/search?page=0"):
        client.get(url)
    assert [entry["status"] for entry in lines(settings)] == [200, 404, 400]
    assert not any("q" in entry or "found" in entry for entry in lines(settings))


def test_nothing_of_who_asked_is_kept(settings: Settings) -> None:
    """Neither address nor browser nor cookie nor key, and of an address only the path."""
    secrets = {"User-Agent": "agent-x", "Cookie": "c=cookie-x", "Authorization": "Bearer key-x", "X-Api-Key": "key-x"}
    create_app(settings).test_client().get(
        "/api/v1/search?q=ferry&api-key=key-x", headers=secrets, environ_base={"REMOTE_ADDR": "203.0.113.77"}
    )
    text = Path(settings.journal).read_text("utf-8")
    assert "-x" not in text
    assert "203.0.113.77" not in text


def test_a_hostile_question_stays_one_line(settings: Settings) -> None:
    client = create_app(settings).test_client()
    client.get("/", query_string={"q": 'a\n{"path": "/fake"}\u2028\x85\r"'})
    client.get("/" + "long/" * 500)
    entries = lines(settings)
    assert len(entries) == 2
    assert entries[0]["q"].startswith("a\n{")
    assert len(entries[1]["path"]) == 300


def test_the_journal_may_be_moved_away(settings: Settings) -> None:
    """As a rotation of logs does; what comes after goes into a new file."""
    client = create_app(settings).test_client()
    client.get("/healthz")
    moved = Path(settings.journal).rename(Path(settings.journal).with_suffix(".old"))
    client.get("/help")
    assert [entry["path"] for entry in lines(settings)] == ["/help"]
    assert "healthz" in moved.read_text("utf-8")


def test_a_journal_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"journal: .*nowhere.* cannot be written: No such file"):
        create_app(Settings(index=str(tmp_path), journal=str(tmp_path / "nowhere" / "journal")))


def test_a_slow_question_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Every answer takes longer than nothing; with 0 none is told of."""
    with caplog.at_level(logging.WARNING, "backfile"):
        create_app(Settings(index=str(tmp_path), slow=0)).test_client().get("/help")
        assert not caplog.records
        app = create_app(Settings(index=str(tmp_path), slow=1))
        app.add_url_rule("/busy", view_func=lambda: str(sum(range(1_000_000))))
        app.test_client().get("/busy")
    (record,) = caplog.records
    assert '"path": "/busy"' in record.getMessage()


@pytest.mark.parametrize(
    ("given", "taken"),
    [("a-proxy:0123", True), ("short", False), ("with space in it", False), ("x" * 129, False), ("", False)],
)
def test_a_request_has_an_id_the_proxys_where_it_is_sound(settings: Settings, given: str, taken: bool) -> None:
    answer = create_app(settings).test_client().get("/healthz", headers={"X-Request-ID": given})
    told = answer.headers["X-Request-ID"]
    assert (told == given) is taken
    assert lines(settings)[0]["id"] == told
