"""What a report counts, in SQL: sums of rollups by office, and the ballots themselves, one row each."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

import msgspec
from server.tables import ballots, rollup_answers, rollup_ballots
from sqlalchemy import Connection, Select, func, select

PAGE: Final = 2000


class Tally(msgspec.Struct, frozen=True):
    """Ballots of one office in one channel, lane and status. is_dated: its day is proven."""

    office: str
    channel: str
    lane: str
    status: str
    is_dated: bool
    n: int
    comments: int


class Answers(msgspec.Struct, frozen=True):
    """Answers to one question at one office. levels: n1…n5."""

    office: str
    question: str
    lane: str
    status: str
    levels: tuple[int, int, int, int, int]
    na: int


def _within(query: Select[Any], table: Any, first: date, last: date, offices: Sequence[str] | None) -> Select[Any]:
    query = query.where(table.c.day.between(first, last))
    return query if offices is None else query.where(table.c.office_id.in_(offices))


def tallies(connection: Connection, first: date, last: date, offices: Sequence[str] | None) -> list[Tally]:
    """Return the ballots of a period. offices: only these; None for all."""
    c = rollup_ballots.c
    keys = (c.office_id, c.channel, c.lane, c.status, c.is_dated)
    query = select(*keys, func.sum(c.n), func.sum(c.comments)).group_by(*keys)
    rows = connection.execute(_within(query, rollup_ballots, first, last, offices))
    return [Tally(*row[:4], bool(row[4]), int(row[5]), int(row[6])) for row in rows]


def answers(connection: Connection, first: date, last: date, offices: Sequence[str] | None) -> list[Answers]:
    """Return the dated answers of a period by office and question."""
    c = rollup_answers.c
    keys = (c.office_id, c.question, c.lane, c.status)
    sums = [func.sum(column) for column in (c.n1, c.n2, c.n3, c.n4, c.n5, c.na)]
    query = select(*keys, *sums).where(c.is_dated).group_by(*keys)
    rows = connection.execute(_within(query, rollup_answers, first, last, offices))
    return [
        Answers(*row[:4], (int(row[4]), int(row[5]), int(row[6]), int(row[7]), int(row[8])), int(row[9]))
        for row in rows
    ]


def each_ballot(
    connection: Connection, first: date, last: date, offices: Sequence[str] | None
) -> Iterator[dict[str, Any]]:
    """Give every dated ballot of a period, days in order, within a day in the order of their digests: shuffled."""
    c = ballots.c
    query = (
        select(
            c.day, c.office_id, c.counter_id, c.channel, c.lane, c.status, c.lang, c.questionnaire,
            c.levels, c.reasons, c.context, c.flags, c.marks, (c.sealed_digest.is_not(None)).label("is_erased"),
            (c.sealed.is_not(None)).label("is_sealed"),
        )
        .where(c.is_dated)
        .order_by(c.day, c.leaf)
    )  # fmt: skip
    query = _within(query, ballots, first, last, offices)
    for row in connection.execution_options(yield_per=PAGE).execute(query).mappings():
        yield dict(row)
