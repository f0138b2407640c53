"""Who sits at which counter: half-days, weeks, what copying a week does, a workbook of duties; pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from server.offices.calendar import is_working
from server.offices.queries import Unit
from server.offices.rules import plain
from server.offices.workbook import CellError, Fault, Line, code_of, day_of, read

PARTS: Final = {"am": "Sáng", "pm": "Chiều"}
"""Halves of a day: until 12:00, and from then on."""

SHEET: Final = "Lịch trực"
DAY, PART, DESK, OFFICER = "Ngày", "Buổi", "Mã quầy", "Mã cán bộ"
HEADINGS: Final = (DAY, PART, DESK, OFFICER)
PEOPLE: Final = "Cán bộ"
NAME, TITLE, ENDED = "Họ tên", "Chức vụ", "Thôi từ ngày"
PEOPLE_HEADINGS: Final = (OFFICER, NAME, f"{TITLE}?", f"{ENDED}?")
FRESH: Final = "new:"
"""How the id of someone begins who is in the workbook and not stored yet."""

PART_OF: Final = {plain(words): part for part, words in PARTS.items()} | {"am": "am", "pm": "pm", "s": "am", "c": "pm"}
NAME_AT_MOST: Final = 80
CODE_AT_MOST: Final = 40
WEEK: Final = timedelta(days=7)
EARLIEST: Final = date(2020, 1, 1)
LATEST: Final = date(2099, 12, 31)

Slot = tuple[str, date, str]
"""(counter, day, part): at most one officer sits there."""


class Officer(msgspec.Struct, frozen=True):
    """Someone who may sit at a counter of an office. ended_on: the last day; None while in office."""

    id: str
    office: str
    name: str
    code: str
    title: str
    ended_on: date | None = None

    def serves_on(self, day: date) -> bool:
        """Return whether this person is in office on a day."""
        return self.ended_on is None or day <= self.ended_on


class Intake(msgspec.Struct, frozen=True):
    """What a workbook would set: officers by slot, and officers new or changed. same: rows that change nothing.

    A new officer's id begins with FRESH; so does it in a slot that the same workbook fills with that officer.
    """

    wanted: dict[Slot, str]
    faults: list[Fault]
    same: int
    replaced: int
    people: list[Officer] = []

    @property
    def is_empty(self) -> bool:
        """Return whether it would change nothing."""
        return not self.wanted and not self.people


def week_of(day: date) -> list[date]:
    """Return the seven days of a day's week, Monday first."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=n) for n in range(7)]


def officer_fault(name: str, code: str, title: str, others: Iterable[Officer]) -> str | None:
    """Return in Vietnamese why an officer cannot be stored, or None. others: the office's other officers."""
    if not name or len(name) > NAME_AT_MOST:
        return f"Họ tên cần 1 đến {NAME_AT_MOST} ký tự. Xin nhập lại."
    if not code or len(code) > CODE_AT_MOST:
        return f"Mã cán bộ cần 1 đến {CODE_AT_MOST} ký tự, ví dụ CB01."
    if len(title) > NAME_AT_MOST:
        return f"Chức vụ dài quá {NAME_AT_MOST} ký tự. Xin rút gọn."
    same = next((one for one in others if one.code.casefold() == code.casefold()), None)
    return None if same is None else f"Mã “{code}” đã là của {same.name}. Xin dùng mã khác."


def clashes(duties: Mapping[Slot, str]) -> set[tuple[str, date, str]]:
    """Return (officer, day, part) of whoever sits at two counters at once: told, not forbidden."""
    seen: set[tuple[str, date, str]] = set()
    twice: set[tuple[str, date, str]] = set()
    for (_, day, part), officer in duties.items():
        key = (officer, day, part)
        (twice if key in seen else seen).add(key)
    return twice


def copied(
    before: Mapping[Slot, str], now: Mapping[Slot, str], officers: Mapping[str, Officer], decided: Mapping[date, bool]
) -> dict[Slot, str]:
    """Return what last week's duties add to this week: only free half-days, days worked, officers still in office."""
    found = {}
    for (desk, day, part), officer in before.items():
        slot = (desk, day + WEEK, part)
        person = officers.get(officer)
        if slot not in now and person and person.serves_on(slot[1]) and is_working(decided, slot[1]):
            found[slot] = officer
    return found


