"""A reference index: a dictionary of articles, searched one by one as the seam's docstrings say, with no cleverness.

It is what `backend_contract` compares an engine with, so it uses `index.analysis` and nothing of any engine.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise, repeat
from math import log
from typing import Any

from whoosh import query as q

from index.analysis import exact_form, exact_forms, folded_form, folded_text, stem, words
from index.article import Article
from index.backend import Built, Place
from index.dates import Precision, Span, midnight
from index.duplicates import groups, signatures_of
from index.errors import IndexLocked, IndexMissing, NoGenerationKept, RequestInvalid
from index.explanation import Explanation, figure, greatest, product, quotient, total
from index.query import EXACT, AcrossFields, AdjacentPair
from index.results import (
    LEAST_ARTICLES,
    LEAST_RATIO,
    MISSING,
    MOST_OTHERS,
    Bucket,
    CheckedPart,
    Commit,
    EngineRequest,
    FacetCounts,
    FacetFilter,
    FacetRequest,
    FacetSort,
    FacetValue,
    Generation,
    Group,
    Histogram,
    Hit,
    Interval,
    Order,
    Position,
    TermCount,
    TopDocs,
)
from index.schema import FIELDS, Kind, ancestors, facet_values
from index.scoring import Freshness, Scoring
from index.withdrawals import Withdrawal

_FIELDS = {field.name: field for field in FIELDS}
Articles = dict[str, Article]
Score = Explanation | None
"""An article's score under a query, and how it came about; `None` when it does not match."""


class ModelBackend:
    """An index in memory."""

    def __init__(self, zone: tzinfo = UTC) -> None:
        self.zone = zone
        # By name, the live one last, each with the number of its commit.
        self._generations: dict[str, tuple[Articles, int]] = {}
        self._withdrawals: dict[str, Withdrawal] = {}
        self._locked = False

    @classmethod
    def of(cls, *articles: Article) -> ModelBackend:
        """An index that has these articles."""
        backend = cls()
        with backend.writer() as writer:
            for article in articles:
                writer.put(article)
        return backend

    def counters(self) -> Mapping[str, int]:
        return {}

    @contextmanager
    def reader(self) -> Iterator[ModelReader]:
        name, (articles, number) = self._live()
        yield ModelReader(dict(articles), Commit(name, number), self.zone)

    @contextmanager
    def writer(self, wait: float = 0.0) -> Iterator[ModelWriter]:
        with self._lock():
            name, (articles, number) = self._live() if self._generations else ("000001", ({}, 0))
            writer = ModelWriter(dict(articles), self._withdrawals)
            yield writer
            self._withdrawals = writer.withdrawals
            if not number or writer.articles != articles:
                self._generations[name] = clustered(writer.articles), number + 1

    @contextmanager
    def rebuild(self, wait: float = 0.0) -> Iterator[ModelRebuild]:
        with self._lock():
            live, before = self._live()
            writer = ModelRebuild(before[0], self._withdrawals)
            yield writer
            self._withdrawals = writer.withdrawals
            name = f"{max(map(int, self._generations)) + 1:06}"
            self._generations = {live: before, name: (clustered(writer.articles), 1)}

    def rollback(self, wait: float = 0.0) -> Generation:
        with self._lock():
            self._live()
            if len(self._generations) < 2:
                raise NoGenerationKept("memory")
            self._generations = dict(reversed(self._generations.items()))
            live, (articles, number) = self._live()
            left = {name: article for name, article in articles.items() if name not in self._withdrawals}
            self._generations[live] = clustered(left), number + (left != articles)
            return self.generations()[-1]

    def withdrawals(self) -> Mapping[str, Withdrawal]:
        self._live()
        return self._withdrawals

    def purge(self, withdrawals: Collection[Withdrawal], wait: float = 0.0) -> set[str]:
        _, (before, _) = self._live()
        with self.writer() as writer:
            for one in withdrawals:
                writer.withdraw(one)
        for name, (articles, number) in self._generations.items():
            left = {key: article for key, article in articles.items() if key not in self._withdrawals}
            self._generations[name] = clustered(left), number + (left != articles)
        return {one.id for one in withdrawals if one.id in before}

    def generations(self) -> tuple[Generation, ...]:
        live, _ = self._live()
        moment = datetime.now(UTC)
        return tuple(
            Generation(name, name == live, len(articles), 0, moment)
            for name, (articles, _) in self._generations.items()
        )

    def verify(self, generation: str) -> Iterator[CheckedPart]:
        yield CheckedPart("memory", len(self._generations[generation][0]), ())

    def _live(self) -> tuple[str, tuple[Articles, int]]:
        if not self._generations:
            raise IndexMissing("memory")
        return list(self._generations.items())[-1]

    @contextmanager
    def _lock(self) -> Iterator[None]:
        if self._locked:
            raise IndexLocked("memory")
        self._locked = True
        try:
            yield
        finally:
            self._locked = False


