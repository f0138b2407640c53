"""The technician at the kiosk: the way in by two real touches, the PIN, every page on the glass, the test on site."""

import json
import time
from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
import zxingcpp
from msgspec.structs import replace

from appliance import identity
from appliance.clock import Clock, boot_id
from appliance.settings import PANELS, Settings
from appliance.technician import booth, checks, lock, releases, service, sheets, state, studio
from appliance.technician.studio import Line, Verdict
from appliance.updates.decide import Stay, Why
from appliance.updates.look import Laid
from survey import frames, pin, wire
from survey.acceptance import Sheet
from survey.questionnaire import bundled
from tests.appliance.technician.test_checks import FAULTS, GOOD
from tests.journey.test_lines import cast
from tests.screens.conftest import PANEL, a_kiosk
from tests.screens.whole import assert_whole

PIN = "402817"
STORED = pin.digest(PIN)
SPOTS = [f"touch-{n}" for n in range(5)]


@pytest.fixture
def technician(start, store, tmp_path):
    """Return a function that starts a kiosk with its technician's side, in a data folder of its own."""
    from appliance.technician.guest import Technician

    made = []

    def begin(pin_hash: str = STORED, **kept) -> SimpleNamespace:
        local = Settings(panel=PANELS[PANEL], fullscreen=False, data_dir=str(tmp_path), **kept)
        store.clock = Clock(1)
        rig = start(local, a_kiosk(pin_hash=pin_hash))
        made.append(Technician(rig.app, local))
        return SimpleNamespace(rig=rig, side=made[-1], folder=tmp_path)

    yield begin
    for side in made:
        side.close()


def corners(rig, seconds: float = 5.5):
    glass = rig.app.sizes.glass
    left, right = rig.down_at(8, glass.h - 8), rig.down_at(glass.w - 8, glass.h - 8)
    rig.wait(seconds)
    return left, right


def type_pin(rig, digits: str):
    for digit in digits:
        rig.tap(f"digit-{digit}", 0)
    rig.tap("next", 0)


def let_in(kiosk):
    kiosk.side.open()
    type_pin(kiosk.rig, PIN)
    kiosk.rig.until(lambda: kiosk.rig.screen == "technician-menu", 20)


def test_two_corners_held_five_seconds_by_two_real_touches_ask_for_the_pin(technician):
    kiosk = technician()
    fingers = corners(kiosk.rig, 4.5)
    assert kiosk.rig.screen == "idle"
    kiosk.rig.wait(1)
    assert kiosk.rig.screen == "technician-pin"
    for finger in fingers:
        kiosk.rig.up(finger)
    assert kiosk.rig.screen == "technician-pin"


def test_one_corner_or_a_hold_during_a_sitting_opens_nothing(technician):
    kiosk = technician()
    kiosk.rig.down_at(8, kiosk.rig.app.sizes.glass.h - 8)
    kiosk.rig.wait(8)
    assert kiosk.rig.screen == "idle"
    kiosk.rig.tap("start")
    corners(kiosk.rig)
    assert kiosk.rig.screen == "question"
    kiosk.side.open()
    assert kiosk.rig.screen == "question"


def test_the_right_pin_opens_and_is_nowhere_on_the_card_or_in_the_log(technician, caplog):
    caplog.set_level("DEBUG")
    kiosk = technician()
    let_in(kiosk)
    assert lock.failures(kiosk.folder) == 0
    assert PIN not in caplog.text
    assert not any(PIN.encode() in path.read_bytes() for path in kiosk.folder.rglob("*") if path.is_file())
    assert [note.partition(" at ")[0] for note in kiosk.side.notes] == ["technician: opened", "technician: PIN right"]


