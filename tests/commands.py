"""The commands of the indexer, run as the console script runs them, and what they print."""

from __future__ import annotations

import re

from click.testing import CliRunner, Result

from index.errors import BackfileError
from indexer.cli import commands


def run(name: str, *arguments: str, typed: bytes = b"") -> Result:
    """What came of a command. Raises the errors that the console script prints."""
    command = next(command for command in commands if command.name == name)
    result = CliRunner().invoke(command, arguments, input=typed)
    if isinstance(result.exception, BackfileError):
        raise result.exception
    return result


def outcomes(result: Result) -> dict[str, int]:
    """The table of a report."""
    return {name: int(number) for name, number in re.findall(r"^  (\w+) +(\d+)$", result.stdout, re.MULTILINE)}
