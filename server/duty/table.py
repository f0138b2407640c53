"""A week of duties as a workbook, and the template to import one from."""

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from server.duty.rules import HEADINGS, PARTS, PEOPLE, PEOPLE_HEADINGS, SHEET, Officer, Slot
from server.offices.queries import Unit
from server.reports.sheet import Column, Heading, open_sheet

DAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
FONT = "Times New Roman"


def workbook(
    duties: Mapping[Slot, str], desks: Sequence[Unit], officers: Mapping[str, Officer], week: Sequence[date],
    heading: Heading,
) -> bytes:  # fmt: skip
    """Return a week: a sheet to hang on the wall, and one in the form of the import."""
    book = Workbook(write_only=True)
    columns = [Column("Quầy", 34), Column("Buổi", 8)]
    columns += [Column(f"{DAYS[day.weekday()]} {day:%d/%m}", 18) for day in week]
    table = open_sheet(book, "Bảng tuần", columns, heading)
    for desk in desks:
        for part, words in PARTS.items():
            names = [_name(officers, duties.get((desk.id, day, part))) for day in week]
            table.add([desk.name_vi, words, *names])
    _rows(book, duties, desks, officers)
    return _bytes(book)


def template(desks: Sequence[Unit], officers: Sequence[Officer]) -> bytes:
    """Return the empty workbook to be filled in, with the codes of counters and officers beside it."""
    book = Workbook(write_only=True)
    _rows(book, {}, [], {})
    for title, rows in (("Mã quầy", [(one.code, one.name_vi) for one in desks]),):
        sheet = book.create_sheet(title)
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 48
        for row in rows:
            sheet.append([_text(sheet, value) for value in row])
    people = book.create_sheet(PEOPLE)
    for letter, width in zip("ABCD", (16, 34, 26, 16), strict=True):
        people.column_dimensions[letter].width = width
    people.append([_text(people, each.rstrip("?"), is_bold=True) for each in PEOPLE_HEADINGS])
    for one in officers:
        ended = f"{one.ended_on:%d/%m/%Y}" if one.ended_on else ""
        people.append([_text(people, value) for value in (one.code, one.name, one.title, ended)])
    return _bytes(book)


def _rows(book: Workbook, duties: Mapping[Slot, str], desks: Sequence[Unit], officers: Mapping[str, Officer]) -> None:
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "A2"
    for place, width in enumerate((14, 10, 26, 20), 1):
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width, dimension.number_format = width, "dd/mm/yyyy" if place == 1 else "@"
    sheet.append([_text(sheet, heading, is_bold=True) for heading in HEADINGS])
    codes = {one.id: one.code for one in desks}
    for desk, day, part in sorted(duties, key=lambda slot: (slot[1], slot[2], codes.get(slot[0], ""))):
        officer = officers.get(duties[desk, day, part])
        if officer and desk in codes:
            words = (f"{day:%d/%m/%Y}", PARTS[part], codes[desk], officer.code)
            sheet.append([_text(sheet, value) for value in words])


def _text(sheet: Any, words: str, *, is_bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, words)
    cell.font, cell.data_type, cell.number_format = Font(name=FONT, size=12, bold=is_bold), "s", "@"
    return cell


def _name(officers: Mapping[str, Officer], officer: str | None) -> str:
    return officers[officer].name if officer is not None and officer in officers else ""


def _bytes(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()
