"""What to show of an article so that a searcher sees why it was found: sentences with the matches marked.

The fragments that match most of the query come first, and each further one is taken for what the earlier ones lack.
A title that matches is given as a whole, before the fragments and beside their number. When the query asks who said
something, the quote that matches most is the first fragment, behind its speaker's name.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape
from operator import attrgetter

import regex

from index.article import Article
from index.schema import FIELDS, Field, field_named
from search.marking import Mark, Marker
from search.page import Ranges, Snippet
from search.sentences import EMPTY_LINE, sentence_at

PREFERRED = (
    "body",
    "abstract",
    "caption",
    "heading",
    "person",
    "place",
    "organisation",
    "keyword",
    "byline",
    "credit",
    "dateline",
)
"""Fields that fragments are taken from; of fragments that match the same, those of the earlier field come first."""
MOST_SENTENCES = 6
"""Sentences that are weighed in one value of a field, unless more fragments are wanted; which they are is estimated
from where the matches stand. To find the bounds of one takes as long as to find ten matches."""
SLACK = 1.25
"""A sentence this much longer than asked for is better shown whole than cut."""
LONGEST_STEP = 30
"""How far a cut moves to fall between words; texts without spaces are cut where the size ends."""
CUT = "…"
SPEAKER, SPOKEN, SAYS = "said-by", "body", ": "
"""The fields of a query that match a quote's speaker and its words, and what stands between the two in a snippet."""

_start_of = attrgetter("start")
_SPACE = regex.compile(r"\s+")
_GAP = regex.compile(r"\s+(?=\S)")
(_TITLE,) = (field for field in FIELDS if field.name == "title")
_FIELDS: tuple[Field, ...] = tuple(field for name in PREFERRED if (field := field_named(name)) is not None)


@dataclass(frozen=True, slots=True)
class Passage:
    """One value of a field and what matches in it; `rank` is the field's place in `PREFERRED`."""

    field: str
    rank: int
    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a passage and the matches inside; `parts` are the parts of the query that match there.

    `cut` tells of each side whether a sentence goes on there.
    """

    passage: Passage
    start: int
    end: int
    marks: tuple[Mark, ...]
    parts: frozenset[Hashable]
    cut: tuple[bool, bool] = (False, False)

    @classmethod
    def of(cls, passage: Passage, start: int, end: int) -> Fragment:
        """The fragment between two places."""
        first = bisect_left(passage.marks, start, key=_start_of)
        last = bisect_left(passage.marks, end, key=_start_of)
        marks = passage.marks[first:last]
        return cls(passage, start, end, marks, frozenset(mark.part for mark in marks))

    def overlaps(self, others: Iterable[Fragment]) -> bool:
        """Whether some of it is shown by another already."""
        return any(
            self.passage is other.passage and self.start < other.end and other.start < self.end for other in others
        )

    def snippet(self) -> Snippet:
        """The fragment as it is shown, with an ellipsis where a sentence is cut."""
        before, after = f"{CUT} " * self.cut[0], f" {CUT}" * self.cut[1]
        text = f"{before}{self.passage.text[self.start : self.end]}{after}"
        shift = len(before) - self.start
        ranges = merged(
            (max(mark.start, self.start) + shift, min(mark.end, self.end) + shift)
            for mark in self.marks
            if mark.start < self.end and mark.end > self.start
        )
        return Snippet(self.passage.field, text, ranges, marked_html(text, ranges))


def snippets_of(article: Article, marker: Marker, number: int, size: int) -> tuple[Snippet, ...]:
    """The title if it matches, and at most `number` fragments of about `size` characters.

    When nothing but the title matches, the fragment is the abstract, or else how the body begins, without marks.
    """
    title = [
        Fragment.of(passage, 0, len(passage.text)) for passage in _passages(article, marker, [_TITLE]) if passage.marks
    ]
    quoted = _quoted(article, marker, size) if number and marker.asks(SPEAKER) else None
    before = [fragment.snippet() for fragment in title] + ([quoted.snippet] if quoted else [])
    passages = list(_passages(article, marker, _FIELDS)) if number else []
    fragments = _beside(quoted, passages, number, size) if quoted else _chosen(passages, number, size)
    return (*before, *(fragment.snippet() for fragment in fragments))


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote to show, and the parts of the query that match in it or in its speaker's name."""

    snippet: Snippet
    said: Fragment
    parts: frozenset[Hashable]


