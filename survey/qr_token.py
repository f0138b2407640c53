"""The rotating token in the kiosk's QR: made offline by the kiosk, checked at the centre."""

import hmac
import struct
from enum import StrEnum
from hashlib import sha256
from typing import Final

import msgspec

from survey import base32

WINDOW_S: Final = 30
FRESH_S: Final = 600
BOOT_BITS, COUNTER_BITS = 12, 20
_LAYOUT: Final = struct.Struct(">BIII4s")
_TAG_BYTES: Final = 10
TOKEN_CHARS: Final = 44


class Lane(StrEnum):
    """How far a ballot's origin is proven. The headline counts KIOSK and QR_FRESH; every other is shown apart.

    MAIL: a one-time code, printed, sent or made for one dossier. OPEN: a static code that anyone can use any number
    of times. ENTERED: typed by a signed-in officer from paper or a call. IMPORTED: a row of another form's file.
    SUPERSEDED: one of two parts of a sitting that went on by phone; the other part is counted.
    WITHDRAWN: brought in by a desk and taken back by it; it stays in its chain and no count has it.
    """

    KIOSK = "kiosk"
    QR_FRESH = "qr-fresh"
    SHARED = "shared"
    UNTIMED = "untimed"
    OPEN = "open"
    MAIL = "mail"
    QUARANTINE = "quarantine"
    SUPERSEDED = "superseded"
    ENTERED = "entered"
    IMPORTED = "imported"
    WITHDRAWN = "withdrawn"


HEADLINE_LANES: Final = (Lane.KIOSK, Lane.QR_FRESH)
REPORTED_LANES: Final = (*HEADLINE_LANES, Lane.MAIL, Lane.ENTERED, Lane.IMPORTED)
"""What a period's workbook counts as valid ballots, each source in its own column."""


class QrToken(msgspec.Struct, frozen=True):
    """What a token says.

    kiosk: the device's 32-bit number. boot: its boot number modulo 4096. counter: which code of that boot, < 2**20.
    window: Unix time // 30 s, 0 while the clock is unproven. head: the first 4 bytes of the chain's newest link.
    """

    kiosk: int
    boot: int
    counter: int
    window: int
    head: bytes


def qr_key(master: bytes, device: str, epoch: str) -> bytes:
    """Return a device's 32-byte QR key from the centre's master key. Source: RFC 5869."""
    from cryptography.hazmat.primitives.hashes import SHA256  # the centre's part: a kiosk never derives a key
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt=epoch.encode(), info=b"hailong qr v1 " + device.encode()).derive(master)


def make(token: QrToken, key: bytes) -> str:
    """Return a token as 44 characters of base32 (A–Z, 2–7), which a QR holds in its alphanumeric mode."""
    place = (token.boot % 2**BOOT_BITS) << COUNTER_BITS | token.counter % 2**COUNTER_BITS
    body = _LAYOUT.pack(1, token.kiosk, place, token.window, token.head[:4].ljust(4, b"\0"))
    return base32.encode(body + _tag(body, key))


def kiosk_of(text: str) -> int:
    """Return the kiosk number a token claims, to look its key up; nothing is proven yet. Raises ValueError."""
    return int(_LAYOUT.unpack(_bytes(text)[: _LAYOUT.size])[1])


def place_of(text: str) -> int:
    """Return where a token stands among its kiosk's: boot in 12 bits, counter in 20. Raises ValueError."""
    return int(_LAYOUT.unpack(_bytes(text)[: _LAYOUT.size])[2])


def boot_and_counter(place: int) -> tuple[int, int]:
    """Return the boot, modulo 4096, and the counter of a token's place."""
    return place >> COUNTER_BITS, place & (2**COUNTER_BITS - 1)


def read(text: str, key: bytes) -> QrToken:
    """Return what a token says. Raises ValueError if it is no token or its tag is not this key's."""
    data = _bytes(text)
    body, tag = data[: _LAYOUT.size], data[_LAYOUT.size :]
    if not hmac.compare_digest(tag, _tag(body, key)):
        raise ValueError("the QR token's tag is wrong")
    _, kiosk, place, window, head = _LAYOUT.unpack(body)
    return QrToken(kiosk, *boot_and_counter(place), window, head)


def is_fresh(token: QrToken, now_s: float) -> bool:
    """Return whether a page may be opened with this token now: within 10 minutes after its window ended.

    now_s: Unix time in seconds at the centre. A token without a window (clock unproven) is never fresh.
    One window of a fast kiosk clock is forgiven.
    """
    if token.window == 0:
        return False
    age_s = now_s - (token.window + 1) * WINDOW_S
    return -2 * WINDOW_S <= age_s <= FRESH_S


def _tag(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, body, sha256)[:_TAG_BYTES]


def _bytes(text: str) -> bytes:
    try:
        data = base32.decode(text.upper())
    except ValueError:
        raise ValueError("this is not a QR token: it has a character outside A–Z and 2–7") from None
    if len(data) != _LAYOUT.size + _TAG_BYTES or data[0] != 1:
        raise ValueError(f"this is not a QR token of version 1: {len(text)} characters")
    return data
