"""Sheet "Lý do chưa hài lòng": reasons by how often they were given, with the vital few marked."""

from typing import Any, Final

from server.reports.gathered import Gathered
from server.reports.sheet import NONE, NUMBER, PERCENT, Column
from server.reports.table import Chart, Row, Sheet
from server.results.cover import covered
from server.results.grids import few

DRAWN: Final = 12
WHY: Final = [
    Column("TT", 6, NUMBER), Column("Lý do (câu và lý do)", 70), Column("Số lần chọn", 14, NUMBER),
    Column("Tỷ lệ (%)", 14, PERCENT), Column("Cộng dồn (%)", 14, PERCENT), Column("Nhóm 80 %", 12, NUMBER),
]  # fmt: skip


def sheets(gathered: Gathered) -> list[Sheet]:
    """Return the sheet."""
    found, least = gathered.reasons, gathered.asked.min_cell
    hidden = covered([one.n for one in found], least)
    rows = []
    for place, (one, covers) in enumerate(zip(found, hidden, strict=True), 1):
        told: list[Any] = [few(least), NONE, NONE] if covers else [one.n, one.share, one.running]
        rows.append(Row([place, one.id, *told, "●" if one.is_vital and not covers else ""]))
    drawn = min(DRAWN, sum(not covers for covers in hidden))
    chart = Chart("pareto", "Lý do chưa hài lòng: số lần chọn và tỷ lệ cộng dồn", 2, (3, 5), drawn)
    notes = [
        "Người trả lời từ mức 2 trở xuống chọn tối đa ba lý do. Tỷ lệ tính trên tổng số lần chọn "
        f"({sum(one.n for one in found)}); “●” là những lý do đứng đầu cộng lại tới 80 %: xử lý các lý do này trước.",
        f"Lý do có ít hơn {least} lần chọn không hiện số.",
    ]
    if not rows:
        notes = ["Chưa có lý do nào: không ai cho mức 2 trở xuống kèm lý do trong kỳ này.", *notes[:1]]
    title = "LÝ DO CHƯA HÀI LÒNG"
    return [Sheet("Lý do chưa hài lòng", title, WHY, rows, notes, [chart] if drawn else [])]
