"""Doing and undoing changes of the organisation in one transaction: versions, successions, log, kiosks' settings."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, and_, delete, func, insert, or_, select

from server.audit.queries import record
from server.centre import config_changed
from server.database import Work
from server.offices.changes import ChangeError, Plan, applied, new_faults
from server.offices.queries import Unit, every_version
from server.offices.rules import day_words
from server.tables import (
    accounts,
    ballots,
    device_moves,
    devices,
    duties,
    enrol_codes,
    officers,
    org_changes,
    org_successions,
    org_units,
    org_versions,
)  # fmt: skip

UNDO_LOOKS_AT: Final = 500


class Done(msgspec.Struct, frozen=True):
    """One change as it was stored. day: from which it holds, None for an import."""

    id: int
    at: int
    actor: str
    what: str
    words: str
    day: date | None
    legal_ref: str
    units: list[str]
    plan: Plan


class Said(msgspec.Struct, frozen=True):
    """What is written of a change. at: Unix milliseconds. words: in Vietnamese, for its undo and the unit's page."""

    at: int
    actor: str
    what: str
    words: str
    day: date | None = None
    legal_ref: str = ""


def apply(work: Work, plan: Plan, said: Said) -> None:
    """Store a plan. Raises ChangeError if the list changed since it was made, so that it would no longer hold."""
    versions = locked_versions(work)
    _check_there(versions, plan)
    fresh = new_faults(versions, plan)
    if fresh:
        raise ChangeError(" ".join(fresh))
    _store(work, plan)
    units, body = msgspec.json.encode(plan.units).decode(), msgspec.json.encode(plan).decode()
    work.connection.execute(
        insert(org_changes).values(
            at=said.at, actor=said.actor, what=said.what, words=said.words, day=said.day, legal_ref=said.legal_ref,
            units=units, body=body,
        )
    )  # fmt: skip
    day = f" {said.day}" if said.day else ""
    record(work, said.at, said.actor, f"office.{said.what}", f"{' '.join(plan.units)[:400]}{day}")
    config_changed(work)


def undo(work: Work, change: Done, at: int, actor: str) -> None:
    """Take a change back. Raises ChangeError, in Vietnamese, if something was built on it."""
    versions = locked_versions(work)
    back = Plan(change.plan.added, change.plan.removed)
    _check_there(versions, back)
    left = applied(versions, back)
    gone = {one.id for one in versions} - {one.id for one in left}
    used = {unit: words for unit in sorted(gone) if (words := _use(work.connection, unit))}
    if used:
        names = {one.id: one.name_vi for one in versions}
        told = "; ".join(f"{names[unit]} đã có {words}" for unit, words in used.items())
        raise ChangeError(f"Không hoàn tác được: {told}.")
    fresh = new_faults(versions, back)
    if fresh:
        raise ChangeError("Không hoàn tác được. " + " ".join(fresh))
    s = org_successions.c
    for one in change.plan.successions:
        work.connection.execute(
            delete(org_successions).where(and_(s.old_id == one.old, s.new_id == one.new, s.day == one.day))
        )
    _store(work, back)
    for unit in sorted(gone):
        work.run("DELETE FROM org_units WHERE id = ?", (unit,))
    work.run("UPDATE org_changes SET undone_at = ? WHERE id = ?", (at, change.id))
    record(work, at, actor, "office.undo", f"{change.what} {' '.join(change.units)[:400]}")
    config_changed(work)


def last_change(connection: Connection, unit: str) -> Done | None:
    """Return the newest change of a unit that was not undone, or None."""
    return next((one for one in _changes(connection) if unit in one.units), None)


def last_of(connection: Connection, what: str) -> Done | None:
    """Return the newest change of one kind that was not undone, or None."""
    return next((one for one in _changes(connection) if one.what == what), None)


def change_by_id(connection: Connection, change: int) -> Done | None:
    """Return a change that was not undone, or None."""
    c = org_changes.c
    row = connection.execute(_select().where(and_(c.id == change, c.undone_at.is_(None)))).first()
    return None if row is None else _done(row)


