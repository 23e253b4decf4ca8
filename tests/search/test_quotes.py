"""Who said what."""

from __future__ import annotations

import io
from datetime import UTC

import pytest
from hypothesis import given, settings
from model import ModelBackend
from rich.console import Console
from strategies import CODE_FIELDS, QUERIES, articles
from whoosh.query import And, Every, FuzzyTerm, Prefix, Query, TermRange, Wildcard

from index.article import Article, Quote
from index.dates import parse_instant
from index.errors import RequestInvalid
from search.grammar import Match
from search.list_terminal import print_quotes
from search.listing import listing_body
from search.page import SearchRequest
from search.parser import parse
from search.quotes import LONGEST_SPEAKER, QuoteFinder, QuoteListing, QuotesRequest, articles_of_quotes, quote_body
from search.ranking import boosts_of
from search.searcher import Searcher

ALDOUS, SOLVANE = "Piet Aldous", "Ingrid Solvane"


def talk(number: int, *quotes: Quote, **fields: object) -> Article:
    body = " ".join(f"“{quote.text},” said {quote.speaker or 'one'}." for quote in quotes)
    return Article(id=str(number), title="The harbour talks", body=body, quotes=quotes, **fields)  # type: ignore[arg-type]  # a test's shorthand


ARTICLES = (
    talk(
        1, Quote("We support the strike", ALDOUS), Quote("Support ends at noon", SOLVANE), Quote("We wait", ALDOUS),
        published=parse_instant("2024-05"), language="en", section="Politics",
    ),
    talk(2, Quote("Nobody supports us"), Quote("We go home", ALDOUS), published=parse_instant("2020"), language="de"),
    talk(3, Quote("I support nobody", "Piet Solvane"), language="en"),
    Article(id="4", body="Nobody said anything about support."),
)  # fmt: skip


@pytest.fixture(scope="module")
def searcher() -> Searcher:
    return searcher_of(*ARTICLES)


def searcher_of(*articles: Article) -> Searcher:
    return Searcher(ModelBackend.of(*articles), UTC)


def ask(searcher: Searcher, q: str, speaker: str = "", **search: object) -> QuoteListing:
    asked = SearchRequest(q=q, **{"order_by": "newest", **search})  # type: ignore[arg-type]  # a test's shorthand
    return searcher.quotes(QuotesRequest(search=asked, speaker=speaker))


def said(listing: QuoteListing) -> list[str]:
    return [quote.text for quote in listing.entries]


def test_the_speaker_must_have_said_the_words_not_only_be_in_the_same_article(searcher: Searcher) -> None:
    found = ask(searcher, "support", "Piet Aldous")
    assert [(quote.article.id, quote.speaker, quote.html) for quote in found.entries] == [
        ("1", ALDOUS, "We <mark>support</mark> the strike")
    ]
    assert (found.total, found.complete) == (1, True)


@pytest.mark.parametrize(
    "q", ['said-by:"Piet Aldous" support', "said-by:aldous support", "support said-by:(piet aldous)"]
)
def test_the_query_may_name_the_speaker(searcher: Searcher, q: str) -> None:
    assert said(ask(searcher, q)) == ["We support the strike"]


def test_a_part_of_the_name_will_do_and_all_parts_are_of_one_person(searcher: Searcher) -> None:
    assert said(ask(searcher, "", "SOLVANE")) == ["Support ends at noon", "I support nobody"]
    assert said(ask(searcher, "", "piet solvane")) == ["I support nobody"]


def test_without_a_speaker_all_who_are_named_count_and_nobody_else(searcher: Searcher) -> None:
    assert said(ask(searcher, "support*")) == ["We support the strike", "Support ends at noon", "I support nobody"]
    assert said(ask(searcher, "unattributed")) == []
    assert ask(searcher, "", "unattributed").total == 0


def test_what_is_excluded_is_so_of_the_quote(searcher: Searcher) -> None:
    assert said(ask(searcher, "-support", ALDOUS)) == ["We wait", "We go home"]
    assert said(ask(searcher, "support -said-by:aldous")) == ["Support ends at noon", "I support nobody"]


