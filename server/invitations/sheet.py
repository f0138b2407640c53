"""The codes of a batch as a workbook, a line each, for a mail merge."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from openpyxl import Workbook

from server.invitations import rules
from server.phone import codes
from server.reports.sheet import DATE, NUMBER, Column, Heading, open_sheet

COLUMNS = [
    Column("STT", 6, NUMBER), Column("Đường dẫn", 46), Column("Mã", 18), Column("Dùng được đến", 14, DATE),
    Column("Tin nhắn (không dấu)", 60),
]  # fmt: skip


def workbook(made: Sequence[str], base: str, office: str, until: date, heading: Heading) -> bytes:
    """Return the workbook. made: codes in their order. base: what phones call this centre."""
    book = Workbook(write_only=True)
    table = open_sheet(book, "Đường dẫn", COLUMNS, heading)
    for number, code in enumerate(made, 1):
        link = f"{base}/I/{code}"
        table.add([number, link, codes.spoken(code), until, rules.sms(office, link)])
    file = BytesIO()
    book.save(file)
    return file.getvalue()
