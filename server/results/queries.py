"""What the results page counts, in SQL, from the rollups alone."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, Table, func, select

from server.results.rules import Levels
from server.tables import rollup_answers, rollup_ballots


class Scope(msgspec.Struct, frozen=True):
    """What is asked for: days, both ends included, and an office or counter; "" for all.

    within: only offices of these ids may be counted; None for the whole province.
    """

    first: date
    last: date
    office: str = ""
    counter: str = ""
    within: frozenset[str] | None = None


class Tally(msgspec.Struct, frozen=True):
    """Ballots of one office in one channel, lane and status. is_dated: their day is known."""

    office: str
    channel: str
    lane: str
    status: str
    is_dated: bool
    n: int
    comments: int


class Answered(msgspec.Struct, frozen=True):
    """Dated answers to one question at one office, in one lane and status. questionnaire: its id, of any version."""

    office: str
    questionnaire: str
    question: str
    lane: str
    status: str
    levels: Levels


def _within(query: Select[Any], table: Table, scope: Scope) -> Select[Any]:
    query = query.where(table.c.day.between(scope.first, scope.last))
    if scope.within is not None:
        query = query.where(table.c.office_id.in_(scope.within))
    if scope.office:
        query = query.where(table.c.office_id == scope.office)
    return query.where(table.c.counter_id == scope.counter) if scope.counter else query


def tallies(connection: Connection, scope: Scope) -> list[Tally]:
    """Return the ballots of a scope."""
    c = rollup_ballots.c
    keys = (c.office_id, c.channel, c.lane, c.status, c.is_dated)
    query = select(*keys, func.sum(c.n), func.sum(c.comments)).group_by(*keys)
    rows = connection.execute(_within(query, rollup_ballots, scope))
    return [
        Tally(office, channel, lane, status, bool(is_dated), int(n), int(comments))
        for office, channel, lane, status, is_dated, n, comments in rows
    ]


def answers(connection: Connection, scope: Scope) -> list[Answered]:
    """Return the dated answers of a scope."""
    c = rollup_answers.c
    keys = (c.office_id, c.questionnaire, c.question, c.lane, c.status)
    sums = [func.sum(column) for column in (c.n1, c.n2, c.n3, c.n4, c.n5, c.na)]
    query = select(*keys, *sums).where(c.is_dated).group_by(*keys)
    rows = connection.execute(_within(query, rollup_answers, scope))
    return [
        Answered(office, ref.split("@")[0], question, lane, status, Levels(*(int(n) for n in counts)))
        for office, ref, question, lane, status, *counts in rows
    ]


def count(connection: Connection, scope: Scope) -> int:
    """Return how many ballots of any kind a scope has; it changes whenever one arrives."""
    query = _within(select(func.coalesce(func.sum(rollup_ballots.c.n), 0)), rollup_ballots, scope)
    return int(connection.scalar(query) or 0)
