"""Who this kiosk is: its grant and the centre's last signed settings, as files on the data partition."""

from pathlib import Path

from appliance.durable import write_durably
from survey import wire
from survey.enrolment import Grant, KioskSettings

GRANT, SETTINGS = "grant.json", "kiosk-settings.json"


class IdentityError(RuntimeError):
    """The kiosk cannot say who it is; `str()` names the file and what to do."""


def grant(folder: Path) -> Grant | None:
    """Return what the centre granted this device, or None before enrolment."""
    path = folder / GRANT
    if not path.exists():
        return None
    try:
        return wire.decode(path.read_bytes(), Grant)
    except wire.WireError as error:
        raise IdentityError(f"{path}: {error}; remove it and enrol this kiosk again") from error


def save_grant(folder: Path, granted: Grant) -> None:
    """Keep the grant."""
    write_durably(folder / GRANT, wire.encode(granted))


def kiosk_settings(folder: Path) -> KioskSettings | None:
    """Return the centre's last settings, or None if there are none yet or the file is damaged (it is fetched anew)."""
    path = folder / SETTINGS
    try:
        return wire.decode(path.read_bytes(), KioskSettings)
    except FileNotFoundError:
        return None
    except wire.WireError:
        path.rename(path.with_name(SETTINGS + ".damaged"))
        return None


def save_kiosk_settings(folder: Path, body: bytes) -> None:
    """Keep the centre's settings, exactly the bytes it signed."""
    write_durably(folder / SETTINGS, body)
