"""Short secrets kept outside the centre's memory: sealed under a key of the key folder, never of the database."""

import hmac
import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from server.centre import Centre

NONCE = 12


def key(centre: Centre, purpose: str) -> bytes:
    """Return the 32-byte key of one purpose."""
    return hmac.digest(centre.keys.session[:32], b"hailong accounts 1 " + purpose.encode(), sha256)


def seal(centre: Centre, purpose: str, about: str, plain: bytes) -> bytes:
    """Return sealed bytes that open only for the same purpose and the same subject."""
    nonce = os.urandom(NONCE)
    return nonce + ChaCha20Poly1305(key(centre, purpose)).encrypt(nonce, plain, about.encode())


def unseal(centre: Centre, purpose: str, about: str, sealed: bytes) -> bytes | None:
    """Return what was sealed, or None if it was sealed elsewhere, for something else, or changed."""
    try:
        return ChaCha20Poly1305(key(centre, purpose)).decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
    except (InvalidTag, ValueError):
        return None
