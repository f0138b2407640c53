"""A centre on each of the two databases: a SQLite file, and a PostgreSQL cluster of our own."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pyotp
import pytest
from httpx import Response
from litestar.testing import TestClient

from server.accounts import passwords
from server.accounts import queries as accounts
from server.app import make_app
from server.centre import Centre, init, open_centre
from server.database import Work, open_engine, writing
from server.devices.enrol import make_code
from server.offices import seed
from server.questionnaires.queries import publish
from server.settings import Settings
from survey.questionnaire import bundled
from tests.kiosk_double import HOST, NOW_MS, KioskDouble

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]
COUNTER = "xa-tan-trao.q1"
OFFICE = "xa-tan-trao.ttpvhcc"
ORIGIN = {"origin": f"http://{HOST}"}
GOOD = "con mèo nhảy qua hàng rào"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the address of a PostgreSQL cluster that lives as long as the tests.

    Its folder is not pytest's: that one is closed to other users whenever another run of pytest begins.
    """
    folder = Path(tempfile.mkdtemp(prefix="hailong-postgres-"))
    is_root = os.geteuid() == 0
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if is_root else []
    if is_root:
        shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, binaries = folder / "data", POSTGRES[0]
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    subprocess.run([*user, binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                    "--locale=C"], **quiet)  # fmt: skip
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c shared_buffers=32MB"
    subprocess.run([*user, binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"],
                   **quiet)  # fmt: skip
    try:
        yield f"127.0.0.1:{port}"
    finally:
        subprocess.run([*user, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def templates() -> dict[str, Settings]:
    """Return the centres that are copied for tests, by database, as they are made."""
    return {}


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def template(
    request: pytest.FixtureRequest, templates: dict[str, Settings], tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """Return settings of a centre with the sample province, to be copied for each test; made once a process.

    A process that is handed one file after another asks for it anew whenever the database changes.
    """
    if request.param in templates:
        return templates[request.param]
    folder = tmp_path_factory.mktemp("template")
    url = ""
    if request.param == "postgresql":
        address = request.getfixturevalue("postgres")
        _sql(address, "CREATE DATABASE template_centre")
        url = f"postgresql+psycopg://postgres@{address}/template_centre"
    settings = Settings(data_dir=str(folder), database_url=url, public_base=f"http://{HOST}")
    init(settings, NOW_MS)
    engine = open_engine(settings.database)
    with writing(engine) as work:
        seed.plant(work)
        publish(work, bundled(), NOW_MS)
    engine.dispose()
    templates[request.param] = settings
    return settings


@pytest.fixture
def settings(template: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Return settings of a fresh centre: its own database, its own keys."""
    folder = tmp_path / "centre"
    shutil.copytree(template.data_dir, folder)
    if not template.database_url:
        yield Settings(data_dir=str(folder), public_base=template.public_base)
        return
    base, _, _ = template.database_url.rpartition("/")
    address, name = base.partition("@")[2], f"centre_{os.getpid()}_{abs(hash(tmp_path)) % 10**9}"
    _sql(address, f"CREATE DATABASE {name} TEMPLATE template_centre")
    yield Settings(data_dir=str(folder), database_url=f"{base}/{name}", public_base=template.public_base)
    _sql(address, f"DROP DATABASE {name} WITH (FORCE)")


class Clock:
    """A clock that a test may set. now_ms: Unix milliseconds."""

    def __init__(self) -> None:
        self.now_ms = NOW_MS

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    """Return the centre's clock."""
    return Clock()


@pytest.fixture
def centre(settings: Settings, clock: Clock) -> Iterator[Centre]:
    """Return an open centre with the sample province."""
    opened = open_centre(settings, clock)
    yield opened
    opened.close()


@pytest.fixture
def client(centre: Centre) -> Iterator[TestClient]:
    """Return a client of the centre's application."""
    with TestClient(make_app(centre), base_url=f"http://{HOST}", raise_server_exceptions=False) as opened:
        yield opened


def connect(client: TestClient) -> KioskDouble:
    """Return a kiosk double that speaks through a test client; not yet enrolled."""

    def post(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        answer = client.post(path, content=body, headers=headers)
        return answer.status_code, dict(answer.headers), answer.content

    def get(path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        answer = client.get(path, headers=headers)
        return answer.status_code, dict(answer.headers), answer.content

    return KioskDouble(post, get)


@pytest.fixture
def enrol(client: TestClient, centre: Centre) -> Callable[..., KioskDouble]:
    """Return a function that gives an enrolled kiosk at a counter."""

    def enrolled(counter: str = COUNTER) -> KioskDouble:
        kiosk = connect(client)
        kiosk.enrol(centre.writer.run(lambda work: make_code(work, counter, 7, centre.now_ms(), "test")))
        return kiosk

    return enrolled


@pytest.fixture
def kiosk(enrol: Callable[..., KioskDouble]) -> KioskDouble:
    """Return an enrolled kiosk at quầy số 1 of xã Tân Trào."""
    return enrol()


@pytest.fixture
def rows(centre: Centre) -> Callable[..., list[tuple[object, ...]]]:
    """Return a function that reads rows with `?` in the query, on either database."""

    def read(query: str, *values: object) -> list[tuple[object, ...]]:
        with centre.engine.connect() as connection:
            return Work(connection).all(query, values)

    return read


def csrf(page: Response) -> str:
    """Return the token of a page's forms."""
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def enter(client: TestClient, password: str, name: str = "quantri", **headers: str) -> Response:
    """Send the sign-in form."""
    form = {"name": name, "password": password}
    return client.post("/dang-nhap", data=form, headers=ORIGIN | headers, follow_redirects=False)


def change(client: TestClient, old: str, new: str) -> Response:
    """Send the change of password."""
    form = {"csrf": csrf(client.get("/doi-mat-khau")), "old": old, "new": new, "again": new}
    return client.post("/doi-mat-khau", data=form, headers=ORIGIN, follow_redirects=False)


@pytest.fixture
def admin(centre: Centre) -> str:
    """Return the administrator's one-time password."""
    password = "one-time-words-here"
    digest = passwords.digest(password)
    centre.writer.run(lambda work: accounts.add(work, "quantri", digest, "admin", NOW_MS, must_change=True))
    return password


SECRETS: dict[str, str] = {}
"""What the authenticator app of a test's person holds, by account."""


def code_at(clock: Clock, name: str = "quantri") -> str:
    """Return the six digits a person's app shows now."""
    return pyotp.TOTP(SECRETS[name]).at(clock.now_ms // 1000)


def set_up(client: TestClient, clock: Clock, name: str = "quantri") -> Response:
    """Set the second step up as a person does: the key is read off the page, its code typed in."""
    page = client.get("/hai-buoc")
    found = re.search(r'id="khoa">([^<]+)<', page.text)
    assert found is not None, page.text
    SECRETS[name] = found[1].replace(" ", "")
    form = {"csrf": csrf(page), "code": code_at(clock, name)}
    return client.post("/hai-buoc", data=form, headers=ORIGIN)


def enter_code(client: TestClient, code: str) -> Response:
    """Send the form of the second step."""
    form = {"csrf": csrf(client.get("/dang-nhap/ma")), "code": code}
    return client.post("/dang-nhap/ma", data=form, headers=ORIGIN, follow_redirects=False)


@pytest.fixture
def signed_in(client: TestClient, admin: str, clock: Clock) -> TestClient:
    """Return a client signed in under a password of its own, with the second step."""
    enter(client, admin)
    change(client, admin, GOOD)
    set_up(client, clock)
    return client


@pytest.fixture
def as_role(client: TestClient, centre: Centre, clock: Clock) -> Callable[..., TestClient]:
    """Return a function that signs the client in as a new account of a role, bound to a unit or to the province."""

    def signed(role: str, unit: str | None = None, name: str = "") -> TestClient:
        name = name or f"{role}-{unit or 'tinh'}"[:40]
        digest = passwords.digest(GOOD)

        def add(work: Work) -> None:
            accounts.add(work, name, digest, role, NOW_MS, must_change=False, unit=unit)

        centre.writer.run(add)
        client.cookies.clear()
        enter(client, GOOD, name)
        if client.get("/", follow_redirects=False).headers["location"] == "/hai-buoc":
            set_up(client, clock, name)
        return client

    return signed


def _sql(address: str, statement: str) -> None:
    with psycopg.connect(f"postgresql://postgres@{address}/postgres", autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]
