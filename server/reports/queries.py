"""The ballots of a report in SQL, one row each, and what tells how good its counts are; sums are results.queries'."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Select, func, or_, select

from server.reports.words import HEADLINE
from server.results.queries import Scope
from server.tables import ballots, devices, holidays, rollup_ballots

PAGE: Final = 2000
NOT_SHOWN: Final = ("superseded", "withdrawn")
"""Lanes of ballots that another row stands for, or that were taken back."""


def _narrowed(query: Select[Any], scope: Scope, table: Any = ballots) -> Select[Any]:
    c = table.c
    query = query.where(c.day.between(scope.first, scope.last))
    if scope.within is not None:
        query = query.where(c.office_id.in_(sorted(scope.within)))
    if scope.office:
        query = query.where(c.office_id.in_(scope.offices))
    return query.where(c.counter_id == scope.counter) if scope.counter else query


def each_ballot(connection: Connection, scope: Scope) -> Iterator[dict[str, Any]]:
    """Give every dated ballot of a scope, days in order, within a day in the order of their digests: shuffled.

    A part that another one stands for is left out: one person is one row.
    """
    c = ballots.c
    query = (
        select(
            c.day, c.office_id, c.counter_id, c.channel, c.lane, c.status, c.lang, c.questionnaire,
            c.levels, c.reasons, c.context, c.flags, c.marks, (c.sealed_digest.is_not(None)).label("is_erased"),
            (c.sealed.is_not(None)).label("is_sealed"),
        )
        .where(c.is_dated, c.lane.not_in(NOT_SHOWN))
        .order_by(c.day, c.leaf)
    )  # fmt: skip
    for row in connection.execution_options(yield_per=PAGE).execute(_narrowed(query, scope)).mappings():
        yield {**row, "office_id": scope.counted_as(row["office_id"])}


def commented(connection: Connection, scope: Scope) -> list[Any]:
    """Return (id, day, is_dated, office_id, counter_id, channel, lane, levels) of ballots with a comment, shuffled."""
    c = ballots.c
    query = (
        select(c.id, c.day, c.is_dated, c.office_id, c.counter_id, c.channel, c.lane, c.levels)
        .where(or_(c.sealed.is_not(None), c.sealed_digest.is_not(None)), c.lane != "withdrawn")
        .order_by(c.day, c.leaf)
    )
    return [
        (*row[:3], scope.counted_as(row.office_id), *row[4:]) for row in connection.execute(_narrowed(query, scope))
    ]


def flags(connection: Connection, scope: Scope) -> dict[str, Counter[str]]:
    """Return by office how many ballots carry each flag."""
    c = ballots.c
    query = select(c.office_id, c.flags, func.count()).where(c.flags != "", c.lane.not_in(NOT_SHOWN))
    found: dict[str, Counter[str]] = {}
    for office, words, n in connection.execute(_narrowed(query, scope).group_by(c.office_id, c.flags)):
        found.setdefault(scope.counted_as(office), Counter()).update(dict.fromkeys(words.split(), n))
    return found


def flagged(connection: Connection, scope: Scope) -> dict[str, int]:
    """Return by office how many ballots carry any flag."""
    c = rollup_ballots.c
    query = select(c.office_id, func.sum(c.flagged)).where(c.lane.not_in(NOT_SHOWN)).group_by(c.office_id)
    found: Counter[str] = Counter()
    for office, n in connection.execute(_narrowed(query, scope, rollup_ballots)):
        found[scope.counted_as(office)] += int(n)
    return dict(found)


def late(connection: Connection, scope: Scope, days: int) -> dict[str, int]:
    """Return by office how many dated ballots came in more than so many days after they were cast."""
    c = ballots.c
    query = select(c.office_id, c.day, c.received_day, func.count()).where(
        c.is_dated, c.received_day > c.day, c.lane.in_(sorted(HEADLINE))
    )
    found: Counter[str] = Counter()
    grouped = _narrowed(query, scope).group_by(c.office_id, c.day, c.received_day)
    for office, day, received, n in connection.execute(grouped):
        if (received - day).days > days:
            found[scope.counted_as(office)] += n
    return dict(found)


def kiosks(connection: Connection) -> list[tuple[str, int, int | None]]:
    """Return (counter, enrolled at, revoked at or None) of every device."""
    c = devices.c
    return [tuple(row) for row in connection.execute(select(c.counter_id, c.enrolled_at, c.revoked_at))]


def busy(connection: Connection, scope: Scope) -> dict[str, set[date]]:
    """Return by counter the days on which its kiosk counted something."""
    c = rollup_ballots.c
    query = select(c.counter_id, c.day).distinct().where(c.is_dated, c.lane.in_([*sorted(HEADLINE), "superseded"]))
    found: dict[str, set[date]] = {}
    for counter, day in connection.execute(_narrowed(query, scope, rollup_ballots)):
        found.setdefault(counter, set()).add(day)
    return found


def decided(connection: Connection) -> dict[date, bool]:
    """Return whether the province's own days are worked."""
    return {
        day: bool(is_working) for day, is_working in connection.execute(select(holidays.c.day, holidays.c.is_working))
    }


def earliest(connection: Connection, within: frozenset[str] | None) -> date | None:
    """Return the first day with ballots; None without any."""
    c = rollup_ballots.c
    query = select(func.min(c.day)).where(c.is_dated)
    if within is not None:
        query = query.where(c.office_id.in_(sorted(within)))
    found: date | None = connection.scalar(query)
    return found
