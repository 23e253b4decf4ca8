"""The embedded engine keeps the backends' contract, and agrees with the model on whatever hypothesis thinks of."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from backend_contract import BackendContract, Opening, same_answers, states
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from model import ModelBackend
from strategies import FACET_FIELDS, REQUESTS, WORD_FIELDS, articles

from index.article import Article
from index.backend import Backend, Reader
from index.engine import merge_policy
from index.engine.backend import EmbeddedBackend
from index.engine.writer import MEMORY
from index.errors import NoGenerationKept
from index.results import EngineRequest
from index.withdrawals import Withdrawal

EXAMPLES = 20
"""Half a minute on a busy machine, a tenth of that on an idle one. 700 of each were run when this was written."""
ZONES = (UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia"), ZoneInfo("America/New_York"))
SPILLS = (10_000, MEMORY)


class TestEmbedded(BackendContract):
    @pytest.fixture
    def opening(self, tmp_path: Path) -> Opening:
        def open_anew(zone: tzinfo) -> Backend:
            return EmbeddedBackend(tmp_path / "index", zone)

        return open_anew


class Abandoned(Exception):
    """Raised in the middle of a writer block."""


FEW = ("a", "é", "x" * 1000, "\ud800", "/?#*")
"""Ids that blocks meet again and again."""
CHANGES = st.lists(st.one_of(articles(FEW), articles(FEW), st.sampled_from(FEW)), min_size=1, max_size=6)
"""Articles are put, ids deleted."""


class AgainstTheModel(RuleBasedStateMachine):
    """Sequences of blocks, reopenings and held readers, with any question asked in between."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.held = ExitStack()
        self.pairs: list[tuple[Reader, Reader]] = []

    @initialize(zone=st.sampled_from(ZONES), tier=st.sampled_from([2, 8]), spill=st.sampled_from(SPILLS))
    def begin(self, zone: tzinfo, tier: int, spill: int) -> None:
        """Merging and spilling come early or never."""
        self.limits = pytest.MonkeyPatch()
        self.limits.setattr(merge_policy, "TIER", tier)
        self.zone = zone
        self.model = ModelBackend(zone)
        self.engine = EmbeddedBackend(self.place / "index", zone, spill)
        with self.engine.writer(), self.model.writer():
            pass

    @rule(changes=CHANGES, fails=st.sampled_from([False, False, False, True]))
    def block(self, changes: list[Article | str], fails: bool) -> None:
        files = self.files()
        with self.engine.reader() as reader:
            before = reader.commit
        try:
            with self.engine.writer() as writer, self.model.writer() as reference:
                for change in changes:
                    for one in (writer, reference):
                        if isinstance(change, Article):
                            one.put(change)
                        else:
                            one.delete(change)
                    changed_id = change.id if isinstance(change, Article) else change
                    assert writer.get(changed_id) == reference.get(changed_id)
                if fails:
                    raise Abandoned
        except Abandoned:
            assert self.files() == files
            with self.engine.reader() as reader:
                assert reader.commit == before

    @rule(changes=CHANGES, optimizes=st.booleans())
    def adopt(self, changes: list[Article | str], optimizes: bool) -> None:
        """What was collected apart; the first article of an id counts. Then everything in one segment, or not."""
        found = [change for change in changes if isinstance(change, Article)]
        ids = [article.id for article in found]
        with self.engine.writer() as writer, self.model.writer() as reference:
            for one in (writer, reference):
                builder = one.segment_builder(10_000)
                places = [builder.add(article) for article in found]
                for article_id in ids:
                    one.delete(article_id)
                    one.readmit(article_id)
                one.adopt(builder.finish(), {place for n, place in enumerate(places) if ids[n] in ids[:n]})
            if optimizes:
                writer.optimize()

    @rule(changes=CHANGES, stored=st.booleans(), fails=st.sampled_from([False, False, True]))
    def rebuild(self, changes: list[Article | str], stored: bool, fails: bool) -> None:
        """From the stored articles or from others; both without what is deleted."""
        files = self.files()
        try:
            with self.engine.rebuild() as rebuild, self.model.rebuild() as reference:
                for one in (rebuild, reference):
                    for article in one.live_articles() if stored else ():
                        one.put(article)
                    for change in changes:
                        if isinstance(change, Article):
                            one.put(change)
                        else:
                            one.delete(change)
                if fails:
                    raise Abandoned
        except Abandoned:
            assert self.files() == files

    @rule(ids=st.lists(st.sampled_from(FEW), min_size=1, max_size=2), for_good=st.booleans())
    def withdraw(self, ids: list[str], for_good: bool) -> None:
        withdrawals = [Withdrawal(one, datetime(2024, 6, 19, tzinfo=UTC), "", final=for_good) for one in ids]
        if for_good:
            assert self.engine.purge(withdrawals) == self.model.purge(withdrawals)
        else:
            with self.engine.writer() as writer, self.model.writer() as reference:
                for one in withdrawals:
                    writer.withdraw(one)
                    reference.withdraw(one)
        assert dict(self.engine.withdrawals()) == dict(self.model.withdrawals())

    @rule()
    def roll_back(self) -> None:
        for backend in (self.engine, self.model):
            with suppress(NoGenerationKept):
                backend.rollback()

    @rule()
    def list_generations(self) -> None:
        assert states(self.engine) == states(self.model)

    @rule()
    def verify(self) -> None:
        for generation in self.engine.generations():
            assert [damage for part in self.engine.verify(generation.name) for damage in part.damages] == []

    @rule()
    def reopen(self) -> None:
        self.engine = EmbeddedBackend(self.place / "index", self.zone)

    @precondition(lambda self: len(self.pairs) < 3)
    @rule()
    def hold(self) -> None:
        self.pairs.append((self.held.enter_context(self.engine.reader()), self.held.enter_context(self.model.reader())))

    @precondition(lambda self: self.pairs)
    @rule(request=REQUESTS, which=st.integers(0, 2))
    def ask_a_held_reader(self, request: EngineRequest, which: int) -> None:
        same_answers(*self.pairs[which % len(self.pairs)], request)

    @rule(request=REQUESTS)
    def ask(self, request: EngineRequest) -> None:
        with self.engine.reader() as reader, self.model.reader() as reference:
            same_answers(reader, reference, request)

    @rule(
        field=st.sampled_from([*FACET_FIELDS, *WORD_FIELDS, "id", "url"]), prefix=st.sampled_from(["", "p", "P", "é"])
    )
    def list_terms(self, field: str, prefix: str) -> None:
        with self.engine.reader() as reader, self.model.reader() as reference:
            assert list(reader.terms(field, prefix)) == list(reference.terms(field, prefix))

    @invariant()
    def the_same_articles_are_there(self) -> None:
        if not hasattr(self, "engine"):
            return
        with self.engine.reader() as reader, self.model.reader() as reference:
            for one in FEW:
                assert reader.get(one) == reference.get(one)

    def files(self) -> set[str]:
        return {str(path.relative_to(self.place)) for path in self.place.rglob("*")}

    def teardown(self) -> None:
        self.limits.undo()
        self.held.close()
        shutil.rmtree(self.place)


