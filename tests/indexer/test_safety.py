"""Hostile XML and HTML costs a bounded time and memory, and ends as a tree or as a true reason."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from index.errors import ArticleRejected
from indexer.safety import (
    MAX_ATTRIBUTES,
    MAX_HTML_BYTES,
    MAX_TAGS,
    MAX_XML_BYTES,
    parse_html,
    parse_html_text,
    parse_xml,
    printable,
    refuse_oversized_tags,
)

BOUND_SECONDS = 8.0
"""Each attack below ends within 2 s of processor time on the slowest machine tried; hanging takes minutes."""
BOUND_MEMORY = 400_000_000
"""Beyond what the process had before: the dearest cases take 110 MB for HTML and 120 MB for XML."""

BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">%s]><lolz>&lol9;</lolz>""" % b"".join(
    b'<!ENTITY lol%d "%s">' % (level, b"&lol%s;" % (str(level - 1).encode() if level > 1 else b"") * 10)
    for level in range(1, 10)
)
QUADRATIC_BLOWUP = b'<!DOCTYPE x [<!ENTITY a "%s">]><x>%s</x>' % (b"a" * 100_000, b"&a;" * 100_000)
ENTITY_IN_ATTRIBUTE = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x y="%s"/>' % (b"&a;" * 1000)
EXTERNAL_ENTITY = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
PARAMETER_ENTITY = b'<!-- ? --><?p i?>\n<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:1/x.dtd">%a;]><x/>'
UTF16_ENTITY = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16")


@contextmanager
def bounds() -> Iterator[None]:
    """Fail when what is inside takes more than the bounded processor time or peak memory."""
    seconds = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.process_time() - seconds < BOUND_SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) * 1024 < BOUND_MEMORY


def attempt(parse: Callable[[bytes], object], data: bytes) -> str:
    """Parse within bounds; "read", or the reason for rejecting it."""
    with bounds():
        try:
            parse(data)
        except ArticleRejected as rejected:
            return rejected.reason
        return "read"


class TestXml:
    @pytest.mark.parametrize(
        "data",
        [BILLION_LAUGHS, QUADRATIC_BLOWUP, ENTITY_IN_ATTRIBUTE, EXTERNAL_ENTITY, PARAMETER_ENTITY, UTF16_ENTITY],
        ids=["billion-laughs", "quadratic", "attribute", "external", "parameter", "utf-16"],
    )
    def test_a_document_that_declares_entities_is_refused(self, data: bytes) -> None:
        assert "declares entities" in attempt(parse_xml, data)

    def test_an_entity_declared_elsewhere_is_not_fetched_and_gives_no_text(self) -> None:
        root = parse_xml(b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x>before &a; after</x>')
        assert "root:" not in "".join(root.itertext())

    def test_an_article_that_shows_an_entity_declaration_is_no_attack(self) -> None:
        assert parse_xml(b"<x><![CDATA[<!DOCTYPE y [<!ENTITY a 'b'>]>]]></x>").text == "<!DOCTYPE y [<!ENTITY a 'b'>]>"

    @pytest.mark.parametrize(
        "data",
        [
            b"<x " + b" ".join(b'a%d=""' % number for number in range(100_000)) + b"/>",
            b"<x>" * 1_000_000,
            b"<!--" * 1_000_000,
            b"<!-- -->" * 1_000_000,
            b"<!DOCTYPE x [" + b"<!ELEMENT y ANY>" * 100_000 + b"]><x/>",
            b"<x>" + b"&amp;" * 1_900_000 + b"</x>",
            b"<x>" + b"x" * 9_900_000 + b"</x>",
            b"<x>" + b"<y/>" * 900_000 + b"</x>",
            b"<x>" + b"<y/>" * 2_000_000 + b"</x>",
        ],
        ids=["attributes", "depth", "comment", "comments", "dtd", "references", "text", "elements", "more-elements"],
    )
    def test_oversized_parts_take_bounded_time(self, data: bytes) -> None:
        assert attempt(parse_xml, data)

    def test_deep_nesting_is_a_reason(self) -> None:
        assert "depth" in attempt(parse_xml, b"<x>" * 500 + b"</x>" * 500)

    def test_a_document_over_the_limit_is_refused_unread(self) -> None:
        assert f"more than {MAX_XML_BYTES:,}" in attempt(parse_xml, b" " * (MAX_XML_BYTES + 1))

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"<x><y></x>", "mismatch"),
            (b"<x><y>cut off he", "line 1"),
            (b"", "empty"),
            (b'<?xml version="1.0"?>\n', "empty"),
            (b"\x89PNG\r\n\x1a\n" + bytes(range(16)) * 9, "not text"),
            (b"<x>&nbsp;</x>", "nbsp"),
        ],
    )
    def test_a_broken_document_is_rejected_with_what_is_wrong(self, data: bytes, reason: str) -> None:
        assert reason in attempt(parse_xml, data)

    def test_the_line_of_the_fault_is_that_of_the_file(self) -> None:
        assert "line 4" in attempt(parse_xml, b'<?xml version="1.0"\n encoding="utf-8"?>\n<x>\n<y></x>')

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
    @pytest.mark.parametrize("said", ["utf-8", "ISO-8859-1", None])
    def test_a_lie_about_the_encoding_does_no_harm(self, encoding: str, said: str | None) -> None:
        declaration = f'<?xml version="1.0" encoding="{said}"?>' if said else ""
        text = "Évreux, Mönchengladbach, Málaga: façade détruite"
        assert parse_xml(f"{declaration}<x>{text}</x>".encode(encoding)).text == text

    def test_control_characters_are_taken_out(self) -> None:
        assert parse_xml(b"<x>one\0 two\x1a thr\x02ee</x>").text == "one two three"


