"""An input that ends the process that reads it costs one record and what follows in that input, and nothing else."""

from __future__ import annotations

import io
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from whoosh import query as q

from index.engine.backend import EmbeddedBackend
from index.results import EngineRequest
from indexer.format import Rejected, installed_formats
from indexer.parallel import index_inputs
from indexer.pipeline import read_paths
from indexer.report import Outcome, Report
from indexer.workers import worker_processes

FORMAT = """
import ctypes, os, resource, signal
from index.article import Article

def spin():
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1, resource.RLIM_INFINITY))
    while True:
        pass

DEEDS = {
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "crash": lambda: ctypes.string_at(0),
    "spin": spin,
    "hoard": lambda: bytearray(1 << 34),
}

class Deadly:
    name = "deadly"

    def sniff(self, head, name):
        return 1.0 if name.endswith(".deadly") else 0.0

    def parse(self, stream, origin):
        for line in stream:
            word = line.decode().strip()
            if word in DEEDS:
                DEEDS[word]()
            yield Article(id=word, title=word)

FORMAT = Deadly()
"""


@pytest.fixture(autouse=True)
def another_distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is installed beside Backfile and brings a format of its own."""
    site = tmp_path / "site"
    information = site / "deadly-1.0.dist-info"
    information.mkdir(parents=True)
    (site / "deadly.py").write_text(FORMAT)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: deadly\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[backfile.formats]\ndeadly = deadly:FORMAT\n")
    monkeypatch.syspath_prepend(str(site))


def test_a_format_of_another_distribution_is_found() -> None:
    assert "deadly" in [one.name for one in installed_formats()]


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("kill", "the process that read it was killed, perhaps for want of memory; what follows"),
        ("crash", f"the process that read it has crashed (exit code {-signal.SIGSEGV}); what follows"),
        ("spin", "it took more than 60 seconds to read; what follows"),
        ("hoard", "it takes more memory than a process may have"),
    ],
)
def test_what_ends_a_process_costs_its_record_and_the_rest_of_its_input(
    tmp_path: Path, deed: str, reason: str, processes: int
) -> None:
    folder = tmp_path / "inputs"
    folder.mkdir()
    (folder / "1.deadly").write_text("a\nb")
    (folder / "2.deadly").write_text(f"c\nd\n{deed}\nlost")
    (folder / "3.deadly").write_text("e\nf")
    (folder / "4.deadly").write_text(deed)
    report, rejects, backend = Report(), list[Rejected](), EmbeddedBackend(tmp_path / "index")
    with worker_processes(processes, 1 << 20) as workers:
        index_inputs(
            read_paths([str(folder)], io.BytesIO()),
            backend,
            workers,
            report=report,
            rejected=rejects.append,
            clock=lambda: datetime(2024, 6, 19, tzinfo=UTC),
        )
    with backend.reader() as reader:
        assert [hit.article.id for hit in reader.scan(EngineRequest(query=q.Every()))] == list("abcdef")
    assert (report.counts[Outcome.ADDED], report.counts[Outcome.REJECTED]) == (6, 2)
    assert [Path(reject.origin.path).name for reject in rejects] == ["2.deadly", "4.deadly"]
    assert [reject.origin.record for reject in rejects] == [0 if deed == "hoard" else 3, 0]
    assert all(reject.reason.startswith(reason) for reject in rejects)
