"""What fuzzing the formats has found, each in its smallest form: it ends as an article or as a reason, and in time."""

from __future__ import annotations

import io
import json as standard_json
from datetime import UTC, datetime

import pytest
from hostile import in_bounded_time
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, Origin
from indexer.archives import RawInput, buffered
from indexer.format import Rejected, installed_formats
from indexer.formats.markup import readable, text_of
from indexer.pipeline import Record, read_articles
from indexer.safety import parse_html_text

NOW = datetime(2024, 6, 19, tzinfo=UTC)


def read(data: bytes, name: str) -> list[Record]:
    stream = buffered(io.BytesIO(data), "the file")
    return list(read_articles(RawInput(name, Origin(name), stream), installed_formats(), NOW))


FINDINGS = {
    "a character set that holds a NUL, in a message": (
        "x.eml",
        b'Message-ID: <1@b>\nFrom: a@b\nSubject: Pier burns\nContent-Type: text/plain; charset="\0"\n\nCaf\xe9.\n',
        "Pier burns",
    ),
    "a character set that cannot replace what it has not, in a message": (
        "x.eml",
        b"Message-ID: <1@b>\nFrom: a@b\nSubject: Pier burns\nContent-Type: text/plain; charset=idna\n\nCaf\xe9.\n",
        "Pier burns",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "data", "title"), FINDINGS.values(), ids=FINDINGS)
def test_what_made_a_parser_fail_is_an_article(name: str, data: bytes, title: str) -> None:
    (article,) = read(data, name)
    assert isinstance(article, Article)
    assert article.title == title


@given(st.integers(0, 0x11FFFF), st.sampled_from(["&#{};", "&#{}x", "&#x{:x};", "&#X{:X} ", "&#000{};", "&#&#1;{};"]))
def test_whatever_a_reference_in_html_stands_for_may_be_written_into_a_tree(code: int, form: str) -> None:
    reference = form.format(code)
    paragraph = parse_html_text(f"<p title='a{reference}'>b{reference}</p>").root.find(".//p")
    assert paragraph is not None
    paragraph.text = paragraph.text
    paragraph.set("title", paragraph.get("title") or "")


def test_what_stands_behind_a_button_is_kept_with_a_control_character_written_as_a_reference() -> None:
    page = parse_html_text("<div>The pier burns <button>more</button>&#31;at night</div>")
    assert text_of(readable(page.root)) == "The pier burns at night"


def _json(**fields: str) -> bytes:
    return standard_json.dumps({"title": "T", "text": "A text.", **fields}).encode()


def _reuters(inside: str) -> bytes:
    return f'<REUTERS NEWID="1">\n<DATE> 9-MAR-1987 08:14:22.37</DATE><TEXT>{inside}</TEXT></REUTERS>'.encode()


def _feed(author: str, end: str = "</item></channel></rss>") -> bytes:
    return f'<rss version="2.0"><channel><title>P</title><item><title>T</title>{author}{end}'.encode()


_LONG = 100_000
SLOW = {
    "places in a dateline": ("x.json", _json(dateline="Aa, " * _LONG)),
    "names between commas": ("x.json", _json(text="Aa Bb, " * (_LONG // 4))),
    "commas behind a writer": ("x.sgm", _reuters("<AUTHOR>" + "," * _LONG + "</AUTHOR><BODY>A text.</BODY>")),
    "a wide margin": ("x.sgm", _reuters("<BODY>" + "\t" * _LONG + "A text.</BODY>")),
    "an author without an end": ("x.xml", _feed(f"<author>{'a' * _LONG}</author>")),
    "an author in pieces": ("x.xml", _feed(f"<author>{'aaaaaaaa<!-- -->' * _LONG}</author>")),
    "an author of dots": ("x.xml", _feed(f"<author>a@{'a.' * _LONG}</author>")),
    "an author in a broken feed": ("x.xml", _feed(f"<author>{'a' * _LONG}</author>", "")),
}
"""Each took quadratic time: minutes."""


@pytest.mark.parametrize(("name", "data"), SLOW.values(), ids=SLOW)
def test_long_runs_take_linear_time(name: str, data: bytes) -> None:
    with in_bounded_time():
        found = read(data, name)
    assert found
    assert not [one for one in found if isinstance(one, Rejected) and "internal error" in one.reason]


def test_an_article_beyond_the_limit_is_refused_whatever_held_it() -> None:
    (found,) = read(_json(text="word " * 2_100_000), "x.json")
    assert isinstance(found, Rejected)
    assert found.reason == "the object has 10,500,001 characters, more than 10,000,000"
