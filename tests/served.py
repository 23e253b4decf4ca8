"""`backfile serve` as a process of its own, for the tests that need the real server."""

import os
import re
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

BACKFILE = str(Path(sys.executable).with_name("backfile"))
PATIENCE = 60
"""Seconds for a process to start or stop on a machine that is busy with other tests."""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def served(*arguments: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process of `backfile ARGUMENTS` in `folder` and the address at which it serves, until the block ends."""
    command = [BACKFILE, *arguments, "--port", str(free_port())]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        try:
            yield process, _address(process)
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE)


def _address(process: subprocess.Popen[str]) -> str:
    """The address that the server prints when it is ready."""
    assert process.stdout is not None
    said = ""
    while not (found := re.search(r"(http://\S+)\s", said)):
        assert select.select([process.stdout], [], [], PATIENCE)[0], f"no address in time, but {said!r}"
        more = os.read(process.stdout.fileno(), 4096).decode()  # unbuffered, as select sees it
        assert more, f"the server ended after {said!r}: {process.communicate()[1]}"
        said += more
    return found.group(1)


def fetch(address: str, path: str) -> tuple[int, bytes]:
    """The status and the body that the server answers with."""
    with closing(HTTPConnection(address.removeprefix("http://"), timeout=PATIENCE)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
