"""One-time codes for a roster: made from a key, so that the same row asked for again has the same code."""

import hmac
from hashlib import sha256

from sqlalchemy import Connection

from server.centre import Centre
from server.database import Work
from server.devices.enrol import keep_code, spelled
from server.devices.queries import code_hash
from server.offices.queries import COUNTER, standing
from survey import wire
from survey.ballot import CROCKFORD
from survey.local_time import DAY_MS, local_date
from survey.provisioning import CodeGiven, CodesAsked, CodesGiven, CounterPlace, Places, Wanted


class RowError(ValueError):
    """A row that no code can be made for; `str()` names it and says what to do."""


def places_of(connection: Connection, centre: Centre, reached: frozenset[str] | None) -> Places:
    """Return the counters that stand today, as far as one may see. reached: None for the whole province."""
    now_ms = centre.now_ms()
    units = {one.id: one for one in standing(connection, local_date(now_ms))}
    counters = [
        CounterPlace(
            id=one.id, code=one.code, name=one.name, office=units[one.parent].id, office_name=units[one.parent].name
        )
        for one in sorted(units.values(), key=lambda unit: unit.id)
        if one.kind == COUNTER and one.parent in units and (reached is None or one.id in reached)
    ]
    return Places(version=wire.CONTRACT_VERSION, centre=centre.settings.public_base, made_at=now_ms, counters=counters)


def give(work: Work, centre: Centre, asked: CodesAsked, reached: frozenset[str] | None, actor: str) -> CodesGiven:
    """Return a code for each row, or which device used it; all or none. Raises RowError."""
    now_ms = centre.now_ms()
    stands = {one.id for one in standing(work.connection, local_date(now_ms)) if one.kind == COUNTER}
    for at, row in enumerate(asked.rows):
        if row.counter not in stands or (reached is not None and row.counter not in reached):
            raise RowError(f"rows[{at}].counter: {row.counter!r} is not a counter within reach; fetch the places anew")
    rows = [_one(work, centre, row, now_ms, asked.days, actor) for row in asked.rows]
    return CodesGiven(version=wire.CONTRACT_VERSION, centre=centre.settings.public_base, made_at=now_ms, rows=rows)


def code_of(key: bytes, row: Wanted, round_: int) -> str:
    """Return the code of a row, `ABCDE-FGHJK-MNPQR-STVWX`; pure. round_: one more for each whose term ran out."""
    said = hmac.digest(key, f"{row.counter}\0{row.slot}\0{round_}".encode(), sha256)
    number = int.from_bytes(said, "big")
    return spelled("".join(CROCKFORD[(number >> (5 * at)) & 31] for at in range(20)))


def _one(work: Work, centre: Centre, row: Wanted, now_ms: int, days: int, actor: str) -> CodeGiven:
    round_ = 0
    while True:
        code = code_of(centre.keys.enrolment_key, row, round_)
        found = work.one(
            "SELECT expires_at, used_at, device_id FROM enrol_codes WHERE code_hash = ?", (code_hash(code),)
        )
        if found is None:
            expires_at = now_ms + days * DAY_MS
            keep_code(work, code, row.counter, expires_at, now_ms, actor)
            return CodeGiven(counter=row.counter, slot=row.slot, code=code, expires_at=expires_at)
        expires_at, used_at, device = found
        if used_at is not None:
            return CodeGiven(counter=row.counter, slot=row.slot, code="", expires_at=expires_at, device=str(device))
        if expires_at > now_ms:
            return CodeGiven(counter=row.counter, slot=row.slot, code=code, expires_at=expires_at)
        round_ += 1
