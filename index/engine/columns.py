"""Columns: what is known of each article of a segment by document number, as arrays.

id.bytes, id.ends, id.order     the ids in order, and whose each is
hash                            32 bytes of content hash each
published.at, .precision        see `encode_instant`
modified.at, .precision
facet.FIELD.…                   see `ordinals`
"""

from __future__ import annotations

from array import array

import numpy as np

from index.article import Article
from index.dates import Instant, Precision
from index.engine.arrays import Array
from index.engine.fields import OWN_FACETS
from index.engine.ordinals import ordinal_arrays
from index.engine.texts import encode_text, text_arrays
from index.schema import facet_values

NO_DATE = 0
PRECISIONS = {Precision.MINUTE: 1, Precision.DAY: 2, Precision.MONTH: 3, Precision.YEAR: 4}
DAY_SECONDS = 86_400
EPOCH_DAY = 719_163  # date(1970, 1, 1).toordinal()


def encode_instant(instant: Instant | None) -> tuple[int, int]:
    """An instant without reference to a time zone, so that the archive's zone may change later.

    Seconds since 1970 at minute precision; below that the calendar date's midnight as if in UTC. And the precision.
    """
    if instant is None:
        return 0, NO_DATE
    if instant.precision is Precision.MINUTE:
        start = instant.span().start
        return start or 0, PRECISIONS[Precision.MINUTE]
    return (instant.at.toordinal() - EPOCH_DAY) * DAY_SECONDS, PRECISIONS[instant.precision]


class ColumnsBuilder:
    """Collects the columns of articles as they come."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._hashes = bytearray()
        self._dates = {name: (array("q"), array("B")) for name in ("published", "modified")}
        self._values: dict[str, dict[str, int]] = {facet.name: {} for facet in OWN_FACETS}
        self._facets = {facet.name: (array("i"), array("i")) for facet in OWN_FACETS}

    def add(self, article: Article) -> None:
        """Take in the next article."""
        doc = len(self._ids)
        self._ids.append(article.id)
        self._hashes += bytes.fromhex(article.content_hash)
        for name, instant in (("published", article.published), ("modified", article.modified)):
            at, precision = encode_instant(instant)
            self._dates[name][0].append(at)
            self._dates[name][1].append(precision)
        for facet in OWN_FACETS:
            numbers, (values, docs) = self._values[facet.name], self._facets[facet.name]
            for value in facet_values(facet, article):
                values.append(numbers.setdefault(value, len(numbers)))
                docs.append(doc)

    def content_hash(self, doc: int) -> bytes:
        """The content hash of an article that was added."""
        return bytes(self._hashes[32 * doc : 32 * doc + 32])

    def arrays(self) -> dict[str, Array]:
        """The columns of all articles added."""
        columns: dict[str, Array] = {"hash": np.frombuffer(bytes(self._hashes), np.uint8)}
        encoded = [encode_text(one) for one in self._ids]
        order = sorted(range(len(encoded)), key=encoded.__getitem__)
        columns |= text_arrays("id", [encoded[doc] for doc in order])
        columns["id.order"] = np.array(order, np.int32)
        for name, (at, precision) in self._dates.items():
            columns[f"{name}.at"] = np.array(at, np.int64)
            columns[f"{name}.precision"] = np.array(precision, np.uint8)
        for name, (values, docs) in self._facets.items():
            labels = list(self._values[name])
            numbers, owners = np.array(values, np.int32), np.array(docs, np.int32)
            columns |= ordinal_arrays(name, labels, owners, numbers, len(self._ids))
        return columns
