"""A small archive of hand-made articles for the tests of the web: alike ones to page through, and odd ones."""

from datetime import UTC, datetime

from index.article import Article, Caption, Provenance
from index.dates import Instant, Precision

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> {{ 7*7 }} ferry"
"""What a publisher's broken or malicious field may hold; every field of one article does."""
ODD_IDS = (
    "a/b",
    "a//b",
    "/a",
    "a/",
    "..",
    "a/../b",
    "50%",
    "%2F",
    "a?b=c#d",
    "a b+c",
    "日本語",
    "a\\b",
    "a\nb",
    "x/provenance",
)
"""Ids that an address could lose."""  # fmt: skip


def ferry(number: int) -> Article:
    """One of sixty alike articles, five a year, with a paper and a section each third and fourth one shares."""
    return Article(
        id=f"ferry-{number:02}",
        title=f"Ferry number {number} sails",
        source=("The Courier", "The Gazette", "The Post")[number % 3],
        section=("Politics", "Sport", "Region", None)[number % 4],
        byline=("Jane Roe",) if number % 2 else (),
        published=Instant.of_day(2010 + number // 5, 1 + number % 12, 3) if number else None,
        language="en",
        body=f"The ferry left the harbour for the {number}th time. Nobody was late & nobody complained.",
        people=("Ada Quay",) if number % 5 == 0 else (),
        places=("Sarnholt",),
    )


RICH = Article(
    id="reuters:1",
    url="https://example.org/flood?a=1&b=2",
    source="The Herald",
    title="Flood at the weir",
    abstract="The river came at night.",
    byline=("Jane Roe", "John Doe"),
    credits=("Associate Press",),
    published=Instant(datetime(2024, 3, 5, 7, 10, tzinfo=UTC)),
    modified=Instant(datetime(2024, 3, 6, 8, 0, tzinfo=UTC)),
    dateline="BRENWICK",
    section="Region",
    keywords=("weather",),
    type="news",
    language="en",
    headings=("Mud everywhere",),
    body="The flood broke the weir.\n\nNo flood was ever higher, the mayor said.",
    captions=(Caption("A lorry in the flood", "Kofi Brandal"),),
    people=("Yusuf Hale",),
    places=("Brenwick",),
    organisations=("Elow River Trust",),
    provenance={"published": Provenance("json-ld:datePublished", "/script[1]", 1.0, ("2024-03-04",))},
)
GERMAN = Article(
    id="de-1",
    title="Erster Zug nach Tarvik",
    source="Der Küstenbote",
    language="de",
    published=Instant.of_day(2023, 8, precision=Precision.MONTH),
    body="Der Zug fährt wieder.",
    provenance={"published": Provenance("text:first-date", "", 0.4)},
)
ARABIC = Article(id="ar-1", title="عاد القطار", source="صحيفة الشمال", language="ar", body="عاد القطار إلى الشمال.")
MALICIOUS = Article(
    id=HOSTILE,
    url="javascript:alert(1)",
    source=HOSTILE,
    title=HOSTILE,
    abstract=HOSTILE,
    byline=(HOSTILE,),
    credits=(HOSTILE,),
    published=Instant.of_day(1999),
    dateline=HOSTILE,
    section=HOSTILE,
    keywords=(HOSTILE,),
    type=HOSTILE,
    language='en" onclick="alert(1)',
    headings=(HOSTILE,),
    body=f"{HOSTILE}\n\n{HOSTILE}",
    captions=(Caption(HOSTILE, HOSTILE),),
    people=(HOSTILE,),
    places=(HOSTILE,),
    organisations=(HOSTILE,),
    provenance={HOSTILE: Provenance(HOSTILE, HOSTILE, 0.1, (HOSTILE,))},
)
BARE = Article(id="bare")
HALF = Article(id="half", title="Half \ud83d a sign", source="\udc00", people=("\ud800",), body="Nothing \udfff more.")
"""What a JSON file with broken escapes may hold: halves of surrogate pairs, which no encoding can send."""
ARTICLES = (
    *map(ferry, range(60)),
    RICH,
    GERMAN,
    ARABIC,
    MALICIOUS,
    BARE,
    HALF,
    *(Article(id=odd, title=f"Odd one {number}") for number, odd in enumerate(ODD_IDS)),
)
