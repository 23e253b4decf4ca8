"""Messages become articles without what they quote, and what is attached to them is handed on."""

from __future__ import annotations

import io

import pytest
from hostile import endless, in_bounded_time

from index.article import Article, Origin
from index.errors import ArticleRejected
from indexer.format import Contents, Rejected
from indexer.formats.mail import FORMAT, LARGEST_MESSAGE, without_replies

MIXED = "Content-Type: multipart/mixed; boundary=b"


def message(body: str, *headers: str, subject: str = "Pier burns") -> bytes:
    lines = ["From: Jane Roe <jane@paper.example>", f"Subject: {subject}", "Date: Wed, 19 Jun 2024 07:10:00 +0200"]
    return "\n".join([*lines, *headers, "", body]).encode()


def parse(data: bytes) -> list[Article | Contents | Rejected]:
    return list(FORMAT.parse(io.BytesIO(data), Origin("m.eml")))


def only(data: bytes) -> Article:
    (found,) = parse(data)
    assert isinstance(found, Article)
    return found


def part(content: str, kind: str = "text/plain", *headers: str) -> str:
    return "\n".join(["--b", f"Content-Type: {kind}", *headers, "", content, ""])


def test_headers_are_the_fields_and_the_text_is_read_as_wire_copy() -> None:
    article = only(message("SARNHOLT, June 19 (NCW) - The pier burns.\n", "Message-ID: <1@paper.example>"))
    assert (article.id, article.title) == ("mail:1@paper.example", "Pier burns")
    assert (article.byline, str(article.published)) == (("Jane Roe",), "2024-06-19T07:10:00+02:00")
    assert (article.dateline, article.body) == ("SARNHOLT", "The pier burns.")
    assert article.origin == Origin("m.eml")


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Re: Fwd: AW: Pier burns", "Pier burns"),
        ("=?iso-8859-1?q?Caf=E9?= closes", "Café closes"),
        ("=?utf-8?b?broken", "=?utf-8?b?broken"),
        ("Pier\n burns", "Pier burns"),
    ],
)
def test_the_subject_is_the_title_without_what_mail_programs_add(subject: str, title: str) -> None:
    assert only(message("The pier burns.", subject=subject)).title == title


def test_a_list_names_the_source_and_its_tag_is_no_title() -> None:
    article = only(message("The pier burns.", 'List-Id: "North Wire" <wire.example>', subject="Re: [NW] Pier burns"))
    assert (article.source, article.title) == ("North Wire", "Pier burns")


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Mine.\n-- \nJane", "Mine."),
        ("Mine.\n\nOn Monday, Joe wrote:\n> His.\n> More.\n\nAnd mine.", "Mine.\n\nAnd mine."),
        ("Mine.\n\nAm Montag, den 3. Juni 2024\nschrieb Joe <joe@a.example>:\n> Seins.", "Mine."),
        ("Mine.\n-----Original Message-----\nFrom: Joe\nHis.", "Mine."),
        (
            "\n---------- Forwarded message ---------\nFrom: Joe <a@b>\nDate: Monday\nSubject: x\n\nHis story.",
            "His story.",
        ),
    ],
)
def test_quoted_replies_and_signatures_are_cut_off(text: str, own: str) -> None:
    assert without_replies(text).strip() == own


def test_plain_text_is_preferred_and_its_other_forms_are_not_read_again() -> None:
    html = part("<p>HTML text.</p>", "text/html") + part("x", "image/png")
    related = "--b\nContent-Type: multipart/related; boundary=c\n\n" + html.replace("--b", "--c") + "--c--\n"
    data = message(part("Plain text.") + related + "--b--", "Content-Type: multipart/alternative; boundary=b")
    article, summary = parse(data)
    assert isinstance(article, Article)
    assert article.body == "Plain text."
    assert isinstance(summary, Rejected)
    assert summary.reason == "attachments that are no articles: 1 × image/png"


def test_a_message_in_html_alone_is_read() -> None:
    data = message("<h2>Two</h2><p>The pier burns.</p><h2>More</h2><p>It still does.</p>", "Content-Type: text/html")
    assert "The pier burns." in only(data).body


def test_attached_texts_are_handed_on_with_what_the_message_tells_of_them() -> None:
    attached = part("<nitf/>", "application/xml", "Content-Disposition: attachment; filename=story.xml")
    found = parse(message(part("See below.") + attached + "--b--", MIXED, "Organization: North Wire"))
    assert isinstance(found[1], Contents)
    assert (found[1].name, found[1].content.strip(), str(found[1].origin)) == (
        "story.xml",
        b"<nitf/>",
        "m.eml!story.xml",
    )
    assert found[1].told is not None
    assert (found[1].told.source, found[1].told.byline) == ("North Wire", ())


