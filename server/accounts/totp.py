"""The six digits of an authenticator app, and recovery codes; pure but for the dice."""

import base64
import hmac
import secrets
from typing import Final

import pyotp

STEP_S: Final = 30
ISSUER: Final = "Hai Long"
LETTERS: Final = "abcdefghjkmnpqrstvwxyz23456789"
RECOVERY_CODES: Final = 10


def as_text(secret: bytes) -> str:
    """Return a secret as apps take it when it is typed: base32."""
    return base64.b32encode(secret).decode().rstrip("=")


def address(secret: bytes, name: str) -> str:
    """Return what the QR says: `otpauth://totp/…`."""
    return pyotp.TOTP(as_text(secret)).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of(secret: bytes, code: str, now_ms: int, used: int) -> int | None:
    """Return the half minute a code is of, or None if it is wrong or of one already used.

    A phone's clock may be half a minute off. used: the last half minute whose code was taken; 0 for none.

    >>> step_of(b"12345678901234567890", "287082", 59_000, 0)
    1
    """
    now = now_ms // 1000 // STEP_S
    made = pyotp.TOTP(as_text(secret))
    for step in (now, now - 1, now + 1):
        if step > used and hmac.compare_digest(made.generate_otp(step).encode(), code.encode()):
            return step
    return None


def is_digits(code: str) -> bool:
    """Return whether this looks like an app's code rather than a recovery code."""
    return len(code) == 6 and code.isascii() and code.isdecimal()


def plain(given: str) -> str:
    """Return a code as it is compared: without the spaces and hyphens people type."""
    return "".join(character for character in given.lower() if character.isalnum())[:40]


def recovery_code() -> str:
    """Return a random recovery code, `xxxxx-xxxxx`: 49 bits, with the delay of wrong tries out of reach."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"
