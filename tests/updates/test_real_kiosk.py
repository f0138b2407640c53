"""The real kiosk, unseen, under the real launcher, updated by a real centre: a good release, then a broken one."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import boot_id
from appliance.updates import told
from appliance.updates.look import Failed, Laid, Places, look
from appliance.updates.sources import Centre as CentreSource
from demo.centre import Centre
from provisioning.release import build, repository
from server.centre import config_changed
from server.database import open_engine, writing
from server.devices.release_wish import ALL, Step
from server.releases import queries
from tests.appliance.test_outbox import a_draft, a_moment
from tests.machine import Machine, enrolled
from tests.releases import REPOSITORY, Kiosk
from tests.updates.conftest import WORDS, Maker

BALLOTS = 4


class RealKiosk(Kiosk):
    """A kiosk whose factory slot is this checkout, enrolled at a centre, with a supervisor's socket."""

    def __init__(self, root: Path, maker: Maker, centre: Centre) -> None:
        super().__init__(root)
        self.maker, self.centre = maker, centre
        self.machine: Machine = enrolled(centre, root / "data", boot=boot_id())
        for second in range(BALLOTS):
            self.machine.outbox.cast(a_draft(), a_moment(second))
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(root / "notify"))
        release, files = self._built("1.0", 1, "")
        build.lay(self.factory, release, *files, maker.anchor)

    def _built(self, version: str, counter: int, first: str):  # type: ignore[no-untyped-def]
        app = build.sources(REPOSITORY)
        third = self.root / "third.py"
        third.write_text("HERE = 1\n")
        if first:
            path = "app/appliance/__main__.py"
            changed = self.root / f"main-{version}.py"
            changed.write_text(first + app[path].read_text())
            app = {**app, path: changed}
        files = app, {"lib/third.py": third}
        return build.build(self.root / "built" / version, version, counter, build.here(), *files), files

    def release(self, version: str, counter: int, first: str) -> None:
        """Have the maker sign a release, the centre take it in and wish it for all, and the kiosk hear of it."""
        self._built(version, counter, first)
        repository.publish(self.maker.repository, self.root / "built" / version, self.maker.keys, WORDS)
        self.centre.do("releases", "add", str(self.maker.repository))
        engine = open_engine(f"sqlite:///{self.centre.folder / 'centre.db'}")
        with writing(engine) as work:
            queries.add_step(work, Step(version, "", ALL, False, [], 0, ""), 1, "test")
            config_changed(work)
        engine.dispose()
        self.machine.uploader.exchange()
        self.machine.uploader.exchange()

    @property
    def env(self) -> dict[str, str]:
        more = {"HAILONG_DATA_DIR": str(self.root / "data"), "HAILONG_CENTRE": self.centre.url}
        return super().env | more | {
            "SDL_VIDEODRIVER": "offscreen", "NOTIFY_SOCKET": str(self.root / "notify"), "WATCHDOG_USEC": "1500000",
            "MESA_SHADER_CACHE_DISABLE": "true",
        }  # fmt: skip

    def update(self) -> str:
        done = subprocess.run(self.command("do", "update"), env=self.env, capture_output=True, text=True, timeout=120)
        return done.stderr

    def stay(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command("run", "run", "--no-uploader", *arguments), env=self.env, stderr=subprocess.DEVNULL, text=True
        )

    def hears(self, at_most_s: float) -> str:
        self.socket.settimeout(at_most_s)
        try:
            return self.socket.recv(1000).decode()
        except TimeoutError:
            return ""


@pytest.fixture
def real(tmp_path: Path, maker: Maker, centre: Centre) -> Iterator[RealKiosk]:
    """A real kiosk under the launcher."""
    made = RealKiosk(tmp_path / "real", maker, centre)
    yield made
    made.machine.outbox.close()
    made.machine.uploader.link.close()
    made.socket.close()


def test_a_real_kiosk_takes_a_release_from_its_centre_and_undoes_a_broken_one(real: RealKiosk) -> None:
    real.release("1.1", 2, "")
    running = real.stay()
    assert real.hears(90).startswith("READY=1")
    assert "Bản 1.1 đã sẵn sàng" in real.update()
    assert running.wait(60) == 0, "nobody is here: it ends by itself, to be started afresh"
    while real.hears(0.1):
        pass
    running = real.stay()
    assert real.hears(90).startswith("READY=1"), "the supervisor's socket went with the process"
    assert real.confirm(within_s=60) == 0
    assert (real.state.current, real.state.counter) == ("a", 2)
    running.terminate()
    assert running.wait(30) == 0

    real.release("1.2", 3, "raise ImportError('broken')\n")
    assert "Bản 1.2 đã sẵn sàng" in real.update()
    assert [real.stay().wait(60) for _ in range(2)] == [1, 1]
    running = real.stay()
    while real.hears(90) != "READY=1\nWATCHDOG=1":
        assert running.poll() is None
    running.terminate()
    assert running.wait(30) == 0
    assert (real.state.current, real.state.trial) == ("a", "")
    assert told.undone({"HAILONG_SLOTS": str(real.slots)})[0] == "1.2"
    assert "đã thử và hỏng" in real.update()
    assert real.machine.outbox.head().seq == BALLOTS
    assert os.listdir(real.slots / "downloads") == []


def test_a_download_from_the_centre_goes_on_where_it_was_cut(kiosk: Kiosk, maker: Maker, centre: Centre) -> None:
    maker.publish("2.1", 2, "print('x')\n" * 5000)
    (archive,) = (each for each in (maker.repository / "targets").iterdir() if each.name[65:].startswith("app-"))
    fresh = Centre(centre.folder.parent / "fresh").prepare().start()
    try:
        fresh.do("releases", "add", str(maker.repository))
        into = kiosk.slots / "downloads"
        into.mkdir()
        part = into / f"{archive.name[:64]}.part"
        at, source = Places(kiosk.slots, kiosk.factory), CentreSource(fresh.url)
        part.write_bytes(b"x" * 50)
        first = look(at, source, wished="2.1", is_exact=True, is_by_hand=False)
        assert isinstance(first, Failed), "the wrong beginning was kept, and the hash told"
        assert not part.exists()
        part.write_bytes(archive.read_bytes()[:50])
        assert look(at, source, wished="2.1", is_exact=True, is_by_hand=False) == Laid("2.1")
    finally:
        fresh.stop()
