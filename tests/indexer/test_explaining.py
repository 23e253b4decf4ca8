"""`backfile index --explain`: every field of an article with where it came from, for people and for programs."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import click
import pytest
from commands import run
from rich.console import Console

import indexer.cli
from index.article import Article, Origin
from indexer.explained import FIELDS, show_explanations
from indexer.explaining import Explanation, explanations_json
from indexer.format import Rejected
from indexer.pipeline import Cancelled

PAGE = """<html lang="en"><head><title>Ferry sails - The Courier</title>
<meta property="og:title" content="The ferry sails">
<meta name="author" content="Mira Castellan">
<meta property="article:published_time" content="2024-06-19T07:10:00Z"></head>
<body><article><h1>The ferry sails again</h1>
{0}</article></body></html>"""
PARAGRAPH = "<p>The ferry left the harbour of Sarnholt on Wednesday with two hundred people, and nobody was late.</p>"


@pytest.fixture(autouse=True)
def folder(bare_folder: Path) -> Path:
    """A current folder with default settings and a page."""
    (bare_folder / "page.html").write_text(PAGE.format(PARAGRAPH * 9))
    return bare_folder


def test_a_page_is_explained_field_by_field() -> None:
    result = run("index", "--explain", "page.html")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "page.html"
    assert lines[1].startswith("  read as html 0.")
    title = lines.index("  title: The ferry sails")
    assert lines[title + 1].startswith("    0.")
    assert "og:title" in lines[title + 1]
    assert "not taken: " in lines[title + 2]
    assert "  published: 2024-06-19T07:10:00Z (minute)" in lines
    (body,) = (line for line in lines if line.startswith("  body: "))
    assert body.endswith(" characters)")
    assert len(body) < 400
    missing = lines[-2]
    assert missing.startswith("  missing: ")
    assert "captions" in missing


def test_nothing_is_written(folder: Path) -> None:
    run("index", "--explain", "page.html", "missing.html")
    assert [path.name for path in folder.iterdir()] == ["page.html"]


def test_programs_get_everything_whole() -> None:
    result = run("index", "--explain", "--json", "page.html")
    (explained,) = json.loads(result.stdout)["inputs"]
    assert (explained["path"], explained["format"]) == ("page.html", "html")
    assert next(iter(explained["sure"])) == "html"
    (record,) = explained["records"]
    article = Article.from_record(record["article"])
    assert article.provenance["title"].rejected
    assert article.body.count("Sarnholt") == 9


def test_only_the_first_records_are_explained_and_that_is_said(folder: Path) -> None:
    lines = [json.dumps({"id": str(number), "title": f"Title {number}"}) for number in range(5)]
    (folder / "news.jsonl").write_text("\n".join(lines))
    said = run("index", "--explain", "news.jsonl", "page.html").stdout
    assert "Title 2" in said
    assert "Title 3" not in said
    assert "There are more records in it; the first 3 are shown." in said
    assert said.endswith("There are more inputs, which are not shown.\n")
    told = json.loads(run("index", "--explain", "--json", "news.jsonl", "page.html").stdout)
    assert (told["more"], told["inputs"][0]["more"], len(told["inputs"][0]["records"])) == (True, True, 3)


def test_what_is_rejected_says_why_and_what_each_format_makes_of_it(folder: Path) -> None:
    (folder / "noise.bin").write_bytes(bytes(range(256)) * 9)
    (folder / "broken.jsonl").write_text('{"id": "a", "title": "A"}\n{ broken')
    result = run("index", "--explain", "noise.bin", "broken.jsonl")
    assert result.exit_code == 3
    assert "  no format is sure of it: " in result.stdout
    assert "  rejected  not text: " in result.stdout
    assert "  rejected  record 2: broken JSON" in result.stdout
    missing = run("index", "--explain", "missing.html").stdout
    assert missing == "missing.html\n\n  rejected  there is no such file or folder\n\n"


def test_what_its_publisher_takes_back_is_shown_so() -> None:
    cancelled = Cancelled(Rejected(Origin("a.xml"), "it is marked as canceled"), "a", 2, None)
    explained = Explanation(Origin("a.xml"), {"nitf": 1.0}, (cancelled,), more=False)
    screen = io.StringIO()
    show_explanations(Console(file=screen, highlight=False), [explained], more=False)
    assert "  takes back  a  it is marked as canceled\n" in screen.getvalue()
    (record,) = explanations_json([explained], more=False)["inputs"][0]["records"]
    assert record == {"takenBack": "a", "version": 2, "reason": "it is marked as canceled"}


def test_the_inputs_in_an_archive_are_explained_each(folder: Path) -> None:
    with zipfile.ZipFile(folder / "june.zip", "w") as archive:
        archive.write("page.html", "a/page.html")
        archive.writestr("b.json", '{"id": "x", "title": "The other"}')
    said = run("index", "--explain", "june.zip").stdout
    assert "june.zip!a/page.html\n  read as html" in said
    assert "june.zip!b.json\n  read as json" in said


def test_an_article_cannot_send_a_terminal_commands(folder: Path) -> None:
    (folder / "evil.json").write_text(json.dumps({"id": "x\u202e", "title": "red \x9b31m [bold]x[/bold]"}))
    said = run("index", "--explain", "evil.json").stdout
    assert "\u202e" not in said
    assert "\x9b" not in said
    assert "[bold]x[/bold]" in said


def test_on_a_terminal_fields_and_values_stand_in_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(
        indexer.cli, "Console", lambda **_: Console(file=screen, force_terminal=True, width=80, highlight=False)
    )
    run("index", "--explain", "page.html")
    assert "\x1b[" in screen.getvalue()
    lines = click.unstyle(screen.getvalue()).splitlines()
    assert max(map(len, lines)) <= 80
    (title,) = (line for line in lines if line.startswith("  title "))
    assert title.index("The ferry sails") == 2 + max(map(len, FIELDS)) + 2
