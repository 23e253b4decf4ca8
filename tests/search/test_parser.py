"""From the text of a query to a query tree."""

from __future__ import annotations

from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from whoosh.query import (
    And,
    AndMaybe,
    Every,
    FuzzyTerm,
    Not,
    NullQuery,
    NumericRange,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
    Wildcard,
)

from index.dates import parse_instant, span_of_days
from index.errors import RequestInvalid
from index.query import AcrossFields
from search.dates import Calendar
from search.grammar import DEEPEST_NESTING, MOST_CLAUSES, MOST_PATTERNS, Match
from search.page import LONGEST_QUERY
from search.parser import ParsedQuery, parse
from search.ranking import BOOSTS, boosts_of

IN_TITLE = {"title": 1.0}


def word(text: str, boost: float = 1.0) -> AcrossFields:
    return AcrossFields(text, BOOSTS, boost)


def tree(q: str, match: Match = Match.ALL) -> Query:
    return parse(q, match).query


def in_title(q: str, match: Match = Match.ALL) -> Query:
    """The tree when free text is looked for in the title only, which keeps the trees short."""
    return parse(q, match, IN_TITLE).query


def exact(*words: str, field: str = "title", slop: int = 1, boost: float = 1.0) -> Query:
    return Phrase(f"{field}.exact", list(words), slop=slop, boost=boost)


def adjacent(*words: str, field: str = "title", boost: float = 1.0) -> Query:
    return Phrase(field, list(words), boost=boost)


def codes(parsed: ParsedQuery) -> list[str]:
    return [warning.code for warning in parsed.warnings]


# What is understood


def test_a_free_word_is_looked_for_across_the_fields_as_it_was_typed() -> None:
    assert tree("Strikes") == AcrossFields("Strikes", BOOSTS)


def test_words_side_by_side_must_all_match() -> None:
    assert tree("rail strike") == And([word("rail"), word("strike")])


def test_operators_are_upper_case_only() -> None:
    assert tree("rail OR strike") == Or([word("rail"), word("strike")])
    assert tree("rail or strike") == And([word("rail"), word("or"), word("strike")])
    assert tree("rail AND NOT strike") == And([word("rail"), Not(word("strike"))])


def test_or_joins_its_neighbours_before_spaces_do_and_and_joins_before_or() -> None:
    assert tree("rail strike OR walkout") == And([word("rail"), Or([word("strike"), word("walkout")])])
    assert tree("a AND b OR c") == Or([And([word("a"), word("b")]), word("c")])


def test_signs_say_what_must_and_must_not_be() -> None:
    assert tree("+rail -strike") == And([word("rail"), Not(word("strike"))])
    assert tree("rail -(strike walkout)") == And([word("rail"), Not(And([word("strike"), word("walkout")]))])


def test_only_negatives_mean_all_but_those() -> None:
    assert tree("-rail") == tree("NOT rail") == Not(word("rail"))
    assert tree("-rail -strike") == Not(Or([word("rail"), word("strike")]))


def test_two_negations_cancel_out() -> None:
    assert tree("-(-rail)") == tree("NOT NOT rail") == word("rail")


@pytest.mark.parametrize(
    ("q", "same_as"),
    [
        ("a - b", "a b"),
        ("a – b", "a b"),
        ("a -- b", "a b"),
        ("a --b", "a b"),
        ("a +- b", "a b"),
        ("a+b", "a-b"),
        ("C++", "C"),
    ],
)
def test_a_sign_that_is_not_right_before_a_word_is_punctuation(q: str, same_as: str) -> None:
    assert tree(q) == tree(same_as)


def test_a_quoted_phrase_is_exact_in_each_field() -> None:
    assert tree('"rail strike"') == Or(
        [exact("rail", "strike", field=field, boost=boost) for field, boost in BOOSTS.items()]
    )
    assert in_title('"rail strike"~5') == exact("rail", "strike", slop=5)


def test_a_quoted_word_is_exact() -> None:
    assert in_title('"Strikes"') == Term("title.exact", "Strikes")


@pytest.mark.parametrize("q", ["“rail strike”", "„rail strike“", "«rail strike»", '"rail, strike!"'])
def test_typographic_quotes_quote_too(q: str) -> None:
    assert in_title(q) == exact("rail", "strike")


