"""Offices and counters in SQL: units with dated versions, never overwritten."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, and_, insert, or_, select

from server.database import Work
from server.offices.succession import Succession
from server.tables import org_successions, org_units, org_versions

COUNTER = "counter"
PROVINCE = "province"


class Unit(msgspec.Struct, frozen=True):
    """One unit as of a day. parent: None at the top. valid_to: its last day, None while it stands."""

    id: str
    kind: str
    name_vi: str
    name_en: str
    code: str
    parent: str | None
    valid_from: date
    valid_to: date | None

    @property
    def name(self) -> dict[str, str]:
        """Return its name by language."""
        return {"vi": self.name_vi, "en": self.name_en or self.name_vi}


def province_of(units: Iterable[Unit]) -> str:
    """Return the name of the province among units, "" if it is not among them."""
    return next((one.name_vi for one in units if one.kind == PROVINCE), "")


def place_in(province: str) -> str:
    """Return the place a document of a province is dated at: its name without "Tỉnh" and without brackets."""
    return province.removeprefix("Tỉnh ").split(" (")[0]


def _as_of(day: date) -> Select[Any]:
    v = org_versions.c
    return (
        select(org_units.c.id, org_units.c.kind, v.name_vi, v.name_en, v.code, v.parent_id, v.valid_from, v.valid_to)
        .join_from(org_units, org_versions, v.unit_id == org_units.c.id)
        .where(and_(v.valid_from <= day, or_(v.valid_to.is_(None), v.valid_to >= day)))
    )


def tops(connection: Connection) -> list[str]:
    """Return the units that stand above all others: the province."""
    query = select(org_versions.c.unit_id).where(org_versions.c.parent_id.is_(None)).distinct()
    return sorted(connection.scalars(query))


def unit(connection: Connection, unit_id: str, day: date) -> Unit | None:
    """Return a unit as of a day, or None if it did not stand then."""
    row = connection.execute(_as_of(day).where(org_units.c.id == unit_id)).first()
    return None if row is None else Unit(*row)


def line_above(connection: Connection, below: Unit, day: date) -> list[str]:
    """Return the ids of the units above one, the topmost first; a ring in the data ends the line."""
    line: list[str] = []
    parent = below.parent
    while parent and parent not in line:
        line.append(parent)
        above = unit(connection, parent, day)
        parent = above.parent if above else None
    return line[::-1]


def standing(connection: Connection, day: date) -> list[Unit]:
    """Return every unit that stood on a day."""
    return [Unit(*row) for row in connection.execute(_as_of(day))]


def all_versions(connection: Connection, first: date, last: date) -> dict[str, Unit]:
    """Return units by id as they stood at the end of a period, or earlier in it where they ended within."""
    v = org_versions.c
    query = (
        select(org_units.c.id, org_units.c.kind, v.name_vi, v.name_en, v.code, v.parent_id, v.valid_from, v.valid_to)
        .join_from(org_units, org_versions, v.unit_id == org_units.c.id)
        .where(and_(v.valid_from <= last, or_(v.valid_to.is_(None), v.valid_to >= first)))
        .order_by(v.valid_from)
    )
    return {row[0]: Unit(*row) for row in connection.execute(query)}


def offices_of_counter(work: Work, counter: str) -> list[tuple[str, str, str | None]]:
    """Return (office, first day, last day or None) of a counter's whole history, newest first; days as text.

    Nothing for a place that is no counter: a ballot whose counter nobody knows stands at its office itself.
    """
    rows = work.all(
        "SELECT parent_id, valid_from, valid_to FROM org_versions JOIN org_units ON org_units.id = unit_id "
        "WHERE unit_id = ? AND kind = ? ORDER BY valid_from DESC",
        (counter, COUNTER),
    )
    return [(row[0] or counter, str(row[1]), None if row[2] is None else str(row[2])) for row in rows]


def office_on(history: list[tuple[str, str, str | None]], day: str, counter: str) -> str:
    """Return the office a counter belonged to on a day; outside its history the nearest one."""
    for office, first, last in history:
        if first <= day and (last is None or day <= last):
            return office
    return history[0][0] if history else counter


def add_unit(work: Work, new: Unit) -> bool:
    """Store a unit's version; returns whether it was new."""
    known = work.one("SELECT kind FROM org_units WHERE id = ?", (new.id,))
    if known is None:
        work.connection.execute(insert(org_units).values(id=new.id, kind=new.kind))
    if work.one("SELECT 1 FROM org_versions WHERE unit_id = ? AND valid_from = ?", (new.id, str(new.valid_from))):
        return False
    work.connection.execute(
        insert(org_versions).values(
            unit_id=new.id, name_vi=new.name_vi, name_en=new.name_en, code=new.code, parent_id=new.parent,
            valid_from=new.valid_from, valid_to=new.valid_to,
        )
    )  # fmt: skip
    return True


def every_version(connection: Connection) -> list[Unit]:
    """Return every version of every unit, the earliest first."""
    v = org_versions.c
    query = (
        select(org_units.c.id, org_units.c.kind, v.name_vi, v.name_en, v.code, v.parent_id, v.valid_from, v.valid_to)
        .join_from(org_units, org_versions, v.unit_id == org_units.c.id)
        .order_by(v.valid_from, v.unit_id)
    )
    return [Unit(*row) for row in connection.execute(query)]


def successions(connection: Connection) -> list[Succession]:
    """Return every succession, the earliest first."""
    s = org_successions.c
    query = select(s.old_id, s.new_id, s.day, s.kind, s.legal_ref).order_by(s.day, s.old_id, s.new_id)
    return [Succession(*row) for row in connection.execute(query)]