def clustered(articles: Articles) -> Articles:
    """The articles with their clusters."""
    found: dict[int, list[str]] = {}
    for one, group in zip(articles, groups(signatures_of(articles.values())).tolist(), strict=True):
        found.setdefault(group, []).append(one)
    alone = found.pop(-1, [])
    names = {one: min(group) for group in found.values() for one in group} | dict.fromkeys(alone)
    return {one: replace(article, cluster=names[one]) for one, article in articles.items()}


class ModelWriter:
    """A copy of the articles, to be changed."""

    def __init__(self, articles: Articles, withdrawals: Mapping[str, Withdrawal]) -> None:
        self.articles = {key: article for key, article in articles.items() if key not in withdrawals}
        self.withdrawals = dict(withdrawals)
        self._before = dict(articles)

    def get(self, article_id: str) -> Article | None:
        return self.articles.get(article_id)

    def put(self, article: Article) -> None:
        if not article.id:
            raise ValueError("an article needs an id")
        self.readmit(article.id)
        article = replace(article, cluster=None)
        before = self.articles.get(article.id)
        if before is None:
            self.articles[article.id] = article
        elif before.content_hash != article.content_hash:
            self.articles[article.id] = replace(article, first_indexed=before.first_indexed or article.first_indexed)

    def delete(self, article_id: str) -> None:
        self.articles.pop(article_id, None)

    def withdrawal(self, article_id: str) -> Withdrawal | None:
        return self.withdrawals.get(article_id)

    def withdraw(self, withdrawal: Withdrawal) -> None:
        self.delete(withdrawal.id)
        known = self.withdrawals.get(withdrawal.id)
        if known is None or withdrawal.outlives(known):
            self.withdrawals[withdrawal.id] = withdrawal

    def readmit(self, article_id: str) -> None:
        self.withdrawals.pop(article_id, None)

    def segment_builder(self, memory: int) -> ModelSegmentBuilder:
        return ModelSegmentBuilder(self._before)

    def adopt(self, built: Built, left_out: Collection[Place]) -> None:
        for place, article in enumerate(built):
            if (0, place) not in left_out:
                assert article.id not in self.articles
                self.articles[article.id] = replace(article, cluster=None)

    def leave_clusters(self) -> None:
        pass

    def optimize(self) -> None:
        pass


class ModelSegmentBuilder:
    """Keeps what it is given."""

    def __init__(self, before: Articles, known: Callable[[Article], Article] = replace) -> None:
        self._before = before
        self._known = known
        self._found: list[Article] = []

    def get(self, article_id: str) -> Article | None:
        return self._before.get(article_id)

    def add(self, article: Article) -> Place:
        self._found.append(self._known(article))
        return 0, len(self._found) - 1

    def finish(self) -> Built:
        return self._found


