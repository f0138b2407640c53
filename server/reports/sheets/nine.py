"""Sheet "TT 01-2018": the nine indices of Thông tư 01/2018/TT-VPCP by office, sum and band."""

from typing import Any, Final

from server.reports.counts import by_office
from server.reports.gathered import Gathered
from server.reports.sheet import NUMBER, PERCENT, Column
from server.reports.table import Row, Sheet
from server.results import tt01
from server.results.rules import Levels, top2, vietnamese_order

POINTS: Final = "0.0"
NINE: Final = [
    Column("TT", 5, NUMBER), Column("Đơn vị", 36), *(Column(f"Chỉ số {n}", 9, POINTS) for n in range(1, 10)),
    Column("Tổng điểm", 10, POINTS), Column("Xếp loại", 13, NUMBER), Column("Số chỉ số có thông tin", 11, NUMBER),
    Column("Số trả lời câu 9", 10, NUMBER), Column("Tỷ lệ hài lòng (%)", 11, PERCENT),
]  # fmt: skip


def sheets(gathered: Gathered) -> list[Sheet]:
    """Return the sheet."""
    overall = by_office(gathered.answered, gathered.overall)
    order = sorted(gathered.scores, key=lambda one: vietnamese_order(gathered.asked.name_of(one)))
    rows = []
    for place, office in enumerate(order, 1):
        scores, levels = gathered.scores[office], overall.get(office, Levels())
        total, share = tt01.total(scores), top2(levels)
        told: list[Any] = ["–" if score is None else float(score) for score in scores.values()]
        band = ["–", "Chưa có thông tin"] if total is None else [float(total), tt01.office_band(total)]
        known = sum(score is not None for score in scores.values())
        rows.append(
            Row(
                [
                    place,
                    gathered.asked.name_of(office),
                    *told,
                    *band,
                    known,
                    levels.base,
                    "–" if share is None else share,
                ]
            )
        )
    notes = [
        "; ".join(f"{index.number}: {index.name}" for index in tt01.INDICES) + ".",
        "Điều 15: mỗi chỉ số tối đa 2 điểm, làm tròn một chữ số thập phân; từ 15 Xuất sắc, từ 12 Tốt, từ 9 "
        "Khá, từ 6 Trung "
        "bình, dưới 6 Yếu. Chỉ số không đủ thông tin (dấu –) không tính vào tổng: tổng của đơn vị thiếu chỉ "
        "số thấp hơn "
        "không có nghĩa là kém hơn.",
        "Chỉ số 1, 3, 4, 7 lấy từ phiếu khi chưa nhập tay (Điều 14); quy ước của phần mềm: mức 4–5 là 2 điểm, "
        "mức 3 là 1 "
        "điểm, mức 1–2 là 0 điểm. Chỉ số nhập tay phải nhập cho đúng kỳ này.",
    ]
    if not rows:
        notes = ["Chưa có phiếu nào trong kỳ này.", *notes]
    return [Sheet("TT 01-2018", "ĐÁNH GIÁ THEO CHÍN CHỈ SỐ CỦA THÔNG TƯ 01/2018/TT-VPCP", NINE, rows, notes)]
