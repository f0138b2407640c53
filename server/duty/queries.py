"""Officers and duties in SQL: one officer to a counter and half-day."""

import secrets
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, select

from server.centre import config_changed
from server.database import Work
from server.duty.rules import Officer, Slot
from server.tables import duties, holidays, officers

_COLUMNS = (
    officers.c.id,
    officers.c.office_id,
    officers.c.name,
    officers.c.code,
    officers.c.title,
    officers.c.ended_on,
)


def officers_of(connection: Connection, office: str) -> list[Officer]:
    """Return an office's officers by code, those who left as well."""
    query = select(*_COLUMNS).where(officers.c.office_id == office).order_by(officers.c.code)
    return [Officer(*row) for row in connection.execute(query)]


def officer_on_duty(connection: Connection, counter: str, day: date, part: str) -> Officer | None:
    """Return who sits at a counter on a half-day, or None. part: am or pm."""
    d = duties.c
    query = (
        select(*_COLUMNS)
        .join_from(duties, officers, d.officer_id == officers.c.id)
        .where(d.counter_id == counter, d.day == day, d.part == part)
    )
    row = connection.execute(query).first()
    return None if row is None else Officer(*row)


def duties_of(connection: Connection, desks: list[str], first: date, last: date) -> dict[Slot, str]:
    """Return officers by slot at these counters, both days included."""
    d = duties.c
    query = select(d.counter_id, d.day, d.part, d.officer_id).where(d.counter_id.in_(desks), d.day.between(first, last))
    return {(row[0], row[1], row[2]): row[3] for row in connection.execute(query)}


def decided_days(connection: Connection) -> dict[date, bool]:
    """Return whether each day that the province decided on is worked."""
    return {row[0]: bool(row[1]) for row in connection.execute(select(holidays.c.day, holidays.c.is_working))}


def add_officer(work: Work, office: str, name: str, code: str, title: str) -> str:
    """Store an officer and return the id."""
    made = f"cb-{secrets.token_hex(8)}"
    work.run(
        "INSERT INTO officers (id, office_id, name, code, title) VALUES (?, ?, ?, ?, ?)",
        (made, office, name, code, title),
    )
    return made


def change_officer(work: Work, officer: Officer) -> None:
    """Store an officer's name, code, title and last day."""
    work.run(
        "UPDATE officers SET name = ?, code = ?, title = ?, ended_on = ? WHERE id = ?",
        (officer.name, officer.code, officer.title, officer.ended_on, officer.id),
    )
    config_changed(work)


def set_duties(work: Work, wanted: Mapping[Slot, str]) -> None:
    """Store who sits where; "" empties a half-day."""
    for (desk, day, part), officer in wanted.items():
        work.run("DELETE FROM duties WHERE counter_id = ? AND day = ? AND part = ?", (desk, day, part))
        if officer:
            work.run(
                "INSERT INTO duties (counter_id, day, part, officer_id) VALUES (?, ?, ?, ?)", (desk, day, part, officer)
            )
    config_changed(work)  # kiosks name the officer on duty
