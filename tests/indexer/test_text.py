"""Plain text becomes an article by the looks of its paragraphs, and nothing but the page's own words is dropped."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import words
from index.article import Article, Caption, Origin
from index.errors import ArticleRejected
from indexer.enrich import enrich
from indexer.formats.furniture import copyright_line, is_furniture, is_menu, lists_other_stories
from indexer.formats.text import FORMAT, LARGEST

ROOT = Path(__file__).parents[2]
CLIENTS_ARTICLE = (ROOT / os.environ.get("BACKFILE_TEST_DATA", "../shared/data")).resolve() / "seed" / "article.txt"

SAVED_PAGE = """\
Skip to content

Home

Ferry Service Ends After Ninety Years

By Ann Wilder

The last ferry left Larkwell on May 3, 2021 with four passengers and a dog. It had run since 1931.

The ferry at the quay of Larkwell on its last evening. (Photo: Tom Baker / Larkwell Echo)

“I shall miss the fog,” said Captain Peter Onslow.

Source: Ann Wilder / Larkwell Echo.

What Comes Next

A bridge is planned. It will cost 40 million pounds.

Advertisement

Who Pays?

Nobody knows who will pay for it.

Related stories

The bridge that nobody wanted

Leave a Reply

© 2021 The Larkwell Echo. All rights reserved.
"""

WIRE = """\
FERRY-END (1ST LEAD)\r
\r
Last ferry leaves Larkwell after ninety\r
years on the river\r
\r
By ANN WILDER\r
\r
LARKWELL, May 3 (RWN) -- The last ferry left Larkwell on Monday with\r
four passengers and a dog, ending a service that had run since 1931\r
and was once the only way across.\r
\r
"I shall miss the fog," said Captain Peter Onslow.\r
\r
ENDS\r
\r
Copyright River Wire News 2021\r
"""


def parse(text: str | bytes) -> Article:
    data = text.encode() if isinstance(text, str) else text
    (article,) = FORMAT.parse(io.BytesIO(data), Origin("a.txt"))
    assert isinstance(article, Article)
    return article


def rejection(data: bytes) -> str:
    with pytest.raises(ArticleRejected) as caught:
        list(FORMAT.parse(io.BytesIO(data), Origin("a.txt")))
    return caught.value.reason


def test_the_clients_article_gives_the_fields_that_the_product_lists() -> None:
    if not CLIENTS_ARTICLE.exists():
        pytest.skip("the client's article is not at BACKFILE_TEST_DATA")
    article = enrich(parse(CLIENTS_ARTICLE.read_bytes()))
    facts = article.to_json()
    assert facts["title"] == "Putin’s Historic Visit to Pyongyang"
    assert (facts["published"], facts["publishedPrecision"]) == ("2024-06-19", "day")
    assert article.provenance["published"].method == "text:first-date"
    assert article.provenance["published"].confidence < 0.5
    assert facts["headings"] == ["Strategic Talks and Military Cooperation", "Responds from the West"]
    (caption,) = article.captions
    assert caption.text.startswith("Russian President Vladimir Putin, center left, ")
    assert caption.text.endswith("early Wednesday, June 19.")
    assert caption.credit == "Korean Government Central News Agency / Korea News Service"
    assert facts["credits"] == ["Vladimir Smirnov / Associate Press"]
    assert facts["people"] == ["Vladimir Putin", "Kim Jong Un", "Jens Stoltenberg", "Antony Blinken"]
    assert facts["places"] == [
        "Pyongyang", "North Korea", "Russia", "Ukraine", "Seoul", "Washington", "Korean Peninsula", "United States",
    ]  # fmt: skip
    assert facts["organisations"] == ["NATO", "Pentagon"]
    assert facts["language"] == "en"
    assert facts["byline"] == []
    for missing in ("abstract", "section", "dateline", "source", "type"):
        assert facts[missing] is None
    everything = repr(facts)
    assert "Leave A Reply" not in everything
    assert "Exit mobile version" not in everything
    assert article.body.startswith("Russian President Vladimir Putin has just arrived in Pyongyang")
    assert article.body.endswith("could shape the future of global politics.")


def test_a_saved_page_is_taken_apart() -> None:
    article = parse(SAVED_PAGE)
    assert article.title == "Ferry Service Ends After Ninety Years"
    assert article.byline == ("Ann Wilder",)
    assert article.source == "The Larkwell Echo"
    assert article.headings == ("What Comes Next", "Who Pays?")
    assert article.credits == ("Ann Wilder / Larkwell Echo",)
    assert article.captions == (
        Caption("The ferry at the quay of Larkwell on its last evening.", "Tom Baker / Larkwell Echo"),
    )
    assert article.body.split("\n\n") == [
        "The last ferry left Larkwell on May 3, 2021 with four passengers and a dog. It had run since 1931.",
        "“I shall miss the fog,” said Captain Peter Onslow.",
        "A bridge is planned. It will cost 40 million pounds.",
        "Nobody knows who will pay for it.",
    ]


def test_wire_copy_is_taken_apart() -> None:
    """The slug, the end mark and the copyright are in no field; the dateline's year comes from the copyright line."""
    article = parse(WIRE)
    assert article.title == "Last ferry leaves Larkwell after ninety years on the river"
    assert article.byline == ("Ann Wilder",)
    assert article.dateline == "LARKWELL"
    assert str(article.published) == "2021-05-03"
    assert article.source == "River Wire News"
    assert article.body.startswith("The last ferry left Larkwell on Monday with four passengers")
    assert article.body.endswith('"I shall miss the fog," said Captain Peter Onslow.')
    assert "FERRY-END" not in repr(article.to_json())


