"""What is shown of an article that was found."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import QUERIES, articles

from index.article import Article, Caption
from index.schema import FIELDS
from search.marking import Marker
from search.page import SNIPPET_SIZES, Snippet
from search.parser import parse
from search.snippets import CUT, PREFERRED, SLACK, marked_html, merged, snippets_of

FILLER = "Nothing much happened there on that day. "
STORY = Article(
    id="1",
    title="Dockers strike in Sarnholt",
    abstract="Work stops at the harbour.",
    body=(
        "The dockers of Sarnholt stopped work on Wednesday. The harbour is quiet.\n\n"
        f"{FILLER * 5}\n\n"
        "“We strike until Friday,” said Piet Aldous of the union. The rail workers of Brenwick may follow.\n\n"
        f"{FILLER * 5}\n\n"
        "A rail strike would stop the mines as well."
    ),
    captions=(Caption("Gulls on the empty quay", "Kofi Brandal"), Caption("A crane")),
    headings=("What the harbour says",),
    people=("Piet Aldous", "Ingrid Solvane"),
)


def snippets(q: str, article: Article = STORY, number: int = 3, size: int = 160) -> tuple[Snippet, ...]:
    return snippets_of(article, Marker(parse(q).query), number, size)


def shown(q: str, article: Article = STORY, number: int = 3, size: int = 160) -> list[tuple[str, str]]:
    return [(snippet.field, snippet.html) for snippet in snippets(q, article, number, size)]


def test_a_fragment_is_a_sentence_with_its_matches_marked() -> None:
    assert shown("brenwick", size=60) == [("body", "The rail workers of <mark>Brenwick</mark> may follow.")]


def test_short_sentences_bring_their_neighbours_along() -> None:
    assert shown("quiet") == [
        ("body", "The dockers of Sarnholt stopped work on Wednesday. The harbour is <mark>quiet</mark>.")
    ]


def test_a_matching_title_comes_first_as_a_whole_and_beside_the_number() -> None:
    found = shown("strike", number=1, size=60)
    assert found[0] == ("title", "Dockers <mark>strike</mark> in Sarnholt")
    assert len(found) == 2


def test_the_fragment_that_matches_most_comes_first_and_the_next_adds_what_is_missing() -> None:
    found = snippets("rail strike wednesday", size=60)
    assert [snippet.text for snippet in found if snippet.field == "body"][:2] == [
        "A rail strike would stop the mines as well.",
        "The dockers of Sarnholt stopped work on Wednesday.",
    ]


def test_a_phrase_is_marked_only_as_a_phrase() -> None:
    assert shown('"rail strike"', size=60) == [("body", "A <mark>rail strike</mark> would stop the mines as well.")]


@pytest.mark.parametrize(
    ("q", "field", "html"),
    [
        ("gulls", "caption", "<mark>Gulls</mark> on the empty quay"),
        ("says", "heading", "What the harbour <mark>says</mark>"),
        ("stops", "abstract", "Work <mark>stops</mark> at the harbour."),
        ("solvane", "person", "Ingrid <mark>Solvane</mark>"),
        ("credit:brandal", "credit", "Kofi <mark>Brandal</mark>"),
    ],
)
def test_a_match_outside_the_body_names_its_field(q: str, field: str, html: str) -> None:
    assert (field, html) in shown(q)


@pytest.mark.parametrize("q", ["", "zebra", "title:strike", "-harbour", "has:caption", "???"])
def test_without_a_match_the_abstract_is_shown_without_marks(q: str) -> None:
    last = snippets(q)[-1]
    assert (last.field, last.text, last.ranges) == ("abstract", STORY.abstract, ())


def test_without_an_abstract_the_body_begins() -> None:
    article = Article(id="1", body=f" \n{FILLER * 9}")
    (snippet,) = snippets("zebra", article, size=100)
    assert (snippet.text, snippet.ranges) == ((FILLER * 2).strip(), ())


def test_an_article_of_a_title_alone_has_no_fragment() -> None:
    assert snippets("zebra", Article(id="1", title="Flood")) == ()


def test_no_fragments_are_given_when_none_are_wanted() -> None:
    assert shown("strike", number=0) == [("title", "Dockers <mark>strike</mark> in Sarnholt")]


def test_a_long_sentence_is_cut_between_words_around_the_densest_matches() -> None:
    article = Article(id="1", body=f"Rail {'and more words ' * 40} the rail strike of the docks {'so on ' * 60}")
    (snippet,) = snippets("rail strike", article)
    assert snippet.text.startswith(f"{CUT} ")
    assert snippet.text.endswith(f" {CUT}")
    assert "<mark>rail</mark> <mark>strike</mark> of the docks" in snippet.html
    assert len(snippet.text) <= 164
    assert set(snippet.text.strip(f"{CUT} ").split()) <= set(article.body.split())


def test_a_text_without_spaces_is_cut_too() -> None:
    (snippet,) = snippets("zebra", Article(id="1", body="x" * 5_000))
    assert snippet.text == f"{'x' * 160} {CUT}"


def test_a_phrase_that_reaches_over_a_full_stop_joins_two_sentences() -> None:
    article = Article(id="1", body="They went on strike. Trains stood still. Nobody came.")
    assert shown('"strike trains"', article, size=40) == [
        ("body", "They went on <mark>strike. Trains</mark> stood still.")
    ]


def test_what_the_publisher_wrote_is_escaped_before_it_is_marked() -> None:
    article = Article(id="1", body="<b>rail</b> & <mark>strike</mark> \"'<script>")
    assert shown("rail", article) == [
        (
            "body",
            "&lt;b&gt;<mark>rail</mark>&lt;/b&gt; &amp; &lt;mark&gt;strike&lt;/mark&gt; &quot;&#x27;&lt;script&gt;",
        )
    ]


def test_a_rare_word_is_shown_although_frequent_ones_fill_the_text() -> None:
    article = Article(id="1", body="Of the one and of the other. " * 60 + "Zebra crossings. " + "Of the rest. " * 60)
    assert any("<mark>Zebra</mark>" in html for _, html in shown("of the zebra", article, size=40))


def test_as_many_fragments_are_given_as_are_wanted() -> None:
    article = Article(id="1", body="\n\n".join(f"Strike number {number} began." for number in range(20)))
    assert len(snippets("strike", article, number=10, size=40)) == 10


def test_ranges_that_overlap_become_one() -> None:
    assert merged([(5, 9), (0, 3), (2, 4), (4, 5)]) == ((0, 4), (4, 5), (5, 9))
    assert marked_html("a<b", ((0, 1), (2, 3))) == "<mark>a</mark>&lt;<mark>b</mark>"


@given(
    article=articles(("a",)),
    query=QUERIES,
    number=st.integers(0, 5),
    size=st.sampled_from([SNIPPET_SIZES[0], 40, 160]),
)
@settings(max_examples=150, deadline=None)
def test_snippets_of_any_article_agree_with_themselves(article: Article, query: object, number: int, size: int) -> None:
    found = snippets_of(article, Marker(query), number, size)  # type: ignore[arg-type]  # the strategy has no type
    assert len([snippet for snippet in found if snippet.field != "title"]) <= max(number, 0)
    for snippet in found:
        assert_consistent(snippet, article)


WORDS = st.sampled_from(
    ["rail", "strike,", "rails.", "Mr.", "“Strike!”", "a", "x" * 30, "<b>", "&amp;", "\n\n", "İ", "é."]
)


@given(words=st.lists(WORDS, max_size=80), q=st.sampled_from(["rail strike", '"rail strike" a', "x* -strike", "İ é"]))
@settings(max_examples=150, deadline=None)
def test_snippets_of_long_texts_agree_with_themselves(words: list[str], q: str) -> None:
    article = Article(id="1", title="", body=" ".join(words))
    found = snippets(q, article, size=40)
    places = []
    for snippet in found:
        assert_consistent(snippet, article)
        assert len(snippet.text) <= 40 * SLACK + 30 + len(f"{CUT} ") * 2
        places.append(snippet.text)
    assert len(places) <= 3


def assert_consistent(snippet: Snippet, article: Article) -> None:
    """Plain text, ranges and HTML say the same, and the text stands in the field."""
    assert snippet.field in {"title", *PREFERRED}
    assert unescape(re.sub("</?mark>", "", snippet.html)) == snippet.text
    inside = [unescape(part) for part in re.findall("<mark>(.*?)</mark>", snippet.html, re.DOTALL)]
    assert [snippet.text[start:end] for start, end in snippet.ranges] == inside
    assert all(start < end for start, end in snippet.ranges)
    assert all(one[1] <= other[0] for one, other in zip(snippet.ranges, snippet.ranges[1:], strict=False))
    plain = snippet.text.removeprefix(f"{CUT} ").removesuffix(f" {CUT}")
    values = next(field for field in FIELDS if field.name == snippet.field).values(article)
    assert any(plain in value for value in values)


def test_ten_articles_take_a_few_milliseconds() -> None:
    """Measured 2.5 to 8 ms for ten of 10 KB on one busy core; the limit leaves room for slower machines."""
    article = Article(id="1", body=(FILLER * 60 + "A rail strike began. " + FILLER * 60) * 2)
    marker = Marker(parse('rail "strike began"').query)
    seconds = []
    for _ in range(3):
        started = time.process_time()
        for _ in range(10):
            snippets_of(article, marker, 3, 160)
        seconds.append(time.process_time() - started)
    assert min(seconds) < 0.05
