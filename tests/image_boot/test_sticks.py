"""A commune without a network: a technician takes the ballots away on a stick, and the centre counts them."""

import subprocess

import pytest

from demo.centre import Centre
from tests.image.machine import MTOOLS, STICK_AT, Machine, a_stick, on_stick
from tests.image_boot import respondent
from tests.image_boot.boots import SLOW, complete, known, second_boot
from tests.image_boot.conftest import PIN
from tests.waiting import until

pytestmark = pytest.mark.timeout(3000 * SLOW)


def test_ballots_are_taken_away_on_a_stick_where_there_is_no_network(machine: Machine, centre: Centre) -> None:
    known(machine, centre)
    held, port = complete(centre), machine.port
    machine.port = 0
    second_boot(machine)
    machine.port = port
    respondent.visit(machine)
    stick = a_stick(machine.folder / "stick.img")
    machine.plug(stick)
    machine.wait("Mounted media-sda1.mount", 60 * SLOW)
    respondent.let_in(machine, PIN, SLOW)
    machine.picture("technician")
    respondent.touch(machine, respondent.USB, 60 * SLOW)
    machine.touch(*respondent.EXPORT)
    until(lambda: on_stick(stick, "*.hlb"), 120 * SLOW)
    machine.picture("exported")
    machine.cut()
    (name,) = on_stick(stick, "*.hlb")
    brought = machine.folder / name
    subprocess.run(["mcopy", "-i", f"{stick}@@{STICK_AT}", f"::{name}", str(brought)], check=True, env=MTOOLS)
    assert complete(centre) == held
    centre.do("import-outbox", str(brought))
    assert complete(centre) == held + 1
