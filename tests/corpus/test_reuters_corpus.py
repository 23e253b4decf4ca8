"""The Reuters-21578 collection: no record is lost, and what is known of it is found in the index.

The counts were taken from the files with grep, not from the parser.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.article import Article, Origin
from index.backend import Backend
from index.opening import open_backend
from index.settings import Settings
from indexer.format import Rejected, installed_formats
from indexer.formats.reuters import FORMAT
from indexer.formats.reuters_names import EXCHANGES, ORGANISATIONS, PEOPLE, PLACES, TOPICS, name_of
from indexer.pipeline import index_articles, read_articles
from indexer.report import Outcome, Report
from indexer.sources import read_inputs

ROOT = Path(__file__).parents[2]
FOLDER = (ROOT / os.environ.get("BACKFILE_TEST_DATA", "../shared/data")).resolve() / "reuters21578"
RECORDS = 21_578
NOW = datetime(2024, 6, 19, tzinfo=UTC)
MOST_REJECTED = 5

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the Reuters-21578 collection is not at {FOLDER}"),
]


def records(*files: Path) -> Iterator[Article | Rejected]:
    formats = installed_formats()
    for source in read_inputs([str(path) for path in files], sys.stdin.buffer):
        assert not isinstance(source, Rejected)
        yield from read_articles(source, formats, NOW)


def index(files: list[Path], backend: Backend) -> tuple[Report, list[Rejected]]:
    report, rejected = Report(), list[Rejected]()
    index_articles(
        records(*files),
        backend,
        report=report,
        rejected=rejected.append,
        clock=lambda: NOW,
    )
    return report, rejected


def files() -> list[Path]:
    return sorted(FOLDER.glob("reut2-*.sgm"))


@pytest.fixture(scope="module")
def collection() -> dict[str, Article]:
    """All articles by id, straight from the parser."""
    found: dict[str, Article] = {}
    for path in files():
        with path.open("rb") as stream:
            found |= {
                entry.id: entry for entry in FORMAT.parse(stream, Origin(path.name)) if isinstance(entry, Article)
            }
    return found


def test_one_file_indexes_whole_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    backend = open_backend(Settings(index=str(tmp_path / "index")))
    report, rejected = index(files()[:1], backend)
    assert (report.counts[Outcome.ADDED], rejected) == (1000, [])
    with backend.reader() as reader:
        assert {term.term: term.count for term in reader.terms("place")}["United States"] == 546
        assert {term.term: term.count for term in reader.terms("keyword")}["Cocoa"] == 2
        commit = reader.commit
        articles = [reader.get(f"reuters:{number}") for number in range(1, 1001)]
    again, _ = index(files()[:1], backend)
    assert again.counts[Outcome.UNCHANGED] == again.records == 1000
    with backend.reader() as reader:
        assert reader.commit == commit
    # Nothing that the text tells is added to fields that Reuters left empty.
    for field, empty in (("places", 150), ("people", 953), ("keywords", 488)):
        assert sum(getattr(article, field) == () for article in articles) == empty


@pytest.mark.long
def test_all_files_index_without_losing_a_record(tmp_path: Path) -> None:
    backend = open_backend(Settings(index=str(tmp_path / "index")))
    report, rejected = index(files(), backend)
    assert report.records == RECORDS
    assert report.counts[Outcome.ADDED] == RECORDS - len(rejected)
    assert [(entry.origin.record, entry.reason) for entry in rejected] == [
        (793, "the record has neither a title nor a text")
    ]
    again, _ = index(files(), backend)
    assert again.counts[Outcome.UNCHANGED] == RECORDS - len(rejected)
    assert again.counts[Outcome.REJECTED] == len(rejected)
    with backend.reader() as reader:
        assert sum(reader.get(f"reuters:{number}") is not None for number in range(1, RECORDS + 1)) == RECORDS - 1
        counts = {
            term.term: term.count for field in ("keyword", "place", "organisation") for term in reader.terms(field)
        }
    assert (counts["Cocoa"], counts["United States"], counts["OPEC"], counts["Nasdaq"]) == (76, 12_541, 93, 69)


def test_no_record_is_lost_by_the_parser(collection: dict[str, Article]) -> None:
    missing = {f"reuters:{number}" for number in range(1, RECORDS + 1)} - collection.keys()
    assert len(collection) == RECORDS - len(missing)
    assert missing == {"reuters:12793"}
    assert len(missing) <= MOST_REJECTED


@pytest.mark.parametrize(
    ("field", "value", "count"),
    [
        ("keywords", "Cocoa", 76),
        ("keywords", "Earnings", 3987),
        ("keywords", "Foreign exchange", 801),
        ("keywords", "Crude oil", 634),
        ("places", "United States", 12_541),
        ("places", "United Kingdom", 1485),
        ("places", "Soviet Union", 216),
        ("places", "El Salvador", 11),
        ("people", "Ronald Reagan", 166),
        ("people", "James Baker", 168),
        ("organisations", "OPEC", 93),
        ("organisations", "European Community", 349),
        ("organisations", "Nasdaq", 69),
        ("organisations", "New York Stock Exchange", 97),
    ],
)
def test_codes_are_found_under_their_names(collection: dict[str, Article], field: str, value: str, count: int) -> None:
    assert sum(value in getattr(article, field) for article in collection.values()) == count


def test_dates_are_those_of_the_wire(collection: dict[str, Article]) -> None:
    published = Counter(str(article.published)[:10] for article in collection.values())
    assert published["1987-02-26"] == 229
    assert sum(count for day, count in published.items() if day.startswith("1987-10")) == 1592
    assert "None" not in published
    by_precision = Counter(article.published.precision for article in collection.values() if article.published)
    assert by_precision == {"minute": RECORDS - 3, "day": 2}
    assert str(collection["reuters:17192"].published) == "1987-03-31"


def test_briefs_bylines_and_datelines_are_as_many_as_in_the_files(collection: dict[str, Article]) -> None:
    articles = collection.values()
    assert sum(bool(article.byline) for article in articles) == 875
    assert sum("Janie Gabbett" in article.byline for article in articles) == 4
    assert sum(article.title is None for article in articles) == 737 - 1
    assert sum(not article.body for article in articles) == 1798
    assert sum(article.dateline == "TOKYO" for article in articles) >= 697
    assert not any("Blah blah" in article.body for article in articles)


def test_the_first_article_is_known_by_heart(collection: dict[str, Article]) -> None:
    article = collection["reuters:1"]
    assert article.title == "BAHIA COCOA REVIEW"
    assert str(article.published) == "1987-02-26T15:01:01Z"
    assert article.dateline == "SALVADOR"
    assert article.keywords == ("Cocoa",)
    assert article.places == ("El Salvador", "United States", "Uruguay")
    assert article.people == article.organisations == article.byline == ()
    paragraphs = article.body.split("\n\n")
    assert paragraphs[1] == "The dry period means the temporao will be late this year."
    assert article.body.endswith("after carnival which ends midday on February 27.")


def test_the_one_byte_of_latin_1_survives(collection: dict[str, Article]) -> None:
    assert [article.id for article in collection.values() if "ü" in article.body] == ["reuters:17980"]


def test_sign_offs_and_control_characters_are_gone(collection: dict[str, Article]) -> None:
    signed = re.compile(r"\n\s*reuters?\W*$|[\x00-\x08\x0b-\x1f\x7f]", re.IGNORECASE)
    assert [article.id for article in collection.values() if signed.search(article.body)] == []


@pytest.mark.parametrize(
    ("kind", "names"),
    [("topics", TOPICS), ("places", PLACES), ("people", PEOPLE), ("orgs", ORGANISATIONS), ("exchanges", EXCHANGES)],
)
def test_every_code_of_the_collection_has_a_name_of_its_own(kind: str, names: dict[str, str]) -> None:
    codes = (FOLDER / f"all-{kind}-strings.lc.txt").read_text().split()
    assert names.keys() <= set(codes)
    assert len({name_of(code, names, title_case=True) for code in codes}) == len(codes)
