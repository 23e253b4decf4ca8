"""What every backend does, whatever it is made of: run over the reference model and over each engine.

`BackendContract` holds the cases; a subclass says how to open its backend. `same_answers` compares two readers.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from whoosh import query as q

from index.article import Article, Caption
from index.backend import Backend, Reader
from index.dates import Instant, Span, parse_instant, span_of_days
from index.errors import IndexLocked, IndexMissing, NoGenerationKept, RequestInvalid
from index.explanation import Explanation, Operator
from index.query import AcrossFields, AdjacentPair
from index.results import (
    MISSING,
    MOST_OTHERS,
    Bucket,
    EngineRequest,
    FacetCounts,
    FacetFilter,
    FacetRequest,
    FacetSort,
    FacetValue,
    Group,
    Hit,
    Interval,
    Order,
    Position,
    TermCount,
)
from index.scoring import Freshness, Scoring
from index.withdrawals import Withdrawal

EXPLAINED = 2
"""Hits of an answer whose explanations are compared."""
Opening = Callable[[tzinfo], Backend]
"""Opens the backend of one place (anew each time), its days in a zone."""


def put(backend: Backend, *articles: Article) -> None:
    """Index articles in one block."""
    with backend.writer() as writer:
        for article in articles:
            writer.put(article)


def interrupted(backend: Backend) -> None:
    """A block that changes `a`, deletes `b`, and is stopped by the user."""
    with backend.writer() as writer:
        writer.put(Article(id="a", title="changed"))
        writer.delete("b")
        raise KeyboardInterrupt


def found(backend: Backend, query: q.Query, **request: object) -> list[str]:
    """The ids of all hits in order."""
    with backend.reader() as reader:
        return [hit.article.id for hit in reader.scan(EngineRequest(query=query, **request))]  # type: ignore[arg-type]  # a test's shorthand


def states(backend: Backend) -> list[tuple[str, bool, int]]:
    """Each generation's name, whether it is live, and how many articles it has."""
    return [(one.name, one.live, one.articles) for one in backend.generations()]


def one_of_each(*titles: str) -> list[Article]:
    """Articles `a`, `b`, `c`… with these titles."""
    return [Article(id=chr(ord("a") + number), title=title) for number, title in enumerate(titles)]


def recomputed(explanation: Explanation) -> float:
    """The value that follows from the figures of an explanation alone, by what each operator says."""
    values = [recomputed(part) for part in explanation.details]
    match explanation.operator:
        case Operator.LEAF:
            return explanation.value
        case Operator.GREATEST:
            return max(values)
        case Operator.QUOTIENT:
            dividend, divisor = values
            return dividend / divisor
    result = values[0]
    for value in values[1:]:
        result = result + value if explanation.operator is Operator.SUM else result * value
    return result


def same_answers(reader: Reader, reference: Reader, request: EngineRequest) -> None:
    """Assert that a reader answers a request as the reference does.

    Scores may differ by rounding, so hits by relevance are compared as a set, and their order by their own scores.
    """
    whole = replace(request, offset=0, limit=1000)
    answer, expected = reader.search(whole), reference.search(whole)
    assert answer.total == expected.total == reader.count(request.query) or request.filters or request.dates
    assert answer.total == expected.total
    assert len(answer.hits) == len(expected.hits) == (answer.total if answer.groups is None else answer.groups)
    assert (answer.groups, answer.start, answer.next) == (expected.groups, 0, None)
    assert answer.facets == expected.facets
    assert answer.histogram == expected.histogram
    if request.order is Order.RELEVANCE:
        scores = {hit.article.id: hit.score for hit in expected.hits}
        assert {hit.article.id: hit.score for hit in answer.hits} == pytest.approx(scores, rel=1e-9, abs=1e-12)
        assert list(answer.hits) == sorted(answer.hits, key=lambda hit: (-hit.score, hit.article.id))
        assert {_stands_for(hit) for hit in answer.hits} == {_stands_for(hit) for hit in expected.hits}
        for hit in answer.hits[:EXPLAINED]:
            for one, score in ((reader, hit.score), (reference, scores[hit.article.id])):
                explanation = one.explain(request, hit.article.id)
                assert recomputed(explanation) == explanation.value == score
    else:
        assert answer.hits == expected.hits
    assert [reference.get(hit.article.id) for hit in answer.hits] == [hit.article for hit in answer.hits]
    assert tuple(reader.scan(request)) == answer.hits
    page = reader.search(request)
    assert page.hits == answer.hits[request.offset : request.offset + request.limit]
    assert (page.total, page.groups, page.facets, page.histogram) == (
        answer.total, answer.groups, answer.facets, answer.histogram,
    )  # fmt: skip
    assert walk(reader, replace(request, limit=max(request.limit, 1))) == list(answer.hits)


def _stands_for(hit: Hit) -> tuple[str, frozenset[str]]:
    """A hit's cluster and all it stands for. Between scores that differ by rounding the order, and so which of them it
    is, may differ.
    """
    group = hit.group or Group("", 1, ())
    assert group.size == 1 + len(group.others)
    return group.cluster, frozenset({hit.article.id, *group.others})


def walk(reader: Reader, request: EngineRequest) -> list[Hit]:
    """All hits, a page at a time, each after the place where the one before ended."""
    request, found = replace(request, offset=0), list[Hit]()
    while True:
        page = reader.search(request)
        assert page.start == len(found)
        assert len(page.hits) == request.limit or page.next is None
        found += page.hits
        if page.next is None:
            return found
        request = replace(request, after=page.next)


STORY = (
    "The dockers of Sarnholt stopped work on Wednesday after talks about night shifts broke down for the third time. "
    "Some forty ships wait in the roads, the harbour authority said, and the first of them have turned back to Tarvik."
)
WITHDRAWAL = Withdrawal("a", datetime(2024, 6, 19, tzinfo=UTC), "the court says so")


def facet_of(backend: Backend, request: FacetRequest, *selected: str, query: q.Query | None = None) -> FacetCounts:
    """One facet of all articles, or of those that match, with some of its values selected."""
    filters = (FacetFilter(request.field, selected),) if selected else ()
    with backend.reader() as reader:
        (counts,) = reader.search(EngineRequest(query=query or q.Every(), filters=filters, facets=(request,))).facets
    return counts


