"""People are found by what stands around their names, each once and under the full name."""

from __future__ import annotations

import pytest

from index.article import Article, Caption
from indexer.enrich.entities import find_entities


def people(body: str, title: str | None = None) -> list[str]:
    return list(find_entities(Article(title=title, body=body), "en").people)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("It was opened by Mayor Wenna Trask on Monday.", "Wenna Trask"),
        ("It was opened by Dr. Wenna Trask.", "Wenna Trask"),
        ("The chief engineer Wenna Trask was there.", "Wenna Trask"),
        ("NATO Secretary General Jens Stoltenberg spoke.", "Jens Stoltenberg"),
        ("U.S. Secretary of State Antony Blinken spoke.", "Antony Blinken"),
        ("The Archbishop of Canterbury Justin Welby spoke.", "Justin Welby"),
        ("North Korean leader Kim Jong Un spoke.", "Kim Jong Un"),
        ("It was opened by Wenna Trask, the mayor of the town.", "Wenna Trask"),
        ("It was opened by the mayor of the town, Wenna Trask.", "Wenna Trask"),
        ("The net is made by Wenna Trask, 83.", "Wenna Trask"),
        ("The net is made by Wenna Trask, who is 83.", ""),
        ("“No,” said Wenna Trask. Trask said no more.", "Wenna Trask"),
        ("“No,” said Wenna Trask, who is 83.", "Wenna Trask"),
        ("It was opened by Peter Onslow on Monday.", "Peter Onslow"),
        ("It was opened by Peter J. O’Neil-Trask.", "Peter J. O’Neil-Trask"),
        ("President Charles de Gaulle spoke.", "Charles de Gaulle"),
        ("The president, Ursula von der Leyen, spoke.", "Ursula von der Leyen"),
        ("President Bashar al-Assad spoke.", "Bashar al-Assad"),
        ("Prime Minister Theresa May said on Tuesday that she would stay.", "Theresa May"),
        ("The sermon of Martin Luther King Jr. was read.", "Martin Luther King Jr."),
        ("Pope Francis prayed.", "Pope Francis"),
        ("Czech President Petr Pavel met Zuzana Čaputová.", "Zuzana Čaputová"),
    ],
)
def test_a_name_is_found_by_a_role_a_first_name_an_age_or_a_voice(body: str, name: str) -> None:
    assert name in people(body) if name else people(body) == []


def test_a_surname_alone_is_the_person_named_in_full() -> None:
    assert people("Mayor Wenna Trask spoke. Trask was late. “Yes,” said Trask. Mr Trask left.") == ["Wenna Trask"]
    assert people("Leader Kim Jong Un waved. Kim smiled, and Mr. Kim left.") == ["Kim Jong Un"]


def test_variants_with_titles_and_possessives_are_one_person() -> None:
    assert people("President Vladimir Putin spoke. Vladimir Putin’s visit ended.") == ["Vladimir Putin"]


def test_people_come_in_the_order_of_their_first_mention_even_by_surname_in_the_title() -> None:
    body = "Peter Onslow was there. So was Mayor Wenna Trask."
    assert people(body) == ["Peter Onslow", "Wenna Trask"]
    assert people(body, "Trask Opens the Bridge") == ["Wenna Trask", "Peter Onslow"]


@pytest.mark.parametrize(
    "body",
    [
        "Strategic Talks went on.",
        "Foreign Minister and President met. The Prime Minister spoke.",
        "They walked along Charles Street to Albert Hall and Queen Elizabeth Hospital.",
        "Goldman Sachs said so. Goldman said it again.",
        "It was sold to Samuel Montagu and Co Ltd.",
        "They met in Santa Monica, New York and St. Petersburg.",
        "Captain has his window back. He is a budgie.",
        "The Vladimir region is near.",
        "HARBOUR WALL PLANS SHOWN",
        "On Tuesday June Wind blew.",
        "",
    ],
)
def test_roles_streets_firms_and_headlines_are_no_people(body: str) -> None:
    assert people(body) == []


def test_a_title_in_headline_case_gives_no_names_of_its_own() -> None:
    assert people("The bridge is open.", "Peter Onslow Opens Bridge") == []


def test_captions_count_and_credits_and_bylines_do_not() -> None:
    article = Article(
        body="The bridge is open.",
        byline=("Ann Wilder",),
        credits=("Ann Wilder / Echo",),
        captions=(Caption("Mayor Wenna Trask cuts the ribbon.", "Tom Baker"),),
    )
    assert find_entities(article, "en").people == ("Wenna Trask",)
