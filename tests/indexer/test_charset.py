"""Bytes become the text that their writer meant, whatever they declare."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ArticleRejected
from indexer.charset import declared_charset, decode

FRENCH = "Le président de la République a été élu à Évreux, dit-on."
JAPANESE = "日本の首相は今日、東京で会見した。首相は「経済を立て直す」と述べた。"
RUSSIAN = "Сегодня в Москве прошла встреча министров."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "latin-1"),
        ("“Naïve”, he said – it’s the façade", "cp1252"),
        ("Zażółć gęślą jaźń w Łodzi dziś wieczorem", "cp1250"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "cp1251"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        ("中国政府今天在北京宣布新的政策", "gb18030"),
    ],
)
@pytest.mark.parametrize("declare", [None, "utf-8", "its own"])
def test_legacy_encodings_are_read_declared_undeclared_and_under_a_false_utf8(
    text: str, encoding: str, declare: str | None
) -> None:
    assert decode(text.encode(encoding), encoding if declare == "its own" else declare) == text


@pytest.mark.parametrize(
    "declared", ["iso-8859-1", "us-ascii", "windows-1251", "gbk", "nonsense", "unicode_escape", "x\0"]
)
def test_utf8_is_recognised_under_any_false_declaration(declared: str) -> None:
    assert decode(FRENCH.encode(), declared) == FRENCH


def test_a_name_that_is_no_character_set_of_pages_is_never_run() -> None:
    """`unicode_escape` would turn harmless text into other text, `zip` is no text codec at all."""
    assert decode(rb"C:\new\x41", "unicode_escape") == r"C:\new\x41"
    assert decode(b"plain", "zip") == "plain"
    assert decode(b"+AGE-", "utf-7") == "+AGE-"


def test_latin1_means_windows_1252_as_it_does_on_the_web() -> None:
    assert decode(b"\x93quoted\x94", "iso-8859-1") == "“quoted”"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_outweighs_the_declaration_and_is_dropped(encoding: str) -> None:
    assert decode(FRENCH.encode(encoding), "iso-8859-1") == FRENCH


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_seen_by_its_nuls(encoding: str) -> None:
    assert decode(FRENCH.encode(encoding), "utf-8") == FRENCH


def test_turkish_declared_as_latin5_is_turkish() -> None:
    assert decode("Cumhurbaşkanı ışığı".encode("cp1254"), "iso-8859-9") == "Cumhurbaşkanı ışığı"


def test_iso_2022_is_ascii_bytes_and_read_as_declared() -> None:
    assert decode(JAPANESE.encode("iso2022_jp"), "ISO-2022-JP") == JAPANESE


def test_a_stray_byte_in_utf8_is_read_as_windows_1252() -> None:
    assert decode("é ü ñ ø ".encode() + b"na\xefve", None) == "é ü ñ ø naïve"
    assert decode("é ".encode() + b"na\xefve", "utf-8") == "é naïve"


def test_a_sequence_cut_off_at_the_end_is_dropped() -> None:
    assert decode("était là".encode()[:-1]) == "était l"


def test_a_single_letter_at_the_end_is_not_taken_for_a_cut_off_sequence() -> None:
    assert decode(b"Caf\xe9", "latin-1") == "Café"


def test_ascii_and_nothing_are_themselves() -> None:
    assert decode(b"plain words", "utf-16") == "plain words"
    assert decode(b"") == ""


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, b"\x7fELF" + b"\0" * 500, b"\xff\xfe" + b"\1\0\2\0" * 99]
)
def test_binary_data_is_refused_with_the_reason(data: bytes) -> None:
    with pytest.raises(ArticleRejected, match="not text"):
        decode(data)


def test_a_few_nuls_do_not_make_a_page_binary() -> None:
    assert "end" in decode(b"word " * 100 + b"\0\0" + b"end")


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b'<?xml version="1.0" encoding="ISO-8859-15"?>', "ISO-8859-15"),
        (b"<html><META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=windows-1251'>", "windows-1251"),
        (b"<meta charset=gbk>", "gbk"),
        (b"<p>charset=gbk", None),
    ],
)
def test_the_declaration_is_found_in_xml_and_in_html(head: bytes, name: str | None) -> None:
    assert declared_charset(head) == name


@given(
    st.binary(max_size=300), st.none() | st.text(max_size=12) | st.sampled_from(["utf-8", "gbk", "utf-16", "cp1252"])
)
def test_any_bytes_are_text_that_can_be_encoded_or_refused(data: bytes, declared: str | None) -> None:
    try:
        text = decode(data, declared)
    except ArticleRejected:
        return
    text.encode()


@given(
    st.text(min_size=1, max_size=300).filter(lambda text: not any(ord(c) < 32 for c in text) and text[0] != "\ufeff")
)
def test_utf8_text_comes_back_as_it_was(text: str) -> None:
    assert decode(text.encode(), "utf-8") == text
