"""What a respondent wrote in words, sealed at capture so that only the centre can read it."""

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey
from nacl.public import SealedBox as Box

from survey import wire
from survey.note import Note

PAD_TO = 64


def seal(note: Note, centre_seal_key: bytes) -> bytes:
    """Return an X25519 sealed box of a note, padded so that its length tells little.

    centre_seal_key: the centre's 32-byte public key. Raises ValueError if it is not one.
    """
    try:
        box = Box(PublicKey(centre_seal_key))
    except Exception as error:
        raise ValueError("the centre's sealing key is not a 32-byte X25519 key; fetch the settings again") from error
    plain = wire.encode(note)
    return bytes(box.encrypt(plain + b" " * (-len(plain) % PAD_TO)))


def open_sealed(sealed: bytes, private_key: bytes) -> Note:
    """Return the note in a sealed box. Raises ValueError if it is not for this key or was changed."""
    try:
        plain = Box(PrivateKey(private_key)).decrypt(sealed)
    except CryptoError as error:
        raise ValueError("this sealed part is not for this key, or was changed") from error
    return wire.decode(plain, Note)
