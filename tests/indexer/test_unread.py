"""What Backfile does not read is refused by its name."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.unread import why_not_read


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"%PDF-1.7\n", "a PDF file"),
        (b"7z\xbc\xaf\x27\x1c\0", "a 7z archive"),
        (b"Rar!\x1a\x07\1", "a RAR archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "Microsoft Office"),
        (b"{\\rtf1\\ansi", "an RTF file"),
        (b'<?xml version="1.0"?>\n<!-- x --><alto xmlns="x">', "ALTO"),
        (b"<mets:mets>", "METS"),
        (b'<?xml version="1.0"?><!DOCTYPE alto SYSTEM "alto.dtd" [<!ENTITY a "b>">]>\n<alto>', "ALTO"),
        (b"\xef\xbb\xbf<mets xmlns='x'>", "METS"),
        (b'<?xml version="1.0"?><recipe>', "XML of an unknown kind, with the root element <recipe>"),
    ],
)
def test_known_formats_are_refused_by_name(head: bytes, words: str) -> None:
    assert words in (why_not_read(head, "a") or "")


@pytest.mark.parametrize(
    "head",
    [
        b"A rss feed walks into a bar.", b"<p>A piece of a page", b"<!DOCTYPE html><html>", b"", b"{}", b"\0\1\2",
        b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html xmlns="http://www.w3.org/1999/xhtml">',
        b'<!DOCTYPE lewis SYSTEM "lewis.dtd">\n<REUTERS NEWID="1">',
    ],
)  # fmt: skip
def test_nothing_speaks_against_what_may_be_read(head: bytes) -> None:
    assert why_not_read(head, "a.txt") is None


def test_xml_is_known_by_its_name_where_it_does_not_say_so() -> None:
    reason = "XML of an unknown kind, with the root element <a>"
    assert why_not_read(b"<a><b></a>", "broken.XML") == reason
    assert why_not_read(b"<a><b></a>", "odd.txt") is None
    assert why_not_read(b"<html><body>", "page.xml") is None


@given(
    st.lists(st.sampled_from([b"<?", b"?>", b"<!--", b"-->", b"<!DOCTYPE", b"[", b"]", b">", b" ", b"a"]), max_size=30)
)
def test_any_start_is_judged(pieces: list[bytes]) -> None:
    why_not_read(b"".join(pieces), "a.xml")


def test_hostile_starts_take_little_time() -> None:
    started = time.process_time()
    for piece in (b" ", b"<!--", b"<?", b"<!DOCTYPE[", b"<!--x-->", b"<?x?> "):
        why_not_read((piece * 8192)[:8192], "a.xml")
    assert time.process_time() - started < 2
