"""Words of a case, closed to the centre's key as respondents' notes are: none lies open in the database; pure."""

import secrets
from contextlib import suppress
from hashlib import sha256

import msgspec
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from server.keys import Keys

PAD_TO = 64
NOTHING = sha256(b"").digest()


class Closed(msgspec.Struct, frozen=True):
    """Words as they are stored. digest: of salt and box; it stays when both are erased."""

    sealed: bytes | None = None
    salt: bytes | None = None
    digest: bytes = NOTHING


def close(words: str, keys: Keys) -> Closed:
    """Return words closed; nothing at all for no words. A box is padded, so that its length tells little."""
    if not words:
        return Closed()
    plain = words.encode()
    sealed = bytes(SealedBox(PublicKey(keys.seal_key)).encrypt(plain + b" " * (-len(plain) % PAD_TO)))
    salt = secrets.token_bytes(16)
    return Closed(sealed, salt, sha256(salt + sealed).digest())


def open_words(sealed: bytes | None, keys: Keys) -> str:
    """Return closed words; "" where there are none, were erased, or are of another key."""
    if sealed is None:
        return ""
    for key in keys.opening:
        with suppress(CryptoError):
            return bytes(SealedBox(PrivateKey(key)).decrypt(sealed)).decode("utf-8", "replace").rstrip(" ")
    return ""
