"""The workbook that units are imported from: empty with examples and instructions, or filled with what is stored."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from server.offices.queries import Unit
from server.offices.rules import CODE_AT_MOST, KINDS, NAME_AT_MOST
from server.offices.succession import KINDS as WENT
from server.offices.succession import Succession
from server.units.intake import CHANGES, SHEETS, UNITS

HEAD: Final = (Font(name="Times New Roman", size=12, bold=True), PatternFill("solid", fgColor="DCE6F1"))
PLAIN: Final = Font(name="Times New Roman", size=12)
WIDTHS: Final = {UNITS: (22, 52, 40, 24, 24, 14, 14), CHANGES: (22, 22, 14, 16, 48)}
REF: Final = "Nghị quyết số 1684/NQ-UBTVQH15"
END, BEGIN, START = date(2025, 6, 30), date(2025, 7, 1), date(2020, 1, 1)

EXAMPLE_UNITS: Final[tuple[tuple[Any, ...], ...]] = (
    ("08", "Tỉnh Tuyên Quang", "Tuyen Quang Province", "Tỉnh, thành phố", "", START, None),
    ("024", "Thành phố Hà Giang", "", "Cấp huyện", "08", START, END),
    ("00688", "Phường Quang Trung", "", "Phường", "024", START, END),
    ("00691", "Phường Hà Giang 1", "Ha Giang 1 Ward", "Phường", "08", BEGIN, None),
    ("00694", "Phường Hà Giang 2", "Ha Giang 2 Ward", "Phường", "08", BEGIN, None),
    ("00691.TT", "Trung tâm PVHCC phường Hà Giang 1", "", "Trung tâm PVHCC", "00691", BEGIN, None),
    ("00691.Q1", "Quầy số 1: Hộ tịch, chứng thực", "Counter 1", "Quầy", "00691.TT", BEGIN, None),
)
EXAMPLE_CHANGES: Final[tuple[tuple[Any, ...], ...]] = (
    ("00688", "00691", BEGIN, "tách", REF),
    ("00688", "00694", BEGIN, "tách", REF),
)
HELP: Final = (
    "CÁCH ĐIỀN TỆP NHẬP DANH MỤC ĐƠN VỊ",
    f"1. Điền vào trang “{UNITS}” và trang “{CHANGES}”. Hai trang ví dụ không được nhập.",
    f"2. Mã: 1 đến {CODE_AT_MOST} chữ cái không dấu, chữ số, dấu chấm, gạch nối. Cột mã đã định dạng Văn bản để "
    "Excel không bỏ số 0 đứng đầu (00688 thành 688).",
    f"3. Tên dài tối đa {NAME_AT_MOST} ký tự để hiện đủ trên màn hình ki-ốt.",
    f"4. Loại: {', '.join(KINDS.values())}.",
    "5. Mã đơn vị cấp trên: để trống chỉ với tỉnh, thành phố.",
    "6. Từ ngày, Đến ngày: cả hai ngày đều tính; Đến ngày để trống nếu đơn vị đang hoạt động. Gõ dd/mm/yyyy.",
    "7. Đơn vị đổi tên mà giữ mã: thêm một dòng cùng mã với Từ ngày mới, và ghi Đến ngày cho dòng cũ.",
    f"8. Trang “{CHANGES}”: mỗi dòng một cặp mã cũ, mã mới. Loại: {', '.join(WENT.values())}. Tách thành ba đơn vị "
    "là ba dòng.",
    "9. Hệ thống xem thử trước, báo từng lỗi theo trang, dòng, cột; chỉ lưu khi Ông/Bà xác nhận. Nhập lại cùng một "
    "tệp không thay đổi gì.",
)


def template() -> bytes:
    """Return the empty workbook with its examples and instructions."""
    return _made([(UNITS, UNITS, ()), (CHANGES, CHANGES, ()), ("Ví dụ đơn vị", UNITS, EXAMPLE_UNITS),
                  ("Ví dụ thay đổi", CHANGES, EXAMPLE_CHANGES)])  # fmt: skip


def filled(versions: Sequence[Unit], links: Sequence[Succession]) -> bytes:
    """Return the workbook of what is stored; imported again it changes nothing."""
    codes = {one.id: one.code for one in versions}
    units = [
        (one.code, one.name_vi, one.name_en, KINDS.get(one.kind, one.kind), codes.get(one.parent or "", ""),
         one.valid_from, one.valid_to)
        for one in versions
    ]  # fmt: skip
    changes = [(codes[one.old], codes[one.new], one.day, WENT.get(one.kind, one.kind), one.legal_ref) for one in links]
    return _made([(UNITS, UNITS, units), (CHANGES, CHANGES, changes)])


def _made(sheets: Sequence[tuple[str, str, Sequence[Sequence[Any]]]]) -> bytes:
    book = Workbook(write_only=True)
    for title, like, rows in sheets:
        _sheet(book, title, like, rows)
    _help(book)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(book: Workbook, title: str, like: str, rows: Sequence[Sequence[Any]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    for place, width in enumerate(WIDTHS[like], 1):
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = width
        dimension.number_format = "dd/mm/yyyy" if SHEETS[like][place - 1].rstrip("?") in DAYS else "@"
    sheet.append([_cell(sheet, heading.rstrip("?"), is_head=True) for heading in SHEETS[like]])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


DAYS: Final = ("Từ ngày", "Đến ngày", "Ngày")


def _cell(sheet: Any, value: Any, *, is_head: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value or None)
    cell.font = HEAD[0] if is_head else PLAIN
    if is_head:
        cell.fill = HEAD[1]
    if isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    elif isinstance(value, str) and value:
        cell.data_type, cell.number_format = "s", "@"
    return cell


def _help(book: Workbook) -> None:
    sheet = book.create_sheet("Hướng dẫn")
    sheet.column_dimensions["A"].width = 110
    for place, words in enumerate(HELP):
        cell = WriteOnlyCell(sheet, words)
        cell.font, cell.alignment = (PLAIN if place else HEAD[0]), Alignment(wrap_text=True, vertical="top")
        sheet.append([cell])
