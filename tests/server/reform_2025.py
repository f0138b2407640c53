"""The reform of 2025 in small, as a workbook an office would type: Hà Giang and Tuyên Quang, and units since gone.

Codes are made up in part; names and the split of phường Quang Trung are those of the reform.
"""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook

END, BEGIN, START = date(2025, 6, 30), date(2025, 7, 1), date(2020, 1, 1)
REF = "Nghị quyết số 1684/NQ-UBTVQH15"
UNITS_HEAD = ["Mã", "Tên", "Tên tiếng Anh", "Loại", "Mã đơn vị cấp trên", "Từ ngày", "Đến ngày"]
CHANGES_HEAD = ["Mã cũ", "Mã mới", "Ngày", "Loại", "Căn cứ"]

UNITS: list[list[Any]] = [
    ["08", "Tỉnh Tuyên Quang (mới)", "", "Tỉnh, thành phố", None, START, None],
    ["02", "Tỉnh Hà Giang", "", "Tỉnh", None, START, END],
    ["024", "Thành phố Hà Giang", "", "Cấp huyện", "02", START, END],
    ["00688", "Phường Quang Trung", "", "Phường", "024", START, END],
    ["00691", "Phường Hà Giang 1", "Ha Giang 1 Ward", "phường", "08", datetime(2025, 7, 1), None],
    ["00694", "Phường Hà Giang 2", None, "Phường ", "08", "1/7/2025", None],
    ["00700", "Xã Ngọc Đường", "", "Xã", "024", START, END],
    ["00701", "Xã Phương Độ", "", "Xã", "024", "01/01/2020", "30/06/2025"],
    ["00688.Q1", "Quầy số 1", "", "Quầy", "00688", START, END],
    ["00688.Q1", "Quầy số 1", "", "Quầy", "00691", BEGIN, None],
    ["01.ST", "Thị xã Sơn Tây", "", "Thị xã", "01", START, END],
    ["01.GL", "Huyện Gia Lâm", "", "Huyện", "01", START, END],
    ["01", "Thành phố Hà Nội", "Ha Noi", "Thành phố", None, START, None],
    ["01.GLX", "Xã Gia Lâm", "", "Xã", "01", BEGIN, None],
]
CHANGES: list[list[Any]] = [
    ["02", "08", BEGIN, "sáp nhập", REF],
    ["00688", "00691", BEGIN, "tách", REF],
    ["00688", "00694", "01/07/2025", "Tách", REF],
    ["00700", "00691", BEGIN, "sáp nhập", REF],
    ["00701", "00694", BEGIN, "chuyển", REF],
    ["01.GL", "01.GLX", BEGIN, "đổi tên", "Nghị quyết số 1656/NQ-UBTVQH15"],
]


def workbook(
    units: Sequence[Sequence[Any]] = UNITS, changes: Sequence[Sequence[Any]] = CHANGES, title_rows: int = 0
) -> bytes:
    """Return the workbook; title_rows: merged rows above the headings, as offices paste them."""
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Đơn vị"
    for number in range(title_rows):
        first.append([f"DANH MỤC ĐƠN VỊ HÀNH CHÍNH {number}"])
        first.merge_cells(start_row=number + 1, start_column=1, end_row=number + 1, end_column=7)
    for row in (UNITS_HEAD, *units):
        first.append(list(row))
    second = book.create_sheet("Thay đổi")
    for row in (CHANGES_HEAD, *changes):
        second.append(list(row))
    file = BytesIO()
    book.save(file)
    return file.getvalue()
