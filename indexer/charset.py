"""Which characters the bytes of an input stand for: its byte order mark, what it declares, what the bytes allow.

Declarations lie: a page that says UTF-8 and is Latin-1, a page that says Latin-1 and is UTF-8. So a declaration is
believed only when every byte agrees with it, and well-formed UTF-8 is believed before anything else of one byte.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

from charset_normalizer import from_bytes

from index.errors import ArticleRejected

BINARY_SAMPLE = 65_536
BINARY_SHARE = 0.03
"""More control characters than this and the bytes are not text. Compressed data and pictures have 10 % and more,
the dirtiest wire copy at hand (Reuters-21578) 0.1 %."""
BINARY_FEW = 8
"""So many control characters are dirt, whatever the length of the text."""
UTF16_SHARE = 0.4
"""UTF-16 without a byte order mark: this share of the bytes at even or at odd places is NUL (Latin letters)."""
GUESS_BYTES = 131_072
"""How much of an input is shown to charset-normalizer, which takes 1 to 10 ms for it."""
SURE_OF_UTF8 = 4
"""So many well-formed sequences outvote a declared multibyte encoding: a letter of GBK looks like one of UTF-8 in
about one case of eight, four in a row do so by chance in one text of four thousand."""

SEQUENCES_PER_STRAY = 4
"""Undeclared UTF-8 may have one stray byte to so many well-formed sequences; declared UTF-8 one to one."""

# Longest first: the mark of UTF-32-LE begins with that of UTF-16-LE.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Declared name → what it means on the web, where ISO-8859-1 has always been windows-1252. Python codecs that are not
# in this table (unicode_escape, utf-7, punycode, rot13…) are not character sets of pages and are never used.
_WESTERN = "cp1252"
_SUPERSETS = {
    "ascii": _WESTERN,
    "iso8859-1": _WESTERN,
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    # Whoever could read the declaration in ASCII has no UTF-16 before him.
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
    "utf-32": "utf-8",
}
_MULTIBYTE = {"iso2022_jp", "gb18030", "cp932", "cp949", "big5hkscs", "euc_jp"}
_TRUSTED = {
    "utf-8", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "cp437", "cp850", "cp852", "cp866",
    *_MULTIBYTE, "cp874", *(f"cp{number}" for number in range(1250, 1259)),
    *(f"iso8859-{number}" for number in range(2, 17)),
}  # fmt: skip

# What charset-normalizer chooses among, the likelier first: it breaks ties by the alphabet, which made “naïve” Czech.
_GUESSES = (
    _WESTERN, "cp1250", "cp1251", "gb18030", "cp932", "euc_jp", "cp949", "big5", "koi8_r", "cp1253", "cp1254", "cp1255",
    "cp1256", "cp1257", "iso8859_2",
)  # fmt: skip

_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\f\r\x1a\x1b")
_DECLARATION_BYTES = 4096
_DECLARATION = re.compile(
    rb"""<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})"""
    rb"""|<meta\s[^>]{0,400}?\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)


