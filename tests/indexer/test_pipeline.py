"""What is read ends in the index once, whatever the order, and every record has exactly one outcome."""

from __future__ import annotations

import errno
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, permutations
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model import ModelBackend

from index.article import Article, Origin
from index.dates import parse_instant
from index.errors import ArticleRejected, IndexLocked, IndexMissing, SystemRefuses
from index.withdrawals import Withdrawal
from indexer.archives import RawInput, buffered
from indexer.format import Embargoed, Format, Found, Rejected, TakenBack
from indexer.pipeline import Cancelled, Record, index_articles, read_articles
from indexer.report import Report

NOON = datetime(2024, 6, 19, 12, tzinfo=UTC)
A, B = Article(id="a", title="A"), Article(id="b", title="B")
REJECT = Rejected(Origin("x"), "broken")


class Given:
    """A format that gives what it is told to, and takes any input for its own."""

    name = "given"

    def __init__(self, *found: Found | Exception) -> None:
        self._found = found

    def sniff(self, head: bytes, name: str) -> float:
        return 1.0

    def parse(self, stream: BinaryIO, origin: Origin) -> Iterator[Found]:
        for entry in self._found:
            if isinstance(entry, Exception):
                raise entry
            yield entry


def source(data: bytes = b"something", name: str = "x") -> RawInput:
    return RawInput(name, Origin("file"), buffered(io.BytesIO(data), "the file"))


def read(*found: Found | Exception) -> list[Record]:
    return list(read_articles(source(), (Given(*found),), NOON))


def run(backend: ModelBackend, *found: Record, **options: object) -> Counter[str]:
    """The outcomes of one run that are not zero."""
    report = Report()
    index_articles(found, backend, report=report, rejected=lambda _: None, clock=lambda: NOON, **options)  # type: ignore[arg-type]  # options of index_articles
    assert report.records == sum(report.counts.values())
    return Counter({str(outcome): number for outcome, number in report.counts.items() if number})


def stored(backend: ModelBackend, article_id: str) -> Article:
    with backend.reader() as reader:
        article = reader.get(article_id)
    assert article is not None
    return article


def test_an_article_is_cleaned_and_gets_an_id_and_an_origin() -> None:
    (article,) = read(Article(title=" A\0 \n title "))
    assert isinstance(article, Article)
    assert article.title == "A title"
    assert article.id.startswith("h-")
    assert article.origin == Origin("file")


def test_an_origin_that_the_format_gives_is_kept() -> None:
    (article,) = read(Article(title="A", origin=Origin("file", "", 4)))
    assert article.origin == Origin("file", "", 4)


def test_a_title_alone_is_an_article_and_nothing_at_all_is_none() -> None:
    first, second = read(Article(title="A"), Article(title=" \0 ", body="\n", keywords=("a",)))
    assert isinstance(first, Article)
    assert second == Rejected(Origin("file"), "there is neither a title nor a text in it")


def test_a_rejected_record_is_passed_on() -> None:
    assert read(REJECT) == [REJECT]


def test_an_input_that_the_format_refuses_is_one_reject_after_what_it_gave() -> None:
    first, second = read(A, ArticleRejected("it ends early"))
    assert isinstance(first, Article)
    assert second == Rejected(Origin("file"), "it ends early")


@pytest.mark.parametrize("bug", [ZeroDivisionError("division by zero"), RecursionError("too deep")])
def test_a_bug_in_a_format_costs_its_input_only(bug: Exception) -> None:
    first, second = read(A, bug, B)
    assert isinstance(first, Article)
    assert second == Rejected(Origin("file"), f"internal error: {type(bug).__name__}: {bug}")


def test_a_full_disk_is_no_inputs_fault_and_rejects_nothing() -> None:
    with pytest.raises(SystemRefuses, match=r"Articles cannot be read \(somewhere\): no space left .*TMPDIR"):
        read(A, OSError(errno.ENOSPC, "No space left on device", "somewhere"))
    assert len(read(A, OSError(errno.EIO, "Input/output error"))) == 2


