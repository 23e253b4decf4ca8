"""What an input carries besides articles, counted by kind: one line of the report says how much of which there was.

A crawl has a thousand pictures and redirects to a page, a wiki more redirects than pages: a line for each would hide
the rejections that matter, and none at all would drop them silently.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from index.article import Origin
from indexer.archives import shown
from indexer.format import Rejected

MOST_KINDS = 12
"""Kinds that are named; the rest are summed up."""
MOST_TOLD_APART = 1_000
"""Kinds that are counted each for itself; an archive may invent a million."""
LONGEST_KIND = 60


class PassedOver:
    """The counts of one input."""

    def __init__(self) -> None:
        self._kinds = Counter[str]()

    def add(self, kind: str) -> None:
        """Count one of this kind."""
        kind = shown(kind)[:LONGEST_KIND]
        self._kinds[kind if kind in self._kinds or len(self._kinds) < MOST_TOLD_APART else "other kinds"] += 1

    def summed_up(self, what: str, origin: Origin) -> Iterator[Rejected]:
        """“`what` that are no articles: 60 × image/png, 3 × status 404”; nothing when there were none."""
        if not self._kinds:
            return
        kinds = sorted(self._kinds.items(), key=lambda kind: (-kind[1], kind[0]))
        listed = [f"{count:,} × {kind}" for kind, count in kinds[:MOST_KINDS]]
        if others := kinds[MOST_KINDS:]:
            listed.append(f"{sum(count for _, count in others):,} of {len(others):,} more kinds")
        yield Rejected(origin, f"{what} that are no articles: {', '.join(listed)}")
