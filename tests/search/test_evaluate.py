"""Judged queries, the measures of what is found for them, and whether a difference is more than luck."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from index.errors import JudgementsInvalid
from search.cli import commands
from search.evaluate import asked_words, evaluate, measured, randomisation_test, read_judgements, read_queries
from search.grammar import MOST_CLAUSES
from search.page import LONGEST_QUERY
from search.searcher import Searcher

pytestmark = pytest.mark.filterwarnings("default::DeprecationWarning:pytrec_eval")


@pytest.fixture
def trec_eval() -> None:
    pytest.importorskip("pytrec_eval", reason="the extra “evaluate” is not installed")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    queries, qrels = tmp_path / "queries.tsv", tmp_path / "qrels.trec"
    queries.write_text("1\tRail AND strike?\n2\tnobody judged this\n3\tno such words: zebra\n\n", "utf-8")
    qrels.write_text("1 0 a2 1\n1 0 a3 0\n3 0 a1 2\n", "utf-8")
    return queries, qrels


def test_measures_are_what_their_definitions_say(trec_eval: None) -> None:
    found = measured({"1": ["a", "b", "c"], "2": []}, {"1": {"a": 1, "c": 1, "z": 0}, "2": {"a": 1}})
    assert found["1"]["MAP"] == pytest.approx((1 + 2 / 3) / 2)
    assert found["1"]["P@10"] == pytest.approx(0.2)
    assert found["1"]["Recall@100"] == 1
    assert 0.9 < found["1"]["nDCG@10"] < 1
    assert set(found["2"].values()) == {0.0}


def test_hits_of_the_same_score_are_measured_in_their_order(trec_eval: None) -> None:
    for ids, expected in ((["a", "b"], 1.0), (["b", "a"], 0.5)):
        assert measured({"1": ids}, {"1": {"a": 1}})["1"]["MAP"] == expected


def test_queries_are_asked_as_plain_words(searcher: Searcher, files: tuple[Path, Path], trec_eval: None) -> None:
    found = evaluate(searcher, read_queries(files[0]), read_judgements(files[1]))
    assert list(found.measures) == ["1", "3"]
    assert found.measures["1"]["MAP"] == 1
    assert found.measures["3"]["MAP"] == 0
    assert found.means()["MAP"] == 0.5
    assert found.shortened == ()


def test_of_a_query_beyond_the_limits_the_first_words_are_asked(searcher: Searcher, trec_eval: None) -> None:
    found = evaluate(searcher, {"1": "strike " + "at sea " * 40, "2": "strike"}, {one: {"a1": 1} for one in "12"})
    assert found.shortened == ("1",)
    assert found.measures["1"]["Recall@100"] == 1
    for plain in (["a"] * 100, ["x" * 100] * 20, ["x" * (LONGEST_QUERY + 1)]):
        text = asked_words(plain)
        assert len(text) <= LONGEST_QUERY
        assert len(text.split()) <= MOST_CLAUSES
        assert set(text.split()) <= set(plain)


def test_files_that_do_not_belong_together_are_told(searcher: Searcher, trec_eval: None) -> None:
    with pytest.raises(JudgementsInvalid, match="belong together"):
        evaluate(searcher, {"1": "rail"}, {"2": {"a1": 1}, "1": {"a1": 0}})


@pytest.mark.parametrize("text", ["rail", "\trail", "1\trail\n1\tstrike"])
def test_a_line_that_is_no_query_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "queries.tsv"
    path.write_text(f"9\tfine\n{text}", "utf-8")
    with pytest.raises(JudgementsInvalid, match=r"queries\.tsv, line [23]: "):
        read_queries(path)


@pytest.mark.parametrize("text", ["1 0 a", "1 0 a b", "1 0 a 1 2", "x"])
def test_a_line_that_is_no_judgement_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "qrels.trec"
    path.write_text(f"9 0 a 1\n{text}", "utf-8")
    with pytest.raises(JudgementsInvalid, match=r"qrels\.trec, line 2: "):
        read_judgements(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for read in (read_queries, read_judgements):
        with pytest.raises(JudgementsInvalid, match="nowhere"):
            read(tmp_path / "nowhere")
    (tmp_path / "bytes").write_bytes(b"1\t\xff")
    with pytest.raises(JudgementsInvalid, match="bytes"):
        read_queries(tmp_path / "bytes")


def test_without_the_library_the_way_out_is_told(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pytrec_eval", None)
    with pytest.raises(JudgementsInvalid, match=r"pip install -e '\.\[evaluate\]'"):
        evaluate(searcher, {"1": "rail"}, {"1": {"a1": 1}})


def test_a_difference_is_tested_by_exchanging_the_two_figures_of_each_query() -> None:
    some, others = [0.5, 0.4, 0.9, 0.3], [0.4, 0.3, 0.7, 0.2]
    # All four differences point the same way: 2 of the 16 ways to exchange are as far apart.
    assert randomisation_test(some, others) == pytest.approx(2 / 16, abs=0.01)
    assert randomisation_test(some, others) == randomisation_test(others, some)
    assert randomisation_test(some, some) == 1
    assert randomisation_test([1.0] * 30, [0.0] * 30) < 0.001


@pytest.mark.usefixtures("trec_eval", "searcher")
def test_the_command_prints_the_means_or_everything_as_json(
    place: Path, files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (command,) = (one for one in commands if one.name == "evaluate")
    monkeypatch.chdir(tmp_path)
    arguments = ["--queries", str(files[0]), "--qrels", str(files[1])]
    environment = {"BACKFILE_INDEX": str(place)}
    output = CliRunner().invoke(command, arguments, env=environment, catch_exceptions=False).output
    assert "2 judged queries" in output
    assert "0.5000" in output
    body = json.loads(CliRunner().invoke(command, [*arguments, "--json"], env=environment).output)
    assert (body["queries"], body["shortened"], body["means"]["MAP"]) == (2, [], 0.5)
    assert body["measures"]["1"]["P@10"] == pytest.approx(0.1)
    files[0].write_text("1\t" + "strike " * 65, "utf-8")
    assert "Of 1 of the queries" in CliRunner().invoke(command, arguments, env=environment).output
