"""An article laid out for reading."""

import re

from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, Caption
from index.results import Commit
from search.page import ArticlePage
from web.reading import lay_out, paragraph_spans

Ranges = tuple[tuple[int, int], ...]


def page(article: Article, **marks: tuple[Ranges, ...]) -> ArticlePage:
    return ArticlePage(commit=Commit("000001", 1), article=article, marks=marks)


def paragraphs(body: str) -> list[str]:
    return [body[start:end] for start, end in paragraph_spans(body)]


def test_blank_lines_part_paragraphs_where_there_are_some() -> None:
    assert paragraphs("One\nline.\n \nTwo.\n\n\nThree.") == ["One\nline.", "Two.", "Three."]


def test_lines_are_paragraphs_where_there_is_no_blank_one() -> None:
    assert paragraphs("One.\n    Two.\nThree.\n\n") == ["One.", "Two.", "Three."]
    assert paragraphs(" \n ") == []


def test_marks_are_numbered_in_reading_order_and_lead_to_their_neighbours() -> None:
    article = Article(title="A flood", body="The flood came.", captions=(Caption("Flood & mud", "AP"),))
    reading = lay_out(page(article, title=(((2, 7),),), body=(((4, 9),),), caption=(((0, 5),),)))
    assert reading.matches == 3
    assert (
        reading.title
    ) == 'A <mark id="match-1">flood<a class="step step-on" href="#match-2" aria-label="Next match"></a></mark>'
    assert re.findall(r'href="#(match-\d)"', reading.paragraphs[0]) == ["match-1", "match-3"]
    assert reading.pictures[0].text.startswith('<mark id="match-3">Flood<a')
    assert re.findall(r'href="#(match-\d)"', reading.pictures[0].text) == ["match-2"]
    assert reading.pictures[0].text.endswith("</mark> &amp; mud")


def test_a_mark_over_two_paragraphs_is_one_match() -> None:
    reading = lay_out(page(Article(body="the rail\n\nstrike"), body=(((4, 16),),)))
    assert reading.paragraphs == ('the <mark id="match-1">rail</mark>', "<mark>strike</mark>")
    assert reading.matches == 1


def test_captions_without_a_text_and_pictures_without_a_credit_keep_their_marks_apart() -> None:
    article = Article(credits=("AFP",), captions=(Caption("", "Reuters"), Caption("Mud", None), Caption("Rain", "AP")))
    marks = {"caption": ((), (), ((0, 4),)), "credit": ((), ((0, 7),), ((0, 2),))}
    reading = lay_out(page(article, **marks))
    assert ["<mark" in picture.text for picture in reading.pictures] == [False, False, True]
    assert ["<mark" in picture.credit for picture in reading.pictures] == [True, False, True]
    assert reading.credits == ("AFP",)
    assert reading.matches == 3


@given(st.text("ab <&\n\"'", max_size=60), st.data())
def test_a_text_is_whole_and_harmless_with_any_marks(body: str, data: st.DataObject) -> None:
    ends = sorted(data.draw(st.sets(st.integers(0, len(body)), max_size=8)))
    ranges = tuple(zip(ends[::2], ends[1::2], strict=False))
    reading = lay_out(page(Article(body=body), body=(ranges,)))
    shown = "".join(re.sub(r"<a class.*?</a>|</?mark[^>]*>", "", text) for text in reading.paragraphs)
    plain = "".join(paragraphs(body))
    assert shown == plain.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&#34;").replace("'", "&#39;")