def test_three_wrong_pins_must_wait_and_a_restart_does_not_help(technician):
    kiosk = technician()
    kiosk.side.open()
    for _ in range(3):
        type_pin(kiosk.rig, "402818")
        kiosk.rig.until(lambda: not kiosk.side.visit.doing, 20)
    assert "30 giây" in kiosk.rig.view.complaint
    type_pin(kiosk.rig, PIN)
    kiosk.rig.wait(1)
    assert kiosk.rig.screen == "technician-pin"
    assert lock.failures(kiosk.folder) == 3
    again = type(kiosk.side)(kiosk.rig.app, kiosk.side.local)
    kiosk.rig.tap("exit")
    again.open()
    assert "Chờ" in kiosk.rig.view.complaint
    kiosk.rig.wait(31, 0.5)
    assert not kiosk.rig.view.complaint
    type_pin(kiosk.rig, PIN)
    kiosk.rig.until(lambda: kiosk.rig.screen == "technician-menu", 20)
    again.close()


def test_a_keyboard_is_let_in_only_while_the_technician_is_behind_the_pin(technician, tmp_path, monkeypatch):
    monkeypatch.setattr(service, "RUNTIME", tmp_path)
    kiosk = technician()
    kiosk.side.open()
    assert not (tmp_path / service.FILE).exists()
    type_pin(kiosk.rig, PIN)
    kiosk.rig.until(lambda: kiosk.rig.screen == "technician-menu", 20)
    assert (tmp_path / service.FILE).exists()
    kiosk.rig.tap("exit")
    assert not (tmp_path / service.FILE).exists()


def test_the_pin_is_looked_at_beside_the_frames(technician):
    kiosk = technician()
    kiosk.side.open()
    for digit in PIN:
        kiosk.rig.tap(f"digit-{digit}", 0)
    touch = kiosk.rig.down("next")
    started_s = time.monotonic()
    kiosk.rig.up(touch)
    assert time.monotonic() - started_s < 0.06, "scrypt takes longer than that"
    kiosk.rig.until(lambda: kiosk.rig.screen == "technician-menu", 20)


def test_without_a_pin_only_the_status_is_shown_and_it_says_so(technician):
    kiosk = technician(pin_hash="")
    kiosk.side.open()
    assert kiosk.rig.screen == "technician-status"
    assert "chưa đặt PIN" in kiosk.rig.view.note
    kiosk.rig.until(lambda: not kiosk.side.visit.doing, 30)
    assert set(kiosk.rig.targets()) == {"exit", "again", "more"}
    kiosk.side.touched("back", kiosk.rig.now)
    assert kiosk.rig.screen == "technician-status"


def test_no_ballot_can_be_cast_while_a_technician_is_here(technician, store):
    kiosk = technician()
    let_in(kiosk)
    kiosk.rig.app.pressed(5)
    kiosk.rig.app.touched("start")
    kiosk.rig.wait(15, 0.5)
    assert kiosk.rig.screen == "technician-menu"
    assert (store.kept, store.cast_drafts) == ([], [])
    kiosk.rig.tap("exit")
    assert kiosk.rig.screen == "idle"
    kiosk.rig.tap("start")
    kiosk.rig.tap("level-5")
    assert len(store.kept) == 1


def test_a_technician_who_leaves_is_shut_out_after_three_minutes(technician):
    kiosk = technician()
    let_in(kiosk)
    kiosk.rig.wait(170, 0.5)
    assert kiosk.rig.screen == "technician-menu"
    kiosk.rig.wait(11, 0.5)
    assert kiosk.rig.screen == "idle"
    kiosk.side.open()
    assert kiosk.rig.screen == "technician-pin"


def passed_by_hand(rig):
    for spot in SPOTS:
        rig.tap(spot)


