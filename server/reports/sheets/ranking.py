"""Sheet "Xếp hạng": the league of offices with intervals; nobody is ranked on a handful."""

from typing import Any, Final

from server.reports.counts import by_office
from server.reports.gathered import Gathered
from server.reports.sheet import NONE, NUMBER, PERCENT, Column
from server.reports.table import Row, Sheet
from server.results.change import Share
from server.results.grids import few
from server.results.league import TOO_FEW, league
from server.results.rules import Levels, top2

RANKING: Final = [
    Column("Hạng", 16), Column("Đơn vị", 44), Column("Số trả lời câu 9", 12, NUMBER),
    Column("Tỷ lệ hài lòng (%)", 13, PERCENT), Column("Khoảng 95 % từ", 12, PERCENT), Column("đến", 12, PERCENT),
    Column("Sau hiệu chỉnh (%)", 13, PERCENT), Column("Kỳ trước (%)", 12, PERCENT),
]  # fmt: skip


def sheets(gathered: Gathered) -> list[Sheet]:
    """Return the sheet."""
    now, then = by_office(gathered.answered, gathered.overall), by_office(gathered.before, gathered.overall)
    min_cell = gathered.asked.min_cell
    least = max(30, min_cell)
    shares = {office: Share(levels.n5 + levels.n4, levels.base) for office, levels in now.items()}
    rows = []
    for one in league(shares, least):
        name, earlier = gathered.asked.name_of(one.id), then.get(one.id, Levels())
        if one.rank is None:
            base: Any = few(min_cell) if one.share.base < min_cell else one.share.base
            rows.append(Row([TOO_FEW, name, base, *[NONE] * 5]))
            continue
        place = f"{one.rank}{' (cùng hạng)' if one.is_shared else ''}"
        before = top2(earlier) if earlier.base >= min_cell else None
        interval = [one.share.percent, 100 * one.low, 100 * one.high, 100 * one.shrunk]
        rows.append(Row([place, name, one.share.base, *interval, NONE if before is None else before]))
    notes = [
        "Câu 9, phiếu hợp lệ đủ và dở dang. Khoảng 95 %: khoảng tin cậy Wilson. Đơn vị có khoảng chồng lên "
        "khoảng của đơn "
        "vị đứng đầu nhóm là “cùng hạng”: số phiếu chưa đủ để nói đơn vị nào hơn.",
        "Sau hiệu chỉnh: tỷ lệ được kéo về mức chung, kéo mạnh hơn khi ít phiếu (beta-nhị thức, Kleinman "
        "1973); xếp hạng "
        f"theo số này. “{TOO_FEW}”: dưới {least} câu trả lời, không xếp hạng.",
    ]
    if not rows:
        notes = ["Chưa có phiếu nào trong kỳ này.", *notes]
    return [Sheet("Xếp hạng", "XẾP HẠNG ĐƠN VỊ THEO MỨC ĐỘ HÀI LÒNG", RANKING, rows, notes)]
