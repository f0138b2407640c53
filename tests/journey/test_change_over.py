"""An offline kiosk changes over to the next questionnaire on its day, and not under who is answering."""

import os
import time
from pathlib import Path

import msgspec
import pytest

os.environ["SDL_VIDEODRIVER"] = "offscreen"

from appliance import __main__ as program
from appliance import identity
from appliance.effective import DAY, local_day
from appliance.enrol import enrol
from appliance.settings import Settings
from demo.centre import Centre
from survey import wire
from survey.enrolment import Duty, Upcoming
from survey.questionnaire import bundled
from tests.journey.test_handover import exchange

NEXT = msgspec.structs.replace(bundled(), version="1.1.0")


@pytest.fixture
def kiosk(centre: Centre, tmp_path: Path):
    local = Settings(data_dir=str(tmp_path / "kiosk"), centre=centre.url, fullscreen=False)
    enrol(local, centre.code(centre.counter()))
    exchange(local)
    joined = program.join(local)
    yield joined
    joined.close()


def test_the_day_comes_while_someone_answers_and_the_next_one_is_asked_the_new_one(kiosk: program.Kiosk) -> None:
    from demo.rig import Rig

    folder = kiosk.folder
    today, later = local_day(time.time_ns() // 1_000_000), "2999-01-01"
    rig = Rig(kiosk.app, is_virtual=False)
    try:
        rig.until(lambda: kiosk.store.clock is not None and bool(kiosk.app.qr), 20)
        kiosk.store.look_for_fix()
        rig.tap("start", 0.7)
        rig.tap("level-4", 0.7)
        told = msgspec.structs.replace(
            kiosk.kiosk, etag="next", upcoming=[Upcoming(today, NEXT), Upcoming(later, bundled())]
        )
        identity.save_kiosk_settings(folder, wire.encode(told))
        kiosk.look()
        rig.tap("level-4", 0.7)
        rig.tap("exit", 0.7)
        rig.until(lambda: rig.screen == "thanks", 20)
        rig.tap("done", 0.7)
        rig.tap("start", 0.7)
        rig.tap("level-4", 0.7)
        rig.tap("exit", 0.7)
        rig.until(lambda: rig.screen == "thanks", 20)
        refs = [wire.decode(entry.ballot, dict)["questionnaire"] for entry in kiosk.store.outbox.next_entries()[0]]
    finally:
        rig.close()
    assert refs == [bundled().ref, NEXT.ref]
    assert (folder / DAY).read_text() == today
    again = program.Kiosk(kiosk.local, kiosk.store.outbox.device, told)
    assert again.app.kiosk.questionnaire.ref == NEXT.ref, "a kiosk that wakes without a clock stays changed over"


def test_the_glass_names_who_sits_at_the_counter_and_nobody_once_the_roster_has_run_out(kiosk: program.Kiosk) -> None:
    from demo.rig import Rig

    today = local_day(time.time_ns() // 1_000_000)
    both = [Duty(today, part, "Lò Thị Mai") for part in ("am", "pm")]
    rig = Rig(kiosk.app, is_virtual=False)
    try:
        rig.until(lambda: kiosk.store.clock is not None and bool(kiosk.app.qr), 20)
        kiosk.store.look_for_fix()
        for duty, named in ((both, "Lò Thị Mai"), ([Duty("2026-01-02", "am", "Trần Văn Bình")], "")):
            told = msgspec.structs.replace(kiosk.kiosk, etag=named, duty=duty)
            identity.save_kiosk_settings(kiosk.folder, wire.encode(told))
            os.utime(kiosk.folder / identity.SETTINGS, ns=(time.time_ns(), time.time_ns()))
            kiosk.look()
            rig.until(lambda named=named: rig.view.officer == named, 20)
            assert rig.view.officer == named
    finally:
        rig.close()
