"""One look for every sheet: A4 landscape, the two-column header block, real numbers, text that is never a formula."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import msgspec
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from survey.plain import plain

FAMILY: Final = "Times New Roman"
NUMBER: Final = "#,##0"
PERCENT: Final = '0.0"%"'
POINTS: Final = "+0.0;-0.0;0.0"
DATE: Final = "dd/mm/yyyy"
UNKNOWN: Final = "Chưa có số liệu"
NONE: Final = "–"
ORDER: Final = "TT"
"""The title of the column that numbers rows."""

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
HEAD_ROW: Final = 7
_SMALL, _TITLE = Font(name=FAMILY, size=11, italic=True), Font(name=FAMILY, size=14, bold=True)

NATION: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"


class Column(msgspec.Struct, frozen=True):
    """One column. form: a number format for numbers, "" for text. width: in characters."""

    title: str
    width: float = 10
    form: str = ""
    is_middle: bool = False


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
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = LINE_PT, True
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "Trang &P/&N"
    sheet.page_margins.left = sheet.page_margins.right = 0.3
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
    width = len(columns)
    sheet.freeze_panes = f"C{HEAD_ROW + 1}"  # before the first row: what stands above the rows is written with it
    split = _middle(columns)
    left = max(10, int(sum(column.width for column in columns[:split]) * 0.75))
    for row, words in ((1, heading.superior), (2, heading.agency)):
        sheet.row_dimensions[row].height = LINE_PT * _wrapped(words.upper(), left)
    _banner(sheet, 1, width, split, heading.superior.upper(), NATION, Font(name=FAMILY, size=12), _BOLD)
    _banner(sheet, 2, width, split, heading.agency.upper(), MOTTO, _BOLD, Font(name=FAMILY, size=13, bold=True))
    when = f"{heading.place}, ngày {heading.day:%d} tháng {heading.day:%m} năm {heading.day:%Y}"
    _banner(sheet, 3, width, split, "", when, _PLAIN, Font(name=FAMILY, size=12, italic=True))
    _line(sheet, 4, width, heading.title, _TITLE)
    _line(sheet, 5, width, heading.period, Font(name=FAMILY, size=12, italic=True))
    sheet.append([])
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.row_dimensions[HEAD_ROW].height = LINE_PT * _lines(columns, [column.title for column in columns])
    sheet.append([_cell(sheet, column.title, font=_HEAD, fill=_HEAD_FILL, alignment=_MIDDLE) for column in columns])
    return Table(sheet, columns, HEAD_ROW)


class Table:
    """A sheet being written, row after row; what is written cannot be changed."""

    def __init__(self, sheet: Any, columns: Sequence[Column], row: int) -> None:
        self.sheet, self.columns, self.row = sheet, columns, row
        self.used_pt = 7 * LINE_PT
        self._styles: dict[tuple[str, int, bool], Any] = {}

    def add(self, values: Sequence[Any], *, is_total: bool = False) -> None:
        """Write one row: numbers as numbers in their column's format, everything else as text that is no formula."""
        cells = [self._written(column, value, is_total) for column, value in zip(self.columns, values, strict=True)]
        self.row += 1
        height = LINE_PT * _lines(self.columns, values)
        if height > LINE_PT:
            self.sheet.row_dimensions[self.row].height = height
        self.used_pt += height
        self.sheet.append(cells)

    def _written(self, column: Column, value: Any, is_total: bool) -> Any:
        is_day = isinstance(value, date)
        if is_day or isinstance(value, int | float):
            is_middle = is_day or column.is_middle or column.title == ORDER
            form, alignment = DATE if is_day else column.form or NUMBER, _MIDDLE if is_middle else _RIGHT
        else:
            form, alignment = "General", _MIDDLE if column.form else _WRAP
        cell = _bare(self.sheet, value)
        cell._style = self._style(form, alignment, is_total)
        return cell

    def _style(self, form: str, alignment: Alignment, is_total: bool) -> Any:
        key = (form, id(alignment), is_total)
        found = self._styles.get(key)
        if found is None:
            font, fill = (_BOLD, _TOTAL_FILL) if is_total else (_PLAIN, None)
            model = _cell(self.sheet, None, font=font, fill=fill, alignment=alignment)
            model.number_format = form
            found = self._styles[key] = model._style
        return found

    def notes(self, lines: Iterable[str]) -> None:
        """Write the lines under a table that say what was counted and how, as wide as the table."""
        self._blank()
        last = get_column_letter(len(self.columns))
        width = int(sum(column.width for column in self.columns))
        for line in lines:
            cell = _bare(self.sheet, line)
            cell.font, cell.alignment = _SMALL, Alignment(wrap_text=True, vertical="top")
            self._blank(cell, LINE_PT * _wrapped(line, max(20, width)))
            self.sheet.merged_cells.add(f"A{self.row}:{last}{self.row}")

    def break_after(self, row: int) -> None:
        """Begin a new page below a row."""
        self.sheet.row_breaks.append(Break(id=row))
        self.used_pt = 0

    def reserve(self, rows: int) -> None:
        """Keep rows for a drawing."""
        for _ in range(rows):
            self._blank()

    def _blank(self, cell: Any = None, height: float = LINE_PT) -> None:
        self.row += 1
        self.used_pt += height
        self.sheet.row_dimensions[self.row].height = height
        self.sheet.append([] if cell is None else [cell])


