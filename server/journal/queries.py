"""The log in SQL, newest first, by person, action and day."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, func, select

from server.tables import accounts, audit
from survey.local_time import DAY_MS, EPOCH_ORDINAL, LOCAL_MS

PAGE = 100


class Asked(msgspec.Struct, frozen=True):
    """What is asked for; "" and None for all. actors: whose lines may be seen at all; None for everybody's."""

    actor: str = ""
    action: str = ""
    day: date | None = None
    actors: frozenset[str] | None = None


class Line(msgspec.Struct, frozen=True):
    """One line. at: Unix milliseconds."""

    id: int
    at: int
    actor: str
    action: str
    subject: str


def _within(query: Select[Any], asked: Asked) -> Select[Any]:
    c = audit.c
    if asked.actors is not None:
        query = query.where(c.actor.in_(asked.actors))
    if asked.actor:
        query = query.where(c.actor == asked.actor)
    if asked.action:
        query = query.where(c.action == asked.action)
    if asked.day is not None:
        begin = (asked.day.toordinal() - EPOCH_ORDINAL) * DAY_MS - LOCAL_MS
        query = query.where(c.at >= begin, c.at < begin + DAY_MS)
    return query


def lines(connection: Connection, asked: Asked, before: int | None, at_most: int = PAGE) -> list[Line]:
    """Return lines, newest first. before: only those older than this line's id."""
    c = audit.c
    query = _within(select(c.id, c.at, c.actor, c.action, c.subject), asked).order_by(c.id.desc()).limit(at_most)
    if before is not None:
        query = query.where(c.id < before)
    return [Line(*row) for row in connection.execute(query)]


def each(connection: Connection, asked: Asked) -> Iterator[Line]:
    """Give every line asked for, newest first."""
    c = audit.c
    query = _within(select(c.id, c.at, c.actor, c.action, c.subject), asked).order_by(c.id.desc())
    for row in connection.execution_options(yield_per=2000).execute(query):
        yield Line(*row)


def count(connection: Connection, asked: Asked) -> int:
    """Return how many lines there are."""
    return int(connection.scalar(_within(select(func.count()).select_from(audit), asked)) or 0)


def actors_in(connection: Connection, reach: frozenset[str] | None) -> frozenset[str] | None:
    """Return the names of the accounts of some units; None for everybody."""
    if reach is None:
        return None
    return frozenset(connection.scalars(select(accounts.c.name).where(accounts.c.unit.in_(reach))))


def choices(connection: Connection, asked: Asked) -> tuple[list[str], list[str]]:
    """Return the people and the actions that the log has lines of."""
    only = Asked(actors=asked.actors)
    people = connection.scalars(_within(select(audit.c.actor).distinct(), only).order_by(audit.c.actor))
    actions = connection.scalars(_within(select(audit.c.action).distinct(), only))
    return list(people), list(actions)
