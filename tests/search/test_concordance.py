"""Each match of a query in its context."""

from __future__ import annotations

import io
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model import ModelBackend
from rich.cells import cell_len
from rich.console import Console

from index.article import Article, Caption
from index.dates import parse_instant
from index.errors import RequestInvalid
from search import listing
from search.concordance import LONGEST_KEYWORD, WIDTHS, Concordance, ConcordanceRequest, Match, line_body, line_of
from search.list_terminal import print_concordance
from search.listing import listing_body
from search.page import SearchRequest
from search.searcher import Searcher

ARTICLES = (
    Article(
        id="1", title="Dockers strike again", published=parse_instant("2020-01-05"), language="en",
        body="A long strike began.\n\nThe short   strike of May was over.", source="Courier",
    ),
    Article(
        id="2", title="Rail", published=parse_instant("2022-03-01"), language="en", source="Gazette",
        body="The rail strike ended. Nobody struck oil.", captions=(Caption("A strike of luck"),),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def searcher() -> Searcher:
    return searcher_of(*ARTICLES)


def searcher_of(*articles: Article) -> Searcher:
    return Searcher(ModelBackend.of(*articles), UTC)


def ask(searcher: Searcher, q: str, sort: str = "date", width: int = 40, **search: object) -> Concordance:
    asked = SearchRequest(q=q, **search)  # type: ignore[arg-type]  # a test's shorthand
    return searcher.concordance(ConcordanceRequest(search=asked, sort=sort, width=width))


def lines(concordance: Concordance) -> list[str]:
    return [f"{line.left}[{line.keyword}]{line.right}" for line in concordance.entries]


def test_each_match_has_a_line_in_the_order_of_the_articles(searcher: Searcher) -> None:
    found = ask(searcher, "strike")
    assert lines(found) == [
        "The rail [strike] ended. Nobody struck oil.",
        "A [strike] of luck",
        "Dockers [strike] again",
        "A long [strike] began. The short strike of May was",
        "A long strike began. The short [strike] of May was over.",
    ]
    assert [line.match.field for line in found.entries] == ["body", "caption", "title", "body", "body"]
    assert (found.total, found.articles, found.articles_read, found.complete) == (5, 2, 2, True)


def test_lines_are_sorted_by_the_words_before_the_nearest_first(searcher: Searcher) -> None:
    assert [line.left for line in ask(searcher, "strike", "left", 10).entries] == [
        "A ", "Dockers ", "A long ", "The rail ", "The short ",
    ]  # fmt: skip


def test_lines_are_sorted_by_the_words_behind(searcher: Searcher) -> None:
    assert [line.right for line in ask(searcher, "strike", "right", 12).entries] == [
        " again", " began. The", " ended.", " of luck", " of May was",
    ]  # fmt: skip


def test_a_phrase_is_one_keyword(searcher: Searcher) -> None:
    assert lines(ask(searcher, '"rail strike"', width=10)) == ["The [rail strike] ended."]


def test_filters_pages_and_fields_apply(searcher: Searcher) -> None:
    found = ask(searcher, "strike", filters={"source": ("Courier",)}, page=2, page_size=2)
    assert (found.total, found.pages, found.start_index) == (3, 2, 3)
    assert lines(found) == ["A long strike began. The short [strike] of May was over."]
    assert lines(ask(searcher, "title:strike")) == ["Dockers [strike] again"]
    assert lines(ask(searcher, "strike", to_date="2021", query_fields=("title",))) == ["Dockers [strike] again"]


def test_stories_are_not_collapsed(searcher: Searcher) -> None:
    assert ask(searcher, "strike", collapse="cluster").total == 5


@pytest.mark.parametrize("q", ["", "lang:en", "-strike", "has:caption", "???"])
def test_a_query_without_a_word_to_show_reads_no_article_and_says_so(searcher: Searcher, q: str) -> None:
    found = ask(searcher, q)
    assert (found.total, found.articles_read) == (0, 0)
    assert found.warnings[-1].code == "no-word-to-show"


@pytest.mark.parametrize(("sort", "width"), [("best", 40), ("left", WIDTHS[0] - 1), ("left", WIDTHS[1] + 1)])
def test_what_is_not_possible_is_refused_by_name(searcher: Searcher, sort: str, width: int) -> None:
    with pytest.raises(RequestInvalid) as refused:
        ask(searcher, "strike", sort, width)
    assert refused.value.parameter == ("sort" if sort == "best" else "width")


def test_what_was_not_read_is_told(monkeypatch: pytest.MonkeyPatch, searcher: Searcher) -> None:
    monkeypatch.setattr(listing, "MOST_ENTRIES", 3)
    found = ask(searcher, "strike")
    assert (found.total, found.articles, found.articles_read, found.complete) == (3, 2, 2, False)
    monkeypatch.setattr(listing, "MOST_CHARACTERS", 10)
    found = ask(searcher, "strike")
    assert (found.total, found.articles_read, found.complete) == (2, 1, False)


def context(text: str, keyword: str, width: int) -> tuple[str, str]:
    start = text.index(keyword)
    line = line_of(Match(Article(), "body", 0, text, start, start + len(keyword)), width)
    return line.left, line.right


def test_contexts_are_cut_between_words() -> None:
    text = "Nobody knew when the next train from Brenwick would come to Sarnholt again"
    assert context(text, "train", 12) == ("the next ", " from")
    assert context(text, "train", 9) == ("the next ", " from")


def test_a_context_without_spaces_is_cut_where_it_is_full() -> None:
    text = "港口的工人星期三开始罢工火车停在布伦威克"
    assert context(text, "罢工", 4) == ("星期三开始"[1:], "火车停在")
    left, _ = context("e\u0301" * 40 + "rail", "rail", 11)
    assert left == "e\u0301" * 5


def test_a_keyword_with_much_between_its_words_is_cut() -> None:
    text = f"rail{' - ' * 1_000}strike"
    line = line_of(Match(Article(), "body", 0, text, 0, len(text)), 20)
    assert len(line.keyword) <= LONGEST_KEYWORD + 1
    assert line.keyword.endswith("…")


@given(text=st.text(st.sampled_from("ab é\n\t.—港e\u0301🚂\u202e"), max_size=400), data=st.data())
@settings(max_examples=200)
def test_a_line_is_running_text_on_one_line(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    width = data.draw(st.sampled_from([WIDTHS[0], 40]))
    line = line_of(Match(Article(), "body", 0, text, start, end), width)
    assert len(line.left) <= width
    assert len(line.right) <= width
    assert not set("\n\t") & set(line.left + line.keyword + line.right)
    assert "".join(text[:start].split()).endswith("".join(line.left.split()))
    assert "".join(text[start:end].split()) == "".join(line.keyword.split())
    assert "".join(text[end:].split()).startswith("".join(line.right.split()))


def test_json_says_where_the_match_stands_in_code_points() -> None:
    article = Article(id="a/b", title="🚂 strike", published=parse_instant("2020-01"), source="Courier")
    body = listing_body(ask(searcher_of(article), "strike"), "lines", line_body)
    assert list(body) == [
        "total", "complete", "articles", "articlesRead", "startIndex", "pageSize", "currentPage", "pages", "tookMs",
        "indexGeneration", "query", "lines",
    ]  # fmt: skip
    assert body["lines"] == [
        {
            "left": "🚂 ",
            "keyword": "strike",
            "right": "",
            "field": "title",
            "value": 0,
            "range": [2, 8],
            "article": {
                "id": "a/b",
                "title": "🚂 strike",
                "source": "Courier",
                "published": "2020-01",
                "publishedPrecision": "month",
                "url": None,
                "apiUrl": "/api/v1/articles/a/b",
            },
        }
    ]


def printed(concordance: Concordance, **console: object) -> list[str]:
    output = io.StringIO()
    print_concordance(Console(file=output, width=80, highlight=False, **console), concordance)  # type: ignore[arg-type]  # a test's shorthand
    return output.getvalue().splitlines()


def test_on_the_terminal_matches_stand_below_each_other(searcher: Searcher) -> None:
    assert printed(ask(searcher, "strike", "left", 10, page_size=3)) == [
        "5 matches in 2 articles",
        "      A strike of luck  2022-03-01  2",
        "Dockers strike again    2020-01-05  1",
        " A long strike began.   2020-01-05  1",
        "",
        "Page 1 of 2. Next: --page 2",
    ]


def test_wide_characters_and_right_to_left_text_keep_the_columns() -> None:
    bodies = ("港口工人 strike 火车", "a strike b", "قال strike العمال")
    found = ask(
        searcher_of(*(Article(id=str(number), body=body) for number, body in enumerate(bodies))), "strike", "left"
    )
    for terminal in (False, True):
        rows = [row for row in printed(found, force_terminal=terminal, color_system=None) if "strike" in row]
        plain = [row.replace("\u2068", "").replace("\u2069", "") for row in rows]
        assert len({cell_len(row[: row.index("strike")]) for row in plain}) == 1
        assert len({cell_len(row[: row.index("no date")]) for row in plain}) == 1
        assert sum("\u2068" in row for row in rows) == 1


def test_an_article_cannot_control_the_terminal() -> None:
    found = ask(searcher_of(Article(id="\x1b]0;x", body="\x1b[31m strike \u202e")), "strike")
    assert not set("\x1b\u202e") & set("".join(printed(found)))


def test_a_line_too_long_for_the_terminal_is_cut_on_it_only() -> None:
    found = ask(searcher_of(Article(id="x" * 200, body="a strike b")), "strike")
    assert max(map(len, printed(found, force_terminal=True, color_system=None))) <= 80
    assert any(row.endswith("x" * 200) for row in printed(found))
