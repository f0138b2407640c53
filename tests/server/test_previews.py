"""Pictures of screens: kept by what is drawn, one failure tried once a minute, never more than so many on disk."""

import sys
from pathlib import Path

from msgspec.structs import replace

from appliance.settings import PANELS
from server.previews import drawer as drawers
from server.previews.drawer import Drawer, command_of, harmless
from survey.enrolment import KioskSettings, Place
from survey.questionnaire import bundled

FAILS = f'{sys.executable} -c "raise SystemExit(2)"'
COUNTS = f"{sys.executable} -c \"open('{{}}','a').write('x'); raise SystemExit(2)\""


def a_kiosk(**more) -> KioskSettings:
    return KioskSettings(
        version=1, etag="e", device="ks-1", office=Place("o", {"vi": "Xã"}), counter=Place("q", {"vi": "Quầy"}),
        questionnaire=bundled(), public_base="HTTPS://KS.VN", qr_kiosk=7, qr_key=b"k" * 32, seal_key=b"s" * 32,
        **({"pin_hash": "scrypt:15:a:b"} | more),
    )  # fmt: skip


def test_the_panels_are_those_the_kiosk_is_drawn_for() -> None:
    assert {name: (panel.width_px, panel.height_px) for name, panel in PANELS.items()} == drawers.PANELS


def test_what_is_drawn_carries_no_secret_and_has_a_name_of_its_own(tmp_path: Path) -> None:
    kept = harmless(a_kiosk())
    assert (kept.qr_key, kept.pin_hash, kept.qr_kiosk) == (bytes(32), "", 0)
    drawer = Drawer(tmp_path / "p", FAILS)
    first = drawer.ask(a_kiosk(), "7in", "vi")
    assert drawer.ask(replace(a_kiosk(), qr_key=b"x" * 32), "7in", "vi") == first
    assert drawer.ask(a_kiosk(), "7in", "en") != first


def test_a_drawing_that_fails_is_not_tried_for_every_picture_of_a_page(tmp_path: Path) -> None:
    tally = tmp_path / "tally"
    drawer = Drawer(tmp_path / "p", COUNTS.format(tally))
    name = drawer.ask(a_kiosk(), "7in", "vi")
    assert [drawer.picture(name, screen) for screen in ("idle", "thanks", "comment")] == [None, None, None]
    assert tally.read_text() == "x"


def test_the_oldest_pictures_make_room(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(drawers, "KEPT", 3)
    drawer = Drawer(tmp_path / "p", FAILS)
    for volume in range(6):
        drawer.ask(a_kiosk(volume=volume), "7in", "vi")
    assert len(list((tmp_path / "p").iterdir())) == 3


def test_a_server_without_the_kiosks_program_draws_none(tmp_path: Path) -> None:
    assert command_of("none") == []
    assert command_of("draw --with 'two words'") == ["draw", "--with", "two words"]
    assert Drawer(tmp_path / "p", "none").ask(a_kiosk(), "7in", "vi") == ""
    assert not (tmp_path / "p").exists()
