"""What a scanned, clicked or typed code opens: a ticket for its place, in the lane it can prove."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date

import msgspec
from litestar.exceptions import NotFoundException
from sqlalchemy import Connection

from server.centre import Centre
from server.database import Work
from server.devices.queries import by_number
from server.offices.queries import COUNTER, PROVINCE, Unit, standing, unit
from server.offices.scope import subtree
from server.phone import codes, one_time, tickets
from server.phone.rules import lane_at_opening
from server.phone.tickets import Ticket
from survey import qr_token
from survey.ballot import Channel
from survey.local_time import local_date
from survey.qr_token import Lane

COUNTERS_AT_MOST = 60


class ClosedError(Exception):
    """A one-time code that opens nothing any more. why: spent or expired. office: whose poster is open still."""

    def __init__(self, why: str, office: Unit) -> None:
        super().__init__(why)
        self.why, self.office = why, office


class Opened(msgspec.Struct, frozen=True):
    """What a code opens. context: what is known of the visit already, to be seen and changed on the page."""

    ticket: Ticket
    context: dict[str, str] = {}


Opener = Callable[[Connection, Centre, str], Opened]


def by_token(connection: Connection, centre: Centre, text: str) -> Opened:
    """Return what a token that was scanned opens. Raises NotFoundException if no kiosk of ours can have made it."""
    try:
        found = by_number(connection, qr_token.kiosk_of(text))
    except ValueError:
        found = None
    if found is None:
        raise NotFoundException("this code is not of a kiosk of ours")
    now_ms = centre.now_ms()
    token = None
    with suppress(ValueError):
        token = qr_token.read(text, qr_token.qr_key(centre.keys.qr_master, found.id, found.qr_epoch))
    lane = lane_at_opening(token, is_revoked=found.revoked_at is not None, now_s=now_ms / 1000)
    ticket = tickets.new(found.counter, lane, now_ms)
    if token is None:
        return Opened(ticket)
    return Opened(msgspec.structs.replace(ticket, kiosk=token.kiosk, boot=token.boot, counter_no=token.counter))


def by_poster(connection: Connection, centre: Centre, place: str) -> Opened:
    """Return what the static code of a counter or an office opens; anyone may use it, any number of times."""
    return Opened(tickets.new(_standing(connection, centre, place), Lane.OPEN, centre.now_ms()))


def by_link(connection: Connection, centre: Centre, place: str) -> Opened:
    """Return what the static link of a counter or an office opens, as it is put into messages."""
    return Opened(tickets.new(_standing(connection, centre, place), Lane.OPEN, centre.now_ms(), Channel.LINK))


def by_invitation(connection: Connection, centre: Centre, text: str) -> Opened:
    """Return what a one-time code opens. Raises NotFoundException for no code of ours, ClosedError for a used one."""
    code = codes.read(text)
    digest = codes.stored(centre.keys.invitation_key, code) if code else b""
    found = one_time.of_digest(Work(connection), digest) if code else None
    if found is None:
        raise NotFoundException("this code is not one of ours")
    today = local_date(centre.now_ms())
    office, _ = place_of(connection, found.place, today)
    if found.is_spent:
        raise ClosedError("spent", office)
    if found.expires_on < today.isoformat():
        raise ClosedError("expired", office)
    ticket = tickets.new(found.place, Lane.MAIL, centre.now_ms(), Channel(found.channel), found.digest.hex())
    return Opened(ticket, {"field": found.field} if found.field else {})


def _standing(connection: Connection, centre: Centre, place: str) -> str:
    found = unit(connection, place, local_date(centre.now_ms()))
    if found is None or found.kind == PROVINCE:
        raise NotFoundException("this place does not stand any more")
    return found.id


def place_of(connection: Connection, place: str, day: date) -> tuple[Unit, Unit | None]:
    """Return the office a place is or belongs to on a day, and the counter if it is one.

    Raises NotFoundException if it does not stand then.
    """
    found = unit(connection, place, day)
    if found is None or found.kind == PROVINCE:
        raise NotFoundException("this place does not stand any more")
    if found.kind != COUNTER:
        return found, None
    office = unit(connection, found.parent, day) if found.parent else None
    if office is None:
        raise NotFoundException("this place does not stand any more")
    return office, found


def counters_below(connection: Connection, office: Unit, day: date) -> list[Unit]:
    """Return the counters of an office and of what is below it, by name; none if there are too many to choose from."""
    units = standing(connection, day)
    below = subtree(units, office.id)
    counters = [one for one in units if one.kind == COUNTER and one.id in below]
    return sorted(counters, key=lambda one: one.name_vi) if len(counters) <= COUNTERS_AT_MOST else []
