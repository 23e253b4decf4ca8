"""What is withdrawn, which versions that holds for, and that nothing of it is left on the disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import flip_a_bit

from index.article import Article
from index.engine.backend import EmbeddedBackend
from index.engine.commits import read_commit
from index.engine.segment import StoredSegment
from index.errors import IndexUnusable, WithdrawalsDamaged
from index.generations import generation_folder
from index.withdrawals import Withdrawal, Withdrawals

NOON = datetime(2024, 6, 19, 12, tzinfo=UTC)
TAKEDOWN = Withdrawal("a", NOON, "the court says so")
CANCELLED = replace(TAKEDOWN, final=False, version=2, modified=NOON)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("withdrawal", "version", "modified", "covered"),
    [
        (TAKEDOWN, 9, NOON + HOUR, True),
        (CANCELLED, 1, NOON + HOUR, True),
        (CANCELLED, 3, NOON - HOUR, False),
        (CANCELLED, 2, NOON, True),
        (CANCELLED, 2, NOON + HOUR, False),
        (CANCELLED, 2, None, True),
        (CANCELLED, 0, NOON + HOUR, False),
        (CANCELLED, 0, None, True),
        (replace(CANCELLED, version=0), 3, NOON - HOUR, True),
        (replace(CANCELLED, version=0, modified=None), 3, NOON, True),
    ],
)
def test_a_publishers_withdrawal_holds_for_the_versions_that_it_takes_back(
    withdrawal: Withdrawal, version: int, modified: datetime | None, covered: bool
) -> None:
    assert withdrawal.covers(version, modified) is covered


@given(
    st.lists(
        st.builds(
            Withdrawal,
            st.sampled_from(["a", "é", "\ud800", "\n"]),
            st.just(NOON),
            st.text(),
            st.booleans(),
            st.integers(0, 2),
            st.sampled_from([None, NOON]),
        )
    )
)
def test_withdrawals_read_back_as_they_were_written(told: list[Withdrawal]) -> None:
    with TemporaryDirectory() as folder:
        place = Path(folder)
        written = Withdrawals(place)
        for one in told:
            written.add(one)
        written.write()
        assert dict(Withdrawals(place)) == dict(written)


def words_on_disk(place: Path) -> bytes:
    return b"".join(path.read_bytes() for path in place.rglob("*") if path.is_file())


def stored(place: Path) -> list[str | None]:
    """The titles of all stored articles of all generations, whether they live or not."""
    folders = sorted((place / "generations").iterdir())
    segments = [StoredSegment(one, entry) for one in folders for entry in read_commit(one, place)[0].segments]
    return [segment.article(doc).title for segment in segments for doc in range(segment.articles)]


def test_nothing_of_a_purged_article_is_left_on_the_disk_nor_of_its_former_versions(tmp_path: Path) -> None:
    backend = EmbeddedBackend(tmp_path)
    for title in ("zyzzyva", "xylopolist"):
        with backend.writer() as writer:
            writer.put(Article(id="a", title=title))
            writer.put(Article(id=title[:1], title=f"a friend of {title[:1]}"))
    with backend.rebuild() as rebuild:
        for article in rebuild.live_articles():
            rebuild.put(article)
    assert b"zyzzyva" in words_on_disk(tmp_path)
    backend.purge([TAKEDOWN])
    assert stored(tmp_path) == ["a friend of z", "a friend of x"] * 2
    assert b"zyzzyva" not in words_on_disk(tmp_path)
    assert b"xylopolist" not in words_on_disk(tmp_path)


def test_a_kept_generation_that_cannot_be_read_does_not_outlive_a_takedown(tmp_path: Path) -> None:
    backend = EmbeddedBackend(tmp_path)
    with backend.writer() as writer:
        writer.put(Article(id="a", title="one"))
    with backend.rebuild() as rebuild:
        rebuild.put(Article(id="a", title="two"))
    (generation_folder(tmp_path, "000001") / "commit").write_bytes(b"nonsense")
    assert backend.purge([TAKEDOWN]) == {"a"}
    assert [one.name for one in backend.generations()] == ["000002"]
    assert not generation_folder(tmp_path, "000001").exists()


def test_a_withdrawal_counts_even_when_the_commit_after_it_was_never_made(tmp_path: Path) -> None:
    """As when the power fails between the two."""
    backend = EmbeddedBackend(tmp_path)
    with backend.writer() as writer:
        writer.put(Article(id="a", title="one"))
    remembered = Withdrawals(tmp_path)
    remembered.add(CANCELLED)
    remembered.write()
    with backend.writer():
        pass
    with backend.reader() as reader:
        assert reader.get("a") is None


@given(st.data())
def test_nobody_writes_while_the_list_of_withdrawals_is_damaged(data: st.DataObject) -> None:
    """Otherwise what was withdrawn could come back. Searches go on."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        backend = EmbeddedBackend(place)
        with backend.writer() as writer:
            writer.withdraw(TAKEDOWN)
            writer.put(Article(id="b", title="one"))
        flip_a_bit(data, place / "withdrawn")
        with pytest.raises(WithdrawalsDamaged, match="remove it and withdraw them again"), backend.writer():
            pass
        with pytest.raises(IndexUnusable):
            backend.withdrawals()
        with backend.reader() as reader:
            assert reader.get("b") is not None