class BackendContract:
    """The cases. A subclass defines the fixture `opening`."""

    @pytest.fixture
    def opening(self) -> Opening:
        raise NotImplementedError

    @pytest.fixture
    def backend(self, opening: Opening) -> Backend:
        return opening(UTC)

    # Writing

    def test_without_a_writer_there_is_no_index(self, backend: Backend) -> None:
        with pytest.raises(IndexMissing), backend.reader():
            pass

    def test_the_first_writer_makes_the_index(self, backend: Backend) -> None:
        put(backend)
        assert found(backend, q.Every()) == []

    def test_a_first_block_that_fails_makes_no_index(self, backend: Backend) -> None:
        with pytest.raises(ValueError, match="needs an id"):
            put(backend, Article(id="a", title="lost"), Article())
        with pytest.raises(IndexMissing), backend.reader():
            pass
        put(backend, Article(id="b"))
        assert found(backend, q.Every()) == ["b"]

    def test_an_article_comes_back_as_it_was_put(self, opening: Opening, rich_article: Article) -> None:
        put(opening(UTC), rich_article)
        with opening(UTC).reader() as reader:
            assert reader.get(rich_article.id) == replace(rich_article, cluster=None)
            assert reader.get("another") is None

    def test_a_put_replaces_the_article_of_its_id(self, backend: Backend) -> None:
        put(backend, Article(id="a", title="old words"))
        put(backend, Article(id="a", title="new text"))
        assert found(backend, q.Term("title", "old")) == []
        assert found(backend, q.Term("title", "new")) == ["a"]

    def test_the_last_put_of_an_id_in_a_block_counts(self, backend: Backend) -> None:
        put(backend, Article(id="a", title="first"), Article(id="a", title="second"))
        with backend.reader() as reader:
            assert reader.get("a") == Article(id="a", title="second")
        assert found(backend, q.Term("title", "first")) == []
        assert found(backend, q.Term("title", "second")) == ["a"]

    def test_putting_the_same_again_makes_no_commit(self, backend: Backend) -> None:
        put(backend, *one_of_each("one", "two"))
        with backend.reader() as reader:
            before = reader.commit
        put(backend, *one_of_each("one", "two"))
        with backend.reader() as reader:
            assert reader.commit == before

    def test_a_block_whose_changes_cancel_out_makes_no_commit(self, backend: Backend) -> None:
        put(backend, Article(id="a"))
        with backend.reader() as reader:
            before = reader.commit
        with backend.writer() as writer:
            writer.put(Article(id="b"))
            writer.delete("b")
            writer.delete("never there")
        with backend.reader() as reader:
            assert reader.commit == before

    def test_each_commit_has_a_higher_number(self, backend: Backend) -> None:
        numbers = []
        for title in ("one", "two", "three"):
            put(backend, Article(id="a", title=title))
            with backend.reader() as reader:
                numbers.append(reader.commit.number)
                assert reader.commit.generation == "000001"
        assert numbers == sorted(set(numbers))

    def test_what_is_replaced_keeps_when_it_was_first_indexed(self, backend: Backend) -> None:
        early, late = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 2, tzinfo=UTC)
        put(backend, Article(id="a", title="one", first_indexed=early), Article(id="b", title="one"))
        put(backend, Article(id="a", title="one", first_indexed=late))
        put(backend, *(Article(id=each, title=f"two {each}", first_indexed=late) for each in "ab"))
        with backend.reader() as reader:
            assert reader.get("a") == Article(id="a", title="two a", first_indexed=early)
            assert reader.get("b") == Article(id="b", title="two b", first_indexed=late)

    def test_a_block_sees_its_own_changes(self, backend: Backend) -> None:
        put(backend, Article(id="a", title="old"), Article(id="b"))
        with backend.writer() as writer:
            writer.put(Article(id="a", title="new"))
            writer.put(Article(id="c", title="old"))
            writer.put(Article(id="c", title="new"))
            writer.delete("b")
            assert writer.get("a") == Article(id="a", title="new")
            assert writer.get("b") is None
            assert writer.get("c") == Article(id="c", title="new")
            writer.delete("c")
            assert writer.get("c") is None
            writer.put(Article(id="b", title="back"))
            assert writer.get("b") == Article(id="b", title="back")
        assert found(backend, q.Every()) == ["a", "b"]

    def test_articles_collected_in_other_processes_are_taken_in(self, backend: Backend) -> None:
        put(backend, Article(id="a", title="old"), Article(id="b", title="old b"))
        with backend.writer() as writer:
            writer.put(Article(id="c", title="put"))
            builders = [pickle.loads(pickle.dumps(writer.segment_builder(memory))) for memory in (1, 1 << 20)]  # noqa: S301  # our own
            places = []
            for builder in builders:
                assert builder.get("a") == Article(id="a", title="old")
                assert builder.get("c") is None
                places.append([builder.add(Article(id=each, title="new words")) for each in ("a", "d", "d")])
                assert builder.get("d") is None
            writer.delete("a")
            writer.adopt(builders[0].finish(), {places[0][0], places[0][1]})
            writer.adopt(builders[1].finish(), {places[1][1], places[1][2]})
            assert writer.get("a") == Article(id="a", title="new words")
        assert found(backend, q.Term("title", "new")) == ["a", "d"]
        assert found(backend, q.Term("title", "old")) == ["b"]
        with backend.writer() as writer:
            builder = writer.segment_builder(1 << 20)
            places[0] = [builder.add(Article(id="e", title=title)) for title in ("kept", "left out")]
            writer.adopt(builder.finish(), {places[0][1]})
            assert writer.get("e") == Article(id="e", title="kept")
        with backend.reader() as reader:
            assert reader.get("e") == Article(id="e", title="kept")
        with backend.writer() as writer:
            writer.delete("e")
            writer.adopt(writer.segment_builder(1).finish(), ())
            writer.put(Article(id="d", title="newer"))
        assert found(backend, q.Every()) == ["a", "b", "c", "d"]

    def test_an_optimized_index_answers_as_before(self, backend: Backend) -> None:
        for number in range(5):
            put(backend, Article(id=f"{number}", title="rail " * number, body="x"), Article(id="x", title=f"{number}"))
        before = found(backend, q.Term("title", "rail"))
        with backend.writer() as writer:
            writer.put(Article(id="9", title="rail"))
            writer.optimize()
        assert sorted(found(backend, q.Term("title", "rail"))) == sorted([*before, "9"])
        assert found(backend, q.Every()) == ["0", "1", "2", "3", "4", "9", "x"]

    def test_an_article_without_an_id_is_refused(self, backend: Backend) -> None:
        with pytest.raises(ValueError, match="needs an id"):
            put(backend, Article(title="no id"))

    def test_a_block_that_fails_changes_nothing(self, backend: Backend) -> None:
        put(backend, *one_of_each("one", "two"))
        with backend.reader() as reader:
            before = reader.commit
        with pytest.raises(KeyboardInterrupt):
            interrupted(backend)
        with backend.reader() as reader:
            assert reader.commit == before
            assert reader.get("a") == Article(id="a", title="one")
            assert reader.get("b") == Article(id="b", title="two")

    def test_there_is_one_writer_at_a_time(self, backend: Backend) -> None:
        with backend.writer() as writer:
            writer.put(Article(id="a"))
            with pytest.raises(IndexLocked), backend.writer():
                pass
        put(backend, Article(id="b"))
        assert found(backend, q.Every()) == ["a", "b"]

    def test_a_held_reader_keeps_its_commit(self, backend: Backend) -> None:
        put(backend, Article(id="a", title="old", section="News"), Article(id="b", title="old b"))
        with backend.reader() as held:
            for number in range(9):  # enough for segments to be merged and their files removed
                put(backend, Article(id="a", title=f"new {number}"), Article(id=f"n{number}", title="old"))
            with backend.writer() as writer:
                writer.delete("b")
            answer = held.search(
                EngineRequest(query=q.Term("title", "old"), facets=(FacetRequest("section"),), histogram=Interval.AUTO)
            )
            assert [hit.article.id for hit in answer.hits] == ["a", "b"]
            assert answer.facets[0].values == (FacetValue("News", 1),)
            assert held.get("a") == Article(id="a", title="old", section="News")
            assert held.get("n1") is None
            assert list(held.terms("title")) == [TermCount("b", 1), TermCount("old", 2)]
        assert "b" not in found(backend, q.Every())

    def test_any_text_is_an_id(self, opening: Opening) -> None:
        ids = ["a", "A", " ", "é", "e\u0301", "x" * 1000, "\ud800", "\U0001f600", "a\x00", "../../etc", "*", "\n"]
        put(opening(UTC), *(Article(id=one, title=f"number {n}") for n, one in enumerate(ids)))
        backend = opening(UTC)
        with backend.writer() as writer:
            writer.delete("é")
            writer.put(Article(id="\ud800", title="changed"))
        ids.remove("é")
        assert found(backend, q.Every()) == sorted(ids)
        assert found(backend, q.Term("id", "a\x00")) == ["a\x00"]
        with backend.reader() as reader:
            assert reader.get("é") is None
            assert [reader.get(one).id for one in ids] == ids  # type: ignore[union-attr]  # all are there
            assert reader.get("\ud800") == Article(id="\ud800", title="changed")

    # Words

    def test_text_is_compared_by_stems_and_quoted_text_exactly(self, backend: Backend) -> None:
        put(backend, *one_of_each("Dockers strike", "Dockers’ STRIKES", "Putin’s visit", "Khans"))
        assert found(backend, q.Term("title", "striking")) == ["a", "b"]
        assert found(backend, q.Term("title.exact", "strikes")) == ["b"]
        assert found(backend, q.Term("title.exact", "Putin")) == ["c"]
        assert found(backend, q.Term("title.exact", "Putin's")) == ["c"]
        assert found(backend, q.Term("title.exact", "Khan")) == []
        assert found(backend, q.Term("title", "nothing")) == []

    def test_names_are_folded_and_not_stemmed(self, backend: Backend) -> None:
        put(backend, Article(id="a", people=("Recep Erdoğan", "Angela Banks")), Article(id="b", people=("Banks Bank",)))
        assert found(backend, q.Term("person", "erdogan")) == ["a"]
        assert found(backend, q.Term("person.exact", "erdogan")) == []
        assert found(backend, q.Term("person", "bank")) == ["b"]

    def test_codes_are_compared_whole(self, backend: Backend) -> None:
        put(backend, Article(id="a", language="en", url="https://x.example/?q=*"), Article(id="b", language="EN"))
        assert found(backend, q.Term("lang", "en")) == ["a"]
        assert found(backend, q.Prefix("url", "https://x.example/?")) == ["a"]
        assert found(backend, q.Prefix("url", "https://x.example/*")) == []

    def test_a_phrase_needs_its_words_in_order_and_in_one_value(self, backend: Backend) -> None:
        put(
            backend,
            Article(id="a", body="the rail strike ended"),
            Article(id="b", body="a strike of the rail"),
            Article(id="c", headings=("by rail", "strike over")),
            Article(id="d", body="rail workers' strike"),
            Article(id="e", captions=(Caption("rail strike"),)),
        )
        assert found(backend, q.Phrase("body.exact", ["rail", "strike"])) == ["a"]
        assert sorted(found(backend, q.Phrase("body.exact", ["rail", "strike"], slop=2))) == ["a", "d"]
        assert found(backend, q.Phrase("heading.exact", ["rail", "strike"], slop=1000)) == []
        assert found(backend, q.Phrase("caption.exact", ["rail", "strike"])) == ["e"]
        assert sorted(found(backend, q.Phrase("body.exact", ["rail"]))) == ["a", "b", "d"]
        assert found(backend, q.Phrase("body.exact", [])) == []

    def test_a_phrase_finds_a_possessive_by_its_owner(self, backend: Backend) -> None:
        put(backend, *one_of_each("Vladimir Putin’s visit", "Vladimir Putin visits"))
        assert found(backend, q.Phrase("title.exact", ["Vladimir", "Putin"])) == ["a", "b"]
        assert found(backend, q.Phrase("title.exact", ["Putin", "visit"])) == ["a"]

    def test_patterns_match_folded_words(self, backend: Backend) -> None:
        put(backend, *one_of_each("Erdoğan’s strikes", "erdogan struck", "Strasbourg", "strike"))
        assert found(backend, q.Prefix("title", "Erdoğ")) == ["a", "b"]
        assert found(backend, q.Prefix("title", "stri")) == ["a", "d"]
        assert found(backend, q.Wildcard("title", "str?k*")) == ["a", "d"]
        assert found(backend, q.Wildcard("title", "*s")) == ["a"]
        assert found(backend, q.Wildcard("title", "[a-z]*")) == []

    def test_a_pattern_stands_for_its_most_frequent_words(self, backend: Backend) -> None:
        """At most 1,024 words count; of equal frequency the first in order."""
        rare = [Article(id=f"r{n:04}", body=f"x{n:04}") for n in range(1030)]
        put(backend, *rare, Article(id="b", body="xyz"), Article(id="c", body="xyz"))
        hits = found(backend, q.Prefix("body", "x"))
        assert hits == ["b", "c", *(f"r{n:04}" for n in range(1023))]
        with backend.writer() as writer:
            writer.delete("b")
            writer.delete("c")
        assert found(backend, q.Prefix("body", "x")) == [f"r{n:04}" for n in range(1024)]

    # Combinations

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (q.And([q.Term("title", "rail"), q.Term("title", "strike")]), "a"),
            (q.Or([q.Term("title", "rail"), q.Term("title", "strike")]), "abc"),
            (q.Or([q.Term("title", word) for word in ("rail", "strike", "over")], minmatch=2), "ac"),
            (q.Or([q.Term("title", "rail"), q.Term("title", "strike")], minmatch=3), ""),
            (q.Not(q.Term("title", "rail")), "cd"),
            (q.And([q.Term("title", "strike"), q.Not(q.Term("title", "rail"))]), "c"),
            (q.And([q.Not(q.Term("title", "rail")), q.Not(q.Term("title", "strike"))]), "d"),
            (q.AndNot(q.Term("title", "strike"), q.Term("title", "rail")), "c"),
            (q.AndMaybe(q.Term("title", "strike"), q.Term("title", "rail")), "ac"),
            (q.Require(q.Term("title", "strike"), q.Term("title", "rail")), "a"),
            (q.ConstantScoreQuery(q.Term("title", "strike"), 3.0), "ac"),
            (q.DisjunctionMax([q.Term("title", "strike"), q.Term("body", "rail")]), "acd"),
            (q.FuzzyTerm("title", "strkie"), "ac"),
            (q.FuzzyTerm("title", "rial"), "a"),
            (q.FuzzyTerm("title", "xail", prefixlength=0), "a"),
            (q.TermRange("title", "rails", "strike"), "abc"),
            (q.TermRange("title", "rails", "strike", endexcl=True), "b"),
            (q.Every(), "abcd"),
            (q.Every("title"), "abc"),
            (q.Every("published"), "d"),
            (q.NullQuery, ""),
            (q.And([]), ""),
            (q.Or([]), ""),
            (AcrossFields("rail", {"title": 2.0, "body": 1.0}), "abd"),
            (AcrossFields("railway", {"title": 2.0, "body": 1.0}, others=["over", "zebra"]), "bc"),
            (q.Phrase("title", ["strikes", "over"]), "c"),
            (q.Phrase("title.exact", ["strikes", "over"]), ""),
            (AdjacentPair(("rail", "strikes"), {"title": 2.0, "body": 1.0}), "a"),
            (AdjacentPair(("railway", "rail"), {"title": 1.0}), "b"),
            (AdjacentPair(("strike", "rail"), {"title": 1.0, "body": 1.0}), ""),
            (AdjacentPair(("rail", "strike"), {}), ""),
            (AdjacentPair(("rail", "strike"), {"title": 1.0}, common_share=0.5), "a"),
            (AdjacentPair(("rail", "strike"), {"title": 1.0}, common_share=0.49), ""),
            (AdjacentPair(("rail", "strike"), {"title": 1.0}, common_share=0.0, common_number=2), "a"),
            (AdjacentPair(("rail", "on"), {"body": 1.0}, common_share=0.0), ""),
        ],
        ids=repr,
    )
    def test_combinations(self, backend: Backend, query: q.Query, expected: str) -> None:
        put(
            backend,
            *one_of_each("rail strike", "railways, rails", "strike over"),
            Article(id="d", body="on rails", published=parse_instant("2024-06-19")),
        )
        assert sorted(found(backend, query)) == list(expected)

    def test_what_is_deleted_or_replaced_is_found_by_nothing(self, backend: Backend) -> None:
        """Most of its articles stay, so that no engine has reason to write the segment anew."""
        parts = {"body": "rail strike", "section": "News", "language": "en", "published": parse_instant("2024-06-19")}
        put(backend, *(Article(id=one, **parts) for one in "abcdef"))  # type: ignore[arg-type]  # each fits its field
        put(backend, Article(id="b", title="empty"))
        with backend.writer() as writer:
            writer.delete("a")
        for query in (
            q.Term("body", "rail"), q.Term("body.exact", "rail"), q.Term("lang", "en"), q.Every("body"),
            q.Phrase("body.exact", ["rail", "strike"]), q.Prefix("body", "ra"), q.Wildcard("body", "*l"),
            q.NumericRange("published", 0, None), AcrossFields("rail", {"title": 2.0, "body": 1.0}),
            q.Not(q.Term("title", "empty")), q.Or([q.Term("body", "rail"), q.Term("body", "strike")], minmatch=2),
        ):  # fmt: skip
            assert found(backend, query) == ["c", "d", "e", "f"], query
        assert found(backend, q.Every()) == ["b", "c", "d", "e", "f"]
        assert found(backend, q.Every(), filters=(FacetFilter("section", ("News",)),)) == ["c", "d", "e", "f"]
        request = EngineRequest(query=q.Every(), facets=(FacetRequest("section"),), histogram=Interval.DAY)
        with backend.reader() as reader:
            answer = reader.search(request)
        day = date(2024, 6, 19)
        assert answer.histogram is not None
        assert (answer.histogram.buckets, answer.histogram.undated) == ((Bucket(day, day, 4, 4),), 1)
        assert (answer.facets[0].values, answer.facets[0].missing) == ((FacetValue("News", 4),), 1)

    def test_a_word_scores_more_where_it_says_more(self, backend: Backend) -> None:
        """A rare word before a common one, a boosted field before another, a short text before a long one."""
        put(
            backend,
            Article(id="body", body="rail"),
            Article(id="long", body="rail and many other words that dilute it"),
            Article(id="title", title="rail"),
            Article(id="twice", body="rail rail"),
            *(Article(id=f"common{n}", body="strike") for n in range(5)),
        )
        assert found(backend, AcrossFields("rail", {"title": 5.0, "body": 1.0})) == ["title", "twice", "body", "long"]
        hits = found(backend, q.Or([q.Term("body", "rail"), q.Term("body", "strike")]))
        assert hits.index("body") < hits.index("common0")

    def test_words_that_count_as_one_score_as_one(self, backend: Backend) -> None:
        """Each is as rare as all of them together, and an article with two of them is one that has the word twice."""
        put(
            backend,
            Article(id="both", body="nhs hospital"),
            Article(id="first", body="nhs other"),
            Article(id="second", body="hospital other"),
            Article(id="twice", body="nhs nhs"),
            Article(id="none", body="other other"),
        )
        request = EngineRequest(query=AcrossFields("nhs", {"body": 1.0}, others=["hospital"]))
        with backend.reader() as reader:
            scores = {hit.article.id: hit.score for hit in reader.scan(request)}
        assert scores["first"] == scores["second"] < scores["both"] == scores["twice"]

    def test_scores_are_the_same_after_reopening_and_however_articles_came_in(self, opening: Opening) -> None:
        articles = [Article(id=f"{n:02}", title=f"rail {'strike ' * (n % 4)}", body="rail " * n) for n in range(10)]
        query = AcrossFields("rail", {"title": 2.0, "body": 1.0})
        backend = opening(UTC)
        for article in articles:
            put(backend, article, Article(id="noise", title="rail rail rail", body=f"rail {article.id}"))
        with backend.writer() as writer:
            writer.delete("noise")
        with opening(UTC).reader() as reader:
            piecemeal = [(hit.article.id, hit.score) for hit in reader.scan(EngineRequest(query=query))]
        with backend.writer() as writer:
            for article in articles:
                writer.delete(article.id)
        put(backend, *articles)
        with backend.reader() as reader:
            at_once = [(hit.article.id, hit.score) for hit in reader.scan(EngineRequest(query=query))]
        assert piecemeal == at_once

    def test_a_word_that_every_article_has_says_next_to_nothing(self, backend: Backend) -> None:
        put(backend, Article(id="a", body="the " * 50), Article(id="b", body="the rail"))
        with backend.reader() as reader:
            hits = reader.search(EngineRequest(query=q.Term("body", "the"))).hits
        assert all(0 < hit.score < 0.5 for hit in hits)

    def test_how_much_length_weakens_a_word_is_said_for_each_field(self, backend: Backend) -> None:
        put(backend, Article(id="long", title="rail and sea and air", body="x"), Article(id="short", title="rail"))

        def difference(**b: float) -> float:
            request = EngineRequest(query=q.Term("title", "rail"), scoring=Scoring(b=b))
            with backend.reader() as reader:
                scores = {hit.article.id: hit.score for hit in reader.scan(request)}
            return scores["short"] - scores["long"]

        assert difference(title=0) == 0 < difference(title=0.5) < difference(body=0) == difference()

    def test_words_side_by_side_score_more_the_more_often_they_stand_so(self, backend: Backend) -> None:
        put(
            backend,
            *(
                Article(id=one, body=text)
                for one, text in (
                    ("a", "strike of the rail, rail and strike"),
                    ("b", "a rail strike, a strike by rail"),
                    ("c", "rail strike upon rail strikes on sea"),
                    ("d", "sea and air and sea and air now"),
                )
            ),
        )
        words = q.And([AcrossFields(word, {"body": 1.0}) for word in ("rail", "strike")])
        pair = AdjacentPair(("rail", "strike"), {"body": 1.0}, boost=0.5)
        assert found(backend, words) == ["a", "b", "c"]
        assert found(backend, q.AndMaybe(words, pair)) == ["c", "b", "a"]

    # Freshness and explanations

    def test_newer_articles_are_preferred_within_bounds(self, backend: Backend) -> None:
        """Days are those of UTC whatever the publisher's zone; the first day of what an imprecise date may mean."""
        dates = {
            "future": "2030-01-01", "today": "2024-06-19", "late": "2024-06-19T23:30:00-05:00", "month": "2024-06",
            "half": "2024-06-09", "old": "1851-01-01", "undated": None,
        }  # fmt: skip
        put(backend, *(Article(id=one, body="rail", published=at and parse_instant(at)) for one, at in dates.items()))
        freshness = Freshness(date(2024, 6, 19), half_life=10, floor=0.8)
        with backend.reader() as reader:
            plain, fresh = (
                {hit.article.id: hit.score for hit in reader.scan(EngineRequest(query=q.Term("body", "rail"), **more))}
                for more in ({}, {"scoring": Scoring(freshness=freshness)})
            )
        assert {one: fresh[one] / plain[one] for one in dates} == pytest.approx(
            {"future": 1, "today": 1, "late": 1, "month": 0.8 + 0.2 * 2**-1.8, "half": 0.9, "old": 0.8, "undated": 1}
        )

    def test_freshness_is_no_matter_where_the_order_is_by_date(self, backend: Backend) -> None:
        put(backend, Article(id="a", body="rail", published=parse_instant("2024-06-19")), Article(id="b", body="rail"))
        scoring = Scoring(freshness=Freshness(date(2025, 1, 1), 10, 0.5))
        assert found(backend, q.Term("body", "rail"), order=Order.NEWEST, scoring=scoring) == ["a", "b"]
        assert found(backend, q.Term("body", "rail"), scoring=scoring) == ["b", "a"]

    def test_an_article_that_is_no_hit_is_explained_by_nought(self, backend: Backend) -> None:
        put(backend, Article(id="a", title="rail", section="News"), Article(id="b", title="strike"))
        request = EngineRequest(query=q.Term("title", "rail"), filters=(FacetFilter("section", ("Sport",)),))
        with backend.reader() as reader:
            for query, article_id in ((request, "a"), (request, "b"), (request, "c")):
                explanation = reader.explain(query, article_id)
                assert (explanation.value, explanation.operator, explanation.details) == (0.0, Operator.LEAF, ())
            assert reader.explain(replace(request, filters=()), "a").value > 0

    @pytest.mark.parametrize(
        "query",
        [
            q.Term("nowhere", "x"),
            q.Term("published", "2024"),
            q.Term("lang.exact", "en"),
            q.Phrase("lang", ["a", "b"]),
            q.Phrase("nowhere.exact", ["a", "b"]),
            q.Prefix("published", "2"),
            q.Prefix("title.exact", "x"),
            q.Every("nowhere"),
            q.NumericRange("title", 1, 2),
            q.NumericRange("nowhere", 1, 2),
            q.And([q.Term("title", "x"), q.Not(q.Term("nowhere", "x"))]),
            q.FuzzyTerm("published", "2024"),
            q.TermRange("title.exact", "a", "b"),
            AcrossFields("x", {"nowhere": 1.0}),
            AcrossFields("x", {"title": 1.0, "lang": 1.0}),
            AdjacentPair(("x", "y"), {"title": 1.0, "lang": 1.0}),
        ],
        ids=repr,
    )
    def test_what_no_backend_understands_is_refused(self, backend: Backend, query: q.Query) -> None:
        put(backend, Article(id="a", title="x"))
        with backend.reader() as reader, pytest.raises(RequestInvalid):
            reader.count(query)

    # Dates and order

    def test_a_date_matches_a_range_that_it_overlaps(self, backend: Backend) -> None:
        put(
            backend,
            Article(id="minute", published=parse_instant("2024-06-19T07:10:00+02:00")),
            Article(id="day", published=parse_instant("2024-06-19")),
            Article(id="month", published=parse_instant("2024-06")),
            Article(id="year", published=parse_instant("2024")),
            Article(id="undated", modified=parse_instant("2024-06-19")),
        )

        def within(first: date | None, last: date | None) -> list[str]:
            span = span_of_days(first, last)
            by_filter = found(backend, q.Every(), dates=span)
            assert by_filter == found(backend, q.NumericRange("published", span.start, span.end))
            return by_filter

        assert within(date(2024, 6, 19), date(2024, 6, 19)) == ["day", "minute", "month", "year"]
        assert within(date(2024, 6, 30), date(2024, 7, 31)) == ["month", "year"]
        assert within(date(2024, 12, 31), None) == ["year"]
        assert within(None, date(2024, 6, 18)) == ["month", "year"]
        assert within(None, date(2023, 12, 31)) == []
        assert within(None, None) == ["day", "minute", "month", "year"]
        assert found(backend, q.NumericRange("modified", 0, None)) == ["undated"]

    def test_the_ends_of_a_range_may_be_left_out(self, backend: Backend) -> None:
        put(backend, Article(id="a", published=parse_instant("1970-01-01T00:01:00Z")))  # seconds 60 to 119

        def matches(start: int | None, end: int | None, startexcl: bool = False, endexcl: bool = False) -> bool:
            return found(backend, q.NumericRange("published", start, end, startexcl, endexcl)) == ["a"]

        assert matches(119, None)
        assert not matches(119, None, startexcl=True)
        assert matches(118, None, startexcl=True)
        assert matches(None, 60)
        assert not matches(None, 60, endexcl=True)
        assert matches(None, 61, endexcl=True)
        assert not matches(61, 59)

    def test_order_by_date_puts_the_undated_last_and_ties_by_id(self, backend: Backend) -> None:
        put(
            backend,
            Article(id="d", published=parse_instant("2024-06-19")),
            Article(id="c", published=parse_instant("2024-06-19T00:00:30Z")),
            Article(id="b"),
            Article(id="a"),
            Article(id="e", published=parse_instant("1851-01-01")),
            Article(id="f", published=parse_instant("2025")),
        )
        assert found(backend, q.Every(), order=Order.NEWEST) == ["f", "c", "d", "e", "a", "b"]
        assert found(backend, q.Every(), order=Order.OLDEST) == ["e", "c", "d", "f", "a", "b"]
        with backend.reader() as reader:
            assert {hit.score for hit in reader.scan(EngineRequest(query=q.Every(), order=Order.NEWEST))} == {0.0}

    @pytest.mark.parametrize("order", Order)
    def test_pages_one_after_another_are_the_scan(self, backend: Backend, order: Order) -> None:
        put(
            backend,
            *(
                Article(id=f"{n * 7 % 50:02}", body="rail " * (n % 3 + 1), published=Instant.of_day(2024, 1, n % 4 + 1))
                for n in range(50)
            ),
        )
        request = EngineRequest(query=q.Term("body", "rail"), order=order, limit=7)
        with backend.reader() as reader:
            pages = [hit for start in range(0, 56, 7) for hit in reader.search(replace(request, offset=start)).hits]
            assert pages == list(reader.scan(request))
            assert len({hit.article.id for hit in pages}) == 50
            assert reader.search(replace(request, offset=1000)).hits == ()
            assert reader.search(replace(request, limit=0)).total == 50

    # Facets

    def test_facets_are_counted_under_all_filters_but_their_own(self, backend: Backend) -> None:
        put(
            backend,
            Article(id="a", section="Politics", places=("Seoul", "Pyongyang"), body="visit"),
            Article(id="b", section="Politics", places=("Seoul",), body="visit"),
            Article(id="c", section="Sport", places=("Seoul",), body="visit"),
            Article(id="d", section="Sport", body="visit"),
            Article(id="e", section="Sport", body="nothing"),
        )
        with backend.reader() as reader:
            answer = reader.search(
                EngineRequest(
                    query=q.Term("body", "visit"),
                    filters=(FacetFilter("section", ("Politics",)), FacetFilter("place", exclude=("Pyongyang",))),
                    facets=(FacetRequest("section"), FacetRequest("place"), FacetRequest("person")),
                )
            )
        assert [hit.article.id for hit in answer.hits] == ["b"]
        section, place, person = answer.facets
        assert section.values == (FacetValue("Sport", 2), FacetValue("Politics", 1, selected=True))
        assert place.values == (FacetValue("Seoul", 2), FacetValue("Pyongyang", 1))
        assert (section.missing, section.distinct, section.other) == (0, 2, 0)
        assert (person.values, person.missing, person.distinct) == ((), 1, 0)

    def test_a_facet_lists_its_first_values_and_the_selected_ones(self, backend: Backend) -> None:
        put(backend, *(Article(id=f"{n}", keywords=("all", f"k{n % 3}", f"only {n}")) for n in range(9)))

        def count(size: int, sort: FacetSort, *include: str) -> tuple[list[tuple[str, int, bool]], int, int]:
            request = EngineRequest(
                query=q.Every(),
                filters=(FacetFilter("keyword", include),) if include else (),
                facets=(FacetRequest("keyword", size, sort),),
            )
            with backend.reader() as reader:
                (counts,) = reader.search(request).facets
            return [(one.value, one.count, one.selected) for one in counts.values], counts.other, counts.distinct

        assert count(2, FacetSort.COUNT) == ([("all", 9, False), ("k0", 3, False)], 15, 13)
        assert count(1, FacetSort.COUNT, "only 3") == ([("all", 9, False), ("only 3", 1, True)], 17, 13)
        assert count(1, FacetSort.LABEL, "unheard-of") == ([("all", 9, False), ("unheard-of", 0, True)], 18, 13)
        assert count(0, FacetSort.LABEL, "k1", MISSING) == ([("k1", 3, True)], 24, 13)

    def test_missing_selects_articles_without_a_value(self, backend: Backend) -> None:
        put(backend, Article(id="a", section="News"), Article(id="b"), Article(id="c", section=MISSING))
        assert found(backend, q.Every(), filters=(FacetFilter("section", (MISSING,)),)) == ["b", "c"]
        assert found(backend, q.Every(), filters=(FacetFilter("section", (MISSING, "News")),)) == ["a", "b", "c"]
        assert found(backend, q.Every(), filters=(FacetFilter("section", exclude=(MISSING,)),)) == ["a"]
        with backend.reader() as reader:
            (counts,) = reader.search(EngineRequest(query=q.Every(), facets=(FacetRequest("section"),))).facets
        assert (counts.values, counts.missing) == ((FacetValue("News", 1),), 2)

    def test_labels_differ_by_letter_case_last(self, backend: Backend) -> None:
        put(backend, Article(id="a", keywords=("b", "B", "a", "C")))
        with backend.reader() as reader:
            (counts,) = reader.search(EngineRequest(query=q.Every(), facets=(FacetRequest("keyword"),))).facets
        assert [one.value for one in counts.values] == ["a", "B", "b", "C"]

    @pytest.mark.parametrize("field", ["title", "published", "nowhere"])
    def test_what_is_no_facet_is_refused(self, backend: Backend, field: str) -> None:
        put(backend, Article(id="a", section="News"))
        with backend.reader() as reader:
            with pytest.raises(RequestInvalid):
                reader.search(EngineRequest(query=q.Every(), facets=(FacetRequest(field),)))
            with pytest.raises(RequestInvalid):
                reader.search(EngineRequest(query=q.Every(), filters=(FacetFilter(field, ("x",)),)))

    def test_a_path_counts_for_what_it_is_part_of(self, backend: Backend) -> None:
        """But a mere slash makes no path: nothing else is in “AC”, and nobody publishes under it."""
        sections = (
            "World",
            "World/Europe",
            "World > Europe",
            "World/Asia/Japan",
            "World/Asia/China",
            "AC/DC",
            "UK/London",
        )
        put(backend, *(Article(id=f"{n}", section=one) for n, one in enumerate(sections)), Article(id="none"))

        def select(*include: str, exclude: tuple[str, ...] = ()) -> str:
            return "".join(found(backend, q.Every(), filters=(FacetFilter("section", include, exclude),)))

        assert facet_of(backend, FacetRequest("section", 20), "UK").values == (
            FacetValue("World", 5),
            FacetValue("World/Asia", 2, parent="World"),
            FacetValue("AC/DC", 1),
            FacetValue("UK", 1, selected=True),
            FacetValue("UK/London", 1),
            FacetValue("World > Europe", 1, parent="World"),
            FacetValue("World/Asia/China", 1, parent="World/Asia"),
            FacetValue("World/Asia/Japan", 1, parent="World/Asia"),
            FacetValue("World/Europe", 1, parent="World"),
        )
        counts = facet_of(backend, FacetRequest("section", 2))
        assert (counts.missing, counts.distinct, counts.other) == (1, 8, 6)
        assert (select("World"), select("World/Asia"), select("World/Europe"), select("AC")) == (
            "01234",
            "34",
            "1",
            "5",
        )
        assert select("World", exclude=("World/Asia",)) == "012"
        counts = facet_of(backend, FacetRequest("section", 9, FacetSort.SIGNIFICANCE), "UK")
        assert counts.values == (FacetValue("UK", 1, selected=True, indexed=1),)
        assert select("Worl") == select("World/") == ""

    def test_values_are_looked_for_without_letter_case_and_accents(self, backend: Backend) -> None:
        put(backend, *(Article(id=f"{n}", people=("Erdoğan", f"Ünal  {n}", "O’Neil")) for n in range(4)))

        def labels(*selected: str, **wanted: Any) -> list[str]:
            counts = facet_of(backend, FacetRequest("person", **wanted), *selected)
            return [one.value for one in counts.values]

        assert labels(contains="DOGA") == labels(prefix="erdog") == labels(contains="n", prefix="e") == ["Erdoğan"]
        assert labels(contains="o'n") == ["O’Neil"]
        assert labels(contains="al 2") == ["Ünal  2"]
        assert labels(contains="n\nü") == labels(prefix="gan") == labels(contains="zebra") == []
        assert labels("Erdoğan", "Ünal  3", "Ungar", contains="un", size=1) == ["Ünal  0", "Ünal  3", "Ungar"]
        counts = facet_of(backend, FacetRequest("person", 1, contains="unal"))
        assert (counts.distinct, counts.other, counts.missing) == (4, 3, 0)

    def test_the_values_of_a_facet_can_be_paged_through(self, backend: Backend) -> None:
        put(backend, *(Article(id=f"{n}", keywords=("all", f"k{n % 3}", f"only {n}")) for n in range(9)))
        for sort in (FacetSort.COUNT, FacetSort.LABEL):
            whole = facet_of(backend, FacetRequest("keyword", 20, sort)).values
            pages = [
                facet_of(backend, FacetRequest("keyword", 5, sort, offset=start), "k1", "zebra")
                for start in (0, 5, 10, 15)
            ]
            assert [replace(one, selected=False) for page in pages for one in page.values] == list(whole)
            assert {page.distinct for page in pages} == {13}

    def test_by_significance_a_facet_lists_what_is_typical_of_the_answer(self, backend: Backend) -> None:
        put(
            backend,
            *(Article(id=f"s{n:02}", body="strike", people=("Hale", "Pike")[: 1 + (n < 3)]) for n in range(12)),
            *(Article(id=f"x{n:02}", people=("Hale",) if n < 4 else ("Reyes",)) for n in range(40)),
            *(Article(id=f"y{n}", body="strike", people=("Quay",)) for n in range(2)),
        )
        counts = facet_of(backend, FacetRequest("person", 9, FacetSort.SIGNIFICANCE), query=q.Term("body", "strike"))
        # 2 (12 ln 12·54/14·16 + 2 ln 2·54/14·38 + 4 ln 4·54/40·16 + 36 ln 36·54/40·38); Pike's is 8.62, Quay's are two.
        assert counts.values == (FacetValue("Hale", 12, indexed=16, significance=28.14),)
        assert (counts.distinct, counts.other, counts.missing) == (1, 0, 0)

    def test_by_significance_a_facet_counts_under_its_own_filter_too(self, backend: Backend) -> None:
        """So a person's facet tells who is named together with that person."""
        put(
            backend,
            *(Article(id=f"a{n}", people=("Hale", "Pike")) for n in range(6)),
            *(Article(id=f"b{n}", people=("Reyes", f"p{n}")) for n in range(20)),
        )
        counts = facet_of(backend, FacetRequest("person", 9, FacetSort.SIGNIFICANCE), "Hale")
        assert [(one.value, one.count, one.selected) for one in counts.values] == [
            ("Hale", 6, True),
            ("Pike", 6, False),
        ]
        counts = facet_of(backend, FacetRequest("person", 9, FacetSort.SIGNIFICANCE), "p3")
        assert counts.values == (FacetValue("p3", 1, selected=True, indexed=1),)
        assert facet_of(backend, FacetRequest("person", 9, FacetSort.SIGNIFICANCE)).values == ()

    # Stories and places

    @pytest.mark.parametrize("order", Order)
    def test_a_collapsed_answer_has_one_hit_of_each_story(self, backend: Backend, order: Order) -> None:
        put(
            backend,
            Article(id="a", body=STORY, published=Instant.of_day(2024, 1, 2), section="News"),
            Article(id="x", body="The dockers of elsewhere.", published=Instant.of_day(2024, 1, 3)),
        )
        put(
            backend,
            Article(id="b", body=STORY, published=Instant.of_day(2024, 1, 4), section="Sport"),
            Article(id="c", body=STORY, published=Instant.of_day(2024, 1, 1), section="Sport"),
        )
        request = EngineRequest(
            query=q.Term("body", "dockers"), order=order, collapse=True, facets=(FacetRequest("section"),)
        )
        with backend.reader() as reader:
            answer = reader.search(request)
            assert list(reader.scan(request)) == list(answer.hits) == walk(reader, replace(request, limit=1))
            (first,) = reader.search(replace(request, filters=(FacetFilter("section", ("Sport",)),))).hits
        assert (answer.total, answer.groups) == (4, 2)
        assert answer.facets[0].values == (FacetValue("Sport", 2), FacetValue("News", 1))
        groups = {hit.article.id: hit.group for hit in answer.hits}
        leading, others = {Order.RELEVANCE: ("a", "bc"), Order.NEWEST: ("b", "ac"), Order.OLDEST: ("c", "ab")}[order]
        assert groups == {"x": None, leading: Group("a", 3, tuple(others))}
        assert first.group == Group("a", 2, ("c",) if first.article.id == "b" else ("b",))

    def test_of_a_large_story_some_are_named(self, backend: Backend) -> None:
        put(backend, *(Article(id=f"{n:03}", body=STORY) for n in range(MOST_OTHERS + 9)))
        with backend.reader() as reader:
            (hit,) = reader.search(EngineRequest(query=q.Every(), order=Order.NEWEST, collapse=True)).hits
        assert hit.group == Group("000", MOST_OTHERS + 9, tuple(f"{n:03}" for n in range(1, MOST_OTHERS + 1)))

    @pytest.mark.parametrize("order", Order)
    def test_an_answer_goes_on_after_any_place(self, backend: Backend, order: Order) -> None:
        """Several articles have each date, and each score, in several segments; some have no date."""
        for part in (0, 1, 2):
            put(
                backend,
                *(
                    Article(
                        id=f"{n:02}",
                        body="rail " * (n % 2 + 1),
                        published=Instant.of_day(2024, 1, n % 3) if n % 3 else None,
                    )
                    for n in range(30)
                    if n % 7 % 3 == part
                ),
            )
        request = EngineRequest(query=q.Term("body", "rail"), order=order, limit=1)
        with backend.reader() as reader:
            hits = list(reader.scan(request))
            assert walk(reader, request) == walk(reader, replace(request, limit=4)) == hits
            page = reader.search(
                replace(request, after=Position(None if order is not Order.RELEVANCE else -1.0, "zebra"))
            )
            assert (page.hits, page.total, page.next) == ((), 30, None)
            middle = reader.search(replace(request, limit=10)).next
            assert middle is not None
            between = reader.search(replace(request, after=replace(middle, id=middle.id + "\ud800")))
            assert (between.start, between.hits) == (10, tuple(hits[10:11]))
            assert reader.search(replace(request, limit=30)).next is None
            assert reader.search(replace(request, limit=0)).next is None

    # Histogram

    @pytest.fixture
    def dated(self, backend: Backend) -> Backend:
        days = ["2024-01-31", "2024-02-01T23:30:00Z", "2024-02", "2024-04-30", "2024"]
        put(
            backend,
            *(Article(id=day, body="rail", published=parse_instant(day)) for day in days),
            Article(id="other", published=parse_instant("2024-03-15")),
            Article(id="undated", body="rail"),
        )
        return backend

    @pytest.mark.parametrize(
        ("interval", "expected"),
        [
            (Interval.MONTH, ["2024-01-01 31 2 2", "2024-02-01 29 2 2", "2024-03-01 31 0 1", "2024-04-01 30 1 1"]),
            (Interval.YEAR, ["2024-01-01 366 5 6"]),
        ],
        ids=str,
    )
    def test_the_histogram_has_no_gaps(self, dated: Backend, interval: Interval, expected: list[str]) -> None:
        """Each bucket here: its first day, its days, its hits, the archive's articles."""
        with dated.reader() as reader:
            answer = reader.search(EngineRequest(query=q.Term("body", "rail"), histogram=interval))
        assert answer.histogram is not None
        assert expected == [
            f"{one.start} {(one.end - one.start).days + 1} {one.count} {one.indexed}"
            for one in answer.histogram.buckets
        ]
        assert answer.histogram.undated == 1

    def test_weeks_start_on_monday_and_auto_is_the_finest_of_sixty(self, dated: Backend) -> None:
        with dated.reader() as reader:
            weeks = reader.search(EngineRequest(query=q.Every("published"), histogram=Interval.WEEK)).histogram
            auto = reader.search(EngineRequest(query=q.Every("published"), histogram=Interval.AUTO)).histogram
            days = reader.search(
                EngineRequest(
                    query=q.Every(), dates=span_of_days(date(2024, 2, 2), date(2024, 3, 15)), histogram=Interval.AUTO
                )
            ).histogram
        assert weeks is not None
        assert auto == weeks  # 121 days, 18 weeks
        assert weeks.buckets[0] == Bucket(date(2024, 1, 1), date(2024, 1, 7), 1, 1)
        assert days is not None
        assert days.interval is Interval.WEEK  # the year 2024 overlaps, and starts 75 days before the last

    def test_without_hits_the_histogram_is_empty(self, dated: Backend) -> None:
        with dated.reader() as reader:
            for interval in Interval:
                nothing = reader.search(EngineRequest(query=q.NullQuery, histogram=interval)).histogram
                undated = reader.search(EngineRequest(query=q.Term("id", "undated"), histogram=interval)).histogram
                assert nothing is not None
                assert (nothing.buckets, nothing.undated) == ((), 0)
                assert undated is not None
                assert (undated.buckets, undated.undated) == ((), 1)

    def test_a_wrong_date_does_not_make_millions_of_buckets(self, backend: Backend) -> None:
        put(
            backend,
            Article(id="a", published=parse_instant("0001")),
            Article(id="b", published=parse_instant("9999-12-31")),
        )
        with backend.reader() as reader:
            auto = reader.search(EngineRequest(query=q.Every(), histogram=Interval.AUTO)).histogram
            assert auto is not None
            assert (auto.interval, len(auto.buckets)) == (Interval.YEAR, 9999)
            for interval in (Interval.DAY, Interval.WEEK, Interval.MONTH):
                with pytest.raises(RequestInvalid):
                    reader.search(EngineRequest(query=q.Every(), histogram=interval))

    def test_days_are_those_of_the_archives_zone(self, opening: Opening) -> None:
        put(
            opening(UTC),
            Article(id="a", published=parse_instant("2024-06-19T23:30:00Z")),
            Article(id="b", published=parse_instant("2024-06-19")),
        )

        def days(zone: tzinfo) -> list[tuple[date, int]]:
            with opening(zone).reader() as reader:
                histogram = reader.search(EngineRequest(query=q.Every(), histogram=Interval.DAY)).histogram
            assert histogram is not None
            return [(bucket.start, bucket.count) for bucket in histogram.buckets]

        assert days(UTC) == [(date(2024, 6, 19), 2)]
        assert days(ZoneInfo("Europe/Berlin")) == [(date(2024, 6, 19), 1), (date(2024, 6, 20), 1)]
        midnight = span_of_days(date(2024, 6, 19), None).start
        first_second = Span(midnight, midnight)
        assert found(opening(UTC), q.Every(), dates=first_second) == ["b"]
        assert found(opening(ZoneInfo("America/New_York")), q.Every(), dates=first_second) == []

    # Generations

    def test_a_rebuilt_generation_answers_when_it_is_complete(self, opening: Opening) -> None:
        """Until then the one before does, also to whoever opens the index anew."""
        put(opening(UTC), *one_of_each("old", "old"))
        with opening(UTC).rebuild() as rebuild:
            rebuild.put(Article(id="c", title="new"))
            rebuild.put(Article(id="d", title="new"))
            rebuild.delete("d")
            assert rebuild.get("a") is None
            assert found(opening(UTC), q.Every()) == ["a", "b"]
        assert found(opening(UTC), q.Every()) == ["c"]
        assert states(opening(UTC)) == [("000001", False, 2), ("000002", True, 1)]
        with opening(UTC).reader() as reader:
            assert reader.commit.generation == "000002"

    def test_an_index_can_be_rebuilt_from_what_it_stores(self, backend: Backend, rich_article: Article) -> None:
        put(backend, rich_article, *one_of_each("one", "two"))
        with backend.writer() as writer:
            writer.delete("a")
        with backend.rebuild() as rebuild:
            for article in rebuild.live_articles():
                rebuild.put(article)
        with backend.reader() as reader:
            assert reader.get(rich_article.id) == replace(rich_article, cluster=None)
            assert reader.get("b") == one_of_each("one", "two")[1]
            assert reader.count(q.Every()) == 2

    def test_a_rebuilt_article_keeps_when_it_first_came_in(self, backend: Backend) -> None:
        then, later = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
        put(backend, Article(id="a", title="old", first_indexed=then), Article(id="b", title="old"))
        with backend.rebuild() as rebuild:
            for one in "abc":
                rebuild.put(Article(id=one, title="new", first_indexed=later))
        with backend.reader() as reader:
            articles = [reader.get(one) for one in "abc"]
        assert [one and one.first_indexed for one in articles] == [then, later, later]
        assert [one and one.title for one in articles] == ["new"] * 3

    def test_articles_collected_elsewhere_for_a_new_generation_keep_when_they_first_came_in(
        self, backend: Backend
    ) -> None:
        then, later = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
        put(backend, Article(id="a", title="old", first_indexed=then))
        with backend.rebuild() as rebuild:
            for ids in ("ab", "c"):
                builder = pickle.loads(pickle.dumps(rebuild.segment_builder(1 << 20)))  # noqa: S301  # our own
                for one in ids:
                    assert builder.get(one) is None
                    builder.add(Article(id=one, title=f"new {one}", first_indexed=later))
                rebuild.adopt(builder.finish(), ())
            assert rebuild.get("a") is not None
        with backend.reader() as reader:
            articles = [reader.get(one) for one in "abc"]
        assert [one and one.first_indexed for one in articles] == [then, later, later]

    def test_a_rebuilding_that_fails_changes_nothing(self, backend: Backend) -> None:
        put(backend, Article(id="a", title="old"))

        def fail() -> None:
            with backend.rebuild() as rebuild:
                rebuild.put(Article(id="b"))
                raise KeyboardInterrupt

        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                fail()
            assert found(backend, q.Every()) == ["a"]
            assert states(backend) == [("000001", True, 1)]
        put(backend, Article(id="c"))
        assert found(backend, q.Every()) == ["a", "c"]

    def test_an_empty_generation_is_one_too(self, backend: Backend) -> None:
        put(backend, Article(id="a"))
        with backend.rebuild():
            pass
        assert found(backend, q.Every()) == []
        assert states(backend) == [("000001", False, 1), ("000002", True, 0)]

    def test_one_generation_is_kept_and_rolling_back_swaps_the_two(self, backend: Backend) -> None:
        put(backend, Article(id="a"))
        for one in "bc":
            with backend.rebuild() as rebuild:
                rebuild.put(Article(id=one))
        assert states(backend) == [("000002", False, 1), ("000003", True, 1)]
        assert backend.rollback().name == "000002"
        assert found(backend, q.Every()) == ["b"]
        put(backend, Article(id="d"))
        assert states(backend) == [("000003", False, 1), ("000002", True, 2)]
        assert backend.rollback().name == "000003"
        assert found(backend, q.Every()) == ["c"]
        assert backend.rollback().articles == 2
        with backend.rebuild() as rebuild:
            rebuild.put(Article(id="e"))
        assert states(backend) == [("000002", False, 2), ("000004", True, 1)]

    def test_without_a_kept_generation_there_is_no_rolling_back(self, backend: Backend) -> None:
        put(backend, Article(id="a"))
        with pytest.raises(NoGenerationKept):
            backend.rollback()
        assert found(backend, q.Every()) == ["a"]

    def test_without_an_index_there_is_nothing_to_rebuild_or_roll_back(self, backend: Backend) -> None:
        with pytest.raises(IndexMissing), backend.rebuild():
            pass
        with pytest.raises(IndexMissing):
            backend.rollback()
        with pytest.raises(IndexMissing):
            backend.generations()
        with pytest.raises(IndexMissing), backend.reader():
            pass

    def test_rebuilding_and_rolling_back_are_writing(self, opening: Opening) -> None:
        put(opening(UTC), Article(id="a"))
        with opening(UTC).rebuild() as rebuild:
            for attempt in (opening(UTC).writer, opening(UTC).rebuild):
                with pytest.raises(IndexLocked), attempt():
                    pass
            with pytest.raises(IndexLocked):
                opening(UTC).rollback()
            rebuild.put(Article(id="b"))
        with opening(UTC).writer(), pytest.raises(IndexLocked), opening(UTC).rebuild():
            pass
        assert found(opening(UTC), q.Every()) == ["b"]

    def test_a_held_reader_outlives_its_generation(self, backend: Backend) -> None:
        put(backend, *one_of_each("a ferry", "a ferry"))
        with backend.reader() as reader:
            for number in range(3):
                with backend.rebuild() as rebuild:
                    rebuild.put(Article(id=f"{number}", title="another ferry"))
            assert [hit.article.id for hit in reader.scan(EngineRequest(query=q.Term("title", "ferry")))] == ["a", "b"]
            assert list(reader.terms("title")) == [TermCount("a", 2), TermCount("ferry", 2)]
        assert found(backend, q.Term("title", "ferry")) == ["2"]

    def test_what_was_written_is_whole(self, backend: Backend, rich_article: Article) -> None:
        put(backend, rich_article, *one_of_each("one", "two"))
        with backend.rebuild() as rebuild:
            rebuild.put(rich_article)
        for name, _, articles in states(backend):
            parts = list(backend.verify(name))
            assert [part.damages for part in parts] == [()] * len(parts)
            assert parts[-1].articles == articles

    # Withdrawals

    def test_what_is_withdrawn_is_gone_and_remembered(self, opening: Opening) -> None:
        put(opening(UTC), *one_of_each("one", "two"))
        with opening(UTC).writer() as writer:
            writer.withdraw(WITHDRAWAL)
            assert (writer.get("a"), writer.withdrawal("a"), writer.withdrawal("b")) == (None, WITHDRAWAL, None)
            writer.withdraw(replace(WITHDRAWAL, id="unheard of"))
        assert found(opening(UTC), q.Every()) == ["b"]
        assert opening(UTC).withdrawals() == {one: replace(WITHDRAWAL, id=one) for one in ("a", "unheard of")}

    def test_a_block_that_fails_withdraws_nothing(self, backend: Backend) -> None:
        put(backend, *one_of_each("one", "two"))

        def fail() -> None:
            with backend.writer() as writer:
                writer.withdraw(WITHDRAWAL)
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fail()
        assert backend.withdrawals() == {}
        assert found(backend, q.Every()) == ["a", "b"]

    def test_an_article_is_there_or_withdrawn_and_never_both(self, backend: Backend) -> None:
        put(backend, Article(id="a", title="one"))
        with backend.writer() as writer:
            writer.withdraw(WITHDRAWAL)
            writer.put(Article(id="a", title="two"))
        assert (found(backend, q.Every()), dict(backend.withdrawals())) == (["a"], {})
        with backend.writer() as writer:
            writer.withdraw(WITHDRAWAL)
        with backend.writer() as writer:
            writer.readmit("a")
        assert (found(backend, q.Every()), dict(backend.withdrawals())) == ([], {})

    def test_a_later_withdrawal_and_one_for_good_take_the_place_of_another(self, backend: Backend) -> None:
        first, later = (replace(WITHDRAWAL, final=False, version=number) for number in (1, 2))
        for told, remembered in (([first, later], later), ([later, first], later), ([WITHDRAWAL, later], WITHDRAWAL)):
            with backend.writer() as writer:
                writer.readmit("a")
                for one in told:
                    writer.withdraw(one)
            assert backend.withdrawals() == {"a": remembered}

    def test_withdrawals_outlive_rebuilding_and_rolling_back(self, backend: Backend) -> None:
        put(backend, *one_of_each("one", "two"))
        with backend.rebuild() as rebuild:
            for article in rebuild.live_articles():
                rebuild.put(article)
        with backend.writer() as writer:
            writer.withdraw(WITHDRAWAL)
        backend.rollback()
        assert found(backend, q.Every()) == ["b"]
        with backend.rebuild() as rebuild:
            assert rebuild.withdrawal("a") == WITHDRAWAL
            rebuild.withdraw(replace(WITHDRAWAL, id="b"))
        assert set(backend.withdrawals()) == {"a", "b"}

    def test_purging_leaves_nothing_in_any_generation(self, backend: Backend) -> None:
        put(backend, *one_of_each("one", "two"))
        with backend.rebuild() as rebuild:
            for article in rebuild.live_articles():
                rebuild.put(article)
        put(backend, Article(id="a", title="corrected"))
        others = [WITHDRAWAL, replace(WITHDRAWAL, id="unheard of")]
        assert backend.purge(others) == {"a"}
        assert [(name, articles) for name, _, articles in states(backend)] == [("000001", 1), ("000002", 1)]
        assert set(backend.withdrawals()) == {"a", "unheard of"}
        assert backend.purge(others) == set()
        assert backend.rollback().articles == 1
        assert found(backend, q.Every()) == ["b"]

    def test_without_an_index_there_is_nothing_to_withdraw(self, backend: Backend) -> None:
        with pytest.raises(IndexMissing):
            backend.withdrawals()
        with pytest.raises(IndexMissing):
            backend.purge([WITHDRAWAL])

    # Clusters

    def test_near_duplicates_share_a_cluster_named_by_the_smallest_id(self, backend: Backend) -> None:
        put(backend, Article(id="c", body=STORY), Article(id="x", body="another"))
        assert found(backend, q.Every("cluster")) == []
        put(backend, Article(id="b", body=STORY.replace("forty", "fourteen"), cluster="what it brings along"))
        assert found(backend, q.Term("cluster", "b")) == found(backend, q.Every("cluster")) == ["b", "c"]
        put(backend, Article(id="a", body=STORY))
        assert found(backend, q.Term("cluster", "b")) == []
        assert found(backend, q.Prefix("cluster", "a")) == ["a", "b", "c"]
        request = EngineRequest(query=q.Every(), limit=9, facets=(FacetRequest("cluster"),))
        with backend.reader() as reader:
            answer = reader.search(request)
            assert {hit.article.id: hit.article.cluster for hit in answer.hits} == {
                "a": "a", "b": "a", "c": "a", "x": None,
            }  # fmt: skip
            assert answer.facets[0].values == (FacetValue("a", 3, selected=False),)
            assert answer.facets[0].missing == 1
            assert list(reader.terms("cluster")) == [TermCount("a", 3)]
        with backend.writer() as writer:
            writer.delete("a")
            writer.delete("b")
        assert found(backend, q.Every("cluster")) == []

    def test_a_block_may_leave_the_clusters_to_the_next(self, backend: Backend) -> None:
        """Which then has them even if it changes nothing else."""
        with backend.writer() as writer:
            for one in "ab":
                writer.put(Article(id=one, body=STORY))
            writer.leave_clusters()
        with backend.writer():
            pass
        assert found(backend, q.Term("cluster", "a")) == ["a", "b"]
        put(backend, Article(id="c", body=STORY))
        assert found(backend, q.Term("cluster", "a")) == ["a", "b", "c"]

    # Terms

    def test_terms_are_a_facets_values_or_a_texts_words(self, backend: Backend) -> None:
        put(
            backend,
            Article(id="a", title="Putin’s visit", places=("Seoul", "Seoul"), language="en"),
            Article(id="b", title="The Visit", places=("North Korea",), dateline="Seoul"),
        )
        with backend.reader() as reader:
            assert list(reader.terms("place")) == [TermCount("North Korea", 1), TermCount("Seoul", 1)]
            assert list(reader.terms("place", "S")) == [TermCount("Seoul", 1)]
            assert list(reader.terms("title")) == [
                TermCount("putin", 1), TermCount("putin's", 1), TermCount("the", 1), TermCount("visit", 2)
            ]  # fmt: skip
            assert list(reader.terms("title", "v")) == [TermCount("visit", 2)]
            assert list(reader.terms("dateline")) == [TermCount("seoul", 1)]
            assert list(reader.terms("id")) == [TermCount("a", 1), TermCount("b", 1)]
            for field in ("published", "nowhere"):
                with pytest.raises(RequestInvalid):
                    list(reader.terms(field))
        with backend.writer() as writer:
            writer.delete("a")
        with backend.reader() as reader:
            assert list(reader.terms("title")) == [TermCount("the", 1), TermCount("visit", 1)]
            assert list(reader.terms("place")) == [TermCount("North Korea", 1)]