class TestHtml:
    @pytest.mark.parametrize(
        "data",
        [
            b"<p " + b"a " * 1_000_000 + b">",
            b"<p " + b" ".join(b"a%d" % number for number in range(1_000_000)) + b">",
            b"<p " + b'a=">" ' * 1_000_000 + b">",
            b"".join(b"<body a%d>" % number for number in range(100_000)),
            b"<script " + b"a " * 1_000_000 + b"></script>",
            b"</p " + b"a " * 1_000_000 + b">",
        ],
        ids=["same", "different", "quoted", "spread-over-body-tags", "raw-text", "end-tag"],
    )
    def test_a_tag_with_a_million_attributes_is_refused_before_it_is_parsed(self, data: bytes) -> None:
        assert f"more than {MAX_ATTRIBUTES:,} attributes" in attempt(parse_html, data)

    def test_a_great_attribute_value_is_no_reason(self) -> None:
        page = parse_html(b'<p title="%s">text</p>' % (b"a b='c' " * 50_000))
        assert page.root.findtext(".//p") == "text"

    def test_script_text_is_not_taken_for_tags(self) -> None:
        assert attempt(parse_html, b"<script>if (a<b " + b"c " * 5_000 + b") x</script><p>text") == "read"

    @pytest.mark.parametrize(
        "unit",
        [b"<a ", b"<a ='", b"<a b=\"'", b"<!--", b"<title>", b"<title></titl", b"</ ", b"<?", b"&amp;", b"<script />",
         b"<script //", b"<p>", b"<table><b>", b"</p>", b"<div>", b"<![CDATA[", b"<plaintext>", b"<select><option>"],
        ids=lambda unit: unit.decode(),
    )  # fmt: skip
    def test_ten_megabytes_of_anything_take_bounded_time(self, unit: bytes) -> None:
        assert attempt(parse_html, (unit * (MAX_HTML_BYTES // len(unit)))[:MAX_HTML_BYTES])

    def test_a_page_over_the_limit_is_refused_unread(self) -> None:
        assert f"more than {MAX_HTML_BYTES:,}" in attempt(parse_html, b"x" * (MAX_HTML_BYTES + 1))
        assert f"more than {MAX_HTML_BYTES:,}" in attempt(parse_html, b"\xe9" * MAX_HTML_BYTES)

    def test_too_many_tags_are_refused(self) -> None:
        assert f"more than {MAX_TAGS:,} tags" in attempt(parse_html, b"<p>" * (MAX_TAGS + 1))

    def test_what_is_nested_too_deep_is_lost_and_said_so(self) -> None:
        page = parse_html(b"<p>kept</p>" + b"<div>" * 300 + b"lost" + b"</div>" * 300 + b"<p>lost too</p>")
        assert page.root.text_content() == "kept"
        assert page.warnings == ("elements nested deeper than 255 were left out, and what follows them",)

    def test_an_ordinary_page_gives_no_warning(self) -> None:
        assert parse_html(b"<p>text<br>more</div>").warnings == ()

    @pytest.mark.parametrize("data", [b"", b"  \n", b"<!-- nothing -->", b"\0\0"])
    def test_a_page_without_anything_is_rejected(self, data: bytes) -> None:
        assert attempt(parse_html, data) == "the HTML page is empty"

    @pytest.mark.parametrize("said", ["utf-8", "iso-8859-1", None])
    @pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
    def test_a_lie_about_the_encoding_does_no_harm(self, encoding: str, said: str | None) -> None:
        meta = f"<meta charset={said}>" if said else ""
        page = parse_html(f"<head>{meta}<body><p>Évreux, Málaga: “façade détruite”".encode(encoding))
        assert page.root.findtext(".//p") == "Évreux, Málaga: “façade détruite”"

    def test_control_characters_are_taken_out(self) -> None:
        assert parse_html(b"<p>one\0 two\x1a thr\x02ee").root.findtext(".//p") == "one two three"


FRAGMENTS = st.sampled_from(
    ["<", ">", "/", "=", '"', "'", " ", "\n", "\f", "a", "b1", "c2", "d3", "<p ", "<a ", "</p", "</a>", "<!--", "-->",
     "--!>", "<!-->", "<!--->", "<!", "<!doctype html", "<?x", "?>", "<![CDATA[", "]]>", "<script>", "</script>",
     "<script ", "<SCRIPT>", "</Script>", "<style>", "</style>", "<textarea>", "</textarea>", "<title>", "</title>",
     "<xmp>", "</xmp>", "<iframe>", "<noembed>", "<noframes>", "</noframes>", "<plaintext>", "<svg>", "<table>",
     "<template>", "<body ", "<html ", "e5=\"", "f6='", "&quot;", "\xa0", "é"]
)  # fmt: skip


@settings(max_examples=1_000)
@given(st.lists(FRAGMENTS, max_size=25).map("".join), st.integers(0, 3))
def test_no_markup_hides_attributes_from_the_scan(markup: str, limit: int) -> None:
    """What the scan lets pass holds no element with more attributes than the limit, as libxml2 sees it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.safety.MAX_ATTRIBUTES", limit)
        try:
            refuse_oversized_tags(markup.encode())
        except ArticleRejected:
            return
    root = html.document_fromstring(
        f"<p>{markup}".encode(), parser=html.HTMLParser(encoding="utf-8", remove_comments=True)
    )
    assert max(len(element.attrib) for element in root.iter(html.etree.Element)) <= limit


@given(st.binary(max_size=200) | st.lists(FRAGMENTS, max_size=25).map(lambda parts: "".join(parts).encode()))
def test_any_bytes_are_a_tree_or_a_reason(data: bytes) -> None:
    attempt(parse_html, data)
    attempt(parse_xml, data)


@given(st.text())
def test_printable_text_can_be_parsed_and_is_stable(text: str) -> None:
    clean = printable(text)
    assert printable(clean) == clean
    if clean.strip():
        parse_html_text(f"<p>{clean}")
