"""Boxes to tick and chips to take away."""

from urllib.parse import parse_qsl

from index.results import MISSING, FacetCounts, FacetValue
from web.filters import chips, facets
from web.links import Links
from web.params import PAGE_DEFAULTS, read_parameters


def links(query: str) -> Links:
    return Links("/", read_parameters(parse_qsl(query), PAGE_DEFAULTS).request)


def section(*values: tuple[str, int], missing: int = 0, distinct: int | None = None) -> FacetCounts:
    listed = tuple(FacetValue(value, count) for value, count in values)
    return FacetCounts("section", listed, missing, 0, len(values) if distinct is None else distinct)


def test_chosen_values_are_ticked_wherever_they_come_from() -> None:
    """Listed, hidden for having no hit, missing or excluded: every choice can be seen and undone."""
    asked = links("section=Sport&section=Gone&section=_missing&section=-Weather")
    (facet,) = facets([section(("Politics", 9), ("Sport", 4), missing=2)], asked)
    assert [(box.value, box.name, box.count, box.ticked, box.excluded) for box in facet.boxes] == [
        ("Politics", "Politics", 9, False, False),
        ("Sport", "Sport", 4, True, False),
        ("Gone", "Gone", 0, True, False),
        (MISSING, "No section given", 2, True, False),
        ("-Weather", "Weather", None, True, True),
    ]


def test_articles_without_a_value_can_be_chosen_where_there_are_some() -> None:
    with_missing, without = facets([section(("A", 1), missing=3), section(("A", 1))], links(""))
    assert [box.value for box in with_missing.boxes] == ["A", MISSING]
    assert [box.value for box in without.boxes] == ["A"]


def test_a_facet_with_nothing_to_choose_is_not_shown() -> None:
    assert facets([section(missing=5)], links("")) == []


def test_a_long_facet_says_how_much_it_does_not_list_and_offers_more() -> None:
    (facet,) = facets([section(("A", 1), distinct=31)], links(""))
    assert facet.further == 30
    assert facet.more is not None
    (opened,) = facets([section(("A", 1), distinct=31)], links("facet-size=200"))
    assert (opened.further, opened.more) == (30, None)


def test_each_filter_is_a_chip_that_takes_only_itself_away() -> None:
    found = chips(links("q=x&section=A&section=-B&lang=de&from-date=2019&to-date=2020"))
    assert [(chip.label, chip.name, chip.excluded) for chip in found] == [
        ("Section", "A", False),
        ("Section", "B", True),
        ("Language", "German", False),
        ("Date", "2019 to 2020", False),
    ]
    assert found[1].url == "/?q=x&section=A&lang=de&from-date=2019&to-date=2020"
    assert found[3].url == "/?q=x&section=A&section=-B&lang=de"


def test_dates_are_worded_as_they_are_bounded() -> None:
    assert [chips(links(query))[0].name for query in ("from-date=2019", "to-date=2019", "from=2019&to=2019")] == [
        "from 2019",
        "until 2019",
        "2019",
    ]
