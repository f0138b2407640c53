"""What people type or import beside the ballots, read strictly; every fault names the place, the value and the fix."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any, BinaryIO, Final
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from server.results.entered import MOST, Served
from server.results.periods import EARLIEST

ROWS_AT_MOST: Final = 5_000


class EntryError(ValueError):
    """Something that cannot be stored; `str()` says in Vietnamese what and how to correct it."""


def read_number(text: str, where: str) -> int:
    """Return a count, 1.234 and 1 234 read as 1234. Raises EntryError."""
    plain = re.sub(r"(?<=\d)[.\u00a0 ](?=\d{3}(?!\d))", "", text.strip())
    if not re.fullmatch(r"[0-9]{1,8}", plain) or int(plain) > MOST:
        raise EntryError(f"{where}: “{text[:40]}” không phải số lượt. Xin nhập số nguyên từ 0 đến 10.000.000.")
    return int(plain)


def read_day(value: Any, where: str) -> date:
    """Return a day given as a date, 2026-11-30 or 30/11/2026. Raises EntryError."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value or "").strip()
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise EntryError(f"{where}: “{text[:40]}” không phải ngày. Xin nhập dạng 30/11/2026.")


def check_span(first: date, last: date, today: date, where: str) -> None:
    """Return if a span can be entered. Raises EntryError."""
    if first > last:
        raise EntryError(f"{where}: từ ngày {first:%d/%m/%Y} sau đến ngày {last:%d/%m/%Y}. Xin đổi lại hai ngày.")
    if first < EARLIEST or last > today:
        raise EntryError(
            f"{where}: kỳ {first:%d/%m/%Y}–{last:%d/%m/%Y} không nằm giữa {EARLIEST:%d/%m/%Y} và hôm nay. "
            "Xin nhập kỳ đã qua."
        )


def read_served(data: Mapping[str, str], offices: Mapping[str, str], today: date) -> Served:
    """Return what a form says. offices: those that may be entered. Raises EntryError."""
    office = offices.get(data.get("office", ""))
    if office is None:
        raise EntryError("Đơn vị: chưa chọn đơn vị trong danh sách. Xin chọn lại.")
    first, last = read_day(data.get("first"), "Từ"), read_day(data.get("last"), "Đến")
    check_span(first, last, today, "Kỳ")
    return Served(office, first, last, read_number(data.get("n", ""), "Số lượt giao dịch"))


def read_rows(file: BinaryIO, offices: Mapping[str, str], today: date) -> list[Served]:
    """Return the rows of a workbook's first sheet: code, from, to, transactions. Raises EntryError for the first fault.

    offices: ids by code in lower case, and by id.
    """
    rows = _cells(file)
    found: list[Served] = []
    if len(rows) >= ROWS_AT_MOST:
        raise EntryError(f"Tệp có hơn {ROWS_AT_MOST} hàng. Xin chia thành nhiều tệp.")
    for place, row in enumerate(rows, 2):
        if any(cell not in (None, "") for cell in row):
            found.append(_row([*row, None, None, None, None], offices, today, f"Hàng {place}"))
    if not found:
        raise EntryError("Tệp không có hàng nào từ hàng 2. Xin điền mã đơn vị, từ ngày, đến ngày, số lượt.")
    return found


def _cells(file: BinaryIO) -> list[tuple[Any, ...]]:
    """Return the first sheet's rows from the second on, four cells each. Raises EntryError."""
    try:
        sheet = openpyxl.load_workbook(file, read_only=True, data_only=True).worksheets[0]
        return list(islice(sheet.iter_rows(min_row=2, max_col=4, values_only=True), ROWS_AT_MOST))
    except (BadZipFile, InvalidFileException, SyntaxError, KeyError, OSError, TypeError, ValueError, IndexError):
        raise EntryError("Tệp này không phải sổ Excel (.xlsx). Xin lưu lại dạng .xlsx rồi nhập.") from None


def _row(row: list[Any], offices: Mapping[str, str], today: date, where: str) -> Served:
    code = str(row[0] or "").strip()
    office = offices.get(code) or offices.get(code.casefold())
    if office is None:
        raise EntryError(f"{where}, cột A: mã đơn vị “{code[:40]}” không có trong phạm vi của Ông/Bà. Xin sửa mã.")
    first, last = read_day(row[1], f"{where}, cột B"), read_day(row[2], f"{where}, cột C")
    check_span(first, last, today, where)
    given = row[3]
    text = (
        str(int(given)) if isinstance(given, float) and given.is_integer() else str(given if given is not None else "")
    )
    return Served(office, first, last, read_number(text, f"{where}, cột D"), "import")


def read_score(number: int, text: str) -> int | None:
    """Return an index in tenths, 0 to 20; None for an empty field. Raises EntryError."""
    plain = text.strip().replace(",", ".")
    if not plain:
        return None
    if not re.fullmatch(r"[0-2](\.[0-9])?", plain) or float(plain) > 2:
        raise EntryError(f"Chỉ số {number}: “{text[:20]}” không hợp lệ. Xin nhập từ 0 đến 2, một chữ số thập phân.")
    return round(float(plain) * 10)