def _beside(quoted: Quoted, passages: list[Passage], number: int, size: int) -> list[Fragment]:
    """The fragments that match beside a quote, without the sentence that it stands in."""
    said = quoted.said.passage.text[quoted.said.start : quoted.said.end]
    return [
        fragment
        for fragment in _chosen(passages, number, size, quoted.parts)
        if fragment.marks and said not in fragment.passage.text[fragment.start : fragment.end]
    ][: number - 1]


def _quoted(article: Article, marker: Marker, size: int) -> Quoted | None:
    """The quote to show when the query asks who said something, behind its speaker's name."""
    found = _best_quote(article, marker)
    if found is None:
        return None
    name, said = Fragment.of(found[0], 0, len(found[0].text)), _best_part(found[1], size)
    return Quoted(_behind(name.snippet(), said.snippet()), said, name.parts | said.parts)


def _best_quote(article: Article, marker: Marker) -> tuple[Passage, Passage] | None:
    """Of the quotes whose speaker is asked for, the speaker and the words of the one that matches most."""
    best, most = None, 0
    for quote in article.quotes:
        if quote.speaker and (name := tuple(marker.marks(SPEAKER, quote.speaker))):
            said = tuple(marker.marks(SPOKEN, quote.text))
            parts = len({mark.part for mark in (*name, *said)})
            if parts > most:
                best, most = (Passage(SPEAKER, 0, quote.speaker, name), Passage(SPEAKER, 0, quote.text, said)), parts
    return best


def _best_part(passage: Passage, size: int) -> Fragment:
    """The sentences of a passage that match most, or how it begins."""
    chosen = _chosen([passage], 1, size)
    return chosen[0] if chosen else _fitted(Fragment.of(passage, *sentence_at(passage.text, 0)), size, [])


def _behind(name: Snippet, said: Snippet) -> Snippet:
    shift = len(name.text) + len(SAYS)
    text = f"{name.text}{SAYS}{said.text}"
    ranges = (*name.ranges, *((start + shift, end + shift) for start, end in said.ranges))
    return Snippet(said.field, text, ranges, marked_html(text, ranges))


def _passages(article: Article, marker: Marker, fields: Iterable[Field]) -> Iterator[Passage]:
    for rank, field in enumerate(fields):
        for text in field.values(article):
            yield Passage(field.name, rank, text, tuple(marker.marks(field.name, text)))


def _chosen(
    passages: list[Passage], number: int, size: int, shown: frozenset[Hashable] = frozenset()
) -> list[Fragment]:
    """The fragments to show, when some parts of the query are `shown` already."""
    candidates = [fragment for passage in passages for fragment in _sentences(passage, size, number)]
    chosen: list[Fragment] = []
    while candidates and len(chosen) < number:
        best = max(candidates, key=lambda fragment: _worth(fragment, shown))
        best = _fitted(best, size, chosen)
        chosen.append(best)
        shown |= best.parts
        candidates = [fragment for fragment in candidates if not fragment.overlaps(chosen)]
    return chosen or _lead(passages, size)


def _worth(fragment: Fragment, shown: frozenset[Hashable]) -> tuple[int, int, int, int, int]:
    """New parts, parts, the field, matches, and the earlier the better."""
    parts = fragment.parts
    return len(parts - shown), len(parts), -fragment.passage.rank, len(fragment.marks), -fragment.start


def _sentences(passage: Passage, size: int, number: int) -> list[Fragment]:
    """The sentences of a passage that promise most; a phrase that reaches over a full stop joins two."""
    found: list[Fragment] = []
    for mark in _promising(passage.marks, size):
        if any(fragment.start <= mark.start < fragment.end for fragment in found):
            continue
        start, end = sentence_at(passage.text, mark.start)
        while True:
            fragment = Fragment.of(passage, start, end)
            furthest = max(inside.end for inside in fragment.marks)
            if furthest <= end:
                break
            end = sentence_at(passage.text, furthest - 1)[1]
        found.append(fragment)
        if len(found) == max(MOST_SENTENCES, number):
            break
    return found


