"""A saved web page becomes one article, its parts apart, or a true reason why not."""

from __future__ import annotations

import io
import json
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, Caption, Origin
from index.errors import ArticleRejected
from indexer.format import installed_formats, recognise
from indexer.formats.html import FORMAT, read_article

LONG = "The council met on Tuesday night and talked for three hours about the bridge over the river and its price."
LONGER = (
    "A member from the north said that the bridge had been promised in every election since she could read, and cried."
)
THIRD = "The vote was put off until the spring, when the water is high and the members can see what they talk about."


def page(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8>{head}</head><body>{body}</body></html>".encode()


def read(body: str, head: str = "") -> Article:
    return read_article(page(body, head))


def ld(**properties: object) -> str:
    described = {"@context": "https://schema.org", "@type": "NewsArticle", **properties}
    return f'<script type="application/ld+json">{json.dumps(described)}</script>'


ARTICLE = f"<article><h1>Bridge vote put off</h1><p>{LONG}</p><p>{LONGER}</p><p>{THIRD}</p></article>"


class TestBody:
    def test_paragraphs_are_separated_by_blank_lines(self) -> None:
        assert read(ARTICLE).body == f"{LONG}\n\n{LONGER}\n\n{THIRD}"

    def test_headings_are_kept_apart_from_the_body(self) -> None:
        article = read(f"<article><h1>T</h1><p>{LONG}</p><h2>The price</h2><p>{LONGER}</p></article>")
        assert article.headings == ("The price",)
        assert article.body == f"{LONG}\n\n{LONGER}"

    def test_a_short_bold_paragraph_that_is_no_sentence_is_a_heading(self) -> None:
        article = read(f"<article><p>{LONG}</p><p><strong>The price</strong></p><p>{LONGER}</p></article>")
        assert article.headings == ("The price",)

    def test_a_bold_sentence_is_text(self) -> None:
        article = read(f"<article><p>{LONG}</p><p><b>Nobody laughed.</b></p><p>{LONGER}</p></article>")
        assert "Nobody laughed." in article.body
        assert article.headings == ()

    def test_a_heading_with_nothing_under_it_is_dropped(self) -> None:
        assert read(f"<article><p>{LONG}</p><p>{LONGER}</p><h3>Comments</h3></article>").headings == ()

    def test_an_article_cut_into_boxes_is_read_whole(self) -> None:
        boxes = "".join(
            f"<div><div class='text-box'><p>{text}</p></div></div><hr>" for text in (LONG, LONGER, THIRD) * 3
        )
        assert read(f"<article><h1>T</h1>{boxes}</article>").body.count("\n\n") == 8

    def test_what_stands_around_the_article_is_not_in_it(self) -> None:
        article = read(
            f"<nav><a href=/>Front page</a></nav><aside><p>{LONG.upper()}</p></aside>{ARTICLE}"
            "<div class=related-stories><p>Another story of enough words to look like a paragraph of this.</p></div>"
            "<footer><p>Printed and published every Thursday since 1868, but for the year of the flood.</p></footer>"
        )
        assert article.body == f"{LONG}\n\n{LONGER}\n\n{THIRD}"

    def test_an_unclosed_aside_does_not_swallow_the_article(self) -> None:
        assert LONGER in read(f"<aside><p>Weather: rain</p>{ARTICLE}").body

    def test_two_line_breaks_make_a_paragraph(self) -> None:
        assert (
            read(f"<h1>T</h1><div>{LONG}<br><br>{LONGER}<br><br>{THIRD}</div>").body == f"{LONG}\n\n{LONGER}\n\n{THIRD}"
        )

    def test_lists_and_table_rows_are_read_as_text(self) -> None:
        article = read(
            f"<article><p>{LONG}</p><ul><li>first point</li></ul>"
            f"<table><tr><td>Rovers</td><td>3</td></tr></table><p>{LONGER}</p></article>"
        )
        assert article.body == f"{LONG}\n\nfirst point\n\nRovers 3\n\n{LONGER}"

    def test_a_paragraph_that_is_all_link_leads_elsewhere(self) -> None:
        teaser = "<p><a href=/2>What the mayor said about the bridge when she thought that nobody was there</a></p>"
        assert "mayor" not in read(f"<article><p>{LONG}</p>{teaser}<p>{LONGER}</p></article>").body

    def test_soft_hyphens_and_zero_width_spaces_do_not_cut_words(self) -> None:
        assert "Halmark" in read(f"<article><p>{LONG} Hal&shy;mark, Hal&#8203;mark</p><p>{LONGER}</p></article>").body

    def test_a_dateline_becomes_a_field(self) -> None:
        article = read(f"<article><p>SARNHOLT, June 12 (NCW) — {LONG}</p><p>{LONGER}</p></article>")
        assert article.dateline == "SARNHOLT"
        assert article.body.startswith(LONG)

    def test_a_standfirst_that_metadata_gives_is_not_repeated(self) -> None:
        article = read(
            f"<article><h1>T</h1><p class=lead>Nobody will pay for it.</p><p>{LONG}</p><p>{LONGER}</p></article>",
            "<meta property=og:description content='Nobody will pay for it.'>",
        )
        assert article.abstract == "Nobody will pay for it."
        assert article.body == f"{LONG}\n\n{LONGER}"

    def test_a_standfirst_is_read_from_the_page_when_metadata_has_none(self) -> None:
        article = read(
            f"<article><h1>T</h1><p class=standfirst>Nobody will pay for it.</p><p>{LONG}</p><p>{LONGER}</p>"
        )
        assert article.abstract == "Nobody will pay for it."
        assert article.body == f"{LONG}\n\n{LONGER}"

    @pytest.mark.parametrize(
        "sentence",
        ["See you next week, he said.", "By then it was late.", "More from the north came.", "Advertisers left."],
    )
    def test_a_short_sentence_is_not_taken_for_a_label(self, sentence: str) -> None:
        assert sentence in read(f"<article><p>{LONG}</p><p>{sentence}</p><p>{LONGER}</p></article>").body

    @pytest.mark.parametrize(
        "label", ["Read more", "See also: the bridge", "Advertisement", "Most read", "By Jane Roe", "***"]
    )
    def test_a_label_between_paragraphs_is_left_out(self, label: str) -> None:
        assert label not in read(f"<article><p>{LONG}</p><p>{label}</p><p>{LONGER}</p></article>").body

    def test_a_brief_without_a_full_paragraph_is_read(self) -> None:
        article = read(
            "<article><h1>Mayor resigns</h1><p>The mayor has resigned.</p></article>", ld(headline="Mayor resigns")
        )
        assert article.body == "The mayor has resigned."

    def test_a_fuller_copy_in_the_metadata_stands_in_for_a_paywall(self) -> None:
        copy = f"{LONG}\n{LONGER}\n{THIRD}"
        article = read(f"<article><h1>T</h1><p>{LONG}</p></article>", ld(headline="T", articleBody=copy))
        assert article.body == copy.replace("\n", "\n\n")
        assert article.provenance["body"].method == "json-ld:articleBody"

    def test_text_lost_to_deep_nesting_is_noted(self) -> None:
        article = read(ARTICLE + "<div>" * 300 + "lost")
        assert "nested deeper than 255" in article.provenance["body"].rejected[0]

    def test_quoted_markup_stays_text(self) -> None:
        article = read(f"<article><h1>On &lt;script&gt;</h1><p>{LONG} &lt;b&gt;</p><p>{LONGER}</p></article>")
        assert article.title == "On <script>"
        assert f"{LONG} <b>" in article.body


class TestPictures:
    def test_a_caption_is_kept_apart_with_its_credit(self) -> None:
        figure = "<figure><img src=x><figcaption>The bridge in May. (Photo: Kofi Brandal/NCW)</figcaption></figure>"
        article = read(f"<article><h1>T</h1>{figure}<p>{LONG}</p><p>{LONGER}</p></article>")
        assert article.captions == (Caption("The bridge in May.", "Kofi Brandal/NCW"),)
        assert article.provenance["captions"].method == "html:captions"
        assert "bridge in May" not in article.body

    def test_a_picture_above_the_headline_is_the_articles_own(self) -> None:
        figure = "<div><figure><img src=x><figcaption>The bridge.</figcaption></figure></div>"
        article = read(
            f"<main>{figure}<header><h1>T</h1></header><div class=text><p>{LONG}</p><p>{LONGER}</p></div></main>"
        )
        assert [caption.text for caption in article.captions] == ["The bridge."]

    def test_the_picture_of_a_teaser_is_not(self) -> None:
        teaser = (
            "<div class=teaser><figure><img src=x><figcaption>Another story</figcaption></figure></div>"
            "<figure><img src=x><figcaption>Read more: the bridge of last year</figcaption></figure>"
        )
        assert read(f"<article><p>{LONG}</p>{teaser}<p>{LONGER}</p></article>").captions == ()

    def test_a_picture_shown_twice_has_one_caption(self) -> None:
        figure = "<figure><img src=x><figcaption>The bridge.</figcaption></figure>"
        assert len(read(f"<article>{figure}<p>{LONG}</p>{figure}<p>{LONGER}</p></article>").captions) == 1

    def test_a_table_in_a_figure_stays_text(self) -> None:
        table = "<figure><table><tr><td>Turnout</td><td>71.4</td></tr></table></figure>"
        assert "Turnout 71.4" in read(f"<article><p>{LONG}</p>{table}<p>{LONGER}</p></article>").body


class TestNoArticle:
    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ("", "no running text"),
            ("<p>Page not found.</p>", "no running text"),
            ("<ul>" + "<li><a href=/1>A headline that leads elsewhere</a></li>" * 30 + "</ul>", "only links"),
            ("<form><p>Please log in to read on.</p><input type=password></form>", "asks to log in"),
            (
                "<ul>"
                + "<li><a href=/1>A headline of many words that leads to an article elsewhere</a></li>" * 60
                + "</ul>"
                f"<p>{LONG}</p><p>{LONGER}</p>",
                "list of other pages",
            ),
        ],
    )
    def test_a_page_without_one_is_rejected_with_the_reason(self, body: str, reason: str) -> None:
        with pytest.raises(ArticleRejected, match=reason):
            read(body, "<title>The Daily</title>")

    def test_a_headline_alone_is_an_article_when_the_page_says_so(self) -> None:
        article = read(
            "<p>Subscribe to read on.</p>", ld(headline="Bridge vote put off", description="Nobody will pay.")
        )
        assert (article.title, article.abstract) == ("Bridge vote put off", "Nobody will pay.")

    @pytest.mark.parametrize("data", [b"", b"   ", b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 40, b"x" * 10_000_001])
    def test_what_is_no_page_is_rejected(self, data: bytes) -> None:
        with pytest.raises(ArticleRejected):
            read_article(data)