def weight(connection: Connection, plan: Plan, day: date | None) -> dict[str, int]:
    """Return how many kiosks stand in the units a plan touches or below, and ballots there from a day on."""
    touched = set(plan.units)
    units = every_version(connection)
    while below := {one.id for one in units if one.parent in touched and one.id not in touched}:
        touched |= below
    kiosks = select(func.count()).where(devices.c.counter_id.in_(touched), devices.c.revoked_at.is_(None))
    b = ballots.c
    where = or_(b.office_id.in_(touched), b.counter_id.in_(touched))
    counted = select(func.count()).select_from(ballots).where(where)
    since = counted if day is None else counted.where(b.day >= day)
    return {"kiosks": connection.scalar(kiosks) or 0, "ballots": connection.scalar(counted) or 0,
            "since": connection.scalar(since) or 0}  # fmt: skip


def locked_versions(work: Work) -> list[Unit]:
    """Return every version, with the list kept from other writers until the end."""
    work.all(work.locked("SELECT id FROM centre"))
    return every_version(work.connection)


def _check_there(versions: Sequence[Unit], plan: Plan) -> None:
    there = {(one.id, one.valid_from): one for one in versions}
    for one in plan.removed:
        if there.get((one.id, one.valid_from)) != one:
            words = f"“{one.name_vi}” (từ {day_words(one.valid_from)}) đã được thay đổi sau đó."
            raise ChangeError(f"{words} Xin xem lại rồi làm lại từ đầu.")
    gone = {(one.id, one.valid_from) for one in plan.removed}
    for one in plan.added:
        if (one.id, one.valid_from) in there and (one.id, one.valid_from) not in gone:
            raise ChangeError(f"“{one.name_vi}” đã có thay đổi từ {day_words(one.valid_from)}. Xin xem lại.")


def _store(work: Work, plan: Plan) -> None:
    known = {row[0] for row in work.all("SELECT id FROM org_units")}
    for unit, kind in dict.fromkeys((one.id, one.kind) for one in plan.added):
        if unit not in known:
            work.connection.execute(insert(org_units).values(id=unit, kind=kind))
    v = org_versions.c
    for one in plan.removed:
        work.connection.execute(delete(org_versions).where(and_(v.unit_id == one.id, v.valid_from == one.valid_from)))
    if plan.added:
        work.connection.execute(insert(org_versions), [_row(one) for one in plan.added])
    if plan.successions:
        work.connection.execute(
            insert(org_successions),
            [{"old_id": one.old, "new_id": one.new, "day": one.day, "kind": one.kind, "legal_ref": one.legal_ref}
             for one in plan.successions],
        )  # fmt: skip


def _row(one: Unit) -> dict[str, Any]:
    return {
        "unit_id": one.id, "name_vi": one.name_vi, "name_en": one.name_en, "code": one.code, "parent_id": one.parent,
        "valid_from": one.valid_from, "valid_to": one.valid_to,
    }  # fmt: skip


def _use(connection: Connection, unit: str) -> str:
    """Return in Vietnamese what refers to a unit, or ""."""
    uses = (
        ("phiếu", ballots, or_(ballots.c.office_id == unit, ballots.c.counter_id == unit)),
        ("ki-ốt", devices, devices.c.counter_id == unit),
        ("lần chuyển ki-ốt", device_moves, or_(device_moves.c.from_counter == unit, device_moves.c.to_counter == unit)),
        ("mã ghi danh", enrol_codes, enrol_codes.c.counter_id == unit),
        ("cán bộ", officers, officers.c.office_id == unit),
        ("lịch trực", duties, duties.c.counter_id == unit),
        ("tài khoản", accounts, accounts.c.unit == unit),
    )
    counts = ((words, connection.scalar(select(func.count()).select_from(table).where(is_of)))
              for words, table, is_of in uses)  # fmt: skip
    return ", ".join(f"{n} {words}" for words, n in counts if n)


def _select() -> Any:
    c = org_changes.c
    return select(c.id, c.at, c.actor, c.what, c.words, c.day, c.legal_ref, c.units, c.body)


def _done(row: Any) -> Done:
    units, body = msgspec.json.decode(row[7], type=list[str]), msgspec.json.decode(row[8], type=Plan)
    number, at, actor, what, words, day, legal_ref = row[:7]
    return Done(number, at, actor, what, words, day, legal_ref, units, body)


def _changes(connection: Connection) -> list[Done]:
    c = org_changes.c
    query = _select().where(c.undone_at.is_(None)).order_by(c.id.desc()).limit(UNDO_LOOKS_AT)
    return [_done(row) for row in connection.execute(query)]
