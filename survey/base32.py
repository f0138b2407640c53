"""Base32 without its padding, A–Z and 2–7: what a QR code holds in its alphanumeric mode; pure."""

import base64
import binascii


def encode(data: bytes) -> str:
    """Return bytes as base32.

    >>> encode(b"one")
    'N5XGK'
    """
    return base64.b32encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    """Return the bytes of a base32 text. Raises ValueError if it holds another character or is cut short."""
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error as error:
        raise ValueError(f"not base32: {error}") from None
