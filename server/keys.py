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


class KeysError(ValueError):
    """A key folder that cannot be used; `str()` names the file and what to do."""


class Keys(msgspec.Struct, frozen=True):
    """signing: Ed25519, signs every answer. sealing: X25519, opens comments. qr_master: derives each kiosk's QR key.

    session: 64 bytes for tickets and sign-in tokens.
    """

    signing: SwiftPrivateKey
    sealing: bytes
    qr_master: bytes
    session: bytes

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
        draft = folder / f".{name}.new"
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(length))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
        made = True
    return made


def load(folder: Path) -> Keys:
    """Return the keys of a folder. Raises KeysError if one is missing, of wrong length or open to others."""
    parts: dict[str, bytes] = {}
    for name, length in LENGTHS.items():
        path = folder / f"{name}.key"
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
        parts[name] = data
    return Keys(SwiftPrivateKey(parts["signing"]), parts["sealing"], parts["qr_master"], parts["session"])