class ModelRebuild(ModelWriter):
    """No articles yet, and those of the live generation beside them."""

    def __init__(self, live: Articles, withdrawals: Mapping[str, Withdrawal]) -> None:
        super().__init__({}, withdrawals)
        self._before = live

    def live_articles(self) -> Iterator[Article]:
        return iter(self._before.values())

    def put(self, article: Article) -> None:
        super().put(self._as_known(article))

    def segment_builder(self, memory: int) -> ModelSegmentBuilder:
        return ModelSegmentBuilder({}, self._as_known)

    def _as_known(self, article: Article) -> Article:
        before = self._before.get(article.id)
        return replace(article, first_indexed=(before and before.first_indexed) or article.first_indexed)


class ModelReader:
    """The articles of one commit."""

    def __init__(self, articles: Articles, commit: Commit, zone: tzinfo) -> None:
        self._articles = articles
        self._commit = commit
        self._expanded: dict[object, set[str]] = {}
        self._zone = zone
        self._scoring = Scoring()

    @property
    def commit(self) -> Commit:
        return self._commit

    def get(self, article_id: str) -> Article | None:
        return self._articles.get(article_id)

    def count(self, query: q.Query) -> int:
        return len(self._matching(EngineRequest(query=query)))

    def search(self, request: EngineRequest) -> TopDocs:
        before = [hit for hit in self._matching(request) if self._in_range(hit.article, request.dates)]
        hits = [hit for hit in before if all(_passes(hit.article, one) for one in request.filters)]
        found = [hit.article for hit in hits]
        ordered = self._ordered(hits, request.order)
        if request.collapse:
            ordered = _collapsed(ordered)
        start = request.offset
        if request.after:
            place = self._key(request.after, request.order)
            start = sum(1 for hit in ordered if self._key(self._position(hit, request.order), request.order) <= place)
        page = ordered[start : start + request.limit]
        return TopDocs(
            tuple(page),
            len(hits),
            tuple(self._facet([hit.article for hit in before], one, request.filters) for one in request.facets),
            self._histogram(found, request.histogram) if request.histogram else None,
            groups=len(ordered) if request.collapse else None,
            start=start,
            next=self._position(page[-1], request.order) if page and start + request.limit < len(ordered) else None,
        )

    def scan(self, request: EngineRequest) -> Iterator[Hit]:
        return iter(self.search(replace(request, offset=0, limit=len(self._articles))).hits)

    def explain(self, request: EngineRequest, article_id: str) -> Explanation:
        found = [hit for hit in self.scan(request) if hit.article.id == article_id]
        score = self._fresh_score(request, found[0].article) if found else None
        return score or figure("no hit", 0.0)

    def terms(self, field: str, prefix: str = "") -> Iterator[TermCount]:
        found = _FIELDS.get(field)
        if found is None or found.kind is Kind.DATE:
            raise RequestInvalid("field", field)
        counts: Counter[str] = Counter()
        for article in self._articles.values():
            if found.facet:
                counts.update(facet_values(found, article))
            else:
                counts.update(_terms(article, field))
        return (TermCount(term, counts[term]) for term in sorted(counts) if term.startswith(prefix))

    # Matching

    def _matching(self, request: EngineRequest) -> list[Hit]:
        scored = ((article, self._fresh_score(request, article)) for article in self._articles.values())
        return [_hit(article, score.value) for article, score in scored if score is not None]

    def _fresh_score(self, request: EngineRequest, article: Article) -> Score:
        self._scoring = request.scoring
        score = self._score(request.query, article)
        freshness = request.scoring.freshness
        return product("", [score, _freshness(freshness, article)]) if score and freshness else score

    def _score(self, node: Any, article: Article) -> Score:
        run = self._NODES.get(type(node))
        if run is None:
            raise RequestInvalid("q", type(node).__name__)
        return run(self, node, article)

    def _term(self, node: Any, article: Article) -> Score:
        return _times(self._word(node.fieldname, node.text, article), node.boost)

    def _word(self, name: str, word: str, article: Article) -> Score:
        if _kind(name) is Kind.CODE:
            return figure("code", 1.0) if _frequency(article, name, word) else None
        return self._bm25({name: 1.0}, article, lambda one, name: _frequency(one, name, word))

    def _across_fields(self, node: Any, article: Article) -> Score:
        _only_words(node.boosts)
        score = self._bm25(node.boosts, article, lambda one, name: _frequencies(one, name, node.words))
        return _times(score, node.boost)

    def _adjacent_pair(self, node: Any, article: Article) -> Score:
        _only_words(node.boosts)

        def is_common(word: str, name: str) -> bool:
            having = sum(1 for one in self._articles.values() if _frequency(one, name, word))
            return having > node.common_number and having > node.common_share * len(self._articles)

        if all(any(is_common(word, name) for name in node.boosts) for word in node.words):
            return None
        score = self._bm25(node.boosts, article, lambda one, name: _pair_frequency(one, name, node.words))
        return _times(score, node.boost)

    def _bm25(
        self, boosts: Mapping[str, float], article: Article, frequency_of: Callable[[Article, str], int]
    ) -> Score:
        frequencies = {name: frequency_of(article, name) for name in boosts}
        if not any(frequencies.values()):
            return None
        k1 = figure("k1", self._scoring.k1)
        weighted = [
            product(
                name, [figure("boost", boosts[name]), quotient("", figure("", frequency), self._norm(article, name))]
            )
            for name, frequency in frequencies.items()
            if frequency
        ]
        matching = sum(1 for one in self._articles.values() if any(frequency_of(one, name) for name in boosts))
        idf = log(1 + (len(self._articles) - matching + 0.5) / (matching + 0.5))
        up = product("", [figure("k1 + 1", self._scoring.k1 + 1), total("", weighted)])
        return product("", [figure("idf", idf), quotient("", up, total("", [k1, total("", weighted)]))])

    def _norm(self, article: Article, name: str) -> Explanation:
        lengths = [length for one in self._articles.values() if (length := _length(one, name))]
        relative = _length(article, name) / (sum(lengths) / len(lengths))
        b = self._scoring.b_of(_plain_name(name))
        return total("", [figure("1 - b", 1 - b), product("", [figure("b", b), figure("length", relative)])])

    def _phrase(self, node: Any, article: Article) -> Score:
        if _kind(node.fieldname) is Kind.CODE:
            raise RequestInvalid("q", node.fieldname)
        form = _form(node.fieldname)
        forms = [form(word) for word in node.words]
        values = _phrase_words(article, node.fieldname)
        if not any(_phrase_in(value, forms, min(node.slop, 100)) for value in values):
            return None
        return _times(_total([self._word(node.fieldname, word, article) for word in node.words], 1), node.boost)

    def _pattern(self, node: Any, article: Article) -> Score:
        if node.fieldname not in _FIELDS:
            raise RequestInvalid("q", node.fieldname)
        key = type(node), repr(vars(node))
        if key not in self._expanded:
            self._expanded[key] = self._expand(node)
        return figure("boost", node.boost) if self._expanded[key] & _terms(article, node.fieldname) else None

    def _expand(self, node: Any) -> set[str]:
        """The most frequent terms that a node stands for."""
        form = str if _kind(node.fieldname) is Kind.CODE else folded_form
        counts = Counter(term for one in self._articles.values() for term in _terms(one, node.fieldname))
        fitting = [term for term in counts if _fits(node, form, form(term))]
        return set(sorted(fitting, key=lambda term: (-counts[term], term))[:1024])

    def _every(self, node: Any, article: Article) -> Score:
        if node.fieldname is None:
            return figure("boost", node.boost)
        if node.fieldname not in _FIELDS:
            raise RequestInvalid("q", node.fieldname)
        return figure("boost", node.boost) if any(_FIELDS[node.fieldname].values(article)) else None

    def _numeric_range(self, node: Any, article: Article) -> Score:
        if node.fieldname not in _FIELDS or _kind(node.fieldname, dates=True) is not Kind.DATE:
            raise RequestInvalid("q", node.fieldname)
        start = node.start if node.start is None else node.start + node.startexcl
        end = node.end if node.end is None else node.end - node.endexcl
        instant = article.published if node.fieldname == "published" else article.modified
        return (
            figure("boost", node.boost) if _overlaps(instant and instant.span(self._zone), Span(start, end)) else None
        )

    def _nothing(self, _node: Any, _article: Article) -> Score:
        return None

    def _and(self, node: Any, article: Article) -> Score:
        scores = [self._score(child, article) for child in node.subqueries]
        return _times(_total(scores, len(scores)), node.boost) if scores else None

    def _or(self, node: Any, article: Article) -> Score:
        scores = [self._score(child, article) for child in node.subqueries]
        return _times(_total(scores, max(node.minmatch, 1)), node.boost)

    def _dis_max(self, node: Any, article: Article) -> Score:
        found = [score for child in node.subqueries if (score := self._score(child, article)) is not None]
        if not found:
            return None
        best = greatest("", found)
        others = total("", [total("", found), figure("", -best.value)])
        return _times(total("", [best, product("", [figure("", node.tiebreak), others])]), node.boost)

    def _not(self, node: Any, article: Article) -> Score:
        return figure("", 0.0) if self._score(node.query, article) is None else None

    def _and_not(self, node: Any, article: Article) -> Score:
        score, excluded = self._score(node.a, article), self._score(node.b, article)
        return score if excluded is None else None

    def _and_maybe(self, node: Any, article: Article) -> Score:
        score, more = self._score(node.a, article), self._score(node.b, article)
        return total("", [score, more]) if score and more else score

    def _require(self, node: Any, article: Article) -> Score:
        score, required = self._score(node.a, article), self._score(node.b, article)
        return None if required is None else score

    def _constant_score(self, node: Any, article: Article) -> Score:
        return None if self._score(node.child, article) is None else figure("", node.score)

    _NODES: dict[type, Callable[[ModelReader, Any, Article], Score]] = {  # noqa: RUF012  # never changed
        AcrossFields: _across_fields,
        AdjacentPair: _adjacent_pair,
        q.Term: _term,
        q.Phrase: _phrase,
        q.Prefix: _pattern,
        q.Wildcard: _pattern,
        q.FuzzyTerm: _pattern,
        q.TermRange: _pattern,
        q.Every: _every,
        q.NumericRange: _numeric_range,
        type(q.NullQuery): _nothing,
        q.And: _and,
        q.Or: _or,
        q.DisjunctionMax: _dis_max,
        q.Not: _not,
        q.AndNot: _and_not,
        q.AndMaybe: _and_maybe,
        q.Require: _require,
        q.ConstantScoreQuery: _constant_score,
    }

    # Order, facets, histogram

    def _ordered(self, hits: list[Hit], order: Order) -> list[Hit]:
        if order is not Order.RELEVANCE:
            hits = [_hit(hit.article, 0.0) for hit in hits]
        return sorted(hits, key=lambda hit: self._key(self._position(hit, order), order))

    def _position(self, hit: Hit, order: Order) -> Position:
        return Position(hit.score if order is Order.RELEVANCE else self._start(hit.article), hit.article.id)

    def _key(self, position: Position, order: Order) -> Any:
        """What comes first has the smallest key."""
        sign = 1 if order is Order.OLDEST else -1
        return position.key is None, sign * (position.key or 0), position.id

    def _start(self, article: Article) -> int | None:
        return article.published and article.published.span(self._zone).start

    def _in_range(self, article: Article, dates: Span | None) -> bool:
        return dates is None or _overlaps(article.published and article.published.span(self._zone), dates)

    def _facet(self, before: list[Article], request: FacetRequest, filters: tuple[FacetFilter, ...]) -> FacetCounts:
        field = _facet_field(request.field)
        typical = request.sort is FacetSort.SIGNIFICANCE
        others = [one for one in filters if one.field != request.field or typical]
        articles = [article for article in before if all(_passes(article, one) for one in others)]
        selected = [one for chosen in filters if chosen.field == request.field for one in chosen.include]
        counts = _counted(field, articles)
        indexed = _counted(field, list(self._articles.values()))
        present = _listed(field, articles)
        ratios = {
            value: ratio
            for value in present
            if counts[value] >= LEAST_ARTICLES
            and (ratio := _ratio(counts[value], len(articles), indexed[value], len(self._articles))) >= LEAST_RATIO
        }
        fitting = {value for value in (ratios if typical else present) if _asked_for(value, request)}

        def order(value: str) -> Any:
            weight = {FacetSort.COUNT: counts[value], FacetSort.SIGNIFICANCE: ratios.get(value, 0)}
            return -weight.get(request.sort, 0), (value.casefold(), value)

        start = request.offset or 0
        listed = set(sorted(fitting, key=order)[start : start + request.size])
        if request.offset is None:
            listed |= {one for one in selected if one != MISSING and _asked_for(one, request)}
        return FacetCounts(
            request.field,
            tuple(
                FacetValue(
                    value,
                    counts[value],
                    value in selected,
                    parent=next((outer for outer in reversed(_above(field, value)) if outer in present), None),
                    indexed=indexed[value] if typical else None,
                    significance=ratios.get(value) if typical else None,
                )
                for value in sorted(listed, key=order)
            ),
            missing=sum(1 for article in articles if not facet_values(field, article)),
            other=sum(counts[value] for value in fitting - listed),
            distinct=len(fitting),
        )

    def _histogram(self, found: list[Article], interval: Interval) -> Histogram:
        days = [day for article in found if (day := self._day(article))]
        archive = [day for article in self._articles.values() if (day := self._day(article))]
        undated = len(found) - len(days)
        finest = [Interval.DAY, Interval.WEEK, Interval.MONTH, Interval.YEAR]
        if interval is Interval.AUTO:
            interval = next((one for one in finest if len(_buckets(days, one, most=61)) <= 60), Interval.YEAR)
        buckets = _buckets(days, interval, most=40_001)
        if len(buckets) > 40_000:
            raise RequestInvalid("interval", "too many buckets")
        counted, indexed = (Counter(_bucket(day, interval)[0] for day in some) for some in (days, archive))
        return Histogram(
            interval, tuple(Bucket(first, last, counted[first], indexed[first]) for first, last in buckets), undated
        )

    def _day(self, article: Article) -> date | None:
        start = self._start(article)
        return None if start is None else _day_of(start, self._zone)


