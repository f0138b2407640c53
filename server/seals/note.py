"""A signed head as text: a C2SP checkpoint (c2sp.org/tlog-checkpoint) with the day and the moment under it; pure."""

import base64
import binascii
import re
from datetime import date
from hashlib import sha256
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature

from survey.signature import PrivateKey, SwiftPublicKey

ED25519: Final = b"\x01"
KEY_ID_BYTES: Final = 4
_SIZE: Final = re.compile(r"0|[1-9]\d{0,17}")
_NAME: Final = re.compile(r"[^\s+]{1,200}")


class NoteError(ValueError):
    """A head or key that cannot be read; `str()` says why, in Vietnamese and English."""


class Head(msgspec.Struct, frozen=True):
    """What a day's head says. origin: which log; size: ballots; root: 32 bytes; day: local; time: UTC instant."""

    origin: str
    size: int
    root: bytes
    day: date
    time: str


class Key(msgspec.Struct, frozen=True):
    """A key to check heads with. origin: whose it is, "" where only the bytes are known."""

    origin: str
    raw: bytes


def key_id(origin: str, public_key: bytes) -> bytes:
    """Return the 4 bytes that name a key in a signature line."""
    return sha256(origin.encode() + b"\n" + ED25519 + public_key).digest()[:KEY_ID_BYTES]


def key_text(origin: str, public_key: bytes) -> str:
    """Return a public key as people hand it on: origin, id and key, `+` between."""
    body = base64.b64encode(ED25519 + public_key).decode()
    return f"{origin}+{key_id(origin, public_key).hex()}+{body}"


def read_key(text: str) -> Key:
    """Return a public key as `key_text` wrote it, or as base64 of its 32 bytes alone. Raises NoteError."""
    parts = text.strip().split("+", 2)
    if len(parts) == 3 and _NAME.fullmatch(parts[0]) and re.fullmatch(r"[0-9a-f]{8}", parts[1]):
        raw = _bytes(parts[2])
        if raw[:1] == ED25519 and len(raw) == 33 and key_id(parts[0], raw[1:]).hex() == parts[1]:
            return Key(parts[0], raw[1:])
    else:
        raw = _bytes(text.strip())
        if len(raw) == 32:
            return Key("", raw)
    raise NoteError("khóa công khai không đúng dạng / the public key is not of the form name+id+base64")


def body_of(head: Head) -> str:
    """Return the text that is signed."""
    root = base64.b64encode(head.root).decode()
    return f"{head.origin}\n{head.size}\n{root}\nday {head.day}\ntime {head.time}\n"


def signed(head: Head, key: PrivateKey, public_key: bytes) -> str:
    """Return a head signed."""
    body = body_of(head)
    line = base64.b64encode(key_id(head.origin, public_key) + key.sign(body.encode())).decode()
    return f"{body}\n— {head.origin} {line}\n"


def read(text: str) -> Head:
    """Return what a head says, without looking at who signed it. Raises NoteError."""
    lines = text.replace("\r\n", "\n").partition("\n\n")[0].split("\n")
    try:
        origin, size, root, day, time = lines[:5]
        if not (_NAME.fullmatch(origin) and _SIZE.fullmatch(size) and day[:4] == "day " and time[:5] == "time "):
            raise ValueError(origin)
        found = Head(origin, int(size), _bytes(root), date.fromisoformat(day[4:]), time[5:])
    except ValueError:
        raise NoteError("tệp này không phải dấu niêm phong / this file is no signed head") from None
    if len(found.root) != 32:
        raise NoteError("dấu niêm phong có gốc không đúng độ dài / the head's root is not 32 bytes")
    return found


def check(text: str, key: Key) -> Head:
    """Return what a head says, its signature checked. Raises NoteError if it is not signed by this key."""
    head = read(text)
    body, _, lines = text.replace("\r\n", "\n").partition("\n\n")
    for line in lines.splitlines():
        mark, name, sealed = (*line.split(" "), "", "", "")[:3]
        raw = _bytes(sealed) if mark == "—" and name == head.origin else b""
        if raw[:KEY_ID_BYTES] != key_id(head.origin, key.raw) or key.origin not in ("", head.origin):
            continue
        try:
            SwiftPublicKey(key.raw).verify(raw[KEY_ID_BYTES:], f"{body}\n".encode())
        except InvalidSignature:
            break
        return head
    raise NoteError("chữ ký không phải của khóa này / the signature is not this key's")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise NoteError("không phải base64 / not base64") from None