@pytest.mark.parametrize(
    ("q", "words"),
    [("rail-strike", ["rail", "strike"]), ("U.S.", ["U", "S"]), ("AT&T", ["AT", "T"]), ("3.5", ["3", "5"])],
)
def test_what_the_analysis_splits_must_stand_together(q: str, words: list[str]) -> None:
    """In any of their forms, as words do that are not quoted."""
    assert in_title(q) == adjacent(*words)
    assert tree(f"body:{q}") == adjacent(*words, field="body")


def test_an_apostrophe_does_not_split_a_word() -> None:
    assert in_title("Putin’s") == AcrossFields("Putin’s", IN_TITLE)


def test_patterns() -> None:
    assert in_title("pre*") == Prefix("title", "pre")
    assert in_title("wi?d") == Wildcard("title", "wi?d")
    assert in_title("w**d") == Wildcard("title", "w*d")
    assert tree("person:put*") == Prefix("person", "put")
    assert tree("pre*") == Or([Prefix(field, "pre", boost) for field, boost in BOOSTS.items()])


def test_words_that_are_spelled_like_another() -> None:
    assert in_title("rial~") == in_title("rial~1") == FuzzyTerm("title", "rial", maxdist=1, prefixlength=1)
    assert in_title("goverment~2^3") == FuzzyTerm("title", "goverment", 3.0, maxdist=2, prefixlength=1)
    assert in_title("rail~0") == in_title("rail")
    assert tree("person:putn~") == FuzzyTerm("person", "putn", prefixlength=1)
    assert tree("rial~") == Or([FuzzyTerm(field, "rial", boost, prefixlength=1) for field, boost in BOOSTS.items()])


def test_only_the_first_patterns_of_a_query_are_patterns() -> None:
    parsed = parse("aa* " * MOST_PATTERNS + "bb*", boosts=IN_TITLE)
    assert parsed.query == And([*[Prefix("title", "aa")] * MOST_PATTERNS, AcrossFields("bb", IN_TITLE)])
    assert codes(parsed) == ["too-many-wildcards"]
    parsed = parse("aa~ " * MOST_PATTERNS + "bb~", boosts=IN_TITLE)
    assert repr(parsed.query) == repr(in_title("aa~ " * MOST_PATTERNS + "bb"))
    assert codes(parsed) == ["too-many-wildcards"]


def test_a_question_mark_behind_a_word_is_punctuation() -> None:
    assert in_title("Why is it?") == in_title("Why is it")
    assert parse("Why is it?").warnings == ()


def test_fields_and_their_aliases() -> None:
    assert tree("title:rail") == tree("headline:rail") == tree("Titles:rail") == Term("title", "rail")
    assert tree('by:"Jane Roe"') == exact("Jane", "Roe", field="byline")
    assert tree("org:nato") == Term("organisation", "nato")


def test_a_field_reaches_over_a_group_but_not_over_another_field() -> None:
    assert tree("title:(rail OR body:strike)") == Or([Term("title", "rail"), Term("body", "strike")])


def test_identifiers_are_taken_whole() -> None:
    assert tree("id:reuters:1") == tree('id:"reuters:1"') == Term("id", "reuters:1")
    assert tree("url:https://a.example/b-c?d=e") == Term("url", "https://a.example/b-c?d=e")
    assert tree("(lang:de)") == Term("lang", "de")


def test_has_and_missing() -> None:
    assert tree("has:caption") == tree("caption:*") == Every("caption")
    assert tree("missing:date") == Not(Every("published"))
    assert tree("rail missing:date") == And([word("rail"), Not(Every("published"))])


