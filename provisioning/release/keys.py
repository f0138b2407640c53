"""The keys of the four roles: root and targets stay away from every network, sealed by a passphrase."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.metadata import Metadata, Root
from tuf.api.serialization.json import JSONSerializer

ROLES: Final = ("root", "targets", "snapshot", "timestamp")
SEALED: Final = ("root", "targets")
"""Kept offline: whoever has both can make every kiosk run anything."""
VALID_DAYS: Final = {"root": 3650, "targets": 730, "snapshot": 180, "timestamp": 180}
"""A stick is good for half a year; docs/decisions/0039-signed-updates.md says why."""
PASSPHRASE_MIN: Final = 12


class ReleaseError(Exception):
    """A release that cannot be made or signed; `str()` is Vietnamese, with the way out."""


def expiry(role: str, now: datetime | None = None) -> datetime:
    """Return until when a role's new signature holds."""
    return (now or datetime.now(UTC)).replace(microsecond=0) + timedelta(days=VALID_DAYS[role])


def passphrase(path: Path | None) -> bytes:
    """Return the passphrase in a file, its ends trimmed. Raises ReleaseError."""
    if path is None:
        raise ReleaseError("Cần --passphrase-file: tệp chứa cụm mật khẩu của khóa root và targets.")
    try:
        words = path.read_bytes().strip()
    except OSError:
        raise ReleaseError(f"Không đọc được tệp cụm mật khẩu {path}.") from None
    if len(words) < PASSPHRASE_MIN:
        raise ReleaseError(f"Cụm mật khẩu trong {path} quá ngắn; xin dùng ít nhất {PASSPHRASE_MIN} ký tự.")
    return words


def make(folder: Path, words: bytes, now: datetime | None = None) -> bytes:
    """Make the keys of all roles in a new folder; returns the first root, signed. Raises ReleaseError."""
    if folder.exists() and any(folder.iterdir()):
        raise ReleaseError(f"{folder} đã có tệp. Khóa cũ không bao giờ bị ghi đè; xin chọn thư mục khác.")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    root = Root(expires=expiry("root", now), consistent_snapshot=True)
    made = {role: CryptoSigner(Ed25519PrivateKey.generate()) for role in ROLES}
    for role, signer in made.items():
        sealed: KeySerializationEncryption = BestAvailableEncryption(words) if role in SEALED else NoEncryption()
        key: Ed25519PrivateKey = signer._private_key  # type: ignore[assignment]
        _keep(folder / f"{role}.pem", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed))
        root.add_key(signer.public_key, role)
    signed = Metadata(root)
    signed.sign(made["root"])
    body = signed.to_bytes(JSONSerializer(compact=False))
    _keep(folder / "1.root.json", body, 0o644)
    return body


def signer(folder: Path, role: str, words: bytes | None) -> CryptoSigner:
    """Return a role's signer. Raises ReleaseError."""
    path = folder / f"{role}.pem"
    try:
        key = load_pem_private_key(path.read_bytes(), words if role in SEALED else None)
    except OSError:
        raise ReleaseError(f"Không thấy khóa {path}. Xin cắm USB chứa khóa, hoặc chạy: release keys") from None
    except (ValueError, TypeError):
        raise ReleaseError(f"Không mở được khóa {path}: sai cụm mật khẩu, hoặc tệp hỏng.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ReleaseError(f"{path} không phải khóa Ed25519.")
    return CryptoSigner(key, SSlibKey.from_crypto(key.public_key()))


def root_of(folder: Path) -> bytes:
    """Return the newest root beside the keys. Raises ReleaseError."""
    found = sorted(folder.glob("*.root.json"), key=lambda path: int(path.name.split(".")[0]))
    if not found:
        raise ReleaseError(f"Không thấy tệp gốc tin cậy (1.root.json) trong {folder}. Xin chạy: release keys")
    return found[-1].read_bytes()


def _keep(path: Path, body: bytes, mode: int = 0o600) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
