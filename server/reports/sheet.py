"""One look for every sheet: A4 landscape, the two-column header block, real numbers, text that is never a formula."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import msgspec
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

FAMILY: Final = "Times New Roman"
NUMBER: Final = "#,##0"
PERCENT: Final = '0.0"%"'
POINTS: Final = "+0.0;-0.0;0.0"
DATE: Final = "dd/mm/yyyy"
UNKNOWN: Final = "Chưa có số liệu"
NONE: Final = "–"

_THIN: Final = Side(style="thin", color="808080")
_BOX: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD_FILL: Final = PatternFill("solid", fgColor="DCE6F1")
_TOTAL_FILL: Final = PatternFill("solid", fgColor="F2F2F2")
_WRAP: Final = Alignment(wrap_text=True, vertical="center")
_MIDDLE: Final = Alignment(horizontal="center", vertical="center", wrap_text=True)
_RIGHT: Final = Alignment(horizontal="right", vertical="center")

_PLAIN, _BOLD = Font(name=FAMILY, size=12), Font(name=FAMILY, size=12, bold=True)
_HEAD: Final = Font(name=FAMILY, size=11, bold=True)
LINE_PT: Final = 16.5
_SMALL, _TITLE = Font(name=FAMILY, size=11, italic=True), Font(name=FAMILY, size=14, bold=True)

NATION: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"


class Column(msgspec.Struct, frozen=True):
    """One column. form: a number format for numbers, "" for text. width: in characters."""

    title: str
    width: float = 10
    form: str = ""


class Heading(msgspec.Struct, frozen=True):
    """What stands above a table. superior, agency: the left block; place, day: the italic line on the right."""

    superior: str
    agency: str
    title: str
    period: str
    place: str
    day: date


def open_sheet(book: Workbook, name: str, columns: Sequence[Column], heading: Heading) -> "Table":
    """Return a new sheet with its header block and table head written, ready for rows; A4 landscape, one page wide."""
    sheet = book.create_sheet(name[:31])
    for index, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "Trang &P/&N"
    sheet.page_margins.left = sheet.page_margins.right = 0.3
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
    width = len(columns)
    split = max(1, width // 2)
    _banner(sheet, 1, width, split, heading.superior.upper(), NATION, Font(name=FAMILY, size=12), _BOLD)
    _banner(sheet, 2, width, split, heading.agency.upper(), MOTTO, _BOLD, Font(name=FAMILY, size=13, bold=True))
    when = f"{heading.place}, ngày {heading.day:%d} tháng {heading.day:%m} năm {heading.day:%Y}"
    _banner(sheet, 3, width, split, "", when, _PLAIN, Font(name=FAMILY, size=12, italic=True))
    _line(sheet, 4, width, heading.title, _TITLE)
    _line(sheet, 5, width, heading.period, Font(name=FAMILY, size=12, italic=True))
    sheet.append([])
    head_row = 7
    sheet.freeze_panes = f"C{head_row + 1}" if width > 4 else f"A{head_row + 1}"
    sheet.print_title_rows = f"{head_row}:{head_row}"
    sheet.row_dimensions[head_row].height = LINE_PT * _lines(columns, [column.title for column in columns])
    sheet.append([_cell(sheet, column.title, font=_HEAD, fill=_HEAD_FILL, alignment=_MIDDLE) for column in columns])
    return Table(sheet, columns, head_row)


class Table:
    """A sheet being written, row after row; what is written cannot be changed."""

    def __init__(self, sheet: Any, columns: Sequence[Column], row: int) -> None:
        self.sheet, self.columns, self.row = sheet, columns, row

    def add(self, values: Sequence[Any], *, is_total: bool = False) -> None:
        """Write one row: numbers as numbers in their column's format, everything else as text that is no formula."""
        font, fill = (_BOLD, _TOTAL_FILL) if is_total else (_PLAIN, None)
        cells = []
        for column, value in zip(self.columns, values, strict=True):
            if isinstance(value, int | float | date):
                cell = _cell(self.sheet, value, font=font, fill=fill, alignment=_RIGHT)
                cell.number_format = DATE if isinstance(value, date) else column.form or NUMBER
            else:
                alignment = _MIDDLE if column.form and value in (NONE, UNKNOWN) else _WRAP
                cell = _cell(self.sheet, value, font=font, fill=fill, alignment=alignment)
            cells.append(cell)
        self.row += 1
        self.sheet.row_dimensions[self.row].height = LINE_PT * _lines(self.columns, values)
        self.sheet.append(cells)

    def notes(self, lines: Iterable[str]) -> None:
        """Write the lines under a table that say what was counted and how."""
        self.sheet.append([])
        for line in lines:
            cell = WriteOnlyCell(self.sheet, line)
            cell.data_type, cell.font = "s", _SMALL
            self.sheet.append([cell])


def _lines(columns: Sequence[Column], values: Sequence[Any]) -> int:
    """Return how many lines the tallest text of a row needs: programs differ in guessing it, so it is written."""
    tallest = 1
    for column, value in zip(columns, values, strict=True):
        if isinstance(value, str) and value:
            tallest = max(tallest, _wrapped(value, max(1, int(column.width * 0.92))))
    return tallest


def _wrapped(words: str, width: int) -> int:
    lines, room = 1, width
    for word in words.split():
        if len(word) > room and room < width:
            lines, room = lines + 1, width
        lines += (len(word) - 1) // width
        room -= len(word) + 1
    return lines


def add_notes(sheet: Any, notes: Iterable[str]) -> None:
    """Write the lines under a table that say what was counted and how."""
    sheet.append([])
    for note in notes:
        cell = WriteOnlyCell(sheet, note)
        cell.data_type, cell.font = "s", _SMALL
        sheet.append([cell])


def _cell(sheet: Any, value: Any, *, font: Font, fill: PatternFill | None, alignment: Alignment) -> Any:
    cell = WriteOnlyCell(sheet, value if value is not None else "")
    if isinstance(value, str):
        cell.data_type = "s"
    cell.font, cell.border, cell.alignment = font, _BOX, alignment
    if fill is not None:
        cell.fill = fill
    return cell


def _banner(
    sheet: Any, row: int, width: int, split: int, left: str, right: str, left_font: Font, right_font: Font
) -> None:
    cells: list[Any] = [None] * width
    for place, words, font in ((0, left, left_font), (split, right, right_font)):
        cell = WriteOnlyCell(sheet, words)
        cell.data_type, cell.font, cell.alignment = "s", font, Alignment(horizontal="center", vertical="center")
        cells[place] = cell
    sheet.append(cells)
    last = get_column_letter(width)
    sheet.merged_cells.add(f"A{row}:{get_column_letter(split)}{row}")
    sheet.merged_cells.add(f"{get_column_letter(split + 1)}{row}:{last}{row}")


def _line(sheet: Any, row: int, width: int, words: str, font: Font) -> None:
    cell = WriteOnlyCell(sheet, words)
    cell.data_type, cell.font, cell.alignment = (
        "s",
        font,
        Alignment(horizontal="center", vertical="center", wrap_text=True),
    )
    sheet.append([cell])
    sheet.merged_cells.add(f"A{row}:{get_column_letter(width)}{row}")