def _lines(columns: Sequence[Column], values: Sequence[Any]) -> int:
    """Return how many lines the tallest text of a row needs: programs differ in guessing it, so it is written."""
    tallest = 1
    for column, value in zip(columns, values, strict=True):
        if isinstance(value, str) and len(value) > column.width:
            tallest = max(tallest, _wrapped(value, max(1, int(column.width))))
    return tallest


def _wrapped(words: str, width: int) -> int:
    lines, room = 1, width
    for word in words.split():
        if len(word) > room and room < width:
            lines, room = lines + 1, width
        lines += (len(word) - 1) // max(1, width - 2)
        room -= len(word) + 1
    return lines


def _middle(columns: Sequence[Column]) -> int:
    """Return after how many columns the right block of the header begins: where half the width lies."""
    half, places = sum(column.width for column in columns) / 2, range(1, max(2, len(columns)))
    return min(places, key=lambda place: abs(half - sum(column.width for column in columns[:place])))


def _bare(sheet: Any, value: Any) -> Any:
    """Return a cell without a look: words are text, never a formula, without what no workbook takes."""
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, plain(value))
    cell.data_type = "s"
    return cell


def _cell(sheet: Any, value: Any, *, font: Font, fill: PatternFill | None, alignment: Alignment) -> Any:
    cell = _bare(sheet, value)
    cell.font, cell.border, cell.alignment = font, _BOX, alignment
    if fill is not None:
        cell.fill = fill
    return cell


def _banner(
    sheet: Any, row: int, width: int, split: int, left: str, right: str, left_font: Font, right_font: Font
) -> None:
    cells: list[Any] = [None] * width
    for place, words, font in ((0, left, left_font), (split, right, right_font)):
        cell = _bare(sheet, words)
        cell.font, cell.alignment = font, _MIDDLE
        cells[place] = cell
    sheet.append(cells)
    last = get_column_letter(width)
    sheet.merged_cells.add(f"A{row}:{get_column_letter(split)}{row}")
    sheet.merged_cells.add(f"{get_column_letter(split + 1)}{row}:{last}{row}")


def _line(sheet: Any, row: int, width: int, words: str, font: Font) -> None:
    cell = _bare(sheet, words)
    cell.font, cell.alignment = font, Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.append([cell])
    sheet.merged_cells.add(f"A{row}:{get_column_letter(width)}{row}")
