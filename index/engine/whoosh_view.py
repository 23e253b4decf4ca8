"""A commit as Whoosh sees it: a codec over our files, so that Whoosh's own readers, searchers and matchers run on them.

The executor answers all nodes that Backfile's own parser makes. Any other node of `whoosh.query` (spans, fuzzy words,
whatever a later parser brings) is matched by Whoosh, posting by posting, through this view. It is also the executor's
oracle: tests compare both on random trees.

The whole commit is one Whoosh segment whose postings are those of live articles, numbered as in the snapshot. Lists are
read at once and walked by `ListMatcher`; nothing is ever written through it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, cast

import numpy as np
from whoosh import formats, query
from whoosh.analysis import Analyzer
from whoosh.codec import base
from whoosh.fields import FieldType, Schema
from whoosh.matching import ListMatcher, Matcher, NullMatcher
from whoosh.reading import SegmentReader, TermInfo
from whoosh.scoring import BaseScorer, WeightingModel, WeightScorer
from whoosh.searching import Searcher

from index.engine.arrays import Array
from index.engine.fields import TERM_FIELDS, WORD_FIELDS, TermField
from index.engine.matches import Match
from index.engine.scoring import Lengths, bm25, inverse_document_frequency
from index.engine.texts import decode_text, encode_text
from index.query import EXACT
from index.schema import Kind
from index.scoring import Scoring

if TYPE_CHECKING:
    from index.engine.snapshot import Snapshot

_WORD_FIELDS = frozenset(field.name for field in WORD_FIELDS)


class _Positions(formats.Positions):
    """Positions that are handed over as they are; nothing is encoded."""

    def decode_positions(self, valuestring: Any) -> Any:
        return valuestring


class _Field(FieldType):
    """A field whose terms are forms that we compute."""

    def __init__(self, field: TermField) -> None:
        format_ = formats.Frequency() if field.field.kind is Kind.CODE else _Positions()
        super().__init__(format_, analyzer=Analyzer(), scorable=field.field.name in _WORD_FIELDS)  # never analyses
        self._form = field.form

    def to_bytes(self, value: object) -> bytes:
        return encode_text(self._form(value)) if isinstance(value, str) else cast(bytes, value)

    def from_bytes(self, bs: object) -> str:
        return decode_text(cast(bytes, bs))


def _schema() -> Schema:
    return Schema(**{name: _Field(field) for name, field in TERM_FIELDS.items()})


class _Terms(base.TermsReader):
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._snapshot.count_of(*term) > 0

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Terms of a field from `prefix` on."""
        forms = self._snapshot.forms(fieldname)
        return ((fieldname, form) for form in forms if form >= prefix and self._snapshot.count_of(fieldname, form))

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for name in TERM_FIELDS:
            yield from self.terms_from(name, b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def cursor(self, fieldname: str, fieldobj: FieldType) -> _Cursor:
        return _Cursor([form for _, form in self.terms_from(fieldname, b"")], fieldobj)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        docs, frequencies = self._snapshot.postings(fieldname, text)
        if not len(docs):
            raise KeyError((fieldname, text))
        return TermInfo(
            float(frequencies.sum()), len(docs), 0, 2**31, float(frequencies.max()), int(docs[0]), int(docs[-1])
        )

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: BaseScorer | None = None) -> Matcher:
        docs, frequencies = self._snapshot.postings(fieldname, text)
        if not len(docs):
            nothing: Matcher = NullMatcher()
            return nothing
        return ListMatcher(
            docs.tolist(),
            frequencies.tolist(),
            values=self._positions(fieldname, text, docs) if format_.supports("positions") else None,
            format=format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )

    def _positions(self, fieldname: str, text: bytes, docs: Array) -> list[Any]:
        occurrences = self._snapshot.occurrences(fieldname, text, docs)
        of = occurrences >> 32
        places = (occurrences & 0xFFFF_FFFF).tolist()
        starts, stops = np.searchsorted(of, docs).tolist(), np.searchsorted(of, docs, "right").tolist()
        # Tuples: a value that is a list means several values to ListMatcher.
        return [tuple(places[start:stop]) for start, stop in zip(starts, stops, strict=True)]

    def frequency(self, fieldname: str, text: bytes) -> float:
        return float(self._snapshot.postings(fieldname, text)[1].sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return self._snapshot.count_of(fieldname, text)

    def indexed_field_names(self) -> list[str]:
        return list(TERM_FIELDS)


class _Cursor(base.FieldCursor):
    def __init__(self, forms: Sequence[bytes], field: FieldType) -> None:
        self._forms, self._field, self._at = forms, field, 0

    def first(self) -> str | None:
        self._at = 0
        return self.text()

    def find(self, string: object) -> str | None:
        wanted = encode_text(string) if isinstance(string, str) else cast(bytes, string)
        self._at = int(np.searchsorted(np.array(self._forms, object), cast(Any, wanted)))
        return self.text()

    def next(self) -> str | None:
        self._at += 1
        return self.text()

    def text(self) -> str | None:
        return self._field.from_bytes(self._forms[self._at]) if self._at < len(self._forms) else None

    def is_valid(self) -> bool:
        return self._at < len(self._forms)


class _Documents(base.PerDocumentReader):
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def doc_count(self) -> int:
        return self._snapshot.count

    def doc_count_all(self) -> int:
        return self._snapshot.size

    def has_deletions(self) -> bool:
        return self._snapshot.count < self._snapshot.size

    def is_deleted(self, docnum: int) -> bool:
        return not self._snapshot.live[docnum]

    def deleted_docs(self) -> tuple[int, ...]:
        return ()  # no posting has one, so none has to be filtered out

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        field = fieldname.removesuffix(EXACT)
        return int(self._snapshot.lengths(field).words[docnum]) if field in _WORD_FIELDS else default

    def field_length(self, fieldname: str) -> int:
        field = fieldname.removesuffix(EXACT)
        return int(self._snapshot.lengths(field).words[self._snapshot.live].sum()) if field in _WORD_FIELDS else 0

    def min_field_length(self, fieldname: str) -> int:
        return 0

    def max_field_length(self, fieldname: str) -> int:
        return 2**31

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return {}


class _Segment(base.Segment):
    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__("commit")  # type: ignore[no-untyped-call]  # Whoosh's class says no types
        self._snapshot = snapshot

    def doc_count_all(self) -> int:
        return self._snapshot.size

    def deleted_count(self) -> int:
        return self._snapshot.size - self._snapshot.count

    def deleted_docs(self) -> tuple[int, ...]:
        return ()

    def is_deleted(self, docnum: int) -> bool:
        return not self._snapshot.live[docnum]

    def delete_document(self, docnum: int, delete: bool = True) -> NoReturn:
        _refuse()


def _refuse(*_: object) -> NoReturn:
    raise TypeError("nothing is written through Whoosh's view of a commit")


class SnapshotCodec(base.Codec):
    """Reads a snapshot; has no writers."""

    per_document_writer = field_writer = postings_writer = postings_reader = new_segment = _refuse

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def terms_reader(self, storage: object, segment: object) -> _Terms:
        """The terms of the commit."""
        return _Terms(self._snapshot)

    def per_document_reader(self, storage: object, segment: object) -> _Documents:
        """The documents of the commit."""
        return _Documents(self._snapshot)

    def automata(self, storage: object, segment: object) -> base.Automata:
        """Whoosh's own, for fuzzy words."""
        return base.Automata()


class LiveBM25(WeightingModel):
    """The executor's BM25, posting by posting."""

    def __init__(self, snapshot: Snapshot, scoring: Scoring) -> None:
        self._snapshot = snapshot
        self._scoring = scoring

    def idf(self, searcher: Searcher, fieldname: str, text: Any) -> float:
        """Over live articles."""
        return inverse_document_frequency(self._snapshot.count, searcher.reader().doc_frequency(fieldname, text))

    def scorer(self, searcher: Searcher, fieldname: str, text: Any, qf: int = 1) -> BaseScorer:
        """The score of a word, 1 for codes."""
        field = fieldname.removesuffix(EXACT)
        if field not in _WORD_FIELDS:
            return WeightScorer(1.0)
        idf = self.idf(searcher, fieldname, text)
        return _Scorer(self._snapshot.lengths(field), self._scoring.b_of(field), idf, self._scoring.k1)


class _Scorer(BaseScorer):
    def __init__(self, lengths: Lengths, b: float, idf: float, k1: float) -> None:
        self._lengths, self._b, self._idf, self._k1 = lengths, b, idf, k1

    def supports_block_quality(self) -> bool:
        return False

    def score(self, matcher: Any) -> float:
        weighted = self._lengths.normalised(np.array([matcher.id()]), matcher.weight(), self._b)
        return float(bm25(weighted, self._idf, self._k1)[0])


class Given(query.Query):
    """Documents that the executor found, as a leaf of a tree that Whoosh walks."""

    def __init__(self, match: Match) -> None:
        self._match = match
        self.boost = 1.0

    def is_leaf(self) -> bool:
        """A leaf."""
        return True

    def estimate_size(self, ixreader: object) -> int:
        """Exactly."""
        return len(self._match.docs)

    def matcher(self, searcher: object, context: object = None) -> Matcher:
        """Walks the documents; each weighs its score."""
        scores = self._match.scores
        return ListMatcher(self._match.docs.tolist(), None if scores is None else scores.tolist())


class WhooshView:
    """Runs trees over one commit through Whoosh."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._reader = SegmentReader(cast(Any, None), _schema(), _Segment(snapshot), codec=SnapshotCodec(snapshot))

    def match(self, node: query.Query, scoring: Scoring | None) -> Match:
        """What a tree of Whoosh's nodes matches, with the scores of its matchers unless no `scoring` is wanted."""
        searcher = Searcher(self._reader, weighting=LiveBM25(self._snapshot, scoring or Scoring()))
        context = searcher.context() if scoring else searcher.boolean_context()
        matcher = node.matcher(searcher, context)
        docs, scores = [], []
        while matcher.is_active():
            docs.append(matcher.id())
            if scoring:
                scores.append(matcher.score())
            matcher.next()
        return Match(np.array(docs, np.int32), np.array(scores, np.float64) if scoring else None)
