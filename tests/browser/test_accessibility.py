"""What axe finds wrong, which must be nothing."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

SEARCH = "/?q=flood"
OTHERS = ("/?q=%22flood&section=Region", "/?q=zzzz+flood&lang=de", "/help", "/about")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "others"), [(360, ()), (1440, OTHERS)], ids=["phone", "desk"])
def test_axe_finds_nothing_wrong(desk: Any, scheme: str, width: int, others: tuple[str, ...]) -> None:
    page = desk.open(SEARCH, color_scheme=scheme, viewport={"width": width, "height": 900})
    article = page.locator(".hit-title a").first.get_attribute("href")
    for path in (SEARCH, article, *others):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
