"""A real Chromium over the real server: `backfile serve` as a process of its own, with the sample articles."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from served import PATIENCE, served

from index.settings import Settings
from indexer.cli import index_samples

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",  # Chromium refuses to start as root with it, and it only ever sees our own pages
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """The system's Chromium. Ubuntu's package is a stub for a snap: it tells no version, or says that it is one."""
    for name in NAMES:
        path = shutil.which(name)
        if path is None:
            continue
        try:
            told = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=PATIENCE, check=False)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if re.search(r"^(Chromium|Google Chrome) \d", told.stdout, re.MULTILINE) and "snap" not in told.stdout:
            return path
    return None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.skip("browser test skipped: no Chromium on this machine (a snap's stub does not count)")
    if subprocess.run([sys.executable, "-m", "playwright", "--version"], capture_output=True, check=False).returncode:
        pytest.skip("browser test skipped: Playwright's driver does not start (Debian: apt-get install libatomic1)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the sample articles."""
    place = tmp_path_factory.mktemp("browser") / "index"
    index_samples(Settings(index=str(place)))
    return place


@pytest.fixture(scope="session")
def server(index: Path) -> Iterator[str]:
    """The address of a `backfile serve` that answers from the sample articles."""
    with served("serve", "--index", str(index), folder=index.parent) as (_, address):
        yield address


class Desk:
    """Opens pages and sees to it that none of them complains, is refused something, or asks elsewhere."""

    def __init__(self, browser: Browser, server: str) -> None:
        self._browser = browser
        self._server = server
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(self, path: str, **options: object) -> Page:
        """A page in a browser of its own; `options` are those of Playwright's `new_context`."""
        context = self._browser.new_context(base_url=self._server, **options)  # type: ignore[arg-type]  # any of them
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: self.complaints.append(f"console: {said.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", lambda request: self._check(request.url))
        page.goto(path)
        return page

    def _check(self, url: str) -> None:
        if not url.startswith(self._server):
            self.complaints.append(f"asked elsewhere: {url}")

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def desk(browser: Browser, server: str) -> Iterator[Desk]:
    desk = Desk(browser, server)
    yield desk
    desk.close()
    assert desk.complaints == []
