"""Near duplicates share a cluster, whatever order they come in; different stories do not."""

from __future__ import annotations

import hashlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.duplicates import ALIKE, FEWEST_WORDS, SIGNATURE, Signatures, groups, signatures_of

STORY = (
    "The dockers of Sarnholt stopped work on Wednesday after talks about night shifts broke down for the third time. "
    "Some forty ships wait in the roads, the harbour authority said, and the first of them have turned back to Tarvik. "
    "The union wants a pause of eleven hours between two shifts; the owners offer nine. Talks go on next week."
)
OTHER = (
    "Brenwick's old mint is to become a museum of money, the town council decided by eleven votes against four. "
    "Its machines, the last of which stood still in 1931, were found under sailcloth by two pupils who had lost it. "
    "The rebuilding costs four million crowns, half of which a bank gives that once had its first counter there."
)


def article(body: str, title: str | None = None) -> Article:
    return Article(title=title, body=body)


def clusters(ids: list[str], signatures: Signatures) -> dict[str, str]:
    """Those that are in a group, with the smallest of it."""
    found: dict[int, list[str]] = {}
    for one, group in zip(ids, groups(signatures).tolist(), strict=True):
        found.setdefault(group, []).append(one)
    found.pop(-1, None)
    return {one: min(group) for group in found.values() for one in group}


def of(articles: dict[str, Article]) -> dict[str, str]:
    """The clusters of articles by id."""
    return clusters(list(articles), signatures_of(articles.values()))


def signature(article: Article) -> bytes:
    return signatures_of([article]).tobytes()


def test_a_story_and_its_correction_are_one_group() -> None:
    corrected = STORY.replace("forty ships", "fourteen ships")
    assert of({"b": article(STORY), "a": article(corrected), "c": article(OTHER)}) == {"a": "a", "b": "a"}


def test_letter_case_punctuation_and_another_headline_change_nothing() -> None:
    shouted = article(STORY.upper().replace(",", " -"), "DOCKERS STOP WORK")
    assert signature(article(STORY, "Sarnholt waits")) == signature(shouted)


def test_a_story_a_third_of_which_is_new_is_another_story() -> None:
    half = len(STORY) // 2
    assert of({"a": article(STORY), "b": article(STORY[:half] + OTHER[half:])}) == {}


def test_short_texts_are_like_their_equals_only() -> None:
    brief = "Qtly div 15 crowns vs 15 crowns prior. Pay April 10. Record March 27."
    articles = {
        "a": article(brief, "Trask & Sons sets quarterly"),
        "b": article(brief, "Northern Light Bank sets quarterly"),
        "c": article(brief, "TRASK & SONS SETS QUARTERLY"),
    }
    assert of(articles) == {"a": "a", "c": "a"}


def test_titles_without_a_text_are_compared_too() -> None:
    title = "Fire takes the end of the pier"
    assert of({"a": article("", title), "b": article("", title), "c": article("", "Fire out")}) == {"a": "a", "b": "a"}


def test_an_article_without_words_has_no_signature_and_no_cluster() -> None:
    nothing = signature(article(" … ", "—"))
    assert nothing == bytes(SIGNATURE)
    assert of({"a": article("—"), "b": article("—")}) == {}


def test_no_articles_make_no_clusters() -> None:
    assert of({}) == {}


def test_a_chain_of_versions_is_one_cluster() -> None:
    """The first and the last have less in common than two of a cluster must have, each and the next have enough."""
    sentences = [
        f"In the year {year} the harbour of Sarnholt moved {year * 7} tonnes of salted herring." for year in range(30)
    ]
    versions = {f"v{at}": article(" ".join(sentences[at : at + 20])) for at in range(9)}
    ends = signatures_of([versions["v0"], versions["v8"]])
    assert np.count_nonzero(ends[0] == ends[1]) < SIGNATURE * ALIKE
    assert of(versions) == dict.fromkeys(versions, "v0")


def test_a_signature_is_the_same_on_every_machine() -> None:
    found = signature(article(STORY))
    assert len(found) == SIGNATURE
    assert hashlib.sha256(found).hexdigest()[:16] == "2b9b789e639dec8d"


def test_bodies_of_the_fewest_words_are_judged_by_what_they_share() -> None:
    body = " ".join(f"word{number}" for number in range(FEWEST_WORDS))
    assert signature(article(body, "One")) == signature(article(body, "Two"))
    shorter = body.rpartition(" ")[0]
    assert signature(article(shorter, "One")) != signature(article(shorter, "Two"))


@given(st.integers(0, 2**32), st.permutations(range(60)))
def test_clusters_do_not_depend_on_the_order_of_the_articles(seed: int, order: list[int]) -> None:
    """Families of signatures whose members have about the least in common that makes them alike."""
    draw = np.random.default_rng(seed)
    families = draw.integers(0, 256, (4, SIGNATURE), np.uint8)
    rows = families[np.arange(60) % 4]
    for row in rows:
        changed = draw.permutation(SIGNATURE)[: draw.choice([0, 5, 20, 30])]
        row[changed] = draw.integers(0, 256, len(changed))
    ids = [f"id{at:02}" for at in range(60)]
    there = clusters(ids, rows)
    back = clusters([ids[at] for at in order], rows[order])
    assert back == there
    assert all(there[smallest] == smallest <= one for one, smallest in there.items())


def test_thirty_thousand_filled_in_forms_are_not_compared_each_with_each() -> None:
    """All are in one band of each other, and too little alike for a cluster."""
    draw = np.random.default_rng(1)
    rows = np.tile(draw.integers(1, 256, SIGNATURE, np.uint8), (30_000, 1))
    blanks = np.arange(SIGNATURE) % 8 >= 4
    rows[:, blanks] = draw.integers(0, 256, (len(rows), int(blanks.sum())), np.uint8)
    assert clusters([f"id{at}" for at in range(len(rows))], rows) == {}
