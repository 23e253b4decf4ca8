"""What a searcher sees of small articles, written out: one example for each kind of match and of text."""

from __future__ import annotations

import pytest
from whoosh.query import Or, Phrase, Query

from index.article import Article, Caption, Quote
from index.query import AcrossFields
from search.marking import Marker
from search.parser import parse
from search.snippets import snippets_of

EVERYWHERE = {"title": 4.0, "body": 1.0, "caption": 1.0}


def shown(query: str | Query, article: Article, size: int = 160) -> list[str]:
    """Each snippet as `field: html`."""
    tree = parse(query).query if isinstance(query, str) else query
    return [f"{snippet.field}: {snippet.html}" for snippet in snippets_of(article, Marker(tree), 3, size)]


def in_body(query: str | Query, body: str, size: int = 160) -> list[str]:
    """The fragments of a body."""
    return [html.removeprefix("body: ") for html in shown(query, Article(id="1", body=body), size)]


def test_a_phrase() -> None:
    body = "The strike on the rail went on. Then came the Rail Strike of May. Nobody spoke of rail."
    assert in_body('"rail strike"', body, 40) == ["Then came the <mark>Rail Strike</mark> of May."]


def test_words_near_each_other() -> None:
    body = "The port’s long strike ended. A port had no strike for a very long time, says the port."
    assert in_body('"port strike"~2', body, 40) == ["The <mark>port’s</mark> long <mark>strike</mark> ended."]


def test_forms_of_a_word() -> None:
    assert in_body("strike", "Strikers struck. They were striking, and STRIKES go on.") == [
        "Strikers struck. They were <mark>striking</mark>, and <mark>STRIKES</mark> go on."
    ]


def test_words_that_mean_the_same() -> None:
    query = Or([AcrossFields("nhs", EVERYWHERE), Phrase("body.exact", ["national", "health", "service"])])
    assert in_body(query, "The NHS is short of nurses. The National Health Service pays.") == [
        "The <mark>NHS</mark> is short of nurses. The <mark>National Health Service</mark> pays."
    ]


def test_beginnings_and_patterns() -> None:
    assert in_body("harb* w?re", "Harbours were quiet; the harbinger wore wire.") == [
        "<mark>Harbours</mark> <mark>were</mark> quiet; the <mark>harbinger</mark> <mark>wore</mark> <mark>wire</mark>."
    ]


def test_captions_and_credits_are_named() -> None:
    article = Article(
        id="1",
        body="Nothing to see.",
        captions=(Caption("Gulls on the quay", "Kofi Brandal"),),
        credits=("Coast Wire",),
    )
    assert shown("gulls", article) == ["caption: <mark>Gulls</mark> on the quay"]
    assert shown("brandal", article) == ["credit: Kofi <mark>Brandal</mark>"]
    assert shown('credit:"coast wire"', article) == ["credit: <mark>Coast Wire</mark>"]


def test_names_with_and_without_accents() -> None:
    article = Article(id="1", body="Erdoğan’s speech.", people=("Recep Tayyip Erdoğan",))
    assert shown("erdogan", article) == [
        "body: <mark>Erdoğan’s</mark> speech.",
        "person: Recep Tayyip <mark>Erdoğan</mark>",
    ]


def test_who_said_it() -> None:
    article = Article(
        id="1",
        body="“We wait,” said Ada Quay. “The ferry sails at noon,” she said later. The ferry is late.",
        quotes=(
            Quote("We wait", "Ada Quay"),
            Quote("The ferry sails at noon", "Ada Quay"),
            Quote("No ferry", "Ida Hale"),
        ),
    )
    assert shown("said-by:quay ferry", article, 30) == [
        "said-by: Ada <mark>Quay</mark>: The <mark>ferry</mark> sails at noon",
        "body: The <mark>ferry</mark> is late.",
    ]
    assert shown("said-by:hale noon", article, 30)[0] == "said-by: Ida <mark>Hale</mark>: No ferry"
    assert shown("said-by:quay", article, 30) == ["said-by: Ada <mark>Quay</mark>: We wait"]


def test_a_long_quote_is_cut_around_the_match() -> None:
    quote = Quote(f"We wait {'and wait ' * 30}for the ferry {'and wait ' * 30}", "Ada Quay")
    (snippet, *_) = shown("said-by:quay ferry", Article(id="1", quotes=(quote,)), 40)
    assert snippet.startswith("said-by: Ada <mark>Quay</mark>: … ")
    assert "for the <mark>ferry</mark> and" in snippet


