"""Words that stand for each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from whoosh.query import And, DisjunctionMax, Not, Or, Phrase, Query, Term

from index.article import Article
from index.backend import Backend
from index.errors import SettingsInvalid
from index.opening import open_backend
from index.query import AcrossFields
from index.settings import Settings
from search.grammar import Match
from search.page import Expanded, SearchRequest
from search.parser import ParsedQuery, parse
from search.searcher import Searcher
from search.synonyms import MOST_ALTERNATIVES, MOST_EXPANDED, Synonyms, read_synonyms

IN_TITLE = {"title": 1.0}
FILE = """\
# Of cars
car, automobile, motor car
NHS => National Health Service, NHS
colour => color
Bonn, Bundesstadt
AT&T, American Telephone and Telegraph
a\\,b, komma
"""


def synonyms(tmp_path: Path, text: str) -> Synonyms:
    path = tmp_path / "synonyms.txt"
    path.write_text(text, encoding="utf-8")
    return read_synonyms(path)


@pytest.fixture
def rules(tmp_path: Path) -> Synonyms:
    return synonyms(tmp_path, FILE)


def parsed(q: str, rules: Synonyms, match: Match = Match.ALL) -> ParsedQuery:
    return parse(q, match, IN_TITLE, synonyms=rules)


def word(*words: str, boost: float = 1.0) -> Query:
    return AcrossFields(words[0], IN_TITLE, boost, words[1:])


def adjacent(*words: str, boost: float = 1.0) -> Query:
    return Phrase("title", list(words), boost=boost)


def test_words_in_a_list_stand_for_each_other_and_score_as_one_word(rules: Synonyms) -> None:
    assert parsed("Bonn", rules).query == word("Bonn", "Bundesstadt")
    assert parsed("bundesstadt^2", rules).query == word("bundesstadt", "Bonn", boost=2.0)


def test_several_words_are_looked_for_side_by_side(rules: Synonyms) -> None:
    expected = DisjunctionMax([word("cars", "automobile"), adjacent("motor", "car")])
    assert repr(parsed("cars", rules).query) == repr(expected)


def test_an_entry_is_found_by_its_stems(rules: Synonyms) -> None:
    assert parsed("Automobiles", rules).expanded == (Expanded("Automobiles", ("car", "motor car")),)


def test_an_arrow_replaces_the_left_unless_it_is_on_the_right_too(rules: Synonyms) -> None:
    assert parsed("colour", rules).query == word("color")
    assert parsed("color", rules).query == word("color")
    expected = DisjunctionMax([word("nhs"), adjacent("National", "Health", "Service")])
    assert repr(parsed("nhs", rules).query) == repr(expected)


def test_words_side_by_side_are_one_entry(rules: Synonyms) -> None:
    both = parsed("new motor cars", rules)
    expected = And([word("new"), DisjunctionMax([word("car", "automobile"), And([word("motor"), word("cars")])])])
    assert repr(both.query) == repr(expected)
    assert both.expanded == (Expanded("motor cars", ("car", "automobile")),)
    assert both.text == "+new +motor +cars"
    assert [text for text, _ in both.clauses] == ["new", "+motor +cars"]


def test_of_words_of_which_one_will_do_all_are_alternatives(rules: Synonyms) -> None:
    expected = Or([word("new"), DisjunctionMax([word("car", "automobile"), Or([word("motor"), word("cars")])])])
    assert repr(parsed("new motor cars", rules, Match.ANY).query) == repr(expected)
    assert "DisjunctionMax" not in repr(parsed("motor ca x y z", rules, Match.MOST).query)


def test_what_the_analysis_splits_is_an_entry_too(rules: Synonyms) -> None:
    expected = DisjunctionMax([adjacent("AT", "T"), adjacent("American", "Telephone", "and", "Telegraph")])
    assert repr(parsed("AT&T", rules).query) == repr(expected)
    assert parsed("komma", rules).expanded == (Expanded("komma", ("a b",)),)


def test_a_field_is_that_of_the_synonyms_too(rules: Synonyms) -> None:
    assert parsed("body:Bonn", rules).query == AcrossFields("Bonn", {"body": 1.0}, others=["Bundesstadt"])
    assert parsed("place:(Bonn OR x)", rules).query == Or(
        [AcrossFields("Bonn", {"place": 1.0}, others=["Bundesstadt"]), Term("place", "x")]
    )


def test_what_is_excluded_is_excluded_with_its_synonyms(rules: Synonyms) -> None:
    assert parsed("-Bonn", rules).query == Not(word("Bonn", "Bundesstadt"))


@pytest.mark.parametrize("q", ['"Bonn"', "Bon*", "Bonn~", "id:Bonn", "carp"])
def test_what_is_quoted_or_stands_for_many_already_has_none(q: str, rules: Synonyms) -> None:
    assert repr(parsed(q, rules).query) == repr(parsed(q, Synonyms()).query)
    assert parsed(q, rules).expanded == ()


@pytest.mark.parametrize("q", ["motor -car", "motor^2 car", "title:motor car", "motor OR car", '"motor car"'])
def test_words_on_other_terms_are_not_one_entry(q: str, rules: Synonyms) -> None:
    assert "motor car" not in [expanded.text for expanded in parsed(q, rules).expanded]


def test_the_parsed_form_means_the_same(rules: Synonyms) -> None:
    for q in ("new motor cars -nhs", "AT&T OR (motor car colour)", "Bonn^2 title:motor title:car"):
        for match in Match:
            once = parsed(q, rules, match)
            assert repr(parsed(once.text, rules, match).query) == repr(once.query)


def test_a_query_is_expanded_so_far_and_no_further(tmp_path: Path) -> None:
    many = synonyms(tmp_path, "\n".join(f"w{n} => {', '.join(f'x{n}y{i}' for i in range(20))}" for n in range(64)))
    query = parsed(" ".join(f"w{n}" for n in range(64)), many)
    assert len(query.expanded) == MOST_EXPANDED // 20


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a, b\na => b => c\n", 2, "more than one =>"),
        ("\n\n=> b", 3, "holds no word"),
        ("a =>", 1, "holds no word"),
        ("a,, b", 1, "holds no word"),
        ("x, a b c d e f g h i", 1, "more than 8 words"),
        ("a, " + ", ".join(f"x{n}" for n in range(MOST_ALTERNATIVES + 1)), 1, "more than 32 synonyms"),
    ],
)
def test_what_is_no_synonym_is_named_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        synonyms(tmp_path, text)
    assert f"synonyms.txt, line {line}: " in str(refused.value)
    assert message in str(refused.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"caf\xe9, bar")
    for name in ("none", "latin"):
        with pytest.raises(SettingsInvalid, match=name):
            read_synonyms(tmp_path / name)


def test_lines_for_the_same_word_add_up_and_a_single_entry_is_nothing(tmp_path: Path) -> None:
    rules = synonyms(tmp_path, "\ufeffcar, auto\r\ncars, motor\nalone\n")
    assert parsed("car alone", rules).expanded == (Expanded("car", ("auto", "motor")),)


@pytest.fixture
def hospitals(tmp_path: Path) -> Backend:
    backend = open_backend(Settings(index=str(tmp_path / "index")))
    with backend.writer() as writer:
        writer.put(Article(id="short", body="The NHS waits."))
        writer.put(Article(id="long", body="The National Health Service waits."))
        writer.put(Article(id="none", body="Health is national, service is none."))
    return backend


def test_synonyms_find_and_mark_and_say_so(tmp_path: Path, hospitals: Backend) -> None:
    (tmp_path / "synonyms.txt").write_text("NHS, National Health Service", encoding="utf-8")
    searcher = Searcher.of(Settings(synonyms=str(tmp_path / "synonyms.txt")), hospitals)
    page = searcher.search(SearchRequest(q="nhs"))
    marked = {result.article.id: result.snippets[0].html for result in page.results}
    assert marked == {"short": "The <mark>NHS</mark> waits.", "long": "The <mark>National Health Service</mark> waits."}
    assert page.expanded == (Expanded("nhs", ("National Health Service",)),)
    assert searcher.search(SearchRequest(q="national health service")).total == 3
    assert searcher.search(SearchRequest(q='"nhs"')).total == 1