@pytest.mark.parametrize(
    ("q", "first", "last"),
    [
        ("published:2024-06", "2024-06-01", "2024-06-30"),
        ("date:20240619", "2024-06-19", "2024-06-19"),
        ('published:"2024"', "2024-01-01", "2024-12-31"),
        ("published:[2024-01 TO 2024-06]", "2024-01-01", "2024-06-30"),
        ("published:[2024-01 TO *]", "2024-01-01", None),
        ("published:>2024-01-01", "2024-01-02", None),
        ("published:>=2024-01-01", "2024-01-01", None),
        ("published:<2024", None, "2023-12-31"),
        ("published:<=2024", None, "2024-12-31"),
        ("published:yesterday", "2024-06-18", "2024-06-18"),
        ("published:last-week", "2024-06-10", "2024-06-16"),
        ("published:last.7.days", "2024-06-13", "2024-06-19"),
        ('date:"June 2023"', "2023-06-01", "2023-06-30"),
        ("date:“19 June, 2023”", "2023-06-19", "2023-06-19"),
        ('published:"since May"', "2024-05-01", None),
        ('published:"between March and June 2020"', "2020-03-01", "2020-06-30"),
        ("published:1990-1999", "1990-01-01", "1999-12-31"),
        ("published:1990s", "1990-01-01", "1999-12-31"),
        ('published:>="last week"', "2024-06-10", None),
        ('published:<"last week"', None, "2024-06-09"),
        ("published:>june-2023", "2023-07-01", None),
        ("published:[last-week TO today]", "2024-06-10", "2024-06-19"),
        ('published:["June 2023" TO "May 2024"]', "2023-06-01", "2024-05-31"),
        ("published:[June 2023 TO *]", "2023-06-01", None),
    ],
)
def test_dates_are_ranges_of_whole_days_in_the_archives_zone(q: str, first: str | None, last: str | None) -> None:
    zone = ZoneInfo("Europe/Berlin")
    start, end = (parse_instant(day).at.date() if day else None for day in (first, last))
    span = span_of_days(start, end, zone)
    parsed = parse(q, calendar=Calendar(zone, date(2024, 6, 19)))
    assert parsed.query == NumericRange("published", span.start, span.end)
    assert parsed.warnings == ()


@pytest.mark.parametrize("zone", ["Pacific/Apia", "Asia/Tokyo", "America/New_York"])
def test_the_first_and_the_last_days_of_time_are_dates(zone: str) -> None:
    for day in ("0001", "0001-01-01", "9999", "9999-12-31", "9999-12-31T23:59:59Z"):
        for compared in ("", ">", ">=", "<", "<="):
            parsed = parse(f"published:{compared}{day}", calendar=Calendar(ZoneInfo(zone)))
            assert isinstance(parsed.query, NumericRange)


def test_a_minute_is_a_date_too() -> None:
    assert tree("modified:2024-06-19T07:10:00+02:00") == NumericRange("modified", 1718773800, 1718773859)


def test_a_range_that_ends_before_it_starts_matches_nothing_and_says_so() -> None:
    parsed = parse("published:[2024-06 TO 2024-01]")
    assert (parsed.query, codes(parsed)) == (NullQuery, ["empty-range"])


def test_boosts_multiply_what_they_follow() -> None:
    assert in_title("rail^2") == AcrossFields("rail", IN_TITLE, 2.0)
    assert in_title("(rail strike^3)^2") == And(
        [AcrossFields("rail", IN_TITLE, 2.0), AcrossFields("strike", IN_TITLE, 6.0)]
    )
    assert in_title("title:rail^0.5") == Term("title", "rail", boost=0.5)
    assert in_title('"rail strike"~2^4') == exact("rail", "strike", slop=2, boost=4.0)


def test_what_does_not_rank_has_no_boost() -> None:
    assert tree("has:caption^2 id:x") == And([Every("caption"), Term("id", "x")])
    assert tree("published:2024^2") == tree("published:2024")


def test_boosts_are_bounded() -> None:
    assert in_title(f"rail^{'9' * 400}") == AcrossFields("rail", IN_TITLE, 100.0)
    assert in_title("rail^0") == AcrossFields("rail", IN_TITLE, 0.01)


def test_any_needs_one_and_most_needs_three_quarters_rounded_up() -> None:
    words = [word(text) for text in "abcdef"]
    assert tree("a b", Match.ANY) == Or(words[:2])
    for count, least in ((2, 2), (3, 3), (4, 3), (5, 4), (6, 5)):
        query = tree(" ".join("abcdef"[:count]), Match.MOST)
        if least == count:
            assert query == And(words[:count])
        else:
            assert isinstance(query, Or)
            assert (query.subqueries, query.minmatch) == (words[:count], least)


def test_what_must_be_counts_towards_most_and_satisfies_any() -> None:
    query = tree("+a b c d", Match.MOST)
    assert isinstance(query, And)
    required, some = query.subqueries
    assert (required, some.minmatch) == (word("a"), 2)
    assert tree("+a b c", Match.ANY) == AndMaybe(word("a"), Or([word("b"), word("c")]))
    assert tree("a -b", Match.ANY) == And([word("a"), Not(word("b"))])


def test_free_text_can_be_restricted_to_fields() -> None:
    assert parse("rail", boosts=boosts_of(["headline", "body"])).query == AcrossFields(
        "rail", {"title": BOOSTS["title"], "body": BOOSTS["body"]}
    )
    with pytest.raises(RequestInvalid) as refused:
        boosts_of(["titel"])
    assert (refused.value.parameter, refused.value.suggestion) == ("query-fields", "title")


