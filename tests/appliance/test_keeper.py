"""The uploader's process is started again when it ends, and never left behind."""

import itertools
import sys
import time
from pathlib import Path

from appliance.keeper import FIRST_S, STEADY_S, Keeper

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


def a_keeper(folder: Path, words: list[str]) -> tuple[Keeper, dict[str, float]]:
    clock = {"s": 1000.0}
    return Keeper(words, folder / "uploader.log", lambda: clock["s"]), clock


def test_a_process_that_was_killed_is_started_again_after_a_pause(tmp_path: Path) -> None:
    keeper, clock = a_keeper(tmp_path, SLEEPER)
    keeper.start()
    first = keeper.process
    assert first is not None
    first.kill()
    first.wait()
    keeper.look()
    assert keeper.process is None
    clock["s"] += FIRST_S - 1
    keeper.look()
    assert keeper.process is None
    clock["s"] += 1
    keeper.look()
    assert keeper.process is not None
    assert (keeper.process.pid != first.pid, keeper.restarts) == (True, 1)
    keeper.end()
    assert keeper.process.poll() is not None


def test_a_fault_that_comes_at_once_is_tried_more_and_more_seldom(tmp_path: Path) -> None:
    keeper, clock = a_keeper(tmp_path, [sys.executable, "-c", "raise SystemExit(1)"])
    keeper.start()
    starts = []
    for _ in range(400):
        if keeper.process is not None:
            keeper.process.wait()
        before = keeper.restarts
        keeper.look()
        if keeper.restarts > before:
            starts.append(clock["s"])
        clock["s"] += 10.0
    pauses = [round(later - earlier, -1) for earlier, later in itertools.pairwise(starts)]
    assert pauses[:4] == sorted(pauses[:4])
    assert pauses[-1] >= 600


def test_one_that_lived_long_is_started_again_soon(tmp_path: Path) -> None:
    keeper, clock = a_keeper(tmp_path, SLEEPER)
    keeper.start()
    for _ in range(3):
        clock["s"] += STEADY_S
        assert keeper.process is not None
        keeper.process.kill()
        keeper.process.wait()
        keeper.look()
        clock["s"] += FIRST_S
        keeper.look()
        assert keeper.process is not None
    keeper.end()


def test_its_log_does_not_grow_for_ever(tmp_path: Path) -> None:
    log = tmp_path / "uploader.log"
    log.write_bytes(b"x" * 1_000_001)
    keeper, _ = a_keeper(tmp_path, [sys.executable, "-c", "print('hello')"])
    keeper.start()
    assert keeper.process is not None
    keeper.process.wait()
    time.sleep(0.01)
    assert log.read_bytes() == b"hello\n"
    assert (tmp_path / "uploader.old").stat().st_size == 1_000_001
