"""The XPaths by which pages are read, compiled once."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from lxml import etree, html


def _elements(expression: str) -> Callable[[etree._Element], list[html.HtmlElement]]:
    compiled = etree.XPath(expression)

    def find(root: etree._Element) -> list[html.HtmlElement]:
        return cast(list[html.HtmlElement], compiled(root))

    return find


FIGURES = _elements(".//figure")
IMAGES = _elements(".//img")
UNREAD_IN_PICTURES = _elements(
    ".//*[self::script or self::style or self::noscript or self::button or self::svg or self::template]"
)

JSON_LD = _elements("//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')]")
MICRODATA_ARTICLES = _elements(
    "//*[@itemscope]"
    "[contains(@itemtype, 'Article') or contains(@itemtype, 'BlogPosting') or contains(@itemtype, 'Report')]"
)
META = _elements("//meta[@content and (@name or @property or @itemprop or @http-equiv)]")
CANONICAL = _elements("//link[contains(concat(' ', @rel, ' '), ' canonical ')][@href]")
HEADLINES = _elements("//h1")
TITLES = _elements("//head/title | //title[not(ancestor::svg)]")
TIMES = _elements("//time[@datetime] | //time[string-length(normalize-space()) > 7]")
PASSWORDS = _elements("//input[@type='password']")
