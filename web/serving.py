"""The production server: gunicorn over the application, several processes with one index mapped into all of them."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from index.errors import SettingsInvalid
from index.settings import Settings
from web.figures import forget_process
from web.wording import language_name

THREADS = 4
"""Threads of each process: they answer others while one waits for the disk or a slow reader."""
LONGEST_ADDRESS = 8_190
"""Bytes of an address: gunicorn's most. A query of 1,000 characters and dozens of filters fit."""
PATIENCE = 60
"""Seconds after which a process that answers nothing is replaced; the slowest question takes less than one."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at the address. Raises SettingsInvalid when it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise SettingsInvalid(f"host: {host!r} is not an address of this machine: {error.strerror}") from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SettingsInvalid(
                f"port: {port} on {host} is in use by another program. Stop that one, or choose another port with "
                "--port or BACKFILE_PORT."
            ) from error
        raise SettingsInvalid(f"port: {host} cannot be listened on at {port}: {error.strerror}") from error
    return listener


def address_of(listener: socket.socket) -> str:
    """The web address of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(app: Flask, settings: Settings, listener: socket.socket, ready: Callable[[str], None]) -> None:
    """Answer requests until the process is told to stop. `ready` is called with the address once it answers."""
    _warm(app)
    address = address_of(listener)
    options = {
        "bind": f"fd://{listener.detach()}",
        "workers": settings.workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "timeout": PATIENCE,
        "limit_request_line": LONGEST_ADDRESS,
        "preload_app": True,
        "loglevel": "warning",
        "proc_name": "backfile",
        # Nobody steers it from outside, so nothing is left lying in the home folder.
        "control_socket_disable": True,
        "when_ready": lambda _server: ready(address),
        "child_exit": lambda _server, worker: forget_process(worker.pid),
    }
    _Server(app, options).run()


def _warm(app: Flask) -> None:
    """Do once, before the processes part, what each would do at its first page: half a second."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    language_name("en")


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn is published without types
    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self._app = app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Everything is said here: no file and no variable of gunicorn's own is read."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application; made before the processes part, so that they share its memory."""
        return self._app
