"""What the results pages count, in SQL, from the rollups alone: thirds of months where they fit, days for the rest."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, Table, func, select

from server.results.periods import split
from server.results.rules import Levels
from server.tables import (
    rollup_answers,
    rollup_ballots,
    rollup_hours,
    rollup_reasons,
    tenday_answers,
    tenday_ballots,
    tenday_reasons,
    whole_answers,
    whole_reasons,
)

Counts = dict[tuple[Any, ...], list[int]]


class Scope(msgspec.Struct, frozen=True):
    """What is asked for: days, both ends included, and an office, counter, channel or lane; "" for all.

    within: only offices of these ids may be counted; None for the whole province.
    became: offices that are counted as another, the one they are part of today; empty for offices as they were.
    """

    first: date
    last: date
    office: str = ""
    counter: str = ""
    within: frozenset[str] | None = None
    channel: str = ""
    lane: str = ""
    became: dict[str, str] = {}

    @property
    def offices(self) -> list[str]:
        """Return the ids that are counted as the office asked for."""
        return [self.office, *sorted(old for old, new in self.became.items() if new == self.office)]

    def counted_as(self, office: str) -> str:
        """Return the id of the office that an office's ballots are counted as."""
        return self.became.get(office, office)

    @property
    def is_whole(self) -> bool:
        """Return whether it asks for all offices there are."""
        return self.within is None and not self.office and not self.counter


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
    """Dated answers to one question at one office, in one lane and status. questionnaire: its id, of any version.

    ms: milliseconds spent on them, all together.
    """

    office: str
    questionnaire: str
    question: str
    lane: str
    status: str
    levels: Levels
    ms: int = 0


def narrowed(query: Select[Any], table: Table, scope: Scope) -> Select[Any]:
    """Return a query on a rollup that counts only what a scope asks for, as far as the rollup knows; not its days."""
    if scope.within is not None:
        query = query.where(table.c.office_id.in_(sorted(scope.within)))
    if scope.office:
        query = query.where(table.c.office_id.in_(scope.offices))
    for name, wanted in (("counter_id", scope.counter), ("channel", scope.channel)):
        if wanted and name in table.c:
            query = query.where(table.c[name] == wanted)
    return query.where(table.c.lane == scope.lane) if scope.lane else query


def sums(
    connection: Connection,
    tables: tuple[Table, Table],
    scope: Scope,
    keys: Sequence[str],
    counts: Sequence[str],
    *more: Any,
) -> Counts:
    """Return counts by keys over a scope's days. tables: by day and by third of a month. more: further conditions."""
    found: Counts = {}
    for table, day, first, last in spans(tables, scope):
        columns = [table.c[name] for name in keys]
        query = select(*columns, *(func.sum(table.c[name]) for name in counts)).group_by(*columns)
        query = narrowed(query, table, scope).where(table.c[day].between(first, last))
        for name, wanted in more:
            query = query.where(table.c[name] == wanted)
        for row in connection.execute(query):
            told = zip(keys, row, strict=False)
            key = tuple(scope.became.get(value, value) if name == "office_id" else value for name, value in told)
            values = [int(n) for n in row[len(keys) :]]
            there = found.get(key)
            found[key] = values if there is None else [a + b for a, b in zip(there, values, strict=True)]
    return found


def spans(tables: tuple[Table, Table], scope: Scope) -> Iterator[tuple[Table, str, date, date]]:
    """Give (table, its day column, first, last) of what a scope is summed from."""
    by_day, by_tenday = tables
    if by_day is by_tenday:
        yield by_day, "day", scope.first, scope.last
        return
    whole, edges = split(scope.first, scope.last)
    if scope.counter or whole is None:
        yield by_day, "day", scope.first, scope.last
        return
    yield by_tenday, "first", whole[0], whole[1]
    for edge in edges:
        yield by_day, "day", edge[0], edge[1]


def tallies(connection: Connection, scope: Scope) -> list[Tally]:
    """Return the ballots of a scope."""
    keys = ("office_id", "channel", "lane", "status", "is_dated")
    counted = sums(connection, (rollup_ballots, tenday_ballots), scope, keys, ("n", "comments"))
    return [
        Tally(office, channel, lane, status, bool(is_dated), n, comments)
        for (office, channel, lane, status, is_dated), (n, comments) in counted.items()
    ]


