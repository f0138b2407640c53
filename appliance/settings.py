"""What this machine is: one frozen Settings, read once from a TOML file and the environment.

What the centre decides (questionnaire, texts, hours …) is not here: that is survey.enrolment.KioskSettings.
"""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

Millimetres = Annotated[float, msgspec.Meta(gt=10, le=2000)]
Pixels = Annotated[int, msgspec.Meta(ge=240, le=7680)]
Pin = Annotated[int, msgspec.Meta(ge=0, le=27)]


class SettingsError(ValueError):
    """A settings file that cannot be used; `str()` names file, field, value and what to do."""


class Panel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The screen: its pixels and the millimetres of its glass, from which every size is computed."""

    width_px: Pixels = 800
    height_px: Pixels = 480
    width_mm: Millimetres = 154.1
    height_mm: Millimetres = 85.9


PANELS: dict[str, Panel] = {
    "7in": Panel(800, 480, 154.1, 85.9),
    "10in": Panel(1280, 800, 216.6, 135.4),
    "7in-portrait": Panel(720, 1280, 88.3, 157.0),
}
"""The three panels the product is drawn for: Touch Display 1, a 10.1" HDMI panel, Touch Display 2."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every field has a default, a unit in its name and a line of help here.

    data_dir: the data partition's folder; outbox, key and settings live here and nowhere else.
    centre: base address of the centre, `https://host`. enrol_code: one-time code from the card; "" once enrolled.
    panel: the screen. fullscreen: take the whole screen; off on a desk.
    max_fps: frames a second at most while someone is here; 15 while nobody is.
    button_pins: GPIO (BCM) numbers of the buttons for levels 5, 4, 3, 2, 1; empty for none.
    led_pins: GPIO (BCM) numbers of the LEDs in the same order; empty for none.
    button_sense_pin: GPIO (BCM) number of the wire that is closed to ground while the buttons' plug is in.
    lockout_s: presses within this time of the last one are one press. cooldown_s: the same, after a ballot.
    bounce_s: an edge must be quiet this long to be armed again. stuck_s: a button held this long is out of use.
    voice_dir: folder of the rendered prompts; recordings in the folder `voice` of data_dir go before them.
    What the running release brought (see `shared`) goes before voice_dir and words_file as they are by default.
    speech_output: headphones, where a choice is named aloud, or speaker, where the room must not hear it.
    speech_volume: of this machine's output, in per cent of the volume the centre sets.
    rotation: of the picture and with it of the touches, degrees. volume: 0…100 %, None for the centre's.
    usb_dirs: where sticks are mounted, besides /media and /run/media.
    typing_scheme: telex or vni, what the keyboard begins with; a key on it changes it for one respondent.
    tone_style: old (hòa, khỏe, thúy) or new (hoà, khoẻ, thuý). words_file: the table of suggestions (`make words`).
    upload_every_s: the heartbeat. log_level: debug, info, warning or error.
    """

    data_dir: str = "/var/lib/hailong"
    centre: str = ""
    enrol_code: str = ""
    panel: Panel = Panel()
    fullscreen: bool = True
    rotation: Literal[0, 90, 180, 270] = 0
    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    usb_dirs: list[str] = []
    max_fps: Annotated[int, msgspec.Meta(ge=5, le=60)] = 60
    button_pins: Annotated[list[Pin], msgspec.Meta(max_length=5)] = []
    led_pins: Annotated[list[Pin], msgspec.Meta(max_length=5)] = []
    button_sense_pin: Pin | None = None
    lockout_s: Annotated[float, msgspec.Meta(ge=0.05, le=5)] = 0.4
    cooldown_s: Annotated[float, msgspec.Meta(ge=0, le=60)] = 5.0
    bounce_s: Annotated[float, msgspec.Meta(ge=0.001, le=0.5)] = 0.03
    stuck_s: Annotated[float, msgspec.Meta(ge=2, le=120)] = 10.0
    voice_dir: str = "/usr/share/hailong/voice"
    speech_output: Literal["headphones", "speaker"] = "speaker"
    speech_volume: Annotated[int, msgspec.Meta(ge=0, le=100)] = 100
    typing_scheme: Literal["telex", "vni"] = "telex"
    tone_style: Literal["old", "new"] = "old"
    words_file: str = "/usr/share/hailong/words.bin"
    upload_every_s: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 300.0
    log_level: str = "info"

    @property
    def seen_panel(self) -> Panel:
        """The panel as a person sees it: sides changed about where the picture stands on its side."""
        if self.rotation not in {90, 270}:
            return self.panel
        return Panel(self.panel.height_px, self.panel.width_px, self.panel.height_mm, self.panel.width_mm)


def read(path: Path | None = None, environment: dict[str, str] | None = None) -> Settings:
    """Return the settings of a TOML file, overridden by HAILONG_<FIELD> variables of the environment.

    path: None for defaults alone. Raises SettingsError naming the file, the field and the fix.
    """
    given: dict[str, Any] = {}
    if path is not None:
        import tomllib  # a kiosk without a settings file starts without it

        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise SettingsError(f"settings file {path} is not there; write one or leave --settings out") from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"settings file {path} cannot be read: {error}; correct it or remove it") from error
    panel = given.get("panel")
    if isinstance(panel, str):
        if panel not in PANELS:
            raise SettingsError(f"{path or 'settings'}: panel {panel!r} is unknown; use one of {', '.join(PANELS)}")
        given["panel"] = msgspec.to_builtins(PANELS[panel])
    for name, value in (os.environ if environment is None else environment).items():
        field = name.removeprefix("HAILONG_").lower()
        if name.startswith("HAILONG_") and field in {"data_dir", "centre", "enrol_code", "log_level"}:
            given[field] = value
    try:
        settings = msgspec.convert(given, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path or 'settings'}: {error}; correct that line") from error
    _check_pins(settings, str(path or "settings"))
    return settings


def _check_pins(settings: Settings, where: str) -> None:
    count, lights = len(settings.button_pins), len(settings.led_pins)
    if count not in (0, 3, 5):
        raise SettingsError(f"{where}: button_pins has {count} pins; give 5, or 3, or none")
    if lights not in (0, count):
        raise SettingsError(f"{where}: led_pins has {lights} pins for {count} buttons; give {count}, or none")
    given = {f"button_pins[{n}]": pin for n, pin in enumerate(settings.button_pins)}
    given |= {f"led_pins[{n}]": pin for n, pin in enumerate(settings.led_pins)}
    if settings.button_sense_pin is not None:
        given["button_sense_pin"] = settings.button_sense_pin
    first: dict[int, str] = {}
    for name, pin in given.items():
        if pin in first:
            raise SettingsError(f"{where}: {name} is GPIO {pin}, which is {first[pin]} already; give each its own pin")
        first[pin] = name
