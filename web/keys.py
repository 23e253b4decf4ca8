"""Keys by which programs are known, when the setting `keys` names a file of them.

A line of the file holds a name and the SHA-256 of a key; the key itself is shown once, to whoever makes it. It has 256
random bits, so that a plain digest of it cannot be guessed.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from index.durable import replace_file
from index.errors import SettingsInvalid

_NAME = re.compile(r"[\w.@-]{1,100}", re.ASCII)
_LINE = re.compile(rf"(?P<name>{_NAME.pattern}) (?P<digest>[0-9a-f]{{64}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Keys:
    """The names by the digests of their keys."""

    names: dict[str, str]

    def name_of(self, key: str) -> str | None:
        """Whose key it is, `None` when it is nobody's."""
        return self.names.get(digest(key))


def digest(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def read_keys(path: str) -> Keys:
    """The keys of a file. Raises SettingsInvalid when it cannot be read as one, with the line but not what it holds."""
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsInvalid(f"keys: {path} cannot be read: {reason}") from error
    names = {}
    for number, line in enumerate(lines, 1):
        found = _LINE.fullmatch(line.strip())
        if found:
            names[found["digest"]] = found["name"]
        elif line.strip() and not line.startswith("#"):
            raise SettingsInvalid(
                f"keys: line {number} of {path} is not a name and a key's digest; make one with “backfile keys add”"
            )
    return Keys(names)


def add_key(path: str, name: str) -> str:
    """A new key under `name`, which the file has from now on. Raises SettingsInvalid for a name it cannot hold."""
    if not _NAME.fullmatch(name):
        raise SettingsInvalid(f"keys: {name!r} is no name for a key; use up to 100 letters, digits and . _ @ -")
    names = read_keys(path).names if Path(path).exists() else {}
    if name in names.values():
        raise SettingsInvalid(f"keys: {name} has a key already; remove it first with “backfile keys remove {name}”")
    key = secrets.token_urlsafe(32)
    _write(path, {**names, digest(key): name})
    return key


def remove_key(path: str, name: str) -> None:
    """Take a name's key away. Raises SettingsInvalid when it has none."""
    names = read_keys(path).names
    left = {one: owner for one, owner in names.items() if owner != name}
    if len(left) == len(names):
        raise SettingsInvalid(f"keys: {name} has no key in {path}")
    _write(path, left)


def _write(path: str, names: dict[str, str]) -> None:
    lines = "".join(f"{name} {one}\n" for one, name in sorted(names.items(), key=lambda pair: pair[1]))
    replace_file(Path(path), lines.encode())