def answers(connection: Connection, scope: Scope) -> list[Answered]:
    """Return the dated answers of a scope."""
    keys = ("office_id", "questionnaire", "question", "lane", "status")
    names = ("n1", "n2", "n3", "n4", "n5", "na", "ms")
    counted = sums(connection, (rollup_answers, tenday_answers), scope, keys, names, ("is_dated", True))
    return [
        Answered(office, ref.split("@")[0], question, lane, status, Levels(*counts), ms)
        for (office, ref, question, lane, status), (*counts, ms) in counted.items()
    ]


def pooled_answers(connection: Connection, scope: Scope) -> list[Answered]:
    """Return the dated answers of a scope, those of a whole province without telling the offices apart."""
    if not scope.is_whole:
        return answers(connection, scope)
    keys = ("questionnaire", "question", "lane", "status")
    names = ("n1", "n2", "n3", "n4", "n5", "na", "ms")
    counted = sums(connection, (whole_answers, whole_answers), scope, keys, names, ("is_dated", True))
    return [
        Answered("", ref.split("@")[0], question, lane, status, Levels(*counts), ms)
        for (ref, question, lane, status), (*counts, ms) in counted.items()
    ]


def overall_answers(connection: Connection, scope: Scope, question: str) -> list[Answered]:
    """Return the dated answers to the overall question by office. NA, which it does not have, is not told."""
    if scope.counter or scope.channel:
        return [one for one in answers(connection, scope) if one.question == question]
    names, found = ("n1", "n2", "n3", "n4", "n5"), []
    for table, day, first, last in spans((rollup_hours, tenday_answers), scope):
        columns = [table.c[name] for name in ("office_id", "questionnaire", "lane", "status")]
        query = select(*columns, *(func.sum(table.c[name]) for name in names)).group_by(*columns)
        query = narrowed(query, table, scope).where(table.c[day].between(first, last))
        if table is tenday_answers:
            query = query.where(table.c.question == question, table.c.is_dated)
        for office, ref, lane, status, *counts in connection.execute(query):
            levels = Levels(*(int(n) for n in counts))
            found.append(Answered(scope.became.get(office, office), ref.split("@")[0], question, lane, status, levels))
    return found


def counters(connection: Connection, scope: Scope, question: str) -> dict[str, dict[str, Counter[str]]]:
    """Return by counter and lane the dated answers to one question at one office, not of single presses."""
    table = rollup_answers
    names = ("n1", "n2", "n3", "n4", "n5")
    columns = (table.c.counter_id, table.c.lane)
    query = select(*columns, *(func.sum(table.c[name]) for name in names)).group_by(*columns)
    query = narrowed(query, table, scope).where(
        table.c.day.between(scope.first, scope.last), table.c.is_dated, table.c.question == question,
        table.c.status != "quick",
    )  # fmt: skip
    found: dict[str, dict[str, Counter[str]]] = {}
    for counter, lane, *counts in connection.execute(query):
        found.setdefault(counter, {})[lane] = Counter(dict(zip(names, map(int, counts), strict=True)))
    return found


def reasons(connection: Connection, scope: Scope) -> dict[tuple[str, str, str, str], int]:
    """Return by (questionnaire id, question, reason, lane) how often it was given, of dated ballots."""
    keys = ("questionnaire", "question", "reason", "lane")
    tables = (whole_reasons, whole_reasons) if scope.is_whole else (rollup_reasons, tenday_reasons)
    counted = sums(connection, tables, scope, keys, ("n",), ("is_dated", True))
    found: Counter[tuple[str, str, str, str]] = Counter()
    for (ref, question, reason, lane), (n,) in counted.items():
        found[ref.split("@")[0], question, reason, lane] += n
    return dict(found)


def count(connection: Connection, scope: Scope) -> int:
    """Return how many ballots of any kind a scope has; it changes whenever one arrives."""
    return sum(n for (n,) in sums(connection, (rollup_ballots, tenday_ballots), scope, ("lane",), ("n",)).values())
