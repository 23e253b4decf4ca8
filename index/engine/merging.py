"""When segments are merged: small ones soon, big ones rarely, so that many small updates leave few segments.

Merging puts a segment's live articles into a new one as if they came anew. That costs as much as indexing them, and
needs no second way of writing; sizes grow eightfold from tier to tier, so an article is merged once per tier.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.engine.commits import SegmentEntry

TIER = 8
"""Segments of about one size that may lie side by side. A thousand commits of one article leave at most 21 segments
and index each article 3.3 times on average."""
LARGEST_MERGED = 20_000
"""Live articles of the largest segment that is merged for its size: some half a minute's work."""
DEAD_SHARE = 0.5
"""A segment with more dead articles than this is written anew, whatever its size."""


def to_merge(segments: Sequence[SegmentEntry], added: int) -> list[SegmentEntry]:
    """Which segments to merge with the `added` articles of a new segment."""
    wasteful = [one for one in segments if one.deleted > DEAD_SHARE * one.articles]
    chosen = {one.name for one in wasteful}
    total = added + sum(one.live for one in wasteful)
    rest = sorted((one for one in segments if one.name not in chosen), key=lambda one: one.live)
    while total:
        peers = [one for one in rest if one.live <= LARGEST_MERGED and _tier(one.live) <= _tier(total)]
        if len(peers) + 1 < TIER:
            break
        chosen.update(one.name for one in peers)
        total += sum(one.live for one in peers)
        rest = [one for one in rest if one not in peers]
    return [one for one in segments if one.name in chosen]


def _tier(articles: int) -> int:
    tier = 0
    while articles >= TIER:
        articles //= TIER
        tier += 1
    return tier
