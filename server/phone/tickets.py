"""Tickets: what the centre knew when a page opened, signed into the page itself, so that it needs no cookie."""

import base64
import binascii
import hmac
import secrets
from hashlib import sha256
from uuid import UUID

import msgspec

from survey import wire
from survey.ballot import Channel, ballot_id
from survey.qr_token import Lane

MAC_BYTES = 16


class Ticket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One opening of the page. place: a counter, or an office whose counter is not known.

    kiosk, boot, counter_no: the token's, to be spent; kiosk None where there is none. invitation: what is stored of a
    one-time code, hexadecimal, to be spent; "" where there is none.

    opened_at: Unix milliseconds. nonce: 32 hex digits; the ballot's id comes from it, so that a form sent twice is one
    ballot. ref: the questionnaire that was shown, so that its day's end does not disturb who is answering.
    """

    place: str
    lane: Lane
    opened_at: int
    nonce: str
    kiosk: int | None = None
    boot: int = 0
    counter_no: int = 0
    ref: str = ""
    channel: Channel = Channel.QR
    invitation: str = ""

    @property
    def ballot(self) -> UUID:
        """Return the id of the ballot this opening may give."""
        return ballot_id(self.opened_at, sha256(b"hailong ticket " + bytes.fromhex(self.nonce)).digest()[:14])


def new(place: str, lane: Lane, now_ms: int, channel: Channel = Channel.QR, invitation: str = "") -> Ticket:
    """Return a new ticket for a place without a token."""
    return Ticket(place, lane, now_ms, secrets.token_hex(16), channel=channel, invitation=invitation)


def seal(ticket: Ticket, key: bytes) -> str:
    """Return a ticket as text that only this centre can make."""
    body = wire.encode(ticket)
    return base64.urlsafe_b64encode(body + hmac.digest(key, body, sha256)[:MAC_BYTES]).decode().rstrip("=")


def read(text: str, key: bytes) -> Ticket:
    """Return a ticket. Raises ValueError if it is not one of ours."""
    try:
        data = base64.urlsafe_b64decode(text[:1000] + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise ValueError("this is not a ticket") from None
    body, mac = data[:-MAC_BYTES], data[-MAC_BYTES:]
    if not hmac.compare_digest(hmac.digest(key, body, sha256)[:MAC_BYTES], mac):
        raise ValueError("this ticket was not made here")
    return wire.decode(body, Ticket)
