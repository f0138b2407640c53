"""A device becomes known to the centre: one-time codes made, used once, and answered again if the answer was lost."""

import secrets
from datetime import date
from typing import Protocol

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import insert

from server.audit.queries import record
from server.centre import Centre, config_changed, mark
from server.database import Work
from server.devices.queries import Device, code_hash, raise_alarm
from server.offices.queries import COUNTER, Unit, unit
from server.problem import RefusalError
from server.tables import devices, enrol_codes
from survey import wire
from survey.ballot import CROCKFORD
from survey.enrolment import EnrolRequest, Grant
from survey.local_time import DAY_MS, local_date


class CodeError(ValueError):
    """A one-time code that cannot be made; `str()` says why."""


class Newcomer(Protocol):
    """What a device says of itself before it is known, however it asks."""

    @property
    def public_key(self) -> bytes: ...
    @property
    def model(self) -> str: ...
    @property
    def software(self) -> str: ...


class Enrolled(msgspec.Struct, frozen=True):
    """An enrolment that stands: who, where, and under which epoch."""

    device: Device
    office: Unit
    counter: Unit
    epoch: str


def make_code(work: Work, counter: str, days: int, now_ms: int, actor: str, replaces: str = "") -> str:
    """Return a new one-time code for a counter, `ABCDE-FGHJK-MNPQR-STVWX`; only its digest is stored.

    days: how long it may be used, 1…60. replaces: the device that is revoked when the new one enrols; "" for none.
    Raises CodeError if the counter does not stand today.
    """
    if not 1 <= days <= 60:
        raise CodeError(f"{days} days is not a term for a code; give 1 to 60")
    place = unit(work.connection, counter, local_date(now_ms))
    if place is None or place.kind != COUNTER:
        raise CodeError(f"{counter!r} is not a counter that stands today; `python -m server counters` lists them")
    code = spelled("".join(secrets.choice(CROCKFORD) for _ in range(20)))
    keep_code(work, code, counter, now_ms + days * DAY_MS, now_ms, actor)
    if replaces:
        work.run("UPDATE enrol_codes SET replaces = ? WHERE code_hash = ?", (replaces, code_hash(code)))
    return code


def spelled(letters: str) -> str:
    """Return the twenty letters of a code as people copy them, in fives."""
    return "-".join(letters[at : at + 5] for at in range(0, len(letters), 5))


def keep_code(work: Work, code: str, counter: str, expires_at: int, now_ms: int, actor: str) -> None:
    """Store a code's digest and who made it; times in Unix milliseconds."""
    work.connection.execute(
        insert(enrol_codes).values(code_hash=code_hash(code), counter_id=counter, made_at=now_ms, expires_at=expires_at)
    )
    record(work, now_ms, actor, "enrol_code.make", counter)


def enrol(work: Work, request: EnrolRequest, now_ms: int) -> Enrolled | RefusalError:
    """Return the enrolment of a device, or why not; the same key may use its code again, another key never.

    A refusal comes back as a value, not raised: what it counts must be committed too.
    """
    digest = code_hash(request.code)
    query = "SELECT counter_id, expires_at, used_at, device_id, replaces FROM enrol_codes WHERE code_hash = ?"
    row = work.one(work.locked(query), (digest,))
    if row is None:
        raise_alarm(work, "", "wrong_code", "", "someone tried a one-time code that was never made", now_ms)
        return RefusalError(401, "unknown_code", "this one-time code is not known; make a new one at the centre")
    counter_id, expires_at, used_at, device_id, replaces = row
    if used_at is not None:
        return _again(work, request, device_id, now_ms)
    if now_ms > expires_at:
        return RefusalError(410, "code_expired", "this one-time code is over its term; make a new one at the centre")
    made = settle(work, counter_id, request, now_ms)
    if isinstance(made, RefusalError):
        return made
    work.run("UPDATE enrol_codes SET used_at = ?, device_id = ? WHERE code_hash = ?", (now_ms, made.id, digest))
    record(work, now_ms, made.id, "device.enrol", counter_id)
    if replaces:
        _replace(work, str(replaces), made.id, now_ms)
    return standing(work, made, now_ms)


