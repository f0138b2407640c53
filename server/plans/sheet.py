"""The plans as a workbook, one row a line."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook

from server.offices.queries import place_in
from server.plans.desk import Desk, Line
from server.plans.rules import WORDS
from server.reports.sheet import PERCENT, Column, Heading, open_sheet
from server.results.rules import top2

COLUMNS: Final = (
    Column("TT", 5), Column("Số", 10), Column("Đơn vị", 26), Column("Kỳ", 14), Column("Phát hiện", 34),
    Column("Việc làm", 36), Column("Người chịu trách nhiệm", 22), Column("Hạn", 12), Column("Trạng thái", 15),
    Column("Ngày xong", 12), Column("Trước (%)", 9, PERCENT), Column("Số câu trả lời", 9),
    Column("Sau (%)", 9, PERCENT), Column("Số câu trả lời", 9), Column("Thay đổi", 16),
)  # fmt: skip


def workbook(desk: Desk, lines: Sequence[Line], unit: str) -> bytes:
    """Return the workbook of these lines. unit: what was asked for; "" for all in reach."""
    top = next((one.name_vi for one in desk.units.values() if one.parent is None), "").split(" (")[0]
    agency = desk.name(unit or desk.session.unit or "") or top
    title = Heading(
        top, agency, "KẾ HOẠCH HÀNH ĐỘNG SAU KHẢO SÁT", f"Đến ngày {desk.today:%d/%m/%Y}", place_in(top), desk.today,
    )  # fmt: skip
    book = Workbook(write_only=True)
    table = open_sheet(book, "Kế hoạch hành động", COLUMNS, title)
    for place, line in enumerate(lines, 1):
        table.add(_row(place, line))
    table.notes([
        "Trước, sau: tỷ lệ hài lòng của câu được chọn trong hai khoảng dài bằng nhau, ngay trước ngày bắt đầu và ngay "
        f"sau ngày xong. Khoảng có dưới {desk.least} câu trả lời không hiện số; dưới 30 mỗi bên thì chưa đủ để so."
    ])  # fmt: skip
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _row(place: int, line: Line) -> list[Any]:
    plan = line.plan
    told: list[Any] = []
    for side in (line.effect.before, line.effect.after):
        if side is None or side.is_covered:
            told += ["–", "" if side is None else side.base]
        else:
            told += [top2(side.levels), side.levels.base]
    state = WORDS[plan.state] + (" (quá hạn)" if line.is_overdue else "")
    return [
        place, plan.number, line.unit, line.period, f"{line.about}. {plan.finding}", plan.action, line.owner,
        plan.due_on, state, plan.done_on or "", *told, line.effect.words,
    ]  # fmt: skip
