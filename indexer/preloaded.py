"""What every worker needs, loaded once by the process that workers are forks of, when it imports this.

Tables of names and languages take two seconds to load and 100 MB; forks have them at once, and share the memory.
"""

from __future__ import annotations

import gc
import signal
from datetime import UTC, datetime

from index.article import Article
from indexer.format import installed_formats
from indexer.pipeline import finished

_TEXT = "The dockers of Sarnholt stopped work on Wednesday after talks in London broke down for the third time."


def load() -> None:
    """Load everything by using it, and let the garbage collector never touch it, for what is touched is copied.

    A signal that tells the whole group to stop is for who gives the orders: this process ends with that one.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    installed_formats()
    finished(Article(title="Dockers stop work", body=_TEXT), datetime.now(UTC))
    gc.collect()
    gc.freeze()


load()
