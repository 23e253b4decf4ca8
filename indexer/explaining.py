"""What Backfile reads in an input, field by field, and why. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from index.article import Article, Origin
from indexer.archives import RawInput
from indexer.format import HEAD_BYTES, SURE_ENOUGH, Format, Rejected, installed_formats
from indexer.pipeline import Cancelled, Record, read_articles


@dataclass(frozen=True, slots=True)
class Explanation:
    """What becomes of one input."""

    origin: Origin
    sure: Mapping[str, float]
    """How sure each format is that the input is its own, 0 to 1, the surest first; empty when it could not be read."""
    records: tuple[Record, ...]
    more: bool
    """Whether the input has records besides."""

    @property
    def format(self) -> str | None:
        """The format that reads the input."""
        best = next(iter(self.sure), None)
        return best if best and self.sure[best] >= SURE_ENOUGH else None


def explain(inputs: Iterable[RawInput | Rejected], now: datetime, most: int) -> tuple[tuple[Explanation, ...], bool]:
    """What becomes of the first inputs, of `most` records in all, if they came in by `now`; whether there are more."""
    explanations: list[Explanation] = []
    formats, left = installed_formats(), most
    for source in inputs:
        if left <= 0:
            return tuple(explanations), True
        sure = {} if isinstance(source, Rejected) else _sure(source, formats)
        found = iter([source]) if isinstance(source, Rejected) else read_articles(source, formats, now)
        records = tuple(islice(found, left))
        explanations.append(Explanation(source.origin, sure, records, more=next(found, None) is not None))
        left -= max(len(records), 1)
    return tuple(explanations), False


def _sure(source: RawInput, formats: tuple[Format, ...]) -> dict[str, float]:
    try:
        head = source.stream.peek(HEAD_BYTES)[:HEAD_BYTES]
        sure = {candidate.name: candidate.sniff(head, source.name) for candidate in formats}
    except Exception:  # its reason is given where the input is read
        return {}
    return dict(sorted(sure.items(), key=lambda item: -item[1]))


def explanations_json(explanations: Iterable[Explanation], *, more: bool) -> dict[str, Any]:
    """Explanations for programs, with every text whole."""
    return {"inputs": [_explanation_json(one) for one in explanations], "more": more}


def _explanation_json(explanation: Explanation) -> dict[str, Any]:
    return {
        "path": explanation.origin.path,
        "member": explanation.origin.member,
        "format": explanation.format,
        "sure": dict(explanation.sure),
        "records": [_record_json(record) for record in explanation.records],
        "more": explanation.more,
    }


def _record_json(record: Record) -> dict[str, Any]:
    match record:
        case Article():
            return {"article": record.to_record()}
        case Cancelled():
            return {"takenBack": record.id, "version": record.version, "reason": record.rejected.reason}
        case Rejected():
            return {"rejected": record.reason, "record": record.origin.record}
