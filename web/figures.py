"""What a monitor is told: how many requests there were, how long they took, what the index is.

The figures of all processes of a server are one: each writes its own into a file of the folder that
`PROMETHEUS_MULTIPROC_DIR` names, and whichever is asked adds them up. Without that folder a process counts for itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from index.backend import Backend
from index.errors import IndexUnusable
from search.searcher import Searcher

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder of the processes' figures; the library reads it once, when it is imported."""
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
"""Others are counted as one: whoever invents methods must not fill the monitor."""
SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Bounds of the histogram. A search takes 2 to 20 ms on an archive of a million articles; beyond 5 s all is lost."""


@contextmanager
def shared_figures() -> Iterator[None]:
    """Let the processes that are forked within the block count together."""
    with TemporaryDirectory(prefix="backfile-figures-") as folder:
        os.environ[SHARED] = folder
        try:
            yield
        finally:
            del os.environ[SHARED]


def forget_process(pid: int) -> None:
    """Take what a process that has ended held at a time, such as its cache, out of the sums."""
    from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415  # see SHARED

    mark_process_dead(pid)  # type: ignore[no-untyped-call]  # published without types in this place


class Figures:
    """Counts the requests of one application."""

    def __init__(self, backend: Backend, searcher: Searcher) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram  # noqa: PLC0415  # see SHARED

        self._backend = backend
        self._searcher = searcher
        self._own = CollectorRegistry()
        self._requests = Counter(
            "backfile_requests", "Requests answered", ["route", "method", "status"], registry=self._own
        )
        self._seconds = Histogram(
            "backfile_request_seconds", "How long an answer took", ["route"], buckets=SECONDS, registry=self._own
        )
        self._searches = Counter(
            "backfile_searches", "Searches, by whether they found something", ["found"], registry=self._own
        )
        self._engine = {
            name: Gauge(
                f"backfile_engine_{name}", f"The engine's {name}", registry=self._own, multiprocess_mode="livesum"
            )
            for name in backend.counters()
        }

    def answered(self, route: str, method: str, status: int, seconds: float, found: int | None) -> None:
        """Count an answer; `found` is the total of a search."""
        self._requests.labels(route, method if method in METHODS else "other", str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        if found is not None:
            self._searches.labels("something" if found else "nothing").inc()
        for name, count in self._backend.counters().items():
            self._engine[name].set(count)

    def text(self) -> tuple[bytes, str]:
        """All figures in Prometheus' format, and its media type."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest  # noqa: PLC0415
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415  # see SHARED

        index = CollectorRegistry()
        index.register(_Index(self._searcher))
        own = self._own
        if SHARED in os.environ:
            own = CollectorRegistry()
            MultiProcessCollector(own)  # type: ignore[no-untyped-call]
        return generate_latest(own) + generate_latest(index), CONTENT_TYPE_LATEST


class _Index:
    """What the index is at the moment of asking."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher

    def collect(self) -> Iterator[Metric]:
        from prometheus_client.metrics_core import GaugeMetricFamily  # noqa: PLC0415  # see SHARED

        state = self._state()
        yield GaugeMetricFamily("backfile_index_up", "Whether the index can be searched", float(bool(state)))
        for name, value in state.items():
            yield GaugeMetricFamily(f"backfile_index_{name}", f"The index's {name}", value)

    def _state(self) -> Mapping[str, float]:
        try:
            commit, articles = self._searcher.state()
            return {"articles": articles, "generation": int(commit.generation), "commit": commit.number}
        except IndexUnusable:
            return {}
