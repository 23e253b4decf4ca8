"""Which segments are merged, and when: small ones soon, big ones rarely, so that many small updates leave few segments.

Segments are of a tier by their size, eightfold from tier to tier, and eight of a tier become one of the next: an
article is merged once per tier.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.engine.commits import SegmentEntry

TIER = 8
"""Segments of about one size that make a larger one. A thousand commits of one article leave at most 21 segments."""
DEAD_SHARE = 0.5
"""A segment with more dead articles than this is written anew, whatever its size."""


def to_merge(segments: Sequence[SegmentEntry]) -> list[SegmentEntry]:
    """The segments that are to become one: those too full of dead articles, and full tiers."""
    chosen = [one for one in segments if one.deleted > DEAD_SHARE * one.articles]
    rest = [one for one in segments if one not in chosen]
    for tier in range(_tier(sum(one.live for one in segments)) + 1):
        peers = [one for one in rest if _tier(one.live) == tier]
        # What is merged already counts as the one that it becomes.
        if len(peers) + (_tier(sum(one.live for one in chosen)) == tier and bool(chosen)) >= TIER:
            chosen += peers
            rest = [one for one in rest if one not in peers]
    return [one for one in segments if one in chosen]


def _tier(articles: int) -> int:
    tier = 0
    while articles >= TIER:
        articles //= TIER
        tier += 1
    return tier
