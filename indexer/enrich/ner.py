"""People, places and organisations by a spaCy model, for those who install the extra `ner` and name one.

A model reads names in context and needs no lists, at an eightieth of the speed of the rules (4 thousand words/s). What
it finds is brought to the same canonical names: tables win over what the model says of a name, and a surname is the
person named in full.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from index.article import Article
from index.errors import SettingsInvalid
from indexer.enrich.dateline import places_of
from indexer.enrich.entities import Entities, in_headline_case
from indexer.enrich.gazetteer import Sort, gazetteer
from indexer.enrich.lexicon import Kind, kinds
from indexer.enrich.organisations import merge_short_forms
from indexer.enrich.people import People

if TYPE_CHECKING:
    from spacy.language import Language

LONGEST = 100_000
"""Characters of an article that are read, some five seconds of work; what is named later hardly matters."""
_MANY_LANGUAGES = "xx"
_PEOPLE, _PLACES, _ORGANISATIONS = "people", "places", "organisations"
_LABELS = {
    "PERSON": _PEOPLE, "PER": _PEOPLE, "GPE": _PLACES, "LOC": _PLACES, "ORG": _ORGANISATIONS,
}  # fmt: skip
"""The labels of spaCy's English models and of those for other languages."""
_PARAGRAPHS = re.compile(r"\n+")
_AROUND = " \t\"'“”„«»‘’.,;:()–—-"
_POSSESSIVES = ("'s", "’s", "'", "’")


class Model:
    """A model of one language, or of many."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._tables = gazetteer(nlp.lang)

    def reads(self, language: str) -> bool:
        """Whether texts in a language (ISO 639-1; `en-GB` will do) are for this model."""
        return self._nlp.lang in {language.partition("-")[0].lower(), _MANY_LANGUAGES}

    def find(self, article: Article) -> Entities:
        """The entities of title, dateline, abstract, body, headings and captions.

        A name is what the model took it for most often, since it takes the same one for this and for that.
        """
        votes: dict[str, Counter[str]] = {}
        for text, label in self._names(article):
            kind, name = self._canonical(text, _LABELS[label])
            votes.setdefault(name, Counter())[kind] += 1
        votes.pop("", None)
        found: dict[str, dict[str, int]] = {_PEOPLE: {}, _PLACES: {}, _ORGANISATIONS: {}}
        for first, (name, kinds_) in enumerate(votes.items()):
            found[kinds_.most_common(1)[0][0]][name] = first
        for place in places_of(article.dateline or ""):
            found[_PLACES][place] = -1
        full = {name: first for name, first in found[_PEOPLE].items() if " " in name}
        return Entities(
            tuple(_in_order(People(found=full).resolved(found[_PEOPLE]))),
            tuple(_in_order(found[_PLACES])),
            tuple(_in_order(merge_short_forms(found[_ORGANISATIONS]))),
        )

    def _names(self, article: Article) -> Iterator[tuple[str, str]]:
        for document in self._nlp.pipe(_pieces(article)):
            for entity in document.ents:
                if entity.label_ in _LABELS:
                    yield entity.text, entity.label_

    def _canonical(self, text: str, kind: str) -> tuple[str, str]:
        """The kind and the canonical name of what a model found; an empty name for what is none."""
        name = " ".join(text.split()).strip(_AROUND)
        for possessive in _POSSESSIVES:
            name = name.removesuffix(possessive)
        name = name[4:] if name.lower().startswith("the ") else name
        known = self._tables.named(name) or self._tables.named(f"{name}.")  # “U.S.”
        if known and (known.sort is not Sort.TOWN or kind == _ORGANISATIONS):
            return (_ORGANISATIONS if known.sort is Sort.ORGANISATION else _PLACES), known.name
        if kind == _PEOPLE:
            words = name.split()
            while words and kinds().get(words[0], 0) & Kind.ROLE:
                words.pop(0)
            name = " ".join(words)
        return kind, name if name[:1].isupper() and not name.isdigit() else ""


def _pieces(article: Article) -> Iterator[str]:
    """What is read, paragraph by paragraph; of titles and headings not those whose capitals tell nothing."""
    lines = [line for line in (article.title, *article.headings) if line and not in_headline_case(line)]
    rest = LONGEST
    for text in (*lines, article.abstract or "", article.body, *(caption.text for caption in article.captions)):
        for paragraph in _PARAGRAPHS.split(text[:rest]):
            if paragraph.strip():
                yield paragraph
        rest = max(0, rest - len(text))


def _in_order(names: dict[str, int]) -> list[str]:
    return sorted(names, key=lambda name: (names[name], name))


@cache
def load(name: str) -> Model:
    """The model of this name, loaded once a process. Raises SettingsInvalid, with the way out, where that fails."""
    try:
        import spacy  # noqa: PLC0415  # an extra, and a second to import
    except ImportError as error:
        raise SettingsInvalid(
            f"ner: the model {name!r} needs spaCy, which is not installed. Install the extra with "
            "pip install -e '.[ner]', or leave ner empty: names are found by rules then."
        ) from error
    try:
        nlp = spacy.load(name, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "morphologizer", "senter"])
    except (OSError, ValueError, ImportError) as error:
        there = ", ".join(sorted(spacy.util.get_installed_models())) or "none"
        raise SettingsInvalid(
            f"ner: spaCy cannot load a model {name!r}; installed are: {there}. Install one with "
            f"python -m spacy download {name}, or leave ner empty: names are found by rules then."
        ) from error
    if "ner" not in nlp.pipe_names:
        raise SettingsInvalid(f"ner: the model {name!r} does not find names; it has {', '.join(nlp.pipe_names)}.")
    return Model(nlp)
