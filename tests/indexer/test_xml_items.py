"""XML is read item by item, in bounded memory, whatever stands around the items and however it is encoded."""

from __future__ import annotations

import io
import time
import tracemalloc
from collections.abc import Iterable
from itertools import chain, repeat

import pytest

from index.errors import ArticleRejected
from indexer.xml_items import BATCH_CHARACTERS, MOST_TAGS, batches, parse_items, root_of

LAUGHS = b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


class Endless(io.RawIOBase):
    """A stream of pieces that are never all in memory."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._rest = iter(pieces), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # as io asks for it
        self._rest = self._rest or next(self._pieces, b"")
        number = min(len(buffer), len(self._rest))
        buffer[:number], self._rest = self._rest[:number], self._rest[number:]
        return number


def stream(*pieces: Iterable[bytes]) -> io.BufferedReader:
    return io.BufferedReader(Endless(chain(*pieces)))


def texts(data: bytes, *names: str) -> list[str]:
    return [item.text or "" for batch in batches(io.BytesIO(data), *(names or ("i",))) for item in batch]


def given_before(data: bytes | io.BufferedReader, words: str) -> int:
    """How many items are given before the document is refused in these words."""
    sizes: list[int] = []
    found = batches(io.BytesIO(data) if isinstance(data, bytes) else data, "i")
    with pytest.raises(ArticleRejected, match=words):
        sizes.extend(map(len, found))
    return sum(sizes)


@pytest.mark.parametrize(
    "data",
    [
        b"<r><i>caf\xc3\xa9</i></r>",
        b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- c --><r><i>caf\xc3\xa9</i></r>",
        "<?xml version='1.0' encoding='utf-16'?><r><i>café</i></r>".encode("utf-16"),
        "<?xml version='1.0' encoding='utf-8'?><r><i>café</i></r>".encode("latin-1"),
        b"<?xml version='1.0' encoding='iso-8859-1'?><r><i>caf\xc3\xa9</i></r>",
        b" \n <?xml version='1.0' encoding='ascii'?><?x y?><r><i>caf&eacute;</i></r>",
        b"<x:r><x:i>caf\xc3\xa9</x:i></x:r>",
        b"<r xmlns='a'><p:i xmlns:p='b'>caf&#233;</p:i></r>",
        b"<!DOCTYPE r SYSTEM 'http://nowhere.example/r.dtd'><r><i>caf&#xe9;&#31;</i></r>",
        b"<i><![CDATA[caf\xc3\xa9]]></i>",
        b"<r><i>ca<!-- x --><?y z?>f\xc3\xa9</i></r>",
    ],
)
def test_items_are_found_in_every_encoding_namespace_and_wrapping(data: bytes) -> None:
    assert texts(data) == ["café"]


def test_names_lose_their_namespaces_inside_an_item() -> None:
    ((item,),) = batches(io.BytesIO(b"<n:i xmlns:n='a'><n:x><y xmlns='b'/></n:x></n:i>"), "i")
    assert [element.tag for element in item.iter()] == ["i", "x", "y"]


def test_an_item_inside_another_stays_there() -> None:
    assert texts(b"<r><i>a<i>b</i></i><j>c</j></r>", "i", "j") == ["a", "c"]


def test_a_document_may_stand_inside_another() -> None:
    assert [
        item.get("n")
        for batch in parse_items("<?xml version='1.0'?><r><i n='1'/><i n='2'/></r>", "i")
        for item in batch
    ] == ["1", "2"]


def test_what_is_whole_before_a_fault_is_given_and_the_rest_named_as_lost() -> None:
    assert given_before(b"<r><i/><i/><i></r>", "broken XML: .*; what follows is lost") == 2
    assert given_before(b"<r><i/>", "what follows is lost") == 1
    assert given_before(b"<x:r><x:i/>", "what follows is lost") == 1
    assert (
        given_before(b"<r><i></r>", "broken XML: Opening and ending tag mismatch: i line 1 and r, line 1, column 11$")
        == 0
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<r><x/></r>", "the XML document <r> holds no item"),
        (b"\0\1\2\3" * 100, "not text"),
        (LAUGHS + b"<r><i>&b;</i></r>", "declares entities"),
        (LAUGHS + b"<r><i x='&b;'/></r>", "declares entities"),
        (b"<!-- " + b"x" * 100_000 + b" -->" + LAUGHS + b"<r><i>&b;</i></r>", "declares entities"),
        (b"<r>" + b"<d>" * 200_000, "Excessive depth"),
        (b"<r><i " + b" ".join(b'a%d=""' % n for n in range(1_000_000)) + b"/></r>", "more than 10,000,000 characters"),
        (b"<r><i>" + b"<b/>" * (MOST_TAGS + 1) + b"</i></r>", f"more than {MOST_TAGS:,} tags"),
    ],
)
def test_hostile_documents_are_refused_in_little_time(data: bytes, words: str) -> None:
    started = time.process_time()
    assert given_before(data, words) == 0
    assert time.process_time() - started < 5


def test_a_text_of_a_gigabyte_never_rests_in_memory() -> None:
    endless = stream([b"<r><i>one</i><i>"], repeat(b"endless " * 8192, 16_000), [b"</i></r>"])
    tracemalloc.start()
    assert given_before(endless, "broken XML: Resource limit exceeded: Text node too long.*; what follows is lost") == 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000_000


def test_a_feed_of_any_length_is_given_in_batches_that_are_freed() -> None:
    item = b"<x>between</x><i>" + b"text " * 1000 + b"</i>"
    number = 16_000_000 // len(item)
    sizes = []
    for batch in batches(stream([b"<r>"], repeat(item, number), [b"</r>"]), "i"):
        root = batch[0].getroottree().getroot()
        sizes.append(len(batch))
        assert len(root) <= 4 * BATCH_CHARACTERS / len(item)
    assert sum(sizes) == number
    assert max(sizes) < 3 * BATCH_CHARACTERS / len(item)


def test_a_long_feed_may_be_in_another_encoding() -> None:
    item = f"<i>naïve {'text ' * 2_000}</i>"
    number = 11_000_000 // len(item)
    for encoding, declared in (("utf-16", "utf-16"), ("latin-1", "utf-8"), ("cp1251", "windows-1251")):
        text = item.replace("ï", "и") if encoding == "cp1251" else item
        head = f"<?xml version='1.0' encoding='{declared}'?><r>"
        pieces = [head.encode(encoding), *repeat(text.encode(encoding).removeprefix(b"\xff\xfe"), number), b""]
        found = batches(stream(pieces, ["</r>".encode(encoding).removeprefix(b"\xff\xfe")]), "i")
        assert {item.text for batch in found for item in batch} == {text[3:-4]}


def test_the_root_is_told_from_a_start() -> None:
    assert root_of(b"<?xml version='1.0'?><!-- a --><!DOCTYPE x [<!ELEMENT a>]>\n<p:newsItem") == (
        "newsItem",
        "<?xml version='1.0'?><!-- a --><!DOCTYPE x [<!ELEMENT a>]>\n",
    )
    assert root_of(b"no markup") is None
    assert root_of(b"\0\1\2" * 50) is None