def declared_charset(data: bytes) -> str | None:
    """The character set that an XML declaration or a `meta` element at the start of the bytes names."""
    found = _DECLARATION.search(data[:_DECLARATION_BYTES])
    return (found.group(1) or found.group(2)).decode("ascii") if found else None


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of `data`, without its byte order mark; `declared` is the name that the input or its carrier gives.

    Never fails for text: a stray byte in UTF-8 is read as windows-1252, what stays unreadable becomes U+FFFD, a
    sequence cut off at the end is dropped. Raises ArticleRejected when the bytes are not text at all.
    """
    for mark, wide in _MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], wide)
    sample = data[:BINARY_SAMPLE]
    if sample.count(0) > len(sample) * UTF16_SHARE / 2 and (unmarked := _wide(sample)):
        return _decode_marked(data, unmarked)
    _refuse_binary(sample)
    name = _trusted(declared)
    text = _utf8(data, declared=name == "utf-8", outvotes=SURE_OF_UTF8 if name in _MULTIBYTE else 1)
    if text is not None:
        return text
    if name is not None and name != "utf-8":
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            pass  # the declaration lies, or a few bytes are damaged: let the bytes speak
    return data.decode(_guess(data), "replace")


def _decode_marked(data: bytes, name: str) -> str:
    if name == "utf-8":
        return _utf8(data, declared=True) or data.decode("utf-8", "replace")
    text = data.decode(name, "replace")
    _refuse_binary(text[:BINARY_SAMPLE].encode("utf-8"))
    return text


def _wide(sample: bytes) -> str | None:
    half = max(len(sample) // 2, 1)
    if sample[1::2].count(0) > half * UTF16_SHARE and not sample[::2].count(0):
        return "utf-16-le"
    if sample[::2].count(0) > half * UTF16_SHARE and not sample[1::2].count(0):
        return "utf-16-be"
    return None


def _refuse_binary(sample: bytes) -> None:
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > max(BINARY_FEW, len(sample) * BINARY_SHARE):
        share = 100 * controls / len(sample)
        raise ArticleRejected(f"not text: {share:.0f} % of its bytes are control characters (a binary file?)")


def is_text(data: bytes) -> bool:
    """Whether the bytes are text in any encoding."""
    try:
        decode(data[:BINARY_SAMPLE])
    except ArticleRejected:
        return False
    return True


def lenient_utf8() -> codecs.IncrementalDecoder:
    """A decoder for a stream that ought to be UTF-8; stray bytes are read as windows-1252."""
    return codecs.getincrementaldecoder("utf-8")(_STRAYS_AS_WESTERN)


def decoder_of(head: bytes, declared: str | None = None) -> codecs.IncrementalDecoder:
    """A decoder for a stream that starts like this, too long to be weighed as `decode` weighs.

    Raises ArticleRejected when the bytes are not text.
    """
    wide = next((name for mark, name in _MARKS[:2] + _MARKS[3:] if head.startswith(mark)), None) or _wide(head)
    if wide:
        return codecs.getincrementaldecoder(wide)("replace")
    _refuse_binary(head)
    name = _trusted(declared)
    if name in {None, "utf-8", _WESTERN} or _utf8(head, declared=False, outvotes=SURE_OF_UTF8) is not None:
        return lenient_utf8()
    return codecs.getincrementaldecoder(name or _WESTERN)("replace")


def _trusted(declared: str | None) -> str | None:
    if not declared:
        return None
    try:
        name = codecs.lookup(declared.strip()).name
    except (LookupError, ValueError):
        return None  # an invented name, or one with a NUL in it
    meant = _SUPERSETS.get(name, name)
    return meant if meant in _TRUSTED else None


def _utf8(data: bytes, *, declared: bool, outvotes: int = 1) -> str | None:
    """The text when the bytes are UTF-8, some strays allowed; `None` when they are something else.

    ASCII alone is UTF-8 too, unless at least `outvotes` sequences of several bytes are asked for as evidence.
    """
    if outvotes <= 1:
        with suppress(UnicodeDecodeError):
            return data.decode()  # as nearly all are: a quarter of the time
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    text = decoder.decode(data)
    cut_off = decoder.getstate()[0]
    if text.isascii() and not cut_off:
        return text if outvotes <= 1 else None
    well_formed = data.decode("utf-8", "ignore")
    strays = len(text) - len(well_formed)
    sequences = len(well_formed) - len(well_formed.encode("ascii", "ignore"))
    if sequences < max(outvotes, strays if declared else strays * SEQUENCES_PER_STRAY):
        return None
    return _STRAY.sub(_western, text) if strays else text


_STRAY = re.compile("[\udc80-\udcff]")


def _western(stray: re.Match[str]) -> str:
    return bytes((ord(stray.group()) - 0xDC00,)).decode(_WESTERN, "replace")


def _strays_as_western(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode(_WESTERN, "replace"), error.end


_STRAYS_AS_WESTERN = "backfile-strays-as-windows-1252"
codecs.register_error(_STRAYS_AS_WESTERN, _strays_as_western)


def _guess(data: bytes) -> str:
    """The encoding that makes most sense of the bytes; windows-1252 when none does."""
    matches = list(from_bytes(data[:GUESS_BYTES], cp_isolation=list(_GUESSES)))
    if not matches:
        return _WESTERN
    best = matches[0]
    tied = {
        name
        for match in matches
        if (match.chaos, match.coherence) == (best.chaos, best.coherence)
        for name in match.could_be_from_charset
    }
    return next((name for name in _GUESSES if name in tied), best.encoding)
