"""Articles that we wrote ourselves about an invented region, for the demo and the golden tests."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

EXPECTED = ".expected.json"
"""Ends the name of the file that tells what a careful reader takes from a sample."""
_FOLDERS = (
    "feed", "html", "json", "mail", "mediawiki", "newsml-1", "newsml-g2", "nitf", "reuters", "text", "warc",
)  # fmt: skip


def sample_paths() -> tuple[Path, ...]:
    """The sample files by folder and name, without what is expected of them. A file's folder is its format."""
    root = Path(str(files(__name__)))
    return tuple(
        path for folder in _FOLDERS for path in sorted((root / folder).iterdir()) if not path.name.endswith(EXPECTED)
    )