def test_other_fields_dates_and_filters_are_the_articles(searcher: Searcher) -> None:
    assert said(ask(searcher, "published:2024", ALDOUS)) == ["We support the strike", "We wait"]
    assert said(ask(searcher, "strike OR lang:de OR published:<2000")) == ["We support the strike", "We go home"]
    assert said(ask(searcher, "title:harbour home")) == ["We go home"]
    assert said(ask(searcher, "we -has:section")) == ["We go home"]
    assert said(ask(searcher, "", "aldous", filters={"section": ("Politics",)})) == ["We support the strike", "We wait"]
    assert said(ask(searcher, "", "aldous", from_date="2021")) == ["We support the strike", "We wait"]


def test_a_phrase_is_found_in_a_quote_that_leaves_out_what_stands_between() -> None:
    article = Article(
        id="1", body="“We strike,” said Aldous, “until Friday.”", quotes=(Quote("We strike until", "Aldous"),)
    )
    assert said(ask(searcher_of(article), '"strike until"')) == ["We strike until"]


def test_pages_cut_the_list(searcher: Searcher) -> None:
    found = ask(searcher, "", page=2, page_size=2)
    assert (found.total, found.pages, found.start_index, len(found.entries)) == (5, 3, 3, 2)


@pytest.mark.parametrize("speaker", ["???", "x" * (LONGEST_SPEAKER + 1)])
def test_a_speaker_without_a_name_is_refused(searcher: Searcher, speaker: str) -> None:
    with pytest.raises(RequestInvalid) as refused:
        ask(searcher, "support", speaker)
    assert refused.value.parameter == "speaker"


def test_json_has_the_quote_and_its_article(searcher: Searcher) -> None:
    (body,) = listing_body(ask(searcher, "strike"), "quotes", quote_body)["quotes"]
    assert list(body) == ["text", "ranges", "html", "speaker", "value", "article"]
    assert (body["ranges"], body["value"], body["article"]["id"]) == ([[15, 21]], 0, "1")


def test_the_terminal_shows_who_said_it_and_where() -> None:
    hostile = Article(id="1", title="Talk\x1b[2J", body="wait", quotes=(Quote("We <wait>\x07 [b]", "P. \u202eAldous"),))
    output = io.StringIO()
    print_quotes(Console(file=output, width=80, highlight=False), ask(searcher_of(hostile), "wait"))
    assert output.getvalue().splitlines() == [
        "1 quote in 1 article",
        "",
        "P.  Aldous: We <wait>  [b]",
        "  no date · Talk [2J · 1",
    ]


def in_the_language(query: Query) -> bool:
    """Identifiers are asked for whole only, says the query language."""
    patterns = (Prefix, Wildcard, FuzzyTerm, TermRange)
    return not any(isinstance(leaf, patterns) and leaf.fieldname in CODE_FIELDS for leaf in query.leaves())


@given(article=articles(("a",)), query=QUERIES.filter(in_the_language))
@settings(max_examples=150)
def test_a_quote_that_is_the_whole_article_fits_when_the_article_matches(article: Article, query: Query) -> None:
    """What is said of the quote and of its article agrees with the engine, says the model."""
    single = Article(
        id="a", body=article.body, published=article.published, section=article.section, language=article.language,
        title=article.title, quotes=(Quote(article.body, "Putin"),),
    )  # fmt: skip
    with ModelBackend.of(single).reader() as reader:
        matches = reader.count(And([Every(), query])) == 1
        candidate = reader.count(articles_of_quotes(query)) == 1
    fits = bool(list(QuoteFinder(query, UTC).quotes_of(single)))
    assert fits is matches
    assert candidate or not fits


@pytest.mark.parametrize("q", ["a -b", "(a OR NOT b)", '"a b"', "a b c", "said-by:x OR (a -said-by:y)"])
@pytest.mark.parametrize("match", ["all", "most", "any"])
def test_no_article_is_left_out_that_has_a_quote_which_fits(q: str, match: str) -> None:
    query = parse(q, Match(match), boosts_of(["body"])).query
    for text in ("a", "b", "a b", "b a c", "c"):
        for speaker in ("x", "y"):
            article = Article(id="1", body=f"a b c {text}", quotes=(Quote(text, speaker), Quote("b", "y")))
            if list(QuoteFinder(query, UTC).quotes_of(article)):
                with ModelBackend.of(article).reader() as reader:
                    assert reader.count(articles_of_quotes(query)) == 1
