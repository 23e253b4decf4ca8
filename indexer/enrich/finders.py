"""Who finds the people, places and organisations of an article: the rules, or a model that the settings name."""

from __future__ import annotations

from contextvars import ContextVar

from index.article import Article
from indexer.enrich.entities import Entities, find_entities
from indexer.enrich.ner import load

_MODEL: ContextVar[str] = ContextVar("model", default="")


def choose(model: str) -> None:
    """Let this process ask a spaCy model from now on, or with an empty name the rules.

    The model is loaded at once, so that what is missing is told before a run. Raises SettingsInvalid.
    """
    if model:
        load(model)
    _MODEL.set(model)


def chosen() -> str:
    """The model that this process asks, empty when it goes by the rules: what its workers are to do."""
    return _MODEL.get()


def entities_of(article: Article, language: str) -> Entities:
    """The entities of an article, by the chosen model if it reads the language and by the rules if not."""
    model = load(chosen()) if chosen() else None
    return model.find(article) if model and model.reads(language) else find_entities(article, language)
