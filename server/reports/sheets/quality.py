"""Sheet "Chất lượng số liệu": what a reader must know before trusting a share."""

from collections import Counter
from typing import Any, Final

from server.reports.gathered import LATE_DAYS, Gathered, Signs
from server.reports.sheet import NUMBER, Column
from server.reports.table import Row, Sheet
from server.reports.words import FLAGS, LANES, REPORTED
from server.results.queries import Tally
from server.results.rules import vietnamese_order
from survey.ballot import Status

QUALITY: Final = [
    Column("TT", 5, NUMBER), Column("Đơn vị", 30), Column("Phiếu nhận được", 9, NUMBER), Column("Hợp lệ", 9, NUMBER),
    Column("Dở dang", 9, NUMBER), Column("Nhanh (một nút)", 9, NUMBER), Column("Có dấu hiệu cần lưu ý", 10, NUMBER),
    Column("Không tính vào hợp lệ", 10, NUMBER), Column("Không rõ ngày", 9, NUMBER),
    Column(f"Nhận muộn quá {LATE_DAYS} ngày", 10, NUMBER), Column("Ngày làm việc ki-ốt không có phiếu", 12, NUMBER),
    Column("Số lượt giao dịch", 12, NUMBER), Column("Chi tiết", 58),
]  # fmt: skip
NOTHING: Final = Signs(0, {}, 0, {})


def sheets(gathered: Gathered) -> list[Sheet]:
    """Return the sheet."""
    every = sorted({*gathered.offices, *gathered.signs}, key=lambda one: vietnamese_order(gathered.asked.name_of(one)))
    rows, sums = [], [0] * 9
    for place, office in enumerate(every, 1):
        mine = [tally for tally in gathered.tallied if tally.office == office]
        signs = gathered.signs.get(office, NOTHING)
        counts = _counts(mine, signs)
        sums = [a + b for a, b in zip(sums, counts, strict=True)]
        entered = "Đủ" if gathered.served.get(office) is not None else "Chưa đủ"
        rows.append(Row([place, gathered.asked.name_of(office), *counts, entered, _told(gathered, mine, signs)]))
    rows.append(Row(["", "Tổng cộng", *sums, "", ""], is_total=True))
    notes = [
        "Dấu hiệu cần lưu ý không làm mất hiệu lực của phiếu: phiếu vẫn được tính, người xem tự cân nhắc. "
        "Không tính vào "
        "hợp lệ: phiếu quét mã dán cố định, mã dùng chung, cần xem lại, hoặc đã tính ở phần đầy đủ hơn.",
        f"Nhận muộn: phiếu ki-ốt, QR về trung tâm sau hơn {LATE_DAYS} ngày (mất mạng, máy tắt). Ngày ki-ốt "
        "không có phiếu: "
        "ngày làm việc của từng quầy có ki-ốt, từ ngày ghi danh đến hôm qua, không có phiếu nào.",
    ]
    return [Sheet("Chất lượng số liệu", "CHẤT LƯỢNG SỐ LIỆU KHẢO SÁT", QUALITY, rows, notes)]


def _counts(mine: list[Tally], signs: Signs) -> list[int]:
    valid = [one for one in mine if one.is_dated and one.lane in REPORTED]
    return [
        sum(one.n for one in mine), sum(one.n for one in valid),
        sum(one.n for one in valid if one.status == Status.PARTIAL),
        sum(one.n for one in valid if one.status == Status.QUICK), signs.flagged,
        sum(one.n for one in mine if one.is_dated and one.lane not in REPORTED),
        sum(one.n for one in mine if not one.is_dated), signs.late, sum(signs.silent.values()),
    ]  # fmt: skip


def _told(gathered: Gathered, mine: list[Tally], signs: Signs) -> str:
    lanes: Counter[str] = Counter()
    for one in mine:
        if one.lane not in REPORTED and one.is_dated:
            lanes[one.lane] += one.n
    flags = [f"{FLAGS.get(name, name)} {n}" for name, n in sorted(signs.flags.items())]
    left = [f"{LANES.get(lane, lane)} {n}" for lane, n in sorted(lanes.items())]
    silent = [f"{gathered.asked.name_of(counter)} {n} ngày" for counter, n in sorted(signs.silent.items())]
    parts: list[tuple[str, list[Any]]] = [("Lưu ý", flags), ("Không tính", left), ("Không có phiếu", silent)]
    return "; ".join(f"{name}: {', '.join(several)}" for name, several in parts if several)
