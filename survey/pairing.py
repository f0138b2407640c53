"""A kiosk without a code asks to be known: eight letters to type, four words to compare; pure.

The kiosk commits itself to a secret before it hears the centre's salt, so that nobody between the two can look for
keys that give the same four words: such a one has a single guess in four thousand million.
"""

from hashlib import sha256
from typing import Annotated, Final

import msgspec

from survey.ballot import CROCKFORD, Hex128
from survey.easy_words import EASY_WORDS
from survey.enrolment import Grant, Key

LETTERS: Final = 8
PATH: Final = "/api/v1/pairings"
ANSWER_PATH: Final = "/api/v1/pairings/answer"
PAGE: Final = "/thiet-bi/ghep"
"""Where a signed-in person types the letters."""
KEYID: Final = "pairing"
"""What a device without a name signs as."""

Salt = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
Letters = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-HJKMNP-TV-Z]{8}$")]


class PairRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A device without a code asks to be known. public_key: Ed25519, made on the device. commitment: of its secret."""

    version: int
    public_key: Key
    commitment: Key
    nonce: Hex128
    model: Annotated[str, msgspec.Meta(max_length=120)] = ""
    software: Annotated[str, msgspec.Meta(max_length=40)] = ""


class PairOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The centre holds the request; nothing is granted. letters: what a person types. expires_s: how long it stands."""

    version: int
    centre_key: Key
    letters: Letters
    salt: Salt
    expires_s: int
    nonce: Hex128


class PairPoll(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The device asks whether somebody has confirmed it; signed with its key. secret: what it was committed to."""

    version: int
    letters: Letters
    secret: Key


class PairAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What came of it so far. grant: None while nobody has confirmed."""

    version: int
    nonce: Hex128
    grant: Grant | None = None


def commitment(public_key: bytes, secret: bytes) -> bytes:
    """Return what a device says of its secret before it tells it."""
    return sha256(b"hailong pairing 1" + public_key + secret).digest()


def words(public_key: bytes, centre_key: bytes, secret: bytes, salt: bytes) -> list[str]:
    """Return the four words both screens show.

    >>> " ".join(words(bytes(32), bytes(32), bytes(32), bytes(16)))
    'lau kiếm yên cua'
    """
    digest = sha256(b"hailong pairing words 1" + public_key + centre_key + secret + salt).digest()
    return [EASY_WORDS[byte] for byte in digest[:4]]


def grouped(letters: str) -> str:
    """Return the letters as a screen shows them.

    >>> grouped("7K3MQX2P")
    '7K3M-QX2P'
    """
    return f"{letters[:4]}-{letters[4:]}"


def typed(text: str) -> str | None:
    """Return the letters a person typed in their one spelling, or None if they cannot be any.

    >>> typed(" 7k3m qx2p"), typed("oil1-0000"), typed("7K3M")
    ('7K3MQX2P', '01110000', None)
    """
    plain = "".join(one for one in text[:40].upper() if one.isalnum()).translate(str.maketrans("OIL", "011"))
    return plain if len(plain) == LETTERS and set(plain) <= set(CROCKFORD) else None