def test_provenance_names_the_method_the_line_and_the_confidence_of_each_field() -> None:
    article = parse(SAVED_PAGE)
    assert article.provenance.keys() == {"title", "byline", "source", "headings", "credits", "captions", "body"}
    assert article.provenance["title"].method == "text:first-line"
    assert article.provenance["title"].path == "line 5"
    assert article.provenance["headings"].path == "line 17"
    assert all(0 < found.confidence <= 1 for found in article.provenance.values())


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\r", "\n\n", "\n \t\n", "\u2028"])
def test_paragraphs_may_be_separated_by_any_line_end_with_or_without_blank_lines(separator: str) -> None:
    lines = [line for line in SAVED_PAGE.splitlines() if line]
    plain, other = parse(SAVED_PAGE), parse(separator.join(lines))
    assert (other.title, other.headings, other.captions, other.credits, other.body) == (
        plain.title, plain.headings, plain.captions, plain.credits, plain.body,
    )  # fmt: skip


def test_tabs_and_odd_spaces_are_single_spaces() -> None:
    article = parse("A\ttitle\u00a0 here\n\n\tThe text\u2003has odd  spaces in it.")
    assert article.title == "A title here"
    assert article.body == "The text has odd spaces in it."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_encodings_are_told_apart(encoding: str) -> None:
    text = "The Café at Orford\n\nNobody waits longer than Hélène Dupré, who owns the café and the hôtel beside it."
    article = parse(text.encode(encoding))
    assert (article.title, article.body) == tuple(text.split("\n\n"))


def test_one_short_line_is_a_title_and_one_sentence_a_body() -> None:
    assert (parse("Ferry service ends").title, parse("Ferry service ends").body) == ("Ferry service ends", "")
    assert (parse("The ferry service has ended.").title, parse("The ferry service has ended.").body) == (
        None,
        "The ferry service has ended.",
    )


def test_a_text_without_a_title_keeps_its_first_sentence_in_the_body() -> None:
    article = parse("The ferry has sailed.\n\nIt will not be back.")
    assert article.title is None
    assert article.body == "The ferry has sailed.\n\nIt will not be back."


def test_a_line_between_title_and_byline_is_the_standfirst() -> None:
    article = parse("Ferry Ends\n\nNinety years on the river are over.\n\nBy Ann Wilder\n\nThe ferry has sailed.")
    assert article.abstract == "Ninety years on the river are over."
    assert article.body == "The ferry has sailed."


def test_dates_of_publication_and_of_an_update_are_read_from_their_lines() -> None:
    article = parse(
        "Ferry Ends\nPublished: Monday, 3 May 2021\nLast updated on May 4, 2021 at 10:15 am\nIt has sailed."
    )
    assert str(article.published) == "2021-05-03"
    assert str(article.modified) == "2021-05-04"
    assert article.body == "It has sailed."


def test_labels_are_keywords_and_section() -> None:
    article = parse("Ferry Ends\n\nIt has sailed.\n\nTags: ferries, Larkwell\n\nFiled under: Local")
    assert article.keywords == ("ferries", "Larkwell")
    assert article.section == "Local"


