"""The rows of a file that were refused, as a workbook in the file's own shape, each wrong cell marked."""

from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from server.imports.meaning import Reading
from server.imports.reading import Sheet
from server.offices.workbook import Fault

MARKED: Final = PatternFill("solid", fgColor="FFD9D9")
FORMULA: Final = ("=", "+", "-", "@")


def refused(sheet: Sheet, reading: Reading) -> bytes:
    """Return the workbook: the rows as they stand in the file, their numbers, and why; to be mended and given again."""
    book = Workbook()
    made: Any = book.active
    made.title = "Dòng bị từ chối"
    made.append([*sheet.headings, "Dòng trong tệp", "Lý do"])
    lines = {line.row: line for line in sheet.lines}
    places = {letter: at for at, letter in enumerate(sheet.letters, 1)}
    told: dict[int, list[Fault]] = {}
    for fault in reading.faults:
        told.setdefault(fault.row, []).append(fault)
    for number, row in enumerate(sorted(told), 2):
        reasons = "; ".join(f"{one.column}: {one.words}" for one in told[row])
        made.append([*(_safe(cell) for cell in lines[row].cells), row, reasons])
        for one in told[row]:
            cell = made.cell(number, places[one.column.split(" ")[0]])
            cell.fill, cell.comment = MARKED, Comment(one.words, "Hài Lòng")
    for at in range(1, len(places) + 2):
        made.column_dimensions[get_column_letter(at)].width = 22
    made.column_dimensions[get_column_letter(len(places) + 2)].width = 90
    made.freeze_panes = "A2"
    into = BytesIO()
    book.save(into)
    return into.getvalue()


def _safe(value: Any) -> Any:
    """Return a cell that no program takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
