"""Which article this is: the id under which it is stored, found again and replaced.

These ids live as long as an archive, so nothing here may depend on a library's changing lists or on the order of input.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from base64 import b32encode
from dataclasses import replace
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from index.article import Article

ID_CHARACTERS = 20
"""Of base32: 100 bits. Two of a thousand million articles share an id once in 10^12 archives."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Parameters that say who sent the reader, never which page it is. Words with other uses (`ref`, `source`) stay.
_TRACKING = re.compile(
    r"utm_\w+|(?:mtm|pk)_(?:campaign|kwd|keyword|source|medium|content|cid|group|placement)|hsa_\w+|_hs(?:enc|mi)|_g[al]"
    r"|at_(?:medium|campaign|custom\d|link_\w+|format|ptr_\w+|bbc_\w+)|(?:fb|g|d|y|tw|tt)clid|msclkid|gclsrc|[gw]braid"
    r"|igsh(?:id)?|mc_[ce]id|mkt_tok|oly_(?:anon|enc)_id|vero_(?:id|conv)|li_fat_id|ref_(?:src|url)|fb_(?:ref|source)"
    r"|fb_action_\w+|wt_?mc|wt\.mc_\w+|xtor|smid|smtyp|ocid|cmpid|ncid|s_cid|spm|guccounter|guce_\w+",
    re.IGNORECASE,
)
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_KEPT_IN_PATH = "%/:@!$&'()*+,;=~"


def identify(article: Article) -> Article:
    """The article with its id: its own or its format's, else from its address, else from what it says."""
    if article.id:
        return article
    address = canonical_url(article.url) if article.url else None
    if address:
        return replace(article, id=f"u-{_digest(address)}")
    said = (article.title or "", str(article.published or ""), article.body)
    return replace(article, id=f"h-{_digest(chr(0).join(map(_normalised, said)))}")


def canonical_url(url: str) -> str | None:
    """The one spelling of a page's address; `None` when it is no absolute address on the web.

    Letter case of scheme and host, default ports, user names, fragments, tracking parameters, the order of parameters,
    ways of percent-encoding and a trailing slash make no difference. `http` and `https`, with `www.` and without, do.
    """
    try:
        parts = urlsplit(url.strip())
        scheme, host, port = parts.scheme.lower(), (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if scheme not in _DEFAULT_PORTS or not host:
        return None
    place = f"[{host}]" if ":" in host else _ascii_host(host)
    if port and port != _DEFAULT_PORTS[scheme]:
        place += f":{port}"
    path = quote(_ESCAPE.sub(_shortest_escape, parts.path), safe=_KEPT_IN_PATH, errors="backslashreplace").rstrip("/")
    parameters = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
        if not _TRACKING.fullmatch(name)
    )
    return urlunsplit((scheme, place, path, urlencode(parameters, errors="surrogateescape"), ""))


def _shortest_escape(escape: re.Match[str]) -> str:
    """The character itself where it needs no escape, else the escape in capitals."""
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0].upper()


def _ascii_host(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _normalised(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _digest(text: str) -> str:
    return b32encode(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()).decode()[:ID_CHARACTERS].lower()
