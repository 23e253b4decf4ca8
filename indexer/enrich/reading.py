"""Reading an English text for names: once, stretch by stretch, each stretch by the first rule that fits.

What a stretch means may depend on what comes later (a surname, a second mention), so candidates are weighed at the end.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from indexer.enrich import organisations, people, places
from indexer.enrich.gazetteer import Gazetteer, Known, Sort
from indexer.enrich.lexicon import Kind
from indexer.enrich.people import People
from indexer.enrich.places import Cue, Last, Places
from indexer.enrich.stretches import Stretch, stretches

_TAILS = Kind.ORGANISATION_TAIL | Kind.OTHER_TAIL | Kind.PLACE_TAIL
_OPENINGS = frozenset('\n“”"‘(—–:')


class Found(NamedTuple):
    """Canonical names and the offsets of their first mentions."""

    people: dict[str, int]
    places: dict[str, int]
    organisations: dict[str, int]


class Reading:
    """A text while it is read. In its `headlines` (spans) only names are looked for that are known from elsewhere."""

    def __init__(self, text: str, headlines: list[tuple[int, int]], tables: Gazetteer) -> None:
        self.text = text
        self.tables = tables
        self.headlines = headlines
        self.people = People()
        self.places = Places()
        self.organisations: dict[str, int] = {}
        self.seen: dict[str, int] = {}
        """Single words of unknown stretches and of headlines → offset of the first."""
        self.long_forms = deque(organisations.long_forms(text))
        self.rules = (self._take_company, self._take_after_role, self._take_by_tail, self._take_person)
        self.consumed = 0
        """Up to here the text belongs to a name that was taken."""
        self.previous: Stretch = []
        self.last_role_end = -1
        """Where the last stretch that was a mere role ended."""

    def read(self) -> None:
        """Go through the text once."""
        headlines = iter(self.headlines)
        headline = next(headlines, None)
        for found in stretches(self.text, self.tables):
            stretch = found
            start = stretch[0].start
            while headline and start >= headline[1]:
                headline = next(headlines, None)
            if headline and start >= headline[0]:
                self._take_from_headline(stretch)
                continue
            if start < self.consumed:
                stretch = [word for word in stretch if word.start >= self.consumed]
            if stretch and not self._take_long_form(stretch):
                self._take(stretch)
            self.previous = found

    def _take_from_headline(self, stretch: Stretch) -> None:
        for word in stretch:
            self.seen.setdefault(word.text, word.start)
            if word.known and word.known.sort not in {Sort.TOWN, Sort.STATE}:
                self._take_known(word.known, word.start, word.end)

    def _take_long_form(self, stretch: Stretch) -> bool:
        """“Union of Dockers and Seafarers (UDS)”: an organisation by its abbreviation."""
        start = stretch[0].start
        while self.long_forms and self.long_forms[0].end <= start:
            self.long_forms.popleft()
        if not self.long_forms or not self.long_forms[0].start <= stretch[-1].start:
            return False
        form = self.long_forms.popleft()
        before = [word for word in stretch if word.end <= form.start]
        if before:
            self._take(before)
        known = next((word.known for word in stretch if word.known and word.start == form.start), None)
        if known:
            self._take_known(known, form.start, form.end)
        else:
            self.organisations.setdefault(form.name, form.start)
        self.consumed = form.end + len(form.acronym) + 3
        return True

    def _take(self, stretch: Stretch) -> None:
        """Decide what a stretch is; the first rule that fits wins."""
        if stretch[0].kind & Kind.OPENER and self._opens_sentence(stretch[0].start):
            stretch = stretch[1:]
        if not stretch:
            return
        if len(stretch) == 1 and stretch[0].known:
            self._take_known(stretch[0].known, stretch[0].start, stretch[0].end)
        elif any(rule(stretch) for rule in self.rules):
            return
        elif any(word.known for word in stretch):
            self._take_known_within(stretch)
        else:
            self._take_unknown(stretch)

    def _opens_sentence(self, start: int) -> bool:
        before = self.text[max(0, start - 3) : start].rstrip(" ")
        return not before or before[-1] in _OPENINGS or before[-1] in ".!?"

    # People

    def _take_after_role(self, stretch: Stretch) -> bool:
        """“NATO Secretary General Jens Stoltenberg”, and “Secretary” before “of State Antony Blinken”."""
        role = next((at for at in reversed(range(len(stretch))) if stretch[at].kind & Kind.ROLE), None)
        if role is None or (role and stretch[role - 1].kind & Kind.GIVEN):
            return False  # “Steve King”
        name = stretch[role + 1 :]
        if len(name) > 1 and name[-1].kind & _TAILS and not people.outranks_tail(stretch[role], name):
            return False  # “Queen Elizabeth Hospital”
        if not name:
            if stretch[-1].kind & Kind.ORGANISATION_TAIL:
                return False
            self.last_role_end = stretch[-1].end
        elif people.can_be_titled(stretch[role], name):
            self.people.add_titled(self.text, stretch[role].text, name)
        if role:
            self._take(stretch[:role])
        return True

    def _take_person(self, stretch: Stretch) -> bool:
        """A person in full, by an office or a role before, a first name, or what is said behind."""
        start, end = stretch[0].start, stretch[-1].end
        if self._take_after_office(stretch) or self._take_by_given_name(stretch):
            return True
        introduced = people.introduced(self.text, start)
        if introduced and len(stretch) == 1:
            self.people.surnames.setdefault(stretch[0].text, start)
            self.seen.setdefault(stretch[0].text, start)
            return True
        if not people.could_be_name(stretch):
            return False
        plain = not any(word.known for word in stretch)
        if (introduced and not people.ends_otherwise(stretch)) or (plain and people.described(self.text, start, end)):
            self.people.add(self.text, stretch)
            return True
        if plain and people.speaks(self.text, start, end):
            self.people.possible.setdefault(self.text[start:end], start)
        return False

    def _take_after_office(self, stretch: Stretch) -> bool:
        """“State Antony Blinken” behind “Secretary of”, “Canterbury Justin Welby” behind “Archbishop of”."""
        between = self.text[self.last_role_end : stretch[0].start] if self.last_role_end >= 0 else ""
        if len(stretch) < 3 or between not in {" of ", " of the ", " for ", " for the "}:
            return False
        name = next((at for at in range(1, len(stretch) - 1) if stretch[at].kind & Kind.GIVEN), len(stretch) - 2)
        if stretch[0].known:
            self._take(stretch[:name])
        self.people.add(self.text, stretch[name:])
        return True

    def _take_by_given_name(self, stretch: Stretch) -> bool:
        given = next((at for at, word in enumerate(stretch[:-1]) if word.kind & Kind.GIVEN), None)
        if given is None:
            return False
        while given and people.is_initial(stretch[given - 1].text):
            given -= 1
        name = stretch[given:]
        if not people.could_be_name(name) or (
            people.ends_otherwise(name) and not people.described(self.text, name[0].start, name[-1].end)
        ):
            return False
        if given:
            self._take(stretch[:given])
        self.people.add(self.text, name)
        return True

    # Organisations

    def _take_company(self, stretch: Stretch) -> bool:
        """“Samuel Montagu and Co Ltd”: a firm, whatever its first part looks like."""
        end = organisations.end_after_and_company(self.text, stretch[-1].end)
        if end == stretch[-1].end:
            return False
        if stretch[0].known and stretch[0].known.sort is Sort.ORGANISATION:
            self._take_known(stretch[0].known, stretch[0].start, end)
        else:
            self._add_organisation(stretch[0].start, end)
        self.consumed = end
        return True

    def _take_by_tail(self, stretch: Stretch) -> bool:
        """Names that their last or first word gives away."""
        last = stretch[-1]
        if last.kind & Kind.ORGANISATION_HEAD and not last.known:
            end = organisations.end_after_of(self.text, stretch)
            if end > last.end:
                self._add_organisation(stretch[0].start, end)
                self.places.weigh(self.text[last.end : end].split()[-1], Cue.PART)
                self.consumed = end
                return True
        if len(stretch) == 1:
            return bool(last.kind & _TAILS)
        if organisations.named_by_tail(stretch):
            if stretch[0].kind & Kind.GIVEN and len(stretch) == 2 and people.introduced(self.text, stretch[0].start):
                return False  # “journalist Alex Press”
            joined = self.previous and organisations.is_second_half(self.text, stretch, self.previous)
            self._add_organisation(self.previous[0].start if joined else stretch[0].start, last.end)
            if organisations.is_civic(stretch):
                self.places.weigh(stretch[0].text, Cue.PART)
        elif last.kind & Kind.PLACE_TAIL or (
            stretch[0].kind & Kind.PLACE_HEAD and len(stretch) == 2 and not last.kind & _TAILS
        ):
            self._add_place(self.text[stretch[0].start : last.end], stretch[0].start, last.end)
        elif not last.kind & Kind.OTHER_TAIL or stretch[0].kind & Kind.GIVEN:
            return False
        return True

    def _add_organisation(self, start: int, end: int) -> None:
        self.organisations.setdefault(self.text[start:end].rstrip("."), start)

    # Places

    def _take_known(self, known: Known, start: int, end: int) -> None:
        if known.sort is Sort.ORGANISATION:
            self.organisations.setdefault(known.name, start)
        elif known.sort is Sort.TOWN:
            self._weigh(known.name, start, end, Cue.TOWN)
        elif known.sort is Sort.STATE:
            if self.text[start - 2 : start] == ", ":
                self._take_known(Known(known.name, Sort.COUNTRY), start, end)
        else:
            last = self.places.last
            if last.name in self.places.cues:
                self.places.weigh(last.name, places.cue_of_country(self.text[last.end : start], known.sort))
            self._add_place(known.name, start, end)

    def _add_place(self, name: str, start: int, end: int) -> None:
        self.places.add(name, start)
        self.places.last = Last(name, end, self._cue(start, end))

    def _cue(self, start: int, end: int) -> int:
        last = self.places.last
        around = places.cue(self.text, start, end)
        return around if around & Cue.STRONG else around | places.cue_beside(self.text[last.end : start], last.cue)

    def _take_known_within(self, stretch: Stretch) -> None:
        """A stretch of known and unknown words: “Northern Italy” is Italy, “London Metal” is not London."""
        for word in stretch:
            if word.known and word.known.sort is Sort.ORGANISATION:
                self._take_known(word.known, word.start, word.end)
        rest = [word for word in stretch if not word.kind & (Kind.DIRECTION | Kind.DEMONYM)]
        if len(rest) > 1 and not rest[0].known and self._opens_sentence(stretch[0].start):
            rest = rest[1:]  # “Neighbouring Norway”
        if len(rest) == 1 and rest[0].known and rest[0].known.sort is not Sort.ORGANISATION:
            self._take_known(rest[0].known, rest[0].start, rest[0].end)

    def _take_unknown(self, stretch: Stretch) -> None:
        start, end = stretch[0].start, stretch[-1].end
        if len(stretch) == 1:
            self.seen.setdefault(stretch[0].text, start)
        if not places.could_be_place(stretch):
            return
        name = self.text[start:end]
        spoken = len(stretch) == 1 and people.speaks(self.text, start, end)
        if not spoken or places.cue(self.text, start, end) & Cue.STRONG:
            self._weigh(name, start, end, places.NONE)
        else:
            self.people.surnames.setdefault(name, start)

    def _weigh(self, name: str, start: int, end: int, known: int) -> None:
        """Add what the words around say to what speaks for a place."""
        last = self.places.last
        around = self._cue(start, end)
        if (
            known
            and self.places.cues.get(last.name, places.NONE) & Cue.TOWN
            and self.text[last.end : start] in places.ASIDE
        ):
            self.places.weigh(last.name, Cue.BESIDE)
            around |= Cue.BESIDE
        self.places.weigh(name, known | around)
        self.seen.setdefault(name, start)
        self.places.last = Last(name, end, around)

    # The result

    def found(self) -> Found:
        """What was found, candidates weighed."""
        found_people = self.people.resolved(self.seen)
        taken = {word for name in found_people for word in name.split()} | set(self.people.surnames)
        taken |= {word for name in self.places.found for word in name.split() if " " in name}
        taken |= organisations.firms(self.organisations)
        found_places = dict(self.places.found)
        for name, cues in self.places.cues.items():
            if name in self.seen and name not in taken and places.is_enough(cues):
                found_places[name] = min(found_places.get(name, len(self.text)), self.seen[name])
        return Found(found_people, found_places, organisations.merge_short_forms(self.organisations))
