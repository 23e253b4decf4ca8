"""What the views answer from: the settings, the index and the searcher over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app, request
from werkzeug.exceptions import NotFound

from index.backend import Backend
from index.settings import Settings
from search.page import ArticlePage, SearchRequest
from search.searcher import Searcher

EXTENSION = "backfile"


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive that is served."""

    settings: Settings
    backend: Backend
    searcher: Searcher

    def article(self, article_id: str, asked: SearchRequest | None = None) -> ArticlePage:
        """The article with this id, and what a request finds in it. Raises NotFound, IndexMissing."""
        page = self.searcher.article(article_id, asked)
        if page is None:
            raise NotFound
        return page


def archive() -> Archive:
    """The archive that the current request is about."""
    return cast(Archive, current_app.extensions[EXTENSION])


def root() -> str:
    """Where the site begins, with its slash; a proxy may have put it below another."""
    return f"{request.script_root}/"
