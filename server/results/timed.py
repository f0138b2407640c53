"""Hours, half-days, fields, stops and the course of time in SQL, from the rollups alone."""

from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, String, Table, cast, func, select

from server.results.periods import Period, parts
from server.results.queries import Scope, narrowed, spans
from server.results.rules import Levels
from server.results.summary import HEADLINE
from server.tables import (
    duties,
    officers,
    rollup_answers,
    rollup_fields,
    rollup_halves,
    rollup_hours,
    rollup_stops,
    rollup_weekdays,
    tenday_answers,
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
    found: dict[tuple[int, int], Pool] = {}

    def add(weekday: int, hour: int, row: Any) -> None:
        one = Pool(int(row[0]), Levels(*(int(n) for n in row[1:6])))
        found[weekday, hour] = found[weekday, hour] + one if (weekday, hour) in found else one

    months, edges = _months(scope.first, scope.last)
    if months:
        table = rollup_weekdays
        keys = (table.c.weekday, table.c.hour)
        query = select(*keys, func.sum(table.c.n), *(func.sum(table.c[name]) for name in OVERALL)).group_by(*keys)
        query = _headline(query.where(table.c.month.between(*months)), table, scope, questionnaire)
        for weekday, hour, *row in connection.execute(query):
            add(weekday, hour, row)
    table = rollup_hours
    for first, last in edges:
        days = (table.c.day, table.c.hour)
        query = select(*days, func.sum(table.c.n), *(func.sum(table.c[name]) for name in OVERALL)).group_by(*days)
        query = _headline(query.where(table.c.day.between(first, last)), table, scope, questionnaire)
        for day, hour, *row in connection.execute(query):
            if (day, hour) < now:
                add(day.weekday(), hour, row)
    if months and now[0].replace(day=1) <= months[1]:
        for key, pool in _this_hour(connection, scope, questionnaire, now).items():
            rest = found[key]
            kept = [a - b for a, b in zip(rest.overall.descending, pool.overall.descending, strict=True)]
            found[key] = Pool(rest.n - pool.n, Levels(*kept[::-1]))
    return {key: pool for key, pool in found.items() if pool.n > 0}


def _this_hour(connection: Connection, scope: Scope, questionnaire: str, now: tuple[date, int]) -> dict[Any, Pool]:
    """Return what whole months hold of hours that have not ended."""
    table = rollup_hours
    keys = (table.c.day, table.c.hour)
    query = select(*keys, func.sum(table.c.n), *(func.sum(table.c[name]) for name in OVERALL)).group_by(*keys)
    query = query.where(table.c.day >= now[0], table.c.day <= scope.last)
    found: dict[Any, Pool] = {}
    for day, hour, *row in connection.execute(_headline(query, table, scope, questionnaire)):
        if (day, hour) >= now:
            one = Pool(int(row[0]), Levels(*(int(n) for n in row[1:])))
            key = (day.weekday(), hour)
            found[key] = found[key] + one if key in found else one
    return found


def _months(first: date, last: date) -> tuple[tuple[date, date] | None, list[tuple[date, date]]]:
    """Return (first day of the first and of the last whole month, or None) and the spans of days left over."""
    begin = first if first.day == 1 else _next(first)
    end = last if (last + timedelta(days=1)).day == 1 else last.replace(day=1) - timedelta(days=1)
    if begin > end:
        return None, [(first, last)]
    edges = [(first, begin - timedelta(days=1)), (end + timedelta(days=1), last)]
    return (begin, end.replace(day=1)), [edge for edge in edges if edge[0] <= edge[1]]


def _next(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def fields(connection: Connection, scope: Scope, questionnaire: str) -> dict[str, Pool]:
    """Return by field of the visit the headline's ballots that named one, single presses left out."""
    table = rollup_fields
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
    table = rollup_stops
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


def trend(
    connection: Connection, period: Period, scope: Scope, questionnaire: str, question: str
) -> list[tuple[Period, Levels]]:
    """Return the parts of a period, each with the answers to the overall question, without single presses."""
    pieces = _pieces(period)
    by_day = _course(connection, scope, questionnaire, question, is_long=period.days > BY_MONTH_FROM_DAYS)
    return [(one, sum((levels for day, levels in by_day if one.first <= day <= one.last), Levels())) for one in pieces]


def _pieces(period: Period) -> list[Period]:
    if period.days <= BY_MONTH_FROM_DAYS:
        return parts(period)
    whole = Period("khoang", period.first, max(period.last, period.first + timedelta(days=201)))
    cut = [msgspec.structs.replace(one, last=min(one.last, period.last)) for one in parts(whole)]
    return [one for one in cut if one.first <= period.last]


def _course(
    connection: Connection, scope: Scope, questionnaire: str, question: str, *, is_long: bool
) -> list[tuple[date, Levels]]:
    if not is_long and not scope.counter and not scope.channel:
        table = rollup_hours
        query = select(table.c.day, *(func.sum(table.c[name]) for name in OVERALL)).group_by(table.c.day)
        query = query.where(table.c.day.between(scope.first, scope.last), table.c.status != "quick")
        rows = connection.execute(_headline(query, table, scope, questionnaire))
        return [(day, Levels(*(int(n) for n in counts))) for day, *counts in rows]
    found: list[tuple[date, Levels]] = []
    tables = (rollup_answers, tenday_answers) if is_long else (rollup_answers, rollup_answers)
    for key, counts in _days(connection, tables, scope, question).items():
        day, ref, lane, status = key
        if ref.split("@")[0] == questionnaire and status != "quick" and (scope.lane or lane in HEADLINE):
            found.append((day, Levels(*counts)))
    return found


def _days(connection: Connection, tables: tuple[Table, Table], scope: Scope, question: str) -> dict[Any, list[int]]:
    """Return counts keyed by the day, or the third of a month, they lie in."""
    found: dict[Any, list[int]] = {}
    asked = [(tables[0], "day", scope.first, scope.last)] if tables[0] is tables[1] else list(spans(tables, scope))
    for table, day, first, last in asked:
        keys = (table.c[day], table.c.questionnaire, table.c.lane, table.c.status)
        query = select(*keys, *(func.sum(table.c[name]) for name in OVERALL)).group_by(*keys)
        query = query.where(table.c[day].between(first, last), table.c.question == question, table.c.is_dated)
        for *key, n1, n2, n3, n4, n5 in connection.execute(narrowed(query, table, scope)):
            found[tuple(key)] = [int(n) for n in (n1, n2, n3, n4, n5)]
    return found
