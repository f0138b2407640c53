"""The list of accounts as a workbook, as an office files it."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from openpyxl import Workbook

from server.reports.sheet import NONE, NUMBER, Column, Heading, open_sheet
from server.users.rules import Line, state_of
from survey.local_time import local_words

COLUMNS = [
    Column("TT", 5, NUMBER), Column("Tên đăng nhập", 20), Column("Họ tên", 26), Column("Vai trò", 24),
    Column("Đơn vị", 34), Column("Đăng nhập gần nhất", 18), Column("Bước thứ hai", 15), Column("Trạng thái", 18),
]  # fmt: skip


def workbook(lines: Sequence[Line], superior: str, agency: str, place: str, today: date, now_ms: int) -> bytes:
    """Return the list as .xlsx bytes; whatever people typed is text, never a formula."""
    book = Workbook(write_only=True)
    heading = Heading(superior, agency, "DANH SÁCH TÀI KHOẢN", f"Tính đến {local_words(now_ms)}", place, today)
    table = open_sheet(book, "Tài khoản", COLUMNS, heading)
    for number, line in enumerate(lines, 1):
        account = line.account
        entered = local_words(line.entered_at) if line.entered_at else NONE
        table.add(
            [number, account.name, account.person, line.role_name, line.unit_name, entered, line.second_step,
             state_of(line, now_ms).value]
        )  # fmt: skip
    file = BytesIO()
    book.save(file)
    return file.getvalue()
