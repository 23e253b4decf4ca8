"""Whatever is done to a document of an agency, it ends as articles or as a rejection, and the same way each time."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Origin
from index.errors import ArticleRejected
from indexer.format import Found
from indexer.formats import newsml1, newsml_g2, nitf
from indexer.formats.nitf import NitfFormat
from indexer.samples import sample_paths

FORMATS = {known.name: known for known in (nitf.FORMAT, newsml_g2.FORMAT, newsml1.FORMAT)}
SAMPLES = [(FORMATS[path.parent.name], path.read_bytes()) for path in sample_paths() if path.parent.name in FORMATS]
PIECES = [
    b"<", b">", b"</", b"/>", b"&", b"&amp;", b"&nbsp;", b"&#0;", b"&#xD800;", b"<![CDATA[", b"]]>", b"<!--", b"-->",
    b"<?x?>", b"\0", b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"xml:lang='zz'", b" qcode=''", b" FormalName=''",
    b"<p>", b"</p>", b"<nitf>", b"</nitf>", b"<newsItem>", b"</newsItem>", b"<NewsItem>", b"<NewsComponent>",
    b"</NewsComponent>", b"<contentSet/>", b"<media/>", b"<a:b/>", b"9" * 20, b"0000-00-00", b"2024-13-45T99:99:99Z",
    b" version='-1'", b"<br/>" * 40, b"<span>" * 120, b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"<groupSet><group><itemRef residref='x'/></group></groupSet>",
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> tuple[NitfFormat, bytes]:
    """A sample with some of its bytes cut out, repeated, moved or replaced by pieces that matter to XML."""
    known, data = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 300)))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=12) | st.just(data[start:end]))
        match draw(st.integers(0, 3)):
            case 0:
                data = data[:start] + data[end:]
            case 1:
                data = data[:start] + piece + data[end:]
            case 2:
                data = data[:start] + piece + data[start:]
            case _:
                data = data[end:] + data[start:end] if draw(st.booleans()) else data[:end]
    return known, data


def outcome(known: NitfFormat, data: bytes) -> tuple[list[Found], str]:
    found: list[Found] = []
    try:
        found.extend(known.parse(io.BytesIO(data), Origin("a.xml")))
    except ArticleRejected as rejection:
        return found, rejection.reason
    return found, ""


@given(damaged())
@settings(max_examples=300)
def test_a_damaged_document_raises_nothing_else_and_gives_the_same_again(case: tuple[NitfFormat, bytes]) -> None:
    known, data = case
    found, reason = outcome(known, data)
    assert found or reason
    assert outcome(known, data) == (found, reason)


@given(st.sampled_from(list(FORMATS.values())), st.binary(max_size=300))
def test_any_bytes_are_judged(known: NitfFormat, data: bytes) -> None:
    assert 0.0 <= known.sniff(data, "a.xml") <= 1.0
    assert any(outcome(known, data))


@pytest.mark.parametrize("size", [1, 100, 8192])
def test_every_start_of_every_sample_is_judged(size: int) -> None:
    for known, data in SAMPLES:
        assert any(outcome(known, data[:size]))
