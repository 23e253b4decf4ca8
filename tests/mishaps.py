"""Processes that come to grief while they write to an index.

Every change that a process makes to names and files below a folder is a step (`Steps`): it can be killed before any of
them, lose its power there (and with it all that was not synced to the disk yet), or find the disk failing from there
on. `operate` runs operations of the script in such a process; it is forked from this one, which has all that it needs
loaded already. `rehearse` finds out which steps there are.
"""

from __future__ import annotations

import mmap
import multiprocessing
import os
import random
import shutil
import signal
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest
from pathlib import Path
from typing import Any, NoReturn

from operations import MEMORY, OPERATIONS, STATES, content, damages, files, needed

from index.article import Article
from index.engine.backend import EmbeddedBackend
from index.errors import BackfileError

SEED = 20_261_124


class Phase(Enum):
    """How far an operation is: nothing of it counts yet, it is being made to count, it counts for good.

    The second begins with the file that makes it count (the commit of the live generation, or the pointer to another
    one) and ends when that file's folder is on the disk.
    """

    BEFORE = 0
    INSIDE = 1
    AFTER = 2


class Mishap(Enum):
    """What happens to a process at its step."""

    KILL = "kill"
    """It ends."""
    POWER_CUT = "power cut"
    """It ends, and what was not synced to the disk is lost: contents, new names, and the new names of renamed files."""
    POWER_CUT_AFTER_RENAMING = "power cut after renaming"
    """So too, but renamed files have their new names: a disk may write what it has to in any order."""
    DISK_FAILS = "disk fails"
    """From there on nothing can be written; what is there can be read and removed."""
    DISK_DIES = "disk dies"
    """So too, and when the process has come to terms with it the power is cut."""


class Steps:
    """Counts the changes that this process makes to what is below `root`, from 1, and brings on its mishap.

    `mark` is told the phase of the operation whenever it changes; `seen` holds the phase of every step so far.
    """

    def __init__(self, root: Path, place: Path, mark: Callable[[Phase], None]) -> None:
        self.seen: list[Phase] = []
        self.phase = Phase.BEFORE
        self._root, self._place, self._mark = root, place, mark
        self._at = 0
        self._mishap: Mishap | None = None
        self._error = OSError()
        self._over = False
        self._unsynced: set[Path] = set()
        self._renamed: set[Path] = set()
        self._undo: dict[Path, bytes | None] = {}

    def expect(self, mishap: Mishap, at: int, error: int = 0) -> None:
        """From now on this mishap waits at step `at`; a failing disk fails with `error` from there on."""
        self._mishap, self._at, self._error = mishap, at, OSError(error, os.strerror(error))

    def begin(self) -> None:
        """An operation begins."""
        self._enter(Phase.BEFORE)

    def install(self) -> None:
        """Watch this process until it ends: there is no way back."""
        fsync = os.fsync

        def watched(descriptor: int) -> None:
            path = Path(f"/proc/self/fd/{descriptor}").readlink()
            if self._ours(path):
                self._step()
            fsync(descriptor)
            if self._ours(path):
                self._synced(path)

        os.fsync = watched
        sys.addaudithook(self._watch)

    def _watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._over or event not in _EVENTS or not self._ours(arguments[0]):
            return
        if event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR):
            return
        self._step(removing=event in _REMOVING)
        path = Path(arguments[0])
        if event == "os.rename":
            self._rename(path, Path(arguments[1]))
        elif event == "os.mkdir":
            self._make(path)
        elif event == "open" and not path.is_dir():  # opening a folder makes a file without a name
            self._make(path)
            self._unsynced.add(path)
            if self._decisive(path):
                self._enter(Phase.INSIDE)

    def _ours(self, path: object) -> bool:
        return isinstance(path, str | Path) and Path(path).is_relative_to(self._root)

    def _decisive(self, path: Path) -> bool:
        """Whether this file, once renamed, makes the operation count."""
        live = self._place / "live"
        is_live = live.exists() and live.read_text().split()[:1] == [path.parent.name]
        return path.name == "live.new" or (path.name == "commit.new" and is_live)

    def _make(self, path: Path) -> None:
        if not path.exists():
            self._undo.setdefault(path, None)

    def _rename(self, source: Path, target: Path) -> None:
        self._renamed.add(target)
        if source in self._unsynced:
            self._unsynced.remove(source)
            self._unsynced.add(target)
        self._undo.pop(source, None)
        self._undo.setdefault(target, target.read_bytes() if target.exists() else None)

    def _synced(self, path: Path) -> None:
        if not path.is_dir():
            self._unsynced.discard(path)
            return
        self._undo = {name: before for name, before in self._undo.items() if name.parent != path}
        if self.phase is Phase.INSIDE and any(name.parent == path for name in self._renamed):
            self._enter(Phase.AFTER)
        self._renamed = {name for name in self._renamed if name.parent != path}

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self._mark(phase)

    def _step(self, *, removing: bool = False) -> None:
        self.seen.append(self.phase)
        if self._mishap is None or len(self.seen) < self._at:
            return
        if self._mishap in _FAILING:
            if removing:
                return
            raise self._error
        if self._mishap is not Mishap.KILL:
            self.cut_power()
        _die()

    def cut_power(self) -> None:
        """Let go of all contents and names that were not synced."""
        self._over = True
        for path in self._unsynced:
            if path.exists():
                os.truncate(path, 0)
        for path, before in reversed(self._undo.items()):
            if path in self._renamed and self._mishap is Mishap.POWER_CUT_AFTER_RENAMING:
                continue
            if before is not None:
                path.write_bytes(before)
            elif path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


