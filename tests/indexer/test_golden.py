"""Every sample file gives the articles that a careful reader wrote down beside it, field by field.

The expectations were written by hand from the samples, before and without the parsers (see the samples' README).
"""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import UTC, datetime
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest

from index.article import Article
from indexer.format import Rejected, installed_formats
from indexer.pipeline import Cancelled, read_articles
from indexer.samples import EXPECTED, sample_paths
from indexer.sources import read_inputs

NOT_COMPARED = ("id", "cluster", "firstIndexed", "quotes", "body")
NOW = datetime(2024, 6, 19, tzinfo=UTC)
FEWEST_ARTICLES = 60
FEWEST_TEXTS = 10


def read(path: Path) -> tuple[list[Article], list[Rejected]]:
    formats = installed_formats()
    found = [
        entry
        for source in read_inputs([str(path)], io.BytesIO())
        for entry in ([source] if isinstance(source, Rejected) else read_articles(source, formats, NOW))
    ]
    return (
        [entry for entry in found if isinstance(entry, Article)],
        [
            entry.rejected if isinstance(entry, Cancelled) else entry
            for entry in found
            if not isinstance(entry, Article)
        ],
    )


def expected(path: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(path.with_name(path.name + EXPECTED).read_text(encoding="utf-8"))
    assert facts.keys() == {"articles", "rejected"}
    return facts


def told(article: Article) -> dict[str, Any]:
    """The fields that are compared whole."""
    return {name: value for name, value in article.to_json().items() if name not in NOT_COMPARED}


def differences(wanted: dict[str, Any], article: Article) -> str:
    """What a reader of a failing test needs: the fields as a diff, and what is wrong with the body."""
    fields = {name: value for name, value in wanted.items() if not name.startswith("body")}
    wrong = list(unified_diff(_lines(fields), _lines(told(article)), "expected", "read", lineterm="", n=1))
    starts, ends = wanted["bodyStarts"], wanted["bodyEnds"]
    if not article.body.startswith(starts):
        wrong += [f"body should start with {starts!r}", f"        but starts with {article.body[: len(starts) + 40]!r}"]
    if not article.body.endswith(ends):
        wrong += [f"body should end with {ends!r}", f"        but ends with {article.body[-len(ends) - 40 :]!r}"]
    wrong += [f"body should not have {words!r}" for words in wanted["bodyLacks"] if words in article.body]
    return "\n".join(wrong)


def _lines(fields: dict[str, Any]) -> list[str]:
    return json.dumps(fields, indent=1, ensure_ascii=False, sort_keys=True).splitlines()


@pytest.mark.parametrize("path", sample_paths(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sample_gives_what_a_careful_reader_takes_from_it(path: Path) -> None:
    wanted = expected(path)
    articles, rejected = read(path)
    problems = [
        f"{article.title!r}:\n{wrong}"
        for facts, article in zip(wanted["articles"], articles, strict=False)
        if (wrong := differences(facts, article))
    ]
    if len(articles) != len(wanted["articles"]):
        problems.append(f"{len(wanted['articles'])} articles expected, read: {[article.title for article in articles]}")
    reasons = [entry.reason for entry in rejected]
    if len(reasons) != len(wanted["rejected"]) or any(
        part not in reason for part, reason in zip(wanted["rejected"], reasons, strict=False)
    ):
        problems.append(f"rejects expected for {wanted['rejected']}, given {reasons}")
    assert not problems, "\n\n".join(problems)


def test_a_file_without_expectations_and_expectations_without_a_file_are_mistakes() -> None:
    for path in sample_paths():
        assert path.with_name(path.name + EXPECTED).exists(), path
    samples = {path.name for path in sample_paths()}
    for folder in {path.parent for path in sample_paths()}:
        for facts in folder.glob(f"*{EXPECTED}"):
            assert facts.name.removesuffix(EXPECTED) in samples


def test_there_are_enough_samples_in_every_format() -> None:
    counts = Counter({path: len(expected(path)["articles"]) for path in sample_paths()})
    assert counts.total() >= FEWEST_ARTICLES
    formats = Counter[str]()
    for path, number in counts.items():
        formats[path.parent.name] += number
    assert set(formats) == {known.name for known in installed_formats()}
    assert formats["text"] >= FEWEST_TEXTS
    assert sum(len(expected(path)["rejected"]) for path in sample_paths()) >= 1


def test_no_two_samples_are_one_article() -> None:
    """But for the versions of one."""
    ids = Counter((article.id, article.version) for path in sample_paths() for article in read(path)[0])
    assert [article_id for article_id, number in ids.items() if number > 1] == []