def test_an_article_that_is_none_costs_itself_only() -> None:
    nonsense = Article(title=5)  # type: ignore[arg-type]  # what a faulty format might give
    first, second = read(nonsense, A)
    assert isinstance(first, Rejected)
    assert first.reason.startswith("internal error: ")
    assert isinstance(second, Article)


def test_a_bug_in_recognising_costs_its_input_only() -> None:
    class Faulty(Given):
        def sniff(self, head: bytes, name: str) -> float:
            raise KeyError(name)

    assert list(read_articles(source(), (Faulty(),), NOON)) == [
        Rejected(Origin("file"), "internal error: KeyError: 'x'"),
    ]


def test_an_unknown_format_is_rejected() -> None:
    class Nothing(Given):
        def sniff(self, head: bytes, name: str) -> float:
            return 0.0

    unknown, binary = (
        next(read_articles(source(data), (Nothing(),), NOON)) for data in (b"text", bytes(range(32)) * 9)
    )
    assert isinstance(unknown, Rejected)
    assert "unknown format: it looks like none of given" in unknown.reason
    assert isinstance(binary, Rejected)
    assert "not text" in binary.reason


@pytest.mark.parametrize("sureness", [0.0, 0.6])
def test_a_known_format_that_is_not_read_is_refused_by_name(sureness: float) -> None:
    class Unsure(Given):
        def sniff(self, head: bytes, name: str) -> float:
            return sureness

    (found,) = read_articles(source(b'<?xml version="1.0"?><alto>'), (Unsure(A),), NOON)
    assert found == Rejected(Origin("file"), "a scanned page (ALTO) is not read")


def test_a_format_that_is_sure_reads_what_would_be_refused() -> None:
    (found,) = read_articles(source(b'<?xml version="1.0"?><nitf>'), (Given(A),), NOON)
    assert isinstance(found, Article)


def test_the_surest_format_reads_an_input_from_its_first_byte() -> None:
    class Echo(Given):
        def sniff(self, head: bytes, name: str) -> float:
            return 0.9 if head.startswith(b"first") and name == "x" else 0.0

        def parse(self, stream: BinaryIO, origin: Origin) -> Iterator[Article | Rejected]:
            yield Article(title=stream.read().decode())

    formats: tuple[Format, ...] = (Echo(),)
    (found,) = read_articles(source(b"first words"), formats, NOON)
    assert isinstance(found, Article)
    assert found.title == "first words"


def test_every_record_has_one_outcome() -> None:
    backend = ModelBackend()
    assert run(backend, A, REJECT, B, A) == {"added": 2, "rejected": 1, "duplicate": 1}
    assert run(backend, A, Article(id="b", title="B2"), REJECT) == {"unchanged": 1, "updated": 1, "rejected": 1}


def test_the_same_input_again_is_unchanged_and_makes_no_commit() -> None:
    backend = ModelBackend()
    run(backend, A, B)
    with backend.reader() as reader:
        before = reader.commit
    assert run(backend, A, B) == {"unchanged": 2}
    with backend.reader() as reader:
        assert reader.commit == before


def test_an_article_remembers_when_it_first_came_in() -> None:
    backend = ModelBackend()
    ticks = (NOON + timedelta(days=day) for day in count())
    for title in ("one", "two"):
        index_articles(
            [Article(id="a", title=title)], backend, report=Report(), rejected=lambda _: None, clock=lambda: next(ticks)
        )
    assert (stored(backend, "a").title, stored(backend, "a").first_indexed) == ("two", NOON)


def versions(*modified: str | None) -> list[Article]:
    return [
        Article(id="a", title=f"Version {number}", modified=parse_instant(day) if day else None)
        for number, day in enumerate(modified)
    ]


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_of_several_versions_in_one_run_the_latest_wins_in_any_order(order: tuple[int, ...]) -> None:
    all_versions = versions("2024-01-02", "2024-01-03", None)
    backend = ModelBackend()
    outcomes = run(backend, *(all_versions[number] for number in order))
    assert stored(backend, "a").title == "Version 1"
    assert outcomes["added"] == 1
    assert outcomes.total() == 3