def test_a_match_in_the_title_alone_brings_the_abstract() -> None:
    article = Article(id="1", title="Pier burns", abstract="The fire came at night.", body="Nothing is left.")
    assert shown("pier", article) == ["title: <mark>Pier</mark> burns", "abstract: The fire came at night."]


def test_no_match_brings_the_abstract_and_without_one_the_beginning() -> None:
    assert shown("zebra", Article(id="1", abstract="Work stops.", body="The dockers went home.")) == [
        "abstract: Work stops."
    ]
    assert in_body("zebra", "The dockers went home.") == ["The dockers went home."]


def test_markup_in_the_text_stays_text() -> None:
    assert in_body("rail", '<mark onclick="x">rail</mark> & <b>rail') == [
        "&lt;mark onclick=&quot;x&quot;&gt;<mark>rail</mark>&lt;/mark&gt; &amp; &lt;b&gt;<mark>rail</mark>"
    ]


@pytest.mark.parametrize(
    ("query", "body", "html"),
    [
        ("elan", "With e\u0301lan and ÉLAN.", "With <mark>e\u0301lan</mark> and <mark>ÉLAN</mark>."),
        ("हिन्दी", "यह हिन्दी है।", "यह <mark>हिन्दी</mark> है।"),
        ("القطار", "عاد القطار إلى الشمال.", "عاد <mark>القطار</mark> إلى الشمال."),
        ("רכבת", "שביתת רכבת בצפון.", "שביתת <mark>רכבת</mark> בצפון."),
        ("strike", "🚂🚂 strike 👩‍👩‍👧 over", "🚂🚂 <mark>strike</mark> 👩‍👩‍👧 over"),
        ("strasse", "Die Straße ist leer. Strasse!", "Die Straße ist leer. <mark>Strasse</mark>!"),
        ("o'brien", "Mr O’Brien spoke.", "Mr <mark>O’Brien</mark> spoke."),
    ],
)
def test_letters_beyond_the_plain_ones_are_marked_whole(query: str, body: str, html: str) -> None:
    assert in_body(query, body) == [html]


def test_chinese_is_cut_at_its_full_stops_and_what_is_marked_holds_the_query() -> None:
    body = "港口很安静。" * 20 + "北京大学的工人罢工。" + "没有人来。" * 20
    (snippet, *_) = snippets_of(Article(id="1", body=body), Marker(parse("北京大学的工人罢工").query), 3, 20)
    marked = "".join(snippet.text[start:end] for start, end in snippet.ranges)
    assert "北京大学的工人罢工" in marked
    assert len(snippet.text) < 40


def test_a_word_without_end_is_cut() -> None:
    (html,) = in_body("rail", f"{'x' * 5_000} rail {'y' * 5_000}", 40)
    assert "<mark>rail</mark>" in html
    assert len(html) < 120


def test_a_phrase_over_a_full_stop_keeps_both_sentences() -> None:
    assert in_body('"strike trains"', "They went on strike. Trains stood still. Nobody came.", 40) == [
        "They went on <mark>strike. Trains</mark> stood still."
    ]


def test_a_table_without_full_stops_is_cut_around_the_match() -> None:
    body = (
        "\n".join(f"Line {number} 12.50 13.75 up" for number in range(200))
        + "\nBrenwick 4.20 4.10 down\n"
        + "x 1\n" * 200
    )
    (html,) = in_body("brenwick", body, 60)
    assert "<mark>Brenwick</mark> 4.20" in html
    assert len(html) < 100


@pytest.mark.parametrize(
    ("query", "body", "html"),
    [
        (
            "senate",
            "It rained. Mr. J. Roe of the U.S. Senate spoke. He left.",
            "Mr. J. Roe of the U.S. <mark>Senate</mark> spoke.",
        ),
        ("zug", "Es regnete. Dr. Roe nahm z. B. den Zug. Er ging.", "Dr. Roe nahm z. B. den <mark>Zug</mark>."),
        (
            "train",
            "Il pleut. Mme. Roe a pris le train, cf. Art. 5. Elle part.",
            "Mme. Roe a pris le <mark>train</mark>, cf. Art. 5.",
        ),
        ("wait", "It was late. “We wait.” He left.", "“We <mark>wait</mark>.”"),
    ],
)
def test_abbreviations_and_quotes_do_not_end_a_sentence_early(query: str, body: str, html: str) -> None:
    assert in_body(query, body, len(html) - len("<mark></mark>")) == [html]