TestAgainstTheModel = AgainstTheModel.TestCase
TestAgainstTheModel.settings = settings(max_examples=EXAMPLES, stateful_step_count=10)


@pytest.mark.long
class TestLongAgainstTheModel(AgainstTheModel.TestCase):  # type: ignore[name-defined,misc]  # made by hypothesis
    settings = settings(max_examples=10 * EXAMPLES, stateful_step_count=30)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("indexes")


@given(
    batches=st.lists(st.lists(articles(tuple("abcdefgh")), min_size=1, max_size=5), min_size=1, max_size=3),
    deleted=st.sets(st.sampled_from("abcdefgh"), max_size=2),
    requests=st.lists(REQUESTS, min_size=3, max_size=8),
    zone=st.sampled_from(ZONES),
)
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_question_has_the_models_answer(
    place: Path, batches: list[list[Article]], deleted: set[str], requests: list[EngineRequest], zone: tzinfo
) -> None:
    """Over several segments with deletions."""
    engine, model = EmbeddedBackend(Path(tempfile.mkdtemp(dir=place)) / "index", zone), ModelBackend(zone)
    for backend in (engine, model):
        for batch in batches:
            with backend.writer() as writer:
                for article in batch:
                    writer.put(article)
        with backend.writer() as writer:
            for one in deleted:
                writer.delete(one)
    with engine.reader() as reader, model.reader() as reference:
        for request in requests:
            same_answers(reader, reference, request)