_FAILING = {Mishap.DISK_FAILS, Mishap.DISK_DIES}
_REMOVING = {"os.remove", "os.rmdir"}
_EVENTS = {"open", "os.rename", "os.mkdir", *_REMOVING}


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("the signal ends this process")


@dataclass(frozen=True)
class Outcome:
    """What became of a process: how far it came with which operation, the phase of each step, and its error.

    The last two are known only of a process that was not killed.
    """

    operation: int
    phase: Phase
    killed: bool
    seen: tuple[Phase, ...] = ()
    error: str = ""


def operate(
    place: Path,
    operations: range,
    *,
    mishap: Mishap | None = None,
    at: int = 0,
    error: int = 0,
    seconds: float | None = None,
) -> Outcome:
    """Run these operations in a process that meets with a mishap at step `at`, or is killed after so many seconds."""
    progress = mmap.mmap(-1, 1)  # shared with the process, and whole whenever it dies
    progress[0] = operations.start * len(Phase)  # should it die before it has begun
    ours, theirs = _FORK.Pipe(duplex=False)

    def run() -> None:
        done = operations.start

        def mark(phase: Phase) -> None:
            progress[0] = done * len(Phase) + phase.value

        steps = Steps(place.parents[1], place, mark)
        steps.install()
        if mishap:
            steps.expect(mishap, at, error)
        backend, failure = EmbeddedBackend(place, memory=MEMORY), ""
        try:
            for done in operations:
                steps.begin()
                OPERATIONS[done].run(backend)
            done = operations.stop
            steps.begin()
        except BackfileError as told:
            failure = f"{type(told).__name__}: {told}"
            if mishap is Mishap.DISK_DIES:
                steps.cut_power()
        theirs.send((tuple(steps.seen), failure))

    process = _forked(run)
    theirs.close()
    process.join(seconds)
    process.kill()
    process.join()
    number, phase = divmod(progress[0], len(Phase))
    killed = process.exitcode == -signal.SIGKILL
    assert killed or process.exitcode == 0, "the process failed on its own; what it said is above"
    return Outcome(number, Phase(phase), killed, *(() if killed else ours.recv()))


_FORK = multiprocessing.get_context("fork")


def _forked(work: Callable[[], None]) -> multiprocessing.process.BaseProcess:
    """A process, started, that does this work."""
    process = _FORK.Process(target=work)
    with warnings.catch_warnings():
        # Since Python 3.12 there is one of other threads; these are NumPy's, for algebra that nothing here needs.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    return process


def run_apart(work: Callable[[], str]) -> str:
    """What `work` returns in a process of its own, whose limits and rights it may change."""
    ours, theirs = _FORK.Pipe(duplex=False)
    process = _forked(lambda: theirs.send(work()))
    process.join()
    assert process.exitcode == 0, "the process failed on its own; what it said is above"
    return str(ours.recv())


@dataclass(frozen=True)
class Point:
    """A step of an operation, and the phase that the operation is in."""

    operation: int
    step: int
    phase: Phase


@dataclass(frozen=True)
class Rehearsal:
    """The index before each operation of the script, and every point that the script passes."""

    folders: tuple[Path, ...]
    points: tuple[Point, ...]

    def copy(self, operation: int, into: Path) -> Path:
        """The index before this operation, in a folder that has nothing else."""
        shutil.rmtree(into)
        shutil.copytree(self.folders[operation], into)
        return into / "var" / "index"

    def chosen(self, count: int) -> list[Point]:
        """So many points from all over the script, from every phase in turn as long as it has any."""
        order = random.Random(SEED).sample(self.points, len(self.points))  # noqa: S311  # no secret
        phases = [[point for point in order if point.phase is phase] for phase in Phase]
        return [point for turn in zip_longest(*phases) for point in turn if point][:count]


def rehearse(folder: Path) -> Rehearsal:
    """Run the script without a mishap, which does what it says and leaves no other files."""
    folders, points = [folder / "0"], list[Point]()
    folders[0].mkdir()
    for number, operation in enumerate(OPERATIONS):
        after = shutil.copytree(folders[-1], folder / f"{number + 1}")
        place = after / "var" / "index"
        outcome = operate(place, range(number, number + 1))
        assert not outcome.error, operation.name
        assert content(place) == STATES[number + 1], operation.name
        assert files(after) == needed(place), operation.name
        folders.append(after)
        points += [Point(number, step, phase) for step, phase in enumerate(outcome.seen, 1)]
    return Rehearsal(tuple(folders), tuple(points))


def check_what_is_left(folder: Path, outcome: Outcome) -> None:
    """What is there after a mishap is a state of the script, whole, and the next writer clears away all the rest."""
    place = folder / "var" / "index"
    around = STATES[outcome.operation : outcome.operation + 2]
    found = content(place)
    assert found in {Phase.BEFORE: around[:1], Phase.INSIDE: around, Phase.AFTER: around[1:]}[outcome.phase]
    assert not damages(place)
    later = Article(id="later", title="written by the next writer")
    with EmbeddedBackend(place).writer() as writer:
        writer.put(later)
    assert content(place) == {**(found or {}), later.id: later}
    assert files(folder) == needed(place)
