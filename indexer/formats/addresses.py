"""The address under which a page was published, out of what its metadata calls so."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from indexer.identity import canonical_url

LONGEST_URL = 4_000
"""Characters; what is longer is no address that anybody can ask for."""


def web_address(text: str, base: str = "") -> str | None:
    """An absolute address of the web without what only tells who sent the reader; not that of a front page."""
    if len(text) > LONGEST_URL:
        return None
    try:
        address = urljoin(base[:LONGEST_URL], text.strip())
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    if not (parts.path.strip("/") or parts.query):
        return None
    bare = address.split("#")[0].split("?")[0]
    return bare if canonical_url(bare) == canonical_url(address) else address.split("#")[0]
