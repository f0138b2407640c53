"""Who this kiosk is: its grant and the centre's last signed settings, as files on the data partition."""

import logging
from pathlib import Path
from typing import TypeVar

from appliance.durable import copies, write_durably, write_twice
from survey import wire
from survey.enrolment import Grant, KioskSettings

log = logging.getLogger(__name__)

T = TypeVar("T")

GRANT, SETTINGS = "grant.json", "kiosk-settings.json"


class IdentityError(RuntimeError):
    """The kiosk cannot say who it is; `str()` names the file and what to do."""


def grant(folder: Path) -> Grant | None:
    """Return what the centre granted this device, or None before enrolment. Raises IdentityError if it is damaged."""
    found, faults = _held(folder / GRANT, Grant)
    if found is None and faults:
        raise IdentityError(f"{faults[0]}; remove it and enrol this kiosk again")
    return found


def save_grant(folder: Path, granted: Grant) -> None:
    """Keep the grant."""
    write_twice(folder / GRANT, wire.encode(granted))


def kiosk_settings(folder: Path) -> KioskSettings | None:
    """Return the centre's last settings, or None if there are none that can be read (they are fetched anew)."""
    return _held(folder / SETTINGS, KioskSettings)[0]


def save_kiosk_settings(folder: Path, body: bytes) -> None:
    """Keep the centre's settings, exactly the bytes it signed."""
    write_twice(folder / SETTINGS, body)


def _held(path: Path, kind: type[T]) -> tuple[T | None, list[str]]:
    """Return what a file holds, from its copy where it is damaged itself, and what was wrong.

    A damaged file is kept beside under another name, and the copy put in its place.
    """
    faults: list[str] = []
    for each in copies(path):
        try:
            body = each.read_bytes()
            found = wire.decode(body, kind)
        except FileNotFoundError:
            continue
        except (wire.WireError, OSError) as error:
            faults.append(f"{each}: {error}")
            log.error("damaged: %s: %s", each.name, type(error).__name__)
            _set_aside(each)
            continue
        if each != path:
            write_durably(path, body)
        return found, faults
    return None, faults


def _set_aside(path: Path) -> None:
    try:
        path.rename(path.with_name(f"{path.name}.damaged"))
    except OSError as error:
        log.error("cannot be set aside: %s: %s", path.name, type(error).__name__)