def _promising(marks: tuple[Mark, ...], size: int) -> list[Mark]:
    """The marks, those first after which most parts of the query match within `size` characters.

    Before all others comes the best mark of each part, so that no part is crowded out by more frequent ones.
    """
    parts = [mark.part for mark in marks]
    ends = [mark.end for mark in marks]
    inside = dict.fromkeys(parts, 0)
    worth: list[tuple[int, int]] = []
    last = different = 0
    for first, mark in enumerate(marks):
        furthest = mark.start + size
        while last == first or (last < len(ends) and ends[last] <= furthest):
            different += not inside[parts[last]]
            inside[parts[last]] += 1
            last += 1
        worth.append((different, last - first))
        inside[mark.part] -= 1
        different -= not inside[mark.part]
    best: dict[Hashable, Mark] = {}
    ranked = [marks[place] for place in sorted(range(len(marks)), key=worth.__getitem__, reverse=True)]
    for mark in ranked:
        best.setdefault(mark.part, mark)
    return [*best.values(), *ranked]


def _fitted(fragment: Fragment, size: int, chosen: list[Fragment]) -> Fragment:
    """A long fragment cut to its best part, a short one with those sentences of its paragraph that have room."""
    if fragment.end - fragment.start > size * SLACK:
        return _cut(fragment, size)
    while wider := _widened(fragment, size, chosen):
        fragment = wider
    return fragment


def _widened(fragment: Fragment, size: int, chosen: list[Fragment]) -> Fragment | None:
    passage = fragment.passage
    for beside in (_after(passage.text, fragment.end), _before(passage.text, fragment.start)):
        if beside is None:
            continue
        start, end = min(fragment.start, beside[0]), max(fragment.end, beside[1])
        if end - start > size:
            continue
        wider = Fragment.of(passage, start, end)
        if not wider.overlaps(chosen):
            return wider
    return None


def _after(text: str, end: int) -> tuple[int, int] | None:
    """The next sentence of the same paragraph."""
    space = _SPACE.match(text, end)
    if space is None or space.end() == len(text) or EMPTY_LINE.search(space[0]):
        return None
    return sentence_at(text, space.end())


def _before(text: str, start: int) -> tuple[int, int] | None:
    """The sentence before in the same paragraph."""
    place = start
    while place and text[place - 1].isspace():
        place -= 1
    if not place or EMPTY_LINE.search(text[place:start]):
        return None
    return sentence_at(text, place - 1)


def _cut(fragment: Fragment, size: int) -> Fragment:
    """The part of a long fragment that matches most, cut between words."""
    marks = _densest(fragment.marks, size)
    first, last = (marks[0].start, max(mark.end for mark in marks)) if marks else (fragment.start, fragment.start)
    spare = max(size - (last - first), 0)
    start = max(first - spare // 2, fragment.start)
    end = min(max(start + size, last), fragment.end, first + 2 * size)
    start = max(min(end - size, first), fragment.start)
    text = fragment.passage.text
    if start > fragment.start:
        start = _word_start(text, start, first)
    if end < fragment.end:
        end = _word_end(text, end, min(last, end))
    return replace(fragment, start=start, end=end, cut=(start > fragment.start, end < fragment.end))


def _densest(marks: tuple[Mark, ...], size: int) -> tuple[Mark, ...]:
    """The marks within some `size` characters that match most parts of the query, and of such the most."""
    if not marks:
        return ()
    first = marks.index(_promising(marks, size)[0])
    return tuple(mark for mark in marks[first:] if mark.end - marks[first].start <= size) or marks[first : first + 1]


def _word_start(text: str, place: int, limit: int) -> int:
    """The next beginning of a word from `place` on, up to `limit`."""
    if text[place - 1].isspace():
        return place
    space = _GAP.search(text, place, min(place + LONGEST_STEP, limit + 1))
    return space.end() if space else place


def _word_end(text: str, place: int, limit: int) -> int:
    """The last end of a word up to `place`, not before `limit`."""
    for end in range(place, max(limit, place - LONGEST_STEP), -1):
        if text[end].isspace() and not text[end - 1].isspace():
            return end
    return place


def _lead(passages: list[Passage], size: int) -> list[Fragment]:
    """The abstract, or how the body begins."""
    for wanted in ("abstract", "body"):
        for passage in passages:
            if passage.field == wanted and passage.text.strip():
                start = len(passage.text) - len(passage.text.lstrip())
                first, end = sentence_at(passage.text, start)
                return [_fitted(Fragment.of(passage, first, end), size, [])]
    return []


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Ranges in order, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def marked_html(text: str, ranges: Ranges) -> str:
    """The text as HTML with the ranges marked; the text itself is escaped first."""
    pieces, place = [], 0
    for start, end in ranges:
        pieces += [escape(text[place:start]), "<mark>", escape(text[start:end]), "</mark>"]
        place = end
    return "".join([*pieces, escape(text[place:])])
