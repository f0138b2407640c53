"""Settings: one file, read once; what is wrong is named with its file, field, value and fix."""

from pathlib import Path

import pytest

from appliance.settings import PANELS, SettingsError, read


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "hailong.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_without_a_file_every_field_has_its_default() -> None:
    assert read(environment={}).panel == PANELS["7in"]


def test_a_file_is_read_and_the_environment_is_stronger(tmp_path: Path) -> None:
    path = written(tmp_path, 'panel = "7in-portrait"\ncentre = "https://a"\nbutton_pins = [5, 6, 13, 19, 26]\n')
    settings = read(path, {"HAILONG_CENTRE": "https://b", "HAILONG_OTHER": "x"})
    assert (settings.panel, settings.centre) == (PANELS["7in-portrait"], "https://b")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("panel = ", r"hailong\.toml cannot be read.*correct it or remove it"),
        (b"\xff\xfe\x00", r"hailong\.toml cannot be read"),
        ('panel = "12in"', r"'12in' is unknown; use one of 7in, 10in, 7in-portrait"),
        ("max_fps = 500", r"max_fps.*correct that line"),
        ('lockout_s = "long"', r"lockout_s"),
        ('colour = "red"', r"colour"),
        ("button_pins = [5, 6]", r"2 pins; give 5, or 3, or none"),
        ("button_pins = [99]", r"button_pins"),
        ("button_pins = [5, 6, 13]\nled_pins = [1, 2]", r"led_pins has 2 pins for 3 buttons; give 3, or none"),
        ("led_pins = [1, 2, 3]", r"led_pins has 3 pins for 0 buttons; give 0, or none"),
        ("button_pins = [5, 6, 13]\nled_pins = [1, 2, 5]", r"led_pins\[2\] is GPIO 5, which is button_pins\[0\]"),
        ("button_pins = [5, 6, 5]", r"button_pins\[2\] is GPIO 5, which is button_pins\[0\] already; give each"),
        ("button_pins = [5, 6, 13]\nbutton_sense_pin = 6", r"button_sense_pin is GPIO 6, which is button_pins\[1\]"),
    ],
)
def test_a_fault_names_file_field_and_fix(tmp_path: Path, text: str | bytes, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read(written(tmp_path, text), {})


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is not there; write one or leave --settings out"):
        read(tmp_path / "none.toml", {})
