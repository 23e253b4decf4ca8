"""Feeds, wikis and web archives of others, many of them broken on purpose: each file ends as articles or as a reason.

The counts are what was found by this version; where one changes, the reasons say what has become of the file.
"""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.article import Article
from indexer.format import Format, Rejected
from indexer.formats import feed, html, json, mail, mediawiki, reuters, text, warc
from indexer.pipeline import read_articles
from indexer.sources import read_inputs

ROOT = Path(__file__).parents[2]
FOLDER = (ROOT / os.environ.get("BACKFILE_TEST_DATA", "../shared/data")).resolve() / "format-samples"
FORMATS: tuple[Format, ...] = tuple(one.FORMAT for one in (feed, html, json, mail, mediawiki, reuters, text, warc))
NOW = datetime(2024, 6, 19, tzinfo=UTC)
NO_SAMPLES = {"LICENSE", "NOTICE", "COPYING"}

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the samples of formats are not at {FOLDER}"),
]


def read(path: Path) -> tuple[list[Article], list[Rejected]]:
    found = [
        entry
        for source in read_inputs([str(path)], io.BytesIO())
        for entry in ([source] if isinstance(source, Rejected) else read_articles(source, FORMATS, NOW))
    ]
    return [one for one in found if isinstance(one, Article)], [one for one in found if isinstance(one, Rejected)]


@pytest.mark.parametrize(
    ("folder", "files", "articles"),
    [
        ("feeds-feed-rs", 130, 101),
        ("feeds-feedparser", 2_107, 513),
        ("feeds-gofeed", 1_091, 170),
        ("mediawiki-gensim", 3, 112),
        ("mediawiki-langchain", 1, 2),
        ("mediawiki-macbre", 5, 4),
        ("mediawiki-mwxml", 1, 1),
        ("warc-iipc", 7, 4),
        ("warc-jwarc", 2, 1),
        ("warc-pywb", 13, 23),
        ("warc-resiliparse", 8, 18),
        ("warc-warcio", 15, 11),
    ],
)
def test_every_file_of_a_folder_ends_as_articles_or_as_a_reason(folder: str, files: int, articles: int) -> None:
    paths = [path for path in (FOLDER / folder).rglob("*") if path.is_file() and path.name not in NO_SAMPLES]
    results = {path: read(path) for path in paths}
    assert len(paths) == files
    assert not [path for path, (found, rejected) in results.items() if not found and not rejected]
    reasons = [one.reason for _, rejected in results.values() for one in rejected]
    assert not [reason for reason in reasons if "internal error" in reason]
    assert sum(len(found) for found, _ in results.values()) == articles


def test_what_is_packed_in_a_way_that_is_not_read_is_refused_by_name() -> None:
    for name, packed in (("mediawiki-macbre/test/fixtures/dump.xml.7z", "7z"),
                         ("warc-resiliparse/tests/data/warcfile.warc.lz4", "lz4"),
                         ("warc-resiliparse/tests/data/block-sized-records.warc.lz4", "lz4")):  # fmt: skip
        articles, (rejected,) = read(FOLDER / name)
        assert not articles
        assert packed in rejected.reason


def test_a_packed_web_archive_gives_what_the_plain_one_does() -> None:
    folder = FOLDER / "warc-resiliparse/tests/data"
    plain, _ = read(folder / "warcfile.warc")
    packed, _ = read(folder / "warcfile.warc.gz")
    assert [article.content_hash for article in plain] == [article.content_hash for article in packed]
