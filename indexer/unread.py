"""Inputs that Backfile knows and does not read: refused by their name, lest they are read as something else."""

from __future__ import annotations

import re

from index.errors import ArticleRejected
from indexer.charset import decode

SURE = 0.97
"""A format that is surer than this of an input reads it, whatever is said here: a plug-in may know NITF."""

_LATER = "{} is not read by this version of Backfile"
_MAGIC = {
    b"%PDF-": "a PDF file is not read; extract its text first",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive is not read; pack it as .zip or .tar",
    b"Rar!\x1a\x07": "a RAR archive is not read; pack it as .zip or .tar",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "a file of an old Microsoft Office is not read; save it as text or HTML",
    b"{\\rtf": "an RTF file is not read; save it as text or HTML",
    b"\x04\x22\x4d\x18": "an lz4 file is not read; unpack it, or pack it as .gz or .zst",
}
_XML = {
    "alto": "a scanned page (ALTO) is not read",
    "mets": "a digitised issue (METS) is not read",
    "newsItem": _LATER.format("NewsML-G2"),
    "newsMessage": _LATER.format("NewsML-G2"),
    "NewsML": _LATER.format("NewsML"),
    "nitf": _LATER.format("NITF"),
    "packageItem": _LATER.format("NewsML-G2"),
}
# Possessive: what was taken is never tried again in another way, so that a match takes linear time.
_PROLOG = r"(?:\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*+(?:\[.*?\]\s*+)?+>)*+"
_ROOT = re.compile(rf"(?P<prolog>{_PROLOG})<(?:[\w.-]+:)?(?P<root>[\w.-]+)", re.DOTALL)


def why_not_read(head: bytes, name: str) -> str | None:
    """Why an input of this name that starts like this is not read; `None` when nothing speaks against it."""
    for magic, reason in _MAGIC.items():
        if head.startswith(magic):
            return reason
    found = _first_tag(head)
    if not found:
        return None
    is_xml = "<?xml" in found["prolog"] or name.lower().endswith(".xml")
    if is_xml and found["root"].lower() != "html":
        return _XML.get(found["root"]) or f"XML of an unknown kind, with the root element <{found['root'][:40]}>"
    return _XML.get(found["root"])


def xml_root(head: bytes) -> str | None:
    """The name of the element that an input starts with, without its prefix; `None` when it starts with none."""
    found = _first_tag(head)
    return found["root"] if found else None


def _first_tag(head: bytes) -> re.Match[str] | None:
    try:
        return _ROOT.match(decode(head))
    except ArticleRejected:
        return None