def test_a_mailbox_is_read_message_by_message() -> None:
    box = b"From a@b Wed Jun 19 07:10:00 2024\n" + message("One.\n>From here.\nFrom 9 to 5 in 2024.\n\n")
    box += b"From a@b Wed Jun 19 07:10:00 2024\n" + message("Two.\n", subject="Second")
    assert FORMAT.sniff(box, "archive") > 0.9
    found = [one for one in parse(box) if isinstance(one, Article)]
    assert [(one.title, str(one.origin)) for one in found] == [("Pier burns", "m.eml#1"), ("Second", "m.eml#2")]
    assert "From here." in found[0].body
    assert ">From" not in found[0].body
    assert "9 to 5" in found[0].body


def test_wire_copy_with_a_line_like_a_header_is_no_message() -> None:
    assert FORMAT.sniff(b"From: our correspondent\n\nSARNHOLT - The pier burns.\n", "a.txt") == 0
    assert FORMAT.sniff(message("x"), "a.txt") > 0.5


def test_a_message_larger_than_is_read_gives_its_text() -> None:
    picture = part("A" * LARGEST_MESSAGE, "image/png", "Content-Transfer-Encoding: base64")
    found = parse(message(part("The pier burns.") + picture, MIXED))
    assert isinstance(found[0], Article)
    assert any(isinstance(one, Rejected) and "was not read" in one.reason for one in found)


def test_a_message_without_text_is_a_reason() -> None:
    (rejected,) = parse(message("\n\n"))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "the message has no text"


NESTED = "".join(f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n" for number in range(1_000))


@pytest.mark.parametrize(
    "data",
    [
        b"From: a\nSubject: s\n" + NESTED.encode() + b"\nhello\n" + b"line\n" * 100_000,
        b"From: a\nSubject: s\n" + b"Content-Type: message/rfc822\n\n" * 1_000 + b"x",
        b"From: a\nSubject: s\n" + b"Content-Type: message/rfc822\n\n" * 100_000 + b"x",
        message("--b\n" + "Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 900, MIXED),
        message("--b\n\n" * 1_000_000, MIXED),
        message(("--b\n\n" + "x\n" * 5_000) * 900, MIXED),
        message("--b\n" + "a: b\n" * 1_500_000, MIXED),
        message("x", "Content-Type: text/plain; " + "a=b; " * 40_000),
        message("x", "Content-Type: text/plain; name*0*=a''%41; name*1000000000000=b"),
        message("x", 'Content-Type: text/plain; charset="\0\x7f"; a="' + '\\";' * 40_000),
        message(("--b\nContent-Type: text/plain; " + 'a="\\";' * 300 + "\n\nx\n") * 490, MIXED),
        message("x", subject="=?utf-8?q?a?= " * 15_000),
        message("x", subject="=?utf-8?b?a" * 15_000),
        message("> a\n" * 2_000_000),
        message(("On " + "a" * 190 + " wrote\n") * 40_000),
        message("A" * 9_000_000, "Content-Transfer-Encoding: base64"),
        message("begin 644 x\n" + "M" * 1_000_000, "Content-Transfer-Encoding: x-uuencode"),
        message("=\n" * 4_000_000, "Content-Transfer-Encoding: quoted-printable"),
        message("<div>" * 1_000_000, "Content-Type: text/html"),
        b"From: " + b"(" * 100_000 + b"\nSubject: x\n\nx",
        b"From: " + b'"a\\' * 50_000 + b"\nSubject: x\n\nx",
        b"From a Mon Jan 1 2001\n\n" * 100_000,
        message("a\0b" * 100),
    ],
    ids=range(23),
)
def test_an_attack_costs_bounded_time_and_a_true_reason(data: bytes) -> None:
    with in_bounded_time():
        try:
            found = parse(data)
        except ArticleRejected:
            return
    assert not [one for one in found if isinstance(one, Rejected) and "internal" in one.reason]


@pytest.mark.parametrize("filling", [b"a", b"X: y\n", b" y\n", b"\n", b"hello\n"])
def test_a_message_without_an_end_takes_bounded_time_and_memory(filling: bytes) -> None:
    start = b"From a Mon Jan 1 2001\nFrom: a\nSubject: b\n"
    for head in (start, start + b"\nText.\n"):
        with in_bounded_time():
            assert list(FORMAT.parse(endless(head, filling, 1 << 23), Origin("f")))
