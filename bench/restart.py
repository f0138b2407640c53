"""A restart under each fault a kiosk must start with, to its first picture, against the clean start of the same run."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from bench.report import Figure
from demo.centre import REPOSITORY

ROUNDS: Final = 3
AT_MOST_S: Final = 10.0
LATE_S: Final = 60.0
AT_MOST_RATIO: Final = 1.5
"""A start waits for nothing that can be broken: what is above one is this machine's noise."""
BALLOTS: Final = 2000


class Given(msgspec.Struct, frozen=True):
    """What a start is given: words before its command, and variables of its environment."""

    prefix: tuple[str, ...] = ()
    environment: dict[str, str] = {}


def child(*words: str) -> None:
    """Run one of the other benches' processes."""
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    subprocess.run([sys.executable, "-m", *words], env=env, cwd=REPOSITORY, check=True, capture_output=True)


def started_s(folder: Path, given: Given) -> tuple[float, float]:
    """Start a kiosk in a process of its own; return seconds to the first picture, and until it takes ballots."""
    env = {**os.environ, "SDL_VIDEODRIVER": "offscreen", "PYTHONPATH": str(REPOSITORY), "GPIOZERO_PIN_FACTORY": "mock"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [*given.prefix, sys.executable, "-m", "bench.kiosk_child", "restart", str(folder)]
    began_s = time.monotonic()
    with subprocess.Popen(
        command,
        env={**env, **given.environment},
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        late = threading.Timer(LATE_S, process.kill)  # a start that hangs is a finding, not a bench that hangs
        late.start()
        told = {line.strip(): time.monotonic() - began_s for line in process.stdout}
        late.cancel()
    assert {"first", "ready"} <= told.keys(), (folder.name, process.returncode, told)
    return told["first"], told["ready"]


def rubbish(folder: Path) -> Given:
    """Write over a tenth of the outbox, in its middle."""
    path = folder / "outbox.db"
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(os.urandom(size // 10))
    return Given()


def damaged_settings(folder: Path) -> Given:
    """Leave half a file of what a technician changed, and of the centre's settings the copy alone."""
    (folder / "kiosk-settings.json").write_bytes(bytes(4096))
    (folder / "local-overrides.json").write_text('{"volume": 7')
    return Given()


def of_1970(_: Path) -> Given:
    """Let the wall clock stand at five past midnight on 1 January 1970, as a board without a battery starts."""
    library = next(Path("/usr/lib").rglob("libfaketime.so.1"))
    told = {"LD_PRELOAD": str(library), "FAKETIME": "@1970-01-01 00:05:00"}
    return Given(environment=told)


def without_network(_: Path) -> Given:
    """Put the start into a network of its own, where no interface is up."""
    return Given(prefix=("unshare", "--map-root-user", "--net"))


FAULTS: Final[dict[str, Callable[[Path], Given]]] = {
    "a damaged outbox of 2,000 unsent ballots": rubbish,
    "damaged settings": damaged_settings,
    "no network": without_network,
    "the clock at 1970": of_1970,
    "no GPIO": lambda _: Given(environment={"GPIOZERO_PIN_FACTORY": "lgpio"}),
}


def figures() -> list[Figure]:
    """Return one figure a fault. A round: the clean start, then every fault, each from a fresh copy of one folder."""
    with tempfile.TemporaryDirectory() as temporary:
        sound = Path(temporary) / "sound"
        sound.mkdir()
        child("bench.kiosk_child", "prepare", str(sound))
        child("bench.backlog", "fill", str(sound), str(BALLOTS))
        started_s(sound, Given())  # warm: bytecode written, files in memory
        cases: dict[str, Callable[[Path], Given]] = {"": lambda _: Given(), **FAULTS}
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
        for _ in range(ROUNDS):
            for name, break_it in cases.items():
                copy = Path(temporary) / "copy"
                shutil.copytree(sound, copy)
                took[name].append(started_s(copy, break_it(copy)))
                shutil.rmtree(copy)
    clean = took.pop("")
    return [figure(name, pairs, clean) for name, pairs in took.items()]


def figure(name: str, pairs: list[tuple[float, float]], clean: list[tuple[float, float]]) -> Figure:
    """Return one fault's figure: the median of the ratios within each round."""
    ratio = statistics.median(ours[0] / theirs[0] for ours, theirs in zip(pairs, clean, strict=True))
    first_s, ready_s = (statistics.median(pair[n] for pair in pairs) for n in (0, 1))
    clean_s = sorted(pair[0] for pair in clean)
    return Figure(
        f"restart to the first picture with {name}",
        f"{ratio:.2f} ×",
        f"≤ {AT_MOST_RATIO} ×, < {AT_MOST_S:.0f} s",
        ratio <= AT_MOST_RATIO and max(pair[0] for pair in pairs) < AT_MOST_S,
        f"{first_s:.2f} s, takes ballots after {ready_s:.2f} s; clean {clean_s[len(clean_s) // 2]:.2f} s "
        f"({clean_s[0]:.2f}–{clean_s[-1]:.2f}); {ROUNDS} rounds, wall time",
    )


if __name__ == "__main__":
    from bench.report import line

    for one in figures():
        print(line(one), flush=True)
