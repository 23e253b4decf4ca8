"""Real samples of agencies all end as articles, or as rejections for a reason, in the numbers counted by hand."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.article import Article, Origin
from indexer.format import Embargoed, Found, Rejected, TakenBack
from indexer.formats import newsml1, newsml_g2, nitf
from indexer.formats.nitf import NitfFormat

DATA = Path(os.environ.get("BACKFILE_TEST_DATA", Path(__file__).parents[2] / "../shared/data"))
SAMPLES = DATA / "format-samples"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not (SAMPLES / "newsml-g2-apa").is_dir(), reason=f"no format-samples/newsml-g2-apa in {DATA}"),
]

FORMATS = {known.name: known for known in (nitf.FORMAT, newsml_g2.FORMAT, newsml1.FORMAT)}
# Folder, format: files, articles, embargoed, taken back, rejected.
COUNTS = {
    ("newsml-g2-apa", "newsml-g2"): (57, 8, 56, 0, 3),
    ("newsml-g2-dpa", "newsml-g2"): (18, 16, 2, 0, 0),
    ("newsml-g2-dpa-testdata", "newsml-g2"): (3, 3, 0, 0, 0),
    ("newsml-g2-iptc", "newsml-g2"): (30, 12, 1, 0, 21),
    ("newsml-g2-python-tests", "newsml-g2"): (13, 2, 2, 0, 9),
    ("nitf-nitfr", "nitf"): (15, 15, 0, 0, 0),
    ("ninjs-iptc", "newsml-1"): (4, 4, 0, 0, 0),
    ("superdesk-ingest-fixtures", "nitf"): (19, 16, 1, 2, 1),
    ("superdesk-ingest-fixtures", "newsml-g2"): (35, 37, 1, 1, 3),
    ("superdesk-ingest-fixtures", "newsml-1"): (3, 3, 0, 0, 0),
}
REASONS = (
    "a concept, not an article",
    "a list of concepts, not an article",
    "a plan of coverage, not an article",
    "a catalogue of codes, not an article",
    "a package without a headline or a text of its own",
    "the newsItem has neither a headline nor a text",
    "there is neither a headline nor a text in it",
    "its publisher has embargoed it without saying until when",
)


def files(folder: str, name: str) -> Iterator[bytes]:
    for path in sorted((SAMPLES / folder).rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        if FORMATS[name].sniff(data[:8192], path.name) == 1.0:
            yield data


def found_in(data: bytes, known: NitfFormat) -> list[Found]:
    return list(known.parse(io.BytesIO(data), Origin("sample.xml")))


@pytest.mark.parametrize(("folder", "name"), COUNTS, ids="/".join)
def test_every_file_ends_as_articles_or_as_a_rejection_for_a_known_reason(folder: str, name: str) -> None:
    counts: Counter[type] = Counter()
    number = 0
    for data in files(folder, name):
        number += 1
        found = found_in(data, FORMATS[name])
        assert found
        for one in found:
            counts[type(one)] += 1
            if isinstance(one, Rejected):
                assert one.reason.startswith(REASONS)
    assert (number, *(counts[kind] for kind in (Article, Embargoed, TakenBack, Rejected))) == COUNTS[folder, name]


def articles() -> list[Article]:
    every = (one for folder, name in COUNTS for data in files(folder, name) for one in found_in(data, FORMATS[name]))
    return [one if isinstance(one, Article) else one.article for one in every if not isinstance(one, Rejected)]


def test_what_agencies_always_give_is_always_found() -> None:
    """Of some 180 articles those that lack a field lack it in the XML; counted by hand."""
    every = articles()
    named = [article for article in every if article.id]
    dated = [article for article in every if article.published]
    titled = [article for article in every if article.title]
    assert len(every) == 182
    assert (len(named), len(dated), len(titled)) == (169, 169, 174)


def test_no_article_keeps_markup_or_a_dateline_in_its_text() -> None:
    for article in articles():
        assert "<p>" not in article.body
        assert "&lt;p" not in article.body
        assert not article.body.startswith(("By ", "Von ")) or "byline" not in article.provenance or not article.byline
