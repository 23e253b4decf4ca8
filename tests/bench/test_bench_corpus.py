"""The benchmark's articles: equal for equal seeds, and the same tokens to every engine."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import islice
from pathlib import Path
from statistics import mean

import pytest
from bench.corpus import FACETS, SINGLE, JsonLines, Synthetic, month_number
from bench.invented import invented_words
from bench.reuters import equal_tokens
from hypothesis import given
from hypothesis import strategies as st
from strategies import WORDS

from index.analysis import stem, words


@pytest.fixture(scope="module")
def corpus() -> Synthetic:
    return Synthetic(1_200, seed=1)


def test_invented_words_are_their_own_stems() -> None:
    """Or Backfile would index other tokens than the engines that do not stem."""
    invented = invented_words(20_000, seed=3)
    assert len(set(invented)) == 20_000
    assert [word for word in invented if stem(word) != word or not (word.isascii() and word.islower())] == []


def test_frequent_words_are_short() -> None:
    lengths = [len(word) for word in invented_words(5_000, seed=3)]
    assert lengths == sorted(lengths)


def test_equal_seeds_give_equal_articles_and_others_do_not(corpus: Synthetic) -> None:
    again, other = Synthetic(1_200, seed=1), Synthetic(5, seed=8)
    assert list(again.records()) == list(corpus.records())
    assert next(other.records()) != next(corpus.records())


def test_a_longer_corpus_begins_as_a_shorter_one(corpus: Synthetic) -> None:
    assert list(Synthetic(700, seed=1).records()) == list(islice(corpus.records(), 700))


def test_articles_are_of_the_size_and_kind_that_was_ordered(corpus: Synthetic) -> None:
    records = list(corpus.records())
    assert len({record.id for record in records}) == 1_200
    assert 280 < mean(len(record.body.split()) for record in records) < 320
    assert {record.date.year for record in records} == set(range(2015, 2025))
    assert all(date(2015, 1, 1) <= record.date <= date(2024, 12, 31) for record in records)
    assert len({value for record in records for value in record.section}) == 12
    assert len({value for record in records for value in record.source}) == 40
    for name, bounds in {"place": (1, 3), "person": (0, 5), **dict.fromkeys(SINGLE, (1, 1))}.items():
        counts = {len(record.values(name)) for record in records}
        assert bounds[0] <= min(counts) <= max(counts) <= bounds[1]
    assert all(len(set(record.values(name))) == len(record.values(name)) for record in records for name in FACETS)


def test_words_are_as_unequal_as_in_a_language(corpus: Synthetic) -> None:
    """A few words are everywhere, and most are in one article or two."""
    counts = Counter(word for record in corpus.records() for word in set(record.body.split()))
    assert counts.most_common(1)[0][1] > 0.9 * 1_200
    assert sum(1 for count in counts.values() if count <= 2) > len(counts) / 2


def test_every_tokenizer_cuts_a_text_alike(corpus: Synthetic) -> None:
    record = next(corpus.records())
    assert words(record.body) == record.body.split()
    assert "\n\n" in record.body, "snippets end at paragraphs"


def test_without_titles_nothing_else_changes(corpus: Synthetic) -> None:
    bare, full = next(Synthetic(1, seed=1, titles=False).records()), next(corpus.records())
    assert (bare.title, bare.body, bare.person) == ("", full.body, full.person)


def test_a_file_gives_back_what_was_written(corpus: Synthetic, tmp_path: Path) -> None:
    lines = JsonLines("three", tmp_path / "articles.jsonl")
    lines.write(islice(corpus.records(), 3))
    assert list(lines.records()) == list(lines.records()) == list(islice(corpus.records(), 3))


def test_months_follow_each_other_over_the_end_of_a_year() -> None:
    assert month_number(date(2016, 1, 31)) == month_number(date(2015, 12, 1)) + 1


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=12))).map(" ".join))
def test_real_text_is_cut_down_to_tokens_that_all_engines_keep(text: str) -> None:
    tokens = equal_tokens(text)
    assert all(token.isascii() and token.isalnum() and token == token.lower() == stem(token) for token in tokens)
    assert words(" ".join(tokens)) == tokens
