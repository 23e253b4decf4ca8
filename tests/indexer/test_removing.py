"""`backfile delete` and `backfile withdrawals`: what they do to the index, print, and exit with."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from commands import outcomes, run

from index.errors import IndexMissing
from index.opening import open_backend
from index.settings import Settings

LINES = "\n".join(json.dumps({"id": one, "title": f"Title {one}", "body": f"zyzzyva {one}"}) for one in "abc")


@pytest.fixture(autouse=True)
def folder(bare_folder: Path) -> Path:
    """A current folder with default settings and a file of three articles."""
    (bare_folder / "news.jsonl").write_text(LINES)
    return bare_folder


def indexed() -> str:
    with open_backend(Settings()).reader() as reader:
        return "".join(one for one in "abc" if reader.get(one))


def test_delete_takes_articles_out_and_tells_of_ids_that_are_not_there() -> None:
    run("index", "news.jsonl")
    result = run("delete", "a", "x", "a")
    assert result.exit_code == 3
    assert result.stdout == "Deleted 1 article.\n"
    assert result.stderr == "There is no article with the id x.\n"
    assert indexed() == "bc"
    assert run("delete", "b", "c").exit_code == 0


def test_a_deleted_article_comes_back_with_its_file() -> None:
    run("index", "news.jsonl")
    run("delete", "a")
    assert outcomes(run("index", "news.jsonl"))["added"] == 1


@pytest.mark.parametrize("withdraw", [[], ["--withdraw"]])
def test_delete_needs_an_index_and_makes_none(folder: Path, withdraw: list[str]) -> None:
    with pytest.raises(IndexMissing):
        run("delete", "a", *withdraw)
    with pytest.raises(IndexMissing):
        run("withdrawals")
    assert not (folder / "var").exists()


def test_a_withdrawn_article_stays_withdrawn_and_the_reject_says_why(folder: Path) -> None:
    """When its file is indexed again, when the index is built anew from files or of itself, and after going back."""
    run("index", "news.jsonl")
    run("reindex")
    result = run("delete", "--withdraw", "a", "--reason", "court order 7/24")
    assert result.exit_code == 0
    assert result.stdout == "Withdrew 1 article: nothing is left in the index, and none comes in again.\n"
    for again in (["index", "news.jsonl"], ["reindex", "news.jsonl"]):
        result = run(*again)
        assert outcomes(result)["rejected"] == 1
        assert result.exit_code == 3
        assert indexed() == "bc"
        (line,) = (folder / "rejects.jsonl").read_text().splitlines()
        assert json.loads(line)["reason"].startswith("court order 7/24 (since ")
        assert json.loads(line)["record"] == 1
    for command in ("reindex", "rollback", "rollback"):
        assert run(command).exit_code == 0
        assert indexed() == "bc"


def test_what_was_not_there_is_withdrawn_all_the_same() -> None:
    run("index", "news.jsonl")
    result = run("delete", "--withdraw", "x")
    assert result.exit_code == 3
    assert result.stderr == "There is no article with the id x. Should one come, it will be rejected.\n"
    assert "x" in run("withdrawals").stdout


def test_a_reason_without_withdrawing_is_a_mistake() -> None:
    run("index", "news.jsonl")
    result = run("delete", "a", "--reason", "why not")
    assert result.exit_code == click.UsageError.exit_code
    assert "--withdraw" in result.stderr
    assert indexed() == "abc"


def test_withdrawals_are_listed_and_lifted() -> None:
    run("index", "news.jsonl")
    assert run("withdrawals").stdout == "Nothing is withdrawn.\n"
    run("delete", "--withdraw", "a", "b")
    assert [line.split(maxsplit=2)[1:] for line in run("withdrawals").stdout.splitlines()] == [
        [one, "withdrawn by the operator"] for one in "ab"
    ]
    result = run("withdrawals", "--lift", "a", "--lift", "c")
    assert (result.exit_code, result.stderr) == (3, "No article with the id c is withdrawn.\n")
    assert outcomes(run("index", "news.jsonl"))["added"] == 1
    assert indexed() == "ac"
