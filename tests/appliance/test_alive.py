"""The supervisor hears of life only while there is some; a kiosk starts whatever is broken, and writes nowhere else."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.store import Store
from appliance.watchdog import WRITE_EVERY_S, Watchdog, every_s, supervisor
from demo.centre import REPOSITORY
from tests.waiting import until


class Supervisor:
    """A socket as systemd gives it, and the kiosk that tells it things."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.process = folder, None
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(folder / "notify"))
        self.data, self.home, self.tmp = folder / "data", folder / "home", folder / "tmp"
        for each in (self.data, self.home, self.tmp):
            each.mkdir()
        subprocess.run(
            [sys.executable, "-m", "bench.kiosk_child", "prepare", str(self.data)],
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, cwd=REPOSITORY, check=True, capture_output=True,
        )  # fmt: skip

    def start(self, **environment: str) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith(("HAILONG_", "XDG_"))}
        env |= {"HOME": str(self.home), "TMPDIR": str(self.tmp), "PYTHONPATH": str(REPOSITORY)}
        env |= {"SDL_VIDEODRIVER": "offscreen", "HAILONG_DATA_DIR": str(self.data), "PYTHONDONTWRITEBYTECODE": "1"}
        env |= {"NOTIFY_SOCKET": str(self.folder / "notify"), "WATCHDOG_USEC": "1500000"}
        env |= {"MESA_SHADER_CACHE_DISABLE": "true", **environment}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "appliance", "run", "--no-uploader"], env=env, cwd=self.home,
            stdout=subprocess.DEVNULL, stderr=(self.folder / "said").open("wb"),
        )  # fmt: skip

    def hears(self, at_most_s: float) -> str:
        self.socket.settimeout(at_most_s)
        try:
            return self.socket.recv(1000).decode()
        except TimeoutError:
            return ""

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(20)


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.process.send_signal(signal.SIGCONT)
        made.process.kill()
        made.process.wait()
    made.socket.close()


def test_a_kiosk_that_draws_and_writes_tells_its_supervisor_again_and_again(supervised: Supervisor) -> None:
    supervised.start()
    assert supervised.hears(60) == "READY=1\nWATCHDOG=1"
    assert [supervised.hears(10) for _ in range(3)] == ["WATCHDOG=1"] * 3
    assert supervised.end() == 0


def test_nothing_is_written_outside_the_data_folder(supervised: Supervisor) -> None:
    supervised.start()
    assert supervised.hears(60)
    assert supervised.hears(10)
    assert supervised.end() == 0
    assert [*supervised.home.rglob("*"), *supervised.tmp.rglob("*")] == []
    assert (supervised.data / "outbox.db").exists()


@pytest.mark.parametrize(
    "broken", ["damaged outbox", "damaged settings", "damaged overrides", "no pins", "clock of 1970"]
)
def test_it_starts_whatever_is_broken(supervised: Supervisor, broken: str) -> None:
    environment = {}
    if broken == "damaged outbox":
        (supervised.data / "outbox.db").write_bytes(os.urandom(200_000))
    elif broken == "damaged settings":
        (supervised.data / "kiosk-settings.json").write_bytes(b"\0" * 4096)
    elif broken == "damaged overrides":
        (supervised.data / "local-overrides.json").write_text("{")
    elif broken == "no pins":
        environment = {"GPIOZERO_PIN_FACTORY": "lgpio"}
    elif shutil.which("faketime") is None:
        pytest.skip("faketime is not installed")
    else:
        library = next(Path("/usr/lib").rglob("libfaketime.so.1"))
        environment = {"LD_PRELOAD": str(library), "FAKETIME": "@1970-01-01 00:05:00"}
    supervised.start(**environment)
    assert supervised.hears(60) == "READY=1\nWATCHDOG=1", (supervised.folder / "said").read_text()
    assert supervised.end() == 0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path, "k1", "b" * 32)
    made.start(lambda: None)
    until(lambda: made.clock is not None)
    yield made
    made.close()


def a_dog(store: Store) -> tuple[Watchdog, list[str], dict[str, int]]:
    told: list[str] = []
    drawn = {"frames": 0, "asked": 0}

    def redraw() -> None:
        drawn["asked"] += 1
        drawn["frames"] += 1

    return Watchdog(lambda: drawn["frames"], redraw, store, told.append), told, drawn


def test_a_window_that_draws_no_more_is_not_spoken_for(store: Store) -> None:
    dog, told, drawn = a_dog(store)
    assert [dog.look(now_s) for now_s in (0.0, 10.0, 20.0)] == [True] * 3
    drawn["frames"] = 0
    assert not dog.look(30.0)
    assert told == ["READY=1\nWATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"]


def test_a_disk_that_takes_no_writes_is_not_spoken_for_and_is_again_once_it_does(store: Store) -> None:
    dog, _, _ = a_dog(store)
    assert dog.look(0.0)
    store.outbox.db.execute("PRAGMA query_only = ON")
    now_s = 0.0
    while now_s < WRITE_EVERY_S:
        now_s += 10.0
        assert dog.look(now_s)
    for _ in range(8):
        now_s += 10.0
        until(lambda: store._jobs.empty())
        alive = dog.look(now_s)
    assert not alive
    store.outbox.db.execute("PRAGMA query_only = OFF")
    before = store.written
    store.pulse()
    until(lambda: store.written > before)
    assert dog.look(now_s + 10.0)


def test_a_quiet_day_wears_the_card_with_one_small_write_in_five_minutes(store: Store) -> None:
    dog, _, _ = a_dog(store)
    before, now_s = store.written, 0.0
    while now_s < 3600.0:
        dog.look(now_s)
        until(lambda: store._jobs.empty())
        time.sleep(0.002)
        now_s += 10.0
    assert 10 <= store.written - before <= 13


def test_without_a_supervisor_nobody_is_told() -> None:
    assert supervisor({}) is None


def test_looks_come_three_times_as_often_as_the_supervisor_asks() -> None:
    assert every_s({"WATCHDOG_USEC": "15000000"}) == 5.0
    assert every_s({"WATCHDOG_USEC": "900000000"}) == 10.0
    assert every_s({}) == 10.0
