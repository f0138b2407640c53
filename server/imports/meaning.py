"""What a file's columns mean and what each row becomes: decided here from values alone; pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from server.ballots.desk import Told
from server.imports import values
from server.imports.headings import COMMENT, CONSENT, COUNTER, DROP, EXTRA, OFFICE, PHONE, TIME, suggested
from server.imports.reading import Line, Sheet
from server.imports.values import CellError, Moment
from server.offices.queries import Unit
from server.offices.rules import plain
from server.offices.workbook import Fault, tidy
from survey.note import Note
from survey.questionnaire import Questionnaire
from survey.scales import Level

COMMENT_AT_MOST: Final = 1000
NUMBER: Final = re.compile(r"(?:quay)?(?: so)?\s*(\d{1,3})\b")
OLDEST: Final = date(2010, 1, 1)
ROLES: Final = {
    TIME: "Thời gian trả lời", OFFICE: "Đơn vị (mã hoặc tên)", COUNTER: "Quầy (mã hoặc tên)",
    COMMENT: "Ý kiến góp ý (niêm phong)", PHONE: "Số điện thoại (niêm phong, cần cột đồng ý)",
    CONSENT: "Đồng ý cho liên hệ lại", EXTRA: "Giữ kín cùng ý kiến (niêm phong)", DROP: "Bỏ, không lưu",
}  # fmt: skip


class Meaning(msgspec.Struct, frozen=True):
    """What a person confirmed. roles: by column. office: fixed, "" where a column says it. order: of day and month."""

    source: str
    roles: tuple[str, ...]
    office: str = ""
    order: str = ""
    is_one_best: bool = False


class Row(msgspec.Struct, frozen=True):
    """A row that can be stored. key: what it is known again by, before it is keyed and hashed."""

    row: int
    office: str
    told: Told
    key: str


class Reading(msgspec.Struct, frozen=True):
    """What a file comes to. question: put to a person before anything can be read. twice: rows sent twice in it."""

    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()
    question: str = ""
    twice: int = 0

    @property
    def refused(self) -> int:
        """How many rows have a fault."""
        return len({one.row for one in self.faults if one.row})


def first_guess(sheet: Sheet, questionnaire: Questionnaire, source: str) -> Meaning:
    """Return the mapping proposed to a person who sees this form for the first time."""
    return Meaning(source, tuple(suggested(sheet.headings, questionnaire)))


def whole_faults(sheet: Sheet, mapping: Meaning, questionnaire: Questionnaire) -> list[str]:
    """Return in Vietnamese what keeps a mapping from being tried, for the whole file."""
    found, roles = [], Counter(mapping.roles)
    if not mapping.source:
        found.append("Chưa đặt tên nguồn. Xin ghi tên biểu mẫu, ví dụ “Google Form xã Sơn Đông”.")
    if roles[TIME] != 1:
        found.append(f"Có {roles[TIME]} cột thời gian; cần đúng một cột để biết phiếu thuộc ngày nào.")
    if not mapping.office and roles[OFFICE] != 1:
        found.append("Chưa biết phiếu của đơn vị nào. Xin chọn một đơn vị, hoặc chọn cột ghi đơn vị.")
    if not any(question.id in roles for question in questionnaire.questions):
        found.append("Chưa cột nào là câu hỏi. Xin chọn câu hỏi cho từng cột.")
    if len(mapping.roles) != len(sheet.headings):
        found.append("Các cột của tệp đã đổi. Xin chọn lại tệp.")
    return found


def carried(
    sheet: Sheet, mapping: Meaning, questionnaire: Questionnaire, units: Sequence[Unit], today: date
) -> Reading:
    """Return what every row of a file becomes, and every cell that cannot be read, with its reason.

    units: every version of the units this person may enter for.
    """
    at = mapping.roles.index(TIME)
    order, question = values.order_of(line.cells[at] for line in sheet.lines)
    if mapping.order:
        order, question = mapping.order, ""
    if question:
        return Reading(question=question)
    reader = _Reader(sheet, mapping, questionnaire, units, today, order)
    return reader.all()


class _Reader:
    """Reads row after row and gathers what is wrong."""

    def __init__(
        self,
        sheet: Sheet,
        mapping: Meaning,
        questionnaire: Questionnaire,
        units: Sequence[Unit],
        today: date,
        order: str,
    ) -> None:
        self.sheet, self.mapping, self.today, self.order = sheet, mapping, today, order
        self.questionnaire = questionnaire
        self.questions = {question.id: question for question in questionnaire.questions}
        self.known = {one: values.aliases(questionnaire, question) for one, question in self.questions.items()}
        self.units = units
        self.offices = {unit.parent for unit in units if unit.kind == "counter" and unit.parent}
        self.asked: dict[tuple[str, str], set[str]] = {}
        self.has_consent = CONSENT in mapping.roles
        self.faults: list[Fault] = []

    def all(self) -> Reading:
        seen: Counter[str] = Counter()
        rows: list[Row] = []
        twice = 0
        for line in self.sheet.lines:
            before = len(self.faults)
            found = self.row(line)
            if found is None or len(self.faults) > before:
                continue
            moment, row = found
            seen[row.key] += 1
            if seen[row.key] > 1 and moment.is_exact:
                twice += 1
                continue
            times = seen[row.key]
            rows.append(row if times == 1 else msgspec.structs.replace(row, key=f"{row.key}|{times}"))
        return Reading(tuple(rows), tuple(self.faults), "", twice)

    def row(self, line: Line) -> tuple[Moment, Row] | None:
        """Return a row as it will be stored, or None where a fault was told."""
        moment = self.cell(line, TIME, lambda value: values.moment_of(value, self.order))
        office = self.mapping.office or self.cell(line, OFFICE, lambda value: self.unit(value, "")) or ""
        levels = self.levels(line)
        note, is_consent = self.note(line)
        if moment is None or not office or levels is None or note is None:
            return None
        if not self.is_in_time(line, moment, office):
            return None
        counter = self.cell(line, COUNTER, lambda value: self.unit(value, office) if tidy(value) else office) or office
        if not levels and note.is_empty():
            self.fault(line, 0, "dòng không có câu trả lời nào. Xin bỏ dòng này.")
            return None
        told = Told(counter, moment.day, moment.hour, levels, {}, note, is_consent)
        answers = ",".join(f"{asked}={levels[asked]}" for asked in sorted(levels))
        return moment, Row(line.row, office, told, f"{office}|{moment.words}|{answers}|{note.comment}")

    def fault(self, line: Line, at: int, words: str) -> None:
        """Note what is wrong with one cell."""
        value = tidy(line.cells[at])
        shown = values.masked(value)[:60] if self.mapping.roles[at] not in (PHONE, COMMENT, EXTRA) else "…"
        column = f"{self.sheet.letters[at]} ({self.sheet.headings[at][:60]})"
        self.faults.append(Fault(self.sheet.name, line.row, column, shown, words))

    def places(self, role: str) -> list[int]:
        return [at for at, one in enumerate(self.mapping.roles) if one == role]

    def cell(self, line: Line, role: str, read: Any) -> Any:
        """Return what a column's cell says, None where it has none or a fault was told."""
        for at in self.places(role):
            try:
                return read(line.cells[at])
            except CellError as error:
                self.fault(line, at, str(error))
        return None

    def levels(self, line: Line) -> dict[str, Level] | None:
        """Return the answers of a row; two columns of one question must not contradict each other."""
        found: dict[str, Level] = {}
        before = len(self.faults)
        for at, role in enumerate(self.mapping.roles):
            question = self.questions.get(role)
            if question is None:
                continue
            try:
                level = values.level_of(
                    line.cells[at], self.known[role], question, is_one_best=self.mapping.is_one_best
                )
            except CellError as error:
                self.fault(line, at, str(error))
                continue
            if level is not None and found.setdefault(role, level) != level:
                self.fault(line, at, "hai cột của cùng một câu trả lời khác nhau. Xin giữ lại một.")
        return found if len(self.faults) == before else None

    def note(self, line: Line) -> tuple[Note | None, bool]:
        """Return the words of a row and whether they may be answered; numbers only where the person agreed."""
        before = len(self.faults)
        is_consent = self.has_consent and any(values.is_yes(line.cells[at]) for at in self.places(CONSENT))
        phone = (self.cell(line, PHONE, values.phone_of) or "") if is_consent else ""
        parts = [values.words_of(line.cells[at]) for at in self.places(COMMENT)]
        for at in self.places(EXTRA):
            words = values.words_of(line.cells[at])
            parts += [f"{self.sheet.headings[at][:80]}: {words}"] if words else []
        comment = values.masked("\n".join(part for part in parts if part))
        if len(comment) > COMMENT_AT_MOST:
            at = (self.places(COMMENT) + self.places(EXTRA))[0]
            words = f"ý kiến dài {len(comment)} ký tự, nhiều nhất {COMMENT_AT_MOST}. Xin rút ngắn, hoặc bỏ bớt cột."
            self.fault(line, at, words)
        return (Note(comment=comment, phone=phone) if len(self.faults) == before else None), is_consent

    def unit(self, value: Any, office: str) -> str:
        """Return the id of the unit a cell names: an office, or a counter of one. Raises CellError."""
        text = plain(tidy(value))
        if not text:
            raise CellError("chưa ghi đơn vị. Xin ghi mã hoặc tên đơn vị.")
        if (text, office) not in self.asked:
            self.asked[text, office] = self._counters(text, office) if office else self._offices(text)
        found = self.asked[text, office]
        if len(found) != 1:
            what = "quầy" if office else "đơn vị"
            words = "không có" if not found else f"có {len(found)}"
            raise CellError(f"{words} {what} mang mã hoặc tên này trong phạm vi của Ông/Bà. Xin ghi đúng mã {what}.")
        return next(iter(found))

    def _offices(self, text: str) -> set[str]:
        """Return the offices a text names; a commune stands for the one office below it."""
        named = {unit.id for unit in self.units if text in _names(unit) and unit.kind != "counter"}
        below = {unit.id for unit in self.units if unit.id in self.offices and unit.parent in named}
        return (named & self.offices) or below

    def _counters(self, text: str, office: str) -> set[str]:
        mine = [unit for unit in self.units if unit.parent == office and unit.kind == "counter"]
        named = {unit.id for unit in mine if text in _names(unit)}
        number = _number(text)
        return named or {unit.id for unit in mine if number and _number(plain(unit.name_vi)) == number}

    def is_in_time(self, line: Line, moment: Moment, office: str) -> bool:
        """Return whether a day is past, and the office stood then; else the fault is told."""
        at = self.places(TIME)[0]
        if not OLDEST <= moment.day <= self.today:
            self.fault(line, at, f"ngày {moment.day:%d/%m/%Y} không nằm giữa 2010 và hôm nay. Xin sửa ngày.")
            return False
        if not any(one.id == office and stood(one, moment.day) for one in self.units):
            begin = min((one.valid_from for one in self.units if one.id == office), default=self.today)
            words = (
                f"ngày {moment.day:%d/%m/%Y} đơn vị này không có trong danh mục (có từ {begin:%d/%m/%Y}). "
                "Xin chọn đơn vị của thời gian đó."
            )
            self.fault(line, at, words)
            return False
        return True


def _number(words: str) -> str:
    """Return the number of a counter, "" where words name none.

    >>> _number("quay so 02: ho tich"), _number("2")
    ('2', '2')
    """
    found = NUMBER.match(words)
    return str(int(found[1])) if found else ""


def _names(unit: Unit) -> tuple[str, ...]:
    return plain(unit.id), plain(unit.code), plain(unit.name_vi)


def stood(unit: Unit, day: date) -> bool:
    """Return whether a unit's version holds on a day."""
    return unit.valid_from <= day and (unit.valid_to is None or day <= unit.valid_to)


def offices_of(units: Iterable[Unit]) -> dict[str, str]:
    """Return the names of units that serve people, by id, in the order of their names: whatever has counters.

    Of a unit's versions the newest names it.
    """
    listed = list(units)
    parents = {one.parent for one in listed if one.kind == "counter"}
    named: Mapping[str, str] = {one.id: one.name_vi for one in listed if one.id in parents}
    return dict(sorted(named.items(), key=lambda one: plain(one[1])))