@pytest.mark.parametrize("order", [*permutations(range(3))])
@pytest.mark.parametrize("again", [*permutations(range(3))])
def test_several_versions_indexed_again_are_unchanged_in_any_order(
    order: tuple[int, ...], again: tuple[int, ...]
) -> None:
    all_versions = versions(None, None, None)
    backend = ModelBackend()
    run(backend, *(all_versions[number] for number in order))
    before = stored(backend, "a")
    assert run(backend, *(all_versions[number] for number in again)) == {"unchanged": 3}
    assert stored(backend, "a") == before


def test_a_version_that_its_publisher_numbers_or_dates_lower_never_replaces_a_later_one() -> None:
    """Neither within a run nor when an old file is indexed again."""
    numbered = [Article(id="a", title=f"Version {number}", version=number) for number in (9, 10)]
    dated = versions("2024-01-02", "2024-01-03")
    for older, later in (numbered, dated):
        for order in ((older, later), (later, older)):
            together, apart = ModelBackend(), ModelBackend()
            run(together, *order)
            for article in order:
                run(apart, article)
            assert stored(together, "a").title == stored(apart, "a").title == later.title
        assert run(apart, older) == {"unchanged": 1}


def test_the_number_of_a_version_counts_for_more_than_its_date() -> None:
    earlier, later = versions("2024-01-03", "2024-01-02")
    backend = ModelBackend()
    run(backend, replace(later, version=2), replace(earlier, version=1))
    assert stored(backend, "a").title == later.title


def test_an_embargoed_article_goes_in_when_its_moment_has_come() -> None:
    before, after = read(Embargoed(A, NOON + timedelta(seconds=1)), Embargoed(A, NOON))
    assert before == Rejected(
        Origin("file"), "its publisher does not want it seen before 2024-06-19T12:00:01+00:00: embargoed"
    )
    assert isinstance(after, Article)
    assert after.id == "a"


def taken_back(version: int = 0, name: str = "a") -> Record:
    (record,) = read(TakenBack(Article(id=name, version=version), "it is marked as canceled"))
    return record


def article(version: int, title: str = "A", name: str = "a") -> Article:
    return Article(id=name, title=title, version=version, origin=Origin(f"{version}.xml"))


def test_what_its_publisher_takes_back_disappears_and_says_why() -> None:
    backend, rejects, report = ModelBackend(), list[Rejected](), Report()
    run(backend, article(1))
    index_articles([taken_back(2), article(1)], backend, report=report, rejected=rejects.append, clock=lambda: NOON)
    assert report.taken_back == 1
    assert rejects == [
        Rejected(Origin("file"), "it is marked as canceled"),
        Rejected(Origin("1.xml"), "taken back by its publisher: it is marked as canceled (since 2024-06-19)"),
    ]
    with backend.reader() as reader:
        assert reader.get("a") is None
    assert run(backend, article(3)) == {"added": 1}
    assert run(backend, taken_back(2)) == {"rejected": 1}
    assert stored(backend, "a").version == 3


def test_a_take_back_of_what_has_no_name_is_a_reject() -> None:
    assert read(TakenBack(Article(title="T", body="no id, no address"), "killed")) == [
        Rejected(Origin("file"), "killed")
    ]
    (by_address,) = read(TakenBack(Article(url="https://herald.example/1"), "killed"))
    (published,) = read(Article(url="https://herald.example/1", title="T"))
    assert isinstance(by_address, Cancelled)
    assert isinstance(published, Article)
    assert by_address.id == published.id


def test_what_the_operator_has_withdrawn_is_rejected_whatever_its_version() -> None:
    backend = ModelBackend()
    run(backend, article(1))
    backend.purge([Withdrawal("a", NOON, "the court says so")])
    assert run(backend, article(2), taken_back(3), article(4)) == {"rejected": 3}
    assert backend.withdrawals()["a"].final


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from("ab"), st.integers(1, 4)), max_size=8),
    st.randoms(use_true_random=False),
    st.integers(1, 4),
)
def test_take_backs_may_come_in_any_order(told: list[tuple[bool, str, int]], random: object, batch: int) -> None:
    found = [taken_back(version, name) if back else article(version, name=name) for back, name, version in told]
    shuffled = found.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' Random
    first, second = ModelBackend(), ModelBackend()
    run(first, *found)
    run(second, *shuffled, batch=batch)
    run(second, *found)
    for name in {name for _, name, _ in told}:
        articles = [version for back, one, version in told if one == name and not back]
        back = [version for back, one, version in told if one == name and back]
        newest = max(articles, default=0)
        for backend in (first, second):
            with backend.reader() as reader:
                there = reader.get(name)
            assert (there.version if there else 0) == (newest if newest > max(back, default=0) else 0)
    assert dict(first.withdrawals() if found else {}) == dict(second.withdrawals() if found else {})


