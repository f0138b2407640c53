"""A machine without a code asks to be known: letters for a person to type, words to compare, then a grant."""

import secrets

import msgspec

from appliance.link import Link
from survey import pairing, wire
from survey.enrolment import Grant
from survey.pairing import PairAnswer, PairOffer, PairPoll, PairRequest


class Offer(msgspec.Struct, frozen=True):
    """A request the centre holds. secret: told with the first poll, never before."""

    letters: str
    words: list[str]
    secret: bytes
    expires_s: int


def ask(link: Link, *, model: str, software: str) -> Offer:
    """Return the centre's offer to a new request of this device's key. Raises LinkError."""
    secret, nonce, public_key = secrets.token_bytes(32), secrets.token_hex(16), link.public_key
    request = PairRequest(
        version=wire.CONTRACT_VERSION, public_key=public_key, commitment=pairing.commitment(public_key, secret),
        nonce=nonce, model=model, software=software,
    )  # fmt: skip
    answer = link.signed(pairing.PATH, wire.encode(request), nonce, pairing.KEYID)
    told = link.met(answer, PairOffer, nonce)
    words = pairing.words(public_key, told.centre_key, secret, told.salt)
    return Offer(told.letters, words, secret, told.expires_s)


def hear(link: Link, offer: Offer) -> Grant | None:
    """Return the grant once a person has confirmed, None before. Raises LinkError.

    The grant must be of the very centre whose key the four words were made from.
    """
    nonce = secrets.token_hex(16)
    poll = PairPoll(version=wire.CONTRACT_VERSION, letters=offer.letters, secret=offer.secret)
    answer = link.signed(pairing.ANSWER_PATH, wire.encode(poll), nonce, pairing.KEYID)
    told = link.told(answer, PairAnswer, nonce, "pairing answer")
    if told.grant is not None:
        link.join(told.grant)
    return told.grant
