"""The centre's own keys: files in a folder only its user may read, never in the database, never in a log."""

import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

import msgspec
from nacl.public import PrivateKey

from survey.signature import SwiftPrivateKey

LENGTHS = {"signing": 32, "sealing": 32, "qr_master": 32, "session": 64}
OLD_SEALING = "sealing-until-"


class KeysError(ValueError):
    """A key folder that cannot be used; `str()` names the file and what to do."""


class Keys(msgspec.Struct, frozen=True):
    """signing: Ed25519, signs every answer. sealing: X25519, opens comments. qr_master: derives each kiosk's QR key.

    session: 64 bytes for tickets and sign-in tokens. sealed_before: older sealing keys, the newest first; they open
    what was sealed to them, and nothing is sealed to them any more.
    """

    signing: SwiftPrivateKey
    sealing: bytes
    qr_master: bytes
    session: bytes
    sealed_before: tuple[bytes, ...] = ()

    @property
    def opening(self) -> tuple[bytes, ...]:
        """Return every key that opens sealed words, the present one first."""
        return (self.sealing, *self.sealed_before)

    @property
    def invitation_key(self) -> bytes:
        """Return the 32-byte key that one-time codes are made with."""
        return hmac.digest(self.qr_master, b"hailong invitation key v1", sha256)

    @property
    def enrolment_key(self) -> bytes:
        """Return the 32-byte key that a roster's enrolment codes are made with."""
        return hmac.digest(self.qr_master, b"hailong enrolment key v1", sha256)

    @property
    def centre_key(self) -> bytes:
        """Return the 32-byte Ed25519 public key that devices check answers with."""
        return self.signing.public_bytes

    @property
    def seal_key(self) -> bytes:
        """Return the 32-byte X25519 public key that notes are sealed to."""
        return bytes(PrivateKey(self.sealing).public_key)


def make(folder: Path) -> bool:
    """Make the keys that are missing, mode 0600. Returns whether any was made; an old key is never replaced."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    made = False
    for name, length in LENGTHS.items():
        path = folder / f"{name}.key"
        if path.exists():
            continue
        _write(path, secrets.token_bytes(length))
        made = True
    return made


def _write(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.stem}.new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def rotate(folder: Path, now: str) -> Path:
    """Make a new sealing key and keep the old one beside it; returns the old one's file.

    now: `20261122T103000`, UTC; until when the old one was in use. Never is there a moment with neither.
    """
    old = folder / f"{OLD_SEALING}{now}.key"
    if old.exists():
        raise KeysError(f"{old.name} is there already; wait a second and run it again")
    _write(old, load(folder).sealing)
    _write(folder / "sealing.key", secrets.token_bytes(LENGTHS["sealing"]))
    return old


def old_sealing(folder: Path) -> list[Path]:
    """Return the files of older sealing keys, the newest first."""
    return sorted(folder.glob(f"{OLD_SEALING}*.key"), reverse=True)


def load(folder: Path) -> Keys:
    """Return the keys of a folder. Raises KeysError if one is missing, of wrong length or open to others."""
    parts = {name: _read(folder / f"{name}.key", length) for name, length in LENGTHS.items()}
    before = tuple(_read(path, LENGTHS["sealing"]) for path in old_sealing(folder))
    return Keys(SwiftPrivateKey(parts["signing"]), parts["sealing"], parts["qr_master"], parts["session"], before)


def _read(path: Path, length: int) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise KeysError(f"key file {path} is not there; run `python -m server init`, or restore it") from None
    except OSError as error:
        raise KeysError(f"key file {path} cannot be read: {error.strerror}; run as the centre's user") from error
    if len(data) != length:
        raise KeysError(f"key file {path} has {len(data)} bytes instead of {length}; restore it from the backup")
    if path.stat().st_mode & 0o077:
        raise KeysError(f"key file {path} may be read by others; run `chmod 600` on it")
    return data
