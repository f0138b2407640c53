"""This device's key, made here and never leaving the card; and the key its centre signs with."""

import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from appliance.durable import copies, write_twice
from appliance.identity import IdentityError
from survey.enrolment import Grant

KEY = "device.key"


def device_key(folder: Path) -> Ed25519PrivateKey:
    """Return the device's key; made here at the first call and never leaves the card."""
    held = [each for each in copies(folder / KEY) if each.exists()]
    if not held:
        write_twice(folder / KEY, secrets.token_bytes(32))
        return device_key(folder)
    seed = next((seed for each in held if len(seed := each.read_bytes()) == 32), None)
    if seed is None:
        raise IdentityError(f"{held[0]} has not 32 bytes; remove it and its copy and enrol this kiosk again")
    return Ed25519PrivateKey.from_private_bytes(seed)


def centre_key(granted: Grant) -> Ed25519PublicKey:
    """Return the key every answer of the centre is signed with."""
    return Ed25519PublicKey.from_public_bytes(granted.centre_key)
