"""The reference model keeps the contract that it is the measure for."""

from __future__ import annotations

from datetime import tzinfo

import pytest
from backend_contract import BackendContract, Opening
from model import ModelBackend

from index.backend import Backend


class TestModel(BackendContract):
    @pytest.fixture
    def opening(self) -> Opening:
        """A model lives in memory: opening it again is the same one, in another zone."""
        model = ModelBackend()

        def reopen(zone: tzinfo) -> Backend:
            model.zone = zone
            return model

        return reopen
