"""JSON documents and JSON Lines are read one article after the other, and one bad one costs only itself."""

from __future__ import annotations

import io
import json
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, Origin
from index.errors import ArticleRejected
from indexer.cleaning import clean
from indexer.format import Rejected, installed_formats, recognise
from indexer.formats import json as json_format
from indexer.formats.json import FORMAT

ONE = {"title": "One", "text": "The first text."}
TWO = {"title": "Two", "text": "The second text."}


def read(data: bytes | str | object, name: str = "a.json") -> list[Article | Rejected]:
    raw = data if isinstance(data, bytes) else (data if isinstance(data, str) else json.dumps(data)).encode()
    return list(FORMAT.parse(io.BytesIO(raw), Origin(name)))


def titles(found: list[Article | Rejected]) -> list[str | None]:
    return [entry.title if isinstance(entry, Article) else f"rejected: {entry.reason}" for entry in found]


class TestLayout:
    @pytest.mark.parametrize(
        "text",
        [
            json.dumps([ONE, TWO]),
            json.dumps([ONE, TWO], indent=2),
            json.dumps({"results": [ONE, TWO]}),
            json.dumps({"response": {"status": "ok", "results": [ONE, TWO]}}, indent=1),
            json.dumps({"articles": [ONE, TWO]}),
            json.dumps({"data": {"items": [{"item": ONE}, {"item": TWO}]}}),
            json.dumps({"hits": {"total": 2, "hits": [{"_id": "1", "_source": ONE}, {"_id": "2", "_source": TWO}]}}),
            json.dumps([[ONE], [TWO]]),
            f"{json.dumps(ONE)}\n{json.dumps(TWO)}\n",
            f"{json.dumps(ONE)}\r\n\r\n{json.dumps(TWO)}",
            f"\ufeff{json.dumps(ONE)}\n{json.dumps(TWO)}",
            f"{json.dumps(ONE, indent=2)}\n{json.dumps(TWO, indent=2)}",
            f"{json.dumps(ONE)}{json.dumps(TWO)}",
            f"[\n{json.dumps(ONE)},\n{json.dumps(TWO)}\n]\n",
        ],
    )
    def test_documents_lists_wrappers_and_lines_give_the_same_articles(self, text: str) -> None:
        assert titles(read(text)) == ["One", "Two"]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
    def test_encodings_are_told_by_their_marks(self, encoding: str) -> None:
        (article,) = read(json.dumps({"title": "Évreux", "text": "x"}, ensure_ascii=False).encode(encoding))
        assert isinstance(article, Article)
        assert article.title == "Évreux"

    @pytest.mark.parametrize("layout", ["{}", "[{}]", "{}\n{{}}"])
    def test_bytes_that_are_not_utf8_are_read_as_windows_1252(self, layout: str) -> None:
        found = read(layout.format('{"title": "“Évreux”", "text": "x"}').encode("windows-1252"))
        assert titles(found)[0] == "“Évreux”"

    def test_a_single_object_is_the_file_and_others_are_numbered(self) -> None:
        assert [entry.origin for entry in read(ONE)] == [Origin("a.json")]
        assert [entry.origin for entry in read([ONE, TWO])] == [Origin("a.json", "", 1), Origin("a.json", "", 2)]

    def test_lines_are_numbered_as_an_editor_does(self) -> None:
        found = read(f"\n{json.dumps(ONE)}\n\n{json.dumps(TWO)}\n")
        assert [entry.origin for entry in found] == [Origin("a.json", "", 2), Origin("a.json", "", 4)]


