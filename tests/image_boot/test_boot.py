"""The image boots, applies its card, enrols, asks and keeps: looked at from outside, cord pulled at random moments.

`make test-image`; needs the image (`make image`) and QEMU 8.1 or newer. HAILONG_CUTS: how often the cord is pulled.
"""

import os
import random
import time

import pytest

from demo.centre import Centre
from provisioning.rows import Row
from tests.image.machine import GoneError, Machine, data_bytes, read_boot
from tests.image_boot import respondent
from tests.image_boot.boots import SLOW, complete, first_boot, second_boot
from tests.image_boot.conftest import MORE_BYTES
from tests.journey.test_asked_bundle import ask, came, fetched, opened
from tests.journey.test_press import leader
from tests.waiting import until

CUTS = int(os.environ.get("HAILONG_CUTS", "10"))
pytestmark = pytest.mark.timeout(3000 * SLOW)


def ballots(centre: Centre) -> int:
    return int(centre.rows("SELECT count(*) FROM ballots")[0][0])


def test_the_card_is_applied_proven_and_enrolled_and_the_first_ballot_arrives(
    machine: Machine, centre: Centre, row: Row
) -> None:
    first_boot(machine)
    machine.wait("appliance INFO first picture", 200 * SLOW)
    said = machine.said()
    proven = {"host", "zone", "root", "data", "firewall", "ssh", "network"}
    assert {name for name in proven if f"proof {name}: ok" in said} == proven
    assert "Dependency failed" not in said, "nothing went away beneath what stands on it"
    assert "proof clock: warn" in said  # the machine reaches one port, and nobody's clock
    assert centre.rows("SELECT counter_id, revoked_at FROM devices") == [(row.counter, None)]
    respondent.wait(machine, "idle", within_s=60 * SLOW)
    machine.picture("kiosk")
    desk, device = leader(centre), centre.rows("SELECT id FROM devices")[0][0]
    request = ask(centre, desk, device)
    respondent.visit(machine)
    until(lambda: ballots(centre) == 1, 660 * SLOW)
    until(lambda: centre.rows("SELECT verdict FROM acceptances") == [("pass",)], 60 * SLOW)
    until(lambda: came(centre, request), 660 * SLOW)
    parts = opened(fetched(centre, desk, device, request).content)
    assert b"first picture" in parts["logs/journal.log"], "the journal is told to the kiosk's own programs"
    machine.cut()
    card, ends, held = data_bytes(machine.image)
    assert (card - ends < 1 << 20, ends - card <= 0, held > MORE_BYTES) == (True, True, True), "the data has the card"
    assert 'enrol_code = ""' in read_boot(machine.image, "hailong/kiosk.toml").decode()


def test_every_ballot_that_was_thanked_for_outlives_the_cord(machine: Machine, centre: Centre) -> None:
    """At random moments of visits, boots and uploads the cord is pulled; then all are counted at the centre."""
    luck = random.Random(20261122)
    thanked = complete(centre)
    for n in range(CUTS):
        if n % 3 == 2:  # while it starts: the journal, the card being applied, the window not there yet
            machine.start()
            time.sleep(luck.uniform(2, 60 * SLOW))
            machine.cut()
            continue
        second_boot(machine)
        respondent.visit(machine)
        thanked += 1
        try:
            if n % 2:
                respondent.answer(machine, luck.randint(0, 8))
            time.sleep(luck.uniform(0, 4))
        except GoneError:
            pass
        machine.cut()
    second_boot(machine)
    until(lambda: complete(centre) >= thanked, 900 * SLOW)
    assert complete(centre) == thanked
    machine.cut()


def test_a_keyboard_on_usb_is_refused(machine: Machine) -> None:
    second_boot(machine)
    machine.ask("device_add", driver="usb-kbd", id="kbd", bus="usb.0")
    refused_s = machine.wait("USB keyboard or mouse refused", 60 * SLOW)
    assert refused_s > 0
    assert respondent.screen(machine) == "idle", "it changes nothing on the glass"
    machine.cut()
