"""Who said it: for each quotation of an article the person or organisation that the words around give it to.

A quotation, a reporting verb and a name beside it; the name is resolved to the full one that the article has, and where
nothing certain is said the speaker stays open. What is no speech is left out: a word or two that are quoted for their
sound (“smart” walls), titles of works, terms.

An interrupted quotation (“We wait,” said Aldous, “until Friday.”) is two with the same speaker, so that each is found
in the text as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from index.analysis import words
from index.article import Quote
from indexer.enrich.lexicon import UPPER, section_words
from indexer.enrich.quotations import Quotation
from indexer.enrich.speakers import Speakers, Usage, usage
from indexer.enrich.stretches import ABBREVIATED, RUN

FEWEST_WORDS = 3
"""Of one or two words nearly all are quoted for their sound, unless a verb reports them: “No,” he said."""
FEWEST_WORDS_ALONE = 4
"""Words of a quotation with nobody beside it, which has to be a whole sentence too."""
_REACH = 250
"""Characters before and behind a quotation in which its speaker is looked for."""
_REACH_OF_PRONOUN = 600
"""Characters before a quotation in which the sentence that a pronoun looks back to may start."""
_SENTENCES_OF_PRONOUN = 4
_SPEECH_GOES_ON = tuple(",?!—–…")
_SENTENCE_ENDS = tuple(".!?…。！？")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_NO_ABBREVIATION = "".join(rf"(?<!\b{word}\.)" for word in (*ABBREVIATED, f"[{UPPER}]"))
_SENTENCE_END = re.compile(rf"(?:[.!?…]{_NO_ABBREVIATION}(?=\s)|\n)\s*")
_SMALL_IN_TITLES = section_words("quotes", "small in titles")
_MASK = "\x00"
_AS = frozenset({"as"})
"""“A mess,” as Aldous put it."""
_APART = " \t\x00,;—–-"


class _Told(NamedTuple):
    """What the words on one side say: whether the quotation is reported there, and by whom if they tell."""

    reported: bool
    speaker: str | None = None


_NOTHING = _Told(reported=False)


def find_quotes(
    body: str, found: list[Quotation], people: Iterable[str], organisations: Iterable[str], language: str
) -> tuple[Quote, ...]:
    """The quotes of a body of which these are the quotations, each once, in order.

    `people` and `organisations` are whom the article names, `language` an ISO 639-1 code, which verbs depend on.
    """
    if not found:
        return ()
    reading = _Reading(body, found, usage(language.partition("-")[0].lower()), people, organisations)
    told = [Quote(_text(found[number].inner), reading.speaker(number)) for number in range(len(found))]
    quotes = dict.fromkeys(quote for quote, is_speech in zip(told, reading.speech, strict=True) if is_speech)
    attributed = {quote.text for quote in quotes if quote.speaker}
    return tuple(quote for quote in quotes if quote.speaker or quote.text not in attributed)


def _text(inner: str) -> str:
    return " ".join(inner.split()).removesuffix(",")


def _size(text: str) -> int:
    """Words; of scripts without spaces two ideographs count as one."""
    return len(words(text)) + len(_IDEOGRAPH.findall(text)) // 2


class _Reading:
    """A body while its quotations are given to their speakers, one after the other."""

    def __init__(
        self, body: str, found: list[Quotation], usage: Usage, people: Iterable[str], organisations: Iterable[str]
    ) -> None:
        self.found = found
        self.usage = usage
        self.speakers = Speakers(people, organisations, usage, body)
        self.masked = _masked(body, found)
        self.told: list[_Told] = []
        self.speech: list[bool] = []

    def speaker(self, number: int) -> str | None:
        """The speaker of a quotation; to be asked of one after the other."""
        before, behind = self._before(number), self._behind(number)
        inner = self.found[number].inner
        told = self._told_before(number, before) if self._leads(before) else _NOTHING
        if not told.reported and not inner.endswith(".") and not behind.rstrip().endswith(":"):
            told = self._told_behind(number, behind)
        direct = told.reported
        if not told.reported:
            told = self._told_before(number, before)
        if not told.reported and _is_sentence(inner):
            told = _Told(reported=False, speaker=self._continued(number))
        self.told.append(told)
        complete = inner.endswith((*_SPEECH_GOES_ON, ".")) or (behind.startswith(",") and inner[0].isupper())
        self.speech.append(self._is_speech(inner, reported=told.reported, short=direct and complete))
        return told.speaker

    def _is_speech(self, inner: str, *, reported: bool, short: bool) -> bool:
        """Whether a quotation is one, and not a word quoted for its sound or a title; `short` allows one of a word."""
        size = _size(inner)
        if self.usage.capitals_tell and _is_title(inner):
            return False
        if reported:
            return short or size >= FEWEST_WORDS
        return size >= FEWEST_WORDS_ALONE and _is_sentence(inner)

    # The words around

    def _before(self, number: int) -> str:
        """What stands in the sentence before a quotation, from the previous one on."""
        start = self.found[number].start
        earliest = max(start - _REACH, self.found[number - 1].end if number else 0)
        window = self.masked[earliest:start]
        ends = [match.end() for match in _SENTENCE_END.finditer(window)]
        return window[ends[-1] :] if ends else window

    def _behind(self, number: int) -> str:
        """What stands in the sentence behind a quotation, up to the next one."""
        end = self.found[number].end
        latest = self.found[number + 1].start if number + 1 < len(self.found) else len(self.masked)
        window = self.masked[end : min(end + _REACH, latest)]
        stop = _SENTENCE_END.search(window)
        return window[: stop.start()] if stop else window.rstrip(".")

    def _leads(self, before: str) -> bool:
        """Whether a quotation is announced: “Aldous said:”, “She added,”; not so in a test called “ViraPap”."""
        before = before.rstrip()
        last = before.rpartition(" ")[2].lower()
        return before.endswith((":", ",")) or (
            last not in self.usage.called and bool(self.usage.verb and self.usage.verb.fullmatch(last))
        )

    def _told_before(self, number: int, text: str) -> _Told:
        if not self.usage.verb:
            return _NOTHING
        reported = False
        verbs = list(self.usage.verb.finditer(text))
        for at, verb in reversed(list(enumerate(verbs))):
            lead = text[: verb.start()]
            if verb.group().lower() in self.usage.called and lead.endswith((" was ", " were ", " been ", " being ")):
                continue
            reported = True
            if speaker := self.speakers.before(text, verb.start()) or self._pronoun_before(number, lead):
                return _Told(reported, speaker)
            if self.usage.is_light(lead.strip(_APART)) and (speaker := self.speakers.behind(text, verb.end())):
                return _Told(reported, speaker)
            if at and RUN.search(lead, verbs[at - 1].end()):
                break  # “According to Aldous, Lawyer Pike warned:”, and nobody knows Pike
        if not reported and text.rstrip().endswith(":") and (run := RUN.match(text)):
            named = self.speakers.named(run)
            return _Told(reported=bool(named and text[named.end :].strip() == ":"), speaker=named and named.name)
        return _Told(reported)

    def _told_behind(self, number: int, text: str) -> _Told:
        verb = self.usage.verb.search(text) if self.usage.verb else None
        if not verb:
            return _NOTHING
        lead = text[: verb.start()].lstrip(_APART)
        if self.usage.is_light(lead):
            pronoun = text[verb.end() :].lstrip(" -").partition(" ")[0].rstrip(".,").lower() in self.usage.pronouns
            speaker = self._looked_back_to(number) if pronoun else self.speakers.behind(text, verb.end())
            return _Told(reported=True, speaker=speaker)
        goes_on = self.found[number].inner.endswith(_SPEECH_GOES_ON) or text.startswith(",")
        if not goes_on or lead.partition(" ")[0].lower() in self.usage.blocks | self.usage.joins - _AS:
            return _NOTHING
        speaker = self.speakers.before(lead, len(lead)) or self._pronoun_before(number, lead)
        return _Told(reported=True, speaker=speaker)

    # Who is meant

    def _pronoun_before(self, number: int, lead: str) -> str | None:
        """Who “he” before the verb is."""
        rest = lead.lower().split()
        while rest and self.usage.is_light(rest[-1]):
            rest.pop()
        return self._looked_back_to(number) if rest and rest[-1] in self.usage.pronouns else None

    def _looked_back_to(self, number: int) -> str | None:
        """The one person of the last sentence before a quotation that names any; `None` when it names several.

        Sentences in between must speak of “he” or “she” themselves.
        """
        start = self.found[number].start
        earliest = max(0, start - _REACH_OF_PRONOUN)
        bounds = [earliest, *(match.end() for match in _SENTENCE_END.finditer(self.masked, earliest, start)), start]
        spans = list(pairwise(bounds))
        for first, last in reversed(spans[-_SENTENCES_OF_PRONOUN:]):
            if named := self._people_in(first, last, number):
                (name, blocked), *others = named.items()
                return None if others or blocked else name
            sentence = self.masked[first:last].strip(_APART + "\n")
            if sentence and self.usage.pronouns.isdisjoint(words(sentence.lower())):
                return None
        return None

    def _people_in(self, start: int, end: int, number: int) -> dict[str, bool]:
        """The people named outside quotations in a part of the text, and who speaks there.

        With each, whether the name stands only where it is of somebody else: “like Aldous”, “with Pike”.
        """
        found: dict[str, bool] = {}
        for run in RUN.finditer(self.masked, start, end):
            named = self.speakers.named(run)
            if named and named.person:
                blocked = self.speakers.is_blocked(self.masked, run.start())
                found[named.name] = blocked and found.get(named.name, True)
        for earlier in range(number - 1, -1, -1):
            if self.found[earlier].end <= start:
                break
            speaker = self.told[earlier].speaker
            if self.found[earlier].start < end and speaker and self.speakers.is_person(speaker):
                found[speaker] = False
        return found

    def _continued(self, number: int) -> str | None:
        """Who goes on speaking in a quotation with nobody beside it: who spoke before in the same paragraph.

        Nobody else may be named in between.
        """
        if not number:
            return None
        end, start = self.found[number - 1].end, self.found[number].start
        speaker = self.told[number - 1].speaker
        if not speaker or start - end > _REACH or "\n" in self.masked[end:start]:
            return None
        return None if self._people_in(end, start, 0).keys() - {speaker} else speaker


def _masked(body: str, found: list[Quotation]) -> str:
    """The body with quotations blotted out, of the same length; a quotation that ends a sentence still does."""
    parts, position = [], 0
    for quotation in found:
        following = body[quotation.end : quotation.end + 2].strip()[:1]
        ends = quotation.inner.endswith(_SENTENCE_ENDS) and not following.islower() and following != ","
        length = quotation.end - quotation.start
        parts += [body[position : quotation.start], _MASK * (length - 1), "." if ends else _MASK]
        position = quotation.end
    return "".join((*parts, body[position:]))


def _is_sentence(text: str) -> bool:
    return not text[0].islower() and text.endswith(_SENTENCE_ENDS)


def _is_title(text: str) -> bool:
    """“The Last Net-Maker of Brenwick”: every word with a capital, as in titles of works."""
    found = words(text)
    told = [word for word in found if word not in _SMALL_IN_TITLES]
    return (
        len(found) >= FEWEST_WORDS
        and text[0].isupper()
        and len(told) > 1
        and not any(word[0].islower() for word in told)
    )
