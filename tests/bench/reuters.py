"""Reuters-21578 as a corpus of the benchmark, read by the project's own format, its text cut down to equal tokens."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from bench.corpus import FACETS, Record, day_number, in_paragraphs

from index.analysis import stem, words
from index.article import Article, Origin
from index.schema import FACETS as SCHEMA_FACETS
from index.schema import facet_values
from indexer.format import Rejected
from indexer.formats.reuters import FORMAT

_ROOT = Path(__file__).parents[2]
_OTHER = re.compile(r"[^a-z0-9]+")
_SCHEMA = {field.name: field for field in SCHEMA_FACETS}


def folder() -> Path:
    """Where the collection is, if it is there: `reuters21578` in BACKFILE_TEST_DATA."""
    return (_ROOT / os.environ.get("BACKFILE_TEST_DATA", "../shared/data")).resolve() / "reuters21578"


def records(articles: int) -> Iterator[Record]:
    """The first `articles` records that have a date, with a body or not."""
    found = (record for path in sorted(folder().glob("reut2-*.sgm")) for record in _of_file(path))
    for _, record in zip(range(articles), found, strict=False):
        yield record


def equal_tokens(text: str) -> list[str]:
    """The words of a text in a form that Backfile's stemmer leaves alone and every tokenizer takes as it is."""
    return [token for word in words(text) if (token := _settled(word))]


def _settled(word: str) -> str:
    token = _OTHER.sub("", word.lower())
    while (shorter := _OTHER.sub("", stem(token))) != token:
        token = shorter
    return token


def _of_file(path: Path) -> Iterator[Record]:
    with path.open("rb") as stream:
        for article in FORMAT.parse(stream, Origin(path.name)):
            if not isinstance(article, Rejected) and article.published:
                yield _record(article)


def _record(article: Article) -> Record:
    assert article.published
    facets = {name: _values(article, name) for name in FACETS}
    return Record(
        id=article.id or str(article.origin),
        title=" ".join(equal_tokens(article.title or "")),
        body=in_paragraphs(equal_tokens(article.body)),
        day=day_number(article.published.at.date()),
        **facets,
    )


def _values(article: Article, facet: str) -> tuple[str, ...]:
    """The values without commas, at which stock Whoosh cuts a list of keywords."""
    return tuple(dict.fromkeys(value.replace(",", " ") for value in facet_values(_SCHEMA[facet], article)))
