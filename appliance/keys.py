"""This device's key, made here and never leaving the card; and the key its centre signs with."""

import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from appliance.durable import write_durably
from appliance.identity import IdentityError
from survey.enrolment import Grant

KEY = "device.key"


def device_key(folder: Path) -> Ed25519PrivateKey:
    """Return the device's key; made here at the first call and never leaves the card."""
    path = folder / KEY
    if not path.exists():
        write_durably(path, secrets.token_bytes(32))
    seed = path.read_bytes()
    if len(seed) != 32:
        raise IdentityError(f"{path} has {len(seed)} bytes instead of 32; remove it and enrol this kiosk again")
    return Ed25519PrivateKey.from_private_bytes(seed)


def centre_key(granted: Grant) -> Ed25519PublicKey:
    """Return the key every answer of the centre is signed with."""
    return Ed25519PublicKey.from_public_bytes(granted.centre_key)
