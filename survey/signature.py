"""Signed messages: one strict profile of RFC 9421, Ed25519, the same components in the same order every time.

No freshness by date: a kiosk's clock may say 1970, so `created` is always 0 and the nonce is what counts.
A general library reads and writes the same messages (tests hold ours against it); ours takes a seventh of its time.
"""

import base64
import binascii
import re
from hashlib import sha256
from typing import Final, NamedTuple, Protocol

from cryptography.exceptions import InvalidSignature
from nacl.bindings import (
    crypto_sign,
    crypto_sign_BYTES,
    crypto_sign_open,
    crypto_sign_PUBLICKEYBYTES,
    crypto_sign_seed_keypair,
)
from nacl.exceptions import CryptoError


class _Profile:
    """What a signature covers, laid out once: as it is listed, and the signature base with gaps for the values."""

    def __init__(self, *names: str) -> None:
        self.listed = " ".join(f'"{name}"' for name in names)
        self.base = "\n".join(f'"{name}": %s' for name in (*names, "@signature-params"))


REQUEST: Final = _Profile("@method", "@authority", "@path", "content-digest")
RESPONSE: Final = _Profile("@status", "content-digest")
_KEYID: Final = r"[A-Za-z0-9._-]{1,80}"
_INPUT: Final = re.compile(
    rf'^hl=\([^)]*\);created=0;keyid="({_KEYID})";alg="ed25519";nonce="([0-9a-f]{{32}})";tag="hailong-v1"\Z'
)


class PrivateKey(Protocol):
    """What signs: cryptography's Ed25519PrivateKey, or SwiftPrivateKey."""

    def sign(self, data: bytes, /) -> bytes:
        """Return the 64-byte signature."""


class PublicKey(Protocol):
    """What checks: cryptography's Ed25519PublicKey, or SwiftPublicKey."""

    def verify(self, signature: bytes, data: bytes, /) -> None:
        """Raise InvalidSignature unless the signature is this key's."""


class SwiftPrivateKey:
    """An Ed25519 key by libsodium, for the centre: the same signatures as OpenSSL's in two thirds of the time."""

    def __init__(self, seed: bytes) -> None:
        """seed: the 32-byte private key."""
        self.public_bytes, self._pair = crypto_sign_seed_keypair(seed)

    def sign(self, data: bytes, /) -> bytes:
        """Return the 64-byte signature."""
        return crypto_sign(data, self._pair)[:crypto_sign_BYTES]


class SwiftPublicKey:
    """An Ed25519 public key by libsodium: checks in half of OpenSSL's time, and refuses keys of small order too."""

    def __init__(self, raw: bytes) -> None:
        """raw: 32 bytes. Raises ValueError if it has another length; libsodium reads 32 whatever it is given."""
        if len(raw) != crypto_sign_PUBLICKEYBYTES:
            raise ValueError(f"a public key has {crypto_sign_PUBLICKEYBYTES} bytes; this one has {len(raw)}")
        self._raw = raw

    def verify(self, signature: bytes, data: bytes, /) -> None:
        """Raise InvalidSignature unless the signature is this key's."""
        if len(signature) != crypto_sign_BYTES:
            raise InvalidSignature
        try:
            crypto_sign_open(signature + data, self._raw)
        except CryptoError:
            raise InvalidSignature from None


class SignatureError(ValueError):
    """The message is not what its signer signed; `str()` says which part is wrong."""


class Signed(NamedTuple):
    """Who says they signed, and with which nonce; proven only once `check` has returned."""

    keyid: str
    nonce: str


def sign_request(
    method: str, authority: str, path: str, body: bytes, *, key: PrivateKey, keyid: str, nonce: str
) -> dict[str, str]:
    """Return the three headers that sign a request.

    body: exactly the bytes sent, compressed if they are. nonce: 32 hex digits, new for every request.
    """
    values = (method.upper(), authority.lower(), path, content_digest(body))
    return _headers(REQUEST, values, key, keyid, nonce)


def sign_response(status: int, body: bytes, *, key: PrivateKey, nonce: str) -> dict[str, str]:
    """Return the three headers that sign an answer; it carries the request's nonce."""
    return _headers(RESPONSE, (str(status), content_digest(body)), key, "centre", nonce)


def claimed(signature_input: str | None) -> Signed:
    """Return whose key to look up. Raises SignatureError if the header is missing or not of our profile."""
    match = _INPUT.match(signature_input or "")
    if match is None:
        raise SignatureError("Signature-Input is missing or not of our profile")
    return Signed(match[1], match[2])


def check_request(
    method: str, authority: str, path: str, body: bytes, headers: dict[str, str], key: PublicKey
) -> Signed:
    """Return who signed a request and its nonce. headers: names in lower case. Raises SignatureError."""
    return _check(REQUEST, (method.upper(), authority.lower(), path, content_digest(body)), headers, key)


def check_response(status: int, body: bytes, headers: dict[str, str], key: PublicKey, nonce: str) -> None:
    """Return if the centre signed this answer to this nonce. headers: names in lower case. Raises SignatureError."""
    signed = _check(RESPONSE, (str(status), content_digest(body)), headers, key)
    if signed.nonce != nonce:
        raise SignatureError("the answer is signed, but for another request")


def content_digest(body: bytes) -> str:
    """Return the Content-Digest header of a body. Source: RFC 9530."""
    return f"sha-256=:{base64.b64encode(sha256(body).digest()).decode()}:"


def _base(profile: _Profile, values: tuple[str, ...], params: str) -> bytes:
    return (profile.base % (*values, params)).encode("latin-1", "strict")


def _headers(profile: _Profile, values: tuple[str, ...], key: PrivateKey, keyid: str, nonce: str) -> dict[str, str]:
    params = f'({profile.listed});created=0;keyid="{keyid}";alg="ed25519";nonce="{nonce}";tag="hailong-v1"'
    signature = base64.b64encode(key.sign(_base(profile, values, params))).decode()
    return {"Content-Digest": values[-1], "Signature-Input": f"hl={params}", "Signature": f"hl=:{signature}:"}


def _check(profile: _Profile, values: tuple[str, ...], headers: dict[str, str], key: PublicKey) -> Signed:
    signed = claimed(headers.get("signature-input"))
    if not headers["signature-input"].startswith(f"hl=({profile.listed});"):
        raise SignatureError("the signature does not cover what it must")
    params = headers["signature-input"][3:]  # the pattern leaves no other spelling of the rest
    if headers.get("content-digest") != values[-1]:
        raise SignatureError("Content-Digest is not that of the body")
    sent = headers.get("signature", "")
    if not (sent.startswith("hl=:") and sent.endswith(":")):
        raise SignatureError("Signature is missing")
    try:
        key.verify(base64.b64decode(sent[4:-1], validate=True), _base(profile, values, params))
    except (InvalidSignature, binascii.Error, UnicodeEncodeError):
        raise SignatureError("the signature is not of this key and message") from None
    return signed
