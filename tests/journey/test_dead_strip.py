"""A strip of the glass dies: real touches on the real window lead to the technician's page and the centre's pages."""

import gzip
import os
import random
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

os.environ["SDL_VIDEODRIVER"] = "offscreen"

from appliance import __main__ as program
from appliance.face import write_face
from appliance.settings import PANELS
from appliance.uses import STRIPS
from demo.centre import Centre
from survey.strip import Strip
from tests.journey.test_lines import cast
from tests.machine import Machine, machine
from tests.middlebox import Heard, Middlebox, answer

DEAD_MM = 24.0
"""The left strip that feels nothing."""


class Respondent:
    """Somebody whose finger lands about what it is meant for, and who tries again further in where nothing happens."""

    def __init__(self, rig: Any, dead_mm: float) -> None:
        self.rig, self.dead_mm, self.rng = rig, dead_mm, random.Random(7)
        panel = rig.app.sizes.panel
        self.per_mm = panel.width_px / panel.width_mm

    def press(self, name: str) -> None:
        """Press until it is felt on the target meant."""
        box = self.rig.find(name).box
        x, y = box.middle
        for turn in range(60):
            at = self.rng.gauss(x + min(turn, 3) * 3 * self.per_mm, 3 * self.per_mm)
            if box.x <= at <= box.x + box.w and at >= self.dead_mm * self.per_mm:
                self.rig.tap_at(at, self.rng.gauss(y, 2 * self.per_mm))
                self.rig.wait(0.8, 0.2)
                return
        raise AssertionError(f"{name} cannot be reached")

    def visit(self) -> None:
        """Give the best grade nine times, say nothing more, and go."""
        self.press("start")
        while self.rig.screen == "question":
            self.press("level-5")
        self.rig.tap("exit" if self.rig.has("exit") else "skip")
        self.rig.until(lambda: self.rig.screen == "thanks", 20)
        self.rig.tap("done")
        self.rig.wait(0.5, 0.1)


@pytest.fixture
def kiosk(centre: Centre, enrol_machine: Callable[[], Machine]) -> Iterator[tuple[Machine, program.Kiosk, Any]]:
    """A machine enrolled at a real centre with its window, its time the rig's."""
    there = enrol_machine()
    joined = program.join(there.local)
    from demo.rig import Rig  # Kivy opens its window at import; the environment is set by now

    rig = Rig(joined.app)
    rig.until(lambda: joined.store.clock is not None, 20)
    yield there, joined, rig
    rig.close()
    joined.close()


def test_touches_that_never_land_at_the_left_are_told_on_the_glass_on_the_card_and_at_the_centre(
    kiosk: tuple[Machine, program.Kiosk, Any], centre: Centre
) -> None:
    there, joined, rig = kiosk
    someone = Respondent(rig, 0.0)
    for _ in range(4):
        someone.visit()
    assert joined.app.strips.found() == [], "a sound panel"
    assert joined.app.strips.kept().lacking == {}
    someone = Respondent(rig, DEAD_MM)
    for _ in range(16):
        someone.visit()
    (found,) = joined.app.strips.found()
    assert (found.axis, found.is_tried) == ("column", False)
    assert found.last <= 100 * DEAD_MM / PANELS["7in"].width_mm + 1
    joined._write_uses()
    joined.look()
    assert "level" not in (there.folder / STRIPS).read_text(encoding="utf-8")
    there.uploader.exchange()
    shown = leader_of(centre).get(f"{centre.url}/thiet-bi/may/{there.outbox.device}", timeout=20).text
    assert "không nhận chạm: dải bên trái" in shown
    rig.wait(1)
    on_the_technicians_page(joined, rig)


def leader_of(centre: Centre) -> Any:
    from tests.journey.test_press import leader

    return leader(centre)


def on_the_technicians_page(joined: program.Kiosk, rig: Any) -> None:
    side = joined._behind_door()
    side.open()
    rig.until(lambda: rig.screen == "technician-status" and side.visit.doing != "look", 30)
    if os.environ.get("SHOTS"):
        rig.shot(f"{os.environ['SHOTS']}/dead-strip.png")
    rows = {row.name: row for row in rig.view.rows}
    assert rows["Màn cảm ứng"].sign == "bad"
    assert "dải bên trái" in rows["Màn cảm ứng"].value
    assert "thay màn hình" in rows["Màn cảm ứng"].way_out


REFUSED = b'{"code":"not_a_batch","status":400,"words":"Object contains unknown field `strips` - at `$.health`"}'
HELD = "SELECT count(*) FROM ballots WHERE stream_id IN (SELECT id FROM streams WHERE device = ?)"


def older(box: Middlebox, heard: Heard, client: socket.socket) -> None:
    """Do as a centre that never heard of strips: refuse the batch that has any, take every other."""
    said = gzip.decompress(heard.body) if heard.body[:2] == b"\x1f\x8b" else heard.body
    refused = answer("400 Bad Request", REFUSED, content_type="application/json")
    if b'"strips"' in said:
        refused(box, heard, client)
    else:
        client.sendall(box.pass_on(heard))


def test_an_older_centre_that_refuses_strips_gets_the_ballots_all_the_same(
    centre: Centre, enrol_machine: Callable[[], Machine]
) -> None:
    there = enrol_machine()
    write_face(there.folder, {"strips": [{"axis": "column", "first": 0, "last": 12}]})
    with Middlebox(centre.port, older) as box:
        kiosk = machine(there.local, box.url)
        cast(kiosk, 3)
        assert kiosk.uploader.build(10).health.strips == [Strip("column", 0, 12)]
        kiosk.uploader.exchange()
        assert centre.rows(
            HELD,
            kiosk.outbox.device,
        ) == [(0,)]
        kiosk.uploader.exchange()
        assert centre.rows(
            HELD,
            kiosk.outbox.device,
        ) == [(3,)]
        kiosk.outbox.close()
