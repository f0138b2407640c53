"""A year's days off as a list, and a workbook of decided days; pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from server.offices.calendar import FIRST_YEAR, LAST_YEAR, SATURDAY, Day, is_working, public_days
from server.offices.rules import plain
from server.offices.workbook import CellError, Fault, Line, day_of, read

SHEET: Final = "Ngày nghỉ"
DAY, NAME, HOW = "Ngày", "Tên", "Loại"
HEADINGS: Final = (DAY, NAME, HOW)
HOW_OF: Final = {"nghi": False, "lam bu": True, "lam viec": True}
NAME_AT_MOST: Final = 120
WEEKDAYS: Final = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


class Shown(msgspec.Struct, frozen=True):
    """One line of a year. is_own: decided here; else as the law and known decisions have it."""

    day: Day
    weekday: str
    is_own: bool


class Intake(msgspec.Struct, frozen=True):
    """What a workbook of days would set. same: rows that change nothing."""

    wanted: list[Day]
    faults: list[Fault]
    same: int


def year_of(decided: Sequence[Day], year: int) -> list[Shown]:
    """Return a year's days that differ from their weekday; what was decided replaces what is public."""
    own = {one.day: one for one in decided if one.day.year == year}
    days = {one.day: one for one in public_days(year)} | own
    return [Shown(one, WEEKDAYS[day.weekday()], day in own) for day, one in sorted(days.items())]


def working_days(decided: Mapping[date, bool], year: int) -> int:
    """Return how many days of a year are worked."""
    first = date(year, 1, 1).toordinal()
    span = date(year, 12, 31).toordinal() - first + 1
    return sum(is_working(decided, date.fromordinal(first + n)) for n in range(span))


def fault_of(day: Day) -> str | None:
    """Return in Vietnamese why a day cannot be stored, or None."""
    if not FIRST_YEAR <= day.day.year <= LAST_YEAR:
        return f"Năm {day.day.year} ngoài khoảng {FIRST_YEAR} đến {LAST_YEAR}. Xin kiểm tra lại ngày."
    if not day.name or len(day.name) > NAME_AT_MOST:
        return f"Xin ghi tên ngày, tối đa {NAME_AT_MOST} ký tự, ví dụ “Nghỉ hoán đổi theo Quyết định số …”."
    public = {one.day: one.is_working for one in public_days(day.day.year)}
    if public.get(day.day, day.day.weekday() < SATURDAY) == day.is_working:
        usual = "ngày làm việc" if day.is_working else "ngày nghỉ"
        return f"{day.day:%d/%m/%Y} vốn đã là {usual}; không cần đặt lại."
    return None


def intake(body: bytes, decided: Sequence[Day]) -> Intake:
    """Return what a workbook of days would do. Raises BookError if it is no workbook."""
    lines, faults = read(body, {SHEET: HEADINGS}, [SHEET])
    known = {one.day: one for one in decided}
    wanted: dict[date, Day] = {}
    rows: dict[date, int] = {}
    same = 0
    for line in lines:
        one = _row(line, faults)
        if one is None:
            continue
        if one.day in rows:
            faults.append(line.fault(DAY, f"ngày này đã ghi ở dòng {rows[one.day]}. Xin bỏ một dòng."))
            continue
        rows[one.day] = line.row
        if known.get(one.day) == one:
            same += 1
        else:
            wanted[one.day] = one
    return Intake(sorted(wanted.values()), sorted(faults), same)


def _row(line: Line, faults: list[Fault]) -> Day | None:
    how = HOW_OF.get(plain(line.text(HOW)))
    if how is None:
        faults.append(line.fault(HOW, "không có loại này. Xin ghi “nghỉ” hoặc “làm bù”."))
    try:
        day = day_of(line.cells.get(DAY))
    except CellError as error:
        faults.append(line.fault(DAY, str(error)))
        return None
    if day is None:
        faults.append(line.fault(DAY, "chưa có ngày. Xin nhập như 01/12/2026."))
    if day is None or how is None:
        return None
    made = Day(day, line.text(NAME), how)
    fault = fault_of(made)
    if fault is not None:
        faults.append(line.fault(NAME if not made.name or len(made.name) > NAME_AT_MOST else DAY, fault))
        return None
    return made
