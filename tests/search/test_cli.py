"""The commands that ask the index."""

from __future__ import annotations

import io
import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from index.article import Article
from index.backend import Backend
from index.errors import IndexMissing, RequestInvalid
from index.results import Commit, Group
from index.schema import FIELDS
from search.body import search_body
from search.cli import commands
from search.concordance import ConcordanceRequest, line_body
from search.listing import listing_body
from search.page import Result as Found
from search.page import ResultPage, SearchRequest, Snippet
from search.searcher import Searcher
from search.terminal import ResultPrinter, _others, printable

BACKFILE = click.Group(commands={command.name or "": command for command in commands})


def run(place: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(BACKFILE, arguments, env={"BACKFILE_INDEX": str(place)})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: Backend) -> None:
    """No settings file is near, and the archive is filled."""
    monkeypatch.chdir(tmp_path)


def test_hits_are_listed_with_their_facts_and_snippets(place: Path) -> None:
    lines = run(place, "search", "rail strike -luck").output.splitlines()
    assert lines[0].startswith("1 article for +rail +strike -luck · relevance · ")
    assert lines[2:6] == [
        "  1  Rail strike looms",
        "     2019-06 · Gazette · Politics",
        "     The union wants a strike on the rail. Harbour and mine would stop.",
        "     a2",
    ]


def test_a_query_may_begin_with_a_minus_behind_two_dashes(place: Path) -> None:
    assert run(place, "search", "--", "-strike").output.startswith("1 article for -strike · newest")


def test_a_match_outside_the_body_names_its_field(place: Path) -> None:
    assert "     Caption: A strike of luck" in run(place, "search", "luck").output.splitlines()


def test_filters_facets_and_the_histogram_are_options(place: Path) -> None:
    output = run(
        place, "search", "strike", "--section", "Politics", "--section", "Sport", "--source=-Gazette",
        "--facet", "section,source", "--interval", "year", "--to-date", "2020",
    ).output  # fmt: skip
    assert output.startswith("1 article for strike")
    assert "Section: Politics 1  Sport 0" in output
    assert "2019  ██████████████████████████████  1" in output


def test_what_a_facet_does_not_list_and_what_has_no_date_are_told(place: Path) -> None:
    lines = run(place, "search", "--facet", "section", "--facet-size", "1", "--interval", "year").output.splitlines()
    assert "Section: Politics 2  others 2  without 1" in lines
    assert ["undated", "1"] in [line.split() for line in lines]


def test_the_next_page_is_named(place: Path) -> None:
    assert "Page 2 of 3. Next: --page 3" in run(place, "search", "--page", "2", "--page-size", "2").output


def test_a_cursor_leads_on_and_a_collapsed_answer_says_so(place: Path) -> None:
    cursor = json.loads(run(place, "search", "--page-size", "2", "--json").output)["nextCursor"]
    output = run(place, "search", "--page-size", "2", "--cursor", cursor, "--collapse", "none").output
    assert "Page 2 of 3. Next: --cursor " in output
    assert "a2" in output
    assert run(place, "search", "strike", "--collapse", "cluster").output.startswith(
        "4 articles in 4 stories for strike"
    )


def test_a_hit_names_some_of_what_it_stands_for() -> None:
    assert _others(Group("a", 3, ("b", "c\x1b"))) == "and 2 more of the same story: b, c "
    assert _others(Group("a", 9, tuple("bcdefghi"))) == "and 8 more of the same story: b, c, d, …"


def test_values_of_a_facet_are_looked_for(place: Path) -> None:
    output = run(place, "search", "--facet", "section", "--facet-contains", "SPO", "--facet-prefix", "s").output
    assert "Section: Sport 1  without 1" in output


def test_dates_in_the_text_are_offered(place: Path) -> None:
    lines = run(place, "search", "--match", "any", "strike since 2019").output.splitlines()
    assert lines[1] == "Without “since 2019”, --from-date 2019-01-01 finds 3."


def test_synonyms_and_pins_are_those_of_the_settings_and_told(place: Path, tmp_path: Path) -> None:
    (tmp_path / "synonyms.txt").write_text("walkout, strike", encoding="utf-8")
    (tmp_path / "pins.yaml").write_text("walkout: a5", encoding="utf-8")
    (tmp_path / "backfile.toml").write_text('synonyms = "synonyms.txt"\npins = "pins.yaml"', encoding="utf-8")
    lines = run(place, "search", "walkout").output.splitlines()
    assert lines[0].startswith("5 articles for walkout")
    assert lines[1] == "Synonyms of “walkout”: strike."
    assert lines[3].startswith("  1  Pier burns")
    assert "     a5 · pinned" in lines
    body = json.loads(run(place, "search", "walkout", "--json").output)
    assert [result["pinned"] for result in body["results"]] == [True, False, False, False, False]
    assert body["query"]["expanded"] == [{"text": "walkout", "with": ["strike"]}]


def test_warnings_and_wider_matches_are_told(place: Path) -> None:
    lines = run(place, "search", "zebra", "rail", '"').output.splitlines()
    assert lines[1:] == ["! A quote without a partner was left out.", "--match any finds 2."]


