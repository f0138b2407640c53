"""The roster as a workbook: a template to fill in, its rows read, a marked copy with every faulty cell coloured."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from provisioning import rows
from provisioning.rows import COLUMNS, NAMES, Fault
from survey.provisioning import CounterPlace

SHEET: Final = "Danh sách máy"
HELP: Final = "Hướng dẫn"
HEAD_ROWS: Final = 10
ROWS_AT_MOST: Final = 1000
LISTS: Final = {"network": rows.NETWORKS, "panel": rows.PANELS, "rotation": rows.ROTATIONS, "buttons": rows.BUTTONS}
HEAD: Final = PatternFill("solid", fgColor="0B4A7A")
WRONG: Final = PatternFill("solid", fgColor="FFC7CE")


class RosterError(Exception):
    """A file that is no roster; `str()` says what to do, in Vietnamese."""


def template(path: Path, counters: Sequence[CounterPlace] = ()) -> None:
    """Write an empty roster, or one with a row for each counter."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    _head(sheet)
    for place, one in enumerate(counters, 2):
        sheet.cell(place, 1, one.code or one.id)
        sheet.cell(place, len(COLUMNS), f"{one.name['vi']} – {one.office_name['vi']}")
    for at, column in enumerate(COLUMNS, 1):
        if column.name in LISTS:
            choice = DataValidation(type="list", formula1=f'"{",".join(LISTS[column.name])}"', allow_blank=True)
            sheet.add_data_validation(choice)
            letter = get_column_letter(at)
            choice.add(f"{letter}2:{letter}{ROWS_AT_MOST + 1}")
    _help(book.create_sheet(HELP))
    book.save(path)


def _head(sheet: Any) -> None:
    for at, column in enumerate(COLUMNS, 1):
        cell = sheet.cell(1, at, column.title)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = column.width
        for line in range(2, ROWS_AT_MOST + 2):
            sheet.cell(line, at).number_format = "@"  # text: Excel drops no leading zero and makes no date of it
    sheet.freeze_panes = "B2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _help(sheet: Any) -> None:
    sheet.append(["Cột", "Ghi gì"])
    for column in COLUMNS:
        sheet.append([column.title, column.help])
    sheet.append([])
    sheet.append(["", "Tệp này có mật khẩu Wi-Fi: cất như cất mật khẩu, xóa khi đã làm xong các thẻ."])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 22, 90
    for cell in sheet[1]:
        cell.font = Font(bold=True)


def read(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return (line, text by column's name) of every row that is not empty. Raises RosterError."""
    book = _open(path)
    sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
    columns, first = _columns(sheet)
    found: list[tuple[int, dict[str, str]]] = []
    for line, cells in enumerate(sheet.iter_rows(min_row=first + 1, values_only=True), first + 1):
        said = {name: _text(cells[at]) for name, at in columns.items() if at < len(cells)}
        if any(said.values()):
            found.append((line, said))
        if len(found) > ROWS_AT_MOST:
            raise RosterError(f"Danh sách dài hơn {ROWS_AT_MOST} máy. Xin chia thành nhiều tệp.")
    if not found:
        raise RosterError("Danh sách chưa có máy nào. Xin điền từ dòng dưới tiêu đề.")
    return found


def _open(path: Path) -> Any:
    try:
        return load_workbook(path)
    except FileNotFoundError:
        raise RosterError(f"Không thấy tệp {path}. Xin xem lại tên tệp.") from None
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        raise RosterError(f"{path.name} không phải sổ Excel (.xlsx). Xin lưu lại dạng .xlsx.") from None


def _columns(sheet: Any) -> tuple[dict[str, int], int]:
    for line, cells in enumerate(sheet.iter_rows(max_row=HEAD_ROWS, values_only=True), 1):
        said = {" ".join(_text(cell).split()): at for at, cell in enumerate(cells)}
        if "Mã quầy" in said:
            return {NAMES[title]: at for title, at in said.items() if title in NAMES}, line
    raise RosterError("Không thấy dòng tiêu đề có cột “Mã quầy”. Xin dùng tệp mẫu: roster new.")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def marked(path: Path, faults: Iterable[Fault], out: Path) -> None:
    """Write a copy of a roster in which every faulty cell is coloured and says why."""
    book = _open(path)
    sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
    columns, _ = _columns(sheet)
    by_cell: dict[tuple[int, str], list[str]] = {}
    for one in faults:
        by_cell.setdefault((one.line, one.column), []).append(one.words)
    for (line, name), words in by_cell.items():
        cell = sheet.cell(line, columns.get(name, 0) + 1)
        cell.fill, cell.comment = WRONG, Comment("\n".join(words), "Hài Lòng", width=320, height=120)
    book.save(out)


def register(path: Path, made: Sequence[Mapping[str, str]]) -> None:
    """Write the as-built workbook: what was made, for whom, verified when; no secret is in it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Máy đã làm"
    several = made
    titles = list(several[0]) if several else ["Mã quầy"]
    sheet.append(titles)
    for one in several:
        sheet.append([one[title] for title in titles])
    for at, title in enumerate(titles, 1):
        widest = max([len(title), *(len(str(one[title])) for one in several)])
        sheet.column_dimensions[get_column_letter(at)].width = min(48, widest + 3)
        sheet.cell(1, at).font, sheet.cell(1, at).fill = Font(bold=True, color="FFFFFF"), HEAD
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.save(path)
