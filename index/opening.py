"""Which engine serves a place: the only module that knows the engines by name."""

from __future__ import annotations

from pathlib import Path

from index.backend import Backend
from index.errors import NotAvailableYet
from index.settings import Settings


def open_backend(settings: Settings) -> Backend:
    """The backend that `settings.index` names: a folder is the embedded engine. Touches nothing."""
    if settings.index.startswith("opensearch+"):
        raise NotAvailableYet("An index on an OpenSearch cluster")
    from index.engine.backend import EmbeddedBackend  # noqa: PLC0415  # an engine is loaded when it is chosen

    return EmbeddedBackend(Path(settings.index), settings.zone, settings.memory_bytes)
