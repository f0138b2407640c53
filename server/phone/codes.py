"""One-time codes: made from the centre's key, so that a sheet can be printed again and nothing lists them; pure.

A code is 12 characters of Crockford base32, 60 bits of an HMAC: nobody can guess one, and what is stored of it (an
HMAC again) opens nothing. Neither says which ballot came by it.
"""

import hmac
from hashlib import sha256
from typing import Final

from survey.ballot import CROCKFORD

LENGTH: Final = 12
STORED_BYTES: Final = 16
_BITS: Final = 5


def of_batch(key: bytes, batch: str, number: int) -> str:
    """Return the code with this number in a batch. key: the centre's own, 32 bytes."""
    return _code(key, b"batch", f"{batch} {number}")


def of_dossier(key: bytes, place: str, reference: str) -> str:
    """Return the one code of a dossier at a unit; the same whenever it is asked for."""
    return _code(key, b"dossier", f"{place} {reference}")


def _code(key: bytes, kind: bytes, words: str) -> str:
    digest = hmac.digest(key, b"hailong invitation v1 " + kind + b" " + words.encode(), sha256)
    number = int.from_bytes(digest[:8]) >> (64 - LENGTH * _BITS)
    return "".join(CROCKFORD[number >> (_BITS * place) & 31] for place in reversed(range(LENGTH)))


def stored(key: bytes, code: str) -> bytes:
    """Return what the database holds of a code."""
    return hmac.digest(key, b"hailong invitation v1 stored " + code.encode(), sha256)[:STORED_BYTES]


def spoken(code: str) -> str:
    """Return a code as it is printed for people: three groups of four.

    >>> spoken("0123456789AB")
    '0123-4567-89AB'
    """
    return "-".join(code[at : at + 4] for at in range(0, LENGTH, 4))


def read(text: str) -> str | None:
    """Return a typed code in its one spelling, or None if it can be no code; O I L are read as 0 1 1.

    >>> read(" o123-4567 89ab ")
    '0123456789AB'
    """
    plain = "".join(text.split()).replace("-", "").upper().translate(str.maketrans("OIL", "011"))
    return plain if len(plain) == LENGTH and all(one in CROCKFORD for one in plain) else None
