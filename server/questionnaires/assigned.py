"""Versions assigned to units from a day on, in SQL; what was in force once is never taken out, only followed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from server.database import Work
from server.questionnaires.choice import Assigned
from server.tables import questionnaire_assignments
from survey.local_time import local_date


def _query() -> Select[Any]:
    c = questionnaire_assignments.c
    return select(c.id, c.unit_id, c.ref, c.day, c.at, c.actor, c.withdrawn_at).order_by(c.day, c.at, c.id)


def everything(connection: Connection) -> list[Assigned]:
    """Return every assignment, withdrawn or not, the earliest day first."""
    return [Assigned(*row) for row in connection.execute(_query())]


def of_units(connection: Connection, units: Sequence[str]) -> list[Assigned]:
    """Return what these units themselves were assigned."""
    query = _query().where(questionnaire_assignments.c.unit_id.in_(units))
    return [Assigned(*row) for row in connection.execute(query)]


def assign(work: Work, unit: str, ref: str, day: date, now_ms: int, actor: str) -> None:
    """Have a unit and those below it ask a version from a local day on. ref: "" for what the unit above asks."""
    values = {"unit_id": unit, "ref": ref, "day": day, "at": now_ms, "actor": actor}
    work.connection.execute(insert(questionnaire_assignments).values(values))


def withdraw(work: Work, assignment: int, now_ms: int) -> Assigned | None:
    """Take back an assignment whose day has not come; returns it, None if there is none to take back."""
    query = _query().where(questionnaire_assignments.c.id == assignment)
    row = work.connection.execute(query).first()
    found = None if row is None else Assigned(*row)
    if found is None or found.withdrawn_at is not None or found.day <= local_date(now_ms):
        return None
    work.run("UPDATE questionnaire_assignments SET withdrawn_at = ? WHERE id = ?", (now_ms, assignment))
    return found


def end_of_units(work: Work, units: Sequence[str], now_ms: int) -> None:
    """End whatever these units themselves were assigned, in force or to come."""
    query = "UPDATE questionnaire_assignments SET withdrawn_at = ? WHERE unit_id = ? AND withdrawn_at IS NULL"
    for unit in units:
        work.run(query, (now_ms, unit))
