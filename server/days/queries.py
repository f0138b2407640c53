"""Days the province decided on, in SQL."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, select

from server.database import Work
from server.offices.calendar import Day
from server.tables import holidays


def decided(connection: Connection) -> list[Day]:
    """Return every day decided on, the earliest first."""
    h = holidays.c
    query = select(h.day, h.name, h.is_working).order_by(h.day)
    return [Day(row[0], row[1], bool(row[2])) for row in connection.execute(query)]


def set_days(work: Work, days: Iterable[Day]) -> None:
    """Store days, in place of what was decided of them before."""
    for one in days:
        remove(work, one.day)
        work.run("INSERT INTO holidays (day, name, is_working) VALUES (?, ?, ?)", (one.day, one.name, one.is_working))


def remove(work: Work, day: date) -> bool:
    """Forget what was decided of a day; returns whether anything was."""
    return bool(work.run("DELETE FROM holidays WHERE day = ?", (day,)))
