"""Time-limits are watched: at four fifths the handling unit is reminded, at the end its superior is told."""

from typing import Final

from server.cases import queries
from server.cases.events import CENTRE, New, append
from server.centre import Centre
from server.database import Work
from server.offices.queries import unit
from survey.local_time import local_date

WARNED: Final = 1
LATE: Final = 2


def watch(centre: Centre) -> int:
    """Write reminders and breaches that are due into the history; returns how many. Each is written once."""
    now_ms = centre.now_ms()
    with centre.engine.connect() as connection:
        due = Work(connection).one(
            "SELECT count(*) FROM cases WHERE (warned = 0 AND warn_at <= ?) OR (warned < 2 AND due_at <= ?)",
            (now_ms, now_ms),
        )
    return centre.writer.run(lambda work: _tell(work, now_ms)) if due and due[0] else 0


def _tell(work: Work, now_ms: int) -> int:
    rows = work.all(
        "SELECT id FROM cases WHERE (warned = 0 AND warn_at <= ?) OR (warned < 2 AND due_at <= ?) ORDER BY id",
        (now_ms, now_ms),
    )
    told = 0
    for (case,) in rows:
        there = queries.hold(work, case)
        if there is None or there.due_at is None:
            continue
        if there.due_at <= now_ms:
            append(work, now_ms, New(case, CENTRE, "late", there.unit, superior_of(work, there.unit, now_ms)))
            queries.change(work, case, warned=LATE)
        else:
            append(work, now_ms, New(case, CENTRE, "warned", there.unit, there.owner or ""))
            queries.change(work, case, warned=WARNED)
        told += 1
    return told


def superior_of(work: Work, unit_id: str, now_ms: int) -> str:
    """Return the unit right above one; the unit itself at the top."""
    day = local_date(now_ms)
    line: list[str] = []
    at = unit(work.connection, unit_id, day)
    while at is not None and at.id not in line:
        line.append(at.id)
        at = unit(work.connection, at.parent, day) if at.parent else None
    return line[1] if len(line) > 1 else unit_id