def _replace(work: Work, old: str, new: str, now_ms: int) -> None:
    """Revoke the device another one takes the place of, unless it said last that it still holds ballots."""
    row = work.one("SELECT last_health FROM devices WHERE id = ?", (old,))
    if row and row[0] and msgspec.json.decode(row[0]).get("queue", 0):
        words = "it was replaced but still holds ballots; fetch them, then revoke it"
        raise_alarm(work, old, "not_replaced", new, words, now_ms)
    elif revoke(work, old, now_ms, new):
        record(work, now_ms, new, "device.replace", old)


def settle(work: Work, counter: str, request: Newcomer, now_ms: int) -> Device | RefusalError:
    """Return a new device of this key at a counter, or why the key can have none."""
    if work.one("SELECT 1 FROM devices WHERE public_key = ?", (request.public_key,)) is not None:
        return RefusalError(409, "key_known", "another device has this key; write the card anew, never copy a card")
    try:
        Ed25519PublicKey.from_public_bytes(request.public_key)
    except (ValueError, UnsupportedAlgorithm):
        return RefusalError(400, "bad_key", "this is not an Ed25519 public key")
    number = _next_number(work)
    epoch = mark(work).epoch
    made = Device(f"ks-{number:06d}", number, counter, request.public_key, epoch, None)
    work.connection.execute(
        insert(devices).values(
            id=made.id, number=number, counter_id=counter, public_key=request.public_key, qr_epoch=epoch,
            model=_plain(request.model), software=_plain(request.software), enrolled_at=now_ms,
        )
    )  # fmt: skip
    config_changed(work)
    return made


def _again(work: Work, request: EnrolRequest, device_id: str, now_ms: int) -> Enrolled | RefusalError:
    row = work.one(
        "SELECT id, number, counter_id, public_key, qr_epoch, revoked_at FROM devices WHERE id = ?", (device_id,)
    )
    if row is None or bytes(row[3]) != request.public_key or row[5] is not None:
        raise_alarm(work, device_id, "code_used", "", "another device tried a one-time code that was used", now_ms)
        return RefusalError(409, "code_used", "this one-time code was used by another device; make a new one")
    return standing(work, Device(row[0], row[1], row[2], bytes(row[3]), row[4], row[5]), now_ms)


def standing(work: Work, device: Device, now_ms: int) -> Enrolled | RefusalError:
    """Return a device's enrolment with its places, or why it has none."""
    places = places_of(work, device.counter, local_date(now_ms))
    if places is None:
        return RefusalError(409, "counter_closed", "the counter of this code does not stand any more; make a new one")
    return Enrolled(device, *places, mark(work).epoch)


def places_of(work: Work, counter: str, day: date) -> tuple[Unit, Unit] | None:
    """Return (office, counter) as they stand on a day, or None."""
    desk = unit(work.connection, counter, day)
    office = unit(work.connection, desk.parent, day) if desk and desk.parent else None
    return (office, desk) if office and desk else None


def revoke(work: Work, device_id: str, now_ms: int, actor: str) -> bool:
    """Take a device's right to send; returns whether it had one. What it sent stays."""
    changed = work.run("UPDATE devices SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (now_ms, device_id))
    if changed:
        record(work, now_ms, actor, "device.revoke", device_id)
    return changed == 1


def grant(centre: Centre, enrolled: Enrolled, nonce: str) -> Grant:
    """Return what the device is told."""
    return Grant(
        version=wire.CONTRACT_VERSION,
        device=enrolled.device.id,
        centre_key=centre.keys.centre_key,
        epoch=enrolled.epoch,
        nonce=nonce,
        office=enrolled.office.name,
        counter=enrolled.counter.name,
    )


def _next_number(work: Work) -> int:
    work.all(work.locked("SELECT id FROM centre"))
    row = work.one("SELECT max(number) FROM devices")
    return 1 + (row[0] or 0 if row else 0)


def _plain(text: str) -> str:
    return text.replace("\x00", "")
