"""Sheet "Việc cần theo dõi": the five first reasons, cases over their deadline, and what was corrected."""

from typing import Final

from server.reports.gathered import Gathered
from server.reports.sheet import NONE, NUMBER, PERCENT, Column
from server.reports.table import Row, Sheet
from server.results.grids import few

FOLLOW: Final = [
    Column("TT", 6, NUMBER), Column("Mục", 34), Column("Nội dung", 76), Column("Số lần", 12, NUMBER),
    Column("Tỷ lệ (%)", 12, PERCENT),
]  # fmt: skip
TOP: Final = 5


def sheets(gathered: Gathered) -> list[Sheet]:
    """Return the sheet."""
    least = gathered.asked.min_cell
    rows = []
    for one in gathered.reasons[:TOP]:
        told = [few(least), NONE] if one.n < least else [one.n, one.share]
        rows.append(["Lý do nhiều nhất", one.id, *told])
    if not gathered.reasons:
        rows.append(["Lý do nhiều nhất", "Không có lý do nào trong kỳ", NONE, NONE])
    for name, several in (("Vụ việc quá hạn", gathered.overdue), ("Đã khắc phục, xin lỗi", gathered.corrected)):
        if several is None:
            rows.append([name, "Chưa có số liệu: mục Vụ việc chưa được dùng trong kỳ này", NONE, NONE])
        elif not several:
            rows.append([name, "Không có", NONE, NONE])
        else:
            rows += [[name, " · ".join(words), NONE, NONE] for words in several]
    numbered = [Row([place, *row]) for place, row in enumerate(rows, 1)]
    notes = [
        f"Năm lý do chưa hài lòng được chọn nhiều nhất; số nhỏ hơn {least} không hiện. "
        "Xem đủ ở trang Lý do chưa hài lòng."
    ]
    return [Sheet("Việc cần theo dõi", "VIỆC CẦN THEO DÕI, KHẮC PHỤC", FOLLOW, numbered, notes)]
