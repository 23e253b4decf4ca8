"""Every attack that was thought of, through `backfile index`: it costs one rejected line, and the rest goes in.

What each attack does to the part that it is meant for is tested beside that part; here it goes the whole way. The files
are packed, because a folder for passing files may lie in memory.
"""

from __future__ import annotations

import gzip
import io
import json
import resource
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from commands import outcomes, run
from hostile import in_bounded_time

from index.article import Article
from indexer.format import Rejected
from indexer.pipeline import articles_of, read_paths

BOUND_MEMORY = 600_000_000
"""Beyond what the process had before. The dearest attacks are those on JSON, of which a large value takes 250 MB."""
GOOD = "Harbour closes for day {0}\n\nThe harbour of Sarnholt stayed closed for day {0} of the strike, they said.\n"
NOW = datetime(2024, 6, 19, tzinfo=UTC)


class Attack(NamedTuple):
    """A file by its name and content, and words of the reason for which it is rejected."""

    name: str
    content: Callable[[], bytes]
    reason: str


_LAUGHS = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
DOCTYPES = {"laughs": f'[<!ENTITY l0 "ha">{_LAUGHS}]', "external": '[<!ENTITY l9 SYSTEM "file:///etc/passwd">]'}
XML = {
    "nitf": "<nitf><body><body.content><p>{}</p></body.content></body></nitf>",
    "newsml-g2": '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="g" version="1"><contentSet><inlineXML>'
    '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{}</p></body></html></inlineXML></contentSet></newsItem>',
    "newsml1": "<NewsML><NewsItem><NewsComponent><ContentItem><DataContent><p>{}</p></DataContent></ContentItem>"
    "</NewsComponent></NewsItem></NewsML>",
    "rss": '<rss version="2.0"><channel><item><title>T</title><description>{}</description></item></channel></rss>',
    "atom": '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><summary>{}</summary></entry></feed>',
    "mediawiki": '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/"><page><title>T</title><ns>0</ns>'
    "<revision><text>{}</text></revision></page></mediawiki>",
}
"""Of each format a document with a place for a text."""


def document(kind: str, text: str, doctype: str = "") -> bytes:
    declared = f"<!DOCTYPE x {doctype}>" if doctype else ""
    return f'<?xml version="1.0"?>{declared}{XML[kind].format(text)}'.encode()


def page(body: str) -> bytes:
    return f"<!DOCTYPE html><html><head><title>T</title></head><body>{body}</body></html>".encode()


def layers(data: bytes, pack: Callable[[bytes], bytes], count: int) -> bytes:
    for _ in range(count):
        data = pack(data)
    return data


