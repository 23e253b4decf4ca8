"""What single lines of a plain text are taken for, and how lines make paragraphs."""

from __future__ import annotations

import pytest

from index.article import Caption
from indexer.formats.credit_lines import (
    byline_of,
    caption_of,
    credit_of,
    date_line_of,
    is_slug,
    labels_of,
    picture_line,
)
from indexer.formats.furniture import Copyright, copyright_line, is_furniture, is_menu, lists_other_stories
from indexer.formats.paragraphs import paragraphs


def texts(text: str) -> list[str]:
    return [paragraph.text for paragraph in paragraphs(text)]


# Paragraphs


def test_hard_wrapped_lines_are_joined_up_to_the_blank_line() -> None:
    text = "The last ferry left Larkwell on Monday\nwith four passengers and a dog, and\nnobody waved.\n\nIt was late."
    assert texts(text) == [
        "The last ferry left Larkwell on Monday with four passengers and a dog, and nobody waved.",
        "It was late.",
    ]


def test_an_indent_starts_a_paragraph_in_wrapped_text() -> None:
    text = "    The last ferry left Larkwell on Monday\nwith four passengers, and\nnobody waved.\n    It was late."
    assert texts(text) == [
        "The last ferry left Larkwell on Monday with four passengers, and nobody waved.",
        "It was late.",
    ]


def test_lines_that_are_paragraphs_stay_apart() -> None:
    lines = [
        "Home",
        "News",
        "Ferry ends after ninety years on the river",
        "By Ann Wilder",
        "It has sailed.",
        "It was late.",
    ]
    assert texts("\n".join(lines)) == lines


def test_a_paragraph_knows_the_line_on_which_it_starts() -> None:
    assert [paragraph.line for paragraph in paragraphs("\n\nOne.\n\n\nTwo.\r\nThree.")] == [3, 6, 7]


def test_what_a_reader_does_not_see_is_dropped() -> None:
    assert texts("\ufeffOne\u200b two\x07.\n\x00\n\u2060") == ["One two."]


# Furniture


@pytest.mark.parametrize(
    "line",
    [
        "Leave A Reply", "Exit mobile version", "ADVERTISEMENT", "Share on Facebook", "Share this:", "→ Read more",
        "Sign up for our newsletter", "Comments (12)", "Print this page", "Back to top ↑", "ENDS", "###", "-30-",
        "* * *", "Read more: Fires in the county", "3 min read", "Your email address will not be published.",
        "Artikel drucken",
    ],
)  # fmt: skip
def test_words_of_the_page_are_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Share and share alike", "Leave a light on", "The end of the pier", "Print is not dead", "Home at last",
        "He had nothing more to say.", "More than a game", "Comment is free, but facts are sacred", "Next stop: Orford",
    ],
)  # fmt: skip
def test_lines_of_an_article_are_not_furniture(line: str) -> None:
    assert not is_furniture(line)
    assert not is_menu(line)
    assert not lists_other_stories(line)


def test_menus_and_lists_of_other_stories_are_told_apart_from_furniture() -> None:
    assert is_menu("Home")
    assert is_menu("Home > News > World")
    assert not is_furniture("Culture")
    assert lists_other_stories("Related stories")
    assert lists_other_stories("You may also like")


@pytest.mark.parametrize(
    ("line", "notice"),
    [
        ("© 2021 The Larkwell Echo. All rights reserved.", Copyright("The Larkwell Echo", 2021)),
        ("Copyright River Wire News 2021", Copyright("River Wire News", 2021)),
        ("Copyright (c) 2019-2021 Echo Ltd", Copyright("Echo Ltd", 2019)),
        ("© Echo", Copyright("Echo", None)),
        ("Copyright lawyers met in Orford on Monday and had lunch.", None),
        ("Copyright Lawyers Meet in Orford", None),
        ("Copyright reform was passed in 2021", None),
    ],
)
def test_a_copyright_line_names_its_holder_and_year(line: str, notice: Copyright | None) -> None:
    assert copyright_line(line) == notice


def test_a_long_breadcrumb_is_decided_at_once() -> None:
    """A pattern that can split a line in many ways would take for ever here."""
    assert not is_menu("home" + " > a" * 60 + ";")


