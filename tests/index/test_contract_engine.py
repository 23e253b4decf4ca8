"""The embedded engine keeps the backends' contract, and agrees with the model on whatever hypothesis thinks of."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path

import pytest
from backend_contract import BackendContract, Opening

from index.backend import Backend
from index.engine.backend import EmbeddedBackend


class TestEmbedded(BackendContract):
    @pytest.fixture
    def opening(self, tmp_path: Path) -> Opening:
        def open_anew(zone: tzinfo) -> Backend:
            return EmbeddedBackend(tmp_path / "index", zone)

        return open_anew