def test_the_test_on_site_ends_in_a_sheet_on_the_card(technician):
    kiosk = technician()
    let_in(kiosk)
    kiosk.rig.tap("trial", 0)
    kiosk.rig.until(lambda: kiosk.side.visit.trial is not None, 30)
    passed_by_hand(kiosk.rig)
    assert kiosk.rig.view.qr == kiosk.rig.app.qr
    kiosk.rig.tap("yes")
    for letter in "nva":
        kiosk.rig.tap(f"key-{letter}", 0)
    kiosk.rig.tap("next")
    kiosk.rig.until(lambda: bool(sheets.waiting(kiosk.folder)), 20)
    (path,) = sheets.waiting(kiosk.folder)
    sheet = wire.decode(path.read_bytes(), Sheet)
    outcomes = {item.id: item.outcome for item in sheet.items}
    assert (sheet.who, sheet.device) == ("NVA", "k1")
    assert [outcomes[spot] for spot in SPOTS] == ["pass"] * 5
    assert (outcomes["scanned"], outcomes["heard"], outcomes["button"], outcomes["trip"]) == (
        "pass", "skipped", "skipped", "fail",
    )  # fmt: skip
    assert sheet.verdict == "fail"
    assert "KHÔNG ĐẠT" in kiosk.rig.view.title


def test_a_first_boot_s_test_wants_no_pin_and_opens_nothing_else(technician):
    kiosk = technician()
    kiosk.side.open_first()
    kiosk.rig.until(lambda: kiosk.side.visit.trial is not None, 30)
    passed_by_hand(kiosk.rig)
    kiosk.rig.tap("yes")
    kiosk.rig.tap("skip", 0)
    kiosk.rig.until(lambda: bool(sheets.waiting(kiosk.folder)), 20)
    assert kiosk.rig.screen == "technician-sheet"
    for name in ("trial", "usb", "settings", "export", "rotate"):
        kiosk.rig.app.touched(name)
        assert kiosk.rig.screen == "technician-sheet"
    kiosk.rig.tap("back")
    assert kiosk.rig.screen == "idle"


def test_the_way_back_from_a_first_boot_s_test_is_the_survey(technician):
    kiosk = technician()
    kiosk.side.open_first()
    assert kiosk.rig.screen == "technician-trial"
    kiosk.rig.tap("back")
    assert kiosk.rig.screen == "idle"
    kiosk.side.open()
    assert kiosk.rig.screen == "technician-pin"


def test_a_target_that_is_not_touched_in_time_has_failed(technician):
    kiosk = technician()
    let_in(kiosk)
    kiosk.rig.tap("trial", 0)
    kiosk.rig.until(lambda: kiosk.side.visit.trial is not None, 30)
    kiosk.rig.wait(21, 0.5)
    assert [(item.id, item.outcome) for item in kiosk.side.visit.trial.items][-1] == ("touch-0", "fail")


def test_two_corners_that_answer_nobody_are_a_dead_strip_until_it_is_touched(technician):
    kiosk = technician()
    let_in(kiosk)
    kiosk.rig.tap("trial", 0)
    kiosk.rig.until(lambda: kiosk.side.visit.trial is not None, 30)
    for n in range(5):
        if n in (0, 3):
            kiosk.rig.wait(21, 0.5)
        else:
            kiosk.rig.tap(f"touch-{n}", 0)
    kiosk.rig.tap("yes")
    assert kiosk.rig.app.strips.found() == [], "nobody filed the sheet yet"
    kiosk.rig.tap("skip", 0)
    kiosk.rig.until(lambda: bool(sheets.waiting(kiosk.folder)), 20)
    (found,) = kiosk.rig.app.strips.found()
    assert (found.axis, found.first, found.is_tried) == ("column", 0, True)
    kiosk.rig.tap_at(4, kiosk.rig.app.sizes.glass.h / 2)
    kiosk.rig.wait(0.2)
    assert kiosk.rig.app.strips.found() == []


def test_volume_and_rotation_are_kept_on_this_machine_and_noted(technician):
    kiosk = technician()
    let_in(kiosk)
    kiosk.rig.tap("settings")
    kiosk.rig.tap("volume-more")
    kiosk.rig.tap("rotate")
    assert json.loads((kiosk.folder / "local-overrides.json").read_bytes()) == {"volume": 70, "rotation": 90}
    assert any("volume changed to 70" in note for note in kiosk.side.notes)


# ---- what is on the glass