class TestFormat:
    @pytest.mark.parametrize(
        "start",
        [
            b"<!DOCTYPE html><html>",
            b"\xef\xbb\xbf<html lang=de>",
            b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">',
            b"<!-- saved -->\n<HTML>",
            "<html><body>".encode("utf-16"),
        ],
    )
    def test_pages_are_recognised_by_their_start(self, start: bytes) -> None:
        assert recognise(start + ARTICLE.encode(), "page", installed_formats()).name == "html"

    def test_a_piece_of_a_page_is_recognised_by_its_tags(self) -> None:
        assert recognise(f"<div><h1>T</h1><p>{LONG}</p>".encode(), "saved.html", installed_formats()).name == "html"

    @pytest.mark.parametrize(
        "start",
        [b'{"html": "<p>"}', b'<?xml version="1.0"?><nitf><body>', b"<REUTERS NEWID=", b"A text about <b> tags"],
    )
    def test_what_only_mentions_html_is_left_to_others(self, start: bytes) -> None:
        assert FORMAT.sniff(start, "x") < 0.5

    def test_the_article_knows_where_it_came_from(self) -> None:
        (article,) = FORMAT.parse(io.BytesIO(page(ARTICLE)), Origin("a.html"))
        assert isinstance(article, Article)
        assert article.origin == Origin("a.html")

    def test_a_page_gives_the_same_article_whatever_was_read_before(self) -> None:
        first = read(ARTICLE)
        read(ARTICLE.replace("council", "committee"))
        assert read(ARTICLE) == first


