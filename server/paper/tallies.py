"""Tallies in SQL: sums an office counted itself, never ballots, in no count of ballots."""

from datetime import date

import msgspec
from sqlalchemy import Connection, select

from server.audit.queries import record
from server.database import Work
from server.paper.queries import Typed
from server.paper.rules import COUNTS, Tally
from server.tables import tallies, tally_counts


class TallyRow(msgspec.Struct, frozen=True):
    """A tally as it is listed."""

    id: int
    office: str
    first: date
    last: date
    ballots: int
    actor: str
    at: int
    undone_at: int | None


def add_tally(work: Work, tally: Tally, questionnaire: str, by: Typed) -> int:
    """Store a tally and return its id; a form sent twice is stored once."""
    there = work.one("SELECT id FROM tallies WHERE form = ?", (by[1],))
    if there is not None:
        return int(there[0])
    row = work.one(
        'INSERT INTO tallies (office_id, "first", "last", questionnaire, ballots, form, actor, at) '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (tally.office, str(tally.first), str(tally.last), questionnaire, tally.ballots, by[1], by[0], by[2]),
    )
    if row is None:
        raise LookupError("a tally was not stored")
    names = ", ".join(COUNTS)
    work.many(
        f"INSERT INTO tally_counts (tally_id, question, {names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        [(row[0], question, *counts) for question, counts in sorted(tally.counts.items())],
    )
    subject = f"{row[0]} {tally.office} {tally.first}..{tally.last} {tally.ballots}"
    record(work, by[2], by[0], "tally.enter", subject)
    return int(row[0])


def undo_tally(work: Work, wanted: int, *, is_redo: bool, actor: str, now_ms: int) -> bool:
    """Count a tally no more, or again; returns whether that changed anything."""
    test = "IS NOT NULL" if is_redo else "IS NULL"
    n = work.run(
        f"UPDATE tallies SET undone_at = ? WHERE id = ? AND undone_at {test}",  # noqa: S608 our own words
        (None if is_redo else now_ms, wanted),
    )
    if n:
        record(work, now_ms, actor, "tally.redo" if is_redo else "tally.undo", str(wanted))
    return bool(n)


def tally_rows(connection: Connection, within: frozenset[str] | None) -> list[TallyRow]:
    """Return the tallies of offices in reach, the newest first, those taken back too."""
    c = tallies.c
    query = select(c.id, c.office_id, c.first, c.last, c.ballots, c.actor, c.at, c.undone_at).order_by(c.id.desc())
    if within is not None:
        query = query.where(c.office_id.in_(sorted(within)))
    return [TallyRow(*row) for row in connection.execute(query.limit(2000))]


def tally_cells(connection: Connection, within: frozenset[str] | None) -> dict[int, list[tuple[str, tuple[int, ...]]]]:
    """Return (question, n5 … n1 and NA) of tallies of offices in reach, by the tally's id."""
    t, c = tallies.c, tally_counts.c
    query = select(c.tally_id, c.question, *(c[name] for name in COUNTS)).join_from(tallies, tally_counts)
    if within is not None:
        query = query.where(t.office_id.in_(sorted(within)))
    found: dict[int, list[tuple[str, tuple[int, ...]]]] = {}
    for row in connection.execute(query.order_by(c.tally_id, c.question)):
        found.setdefault(row[0], []).append((row[1], tuple(row[2:])))
    return found