LONG = Line("question.access", bundled().question("access").wording("vi").long)
WORDIEST = (
    {"lines": (LONG,), "at": 0, "kept": frozenset({LONG.id}), "before": frozenset({LONG.id})},
    {"doing": "record", "seconds": 52.0, "level": 0.7},
    {"doing": "play"},
    {"doing": "", "take": Verdict.CLIPPED, "told": studio.WORDS[Verdict.CLIPPED], "sign": "warn"},
    {"take": None, "told": booth.NO_MICROPHONE.format(why="ALSA: Couldn't open audio device: No such file"),
     "sign": "bad"},
    {"told": "", "kept": frozenset(), "stale": frozenset({LONG.id})},
)  # fmt: skip
"""The recorder in the states with the most words."""


STICK_NEWS = (
    None, state.Told("Đang cập nhật từ USB:", "chép 12,3 / 34,5 MB", share=0.4), releases.told_of(Laid("2027.11.1")),
    *(releases.told_of(Stay(why)) for why in Why), releases.NO_STICK,
)  # fmt: skip


def every_page(kiosk):
    """Yield each page in the state with the most words on it."""
    rig, side = kiosk.rig, kiosk.side
    side.open()
    for digit in PIN:
        rig.tap(f"digit-{digit}", 0)
    yield
    rig.tap("next", 0)
    rig.until(lambda: rig.screen == "technician-menu", 20)
    yield
    rig.tap("status", 0)
    yield
    rig.until(lambda: not side.visit.doing, 30)
    yield
    rig.tap("more")
    yield
    rig.tap("back")
    rig.tap("trial", 0)
    yield
    rig.until(lambda: side.visit.trial is not None, 30)
    for spot in SPOTS:
        yield
        rig.tap(spot)
    yield
    rig.tap("no")
    rig.type_keys("nva")
    yield
    rig.tap("next")
    yield
    rig.tap("back")
    rig.tap("usb")
    for told in STICK_NEWS:
        side.visit = state.change(side.visit, told=told, has_releases=told is not None)
        rig.wait(0.3)
        yield
    rig.tap("back")
    for page in ("settings", "restart"):
        rig.tap(page)
        yield
        rig.tap("back")
    rig.tap("voices")
    yield
    rig.tap("tongue-mji")
    yield
    for fields in WORDIEST:
        side.visit = state.change(side.visit, studio=replace(side.visit.studio, **fields))
        rig.wait(0.3)
        yield
    rig.tap("back")
    rig.tap("back")
    rig.tap("wifi")
    yield
    nets = tuple(state.Network(f"Mang_so_{n}", 90 - n, n == 2, n == 0) for n in range(7))
    side.visit = state.change(side.visit, local=msgspec.structs.replace(side.visit.local, has_wifi=True), networks=nets)
    rig.wait(0.5)
    yield
    rig.tap("ssid-1")
    rig.type_keys("abcdefg12")
    yield
    side.jobs.codes = frames.split(bytes(range(256)) * 40)
    side.jobs.ready = len(side.jobs.codes)
    side.visit = state.change(side.visit, page=state.Page.CARRY, codes=side.jobs.ready, carried="750 phiếu")
    rig.wait(0.5)
    yield


def test_every_page_is_whole_readable_and_can_be_touched(technician):
    kiosk = technician()
    seen = set()
    for _ in every_page(kiosk):
        seen.add(kiosk.rig.screen)
        assert_whole(kiosk.rig)
    assert len(seen) == 14


def test_the_words_of_every_fault_fit_their_card(technician):
    kiosk = technician()
    let_in(kiosk)
    every = [
        each for changed, what, _ in FAULTS for each in checks.findings(replace(GOOD, **changed)) if each.id == what
    ]
    for at in range(0, len(every), state.ROWS):
        part = tuple(every[at : at + state.ROWS])
        kiosk.side.visit = state.change(kiosk.side.visit, page=state.Page.STATUS, findings=part)
        kiosk.rig.wait(0.3)
        assert len(kiosk.rig.view.rows) == len(part)
        assert [each.text for each in kiosk.rig.words() if each.overflow > 0] == []