def _hit(article: Article, score: float) -> Hit:
    return Hit(lambda: article, score)


# Words


def _plain_name(name: str) -> str:
    return name.removesuffix(EXACT)


def _kind(name: str, *, dates: bool = False) -> Kind:
    field = _FIELDS.get(_plain_name(name))
    if field is None or (field.kind is Kind.DATE and not dates) or (name.endswith(EXACT) and field.kind is Kind.CODE):
        raise RequestInvalid("q", name)
    return field.kind


@lru_cache(maxsize=20_000)
def _split(value: str) -> tuple[str, ...]:
    return tuple(words(value))


def _exact_words(article: Article, field: str) -> list[list[tuple[str, ...]]]:
    """For each value of a field, for each word, the exact forms it answers to."""
    _kind(field)
    return [[exact_forms(word) for word in _split(value)] for value in _FIELDS[field].values(article)]


def _terms(article: Article, field: str) -> set[str]:
    """A code's values, the exact forms of other fields."""
    if _kind(field) is Kind.CODE:
        return set(_FIELDS[field].values(article))
    return {form for value in _exact_words(article, field) for forms in value for form in forms}


def _frequency(article: Article, name: str, word: str) -> int:
    kind = _kind(name)
    values = _FIELDS[_plain_name(name)].values(article)
    if kind is Kind.CODE:
        return int(word in values)
    return sum(1 for value in values for one in _split(value) if _same_word(name, one, word))


