"""Who this kiosk is: its key, its grant and the centre's last signed settings, as files on the data partition."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from appliance.outbox import fsync_folder
from survey import wire
from survey.enrolment import Grant, KioskSettings

KEY, GRANT, SETTINGS = "device.key", "grant.json", "kiosk-settings.json"


class IdentityError(RuntimeError):
    """The kiosk cannot say who it is; `str()` names the file and what to do."""


def write_durably(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file so that after a power cut it is the old one or the new one, whole."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    fsync_folder(path.parent)


def device_key(folder: Path) -> Ed25519PrivateKey:
    """Return the device's key; made here at the first call and never leaves the card."""
    path = folder / KEY
    if not path.exists():
        write_durably(path, secrets.token_bytes(32))
    seed = path.read_bytes()
    if len(seed) != 32:
        raise IdentityError(f"{path} has {len(seed)} bytes instead of 32; remove it and enrol this kiosk again")
    return Ed25519PrivateKey.from_private_bytes(seed)


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


def centre_key(granted: Grant) -> Ed25519PublicKey:
    """Return the key every answer of the centre is signed with."""
    return Ed25519PublicKey.from_public_bytes(granted.centre_key)


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
