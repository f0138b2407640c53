"""The power goes at any moment of an update: the kiosk starts old or new, whole, and every ballot is there."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance import identity
from appliance.clock import Fix, boot_id, boottime_ms, wall_ms
from appliance.outbox import Outbox
from launcher import slots, state
from survey.enrolment import Grant
from tests.appliance.test_outbox import a_draft, a_moment
from tests.releases import LIVES, REPOSITORY, Kiosk
from tests.updates.conftest import Maker
from tests.values import DEVICE

BALLOTS = 25
Cut = Callable[[Path, str, int], str]


@pytest.fixture(scope="module")
def cut() -> Iterator[Cut]:
    """A way to act in a process that is killed at its n-th moment; returns how it ended."""
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "tests.updates.cutter"]
    process = subprocess.Popen(
        command, env=env, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip

    def acted(root: Path, what: str, n: int) -> str:
        told, said = process.stdin, process.stdout
        assert told is not None
        assert said is not None
        told.write(f"{root} {what} {n}\n")
        told.flush()
        return said.readline().strip()

    yield acted
    process.kill()
    process.communicate()


def with_ballots(kiosk: Kiosk) -> None:
    """Give a kiosk an outbox of ballots and a proven clock."""
    data = kiosk.root / "data"
    data.mkdir()
    identity.save_grant(data, Grant(
        version=1, device=DEVICE, centre_key=bytes(32), epoch="0" * 32, nonce="0" * 32,
        office={"vi": "Xã"}, counter={"vi": "Quầy"},
    ))  # fmt: skip
    outbox = Outbox(data / "outbox.db", DEVICE, boot_id())
    for second in range(BALLOTS):
        outbox.cast(a_draft(), a_moment(second))
    outbox.add_fix(Fix(outbox.clock().boot, boottime_ms(), wall_ms(), 10))
    outbox.close()


def copy_of(kiosk: Kiosk, to: Path) -> Kiosk:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(kiosk.root, to, symlinks=True)
    copied = Kiosk.__new__(Kiosk)
    copied.root, copied.slots, copied.factory, copied.runtime = to, to / "slots", to / "factory", to / "run"
    for slot in state.SLOTS:
        link = copied.slots / slot / "lib"
        if link.is_symlink() and link.readlink().is_absolute():
            link.unlink()
            link.symlink_to(copied.factory / "lib")
    return copied


def all_there(kiosk: Kiosk) -> None:
    outbox = Outbox(kiosk.root / "data/outbox.db", DEVICE, boot_id())
    assert (outbox.head().seq, outbox.counts(), outbox.broken_at()) == (BALLOTS, {"unsent": BALLOTS}, None)
    outbox.close()


def starts_whole(kiosk: Kiosk, *versions: str) -> str:
    """Start the kiosk; it must be one of these versions, and every file of it as it was signed."""
    version = kiosk.start()
    assert version in versions
    known = kiosk.state
    slot = known.trial or known.current
    if slot != state.FACTORY:
        assert slots.is_whole(kiosk.slots / slot, known.digests[slot], is_deep=True)
    return version


def test_a_cut_at_any_moment_of_an_update_leaves_old_or_new_and_every_ballot(
    kiosk: Kiosk, maker: Maker, tmp_path: Path, cut: Cut
) -> None:
    with_ballots(kiosk)
    maker.publish("1.1", 2, third="HERE = 2\n")
    assert cut(kiosk.root, str(maker.repository), 0) == "Laid"
    assert kiosk.start() == "1.1"
    state.write(kiosk.slots, state.confirmed(kiosk.state, 2))
    maker.publish("1.2", 3, third="HERE = 3\n", many=12)
    moments, ended, seen = 0, "killed", set()
    while ended == "killed":
        moments += 1
        one = copy_of(kiosk, tmp_path / "cut")
        ended = cut(one.root, str(maker.repository), moments)
        all_there(one)
        version = starts_whole(one, "1.1", "1.2")
        seen.add(version)
        if moments % 4 == 0 and version == "1.1":
            assert cut(one.root, str(maker.repository), 0) == "Laid", "the next look goes through"
            assert starts_whole(one, "1.2") == "1.2"
            all_there(one)
    assert ended == "Laid"
    assert seen == {"1.1", "1.2"}
    assert moments > 100


@pytest.mark.parametrize("part", ["pick", "confirm"])
def test_a_cut_in_the_launcher_itself_leaves_old_or_new(kiosk: Kiosk, tmp_path: Path, cut: Cut, part: str) -> None:
    kiosk.try_release("a", "1.1", 2)
    if part == "confirm":
        kiosk.start()
    moments, ended = 0, "killed"
    while ended == "killed":
        moments += 1
        one = copy_of(kiosk, tmp_path / "cut")
        ended = cut(one.root, part, moments)
        assert ended != "broke"
        assert [one.start() for _ in range(3)][-1] == "1.0", "tried no more than twice in all"
        assert one.state.failed[0].version == "1.1"
    assert moments > 4


def test_a_card_that_fills_up_in_the_middle_leaves_the_old_release(kiosk: Kiosk, maker: Maker, tmp_path: Path) -> None:
    with_ballots(kiosk)
    maker.publish("1.1", 2, LIVES + "#" * 200_000)
    env = {**kiosk.env, "PYTHONPATH": str(REPOSITORY), "HAILONG_DATA_DIR": str(kiosk.root / "data")}
    command = [sys.executable, "-m", "appliance", "update", "--from", str(maker.repository)]

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))

    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, preexec_fn=small, timeout=60)
    assert done.returncode == 1
    assert "máy vẫn chạy bản cũ" in done.stderr
    assert starts_whole(kiosk, "1.0") == "1.0"
    all_there(kiosk)
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert "đã sẵn sàng" in done.stderr
    assert starts_whole(kiosk, "1.1") == "1.1"