def test_the_technicians_side_is_not_loaded_before_the_first_picture():
    import subprocess
    import sys

    code = (
        "import os, sys; os.environ['SDL_VIDEODRIVER'] = 'offscreen'\n"
        "from appliance import window; from appliance.settings import Settings\n"
        "window.prepare(Settings(fullscreen=False), 'offscreen')\n"
        "import appliance.__main__, appliance.app\n"
        "print([name for name in sys.modules if 'technician' in name or name == 'requests'])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


@pytest.fixture
def enrolled(centre, start, tmp_path):
    """Return a kiosk of a real centre: its window, its technician, three unsent ballots, and a stick."""
    from appliance.technician.guest import Technician
    from tests.machine import enrolled

    machine = enrolled(centre, tmp_path / "kiosk", boot=boot_id())
    machine.uploader.fetch_settings()
    kiosk = msgspec.structs.replace(identity.kiosk_settings(machine.folder), pin_hash=STORED)
    cast(machine, 3)
    stick = tmp_path / "stick"
    stick.mkdir()
    local = msgspec.structs.replace(machine.local, panel=PANELS[PANEL], usb_dirs=[str(stick)])
    rig = start(local, kiosk)
    side = Technician(rig.app, local)
    yield SimpleNamespace(rig=rig, side=side, machine=machine, stick=stick)
    side.close()
    machine.outbox.close()


def test_ballots_and_a_support_bundle_go_to_the_stick_and_the_technician_may_pull_it(enrolled, centre):
    rig = enrolled.rig
    let_in(enrolled)
    rig.tap("usb")
    rig.tap("export", 0)
    rig.until(lambda: "rút USB" in rig.view.note, 30)
    assert "3 phiếu trong 1 tệp" in rig.view.note
    rig.tap("bundle", 0)
    rig.until(lambda: "hỗ trợ" in rig.view.note and "rút USB" in rig.view.note, 60)
    names = sorted(path.suffix for path in enrolled.stick.iterdir())
    assert names == [".hlb", ".zip"]
    assert enrolled.machine.outbox.counts() == {"unsent": 3}
    (carried,) = enrolled.stick.glob("*.hlb")
    assert "3 nhận mới" in centre.do("import-outbox", str(carried))


def test_without_a_stick_the_way_out_is_told(enrolled):
    enrolled.stick.rmdir()
    let_in(enrolled)
    enrolled.rig.tap("usb")
    enrolled.rig.tap("export", 0)
    enrolled.rig.until(lambda: "Cắm USB (FAT32" in enrolled.rig.view.note, 30)
    assert enrolled.rig.view.sign == "bad"


def read_code(rig):
    data, w, h = rig.picture()
    found = zxingcpp.read_barcodes(np.frombuffer(data, np.uint8).reshape(h, w, 3)[::-1].copy())
    return found[0].text if found else ""


def test_a_camera_that_sees_the_row_of_codes_has_the_file_and_the_centre_takes_it(enrolled, centre, tmp_path):
    cast(enrolled.machine, 40)
    let_in(enrolled)
    rig, side = enrolled.rig, enrolled.side
    rig.tap("carry", 0)
    rig.until(lambda: side.jobs.ready and side.jobs.ready == len(side.jobs.codes), 60)
    count = len(side.jobs.codes)
    assert count > 10
    seen = []
    while frames.join(seen).data is None and len(seen) < 4 * count:
        rig.wait(0.2)
        seen.append(read_code(rig))
    joined = frames.join(seen)
    assert joined.data is not None, (joined.have, count)
    assert sum(bool(text) for text in seen) > 0.9 * len(seen)
    carried = tmp_path / "seen.hlb"
    carried.write_bytes(joined.data)
    assert "43 nhận mới" in centre.do("import-outbox", str(carried))
    assert enrolled.machine.outbox.counts() == {"unsent": 43}
    rig.tap("back")
    assert rig.screen == "technician-menu"
