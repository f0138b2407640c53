"""Transactions and indices that people enter, in SQL: spans that never overlap, each change in the audit log."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
from sqlalchemy import Connection, select

from server.audit.queries import record
from server.database import Work
from server.tables import index_scores, transactions

MOST: int = 10_000_000


class Served(msgspec.Struct, frozen=True):
    """How many people an office served in a span of days."""

    office: str
    first: date
    last: date
    n: int
    source: str = "entered"


class OverlapError(ValueError):
    """A span that overlaps another one of the same office; `str()` says in Vietnamese which."""


def served(connection: Connection, first: date, last: date, within: frozenset[str] | None) -> list[Served]:
    """Return the spans of offices in reach that touch these days, in their order."""
    c = transactions.c
    query = select(c.office_id, c.first, c.last, c.n, c.source).where(c.first <= last, c.last >= first)
    if within is not None:
        query = query.where(c.office_id.in_(sorted(within)))
    return [Served(*row) for row in connection.execute(query.order_by(c.office_id, c.first))]


def total(spans: Sequence[Served], first: date, last: date) -> int | None:
    """Return the transactions of one office in a period; None unless its spans lie whole in it and leave no day out.

    >>> total([Served("a", date(2026, 11, 1), date(2026, 11, 30), 900)], date(2026, 11, 1), date(2026, 11, 30))
    900
    """
    inside = sorted((one for one in spans if first <= one.first and one.last <= last), key=lambda one: one.first)
    at = first
    for one in inside:
        if one.first != at:
            return None
        at = one.last + timedelta(days=1)
    return sum(one.n for one in inside) if inside and at == last + timedelta(days=1) else None


def enter(work: Work, spans: Sequence[Served], actor: str, now_ms: int) -> None:
    """Store spans, each in place of one with the same days. Raises OverlapError; then nothing of them is stored."""
    for one in spans:
        _store(work, one, now_ms)
        subject = f"{one.office} {one.first}..{one.last} {one.n}"
        record(work, now_ms, actor, f"transactions.{'import' if one.source == 'import' else 'enter'}", subject)


def _store(work: Work, one: Served, now_ms: int) -> None:
    days = (one.office, one.last, one.first)
    for first, last in work.all(
        'SELECT "first", "last" FROM transactions WHERE office_id = ? AND "first" <= ? AND "last" >= ?', _text(days)
    ):
        if (str(first), str(last)) != (str(one.first), str(one.last)):
            there = f"{date.fromisoformat(str(first)):%d/%m/%Y}–{date.fromisoformat(str(last)):%d/%m/%Y}"
            asked = f"{one.first:%d/%m/%Y}–{one.last:%d/%m/%Y}"
            raise OverlapError(
                f"Kỳ {asked} trùng ngày với số đã nhập cho kỳ {there}. Xin nhập đúng kỳ đã có để thay số cũ, "
                "hoặc chọn kỳ không trùng."
            )
    work.run('DELETE FROM transactions WHERE office_id = ? AND "first" = ?', _text((one.office, one.first)))
    work.run(
        'INSERT INTO transactions (office_id, "first", "last", n, source, entered_at) VALUES (?, ?, ?, ?, ?, ?)',
        (*_text((one.office, one.first, one.last)), one.n, one.source, now_ms),
    )


def _text(values: Sequence[object]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def scores(connection: Connection, office: str, first: date, last: date) -> dict[int, int]:
    """Return an office's indices entered for exactly these days, in tenths, by number."""
    c = index_scores.c
    query = select(c.number, c.tenths).where(c.office_id == office, c.first == first, c.last == last)
    return {int(number): int(tenths) for number, tenths in connection.execute(query)}


def enter_scores(
    work: Work, office: str, days: tuple[date, date], given: dict[int, int | None], actor: str, now_ms: int
) -> None:
    """Store indices in tenths; None takes one back."""
    key = _text((office, *days))
    for number, tenths in sorted(given.items()):
        work.run(
            'DELETE FROM index_scores WHERE office_id = ? AND "first" = ? AND "last" = ? AND number = ?',
            (*key, number),
        )
        if tenths is not None:
            work.run(
                'INSERT INTO index_scores (office_id, "first", "last", number, tenths, entered_at) '
                "VALUES (?, ?, ?, ?, ?, ?)",
                (*key, number, tenths, now_ms),
            )
    told = " ".join(f"{number}={'-' if tenths is None else tenths}" for number, tenths in sorted(given.items()))
    record(work, now_ms, actor, "tt01.enter", f"{office} {days[0]}..{days[1]} {told}")