# What is told


def test_an_empty_query_means_everything() -> None:
    for q in ("", "  \n"):
        assert parse(q) == ParsedQuery(Every(), "", (), (), ranks=False)


@pytest.mark.parametrize("q", ["???", "*", "* ? **", "-", "()", '""', "+ - ! &&", "…", "\x00", "\ud800", "🚂", ")("])
def test_only_punctuation_finds_nothing_and_says_so(q: str) -> None:
    parsed = parse(q)
    assert parsed.query == NullQuery
    assert codes(parsed)[-1] == "nothing-to-search"
    assert parse(parsed.text).query == NullQuery


@pytest.mark.parametrize(
    ("q", "code", "position", "same_as"),
    [
        ('rail "strike', "unbalanced-quote", 5, "rail strike"),
        ("rail (strike", "unbalanced-parenthesis", 5, "rail strike"),
        ("rail) strike", "unbalanced-parenthesis", 4, "rail strike"),
        ("note: this", "unknown-field", 0, "note this"),
        ("at 10:30", "unknown-field", 3, "at 10-30"),
        ("http://a.example/b?c=d", "unknown-field", 0, "http-a-example-b-c-d"),
        ("titel:rail", "unknown-field", 0, "titel-rail"),
        ("has:wings", "unknown-field", 0, "has-wings"),
        ("title: rail", "field-without-value", 0, "title rail"),
        ("rail title:", "field-without-value", 5, "rail title"),
        ("(title:)", "field-without-value", 1, "title"),
        ("title:[a TO b]", "not-a-range", 0, "title-a TO b"),
        ("published:2024-13", "not-a-date", 0, "published-2024-13"),
        ("published:[2024 TO x1]", "not-a-date", 0, "published-2024 TO x1"),
        ("published:>*", "not-a-date", 0, "published"),
        ('published:""', "not-a-date", 0, "published"),
        ("published:<0000", "not-a-date", 0, "published-0000"),
        ("published:9999-12-31T23:59:59-23:59", "not-a-date", 0, "published-9999-12-31T23-59-59-23-59"),
        ("published:someday", "not-a-date", 0, "published-someday"),
        ("published:last week", "not-a-date", 0, "published-last week"),
        ('published:"spring 2020"', "not-a-date", 0, 'published "spring 2020"'),
        ('published:>"since May"', "not-a-date", 0, 'published "since May"'),
        ("date-confidence:high", "not-available-yet", 0, "high"),
        ("Indexed:2024", "not-available-yet", 0, "2024"),
        ("rail~7", "too-many-edits", 4, "rail~2"),
        ("rail-strike~", "nothing-to-be-like", 11, "rail-strike"),
        ('"rail strike"~', "nothing-to-be-like", 13, '"rail strike"'),
        ("(rail strike)~2", "nothing-to-be-like", 13, "rail strike"),
        ("rai*~", "nothing-to-be-like", 4, "rai*"),
        ("has:caption~", "nothing-to-be-like", 11, "has:caption"),
        ("rail AND", "operator-without-operand", 5, "rail and"),
        ("OR rail", "operator-without-operand", 0, "or rail"),
        ("NOT", "operator-without-operand", 0, "not"),
        ("a*b*c*d*e*f", "too-many-wildcards", 0, "a-b-c-d-e-f"),
        ('"rail strike"~5000', "slop-out-of-range", 14, '"rail strike"~100'),
        ("👀 title: rail", "field-without-value", 2, "title rail"),
    ],
)
def test_what_cannot_be_read_is_searched_as_text_and_said_so(q: str, code: str, position: int, same_as: str) -> None:
    """The position is counted in code points of the query."""
    parsed = parse(q)
    assert [(warning.code, warning.position) for warning in parsed.warnings] == [(code, position)]
    assert parsed.query == parse(same_as).query


def test_a_warning_offers_what_was_meant() -> None:
    (warning,) = parse("titel:rail").warnings
    assert "Did you mean title?" in warning.detail


