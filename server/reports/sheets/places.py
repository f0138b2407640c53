"""Sheets "Theo quầy, lĩnh vực" and "Theo cán bộ": the overall question, small cells covered."""

from collections.abc import Mapping
from typing import Any, Final

from server.reports.gathered import Gathered
from server.reports.sheet import NONE, NUMBER, PERCENT, Column
from server.reports.table import Row, Sheet
from server.results.cover import covered
from server.results.grids import few
from server.results.rules import Levels, dissat, top2, vietnamese_order

OFFICER_AT_LEAST: Final = 10
_LEVELS: Final = [
    Column("Rất hài lòng", 9, NUMBER), Column("Hài lòng", 9, NUMBER), Column("Bình thường", 9, NUMBER),
    Column("Không hài lòng", 9, NUMBER), Column("Rất không hài lòng", 9, NUMBER), Column("Số trả lời câu 9", 9, NUMBER),
    Column("Tỷ lệ hài lòng (%)", 10, PERCENT), Column("Tỷ lệ không hài lòng (%)", 10, PERCENT),
]  # fmt: skip
PLACES: Final = [
    Column("TT", 5, NUMBER),
    Column("Nhóm", 12),
    Column("Đơn vị", 32),
    Column("Quầy, lĩnh vực", 36),
    *_LEVELS,
]
OFFICERS: Final = [
    Column("TT", 5, NUMBER), Column("Cán bộ", 30), Column("Mã", 12), Column("Chức danh", 26),
    Column("Số buổi có phiếu", 10, NUMBER), Column("Số trả lời câu 9", 10, NUMBER),
    Column("Tỷ lệ hài lòng (%)", 11, PERCENT), Column("Chỉ số gộp câu khác (%)", 12, PERCENT),
]  # fmt: skip


def sheets(gathered: Gathered) -> list[Sheet]:
    """Return the sheet of counters and fields, and the one of officers where they may be seen."""
    rows = [*_counters(gathered), *_fields(gathered)]
    numbered = [Row([place, *row], is_total=False) for place, row in enumerate(rows, 1)]
    least = gathered.asked.min_cell
    notes = [
        "Câu 9 (đánh giá chung), phiếu hợp lệ đủ và dở dang. Phiếu nhập không rõ quầy đứng ở chính đơn vị.",
        "Lĩnh vực: chỉ phiếu có ghi lĩnh vực của lần giao dịch.",
        f"“{few(least)}”: dưới {least} câu trả lời, không hiện; ô nhỏ kế tiếp có thể cũng được che để không "
        "tính ngược.",
    ]
    if not rows:
        notes = ["Chưa có phiếu nào trong kỳ này.", *notes]
    made = [Sheet("Theo quầy, lĩnh vực", "KẾT QUẢ THEO QUẦY VÀ LĨNH VỰC", PLACES, numbered, notes)]
    return made if gathered.officers is None else [*made, _officers(gathered)]


def _counters(gathered: Gathered) -> list[list[Any]]:
    asked = gathered.asked
    below: dict[str, dict[str, Levels]] = {}
    for counter, levels in sorted(gathered.counters.items()):
        unit = asked.units.get(counter)
        own = unit.parent if unit is not None and unit.kind == "counter" and unit.parent else counter
        office = asked.scope.counted_as(own)
        name = "(không rõ quầy)" if own == counter else asked.name_of(counter)
        if own != office:
            name = f"{name} ({asked.name_of(own)})"
        there = below.setdefault(office, {})
        there[name] = there.get(name, Levels()) + levels
    rows = []
    for office in sorted(below, key=lambda one: vietnamese_order(asked.name_of(one))):
        rows += _rows("Quầy", asked.name_of(office), below[office], asked.min_cell, has_total=True)
    return rows


def _fields(gathered: Gathered) -> list[list[Any]]:
    items = [item for item in gathered.asked.questionnaire.items if item.id == "field"]
    names = {option.id: option.vi for item in items for option in item.options}
    named = {names.get(one, one): levels for one, levels in sorted(gathered.fields.items())}
    return _rows("Lĩnh vực", gathered.asked.agency, named, gathered.asked.min_cell, has_total=False)


def _rows(kind: str, office: str, named: Mapping[str, Levels], least: int, *, has_total: bool) -> list[list[Any]]:
    hidden = covered([levels.base for levels in named.values()], least, has_total=has_total)
    rows = []
    for (name, levels), covers in zip(named.items(), hidden, strict=True):
        shares = [NONE if share is None else share for share in (top2(levels), dissat(levels))]
        told = [few(least), *[NONE] * 7] if covers else [*levels.descending, levels.base, *shares]
        rows.append([kind, office, name, *told])
    return rows


def _officers(gathered: Gathered) -> Sheet:
    found = sorted(gathered.officers or [], key=lambda one: vietnamese_order(one.name))
    rows = []
    for place, one in enumerate(found, 1):
        levels, general = one.pool.overall, one.pool.general
        is_few = levels.base < OFFICER_AT_LEAST
        pooled = top2(general) if general.base >= OFFICER_AT_LEAST else None
        told = (
            [few(OFFICER_AT_LEAST), NONE, NONE]
            if is_few
            else [levels.base, top2(levels), NONE if pooled is None else pooled]
        )
        rows.append(Row([place, one.name, one.code, one.title, one.half_days, *told]))
    notes = [
        f"Chỉ hiện tỷ lệ khi có từ {OFFICER_AT_LEAST} câu trả lời. Phiếu của ki-ốt và mã QR mới ở một quầy "
        "trong một buổi "
        "được tính cho người trực quầy buổi đó theo lịch trực hiện nay; phiếu không ghi tên cán bộ.",
        "Dùng để giúp cán bộ làm tốt hơn; không xếp hạng cá nhân từ số ít phiếu.",
    ]
    if not rows:
        notes = ["Chưa có phiếu nào vào buổi có người trực trong lịch trực.", *notes]
    return Sheet("Theo cán bộ", "KẾT QUẢ THEO CÁN BỘ TRỰC QUẦY", OFFICERS, rows, notes)
