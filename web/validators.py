"""Weak validators: whoever has an answer already is told so, and pays neither for the search nor for the transfer.

An answer is decided by the index's commit, the settings, the version of the program, the day (freshness and words such
as “last week” follow it) and the question. Questions that differ only in the order of their parameters are one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache, wraps
from importlib.metadata import version

from flask import Response, make_response, request

from index.results import Commit
from index.settings import Settings
from web.archive import archive

KEPT = "no-cache"
"""An answer may be kept, but is asked for again each time: a new commit may be there."""


def validated(view: Callable[..., Response | str]) -> Callable[..., Response]:
    """A view whose answers carry a validator; to whoever has the answer it says 304 without being called."""

    @wraps(view)
    def answering(**arguments: str) -> Response:
        before = archive().searcher.commit()
        tag = _tag(before, archive().settings)
        if request.if_none_match.contains_weak(tag):
            response = Response(status=304)
        else:
            response = make_response(view(**arguments))
            if response.status_code != 200 or archive().searcher.commit() != before:
                return response  # another commit came in between, and nobody knows which one it shows
        response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = KEPT
        return response

    return answering


def _tag(commit: Commit, settings: Settings) -> str:
    pairs = sorted((name.replace("_", "-"), value) for name, value in request.args.items(multi=True) if value)
    today = datetime.now(settings.zone).date().isoformat()
    decides = [commit.generation, commit.number, _program(settings), today, request.path, request.script_root, pairs]
    return hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:32]


@lru_cache(maxsize=8)
def _program(settings: Settings) -> str:
    return json.dumps([version("backfile"), asdict(settings)])
