"""A centre served on loopback and a real browser in front of it."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from demo.browser import CHROMIUM
from server.accounts import passwords
from server.accounts import queries as accounts
from server.app import make_app
from server.centre import Centre, init, open_centre, system_ms
from server.database import Work
from server.devices.enrol import make_code
from server.offices import seed
from server.questionnaires.queries import publish
from server.settings import Settings
from survey.questionnaire import bundled
from tests import kiosk_double
from tests.kiosk_double import KioskDouble

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PICTURES = os.environ.get("HAILONG_PICTURES", "")
"""Where the handbook's pictures go; "" for nowhere."""
PASSWORD = "one-time-words-here"


def handbook_picture(page: Page, name: str, *, width: int = 1280, height: int = 800, is_whole: bool = False) -> None:
    """Take a picture of the handbook, where they are wanted. is_whole: down to the page's end."""
    if PICTURES:
        page.set_viewport_size({"width": width, "height": height})
        path = Path(PICTURES) / f"{name}.png"
        page.screenshot(path=path, full_page=is_whole)
        with Image.open(path) as taken:
            small = taken.convert("RGB").quantize(128)  # a third of the size, and nobody sees it
        small.save(path, optimize=True)


class Served:
    """A centre that answers at `url`, and kiosk doubles at its counters."""

    def __init__(self, centre: Centre, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.centre, self.url = centre, url
        monkeypatch.setattr(kiosk_double, "HOST", url.removeprefix("http://"))
        self._line = httpx.Client(base_url=url)

    def kiosk(self, counter: str) -> KioskDouble:
        """Return an enrolled kiosk at a counter."""

        def post(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
            answer = self._line.post(path, content=body, headers=headers)
            return answer.status_code, dict(answer.headers), answer.content

        def get(path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
            answer = self._line.get(path, headers=headers)
            return answer.status_code, dict(answer.headers), answer.content

        made = KioskDouble(post, get)
        made.enrol(self.centre.writer.run(lambda work: make_code(work, counter, 7, self.centre.now_ms(), "test")))
        return made


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Return a served centre with the sample province and the account `quantri`."""
    yield from serve(tmp_path, monkeypatch)


def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **more: str) -> Iterator[Served]:
    """Give a served centre, and end it. more: further settings."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = Settings(data_dir=str(tmp_path / "centre"), port=port, public_base=url, **more)  # type: ignore[arg-type]
    init(settings, system_ms())
    centre = open_centre(settings)

    def fill(work: Work) -> None:
        seed.plant(work)
        publish(work, bundled(), 1)
        accounts.add(work, "quantri", passwords.digest(PASSWORD), "admin", 1, must_change=True)

    centre.writer.run(fill)
    server = uvicorn.Server(uvicorn.Config(make_app(centre), host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    yield Served(centre, url, monkeypatch)
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return the system's Chromium, closed before the next file's tests.

    While it is open, Playwright keeps an event loop running on the main thread: no other test could ask for one.
    """
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@contextmanager
def quiet_page(browser: Browser, width: int, height: int, *, has_touch: bool = False) -> Iterator[Page]:
    """Give a page of this size, CSS pixels; anything the browser complains of fails the test."""
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=has_touch)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """Return a page as wide as an office's screen."""
    with quiet_page(browser, 1440, 900) as page:
        yield page


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """Return a page as narrow as a phone, without JavaScript."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False, has_touch=True)
    yield context.new_page()
    context.close()