def zipped(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner", data)
    return packed.getvalue()


def linked(kind: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        header = tarfile.TarInfo("../../etc/passwd")
        header.type, header.linkname = kind, "/etc/passwd"
        archive.addfile(header)
    return packed.getvalue()


def answer(body: bytes) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + body
    return (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\n"
        b"Content-Type: application/http;msgtype=response\r\nContent-Length: %d\r\n\r\n%b\r\n\r\n" % (len(http), http)
    )


def _attributes(count: int) -> str:
    return "<p " + " ".join(f"a{number}=''" for number in range(count)) + "></p>"


_MANY = _attributes(300_000)
"""As many as a document within the limits may have; a million are too many bytes."""
_DEEP = "<b>" * 200_000 + "</b>" * 200_000
_MIME = "".join(f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n" for number in range(1_000))
_ITEMS = "</description></item>" + "<item><title>t</title></item>" * 1_000_000 + "<item><description>"
_LINE = b"word " * 2_400_000
_BOMB = b'<!DOCTYPE lewis SYSTEM "lewis.dtd">' + b" " * (68 << 20)
"""A file of Reuters-21578 without a record, because the other formats stop reading before they have met the limit."""

ATTACKS = (
    *(
        Attack(
            f"{way}-{kind}.xml",
            partial(document, kind, "&l9;", DOCTYPES[way]),
            "Entity 'l9' not defined" if kind == "mediawiki" else "declares entities",  # whose pages are cut out
        )
        for kind in XML
        for way in DOCTYPES
    ),
    *(Attack(f"attributes-{kind}.xml.gz", partial(document, kind, _MANY), "") for kind in XML),
    *(Attack(f"deep-{kind}.xml.gz", partial(document, kind, _DEEP), "") for kind in XML),
    Attack("attributes.html.gz", lambda: page("<p " + "a " * 1_000_000 + ">"), "more than 1,000 attributes"),
    Attack("deep.html.gz", lambda: page("<div>" * 200_000), "more than 60,000 tags"),
    Attack("nuls.txt.gz", lambda: bytes(1_000_000), "not text"),
    Attack("line.txt.gz", lambda: _LINE, "larger than 2,000,000 bytes"),
    Attack("line.jsonl.gz", lambda: b'{"title": "' + _LINE + b'"}', "more than 10,000,000"),
    Attack("line.mbox.gz", lambda: ENDLESS["line.mbox"] + _LINE, "does not end"),
    Attack("line.warc.gz", lambda: b"WARC/1.0\r\nX: " + _LINE, ""),
    Attack("brackets.json", lambda: b"[" * 100_000, "nested too deeply"),
    Attack("objects.json", lambda: b'{"a":' * 100_000, "nested too deeply"),
    Attack("digits.json", lambda: b'{"date": ' + b"9" * 1_000_000 + b"}", "neither a title nor a text"),
    Attack("mime.eml", f"From: a\nSubject: s\nMessage-ID: <1@b>\n{_MIME}\nhello\n".encode, "parts"),
    Attack("items.rss.gz", lambda: document("rss", _ITEMS), "more than"),
    Attack("bomb.sgm.gz", lambda: _BOMB, "expands to more than"),
    Attack("bomb.zip", lambda: zipped(_BOMB), "expands to more than"),
    Attack("bomb-in-bomb.zip", lambda: zipped(zipped(_BOMB)), "expands to more than"),
    Attack("bomb.warc", lambda: answer(gzip.compress(_BOMB)), "bomb"),
    Attack("again-and-again.gz", lambda: layers(b"text", gzip.compress, 300), "packed too deep"),
    Attack("again-and-again.zip", lambda: layers(b"text", zipped, 30), "packed too deep"),
    Attack("symlink.tar", lambda: linked(tarfile.SYMTYPE), "not a file but a link or a device"),
    Attack("hardlink.tar", lambda: linked(tarfile.LNKTYPE), "not a file but a link or a device"),
    Attack("device.tar", lambda: linked(tarfile.BLKTYPE), "not a file but a link or a device"),
)


ENDLESS = {
    "line.txt": b"word ",
    "line.jsonl": b'{"title": "T"}\n{"title": "',
    "line.json": b'[{"title": "T"}, {"title": "',
    "line.mbox": b"From a Mon Jan 1 2001\nMessage-ID: <1@b>\nFrom: a\nSubject: ",
    "body.mbox": b"From a Mon Jan 1 2001\nMessage-ID: <1@b>\nFrom: a\n\n",
    "line.warc": b"WARC/1.0\r\nWARC-Type: ",
    "line.xml": b"<nitf><body><body.content><p>",
    "line.sgm": b'<!DOCTYPE lewis SYSTEM "lewis.dtd">\n<REUTERS NEWID="1"><TEXT>',
    "line.html": b"<!DOCTYPE html><title>T</title><p>",
    "line.wiki": b'<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/"><page><title>',
}
"""How inputs start that go on with a gigabyte of NULs, which takes no room on the disk."""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """All attacks, and a good article before, between and after them."""
    with TemporaryDirectory() as place:
        for number, attack in enumerate(ATTACKS):
            (Path(place) / f"{number:03}.txt").write_text(GOOD.format(number))
            data = attack.content()
            (Path(place) / f"{number:03}-{attack.name}").write_bytes(
                gzip.compress(data, 6) if attack.name.endswith(".gz") and data[:2] != b"\x1f\x8b" else data
            )
        (Path(place) / "999.txt").write_text(GOOD.format(999))
        yield Path(place)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_an_attack_ends_as_one_reason_within_bounds(folder: Path, number: int) -> None:
    attack, before = ATTACKS[number], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with in_bounded_time():
        (found,) = articles_of(read_paths([str(folder / f"{number:03}-{attack.name}")], io.BytesIO()), NOW)
    assert isinstance(found, Rejected)
    assert attack.reason in found.reason
    assert "internal error" not in found.reason
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < BOUND_MEMORY


def test_a_run_over_all_attacks_takes_in_the_articles_between_them(folder: Path, bare_folder: Path) -> None:
    result = run("index", str(folder), "--workers", "2")
    rejects = [json.loads(line) for line in (bare_folder / "rejects.jsonl").read_text().splitlines()]
    assert [Path(line["path"]).name for line in rejects] == [
        f"{number:03}-{attack.name}" for number, attack in enumerate(ATTACKS)
    ]
    assert all(attack.reason in line["reason"] for attack, line in zip(ATTACKS, rejects, strict=True))
    assert result.exit_code == 3
    assert outcomes(result) == {
        "added": len(ATTACKS) + 1, "updated": 0, "unchanged": 0, "duplicate": 0, "rejected": len(ATTACKS),
    }  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("name", ENDLESS)
def test_a_line_of_a_gigabyte_takes_bounded_time_and_memory(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.write(ENDLESS[name])
        file.truncate(1 << 30)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with in_bounded_time():
        found = list(articles_of(read_paths([str(tmp_path / name)], io.BytesIO()), NOW))
    assert [type(one) for one in found if not isinstance(one, Article)] == [Rejected]
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < BOUND_MEMORY
