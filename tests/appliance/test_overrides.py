"""A technician's changes: kept durably, laid over the settings, and never the reason for a dead kiosk."""

import pytest

from appliance.overrides import (
    FILE,
    BacklightError,
    Overrides,
    backlight,
    overridden,
    read_overrides,
    set_backlight,
    write_overrides,
)
from appliance.settings import PANELS, Panel, Settings


def test_changes_are_laid_over_the_settings(tmp_path):
    write_overrides(tmp_path, Overrides(volume=30, rotation=90))
    changed, note = read_overrides(tmp_path)
    local = overridden(Settings(panel=PANELS["7in"]), changed)
    assert (local.volume, local.rotation, note) == (30, 90, "")
    assert local.seen_panel == Panel(480, 800, 85.9, 154.1)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"rotation": 45}', b'{"volume": "loud"}', b'{"data_dir": "/"}'])
def test_a_file_that_cannot_be_read_is_ignored_with_a_note(tmp_path, body):
    (tmp_path / FILE).write_bytes(body)
    changed, note = read_overrides(tmp_path)
    assert changed == Overrides()
    assert FILE in note


def test_the_backlight_is_set_in_percent_and_never_to_darkness(tmp_path):
    light = tmp_path / "sys/class/backlight/panel"
    light.mkdir(parents=True)
    (light / "max_brightness").write_text("200\n")
    (light / "brightness").write_text("100\n")
    assert backlight(tmp_path) == 50
    set_backlight(tmp_path, 0)
    assert (light / "brightness").read_text() == "10"
    assert backlight(tmp_path / "none") is None
    with pytest.raises(BacklightError):
        set_backlight(tmp_path / "none", 50)