def test_the_parsed_text_is_canonical() -> None:
    assert parse("rail strike").text == "+rail +strike"
    assert parse("rail strike", Match.ANY).text == "rail strike"
    assert parse("( rail ) OR headline:( STRIKE '-' )").text == "rail OR title:STRIKE"
    assert parse('rail~1 date:"last week" body:b~2^3', calendar=Calendar(UTC, date(2024, 6, 19))).text == (
        "+rail~ +published:[2024-06-10 TO 2024-06-16] +body:b~2^3"
    )
    assert parse('a AND "B c"~3^2 missing:date date:>20240101').text == (
        '+a +"B c"~3^2 -has:published +published:>2024-01-01'
    )


def test_clauses_are_the_parts_of_the_top_level() -> None:
    clauses = parse("rail (strike OR walkout) -ferry").clauses
    assert [text for text, _ in clauses] == ["rail", "strike OR walkout", "-ferry"]
    assert clauses[2][1] == Not(word("ferry"))


@pytest.mark.parametrize(
    ("q", "ranks"), [("rail", True), ("has:caption", False), ("-rail", False), ("id:x OR a", True)]
)
def test_a_query_ranks_when_it_has_words_to_look_for(q: str, ranks: bool) -> None:
    assert parse(q).ranks is ranks


# What is refused


@pytest.mark.parametrize(
    "q",
    [
        "a" * (LONGEST_QUERY + 1),
        "a " * (MOST_CLAUSES + 1),
        "(" * (DEEPEST_NESTING + 2) + "a" + ")" * (DEEPEST_NESTING + 2),
    ],
)
def test_what_is_beyond_the_limits_is_refused_by_name(q: str) -> None:
    with pytest.raises(RequestInvalid) as refused:
        parse(q)
    assert refused.value.parameter == "q"


def test_what_is_just_within_the_limits_is_answered() -> None:
    assert len(parse("a " * MOST_CLAUSES).clauses) == MOST_CLAUSES
    assert parse("(" * DEEPEST_NESTING + "a" + ")" * DEEPEST_NESTING).query == word("a")


PIECES = st.sampled_from(
    [
        "rail", "strikes", "Putin’s", "U.S.", "a", "AND", "OR", "NOT", "and", "+", "-", "--", "(", ")", '"', "“", "”",
        "~", "~2", "^2", "^0.5", "^", "*", "?", "pre*", "wi?d", "*a*b*", ":", "title:", "headline:", "person:", "id:",
        "url:", "lang:", "published:", "date:", "modified:", "has:", "missing:", "said-by:", "nope:", "caption", "2024",
        "2024-06-19", "2024-13", "[2024 TO 2025]", "[", "]", "TO", ">", "<=", "*", "{", "e\u0301", "हिन्दी", "東京", "ß",
        "\x00", "\ud800", "\u202e", "🚂", "'", "’", ".", ",", "/", "\\", "&&", "||", "!", "_", "a_b", "\u3000",
    ]
)  # fmt: skip
SPACES = st.sampled_from(["", "", " ", "  ", "\n"])
QUERIES = st.lists(st.tuples(PIECES, SPACES), max_size=20).map(lambda parts: "".join(map("".join, parts)))


@given(q=QUERIES | st.text(max_size=60), match=st.sampled_from(Match))
@example(q="a^100 (b^100)^100", match=Match.ALL)
@example(q="+AND OR-x NOT.y", match=Match.ANY)
@example(q="a (+-') b", match=Match.ALL)
@example(q="a (+(-(+~ '))) b", match=Match.ALL)
@example(q="x?'?", match=Match.MOST)
@settings(max_examples=300, deadline=None)
def test_any_text_is_understood_and_its_parsed_form_means_the_same(q: str, match: Match) -> None:
    """Nothing raises but for the limits; and what is shown as understood can be typed in again."""
    try:
        parsed = parse(q, match)
    except RequestInvalid:
        return
    if len(parsed.text) > LONGEST_QUERY:
        return
    again = parse(parsed.text, match)
    assert repr(again.query) == repr(parsed.query)
    assert again.text == parsed.text
    assert all(warning.position is None or 0 <= warning.position < len(q) for warning in parsed.warnings)


@given(q=QUERIES)
@settings(max_examples=200, deadline=None)
def test_in_match_all_the_parsed_form_means_the_same_under_any_match(q: str) -> None:
    """Its signs leave nothing to `match`."""
    try:
        parsed = parse(q)
    except RequestInvalid:
        return
    if len(parsed.clauses) > 1:
        assert repr(parse(parsed.text, Match.ANY).query) == repr(parsed.query)


def test_nothing_is_kept_between_queries() -> None:
    assert parse('"') == parse('"')
    assert parse("rail").warnings == ()
