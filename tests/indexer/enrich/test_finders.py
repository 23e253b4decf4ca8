"""Names are found by the rules, or in texts of its language by the spaCy model that was chosen."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from index.article import Article, Caption
from index.errors import SettingsInvalid
from indexer.enrich import enrich
from indexer.enrich.entities import Entities
from indexer.enrich.finders import choose, chosen, entities_of
from indexer.enrich.ner import LONGEST

needs_spacy = pytest.mark.skipif(find_spec("spacy") is None, reason="the extra ner is not installed")
BODY = (
    "Zora Quell of the Larkwell Society spoke in Munkford. “Yes,” Ms Quell said in the United States’ capital, U.S.\n\n"
    "Munkford is old. The Munkford was a ship."
)


def test_without_a_choice_names_are_found_by_the_rules() -> None:
    assert chosen() == ""
    assert entities_of(Article(body="Mayor Wenna Trask was in Paris."), "en").people == ("Wenna Trask",)


def test_a_model_finds_names_under_their_canonical_forms(model: str) -> None:
    """The tables win over the model, a surname is the person in full, and a name is what it is taken for most often."""
    choose(model)
    assert entities_of(Article(body=BODY), "en-GB") == Entities(
        people=("Zora Quell",), places=("Munkford", "United States"), organisations=("Larkwell Society",)
    )


def test_a_model_reads_all_that_is_searched_but_headlines_whose_capitals_tell_nothing(model: str) -> None:
    choose(model)
    article = Article(title="Zora Quell is back", abstract="In Munkford.", captions=(Caption("The Larkwell Society."),))
    assert entities_of(article, "en").people == ("Zora Quell",)
    assert entities_of(Article(title="Zora Quell Speaks Again Today"), "en") == Entities((), (), ())
    assert entities_of(Article(dateline="PARIS"), "en").places == ("Paris",)


def test_texts_in_other_languages_than_the_models_are_left_to_the_rules(model: str) -> None:
    choose(model)
    found = entities_of(Article(body="Chorleiter Peter Onslow sang mit Zora Quell."), "de")
    assert found.people == ("Peter Onslow",)


def test_a_model_is_asked_when_articles_are_enriched(model: str) -> None:
    choose(model)
    article = enrich(Article(body=BODY, language="en"))
    assert article.people == ("Zora Quell",)
    assert article.quotes[0].speaker == "Zora Quell"


def test_of_an_endless_text_the_start_is_read(model: str) -> None:
    choose(model)
    article = Article(body="Zora Quell. " + "x " * LONGEST + "Munkford.")
    assert entities_of(article, "en") == Entities(("Zora Quell",), (), ())


@pytest.mark.skipif(find_spec("spacy") is not None, reason="the extra ner is installed")
def test_a_missing_extra_is_told_with_the_way_to_it() -> None:
    with pytest.raises(SettingsInvalid, match=r"ner: the model 'en_core_web_sm' needs spaCy.*\.\[ner\]"):
        choose("en_core_web_sm")
    assert chosen() == ""


@needs_spacy
def test_a_missing_model_is_told_with_the_way_to_it() -> None:
    with pytest.raises(SettingsInvalid, match=r"ner: spaCy cannot load a model 'xx_none'; installed are: .*download"):
        choose("xx_none")


def test_a_model_that_finds_no_names_is_refused(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy", reason="the extra ner is not installed")
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(SettingsInvalid, match="does not find names"):
        choose(str(tmp_path / "blank"))