def _pair_frequency(article: Article, name: str, pair: tuple[str, str]) -> int:
    """How often the second of two words stands right after the first."""
    texts = [_split(value) for value in _FIELDS[_plain_name(name)].values(article)]
    return sum(1 for words in texts for two in pairwise(words) if all(map(_same_word, repeat(name), two, pair)))


def _same_word(name: str, written: str, wanted: str) -> bool:
    if name.endswith(EXACT):
        return exact_form(wanted) in exact_forms(written)
    form = _form(name)
    return form(written) == form(wanted)


def _only_words(names: Mapping[str, float]) -> None:
    if any(_kind(name) is Kind.CODE for name in names):
        raise RequestInvalid("q", "a code has no words")


def _frequencies(article: Article, name: str, some: tuple[str, ...]) -> int:
    """How often a field has any of several words, of which those with the same form count once."""
    distinct = {_form(name)(word): word for word in some}
    return sum(_frequency(article, name, word) for word in distinct.values())


def _form(name: str) -> Callable[[str], str]:
    """The form in which a field that has words compares them."""
    if name.endswith(EXACT):
        return exact_form
    return stem if _kind(name) is Kind.TEXT else folded_form


def _phrase_words(article: Article, name: str) -> list[list[tuple[str, ...]]]:
    """For each value of a field, for each word, the forms that a phrase may mean it by."""
    if name.endswith(EXACT):
        return _exact_words(article, _plain_name(name))
    form = _form(name)
    return [[(form(word),) for word in _split(value)] for value in _FIELDS[name].values(article)]


