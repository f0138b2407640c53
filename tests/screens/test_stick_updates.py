"""A technician's stick with releases: the tile that opens, the outcome on the glass, the start into what was laid."""

from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from appliance import identity
from appliance.clock import boot_id
from appliance.settings import PANELS
from survey.release import STICK
from tests.machine import enrolled
from tests.releases import Kiosk
from tests.screens.conftest import PANEL
from tests.screens.test_technician import STORED, let_in
from tests.updates.conftest import Maker


@pytest.fixture
def visit(centre, start, tmp_path, monkeypatch):
    """A kiosk of a real centre whose technician is in, before the page of sticks; its slots, a maker, a bare stick."""
    from appliance.technician.guest import Technician

    maker, slots, stick = Maker(tmp_path / "maker"), Kiosk(tmp_path / "image"), tmp_path / "stick"
    maker.factory(slots)
    monkeypatch.setenv("HAILONG_SLOTS", str(slots.slots))
    monkeypatch.setenv("HAILONG_FACTORY", str(slots.factory))
    machine = enrolled(centre, tmp_path / "kiosk", boot=boot_id())
    machine.uploader.fetch_settings()
    assert machine.uploader.ask_time()
    kiosk = msgspec.structs.replace(identity.kiosk_settings(machine.folder), pin_hash=STORED)
    stick.mkdir()
    local = msgspec.structs.replace(machine.local, panel=PANELS[PANEL], usb_dirs=[str(stick)])
    rig = start(local, kiosk)
    ended: list[str] = []
    monkeypatch.setattr(rig.app, "stop", lambda: ended.append("stop"))  # the window is every test's
    side = Technician(rig.app, local)
    made = SimpleNamespace(rig=rig, side=side, slots=slots, maker=maker, stick=stick, ended=ended)
    let_in(made)
    yield made
    side.close()
    machine.outbox.close()


def plugged(visit, version: str = "1.1", counter: int = 2) -> Path:
    """Have a stick with a release plugged in; returns its folder."""
    return visit.maker.publish(version, counter, into=visit.stick / STICK)


def update(visit) -> str:
    """Open the page of sticks and take the update; returns what is told in the end."""
    visit.rig.tap("usb")
    visit.rig.until(lambda: visit.side.visit.has_releases, 20)
    visit.rig.tap("update", 0)
    visit.rig.until(lambda: visit.side.visit.doing == "" and visit.side.visit.told is not None, 60)
    return visit.rig.view.note


def leave(visit) -> None:
    visit.rig.tap("back")
    visit.rig.tap("exit")


def test_a_release_off_the_stick_is_laid_down_and_started_when_the_technician_leaves(visit):
    plugged(visit)
    assert "Bản 1.1 đã sẵn sàng" in update(visit)
    assert visit.slots.state.trial == "a"
    assert visit.ended == []
    leave(visit)
    assert visit.ended == ["stop"]
    assert visit.slots.start() == "1.1"


def test_the_tile_opens_once_a_stick_with_releases_is_plugged_in(visit):
    visit.rig.tap("usb")
    visit.rig.tap("update")
    assert visit.side.visit.doing == ""
    assert "USB chưa có bản phát hành" in [each.text for each in visit.rig.words()]
    plugged(visit)
    visit.rig.until(lambda: visit.side.visit.has_releases, 20)
    visit.rig.wait(0.3)
    assert "USB chưa có bản phát hành" not in [each.text for each in visit.rig.words()]


def test_what_is_not_signed_as_it_should_be_is_refused_in_words_and_nothing_starts_anew(visit):
    at = plugged(visit)
    for each in (at / "metadata").glob("*targets.json"):
        each.write_bytes(each.read_bytes().replace(b'"sig": "', b'"sig": "00', 1))
    before = visit.slots.state
    assert "Chữ ký không đúng" in update(visit)
    assert visit.slots.state == before
    leave(visit)
    assert visit.ended == []


def test_the_release_that_runs_already_needs_no_update(visit):
    plugged(visit, "1.0", 1)
    assert "Không cần cập nhật" in update(visit)
    leave(visit)
    assert visit.ended == []


def test_a_stick_that_was_pulled_out_is_told(visit):
    at = plugged(visit)
    visit.rig.tap("usb")
    visit.rig.until(lambda: visit.side.visit.has_releases, 20)
    at.rename(at.with_name("elsewhere"))
    visit.rig.tap("update", 0)
    visit.rig.until(lambda: visit.side.visit.doing == "" and visit.side.visit.told is not None, 60)
    assert "Không thấy bản cập nhật trên USB" in visit.rig.view.note
