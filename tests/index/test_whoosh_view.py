"""Whoosh's own matchers, walking our files posting by posting, agree with the executor's arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import articles
from whoosh import query as q
from whoosh.query import spans

from index.article import Article
from index.engine.backend import EmbeddedBackend
from index.engine.executor import Executor
from index.engine.snapshot import Snapshot
from index.errors import RequestInvalid
from index.query import AcrossFields
from index.results import EngineRequest
from index.scoring import Scoring

WORDS = st.sampled_from(["rail", "rails", "strike", "striking", "harbour", "the", "Elow", "none"])
NAMES = st.sampled_from(["title", "title.exact", "body", "body.exact", "person", "person.exact"])
LEAVES = st.builds(q.Term, NAMES, WORDS, boost=st.sampled_from([1.0, 2.5])) | st.builds(
    q.Phrase,
    NAMES,
    # Whoosh takes a word that a phrase has twice for its own neighbour.
    st.lists(WORDS, min_size=2, max_size=3, unique=True),
    slop=st.integers(1, 3),
)


def _combined(children: st.SearchStrategy[q.Query]) -> st.SearchStrategy[q.Query]:
    """Without AndNot, AndMaybe and DisjunctionMax, which the model covers, for Whoosh's matchers of them are wrong: the
    first lets its first document pass where what is to be left out starts before it, the second forgets scores when it
    is skipped, the third takes the better score of two matchers that stand at different documents.
    """
    several = st.lists(children, min_size=1, max_size=3)
    return st.one_of(
        st.builds(q.And, several),
        st.builds(q.Or, several),
        st.builds(q.Require, children, children),
    )


SCORING = Scoring(1.6, {"body": 0.5})
TREES = st.recursive(LEAVES, _combined, max_leaves=6)


def snapshot_of(backend: EmbeddedBackend) -> Snapshot:
    with backend.reader() as reader:
        return reader._snapshot


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Snapshot]]:
    """The same articles in one segment, and in several with some of them deleted."""
    random = np.random.default_rng(5)
    words = ["rail", "rails", "strike", "striking", "harbour", "the", "the", "Elow", "rail’s", "and"]

    def text(length: int) -> str:
        return " ".join(random.choice(words, length))

    made = [
        Article(id=f"{n}", title=text(4), body=text(int(random.integers(0, 60))), people=(text(2), text(1)))
        for n in range(80)
    ]
    with ExitStack():
        whole, parts = (EmbeddedBackend(tmp_path_factory.mktemp(name)) for name in ("whole", "parts"))
        with whole.writer() as writer:
            for article in made[10:]:
                writer.put(article)
        for start in range(0, 80, 30):
            with parts.writer() as writer:
                for article in made[start : start + 30]:
                    writer.put(article)
        with parts.writer() as writer:
            for article in made[:10]:
                writer.delete(article.id)
        yield [snapshot_of(whole), snapshot_of(parts)]


@given(TREES)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_matchers_and_arrays_find_the_same_with_the_same_scores(snapshots: list[Snapshot], tree: q.Query) -> None:
    for snapshot in snapshots:
        ours = Executor(snapshot, scoring=SCORING).match(tree)
        theirs = snapshot.whoosh.match(tree, SCORING)
        assert ours.docs.tolist() == theirs.docs.tolist()
        np.testing.assert_allclose(ours.scores, theirs.scores, rtol=1e-9, atol=1e-12)


@given(TREES)
@settings(max_examples=50)
def test_scores_do_not_depend_on_segments_and_deletions(snapshots: list[Snapshot], tree: q.Query) -> None:
    answers = []
    for snapshot in snapshots:
        match = Executor(snapshot, scoring=SCORING).match(tree)
        ids = [snapshot.article(doc).id for doc in match.docs.tolist()]
        answers.append(dict(zip(ids, match.scores.tolist(), strict=True)))
    assert answers[0] == answers[1]


def test_nodes_that_are_not_ours_are_left_to_whoosh_and_counted(snapshots: list[Snapshot]) -> None:
    snapshot = snapshots[0]
    before = snapshot.asked_of_whoosh
    for tree, same in (
        (q.Regex("title.exact", "harb.*"), q.Term("title.exact", "harbour")),
        (
            spans.SpanNear(q.Term("body.exact", "rail"), q.Term("body.exact", "strike"), slop=1),
            q.Phrase("body.exact", ["rail", "strike"]),
        ),
        (
            q.Otherwise(q.And([q.Prefix("title", "zzz"), q.Every()]), AcrossFields("rail", {"title": 1.0})),
            q.Term("title", "rail"),
        ),
    ):
        found = Executor(snapshot, scoring=None).match(tree).docs
        assert found.tolist() == Executor(snapshot, scoring=None).match(same).docs.tolist()
        assert len(found)
    assert snapshot.asked_of_whoosh == before + 3


def test_what_is_no_query_of_whooshs_is_refused(snapshots: list[Snapshot]) -> None:
    with pytest.raises(RequestInvalid, match="str"):
        Executor(snapshots[0], scoring=None).match("rail")
    with pytest.raises(RequestInvalid, match="nowhere"):
        Executor(snapshots[0], scoring=None).match(q.DisjunctionMax([q.Term("nowhere", "rail")]))


@given(st.lists(articles(), max_size=5, unique_by=lambda article: article.id))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whooshs_reader_lists_the_terms_that_there_are(tmp_path: Path, some: list[Article]) -> None:
    place = tmp_path / str(len(list(tmp_path.iterdir())))
    backend = EmbeddedBackend(place)
    with backend.writer() as writer:
        for article in some:
            writer.put(article)
    with backend.reader() as reader:
        listed = [(count.term, count.count) for count in reader.terms("title")]
        total = reader.search(EngineRequest(query=q.Every())).total
    whoosh = snapshot_of(backend).whoosh._reader
    field = whoosh.schema["title.exact"]
    lexicon = list(whoosh.lexicon("title.exact"))
    assert [(field.from_bytes(term), whoosh.doc_frequency("title.exact", term)) for term in lexicon] == listed
    assert len(list(whoosh.all_doc_ids())) == total
