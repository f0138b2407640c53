"""Plans, points by hand and signed-off versions in SQL; every table is only added to."""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from server.database import Work
from server.ranking.entry import Entered
from server.ranking.rules import Plan
from server.tables import ranking_entries, ranking_plans, ranking_snapshots

_S: Final = ranking_snapshots.c


class Signed(msgspec.Struct, frozen=True):
    """One signed-off version, without its body."""

    year: int
    version: int
    why: str
    digest: str
    actor: str
    at: int


def plan_of(connection: Connection, year: int) -> Plan | None:
    """Return the criteria that hold for a year, None where none were set."""
    p = ranking_plans.c
    body = connection.scalar(select(p.body).where(p.year == year).order_by(p.id.desc()).limit(1))
    return None if body is None else msgspec.json.decode(body, type=Plan)


def years(connection: Connection) -> list[int]:
    """Return the years with criteria, the newest first."""
    p = ranking_plans.c
    return [int(year) for (year,) in connection.execute(select(p.year).distinct().order_by(p.year.desc()))]


def set_plan(work: Work, plan: Plan, actor: str, at: int) -> None:
    """Have these criteria hold for their year from now on; those before stay stored."""
    body = msgspec.json.encode(plan).decode()
    work.run("INSERT INTO ranking_plans (year, body, actor, at) VALUES (?, ?, ?, ?)", (plan.year, body, actor, at))


def entries(connection: Connection, year: int) -> dict[tuple[str, str], Entered]:
    """Return the points by hand that hold, by office and criterion."""
    e = ranking_entries.c
    query = select(e.office_id, e.criterion, e.points, e.base, e.note).where(e.year == year).order_by(e.id)
    return {(row[0], row[1]): Entered(*row) for row in connection.execute(query)}


def enter(work: Work, year: int, several: Sequence[Entered], actor: str, at: int) -> None:
    """Store points by hand; what was there before stays stored."""
    for one in several:
        work.run(
            "INSERT INTO ranking_entries (year, criterion, office_id, points, base, note, actor, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (year, one.criterion, one.office, one.points, one.base, one.note, actor, at),
        )


def signed(connection: Connection, year: int) -> list[Signed]:
    """Return the signed-off versions of a year, the newest first."""
    query = select(_S.year, _S.version, _S.why, _S.digest, _S.actor, _S.at).where(_S.year == year)
    return [Signed(*row) for row in connection.execute(query.order_by(_S.version.desc()))]


def body_of(connection: Connection, year: int, version: int) -> str:
    """Return what was signed off, as it lies there; "" where there is none."""
    return connection.scalar(select(_S.body).where(_S.year == year, _S.version == version)) or ""


def sign(work: Work, one: Signed, body: str) -> None:
    """Store a signed-off version."""
    work.run(
        "INSERT INTO ranking_snapshots (year, version, why, body, digest, actor, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (one.year, one.version, one.why, body, one.digest, one.actor, one.at),
    )