def _length(article: Article, name: str) -> int:
    return sum(len(_split(value)) for value in _FIELDS[_plain_name(name)].values(article))


def _phrase_in(value: list[tuple[str, ...]], forms: list[str], slop: int) -> bool:
    """Whether the forms stand in order, each at most `slop` words after the one before."""

    def stands(form: str, place: int) -> bool:
        return 0 <= place < len(value) and form in value[place]

    ends = {place for place in range(len(value)) if forms and stands(forms[0], place)}
    for form in forms[1:]:
        ends = {end + step for end in ends for step in range(1, slop + 1) if stands(form, end + step)}
    return bool(ends)


def _fits(node: Any, form: Callable[[str], str], term: str) -> bool:
    """Whether a term is one of those that a node stands for."""
    if isinstance(node, q.TermRange):
        above = node.start is None or (term > form(node.start) if node.startexcl else term >= form(node.start))
        return above and (node.end is None or (term < form(node.end) if node.endexcl else term <= form(node.end)))
    wanted = form(node.text)
    if isinstance(node, q.FuzzyTerm):
        return term.startswith(wanted[: node.prefixlength]) and _distance(wanted, term) <= node.maxdist
    if isinstance(node, q.Prefix):
        return term.startswith(wanted)
    return re.fullmatch(_glob(wanted), term, re.DOTALL) is not None