class TestBadRecords:
    def test_a_bad_line_is_rejected_with_its_number_and_the_rest_goes_on(self) -> None:
        found = read(f'{json.dumps(ONE)}\n{{"title": "cut o\n{json.dumps(TWO)}\nnull\n[]\n')
        assert titles(found) == [
            "One",
            "rejected: broken JSON: Unterminated string starting at at character 11",
            "Two",
            "rejected: a null stands where an article should",
            "rejected: the line holds no article",
        ]
        assert [str(entry.origin) for entry in found] == [f"a.json#{number}" for number in range(1, 6)]

    def test_a_bad_first_line_does_not_make_lines_a_document(self) -> None:
        assert titles(read(f'{{"title": "cut o\n{json.dumps(ONE)}\n{json.dumps(TWO)}'))[1:] == ["One", "Two"]

    @pytest.mark.parametrize(
        "record", [{}, {"id": 7}, {"title": ""}, {"title": None, "body": " "}, {"title": {"a": 1}}]
    )
    def test_a_record_without_title_or_text_is_rejected_and_says_what_it_has(self, record: object) -> None:
        (found,) = read([record])
        assert isinstance(found, Rejected)
        assert "neither a title nor a text" in found.reason

    @pytest.mark.parametrize("value", [1, "text", None, True, 1.5])
    def test_a_value_that_is_no_object_is_rejected_by_its_kind(self, value: object) -> None:
        found = read([ONE, value])
        assert isinstance(found[1], Rejected)
        assert "stands where an article should" in found[1].reason

    def test_what_follows_a_fault_in_a_document_is_rejected_once(self) -> None:
        found = read(f'[{json.dumps(ONE)}, {{"title": "cut o')
        assert titles(found)[0] == "One"
        assert "what follows is lost" in str(titles(found)[1])
        assert len(found) == 2

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "empty"),
            (" \n\n ", "empty"),
            ("{", "broken JSON"),
            ("[", "broken JSON"),
            ("[]", "holds no article"),
            ('{"results": []}', "holds no article"),
            ('{"title": "x"', "broken JSON: Expecting ',' delimiter at character 14"),
            ('{"a":' * 100_000, "nested too deeply"),
            ("[" * 100_000, "nested too deeply"),
        ],
    )
    def test_a_document_that_cannot_be_read_is_rejected_as_a_whole(self, text: str, reason: str) -> None:
        with pytest.raises(ArticleRejected, match=reason):
            read(text)


class TestOddJson:
    def test_nan_and_infinity_are_missing(self) -> None:
        (article,) = read('{"title": "One", "text": "x", "date": NaN, "section": -Infinity}')
        assert isinstance(article, Article)
        assert (article.published, article.section) == (None, None)

    def test_of_a_key_given_twice_the_last_counts(self) -> None:
        assert titles(read('{"title": "One", "title": "Two", "text": "x"}')) == ["Two"]

    def test_a_number_of_a_million_digits_costs_no_time(self) -> None:
        seconds = time.process_time()
        assert titles(read(f'{{"title": "One", "text": "x", "date": {"9" * 1_000_000}}}')) == ["One"]
        assert time.process_time() - seconds < 2

    def test_lone_surrogates_and_control_characters_are_taken_out(self) -> None:
        (article,) = read(r'{"title": "O\ud800n\u0000e", "text": "x\u0007y \ud83d\ude00"}')
        assert isinstance(article, Article)
        assert (article.title, article.body) == ("One", "xy 😀")

    def test_a_line_break_inside_a_string_is_forgiven(self) -> None:
        assert titles(read('[{"title": "One\nmore", "text": "x"}]')) == ["One more"]

    def test_nesting_inside_a_record_costs_that_record(self) -> None:
        deep = '{"title": "Deep", "text": ' + '{"a":' * 900 + "1" + "}" * 900 + "}"
        found = read(f"{json.dumps(ONE)}\n{deep}\n{json.dumps(TWO)}")
        assert (titles(found)[0], titles(found)[2]) == ("One", "Two")


class _Endless(io.RawIOBase):
    """A file of many lines that is never in memory as a whole."""

    def __init__(self, unit: bytes, times: int, before: bytes = b"", after: bytes = b"") -> None:
        self._pieces: Iterator[bytes] = iter((before, *(unit for _ in range(times)), after))
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