HOSTILE = {
    "paragraphs": "<p>x y z</p>",
    "links": "<a href=x>a link of words</a> ",
    "breaks": "some text<br><br>",
    "figures": "<figure><img src=x><figcaption>Words. (Photo: X)</figcaption></figure>",
    "captions": "<p class=caption>words of a caption</p>",
    "images": "<div class=photo><img src=x>words of a caption</div>",
    "headlines": "<h1>Words of a headline</h1>",
    "cells": "<td>cell</td>",
    "times": "<time datetime=2020-01-01>x</time>",
    "authors": "<span class=author>Jane Roe</span>",
    "items": '<div itemscope itemtype="http://schema.org/Article"><span itemprop=headline>x</span></div>',
    "scripts": '<script type="application/ld+json">{"@type":"NewsArticle","headline":"x"}</script>',
    "metas": '<meta name=author content="Jane Roe and John">',
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_thousands_of_anything_take_bounded_time(unit: str) -> None:
    """A tenth of the tags that a page may have; the whole takes ten times as long, not a hundred."""
    seconds = time.process_time()
    with suppress(ArticleRejected):
        read(unit * (6_000 // unit.count("<")) + f"<p>{LONG}")
    assert time.process_time() - seconds < 5


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<title>" + "a | b - " * 200_000 + "</title>", ARTICLE),
        ('<meta name=author content="' + "By A and B, " * 100_000 + '">', ARTICLE),
        ('<script type="application/ld+json">' + '{"@type":"NewsArticle","author":' * 100_000 + "</script>", ARTICLE),
        ('<script type="application/ld+json">' + '{"@type":"NewsArticle","headline":"x"\n"a":"b",}' * 20_000, ARTICLE),
        (ld(headline="x", author=[{"name": f"Jane {n}"} for n in range(50_000)]), ARTICLE),
        ("", '<div class="' + "aB" * 500_000 + f'">{ARTICLE}</div>'),
        ("", "<figure><figcaption>" + "Photo: A/B. " * 100_000 + "</figcaption></figure>" + ARTICLE),
        ("", "<p>" + "SARNHOLT, " * 100_000),
        ("", "<p>" + "12 March 2020, " * 60_000),
    ],
    ids=["title", "byline", "deep-json", "broken-json", "authors", "class", "caption", "dateline", "dates"],
)
def test_oversized_parts_take_bounded_time(head: str, body: str) -> None:
    seconds = time.process_time()
    read(body, head)
    assert time.process_time() - seconds < 5


PIECES = st.sampled_from(
    [
        "<article>",
        "</article>",
        "<p>",
        f"<p>{LONG}",
        f"<p>{LONGER}</p>",
        "<h1>",
        "<h2>A heading</h2>",
        "<figure>",
        "</figure>",
        "<figcaption>",
        "(Photo: A/B)",
        "<img src=x>",
        "<div class=author>",
        "By Jane Roe",
        "</div>",
        "<table><tr><td>",
        "<br><br>",
        "<time datetime=",
        "2020-13-45",
        '">',
        "<title>",
        "A - B | C",
        "</title>",
        "<meta property=og:title content='x",
        "'>",
        "<meta name=author content='",
        "<script type=application/ld+json>",
        '{"@type":"NewsArticle","headline":',
        '"x"}',
        "[",
        "]",
        "</script>",
        "<link rel=canonical href='http://[",
        "<a href=",
        "<html lang=\x00>",
        "&#xd800;",
        "\ud7ff",
        "<aside>",
        "<small>",
        "<form><input type=password>",
        "<li>",
        "<svg><title>",
        "</html>",
        "<body class=related>",
        "—",
        "©",
    ]
)


@settings(max_examples=60)
@given(st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=200))
def test_any_page_is_an_article_or_rejected(markup: str) -> None:
    try:
        article = read_article(markup.encode("utf-8", "surrogatepass"))
    except ArticleRejected:
        return
    json.dumps(article.to_record()).encode()
    assert article.title or article.body


@given(st.binary(max_size=200))
def test_any_bytes_are_an_article_or_rejected(data: bytes) -> None:
    with suppress(ArticleRejected):
        read_article(data)
