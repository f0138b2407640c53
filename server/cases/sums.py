"""What became of the cases of a period, office by office, for reports; words of nobody are in it."""

from collections.abc import Callable
from datetime import date
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from server.cases.rules import FINDINGS, OVER, WORDS, State, number_words
from server.tables import case_ballots, case_events, cases
from survey.local_time import local_date

REMEDY: Final = str(State.REMEDIED)


class Handled(msgspec.Struct, frozen=True):
    """Cases of one office, each in one of the three. late: its time-limit was passed once, whatever became of it."""

    on_time: int = 0
    late: int = 0
    running: int = 0

    @property
    def n(self) -> int:
        """Return how many cases there are."""
        return self.on_time + self.late + self.running

    def __add__(self, other: "Handled") -> "Handled":
        """Return the cases of both."""
        return Handled(self.on_time + other.on_time, self.late + other.late, self.running + other.running)


class Followed(msgspec.Struct, frozen=True):
    """The cases whose ballots are of a period. overdue, corrected: number, office, state, and what was found."""

    by_office: dict[str, Handled] = {}
    overdue: list[list[str]] = []
    corrected: list[list[str]] = []


def followed(
    connection: Connection,
    span: tuple[date, date],
    offices: frozenset[str] | None,
    name_of: Callable[[str], str],
    today: date,
) -> Followed | None:
    """Return the cases of a period; None if no case was kept by its end, so that nothing is known.

    span: first and last day. offices: only these; None for the whole province. name_of: an office, by id. Cases that
    were found to be the same as another are not counted.
    """
    first, last = span
    c = cases.c
    if connection.scalar(select(c.id).where(c.day <= last).limit(1)) is None:
        return None
    query = select(c.id, c.office_id, c.state, c.due_at, c.finding).where(
        c.day.between(first, last), c.state != str(State.DUPLICATE)
    )
    if offices is not None:
        query = query.where(c.office_id.in_(sorted(offices)))
    rows = connection.execute(query.order_by(c.id)).fetchall()
    late, remedied = _with(connection, "late", None), _with(connection, "move", REMEDY)
    found: dict[str, Handled] = {}
    overdue, corrected = [], []
    for case, office, state, due_at, finding in rows:
        is_over = State(state) in OVER
        is_late = case in late or (not is_over and due_at is not None and local_date(due_at) < today)
        one = Handled(late=1) if is_late else Handled(on_time=1) if is_over else Handled(running=1)
        found[office] = found.get(office, Handled()) + one
        told = [number_words(case), name_of(office), WORDS[State(state)]]
        if is_late:
            overdue.append(told)
        if case in remedied:
            corrected.append([*told, FINDINGS.get(finding, "")] if finding else told)
    return Followed(found, overdue, corrected)


def states(connection: Connection, first: date, last: date) -> dict[bytes, tuple[str, str]]:
    """Return (class, state) in words of the case that a ballot of these days is of, by the ballot's id."""
    c, b = cases.c, case_ballots.c
    query = select(b.ballot_id, c.is_priority, c.state).join_from(case_ballots, cases, b.case_id == c.id)
    rows = connection.execute(query.where(c.day.between(first, last)))
    return {bytes(one): ("Ưu tiên" if is_first else "Thường", WORDS[State(state)]) for one, is_first, state in rows}


def _with(connection: Connection, kind: str, after: str | None) -> set[int]:
    e = case_events.c
    query = select(e.case_id).where(e.kind == kind)
    if after is not None:
        query = query.where(e.after == after)
    return {row[0] for row in connection.execute(query)}