def test_json_is_the_endpoints_body(place: Path, searcher: Searcher) -> None:
    body = json.loads(run(place, "search", "strike", "--page-size", "2", "--show-fields", "body", "--json").output)
    expected = search_body(searcher.search(SearchRequest(q="strike", page_size=2)), ("body",))
    assert {**body, "tookMs": 0} == {**expected, "tookMs": 0}


def test_every_request_parameter_has_an_option() -> None:
    options = {
        option for command in commands if command.name == "search" for one in command.params for option in one.opts
    }
    left_out = {"q", "filters", "facets", "highlight"}
    wanted = {f"--{name.replace('_', '-')}" for name in SearchRequest.__dataclass_fields__ if name not in left_out}
    assert wanted | {f"--{field.name}" for field in FIELDS if field.facet} <= options


def test_a_concordance_has_a_line_for_each_match(place: Path, searcher: Searcher) -> None:
    lines = run(place, "concordance", "harbour", "--sort", "right", "--section", "Politics", "--width", "12").output
    assert lines.splitlines() == [
        "2 matches in 2 articles",
        "the rail. Harbour and mine   2019-06  a2",
        "      The harbour is quiet.  2019-05-06  a1",
    ]
    body = json.loads(run(place, "concordance", "harbour", "--json").output)
    found = searcher.concordance(ConcordanceRequest(search=SearchRequest(q="harbour"), width=28))
    assert {**body, "tookMs": 0} == {**listing_body(found, "lines", line_body), "tookMs": 0}


def test_quotes_are_listed_with_their_speakers(place: Path) -> None:
    assert run(place, "quotes", "--speaker", "aldous").output == "0 quotes in 0 articles\n"
    assert json.loads(run(place, "quotes", "rail", "--order-by", "newest", "--json").output)["quotes"] == []


@pytest.mark.parametrize("arguments", [["--order-by", "best"], ["--page", "x"], ["--nope"]])
def test_a_wrong_option_is_a_usage_error(place: Path, arguments: list[str]) -> None:
    assert run(place, "search", "x", *arguments).exit_code == 2


def test_a_score_is_explained_line_by_line(place: Path) -> None:
    output = run(place, "search", "rail strike", "--explain", "--freshness", "strong").output
    for words in ("relevance, times freshness, the product of:", "“rail”", "in the field “title”", "days before", "k1"):
        assert words in output, output
    assert "freshness" not in run(place, "search", "rail strike").output


def test_what_goes_wrong_rises_to_whoever_runs_the_command(place: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestInvalid):
        run(place, "search", "--page", "0")
    for command in ("search", "stats"):
        with pytest.raises(IndexMissing):
            run(tmp_path / "none", command)


def test_bytes_that_are_no_text_do_not_stop_the_search(place: Path) -> None:
    assert run(place, "search", "\udcff strike").output.startswith("4 articles for strike")
    json.loads(run(place, "search", "\udcff strike", "--json").output)


def test_stats_tell_what_each_field_covers(place: Path) -> None:
    lines = run(place, "stats").output.splitlines()
    assert lines[0].startswith(f"5 articles in {place}, ".replace("\n", ""))
    rows = [line.split() for line in lines]
    assert ["Section", "has:section", "4", "80%"] in rows
    assert ["Caption", "has:caption", "1", "20%"] in rows
    assert len([row for row in rows if any(cell.startswith("has:") for cell in row)]) == len(FIELDS)


def test_articles_cannot_control_the_terminal() -> None:
    hostile = "a\x1b[31mb\x9b1mc\u202ed\ne\ud800"
    assert printable(hostile) == "a [31mb 1mc d e "
    article = Article(id="\x1b]0;x\x07", title=hostile, source=hostile, byline=(hostile,))
    page = ResultPage(
        request=SearchRequest(),
        commit=Commit("000001", 1),
        total=1,
        order_by="newest",
        took_ms=1,
        parsed=hostile,
        clauses=(),
        warnings=(),
        results=(Found(article, 0.0, (Snippet("body", hostile, ((0, 1),), ""),)),),
        facets=(),
        histogram=None,
    )
    for terminal in (False, True):
        output = io.StringIO()
        ResultPrinter(Console(file=output, force_terminal=terminal, color_system=None, width=80)).page(page)
        assert not set("\x1b\x07\x9b\u202e\ud800") & set(output.getvalue())


def test_on_a_terminal_matches_are_coloured_and_lines_fit(searcher: Searcher) -> None:
    output = io.StringIO()
    console = Console(file=output, force_terminal=True, color_system="standard", width=80, highlight=False)
    ResultPrinter(console).page(searcher.search(SearchRequest(q="strike", facets=("section",))))
    assert "\x1b[1;33mstrike\x1b[0m" in output.getvalue()
    plain = io.StringIO()
    console = Console(file=plain, force_terminal=True, color_system=None, width=40, highlight=False)
    ResultPrinter(console).page(searcher.search(SearchRequest(q="strike", facets=("section", "source"))))
    assert max(map(len, plain.getvalue().splitlines())) <= 40
