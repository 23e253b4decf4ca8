"""What happens to every article, whatever it was read from: its strings are made fit to be stored, shown and sorted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from math import isnan

from index.article import Article, Caption, Provenance, Quote

# Control characters but for tab and newline, lone surrogates, non-characters, byte order marks, and soft hyphens, which
# would cut a word in two for the search and are not seen.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\ud800-\udfff\ufeff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1e\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(article: Article) -> Article:
    """The article with clean strings: one-line fields in one line, each name once, nothing empty."""
    return replace(
        article,
        id=_line(article.id),
        url=_line(article.url) or None,
        source=_line(article.source) or None,
        title=_line(article.title) or None,
        abstract=_line(article.abstract) or None,
        byline=_lines(article.byline),
        credits=_lines(article.credits),
        dateline=_line(article.dateline) or None,
        section=_line(article.section) or None,
        keywords=_lines(article.keywords),
        type=_line(article.type) or None,
        language=_line(article.language) or None,
        headings=_lines(article.headings),
        body=_text(article.body),
        captions=tuple(dict.fromkeys(filter(None, map(_caption, article.captions)))),
        people=_lines(article.people),
        places=_lines(article.places),
        organisations=_lines(article.organisations),
        quotes=tuple(
            Quote(text, _line(quote.speaker) or None) for quote in article.quotes if (text := _line(quote.text))
        ),
        cluster=_line(article.cluster) or None,
        provenance={name: _provenance(found) for name, found in article.provenance.items()},
    )


def _line(text: str | None) -> str:
    if text and text.isprintable() and "  " not in text and text[0] != " " != text[-1]:
        return text  # as nearly all are: a tenth of the time
    return " ".join(_UNWANTED.sub("", _LINE_ENDS.sub("\n", text)).split()) if text else ""


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(_line, texts))))


def _text(text: str) -> str:
    """Running text: its paragraphs and lines stay, without blanks at their ends."""
    lines = text.split("\n")
    if not all(map(str.isprintable, lines)):  # as most are; what is unwanted is not
        lines = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text)).split("\n")
    return _BLANK_LINES.sub("\n\n", "\n".join(map(str.rstrip, lines))).strip("\n")


def _caption(caption: Caption) -> Caption | None:
    text, credit = _line(caption.text), _line(caption.credit) or None
    return Caption(text, credit) if text or credit else None


def _provenance(found: Provenance) -> Provenance:
    confidence = 0.0 if isnan(found.confidence) else min(max(found.confidence, 0.0), 1.0)
    cleaned = (_line(found.method), _line(found.path), confidence, _lines(found.rejected))
    # Made anew only where something was cleaned away: articles share most of what they say about their fields.
    return found if cleaned == (found.method, found.path, found.confidence, found.rejected) else Provenance(*cleaned)
