"""What is shown to trafilatura: a page without what is not read and without what holds nothing."""

from __future__ import annotations

import time

from lxml import html

from indexer.formats.markup import readable


def shown(body: str) -> str:
    return html.tostring(readable(html.document_fromstring(body)).find("body"), encoding="unicode")


def test_boxes_that_hold_nothing_are_left_out_with_the_boxes_around_them() -> None:
    assert shown("<p>one</p><div><span> </span><i></i></div><p>two</p>") == "<body><p>one</p><p>two</p></body>"


def test_the_text_behind_an_empty_element_stays() -> None:
    assert shown("<p>one <i></i>two</p>") == "<body><p>one two</p></body>"


def test_line_breaks_cells_and_links_stay_even_when_empty() -> None:
    kept = '<body><p>one<br>two<a href="/x"></a></p><table><tr><td></td></tr></table></body>'
    assert shown(kept) == kept


def test_what_is_not_read_is_left_out_and_the_page_itself_stays_as_it_is() -> None:
    page = html.document_fromstring("<p>one</p><nav>menu</nav><form><button>Send</button></form>")
    before = html.tostring(page)
    assert readable(page).text_content() == "one"
    assert html.tostring(page) == before


def test_many_empty_elements_in_a_long_text_take_linear_time() -> None:
    """Dropped one by one they would move gigabytes: the text behind each is copied with all that follows."""
    page = html.document_fromstring("<p>" + f"{'word ' * 20}<i></i>" * 30_000)
    started = time.process_time()
    assert len(readable(page).text_content()) == 30_000 * 100
    assert time.process_time() - started < 5
