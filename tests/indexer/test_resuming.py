"""A run that is killed is resumed by the same command, and an input of gigabytes never rests in memory."""

from __future__ import annotations

import gzip
import json
import random
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from served import PATIENCE

from index.errors import IndexMissing
from index.opening import open_backend
from index.settings import Settings

SEED = 20240619
SMALL_BATCHES = """
import sys
from functools import partial
import indexer.cli
from indexer.parallel import index_inputs
from web.cli import main
indexer.cli.index_inputs = partial(index_inputs, batch=200)
main()
"""
"""`backfile` that commits after every 200 records of a process, so that there is much to resume."""


@pytest.fixture(autouse=True)
def folder(bare_folder: Path) -> Path:
    """A current folder with default settings."""
    return bare_folder


def held() -> dict[str, int]:
    """How often each id is in the index."""
    try:
        with open_backend(Settings()).reader() as reader:
            return {found.term: found.count for found in reader.terms("id")}
    except IndexMissing:
        return {}


def waited(run: subprocess.Popen[bytes], seconds: float) -> None:
    """Let a run go on for a while, if it does."""
    with suppress(subprocess.TimeoutExpired):
        run.wait(seconds)


@pytest.mark.parametrize(("articles", "kills"), [(3_000, 3), pytest.param(20_000, 20, marks=pytest.mark.long)])
def test_a_run_that_is_killed_again_and_again_brings_everything_in_once(articles: int, kills: int) -> None:
    """What was committed is said to be unchanged by the run that ends, and nothing else is."""
    body = "Some words of the ferry. " * 20
    lines = (json.dumps({"id": f"n{one}", "title": f"Title {one}", "body": body}) for one in range(articles))
    Path("news.jsonl").write_text("\n".join(lines))
    command = [sys.executable, "-c", SMALL_BATCHES, "index", "--workers", "2", "news.jsonl"]
    moments = random.Random(SEED)  # noqa: S311  # no secret
    for kill in range(kills):
        some = moments.randrange(articles * kill // (kills + 1), articles * (kill + 1) // (kills + 1))
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            while len(held()) < some and run.poll() is None:
                waited(run, 0.05)
            waited(run, moments.uniform(0, 0.1))
            run.kill()
        assert set(held().values()) <= {1}
    committed = len(held())
    ended = subprocess.run(command, capture_output=True, text=True, timeout=10 * PATIENCE, check=True)
    outcomes = dict(re.findall(r"^  (\w+) +([\d,]+)$", ended.stdout, re.MULTILINE))
    assert int(outcomes["unchanged"].replace(",", "")) == committed
    assert int(outcomes["added"].replace(",", "")) == articles - committed
    assert held() == {f"n{number}": 1 for number in range(articles)}
    backend = open_backend(Settings())
    assert not [damage for part in backend.verify(backend.generations()[-1].name) for damage in part.damages]
    print(f"{committed:,} of {articles:,} were in after {kills} kills")  # noqa: T201  # for -s


LARGE = 300 << 20
"""Bytes of a collection that does not fit the memory it is allowed."""
MOST_MEMORY = 700 << 20
"""Bytes that an indexing process and two workers may take together. Half a gigabyte is theirs: the code, and 64 MB of
words; a collection that rested in memory would take 300 MB more.
"""


def write_collection(path: Path, size: int) -> int:
    """Write JSON lines of so many bytes, packed, and return how many articles they are."""
    chance = random.Random(SEED)  # noqa: S311  # no secret
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 11))) for _ in range(40_000)]
    paragraphs = [" ".join(chance.choices(words, k=120)) for _ in range(2_000)]
    written = number = 0
    with gzip.open(path, "wt", compresslevel=1) as file:
        while written < size:
            body = "\n\n".join(chance.choices(paragraphs, k=10))
            written += file.write(
                json.dumps({"id": f"n{number}", "title": paragraphs[number % 2_000][:60], "body": body})
            )
            written += file.write("\n")
            number += 1
    return number


def memory(process: int) -> int:
    """Bytes that a process and its descendants take of their own. What they share counts once, mapped files do not."""
    try:
        taken = Path(f"/proc/{process}/smaps_rollup").read_text()
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    own = re.search(r"Pss_Anon:\s+(\d+) kB", taken)
    return (int(own[1]) << 10 if own else 0) + sum(memory(int(child)) for child in children)


@pytest.mark.long
def test_a_large_collection_never_rests_in_memory() -> None:
    """It is packed in one file, of which the processes hold what they work on."""
    articles = write_collection(Path("large.jsonl.gz"), LARGE)
    command = [sys.executable, "-c", "from web.cli import main; main()", "index", "--quiet", "--workers", "2"]
    most = 0
    with subprocess.Popen([*command, "--memory", "64M", "large.jsonl.gz"]) as run:
        while run.poll() is None:
            most = max(most, memory(run.pid))
            waited(run, 0.5)
    assert run.returncode == 0
    assert len(held()) == articles
    print(f"{LARGE >> 20} MB, {articles:,} articles: {most >> 20} MB")  # noqa: T201  # for -s
    assert most <= MOST_MEMORY
