"""Ways through the archive, in a real browser."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 760}, "has_touch": True}


def total(page: Page) -> int:
    """The number of articles that the page says it found."""
    found = re.search(r"([\d,]+) articles?", page.locator("#total").inner_text())
    assert found
    return int(found.group(1).replace(",", ""))


def expect_total(page: Page, number: int) -> None:
    """Wait for the answer that finds so many articles. Until it is there, the page says that it is busy."""
    expect(page.locator("main[aria-busy]")).to_have_count(0)
    expect(page.locator("#total")).to_have_text(re.compile(rf"^\s*(All )?{number:,} articles?\b"))


def first_box(page: Page, facet: str) -> tuple[Locator, int]:
    """The first box of a facet that is not ticked, by its value, and the count beside it."""
    box = page.get_by_role("group", name=facet).get_by_role("checkbox", checked=False).first
    beside = box.locator("xpath=..").locator(".box-count").inner_text()
    named = page.get_by_role("group", name=facet).locator(f"input[value={json.dumps(box.input_value())}]")
    return named, int(beside.replace(",", ""))


def titles(page: Page) -> list[str]:
    return page.locator(".hit-title").all_inner_texts()


@pytest.mark.parametrize("scripted", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_search_narrow_read_go_back_and_page_on(desk: Any, scripted: bool) -> None:
    """Each box gives exactly the number that stood beside it, and going back finds everything as it was."""
    page = desk.open("/", java_script_enabled=scripted)
    page.get_by_role("searchbox", name="Search the archive").fill("Halmark OR Sarnholt")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_title(re.compile("Halmark OR Sarnholt"))
    found = total(page)
    assert found > 20

    for facet in ("Source", "Place"):
        box, count = first_box(page, facet)
        box.check()
        if not scripted:
            page.get_by_role("button", name="Apply").click()
        expect_total(page, count)
        expect(page.get_by_role("group", name=facet).get_by_role("checkbox", checked=True)).to_have_count(1)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    narrowed, shown = page.url, titles(page)
    assert total(page) < found

    page.locator(".hit-title a").first.click()
    expect(page.locator("h1")).to_contain_text(shown[0])
    expect(page.locator("mark").first).to_be_visible()
    page.go_back()
    expect(page).to_have_url(narrowed)
    assert titles(page) == shown
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)

    page.get_by_role("link", name="Remove all").click()
    expect_total(page, found)
    first = titles(page)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("navigation", name="Pages").locator("[aria-current]")).to_have_text(re.compile("2"))
    assert titles(page) != first


def test_the_way_back_from_an_article_keeps_the_search(desk: Any) -> None:
    page = desk.open("/?q=flood&order-by=oldest")
    here = page.url
    page.locator(".hit-title a").first.click()
    page.get_by_role("link", name="Back to the results").click()
    expect(page).to_have_url(here)


def test_a_filter_is_taken_away_by_its_chip(desk: Any) -> None:
    page = desk.open("/?q=flood")
    before = total(page)
    box, count = first_box(page, "Source")
    box.check()
    expect_total(page, count)
    page.get_by_role("link", name="Remove the filter").click()
    expect_total(page, before)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_matches_lead_to_each_other_without_a_script(desk: Any) -> None:
    page = desk.open("/?q=Brenwick", java_script_enabled=False)
    page.locator(".hit-title a").first.click()
    page.get_by_role("link", name="To the first").click()
    expect(page.locator("#match-1")).to_be_in_viewport()
    page.get_by_role("link", name="Next match").click()
    expect(page.locator("#match-2")).to_be_in_viewport()
    page.get_by_role("link", name="Previous match").click()
    expect(page).to_have_url(re.compile("#match-1$"))


def test_a_bar_of_the_timeline_narrows_to_its_time(desk: Any) -> None:
    page = desk.open("/?q=Sarnholt")
    bar = page.locator(".timeline-drawing a:has(.timeline-bar)").first
    found = re.search(r": (\d+) of", bar.locator("title").text_content() or "")
    assert found
    bar.click()
    expect_total(page, int(found.group(1)))
    expect(page.get_by_role("textbox", name="From")).not_to_have_value("")


def test_the_back_button_undoes_a_tick(desk: Any) -> None:
    page = desk.open("/?q=Sarnholt")
    before = total(page)
    box, count = first_box(page, "Source")
    box.check()
    expect_total(page, count)
    page.go_back()
    expect_total(page, before)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_everything_can_be_done_with_the_keyboard(desk: Any) -> None:
    """Search, tick a box and stay on it, hear the new number, reach a hit, read it and come back."""
    page = desk.open("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the results")).to_be_focused()
    tab_to(page, page.get_by_role("searchbox"))
    page.keyboard.type("Sarnholt")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("Sarnholt"))
    expect(page.get_by_role("status")).to_contain_text("articles")

    box, count = first_box(page, "Source")
    tab_to(page, box)
    page.keyboard.press("Space")
    expect_total(page, count)
    expect(page.get_by_role("status")).to_contain_text(f"{count} article")
    expect(page.get_by_role("group", name="Source").get_by_role("checkbox", checked=True)).to_be_focused()

    link = page.locator(".hit-title a").first
    title = link.inner_text()
    tab_to(page, link)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(title)
    tab_to(page, page.get_by_role("link", name="Back to the results"))
    page.keyboard.press("Enter")
    expect_total(page, count)


def tab_to(page: Page, target: Locator, most: int = 120) -> None:
    """Press Tab until the target has the focus; on the way every focused thing must be visible."""
    for _ in range(most):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_be_visible()
    pytest.fail("the keyboard does not get there")


def test_on_a_phone_the_filters_fold_away_and_nothing_sticks_out(desk: Any) -> None:
    page = desk.open("/?q=Sarnholt", **PHONE)
    box = page.get_by_role("checkbox").first
    expect(box).not_to_be_visible()
    page.get_by_text("Filters", exact=True).first.click()
    expect(box).to_be_visible()
    for path in ("/?q=Sarnholt", "/help", "/about"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.goto("/?q=Sarnholt")
    page.locator(".hit-title a").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_on_a_desk_the_filters_stand_open_without_a_script(desk: Any) -> None:
    page = desk.open("/?q=Sarnholt", java_script_enabled=False)
    expect(page.get_by_role("checkbox").first).to_be_visible()
    expect(page.get_by_role("button", name="Apply")).to_be_visible()
