"""What the benchmark prints: an error when engines disagree, ratios to the best peer, and the figures to reach."""

from __future__ import annotations

import pytest
from bench.__main__ import main
from bench.agreement import disagreements
from bench.aims import aims
from bench.engine import TOP, Answer
from bench.measure import Asked, Built
from bench.questions import PAGES, Depth, Question, named
from bench.table import Measured, Results, table
from click.testing import CliRunner

QUESTION = Question("mid term", ("bako",))
KINDS = {
    "mid term": Depth.TEN,
    "common term": Depth.TEN,
    **{named(page, depth): depth for depth in (Depth.PAGE, Depth.ARTICLES) for page in PAGES},
}


def measured(speed: float, complete: bool = True) -> Measured:
    """An engine that takes `speed` times as long, memory and space as another."""
    times = dict.fromkeys(KINDS, (speed, 2 * speed))
    asked = Asked(opening=speed, first=speed, peak=int(speed * 1e6), times=times, answers=[])
    return Measured("1.0", complete, Built(1_000, speed, int(speed * 1e6), int(speed * 1e6)), asked)


def row(text: str, start: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {start}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def differences(a: Answer | None, b: Answer | None) -> list[str]:
    return list(disagreements([QUESTION], {"backfile": [a], "sqlite": [b]}))


def test_a_wrong_total_is_named_with_engine_query_and_figures() -> None:
    assert differences(Answer(12, 10), Answer(13, 10)) == ["sqlite, mid term “bako”: total 13, but backfile has 12"]


def test_wrong_hits_facets_and_months_are_named() -> None:
    right = Answer(2, 2, {"place": [("Bako", 2)]}, {24_000: 2})
    wrong = Answer(2, 1, {"place": [("Bako", 1)]}, {24_000: 1, 24_001: 1})
    assert [text.split(": ")[1].split()[0] for text in differences(right, wrong)] == ["hits", "facet", "months"]


def test_a_missing_histogram_is_a_difference() -> None:
    assert differences(Answer(2, 2, {"place": []}, {24_000: 2}), Answer(2, 2, {"place": []}, {}))


def test_values_that_tie_at_the_end_of_a_list_may_differ() -> None:
    """Which of them is listed is each engine's own choice; a value with a count of its own is not."""
    first = [(f"v{number}", 100 - number) for number in range(TOP - 1)]
    a, b = (Answer(500, 10, {"place": [*first, (last, 5)]}) for last in ("x", "y"))
    assert differences(a, b) == []
    assert differences(a, Answer(500, 10, {"place": [("other", 100), *first[1:], ("x", 5)]}))


def test_an_engine_that_only_ranks_cannot_disagree() -> None:
    assert differences(Answer(12, 10), Answer(None, 10)) == differences(Answer(12, 10), None) == []


def test_a_ratio_is_to_the_best_peer_that_does_all_the_work() -> None:
    results = {"backfile": measured(2), "tantivy": measured(1), "sqlite": measured(4), "bm25s": measured(0.1, False)}
    text = table(results, KINDS)
    assert row(text, "mid term") == ["mid term, ms p50/p95", "2/4", "1/2", "4/8", "0.1/0.2", "2.00"]
    assert row(text, "articles/s")[1:] == ["500", "1,000", "250", "10,000", "0.50"]


def test_a_class_without_an_answer_is_a_dash() -> None:
    assert row(table({"tantivy": measured(1)}, {"page: none": Depth.SNIPPETS}), "page: none")[1:] == ["–", "–"]


@pytest.mark.parametrize(
    ("start", "figure"),
    [
        ("search page: ours / tantivy", "2"),
        ("top ten: ours / tantivy (mid term, common term)", "2"),
        ("index bytes: ours / tantivy", "2"),
        ("top ten: stock Whoosh / ours", "25"),
        ("first query after opening", "25"),
        ("articles/s: ours / stock Whoosh", "25"),
        ("index bytes: ours, with exact forms / stock Whoosh", "0.04"),
        ("open, ms", "2"),
    ],
)
def test_the_figures_to_reach(start: str, figure: str) -> None:
    results = {"backfile": measured(2), "tantivy": measured(1), "whoosh": measured(50)}
    assert row(aims(results, KINDS), start)[1] == figure


def test_where_tantivy_is_fast_our_slowest_class_counts() -> None:
    results = {"backfile": measured(0.3), "tantivy": measured(0.1)}
    assert row(aims(results, KINDS), "top ten, our slowest")[1:] == ["0.3", "–", "≤ 0.2"]


@pytest.mark.parametrize("results", [{}, {"backfile": measured(1)}, {"sqlite": measured(1)}])
def test_absent_engines_leave_their_figures_out(results: Results) -> None:
    assert "tantivy" not in aims(results, KINDS)
    assert table(results, KINDS)


def test_the_command_measures_in_processes_of_their_own_and_prints() -> None:
    run = CliRunner().invoke(main, ["--articles", "40", "--queries", "2", "--engines", "backfile,sqlite"])
    assert run.exit_code == 0, run.output
    assert row(run.output, "page: mid,")[-1] != "–"
    assert row(run.output, "search page: ours / sqlite, the fastest peer")


def test_an_unknown_engine_is_named_with_those_that_there_are() -> None:
    run = CliRunner().invoke(main, ["--engines", "backfile,lucene"])
    assert run.exit_code == 2
    assert "lucene: known are backfile, tantivy, sqlite, xapian, whoosh, bm25s" in run.output


def test_a_folder_to_keep_is_never_one_that_exists(tmp_path_factory: pytest.TempPathFactory) -> None:
    run = CliRunner().invoke(main, ["--keep", str(tmp_path_factory.mktemp("kept"))])
    assert run.exit_code == 2
    assert "exists already" in run.output
