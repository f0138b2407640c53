"""Which reports are made by themselves, and when each is due; pure, and its rows in SQL."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, cast

import msgspec
from sqlalchemy import Connection, select

from server.database import Work
from server.offices.calendar import add_working_days, is_working
from server.reports.archive import key_of
from server.results.periods import Kind, Period, period_of
from server.tables import holidays, report_runs, report_schedules
from survey.local_time import local_date

KINDS: Final = {"thang": "Hằng tháng", "quy": "Hằng quý", "nua": "6 tháng", "nam": "Hằng năm"}
MOST_DAYS: Final = 28
LOOKED_BACK: Final = 3
"""How many past periods of a schedule are still made after the centre stood still."""

FIRST_MS: Final = 5 * 60_000
LONGEST_MS: Final = 6 * 3_600_000


class ScheduleError(ValueError):
    """A schedule that cannot be stored; `str()` says in Vietnamese why."""


class Schedule(msgspec.Struct, frozen=True):
    """One line: every period of a kind, made so many days after its end. is_working: else on the next working day."""

    id: str
    unit: str
    kind: Kind
    after_days: int
    is_working: bool
    recipients: list[str]
    made_at: int
    made_by: str

    @property
    def words(self) -> str:
        """Return when it is made."""
        rule = ", nếu là ngày nghỉ thì ngày làm việc kế tiếp" if self.is_working else ""
        return f"{KINDS[self.kind]}, {self.after_days} ngày sau khi hết kỳ{rule}"


class Run(msgspec.Struct, frozen=True):
    """What came of a schedule for a period. document: "" while there is none. fault: why, in Vietnamese."""

    schedule: str
    period: str
    document: str
    fault: str
    tries: int
    at: int
    next_at: int


def due_day(one: Schedule, period: Period, decided: Mapping[date, bool]) -> date:
    """Return the day a period's report is made on.

    decided: the province's own days off and worked.
    """
    day = period.last + timedelta(days=one.after_days)
    return day if not one.is_working or is_working(decided, day) else add_working_days(decided, day, 1)


def due(
    several: Sequence[Schedule], runs: Mapping[tuple[str, str], Run], decided: Mapping[date, bool], now: int, cut: int
) -> list[tuple[Schedule, Period]]:
    """Return what is to be made now, the oldest first: never twice, nor for days before the schedule was made."""
    today, found = local_date(now), []
    for one in several:
        period = period_of(one.kind, today, cut)
        for _ in range(LOOKED_BACK):
            period = period.neighbour(-1)
            day, run = due_day(one, period, decided), runs.get((one.id, key_of(period)))
            is_open = run is None or (not run.document and run.next_at <= now)
            if local_date(one.made_at) <= day <= today and is_open:
                found.append((day, one, period))
    return [(one, period) for _, one, period in sorted(found, key=lambda each: (each[0], each[1].id))]


def wait_ms(tries: int) -> int:
    """Return how long to wait after so many failures."""
    return min(LONGEST_MS, int(FIRST_MS * 2 ** (tries - 1)))


# ---- rows


def read(given: Mapping[str, str], unit: str, recipients: list[str], actor: str, at: int) -> Schedule:
    """Return the schedule a form asks for. Raises ScheduleError."""
    kind, days = given.get("kind", ""), given.get("after_days", "")
    if kind not in KINDS:
        raise ScheduleError(f"Kỳ “{kind[:20]}” không có trong danh sách. Xin chọn tháng, quý, 6 tháng hoặc năm.")
    if not (days.isascii() and days.isdecimal() and 1 <= int(days) <= MOST_DAYS):
        raise ScheduleError(f"Số ngày sau khi hết kỳ “{days[:10]}” không đúng. Xin ghi từ 1 đến {MOST_DAYS}.")
    is_kept = given.get("is_working", "") == "1"
    return Schedule(secrets.token_hex(16), unit, cast(Kind, kind), int(days), is_kept, recipients, at, actor)


def add(work: Work, one: Schedule) -> None:
    """Store a schedule."""
    work.run(
        "INSERT INTO report_schedules (id, unit_id, kind, after_days, is_working, recipients, made_at, made_by) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (one.id, one.unit, one.kind, one.after_days, one.is_working, json.dumps(one.recipients), one.made_at,
         one.made_by),
    )  # fmt: skip


def end(work: Work, schedule: str, unit: str, at: int) -> bool:
    """End a unit's schedule; what it made stays. Returns whether there was one."""
    statement = "UPDATE report_schedules SET ended_at = ? WHERE id = ? AND unit_id = ? AND ended_at IS NULL"
    return bool(work.run(statement, (at, schedule, unit)))


def standing(connection: Connection, unit: str | None = None) -> list[Schedule]:
    """Return the schedules that have not ended, of one unit or of all."""
    s = report_schedules.c
    query = select(s.id, s.unit_id, s.kind, s.after_days, s.is_working, s.recipients, s.made_at, s.made_by)
    query = query.where(s.ended_at.is_(None)).order_by(s.made_at, s.id)
    rows = connection.execute(query if unit is None else query.where(s.unit_id == unit))
    return [_read(row) for row in rows]


def _read(row: Sequence[Any]) -> Schedule:
    return Schedule(row[0], row[1], row[2], row[3], bool(row[4]), json.loads(row[5]), row[6], row[7])


def runs(connection: Connection, schedules: Sequence[str]) -> dict[tuple[str, str], Run]:
    """Return what came of these schedules, by schedule and period."""
    r = report_runs.c
    query = select(r.schedule_id, r.period, r.document_id, r.fault, r.tries, r.at, r.next_at)
    rows = connection.execute(query.where(r.schedule_id.in_(schedules)).order_by(r.at))
    return {(row[0], row[1]): Run(row[0], row[1], row[2] or "", *row[3:]) for row in rows}


def note(work: Work, run: Run) -> bool:
    """Store what came of a period. Returns False, and stores nothing, if it is done already."""
    work.all(work.locked("SELECT id FROM centre"))
    key = (run.schedule, run.period)
    known = work.one("SELECT document_id FROM report_runs WHERE schedule_id = ? AND period = ?", key)
    if known is not None and known[0]:
        return False
    work.run("DELETE FROM report_runs WHERE schedule_id = ? AND period = ?", key)
    work.run(
        "INSERT INTO report_runs (schedule_id, period, document_id, fault, tries, at, next_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*key, run.document or None, run.fault, run.tries, run.at, run.next_at),
    )
    return True


def again(work: Work, schedule: str, at: int) -> None:
    """Let every period of a schedule that failed be tried at once."""
    work.run("UPDATE report_runs SET next_at = ? WHERE schedule_id = ? AND document_id IS NULL", (at, schedule))


def decided_days(connection: Connection) -> dict[date, bool]:
    """Return whether each day that the province decided on is worked."""
    return {row[0]: bool(row[1]) for row in connection.execute(select(holidays.c.day, holidays.c.is_working))}