class TestStreaming:
    @pytest.mark.parametrize(("between", "before", "after"), [(b"\n", b"", b""), (b",", b"[", b"{}]")])
    def test_lines_and_lists_are_read_as_they_come(self, between: bytes, before: bytes, after: bytes) -> None:
        """6 MB of articles in less than 1 MB of memory."""
        unit = json.dumps({"title": "One", "text": "word " * 4_000}).encode() + between
        stream = io.BufferedReader(_Endless(unit, 300, before, after))
        tracemalloc.start()
        try:
            count = sum(1 for entry in FORMAT.parse(stream, Origin("a")) if isinstance(entry, Article))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert count == 300
        assert peak < 1_000_000

    def test_a_line_beyond_the_limit_is_one_rejection(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(json_format, "LONGEST_VALUE", 1_000)
        long = json.dumps({"title": "Long", "text": "x" * 5_000})
        found = read(f"{json.dumps(ONE)}\n{long}\n{json.dumps(TWO)}\n")
        assert titles(found) == ["One", "rejected: the line has more than 1,000 bytes", "Two"]
        assert str(found[2].origin) == "a.json#3"

    def test_a_document_beyond_the_limit_is_rejected_with_the_way_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(json_format, "LONGEST_VALUE", 100_000)
        with pytest.raises(ArticleRejected, match="write one article to a line"):
            read({"results": [{"title": "One", "text": "x" * 50_000}] * 20})

    def test_an_unclosed_value_is_not_tried_again_at_every_chunk(self) -> None:
        seconds = time.process_time()
        with pytest.raises(ArticleRejected):
            read('{"title": "' + "x" * 20_000_000)
        assert time.process_time() - seconds < 5


class TestFormat:
    @pytest.mark.parametrize(
        "start",
        [b'{"title": 1}', b'\xef\xbb\xbf[ {"a": 1}]', b'\n[\n  {\n "a"', b"{}", b"[]", '{"a": 1}'.encode("utf-16")],
    )
    def test_json_is_recognised_by_its_start(self, start: bytes) -> None:
        assert recognise(start, "dump", installed_formats()).name == "json"

    @pytest.mark.parametrize(
        "start", [b"[Advertisement] The mayor said", b"{\\rtf1 text}", b"<html>", b"", b"[1987] was a year"]
    )
    def test_what_only_starts_with_a_bracket_is_not(self, start: bytes) -> None:
        assert FORMAT.sniff(start, "dump") == 0


@settings(max_examples=50)
@given(strategies.articles())
def test_our_own_shape_comes_back_as_it_was(article: Article) -> None:
    """What `to_record` writes, one to a line or as a document, is the same article, its id and provenance included."""
    written = replace(clean(article), cluster=None, first_indexed=None, origin=None)
    record = json.dumps(written.to_record())
    for text in (record, f"{record}\n{record}", f"[{record}]"):
        found = read(text)[0]
        if isinstance(found, Rejected):
            assert not any((written.title, written.body, written.captions))
        else:
            assert clean(replace(found, origin=None)).to_record() == written.to_record()


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(
        ["2020-01-01", "https://d.example/a", "By A and B", "<p>One</p><h2>Two</h2>", "<figure>", "picture", "en"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "title",
                    "headline",
                    "text",
                    "body",
                    "body_html",
                    "bodies",
                    "value",
                    "contenttype",
                    "name",
                    "fields",
                    "webTitle",
                    "webUrl",
                    "publishedAt",
                    "source",
                    "content",
                    "uri",
                    "versioncreated",
                    "associations",
                    "@type",
                    "@graph",
                    "author",
                    "results",
                    "item",
                    "published",
                    "publishedPrecision",
                    "captions",
                    "credit",
                    "quotes",
                    "speaker",
                    "provenance",
                    "method",
                    "keywords",
                    "people",
                    "id",
                    "type",
                    "pubstatus",
                    "url",
                    "language",
                    "articleBody",
                    "@context",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(VALUES, st.sampled_from(["{}", "[{}]", "{}\n{}", '{{"results": [{}]}}']))
def test_any_value_gives_articles_of_texts_or_reasons(value: object, layout: str) -> None:
    text = json.dumps(value)
    try:
        found = read(layout.format(text, text))
    except ArticleRejected:
        return
    for entry in found:
        if isinstance(entry, Article):
            json.dumps(clean(entry).to_record()).encode()
            assert any((entry.title, entry.body, entry.captions))


@given(st.binary(max_size=120) | st.text(alphabet='{}[]",:\\ \n\r0ae\ufeff\x00é', max_size=60).map(str.encode))
def test_any_bytes_give_articles_or_reasons(data: bytes) -> None:
    with suppress(ArticleRejected):
        read(data)
