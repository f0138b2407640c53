"""Devices in SQL: kiosks, their one-time codes, boot ledger and alarms."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from server.database import Work
from server.offices.queries import Unit, line_above
from server.tables import devices, duties, officers, org_units, plans
from survey.enrolment import Acted, Duty

AHEAD_DAYS: Final = 14
ACTED_AT_MOST: Final = 5
ACTED_DAYS: Final = 183
"""What was done longer ago is no news at a counter any more."""


class Device(msgspec.Struct, frozen=True):
    """An enrolled kiosk. number: its 32-bit number in QR tokens. revoked_at: None while it may send."""

    id: str
    number: int
    counter: str
    public_key: bytes
    qr_epoch: str
    revoked_at: int | None


_COLUMNS = (
    devices.c.id,
    devices.c.number,
    devices.c.counter_id,
    devices.c.public_key,
    devices.c.qr_epoch,
    devices.c.revoked_at,
)


def device(connection: Connection, device_id: str) -> Device | None:
    """Return a device by id, revoked or not; None if it was never enrolled."""
    row = connection.execute(select(*_COLUMNS).where(devices.c.id == device_id)).first()
    return None if row is None else Device(*row)


def by_number(connection: Connection, number: int) -> Device | None:
    """Return a device by the number its QR tokens carry."""
    row = connection.execute(select(*_COLUMNS).where(devices.c.number == number)).first()
    return None if row is None else Device(*row)


def kiosk_json(connection: Connection, unit_ids: list[str]) -> dict[str, str]:
    """Return what units say of their kiosks, JSON by unit id."""
    query = select(org_units.c.id, org_units.c.kiosk).where(org_units.c.id.in_(unit_ids))
    return {row[0]: row[1] for row in connection.execute(query)}


def duty_ahead(connection: Connection, counter: str, today: date) -> list[Duty]:
    """Return who sits at a counter on the half-days of the next two weeks, in their order."""
    d = duties.c
    query = (
        select(d.day, d.part, officers.c.name)
        .join(officers, officers.c.id == d.officer_id)
        .where(d.counter_id == counter, d.day.between(today, today + timedelta(days=AHEAD_DAYS - 1)))
        .order_by(d.day, d.part)
    )
    return [Duty(day.isoformat(), part, name[:120]) for day, part, name in connection.execute(query)]


def acted_lately(connection: Connection, office: Unit, today: date) -> list[Acted]:
    """Return what an office or one above it did after citizens said something, in words a leader approved."""
    p = plans.c
    query = (
        select(p.text_vi, p.text_en)
        .where(
            p.unit_id.in_([office.id, *line_above(connection, office, today)]),
            p.state.in_(["done", "reviewed"]),
            p.done_on > today - timedelta(days=ACTED_DAYS),
            p.text_by != "",
            p.text_vi != "",
        )
        .order_by(p.done_on.desc(), p.id.desc())
        .limit(ACTED_AT_MOST)
    )
    return [Acted(vi, en) for vi, en in connection.execute(query)]


def code_hash(code: str) -> bytes:
    """Return what is stored of a one-time code: its SHA-256, dashes and case aside."""
    return sha256(code.replace("-", "").upper().encode()).digest()


def raise_alarm(work: Work, device_id: str, kind: str, subject: str, words: str, now_ms: int) -> None:
    """Note an event a person should look at; the same one again only counts up."""
    work.run(
        "INSERT INTO events (device, kind, subject, words, times, first_at, last_at) VALUES (?, ?, ?, ?, 1, ?, ?) "
        "ON CONFLICT (device, kind, subject) DO UPDATE SET times = events.times + 1, last_at = excluded.last_at",
        (device_id, kind, subject[:120], words, now_ms, now_ms),
    )


def alarms(work: Work, device_id: str) -> list[tuple[str, str, int]]:
    """Return a device's events as (kind, subject, times), oldest first."""
    rows = work.all("SELECT kind, subject, times FROM events WHERE device = ? ORDER BY id", (device_id,))
    return [(row[0], row[1], row[2]) for row in rows]


def see_boot(
    work: Work, device_id: str, boot: int, inst: str, known: tuple[str | None, int | None], counter: int, now_ms: int
) -> None:
    """Enter a request in the boot ledger; two machines from one card raise the alarm `clone`.

    One boot may have one inst only. An older boot that echoes what was said after a newer one appeared is alive too.
    known: (the inst this boot is known by, a later boot it echoes), each None where there is none.
    counter: what this device is answered now.
    """
    known_inst, later_boot = known
    if known_inst is None:
        work.run(
            "INSERT INTO boots (device, boot, inst, first_counter, first_at) VALUES (?, ?, ?, ?, ?)",
            (device_id, boot, inst, counter, now_ms),
        )
    elif known_inst != inst:
        raise_alarm(work, device_id, "clone", f"boot {boot}", "one boot number from two machines", now_ms)
        return
    if later_boot is not None:
        words = f"boot {boot} still speaks after boot {later_boot} began"
        raise_alarm(work, device_id, "clone", f"boot {boot}", words, now_ms)
