"""Killed without warning: every code that was shown has its ballot, once; what was half answered is not lost either.

A kill proves logic only; power cuts are another matter (docs/decisions/0009-power-cuts.md).
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from appliance.clock import Clock
from demo.centre import REPOSITORY, Centre
from survey import wire
from survey.ballot import Ballot, ballot_code
from tests.appliance.test_outbox import BOOT_A, Outbox
from tests.faults.test_network import counted
from tests.machine import Machine
from tests.values import DEVICE


def child(module: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", module, *arguments]
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.Popen(command, env=env, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


def promised_and_kept(folder: Path, how: str, kills: int) -> tuple[set[str], list[str], Outbox]:
    """Kill a casting program again and again; return the codes it showed, and those of the ballots on disk."""
    folder.mkdir()
    shown: set[str] = set()
    chance = random.Random(7)
    for _ in range(kills):
        process = child("tests.journey.caster", str(folder), how)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        time.sleep(chance.uniform(0.02, 0.25))
        process.send_signal(signal.SIGKILL)
        said, _ = process.communicate(timeout=10)
        lines = said.split("\n")
        shown |= {line.strip() for line in lines[:-1] if line.strip()}
    outbox = Outbox(folder / "outbox.db", DEVICE, BOOT_A)
    ids = [row[0] for row in outbox.db.execute("SELECT id FROM ballots").fetchall()]
    return shown, [ballot_code(UUID(one)) for one in ids], outbox


def test_every_code_that_was_shown_has_its_ballot_after_kills(tmp_path: Path) -> None:
    shown, kept, outbox = promised_and_kept(tmp_path / "late", "late", 12)
    assert len(shown) > 30
    assert shown <= set(kept)
    assert len(kept) == len(set(kept))
    assert len(set(kept) - shown) <= 12, "at most one more for each kill, written but not yet shown"
    assert outbox.broken_at() is None
    assert outbox.head().seq == len(kept)


def test_the_control_that_promises_too_early_does_lose(tmp_path: Path) -> None:
    shown, kept, _ = promised_and_kept(tmp_path / "early", "early", 12)
    assert shown - set(kept), "a check that cannot fail is none: promising before the commit must be caught"


def test_a_kiosk_killed_in_the_middle_of_a_ballot_casts_what_was_answered(
    centre: Centre, enrol_machine: Callable[[], Machine]
) -> None:
    kiosk = enrol_machine()
    process = child("tests.journey.half_a_ballot", str(kiosk.folder), centre.url)
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    assert line == "answered"
    assert kiosk.outbox.counts() == {}
    assert kiosk.outbox.cast_left_open(Clock(kiosk.outbox.boot).now()) == 1
    (entry,) = kiosk.outbox.next_entries()[0]
    ballot = wire.decode(entry.ballot, Ballot)
    assert sorted(answer.level for answer in ballot.answers.values()) == [3, 4, 5]
    assert (ballot.status, ballot.flags) == ("partial", ["power_cut"])
    kiosk.uploader.exchange()
    assert counted(centre, kiosk.outbox.device) == 1
    assert kiosk.outbox.cast_left_open(Clock(kiosk.outbox.boot).now()) == 0


@pytest.mark.parametrize("turn", range(2))
def test_a_killed_uploader_loses_nothing(centre: Centre, enrol_machine: Callable[[], Machine], turn: int) -> None:
    from tests.appliance.test_outbox import a_draft, a_moment

    kiosk = enrol_machine()
    for second in range(60):
        kiosk.outbox.cast(a_draft(), a_moment(second))
    arguments = ("--data", str(kiosk.folder), "--centre", centre.url, "--every", "1", "--at-once")
    process = child("appliance.uploader", *arguments)
    time.sleep(0.9 + 0.5 * turn)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    kiosk.uploader.exchange()
    assert kiosk.outbox.counts().get("unsent", 0) == 0
    assert counted(centre, kiosk.outbox.device) == 60
