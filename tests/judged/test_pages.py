"""Saved pages of newspapers are read as well as when `floors.json` was written.

Each figure is a mean over the pages of one collection in English or in other languages, of these scores of a page:

- body: F1 of the two bags of words, expected and read: the harmonic mean of the shares of either bag that the other
  has too. Words are those of `index.analysis`, in lower case; in scripts that write no spaces each letter is a word.
- title: whether its letters and digits are those expected.
- date: whether it is the expected day, in the page's own zone or in UTC. Pages for which none is expected are left out.
- authors: whether the names are the expected set, writers and credited bodies together; author names: F1 of the two
  sets. Pages for which nobody is expected are left out.
- headings: the share of the expected ones that were read as headings.

Of several expectations of one paper the one that the page holds is used. In newspaper4k's metadata the titles are
what its program read, an `h1` or not, and the authors what it guessed (“www.facebook.com”), so not asked for.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import py3langid
import pytest
from judged.floors import Gate

from index.analysis import words
from index.article import Article
from index.errors import ArticleRejected
from indexer.formats.html import read_article
from indexer.formats.maintext import key

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / os.environ.get("BACKFILE_TEST_DATA", "../shared/data")).resolve() / "html-articles"
NEWSPAPER4K = PAGES / "newspaper4k" / "tests" / "data"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not (PAGES / "fundus").is_dir(), reason=f"no html-articles/fundus in {PAGES.parent}"),
]

# Thai, Lao, Burmese, Khmer, Chinese, Japanese.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


class Expected(NamedTuple):
    """What people or another program say about a page; `None` where they say nothing."""

    body: str
    title: str | None
    date: str | None
    authors: list[str] | None = None
    headings: tuple[str, ...] = ()


def bag(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for word in words(text.lower()):
        found.update(word if not word.isascii() and _UNSPACED.search(word) else (word,))
    return found


def f1(one: Counter[str], other: Counter[str]) -> float:
    """The harmonic mean of precision and recall; two empty bags are alike."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def test_f1_is_what_its_definition_says() -> None:
    assert f1(bag("One and one"), bag("one AND two")) == pytest.approx(2 / 3)
    assert f1(bag("会晤 吸引"), bag("会晤目")) == pytest.approx(4 / 7)
    assert f1(bag(""), bag("")) == 1
    assert f1(bag("a"), bag("")) == 0


def _fundus() -> Iterator[tuple[bytes, Expected]]:
    for folder in sorted((PAGES / "fundus").iterdir()):
        for name in sorted(json.loads((folder / "meta.info").read_text())) if folder.is_dir() else ():
            path = folder / name
            if path.exists():
                data = gzip.decompress(path.read_bytes())
                held = bag(data.decode("utf-8", "replace"))
                versions = json.loads((folder / f"{name.split('.')[0].rsplit('_', 3)[0]}.json").read_text()).values()
                yield data, max(map(_expected, versions), key=lambda version: _share(version, held))  # used at once


def _expected(version: dict[str, Any]) -> Expected:
    sections = (version.get("body") or {}).get("sections", [])
    return Expected(
        body=" ".join(paragraph for section in sections for paragraph in section["paragraphs"]),
        title=version.get("title"),
        date=version.get("publishing_date"),
        authors=version.get("authors"),
        headings=tuple(heading for section in sections for heading in section["headline"]),
    )


def _share(version: Expected, held: Counter[str]) -> float:
    wanted = bag(f"{(version.title or '') * 3} {version.body}")
    return (wanted & held).total() / (wanted.total() or 1)


def _newspaper4k() -> Iterator[tuple[bytes, Expected]]:
    for text in sorted((NEWSPAPER4K / "txt").glob("*.txt")):
        page, metadata = (NEWSPAPER4K / kind / f"{text.stem}.{kind}" for kind in ("html", "metadata"))
        metadata = metadata.with_suffix(".json")
        if page.exists():
            told = json.loads(metadata.read_text("utf-8")) if metadata.exists() else {}
            yield page.read_bytes(), Expected(text.read_text("utf-8"), told.get("title"), told.get("publish_date"))


def scores(article: Article, expected: Expected) -> dict[str, float]:
    found = {"body": f1(bag(article.body), bag(expected.body))}
    if expected.title:
        found["title"] = float(key(article.title or "") == key(expected.title))
    if expected.date:
        found["date"] = float(_same_day(article, datetime.fromisoformat(expected.date)))
    if expected.authors:
        wanted, named = (
            Counter(set(map(key, names))) for names in (expected.authors, (*article.byline, *article.credits))
        )
        found["authors"] = float(wanted == named)
        found["author names"] = f1(wanted, named)
    if headings := set(map(key, expected.headings)):
        found["headings"] = len(headings & set(map(key, article.headings))) / len(headings)
    return found


def _same_day(article: Article, wanted: datetime) -> bool:
    if article.published is None:
        return False
    days = {article.published.at.date(), article.published.at.astimezone(UTC).date()}
    return bool(days & {wanted.date(), (wanted.astimezone(UTC) if wanted.tzinfo else wanted).date()})


@cache
def measured() -> dict[str, dict[str, float]]:
    """The mean of every score and the number of pages, by collection and language."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for name, pages in (("fundus", _fundus()), ("newspaper4k", _newspaper4k())):
        for data, expected in pages:
            english = py3langid.classify(expected.body)[0] == "en"
            group = found[f"pages: {name}, {'English' if english else 'other languages'}"]
            for score, figure in scores(read_article(data), expected).items():
                group[score].append(figure)
    return {
        group: {"pages": len(figures["body"]), **{score: sum(all_) / len(all_) for score, all_ in figures.items()}}
        for group, figures in found.items()
    }


@pytest.mark.parametrize("language", ["English", "other languages"])
@pytest.mark.parametrize("collection", ["fundus", "newspaper4k"])
def test_pages_are_read_as_well_as_before(collection: str, language: str, gate: Gate) -> None:
    group = f"pages: {collection}, {language}"
    print(f"\n{group}:", {name: round(figure, 4) for name, figure in measured()[group].items()})  # noqa: T201  # the figures are what is asked for
    gate.hold(group, measured()[group])


@pytest.mark.parametrize("name", ["cnn_main_site", "wired_main_site", "yahoo_main_site", "google_meta_refresh"])
def test_front_pages_are_no_articles(name: str) -> None:
    with pytest.raises(ArticleRejected, match="no article"):
        read_article((NEWSPAPER4K / "html" / f"{name}.html").read_bytes())
