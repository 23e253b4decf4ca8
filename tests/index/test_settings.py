"""Settings: file, environment, defaults, and what is wrong with them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from index.errors import NotAvailableYet, SettingsInvalid
from index.opening import open_backend
from index.settings import Settings, load_settings


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings({"HOME": "/x"}, tmp_path) == Settings()
    assert Settings().zone.utcoffset(None) == timedelta(0)


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "backfile.toml").write_text('title = "The Herald"\nport = 9000\nworkers = 3\n')
    settings = load_settings({"BACKFILE_PORT": "9001", "BACKFILE_TIMEZONE": "Europe/Berlin"}, tmp_path)
    assert settings == Settings(title="The Herald", port=9001, workers=3, timezone="Europe/Berlin")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("16M", 16 << 20), ("2g", 2 << 30), ("512MB", 512 << 20), ("16777216", 16 << 20), ("20000k", 20_480_000)],
)
def test_memory_is_written_with_a_unit(written: str, meant: int) -> None:
    assert Settings(memory=written).memory_bytes == meant


def test_what_others_read_is_no_setting(tmp_path: Path) -> None:
    assert load_settings({"BACKFILE_TEST_DATA": "/data"}, tmp_path) == Settings()


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"BACKFILE_PORT": "many"}, "port"),
        ({"BACKFILE_PORT": "0"}, "port"),
        ({"BACKFILE_PORT": "65536"}, "port"),
        ({"BACKFILE_WORKERS": "0"}, "workers"),
        ({"BACKFILE_TIMEZONE": "Mars/Olympus"}, "timezone"),
        ({"BACKFILE_TIMEZONE": "../etc/passwd"}, "timezone"),
        ({"BACKFILE_TIMEZONE": ""}, "timezone"),
        ({"BACKFILE_INDEX": ""}, "index"),
        ({"BACKFILE_MEMORY": "1M"}, "memory"),
        ({"BACKFILE_MEMORY": "much"}, "memory"),
        ({"BACKFILE_MEMORY": "-512M"}, "memory"),
        ({"BACKFILE_COLOUR": "red"}, "colour"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, environment: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsInvalid, match=f"^{named}: "):
        load_settings(environment, tmp_path)


@pytest.mark.parametrize(
    "content", [b"not toml", b"\xff", b"port = true\n", b'port = "x"\n', b"title = 5\n", b"[index]\na = 1\n"]
)
def test_a_wrong_file_is_said_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "backfile.toml").write_bytes(content)
    with pytest.raises(SettingsInvalid):
        load_settings({}, tmp_path)


def test_a_folder_is_opened_by_the_embedded_engine_and_not_touched(tmp_path: Path) -> None:
    open_backend(Settings(index=str(tmp_path / "index")))
    assert list(tmp_path.iterdir()) == []


def test_a_cluster_is_not_available_yet() -> None:
    with pytest.raises(NotAvailableYet, match="not available yet"):
        open_backend(Settings(index="opensearch+https://search.example"))


def test_settings_are_values() -> None:
    settings: Any = Settings()
    with pytest.raises(AttributeError):
        settings.port = 1
