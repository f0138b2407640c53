"""Hours, half-days, fields, stops and the course of time in SQL, from the rollups alone."""

from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, String, Table, cast, func, select

from server.results.periods import Period, parts
from server.results.queries import Scope, narrowed
from server.results.rules import Levels
from server.results.summary import HEADLINE
from server.tables import (
    duties,
    duty_requests,
    officers,
    rollup_answers,
    rollup_fields,
    rollup_halves,
    rollup_hours,
    rollup_stops,
    whole_answers,
    whole_fields,
    whole_hours,
    whole_stops,
)

OVERALL = ("n1", "n2", "n3", "n4", "n5")
GENERAL = ("g1", "g2", "g3", "g4", "g5")
BY_MONTH_FROM_DAYS = 100


class Pool(msgspec.Struct, frozen=True):
    """Ballots, the answers to their overall question, and to all the others together."""

    n: int
    overall: Levels
    general: Levels = Levels()

    def __add__(self, other: "Pool") -> "Pool":
        """Return both together."""
        return Pool(self.n + other.n, self.overall + other.overall, self.general + other.general)


class Officer(msgspec.Struct, frozen=True):
    """One officer and what was counted on the half-days they sat at a counter."""

    id: str
    name: str
    code: str
    title: str
    half_days: int
    pool: Pool


def _of(questionnaire: str, table: Table) -> Any:
    return table.c.questionnaire.startswith(f"{questionnaire}@", autoescape=True)


def _headline(query: Any, table: Table, scope: Scope, questionnaire: str) -> Any:
    query = narrowed(query, table, scope).where(_of(questionnaire, table))
    return query if scope.lane else query.where(table.c.lane.in_(sorted(HEADLINE)))


def heat(
    connection: Connection, scope: Scope, questionnaire: str, now: tuple[date, int]
) -> dict[tuple[int, int], Pool]:
    """Return by (weekday, hour) the headline's ballots of whole hours. now: the local day and hour, left out."""
    table = whole_hours if scope.is_whole else rollup_hours
    keys = (table.c.day, table.c.hour)
    query = select(*keys, func.sum(table.c.n), *(func.sum(table.c[name]) for name in OVERALL)).group_by(*keys)
    query = query.where(table.c.day.between(scope.first, scope.last))
    found: dict[tuple[int, int], Pool] = {}
    for day, hour, *counts in connection.execute(_headline(query, table, scope, questionnaire)):
        if (day, hour) < now:
            one, key = _pool(counts), (day.weekday(), hour)
            found[key] = found[key] + one if key in found else one
    return found


def fields(connection: Connection, scope: Scope, questionnaire: str) -> dict[str, Pool]:
    """Return by field of the visit the headline's ballots that named one, single presses left out."""
    table = whole_fields if scope.is_whole else rollup_fields
    names = [func.sum(table.c[name]) for name in ("n", *OVERALL, *GENERAL)]
    query = select(table.c.field, *names).group_by(table.c.field)
    query = query.where(table.c.day.between(scope.first, scope.last), table.c.status != "quick")
    rows = connection.execute(_headline(query, table, scope, questionnaire))
    return {field: _pool(counts) for field, *counts in rows}


def _pool(counts: Any) -> Pool:
    n, *levels = (int(one) for one in counts)
    return Pool(n, Levels(*levels[:5]), Levels(*levels[5:]))


def stops(connection: Connection, scope: Scope, questionnaire: str) -> dict[str, int]:
    """Return by question how many of the headline's partial ballots ended with it."""
    table = whole_stops if scope.is_whole else rollup_stops
    query = select(table.c.question, func.sum(table.c.n)).group_by(table.c.question)
    query = query.where(table.c.day.between(scope.first, scope.last))
    return {question: int(n) for question, n in connection.execute(_headline(query, table, scope, questionnaire))}


def of_officers(connection: Connection, scope: Scope, questionnaire: str) -> list[Officer]:
    """Return the officers who sat at a counter of the scope's offices, with what was counted while they did."""
    table = rollup_halves
    d, o = duties.c, officers.c
    names = [func.sum(table.c[name]) for name in ("n", *OVERALL, *GENERAL)]
    sat = func.count(func.distinct(cast(table.c.day, String) + table.c.part + table.c.counter_id))
    query = (
        select(o.id, o.name, o.code, o.title, sat, *names)
        .select_from(table)
        .join(duties, (d.counter_id == table.c.counter_id) & (d.day == table.c.day) & (d.part == table.c.part))
        .join(officers, o.id == d.officer_id)
        .where(table.c.day.between(scope.first, scope.last), table.c.status != "quick")
        .group_by(o.id, o.name, o.code, o.title)
    )
    rows = connection.execute(_headline(query, table, scope, questionnaire))
    return [Officer(one, name, code, title, int(half), _pool(counts)) for one, name, code, title, half, *counts in rows]


def corrected(connection: Connection, scope: Scope) -> dict[str, int]:
    """Return by officer how many half-days of a scope's offices were corrected on request, from or to them."""
    r = duty_requests.c
    query = select(r.before, r.wanted).where(r.state == "accepted", r.day.between(scope.first, scope.last))
    if scope.office:
        query = query.where(r.office_id.in_(scope.offices))
    found: dict[str, int] = {}
    for pair in connection.execute(query):
        for officer in pair:
            found[officer] = found.get(officer, 0) + 1
    return found


def trend(
    connection: Connection, period: Period, scope: Scope, questionnaire: str, question: str
) -> list[tuple[Period, Levels]]:
    """Return the parts of a period, each with the answers to the overall question, without single presses."""
    by_day = _course(connection, scope, questionnaire, question)
    return [
        (one, sum((levels for day, levels in by_day if one.first <= day <= one.last), Levels()))
        for one in _pieces(period)
    ]


def _pieces(period: Period) -> list[Period]:
    if period.days <= BY_MONTH_FROM_DAYS:
        return parts(period)
    whole = Period("khoang", period.first, max(period.last, period.first + timedelta(days=201)))
    cut = [msgspec.structs.replace(one, last=min(one.last, period.last)) for one in parts(whole)]
    return [one for one in cut if one.first <= period.last]


def _course(connection: Connection, scope: Scope, questionnaire: str, question: str) -> list[tuple[date, Levels]]:
    table = whole_answers if scope.is_whole else rollup_answers
    query = select(table.c.day, *(func.sum(table.c[name]) for name in OVERALL)).group_by(table.c.day)
    query = query.where(
        table.c.day.between(scope.first, scope.last), table.c.question == question, table.c.is_dated,
        table.c.status != "quick",
    )  # fmt: skip
    rows = connection.execute(_headline(query, table, scope, questionnaire))
    return [(day, Levels(*(int(n) for n in counts))) for day, *counts in rows]
