"""Tables people typed into workbooks, read with patience: title rows, stray spaces, dates as text; pure over bytes."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

import msgspec
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from server.offices.rules import plain

MAX_FILE: Final = 5_000_000
MAX_UNPACKED: Final = 120_000_000
MAX_ROWS: Final = 30_000
HEAD_WITHIN: Final = 20
DAY: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
SERIALS: Final = range(20_000, 80_000)


class BookError(ValueError):
    """A file that cannot be read as a workbook; `str()` says what to do, in Vietnamese."""


class CellError(ValueError):
    """A cell that cannot be understood; `str()` says what to do, in Vietnamese."""


class Fault(msgspec.Struct, frozen=True, order=True):
    """What is wrong in a workbook. row: as the program shows it, 0 for the whole sheet. value: what stands there."""

    sheet: str
    row: int
    column: str
    value: str
    words: str


class Line(msgspec.Struct, frozen=True):
    """One row that says something. cells: values by heading, None where empty. letters: of the columns by heading."""

    sheet: str
    row: int
    cells: dict[str, Any]
    letters: dict[str, str]

    def text(self, heading: str) -> str:
        """Return a cell as tidy text, "" for none."""
        return tidy(self.cells.get(heading))

    def fault(self, heading: str, words: str) -> Fault:
        """Return what is wrong with one cell of this row."""
        letter = self.letters.get(heading, "")
        column = f"{letter} ({heading})" if letter else heading
        return Fault(self.sheet, self.row, column, self.text(heading)[:80], words)


def tidy(value: Any) -> str:
    """Return a cell's value as text: composed letters, single spaces, whole numbers plain, days as dd/mm/yyyy."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(unicodedata.normalize("NFC", str(value)).replace("\u200b", "").split())


def day_of(value: Any) -> date | None:
    """Return a cell's day, None if it is empty. Raises CellError; a bare number is told, never guessed.

    >>> day_of(" 1/7/2025 ")
    datetime.date(2025, 7, 1)
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = tidy(value)
    if not text:
        return None
    if isinstance(value, int | float) and value in SERIALS:
        meant = date.fromordinal(date(1899, 12, 30).toordinal() + int(value))
        raise CellError(f"là số, có lẽ là ngày {meant:%d/%m/%Y}. Xin định dạng ô là Ngày hoặc gõ dd/mm/yyyy.")
    found, iso = DAY.fullmatch(text), ISO.fullmatch(text)
    parts = (found[3], found[2], found[1]) if found else iso.groups() if iso else ()
    try:
        return date(*(int(part) for part in parts))
    except (ValueError, TypeError):
        raise CellError("không phải ngày. Xin gõ như 01/07/2025.") from None


def code_of(value: Any) -> str:
    """Return a cell's code. Raises CellError for a short number: Excel drops leading zeros; nothing is guessed."""
    text = tidy(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and len(text) < 5:
        raise CellError(
            f"là số; Excel có thể đã bỏ số 0 đứng đầu ({text.zfill(5)}?). Xin định dạng cột là Văn bản (Text) rồi gõ "
            "lại mã đủ chữ số."
        )
    return text


def read(body: bytes, wanted: Mapping[str, Sequence[str]], needed: Sequence[str]) -> tuple[list[Line], list[Fault]]:
    """Return the rows of the wanted sheets in their order, and what is wrong with the sheets themselves.

    wanted: headings by sheet; a heading that ends in "?" may be missing. needed: sheets that must be there. Sheets and
    headings are found whatever their case, diacritics and spaces; the headings may stand below title rows.
    Raises BookError if it is no workbook.
    """
    book = _open(body)
    sheets = {plain(tidy(name)): name for name in book.sheetnames}
    lines: list[Line] = []
    faults: list[Fault] = []
    for title, headings in wanted.items():
        name = sheets.get(plain(title))
        if name is None:
            if title in needed:
                has = ", ".join(f"“{each}”" for each in book.sheetnames[:8])
                faults.append(Fault(title, 0, "", has, f"tệp không có trang “{title}”. Xin dùng tệp mẫu."))
            continue
        sheet = book[name]
        sheet.reset_dimensions()
        found, wrong = _table(title, sheet.iter_rows(values_only=True, max_row=MAX_ROWS + 1), headings)
        lines += found
        faults += wrong
    book.close()
    return lines, faults


def _open(body: bytes) -> Any:
    if len(body) > MAX_FILE:
        raise BookError(f"Tệp lớn hơn {MAX_FILE // 1_000_000} MB. Xin bỏ các trang, hình ảnh không cần thiết.")
    try:
        with ZipFile(BytesIO(body)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MAX_UNPACKED:
                raise BookError("Tệp mở ra quá lớn. Xin chép riêng bảng cần nhập sang tệp mẫu.")
        return load_workbook(BytesIO(body), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        if isinstance(error, BookError):
            raise
        raise BookError("Không đọc được tệp. Xin lưu lại dưới dạng Excel (.xlsx) rồi thử lại.") from error


def _table(title: str, rows: Any, headings: Sequence[str]) -> tuple[list[Line], list[Fault]]:
    places: dict[str, int] = {}
    best: list[str] = []
    lines: list[Line] = []
    for number, row in enumerate(rows, 1):
        if not places:
            found = _places(row, headings)
            missing = [each for each in headings if not each.endswith("?") and each not in found]
            if not missing:
                places = found
            elif len(found) > len(headings) - len(missing) or len(found) > len(best):
                best = list(found)
            if not places and number == HEAD_WITHIN:
                break
            continue
        if number > MAX_ROWS:
            return lines, [Fault(title, number, "", "", f"trang dài hơn {MAX_ROWS} dòng. Xin chia thành nhiều tệp.")]
        cells = {name: row[place] if place < len(row) else None for name, place in places.items()}
        if any(tidy(value) for value in cells.values()):
            letters = {name: get_column_letter(place + 1) for name, place in places.items()}
            lines.append(Line(title, number, cells, letters))
    if places:
        return lines, []
    missing = [each for each in headings if not each.endswith("?") and each not in best]
    words = f"không thấy dòng tiêu đề trong {HEAD_WITHIN} dòng đầu; thiếu cột: {', '.join(missing)}."
    return [], [Fault(title, 0, "", "", words)]


def _places(row: Sequence[Any], headings: Sequence[str]) -> dict[str, int]:
    there = {plain(tidy(value)).rstrip(" *:"): place for place, value in reversed(list(enumerate(row)))}
    named = {each.rstrip("?"): there.get(plain(each.rstrip("?"))) for each in headings}
    return {name: place for name, place in named.items() if place is not None}