def _glob(pattern: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)


@lru_cache(maxsize=20_000)
def _distance(some: str, other: str) -> int:
    """Letters put in, left out, changed, or swapped with their neighbour, none twice."""
    distance = {(i, 0): i for i in range(len(some) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i, letter in enumerate(some, 1):
        for j, another in enumerate(other, 1):
            best = min(distance[i - 1, j] + 1, distance[i, j - 1] + 1, distance[i - 1, j - 1] + (letter != another))
            if i > 1 and j > 1 and some[i - 2] == another and letter == other[j - 2]:
                best = min(best, distance[i - 2, j - 2] + 1)
            distance[i, j] = best
    return distance[len(some), len(other)]


# Arithmetic


def _total(scores: list[Score], needed: int) -> Score:
    found = [score for score in scores if score is not None]
    return total("", found) if found and len(found) >= needed else None


def _times(score: Score, boost: float) -> Score:
    return None if score is None else product("", [score, figure("boost", boost)])


def _freshness(freshness: Freshness, article: Article) -> Explanation:
    if article.published is None:
        return figure("undated", 1.0)
    at = article.published.at
    day = (at.astimezone(UTC) if article.published.precision is Precision.MINUTE else at).date()
    age = max((freshness.day - day).days, 0)
    left = product("", [figure("", 1 - freshness.floor), figure("", 2 ** (-age / freshness.half_life))])
    return total("", [figure("floor", freshness.floor), left])


def _overlaps(span: Span | None, wanted: Span) -> bool:
    if span is None or span.start is None or span.end is None:
        return False
    return (wanted.start is None or span.end >= wanted.start) and (wanted.end is None or span.start <= wanted.end)


# Facets and days


def _facet_field(name: str) -> Any:
    field = _FIELDS.get(name)
    if field is None or not field.facet:
        raise RequestInvalid("facet", name)
    return field


def _above(field: Any, value: str) -> tuple[str, ...]:
    return ancestors(value) if field.paths else ()


def _with_ancestors(field: Any, article: Article) -> set[str]:
    values = facet_values(field, article)
    return {*values, *(outer for value in values for outer in _above(field, value))}


def _counted(field: Any, articles: list[Article]) -> Counter[str]:
    return Counter(value for article in articles for value in _with_ancestors(field, article))


def _listed(field: Any, articles: list[Article]) -> set[str]:
    """The values of articles, and those ancestors of several values."""
    own = {value for article in articles for value in facet_values(field, article)}
    joining = Counter(outer for value in own for outer in _above(field, value))
    return own | {outer for outer, values in joining.items() if values > 1}


def _asked_for(value: str, request: FacetRequest) -> bool:
    label = folded_text(value)
    return folded_text(request.contains) in label and label.startswith(folded_text(request.prefix))


def _ratio(count: int, matching: int, indexed: int, articles: int) -> float:
    """Dunning's log-likelihood ratio of a value, where the matching articles have more than their share of it."""
    if count * articles <= indexed * matching:
        return 0.0
    table = {
        (True, True): count,
        (True, False): matching - count,
        (False, True): indexed - count,
        (False, False): articles - matching - indexed + count,
    }
    rows = {True: matching, False: articles - matching}
    columns = {True: indexed, False: articles - indexed}
    total = sum(
        found * log(found / (rows[row] * columns[column] / articles)) for (row, column), found in table.items() if found
    )
    return round(2 * total * 100) / 100


def _collapsed(hits: list[Hit]) -> list[Hit]:
    """Of each cluster its first hit, which says what it stands for."""
    stories: dict[str | None, list[Hit]] = {}
    for hit in hits:
        stories.setdefault(hit.article.cluster, []).append(hit)
    alone = stories.pop(None, [])
    leading = {
        first.article.id: Group(name, 1 + len(others), tuple(one.article.id for one in others[:MOST_OTHERS]))
        for name, (first, *others) in stories.items()
        if name
    }
    kept = {*leading, *(hit.article.id for hit in alone)}
    return [
        Hit(lambda hit=hit: hit.article, hit.score, leading.get(hit.article.id))
        for hit in hits
        if hit.article.id in kept
    ]  # type: ignore[misc]


def _passes(article: Article, chosen: FacetFilter) -> bool:
    values = _with_ancestors(_facet_field(chosen.field), article) or {MISSING}
    return bool(not chosen.include or values & set(chosen.include)) and not values & set(chosen.exclude)


@lru_cache(maxsize=10_000)
def _day_of(second: int, zone: tzinfo) -> date:
    """The last day whose midnight is not after the second."""
    near = date(1970, 1, 1).toordinal() + second // 86_400
    days = [date.fromordinal(one) for one in range(max(near - 2, 1), min(near + 2, date.max.toordinal()) + 1)]
    return max((day for day in days if midnight(day, zone) <= second), default=date.min)


def _bucket(day: date, interval: Interval) -> tuple[date, date]:
    """The first and the last day of the bucket that a day falls in."""
    if interval is Interval.DAY:
        return day, day
    if interval is Interval.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=min(6, (date.max - monday).days))
    if interval is Interval.YEAR:
        return day.replace(month=1, day=1), day.replace(month=12, day=31)
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def _buckets(days: list[date], interval: Interval, most: int) -> list[tuple[date, date]]:
    """The buckets from the first day to the last without gaps, `most` at most."""
    if not days:
        return []
    found = [_bucket(min(days), interval)]
    while found[-1][1] < max(days) and len(found) < most:
        found.append(_bucket(found[-1][1] + timedelta(days=1), interval))
    return found
