"""A machine turned on, for the first time and later, up to what stands on its glass."""

import os

from demo.centre import Centre
from tests.image.machine import Machine
from tests.image_boot import respondent

SLOW = float(os.environ.get("HAILONG_SLOW", "1"))
"""How many times longer than on a quiet machine everything may take."""


def complete(centre: Centre) -> int:
    """Return how many whole ballots the centre holds."""
    return int(centre.rows("SELECT count(*) FROM ballots WHERE status = 'complete'")[0][0])


def first_boot(machine: Machine) -> None:
    """Turn it on with a fresh card and touch what begins the survey."""
    machine.start()
    machine.wait("first boot done", 300 * SLOW)
    respondent.wait(machine, "ready", within_s=60 * SLOW)
    machine.picture("first-boot")
    respondent.touch(machine, respondent.BEGIN, 120 * SLOW)


def known(machine: Machine, centre: Centre) -> None:
    """Make sure that the centre knows this machine, and turn it off."""
    if not centre.rows("SELECT id FROM devices"):
        first_boot(machine)
        machine.wait("appliance INFO first picture", 200 * SLOW)
        machine.cut()


def second_boot(machine: Machine) -> None:
    """Turn an enrolled kiosk on, up to its first picture."""
    machine.start()
    machine.wait("appliance INFO first picture", 300 * SLOW)
    respondent.wait(machine, "idle", within_s=60 * SLOW)
