"""What a technician changed on this machine, over its settings file: kept in the data folder, never a dead kiosk."""

from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from appliance.settings import Settings

FILE: Final = "local-overrides.json"
BACKLIGHTS: Final = Path("sys/class/backlight")

Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]


class Overrides(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """None: as the settings say. volume, brightness: 0…100 %; rotation: of the picture, degrees clockwise."""

    volume: Percent | None = None
    brightness: Percent | None = None
    rotation: Literal[0, 90, 180, 270] | None = None


class BacklightError(ValueError):
    """The brightness cannot be set on this machine; `str()` says why."""


def read_overrides(folder: Path) -> tuple[Overrides, str]:
    """Return what was changed, and a note for the log: "" unless the file cannot be read and is ignored."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Overrides), ""
    except FileNotFoundError:
        return Overrides(), ""
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        return Overrides(), f"{FILE} is ignored: {type(error).__name__}"


def write_overrides(folder: Path, overrides: Overrides) -> None:
    """Keep what was changed, durably."""
    from appliance.durable import write_durably  # the start reads and does not write

    write_durably(folder / FILE, msgspec.json.encode(overrides))


def overridden(local: Settings, overrides: Overrides) -> Settings:
    """Return the settings with a technician's changes."""
    if overrides.volume is not None:
        local = msgspec.structs.replace(local, volume=overrides.volume)
    if overrides.rotation is not None:
        local = msgspec.structs.replace(local, rotation=overrides.rotation)
    return local


def backlight(root: Path = Path("/")) -> int | None:
    """Return the brightness in percent, None where this machine has no backlight of its own."""
    for light in sorted((root / BACKLIGHTS).glob("*")):
        try:
            most = int((light / "max_brightness").read_text())
            return round(100 * int((light / "brightness").read_text()) / most) if most > 0 else None
        except (OSError, ValueError):
            continue
    return None


def set_backlight(root: Path, percent: int) -> None:
    """Set the brightness; never below a twentieth, so that the screen can be read. Raises BacklightError."""
    lights = sorted((root / BACKLIGHTS).glob("*"))
    if not lights:
        raise BacklightError("màn hình này không có đèn nền chỉnh được")
    try:
        most = int((lights[0] / "max_brightness").read_text())
        (lights[0] / "brightness").write_text(str(max(most // 20, most * percent // 100)))
    except (OSError, ValueError) as error:
        raise BacklightError(f"không ghi được độ sáng ({type(error).__name__})") from error
