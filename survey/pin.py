"""The technician's PIN: what the centre stores and signs is a salted scrypt digest, never the PIN; pure.

Six digits are few: whoever reads a card can try them all in a day. The PIN keeps hands off, it does not keep secrets.
"""

import base64
import binascii
import hmac
import re
import secrets
from hashlib import scrypt
from typing import Final

LEAST, MOST = 6, 12
COST, BLOCK, LANES = 2**15, 8, 1
"""32 MB and about a tenth of a second on a desk, half a second on a Pi 4."""

_STORED: Final = re.compile(r"scrypt:(\d{1,2}):([A-Za-z0-9+/]{22}==):([A-Za-z0-9+/]{43}=)")
_RUNS: Final = "01234567890123456789"


class PinError(ValueError):
    """A PIN that may not be used; `str()` says why."""


def fault(pin: str) -> str:
    """Return why a PIN may not be used, in Vietnamese, or "" if it may."""
    if not (pin.isascii() and pin.isdecimal() and LEAST <= len(pin) <= MOST):
        return f"PIN phải có {LEAST} đến {MOST} chữ số"
    if pin in _RUNS or pin[::-1] in _RUNS:
        return "PIN không được là dãy số liên tiếp"
    if any(len(pin) % span == 0 and pin == pin[:span] * (len(pin) // span) for span in (1, 2, 3)):
        return "PIN không được lặp lại cùng một nhóm số"
    return ""


def digest(pin: str, salt: bytes | None = None) -> str:
    """Return what is stored of a PIN: `scrypt:15:SALT:DIGEST`, 15 being the cost's power of two.

    salt: 16 bytes, fresh ones for None. Raises PinError if it may not be used.
    """
    wrong = fault(pin)
    if wrong:
        raise PinError(wrong)
    salt = secrets.token_bytes(16) if salt is None else salt
    power = COST.bit_length() - 1
    return f"scrypt:{power}:{base64.b64encode(salt).decode()}:{base64.b64encode(_derived(pin, salt, power)).decode()}"


def is_right(pin: str, stored: str) -> bool:
    """Return whether this is the PIN that was stored, in constant time; False if what is stored is no digest of ours.

    It takes a noticeable time and 32 MB: never call it between two frames.
    """
    match = _STORED.fullmatch(stored)
    if match is None or not 10 <= int(match[1]) <= 17 or len(pin) > MOST:
        return False
    try:
        salt, wanted = base64.b64decode(match[2]), base64.b64decode(match[3])
    except binascii.Error:
        return False
    return hmac.compare_digest(_derived(pin, salt, int(match[1])), wanted)


def _derived(pin: str, salt: bytes, power: int) -> bytes:
    memory = 128 * BLOCK * 2**power * 2
    return scrypt(pin.encode(), salt=salt, n=2**power, r=BLOCK, p=LANES, maxmem=memory, dklen=32)
