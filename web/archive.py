"""What the views answer from: the settings, the index and the searcher over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app, request
from werkzeug.exceptions import Gone, NotFound

from index.backend import Backend
from index.settings import Settings
from search.page import ArticlePage, ResultPage, SearchRequest
from search.searcher import Searcher
from web.figures import Figures
from web.noting import note_answer

EXTENSION = "backfile"


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive that is served."""

    settings: Settings
    backend: Backend
    searcher: Searcher
    figures: Figures

    def search(self, asked: SearchRequest) -> ResultPage:
        """The answer to a request, which is noted. Raises as `Searcher.search` does."""
        return note_answer(self.searcher.search(asked))

    def article(self, article_id: str, asked: SearchRequest | None = None) -> ArticlePage:
        """The article with this id, and what a request finds in it.

        Raises NotFound, or Gone when it was withdrawn; the operator's reason is not the public's. Raises IndexMissing.
        """
        page = self.searcher.article(article_id, asked)
        if page is not None:
            return page
        withdrawal = self.backend.withdrawals().get(article_id)
        if withdrawal is None:
            raise NotFound
        who = "the archive" if withdrawal.final else "its publisher"
        raise Gone(f"It was withdrawn by {who} on {withdrawal.at.astimezone(self.settings.zone):%Y-%m-%d}.")


def archive() -> Archive:
    """The archive that the current request is about."""
    return cast(Archive, current_app.extensions[EXTENSION])


def site() -> str:
    """The public address of the site, with its slash: as the settings say, else as whoever asks has written it."""
    address = archive().settings.address
    return f"{address.rstrip('/')}/" if address else request.url_root


def root() -> str:
    """Where the site begins, with its slash; a proxy may have put it below another."""
    return f"{request.script_root}/"