def test_a_corrected_file_replaces_what_an_earlier_run_read_whatever_its_rank() -> None:
    for titles in (("x", "y"), ("y", "x")):
        backend = ModelBackend()
        for title in titles:
            run(backend, Article(id="a", title=title))
        assert stored(backend, "a").title == titles[1]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from([None, "2024", "2025"])), max_size=8
    ),
    st.randoms(use_true_random=False),
    st.integers(1, 4),
)
def test_order_and_batches_never_matter_to_the_index(
    told: list[tuple[str, str, str | None]], random: object, batch: int
) -> None:
    found = [
        Article(id=name, title=title, modified=parse_instant(year) if year else None) for name, title, year in told
    ]
    shuffled = found.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' Random
    first, second = ModelBackend(), ModelBackend()
    assert run(first, *found).total() == len(found)
    run(second, *shuffled, batch=batch)
    for name in {article.id for article in found}:
        assert stored(first, name) == stored(second, name)
    assert set(run(first, *shuffled)) <= {"unchanged", "duplicate"}


def test_a_run_commits_batch_by_batch() -> None:
    """A killed run loses no more than the last batch."""
    backend = ModelBackend()
    seen: list[int] = []

    def found() -> Iterator[Article]:
        for number in range(5):
            try:
                with backend.reader() as reader:
                    seen.append(sum(reader.get(str(n)) is not None for n in range(5)))
            except IndexMissing:
                seen.append(0)
            yield Article(id=str(number), title="T")

    report = Report()
    index_articles(found(), backend, report=report, rejected=lambda _: None, clock=lambda: NOON, batch=2)
    assert seen == [0, 0, 2, 2, 4]
    assert report.committed == report.records == 5


def test_a_run_that_is_told_to_stop_commits_what_it_has_and_goes_on_the_next_time() -> None:
    backend = ModelBackend()
    articles = [Article(id=str(number), title="T") for number in range(5)]
    answers = iter([False, False, True])
    report = Report()
    index_articles(
        articles, backend, report=report, rejected=lambda _: None, clock=lambda: NOON, stopping=lambda: next(answers)
    )
    assert report.stopped
    assert report.records == report.committed == 3
    assert run(backend, *articles) == {"unchanged": 3, "added": 2}


def test_a_failing_write_leaves_the_batches_before_it() -> None:
    backend = ModelBackend()

    def found() -> Iterator[Article]:
        yield from (Article(id=str(number), title="T") for number in range(3))
        raise OSError(28, "No space left on device")

    report = Report()
    with pytest.raises(OSError, match="No space"):
        index_articles(found(), backend, report=report, rejected=lambda _: None, clock=lambda: NOON, batch=2)
    assert report.committed == 2
    assert stored(backend, "1").title == "T"
    with backend.reader() as reader:
        assert reader.get("2") is None


def test_nothing_is_read_when_the_index_is_locked() -> None:
    backend = ModelBackend()
    read_already: list[bool] = []

    def found() -> Iterator[Article]:
        read_already.append(True)
        yield A

    with backend.writer(), pytest.raises(IndexLocked):
        index_articles(found(), backend, report=Report(), rejected=lambda _: None, clock=lambda: NOON)
    assert not read_already


def test_every_reject_is_handed_on() -> None:
    handed: list[Rejected] = []
    index_articles([REJECT, A], ModelBackend(), report=Report(), rejected=handed.append, clock=lambda: NOON)
    assert handed == [REJECT]