def test_lists_are_no_headings() -> None:
    article = parse("Results\n\nHere they are.\n\nLarkwell 3\n\nOrford 1\n\nSelby 2\n\nAll were played on Sunday.")
    assert article.headings == ()
    assert "Orford 1" in article.body


def test_a_short_line_at_the_end_is_kept_in_the_body() -> None:
    assert parse("Ferry Ends\n\nIt has sailed.\n\nMore tomorrow").body == "It has sailed.\n\nMore tomorrow"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b" \n\t\r\n ", "the file holds no text"),
        (b"\xef\xbb\xbf", "the file holds no text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 20, "not text"),
        (b"a" * (LARGEST + 1), "larger than 2,000,000 bytes"),
    ],
)
def test_what_is_no_text_is_rejected_with_the_true_reason(data: bytes, reason: str) -> None:
    assert reason in rejection(data)


def test_sniffing_is_modest_about_text_and_never_takes_binary_files() -> None:
    assert 0 < FORMAT.sniff(b"Ferry ends", "a") < FORMAT.sniff(b"Ferry ends", "a.TXT") < 0.5
    assert FORMAT.sniff(bytes(range(32)) * 20, "a.txt") == 0


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_one_article_or_a_rejection(data: bytes) -> None:
    try:
        (article,) = FORMAT.parse(io.BytesIO(data), Origin("a.txt"))
    except ArticleRejected:
        return
    assert isinstance(article, Article)
    assert enrich(article) == enrich(article)


# A line of a text, and what of it must be found in some field.
LINES = {
    "Ferry Service Ends": "Ferry Service Ends",
    "By Ann Wilder and Tom Baker": "Ann Wilder Tom Baker",
    "By Ann Wilder, River Correspondent": "Ann Wilder River Correspondent",
    "By Ann Wilder in Orford": "Ann Wilder Orford",
    "LARKWELL, May 3 (RWN) — The last ferry has left.": "LARKWELL The last ferry has left",
    "The boat at the quay. (Photo: Tom Baker / Echo)": "The boat at the quay Tom Baker Echo",
    "Photo: Tom Baker / Echo": "Tom Baker Echo",
    "Image: The boat lies at the quay with all its lamps lit": "The boat lies at the quay with all its lamps lit",
    "Source: River Wire News.": "River Wire News",
    "(Reporting by Ann Wilder; editing by Tom Baker)": "Reporting Ann Wilder editing Tom Baker",
    "Tags: ferries, rivers": "ferries rivers",
    "Filed under: Local": "Local",
    "© 2021 The Larkwell Echo": "The Larkwell Echo",
    "- a point of a list": "a point of a list",
    "“We wait”": "We wait",
    "Advertisement": "",
    "It was late, and fog lay on the river.": "It was late and fog lay on the river",
    "not a sentence but a line that starts small": "not a sentence but a line that starts small",
}


def everything(article: Article) -> set[str]:
    singles = (article.title, article.abstract, article.dateline, article.section, article.source, article.body)
    many = article.byline + article.credits + article.headings + article.keywords
    pictures = tuple(part for caption in article.captions for part in (caption.text, caption.credit))
    noted = tuple(part for found in article.provenance.values() for part in found.rejected)
    return {word for part in (*singles, *many, *pictures, *noted) if part for word in words(part)}


@given(st.lists(st.sampled_from(sorted(LINES)), min_size=1, max_size=8, unique=True), st.sampled_from(["\n", "\n\n"]))
@settings(max_examples=150, deadline=None)
def test_every_line_ends_up_in_some_field(lines: list[str], separator: str) -> None:
    if all(is_furniture(line) or copyright_line(line) for line in lines):
        return
    kept = everything(parse(separator.join(lines)))
    repeated = [line for line in lines if line.startswith("By ")][1:]
    for line in lines:
        if line not in repeated:
            assert set(words(LINES[line])) <= kept, line


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=60), max_size=6
    )
)
@settings(max_examples=150, deadline=None)
def test_no_word_of_an_unknown_line_is_lost(lines: list[str]) -> None:
    text = "\n\n".join(lines)
    page_words = (is_furniture, is_menu, lists_other_stories, copyright_line)
    if not text.strip() or any(check(line) for line in lines for check in page_words):
        return
    try:
        article = parse(text)
    except ArticleRejected:
        return
    small_print = {"published", "modified", "captions", "credits", "byline", "keywords", "section", "dateline"}
    if not small_print & article.provenance.keys():
        assert {word for line in lines for word in words(line)} <= everything(article)