def intake(body: bytes, desks: Sequence[Unit], officers: Sequence[Officer], now: Mapping[Slot, str]) -> Intake:
    """Return what a workbook of duties would do at the counters of one office. Raises BookError."""
    named, wrong = read(body, {PEOPLE: PEOPLE_HEADINGS}, [])
    lines, faults = read(body, {SHEET: HEADINGS}, [] if named else [SHEET])
    faults += wrong
    people = _people(named, officers, desks[0].parent or "" if desks else "", faults)
    officers = [*(one for one in officers if one.id not in {each.id for each in people}), *people]
    desk_of = {one.code.casefold(): one for one in desks}
    officer_of = {one.code.casefold(): one for one in officers}
    wanted: dict[Slot, str] = {}
    rows: dict[Slot, int] = {}
    same = replaced = 0
    for line in lines:
        found = _row(line, desk_of, officer_of, faults)
        if found is None:
            continue
        slot, officer = found
        if slot in rows:
            faults.append(line.fault(DESK, f"quầy, ngày, buổi này đã ghi ở dòng {rows[slot]}; mỗi buổi một cán bộ."))
            continue
        rows[slot] = line.row
        if now.get(slot) == officer:
            same += 1
            continue
        replaced += slot in now
        wanted[slot] = officer
    return Intake(wanted, sorted(faults), same, replaced, people)


def _people(lines: Iterable[Line], officers: Sequence[Officer], office: str, faults: list[Fault]) -> list[Officer]:
    known = {one.code.casefold(): one for one in officers}
    rows: dict[str, int] = {}
    found: list[Officer] = []
    for line in lines:
        key = line.text(OFFICER).casefold()
        if key in rows:
            faults.append(line.fault(OFFICER, f"mã này đã ghi ở dòng {rows[key]}; mỗi cán bộ một dòng."))
            continue
        rows[key] = line.row
        before = known.get(key, Officer(f"{FRESH}{key}", office, "", line.text(OFFICER), ""))
        one = _person(line, before, faults)
        if one is not None and one != before:
            found.append(one)
    return found


def _person(line: Line, before: Officer, faults: list[Fault]) -> Officer | None:
    """Return an officer as a row says it; a column that is missing leaves what was known."""
    title = line.text(TITLE) if TITLE in line.cells else before.title
    fault = officer_fault(line.text(NAME), before.code, title, [])
    if fault is not None:
        faults.append(line.fault(OFFICER if line.text(NAME) else NAME, fault))
        return None
    try:
        ended = day_of(line.cells[ENDED]) if ENDED in line.cells else before.ended_on
    except CellError as error:
        faults.append(line.fault(ENDED, str(error)))
        return None
    return msgspec.structs.replace(before, name=line.text(NAME), title=title, ended_on=ended)


def _row(
    line: Line, desk_of: Mapping[str, Unit], officer_of: Mapping[str, Officer], faults: list[Fault]
) -> tuple[Slot, str] | None:
    before = len(faults)
    day: date | None = None
    try:
        day = day_of(line.cells.get(DAY))
        if day is None:
            faults.append(line.fault(DAY, "chưa có ngày. Xin nhập như 01/12/2026."))
    except CellError as error:
        faults.append(line.fault(DAY, str(error)))
    part = PART_OF.get(plain(line.text(PART)))
    if part is None:
        faults.append(line.fault(PART, "không rõ buổi. Xin ghi Sáng hoặc Chiều."))
    desk, officer = desk_of.get(_code(line, DESK)), officer_of.get(_code(line, OFFICER))
    if desk is None:
        known = ", ".join(sorted(one.code for one in desk_of.values())[:6])
        faults.append(line.fault(DESK, f"đơn vị không có quầy mang mã này. Các quầy: {known or 'chưa có'}."))
    if officer is None:
        known = ", ".join(sorted(one.code for one in officer_of.values())[:6])
        faults.append(line.fault(OFFICER, f"đơn vị không có cán bộ mang mã này. Các mã: {known or 'chưa có'}."))
    if len(faults) > before or day is None or part is None or desk is None or officer is None:
        return None
    if not officer.serves_on(day):
        faults.append(line.fault(OFFICER, f"{officer.name} đã thôi việc tại đơn vị từ trước ngày này."))
    if not (desk.valid_from <= day and (desk.valid_to is None or day <= desk.valid_to)):
        faults.append(line.fault(DESK, f"“{desk.name_vi}” không hoạt động ngày này."))
    return ((desk.id, day, part), officer.id) if len(faults) == before else None


def _code(line: Line, heading: str) -> str:
    try:
        return code_of(line.cells.get(heading)).casefold()
    except CellError:
        return line.text(heading).casefold()
