"""Inputs that Backfile knows and does not read: refused by their name, lest they are read as something else."""

from __future__ import annotations

from indexer.xml_items import root_of

SURE = 0.97
"""A format that is surer than this of an input reads it, whatever is said here: a plug-in may know ALTO."""

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
}


def why_not_read(head: bytes, name: str) -> str | None:
    """Why an input of this name that starts like this is not read; `None` when nothing speaks against it."""
    for magic, reason in _MAGIC.items():
        if head.startswith(magic):
            return reason
    root = root_of(head)
    if root is None:
        return None
    is_xml = "<?xml" in root.prolog or name.lower().endswith(".xml")
    if is_xml and root.name.lower() != "html":
        return _XML.get(root.name) or f"XML of an unknown kind, with the root element <{root.name[:40]}>"
    return _XML.get(root.name)