# Credits, captions, bylines, dates


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("The quay. (Source: River News / Echo)", Caption("The quay.", "River News / Echo")),
        ("The quay on Monday (Photo by Tom Baker/Echo)", Caption("The quay on Monday", "Tom Baker/Echo")),
        ("The quay on Monday. (AP Photo/Tom Baker)", Caption("The quay on Monday.", "AP Photo/Tom Baker")),
        ("Der Kai am Montag. (Foto: Tom Baker)", Caption("Der Kai am Montag.", "Tom Baker")),
        ("The quay on Monday. Photograph: Tom Baker/Echo", Caption("The quay on Monday.", "Tom Baker/Echo")),
        ("Photo: The quay. [Credit: Tom Baker]", Caption("The quay.", "Tom Baker")),
        ("The minister (left) spoke.", None),
        ("The quay is old (see the photo).", None),
        ("The quay. (Source: Echo) It is old.", None),
        ("word " * 200 + "(Source: the ministry)", None),
    ],
)
def test_a_caption_ends_in_its_credit(text: str, caption: Caption | None) -> None:
    assert caption_of(text) == caption


def test_a_line_that_starts_with_photo_is_a_credit_or_a_caption() -> None:
    assert picture_line("Photo: Tom Baker / Echo") == Caption("", "Tom Baker / Echo")
    assert picture_line("Photo by Tom Baker") == Caption("", "Tom Baker")
    assert picture_line("Image: The boat lies at the quay with its lamps lit") == Caption(
        "The boat lies at the quay with its lamps lit"
    )
    assert picture_line("Image source, Echo") == Caption("", "Echo")
    assert picture_line("Image caption, The boat") == Caption("The boat")
    assert picture_line("Photos of the quay were shown to the judge.") is None


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("Source: Ann Wilder / River Wire.", "Ann Wilder / River Wire"),
        ("Sources: Echo, River Wire", "Echo, River Wire"),
        ("(Source: Echo)", "Echo"),
        ("(Reporting by Ann Wilder; editing by Tom Baker)", "Reporting by Ann Wilder; editing by Tom Baker"),
        ("The source: a well in the hills.", None),
        ("Source " + "of the river " * 20, None),
    ],
)
def test_a_credit_line_names_its_source(text: str, credit: str | None) -> None:
    assert credit_of(text) == credit


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Ann Wilder", ("Ann Wilder",)),
        ("By ANN WILDER and TOM BAKER", ("Ann Wilder", "Tom Baker")),
        ("By Ann Wilder, Tom Baker & Eve O’Neil", ("Ann Wilder", "Tom Baker", "Eve O’Neil")),
        ("By Ann de la Tour, Staff Writer", ("Ann de la Tour",)),
        ("By Ann Wilder in Orford", ("Ann Wilder",)),
        ("Von Lene Brandt", ("Lene Brandt",)),
        ("By Reuters", ("Reuters",)),
        ("By Land and Sea", None),
        ("By the time it sailed", None),
        ("By Monday it had sailed.", None),
    ],
)
def test_a_byline_names_its_writers(text: str, names: tuple[str, ...] | None) -> None:
    found = byline_of(text)
    assert (found.names if found else None) == names


def test_a_byline_keeps_the_place_and_the_rest() -> None:
    found = byline_of("By Ann Wilder, River Correspondent")
    assert found is not None
    assert found.rest == ("River Correspondent",)
    placed = byline_of("By Ann Wilder in Orford")
    assert placed is not None
    assert placed.place == "Orford"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("June 4, 2019", "2019-06-04"),
        ("Published on Tuesday, 4 June 2019 at 10:15 am GMT", "2019-06-04"),
        ("Veröffentlicht am 4. Juni 2019, 10:15 Uhr", "2019-06-04"),
        ("2019-06-04 10:15", "2019-06-04"),
        ("June 2019", "2019-06"),
        ("It sailed on June 4, 2019.", None),
        ("June 4, 2019 was a Tuesday", None),
    ],
)
def test_a_date_line_is_nothing_but_a_date(text: str, day: str | None) -> None:
    found = date_line_of(text)
    assert (str(found.instant) if found else None) == day


def test_an_update_is_not_the_publication() -> None:
    found = date_line_of("Last updated: June 4, 2019")
    assert found is not None
    assert found.updated


def test_slugs_and_labels() -> None:
    assert is_slug("FERRY-END (2ND LEAD, RECASTS)")
    assert is_slug("BC-FERRY-END 05-03 0123")
    assert not is_slug("FERRY ENDS")
    assert not is_slug("Larkwell-Orford ferry ends")
    labels = labels_of("Tags: ferries, rivers")
    assert labels is not None
    assert labels.keywords == ("ferries", "rivers")
    assert labels_of("Topics: we had many, and no time.") is None
