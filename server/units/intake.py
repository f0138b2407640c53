"""A workbook of units: its rows and what is stored give a plan, or every fault by sheet, row and column; pure."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import msgspec

from server.offices.changes import Plan, applied
from server.offices.queries import Unit
from server.offices.rules import KINDS, ONE_DAY, day_words, faults, histories, new_id, on_day, plain
from server.offices.succession import KINDS as WENT
from server.offices.succession import Succession
from server.offices.workbook import CellError, Fault, Line, code_of, day_of, read

UNITS: Final = "Đơn vị"
CHANGES: Final = "Thay đổi"
CODE, NAME, ENGLISH, KIND, ABOVE, FROM, TO = (
    "Mã", "Tên", "Tên tiếng Anh", "Loại", "Mã đơn vị cấp trên", "Từ ngày", "Đến ngày",
)  # fmt: skip
OLD, NEW, DAY, HOW, REF = "Mã cũ", "Mã mới", "Ngày", "Loại", "Căn cứ"
SHEETS: Final = {UNITS: (CODE, NAME, f"{ENGLISH}?", KIND, ABOVE, FROM, f"{TO}?"), CHANGES: (OLD, NEW, DAY, HOW, REF)}

KIND_OF: Final = {plain(words): kind for kind, words in KINDS.items()} | {
    "tinh": "province", "thanh pho": "province", "so": "agency", "ban": "agency", "so nganh": "agency",
    "huyen": "district", "cap huyen": "district", "thi xa": "district", "quan": "district",
    "trung tam": "service_centre", "trung tam phuc vu hanh chinh cong": "service_centre",
    "don vi cap huyen": "district",
}  # fmt: skip
HOW_OF: Final = {plain(words): kind for kind, words in WENT.items()}


class Intake(msgspec.Struct, frozen=True):
    """What a workbook would do. faults: if any, nothing is stored. same: rows that change nothing."""

    plan: Plan
    faults: list[Fault]
    same: int
    rows: int

    @property
    def added(self) -> int:
        """Return how many versions are new."""
        return len(self.plan.added) - self.changed

    @property
    def changed(self) -> int:
        """Return how many versions that are stored become others."""
        return len(self.plan.removed)


class _Row(msgspec.Struct, frozen=True):
    line: Line
    unit: Unit
    above: str


def intake(body: bytes, versions: Sequence[Unit], links: Sequence[Succession]) -> Intake:
    """Return what a workbook would do to the organisation. Raises BookError if it is no workbook."""
    lines, wrong = read(body, SHEETS, [UNITS])
    reader = _Reader(versions)
    rows = [row for line in lines if line.sheet == UNITS and (row := reader.row(line)) is not None]
    rows = [reader.placed(row, rows) for row in rows]
    plan, same = _plan(versions, rows, reader)
    after = applied(versions, plan)
    reader.hold(versions, after, rows)
    known = histories(after)
    stored = {(one.old, one.new, one.day): one for one in links}
    fresh: list[Succession] = []
    for line in lines:
        if line.sheet == CHANGES:
            link = reader.link(line, after)
            if link is not None and _is_fresh(reader, line, link, stored, known):
                stored[link.old, link.new, link.day] = link
                fresh.append(link)
            elif link is not None:
                same += 1
    plan = msgspec.structs.replace(plan, successions=tuple(fresh))
    return Intake(plan, sorted({*wrong, *reader.faults}), same, len(lines))


def _is_fresh(
    reader: "_Reader", line: Line, link: Succession, stored: dict[Any, Succession], known: dict[str, list[Unit]]
) -> bool:
    there = stored.get((link.old, link.new, link.day))
    if there is not None:
        if there != link:
            words = f"thay đổi này đã có: {WENT[there.kind]}, {there.legal_ref}. Xin ghi giống hoặc bỏ dòng này."
            reader.faults.append(line.fault(HOW, words))
        return False
    before, after = on_day(known, link.old, link.day), on_day(known, link.new, link.day)
    if before is not None and link.old != link.new:
        words = (
            f"“{before.name_vi}” vẫn tồn tại ngày {day_words(link.day)}. Xin ghi Đến ngày "
            f"{day_words(link.day - ONE_DAY)} cho đơn vị này ở trang “{UNITS}”."
        )
        reader.faults.append(line.fault(OLD, words))
    if after is None:
        words = f"“{known[link.new][-1].name_vi}” không tồn tại ngày {day_words(link.day)}. Xin xem lại Từ ngày."
        reader.faults.append(line.fault(NEW, words))
    return True


def _plan(versions: Sequence[Unit], rows: Sequence[_Row], reader: "_Reader") -> tuple[Plan, int]:
    there = {(one.id, one.valid_from): one for one in versions}
    removed: list[Unit] = []
    added: list[Unit] = []
    seen: dict[tuple[str, date], int] = {}
    same = 0
    for row in rows:
        key = (row.unit.id, row.unit.valid_from)
        if key in seen:
            words = f"mã này đã ghi ở dòng {seen[key]} với cùng Từ ngày. Xin bỏ một dòng."
            reader.faults.append(row.line.fault(CODE, words))
            continue
        seen[key] = row.line.row
        stored = there.get(key)
        if stored == row.unit:
            same += 1
            continue
        if stored is not None:
            removed.append(stored)
        added.append(row.unit)
    return Plan(tuple(removed), tuple(added)), same


class _Reader:
    """Reads cells one after the other and gathers what is wrong; knows which id each code stands for."""

    def __init__(self, versions: Sequence[Unit]) -> None:
        self.faults: list[Fault] = []
        self.kinds = {one.id: one.kind for one in versions}
        self.by_code: dict[str, list[Unit]] = {}
        for one in versions:
            self.by_code.setdefault(one.code.casefold(), []).append(one)
        self.fresh: dict[str, str] = {}

    def row(self, line: Line) -> _Row | None:
        """Return a row of units, or None if a cell of it cannot be read; its parent is found later."""
        before = len(self.faults)
        code, above = self.code(line, CODE), self.code(line, ABOVE, is_needed=False)
        first, last = self.day(line, FROM), self.day(line, TO, is_needed=False)
        kind = KIND_OF.get(plain(line.text(KIND)))
        if kind is None:
            words = f"không có loại này. Xin chọn: {', '.join(KINDS.values())}."
            self.faults.append(line.fault(KIND, words))
        if len(self.faults) > before or first is None or kind is None:
            return None
        unit = self.id_of(code, first, last)
        if self.kinds.setdefault(unit, kind) != kind:
            words = f"đơn vị này đã là “{KINDS.get(self.kinds[unit], self.kinds[unit])}”; loại không đổi được."
            self.faults.append(line.fault(KIND, words))
        return _Row(line, Unit(unit, kind, line.text(NAME), line.text(ENGLISH), code, None, first, last), above)

    def placed(self, row: _Row, rows: Sequence[_Row]) -> _Row:
        """Return a row with its parent found: in the workbook, or among what is stored."""
        if not row.above:
            return row
        one = row.unit
        same = [each for each in rows if each.unit.code.casefold() == row.above.casefold()]
        parent = same[0].unit.id if same else self.stored(row.above, one.valid_from, one.valid_to)
        if parent is None:
            self.faults.append(row.line.fault(ABOVE, f"không có đơn vị mang mã này.{self.hint(row.above, rows)}"))
            return row
        return msgspec.structs.replace(row, unit=msgspec.structs.replace(one, parent=parent))

    def hold(self, before: Sequence[Unit], after: Sequence[Unit], rows: Sequence[_Row]) -> None:
        """Add what would be wrong with the whole list and was not before, each at its row."""
        where = {(row.unit.id, row.unit.valid_from): row.line for row in rows}
        by_unit = {row.unit.id: row.line for row in rows}
        old = set(faults(before))
        for one in faults(after):
            line = where.get((one.unit, one.valid_from)) or by_unit.get(one.unit)
            if one in old or (one.column == ABOVE and line is not None and self.is_told(line, ABOVE)):
                continue
            if line is not None:
                self.faults.append(line.fault(one.column, one.words))
                continue
            name = next(each.name_vi for each in after if each.id == one.unit)
            words = f"đơn vị này không có trong tệp nhưng bị ảnh hưởng: {one.words}"
            self.faults.append(Fault(UNITS, 0, one.column, name, words))

    def is_told(self, line: Line, heading: str) -> bool:
        """Return whether a cell's fault was found already."""
        return any((each.row, each.column) == (line.row, line.fault(heading, "").column) for each in self.faults)

    def link(self, line: Line, after: Sequence[Unit]) -> Succession | None:
        """Return a row of changes, or None if a cell of it cannot be read."""
        before = len(self.faults)
        old, new, day = self.known(line, OLD, after), self.known(line, NEW, after), self.day(line, DAY)
        how = HOW_OF.get(plain(line.text(HOW)))
        if how is None:
            self.faults.append(line.fault(HOW, f"không có loại này. Xin chọn: {', '.join(WENT.values())}."))
        if not line.text(REF):
            self.faults.append(line.fault(REF, "chưa có căn cứ. Xin ghi số nghị quyết, quyết định."))
        if len(self.faults) > before or day is None or how is None:
            return None
        return Succession(old, new, day, how, line.text(REF))

    def known(self, line: Line, heading: str, after: Sequence[Unit]) -> str:
        code = self.code(line, heading)
        found = [one.id for one in after if code and one.code.casefold() == code.casefold()]
        if code and not found:
            words = f"không có đơn vị mang mã này. Xin thêm nó ở trang “{UNITS}” trước."
            self.faults.append(line.fault(heading, words))
        return found[-1] if found else ""

    def code(self, line: Line, heading: str, *, is_needed: bool = True) -> str:
        try:
            code = code_of(line.cells.get(heading))
        except CellError as error:
            if line.text(heading).casefold() in self.by_code:
                return line.text(heading)
            self.faults.append(line.fault(heading, str(error)))
            return ""
        if is_needed and not code:
            self.faults.append(line.fault(heading, "chưa có mã. Xin nhập."))
        return code

    def day(self, line: Line, heading: str, *, is_needed: bool = True) -> date | None:
        try:
            day = day_of(line.cells.get(heading))
        except CellError as error:
            self.faults.append(line.fault(heading, str(error)))
            return None
        if is_needed and day is None:
            self.faults.append(line.fault(heading, "chưa có ngày. Xin nhập như 01/07/2025."))
        return day

    def id_of(self, code: str, first: date, last: date | None) -> str:
        """Return the id a code stands for in a time: one that is stored, or a new one, the same for all its rows."""
        stored = self.stored(code, first, last)
        if stored is not None:
            return stored
        key = code.casefold()
        if key not in self.fresh:
            self.fresh[key] = new_id(code, {*self.kinds, *self.fresh.values()})
        return self.fresh[key]

    def stored(self, code: str, first: date, last: date | None) -> str | None:
        """Return the stored unit of a code: of several, the one that stood in the time, else the newest."""
        same = self.by_code.get(code.casefold(), [])
        end = last or date.max
        within = [one for one in same if one.valid_from <= end and (one.valid_to or date.max) >= first]
        found = within or same
        return found[-1].id if found else None

    def hint(self, code: str, rows: Sequence[_Row]) -> str:
        """Return a sentence on the code that was likely meant, or where to add the unit."""
        codes = {*self.by_code, *(row.unit.code.casefold() for row in rows)}
        meant = next((each for each in sorted(codes) if each.lstrip("0") == code.lstrip("0")), None)
        return f" Có lẽ là {meant}: Excel hay bỏ số 0 đứng đầu." if meant else " Xin thêm đơn vị cấp trên vào tệp."
