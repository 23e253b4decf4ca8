"""Settings: `backfile.toml` in the current folder, overridden by `BACKFILE_*` variables, over defaults.

`BACKFILE_INDEX` in the environment is `index = "…"` in the file, and so on for each name in `Settings`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from index.errors import SettingsInvalid

FILE_NAME = "backfile.toml"
PREFIX = "BACKFILE_"
# BACKFILE_TEST_… variables steer the tests and are no settings.
_OF_TESTS = "test_"


LEAST_MEMORY = 16 << 20
"""Bytes; with less, segments of a few hundred articles are written and merged over and over."""
_SIZE = re.compile(r"(\d{1,12})([KMG]?)B?", re.ASCII | re.IGNORECASE)
_SHIFTS = {"": 0, "K": 10, "M": 20, "G": 30}


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can choose."""

    index: str = "var/index"
    """The folder of the index (an `opensearch+https://` address, once clusters are supported)."""
    timezone: str = "UTC"
    """The zone in which days begin and end, a name of the tz database."""
    host: str = "127.0.0.1"
    """The address that `backfile serve` listens on."""
    port: int = 8000
    workers: int = 2
    """Processes of `backfile serve`; each maps the same index."""
    memory: str = "512M"
    """What indexing may hold of words before it writes them, all its processes together: `512M`, `2G`."""
    ner: str = ""
    """The spaCy model that finds people, places and organisations in texts of its language; empty for the rules."""
    address: str = ""
    """Where the site is seen from outside, such as `https://archive.example.org/`; feeds need it behind a proxy."""
    keys: str = ""
    """The file of the keys that programs must show; see `backfile keys`. Without it none is needed."""
    rate: str = ""
    """How often each program may ask, such as `120/minute`; empty for any number."""
    origins: str = ""
    """Other sites whose pages may ask the endpoint, separated by commas; `*` for all."""
    journal: str = ""
    """The file that takes a line of JSON for each request, without a word of who asked; `-` is standard output."""
    slow: int = 1_000
    """Milliseconds from which on a request is told on standard error; 0 tells of none."""
    synonyms: str = ""
    """A file of words that stand for each other, in Solr's format; empty for none."""
    pins: str = ""
    """A YAML file of the articles that come first for a query; empty for none."""
    title: str = "Backfile"
    """The name of the archive, shown on every page."""

    @property
    def zone(self) -> tzinfo:
        """The archive's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def memory_bytes(self) -> int:
        """`memory` as a number."""
        found = _SIZE.fullmatch(self.memory)
        return int(found[1]) << _SHIFTS[found[2].upper()] if found else 0

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError) as error:
            raise SettingsInvalid(
                f"timezone: {self.timezone!r} is not a name of the tz database; write Europe/Berlin or UTC"
            ) from error
        if not 0 < self.port < 65_536:
            raise SettingsInvalid(f"port: {self.port} is not between 1 and 65535")
        if self.workers < 1:
            raise SettingsInvalid(f"workers: {self.workers} is less than one")
        if self.memory_bytes < LEAST_MEMORY:
            raise SettingsInvalid(
                f"memory: {self.memory!r} is not a size from {LEAST_MEMORY >> 20}M on; write 512M or 2G"
            )
        if self.address and not re.fullmatch(r"https?://[^\s/?#]+(?:/[^\s?#]*)?", self.address):
            raise SettingsInvalid(f"address: {self.address!r} is no web address; write https://archive.example.org/")
        if self.slow < 0:
            raise SettingsInvalid(f"slow: {self.slow} is less than 0")
        if not self.index:
            raise SettingsInvalid("index: the folder of the index must be named")


def load_settings(environment: Mapping[str, str], folder: Path) -> Settings:
    """Read the settings that hold in `folder` under `environment`. Raises SettingsInvalid, naming the setting."""
    given: dict[str, object] = {**_from_file(folder / FILE_NAME), **_from_environment(environment)}
    known = {field.name: type(field.default) for field in fields(Settings)}
    for name in given:
        if name not in known:
            raise SettingsInvalid(f"{name}: there is no such setting; known are {', '.join(sorted(known))}")
    return Settings(**{name: _as(known[name], name, value) for name, value in given.items()})  # type: ignore[arg-type]  # each value was converted to its field's type


def _from_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsInvalid(f"{path}: cannot be read as TOML: {error}") from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    return {
        name: value
        for key, value in environment.items()
        if key.startswith(PREFIX) and not (name := key.removeprefix(PREFIX).lower()).startswith(_OF_TESTS)
    }


def _as(wanted: type, name: str, value: object) -> object:
    if isinstance(value, wanted) and not isinstance(value, bool):
        return value
    if wanted is int and isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            pass
    raise SettingsInvalid(f"{name}: {value!r} is not {'a whole number' if wanted is int else 'a text'}")
