"""Sheet "Tổng hợp": a row an office, where its ballots came from, the five levels, the change, what is to be noted."""

from collections import defaultdict
from typing import Any, Final

import msgspec

from server.cases.sums import Handled
from server.reports.counts import by_office, total
from server.reports.gathered import Gathered
from server.reports.sheet import NONE, NUMBER, PERCENT, POINTS, UNKNOWN, Column
from server.reports.table import Row, Sheet
from server.reports.words import CASES, HEADLINE, LANES, NO_CASES, REPORTED
from server.results.queries import Tally
from server.results.rules import Levels, number, top2, vietnamese_order
from server.results.tallied import Paper, together
from survey.ballot import Channel, Status
from survey.qr_token import Lane

TARGET: Final = 30.0
NARROWEST: Final = 5.6

_SHARE: Final = [
    column
    for abbreviation in ("RHL", "HL", "BT", "KHL", "RKHL")
    for column in (Column(f"{abbreviation} (số)", 6.4, NUMBER), Column(f"{abbreviation} (%)", 6.8, PERCENT))
]

SUMMARY: Final = [
    Column("TT", 4.5, NUMBER), Column("Đơn vị", 26), Column("Mã đơn vị", 10),
    Column("Số lượt giao dịch", 7.5, NUMBER), Column("Số phiếu hợp lệ", 7, NUMBER),
    Column("Ki-ốt (chạm)", 6.5, NUMBER), Column("QR", 6, NUMBER), Column("Nút bấm", 6, NUMBER),
    Column("Thư, mã một lần", 6, NUMBER), Column("Giấy, điện thoại", 6.5, NUMBER),
    Column("Biểu mẫu nhập", 6.5, NUMBER), Column("Tỷ lệ tham gia (%)", 7.5, PERCENT),
    Column("Đạt chỉ tiêu 30 %", 7.5), *_SHARE,
    Column("Số trả lời câu 9", 6.5, NUMBER), Column("Tỷ lệ hài lòng (%)", 7.5, PERCENT),
    Column("Trong đó ki-ốt, QR: số trả lời", 7.5, NUMBER), Column("Trong đó ki-ốt, QR: hài lòng (%)", 8, PERCENT),
    Column("Kỳ trước (%)", 7, PERCENT), Column("Tăng/ giảm (điểm %)", 7, POINTS),
    Column("Phiếu nhanh (số)", 6.5, NUMBER), Column("Phiếu nhanh hài lòng (%)", 7, PERCENT),
    Column("Phiếu giấy kiểm tổng (số)", 7, NUMBER), Column("Kể cả giấy kiểm tổng: số trả lời", 7.5, NUMBER),
    Column("Kể cả giấy kiểm tổng: hài lòng (%)", 7.8, PERCENT),
    Column("Số ý kiến góp ý", 6.5, NUMBER), Column("Số phản ánh", 6.3, NUMBER),
    Column("Đã xử lý đúng hạn", 6.5, NUMBER), Column("Quá hạn", 5.5, NUMBER), Column("Đang xử lý", 5.5, NUMBER),
    Column("Ghi chú", 24),
]  # fmt: skip


def sheets(gathered: Gathered) -> list[Sheet]:
    """Return the sheet."""
    name_of, overall = gathered.asked.name_of, gathered.overall
    now, quick = by_office(gathered.answered, overall), by_office(gathered.answered, overall, is_quick=True)
    headline = by_office(gathered.answered, overall, lanes=HEADLINE)
    then = by_office(gathered.before, overall)
    counted: dict[str, list[Tally]] = defaultdict(list)
    for tally in gathered.tallied:
        counted[tally.office].append(tally)
    shown = sorted(gathered.offices, key=lambda office: vietnamese_order(name_of(office)))
    rows = []
    for place, office in enumerate(shown, 1):
        unit = gathered.asked.units.get(office)
        lead = [place, name_of(office), unit.code if unit else office]
        paper = gathered.paper.get(office, Paper(0, {}))
        levels = [each.get(office, Levels()) for each in (now, headline, then, quick)]
        handled = None if gathered.cases is None else gathered.cases.get(office, Handled())
        served_here = gathered.served.get(office)
        rows.append(Row([*lead, *_row(counted[office], levels, paper, overall, served_here, handled)]))
    everything = [tally for office in shown for tally in counted[office]]
    levels = [total(each.values()) for each in (now, headline, then, quick)]
    served = [gathered.served.get(office) for office in shown]
    whole = sum(n for n in served if n is not None) if served and None not in served else None
    all_cases = None if gathered.cases is None else sum(gathered.cases.values(), Handled())
    summed = _row(everything, levels, together(list(gathered.paper.values())), overall, whole, all_cases)
    rows.append(Row(["", "Tổng cộng", "", *summed], is_total=True))
    title = "TỔNG HỢP KẾT QUẢ KHẢO SÁT MỨC ĐỘ HÀI LÒNG CỦA NGƯỜI DÂN, TỔ CHỨC"
    return [Sheet("Tổng hợp", title, _narrowed(rows), rows, _notes(gathered))]


def _narrowed(rows: list[Row]) -> list[Column]:
    """Return the columns with those of numbers as narrow as their numbers allow: forty must fit on one page."""
    narrowed = []
    for place, column in enumerate(SUMMARY):
        found = [row.cells[place] for row in rows]
        if not column.form or UNKNOWN in found:
            narrowed.append(column)
            continue
        tail = 2 if column.form == NUMBER else 4
        longest = max((len(f"{int(one):,}") + tail for one in found if isinstance(one, int | float)), default=0)
        narrowed.append(msgspec.structs.replace(column, width=max(NARROWEST, longest)))
    return narrowed


def _row(
    tallied: list[Tally], levels: list[Levels], paper: Paper, overall: str, served: int | None, handled: Handled | None
) -> list[Any]:
    now, headline, then, quick = levels
    valid = [tally for tally in tallied if tally.is_dated and tally.lane in REPORTED]
    n = sum(tally.n for tally in valid)
    share, earlier = top2(now), top2(then)
    shares: list[Any] = []
    for count in now.descending:
        shares += [count, _or_none(100 * count / now.base if now.base else None)]
    with_paper = now + paper.levels.get(overall, Levels())
    return [
        UNKNOWN if served is None else served, n, *_sources(valid), *covered(n, served), *shares,
        now.base, _or_none(share), headline.base, _or_none(top2(headline)), _or_none(earlier),
        _or_none(None if share is None or earlier is None else share - earlier),
        quick.base, _or_none(top2(quick)),
        *([paper.ballots, with_paper.base, _or_none(top2(with_paper))] if paper.ballots else [NONE] * 3),
        sum(tally.comments for tally in tallied), *_cases(handled), _remark(tallied, now.base),
    ]  # fmt: skip


def _cases(handled: Handled | None) -> list[Any]:
    return [NONE] * 4 if handled is None else [handled.n, handled.on_time, handled.late, handled.running]


def _sources(valid: list[Tally]) -> list[int]:
    def n(lane: Lane, *, is_button: bool | None = None) -> int:
        mine = (one for one in valid if one.lane == lane)
        return sum(one.n for one in mine if is_button is None or (one.channel == Channel.BUTTON) == is_button)

    return [
        n(Lane.KIOSK, is_button=False), n(Lane.QR_FRESH), n(Lane.KIOSK, is_button=True), n(Lane.MAIL),
        n(Lane.ENTERED), n(Lane.IMPORTED),
    ]  # fmt: skip


def covered(n: int, served: int | None) -> tuple[Any, str]:
    """Return the share of transactions that left a ballot, and whether it meets the target, as the sheet "
    "prints them."""
    if served is None:
        return UNKNOWN, UNKNOWN
    if served == 0:
        return NONE, "Không có giao dịch"
    share = 100 * n / served
    return share, "Đạt" if share >= TARGET else "Chưa đạt"


def _remark(tallied: list[Tally], base: int) -> str:
    others: dict[str, int] = defaultdict(int)
    for tally in tallied:
        if not tally.is_dated:
            others["không rõ thời điểm"] += tally.n
        elif tally.lane not in REPORTED:
            others[LANES.get(tally.lane, tally.lane)] += tally.n
    parts = [f"{n} phiếu {name}" for name, n in sorted(others.items())]
    partial = sum(t.n for t in tallied if t.status == Status.PARTIAL and t.is_dated and t.lane in REPORTED)
    if partial:
        parts.append(f"{partial} phiếu dở dang")
    if 0 < base < 30:
        parts.append(f"ít phiếu ({base} < 30)")
    return "; ".join(parts)


def _notes(gathered: Gathered) -> list[str]:
    silent = [office for office in gathered.signs if office not in gathered.offices]
    names = sorted((gathered.asked.name_of(office) for office in silent), key=vietnamese_order)
    told = f"Đơn vị có ki-ốt nhưng chưa có phiếu nào trong kỳ: {', '.join(names[:20])}"
    more = f" và {number(len(names) - 20)} đơn vị khác" if len(names) > 20 else ""
    return [
        *([gathered.asked.now_words] if gathered.asked.now else []),
        "Số phiếu hợp lệ = ki-ốt (chạm) + QR mới trên màn hình + nút bấm + thư, mã một lần + giấy, điện thoại "
        "do cán bộ "
        "nhập từng phiếu + biểu mẫu nhập. Phiếu khác không tính, nêu số ở cột Ghi chú.",
        "Các mức và Tỷ lệ hài lòng: theo câu 9 (đánh giá chung) của phiếu hợp lệ đủ và dở dang; phiếu nhanh "
        "(chỉ bấm nút, "
        "chỉ câu 9) ở cột riêng. Tỷ lệ hài lòng = 100 × (Hài lòng + Rất hài lòng) / số trả lời câu 9. Cột "
        "“Trong đó ki-ốt, "
        "QR” là số của trang Kết quả: chỉ phiếu của ki-ốt và mã QR mới.",
        "RHL: Rất hài lòng; HL: Hài lòng; BT: Bình thường; KHL: Không hài lòng; RKHL: Rất không hài lòng.",
        "Tỷ lệ tham gia = 100 × số phiếu hợp lệ / số lượt giao dịch do đơn vị nhập; chỉ tiêu 30 %. Thiếu ngày "
        "nào của kỳ "
        f"thì ghi “{UNKNOWN}”, không ước tính.",
        "Phiếu giấy kiểm tổng: đơn vị chỉ nhập tổng số theo mức, không có từng phiếu; không cộng vào Số phiếu "
        "hợp lệ, chỉ "
        "cộng ở hai cột “Kể cả giấy kiểm tổng” (trả lời câu 9).",
        NO_CASES if gathered.cases is None else CASES,
        *([told + more + "."] if names else []),
    ]


def _or_none(value: float | None) -> Any:
    return NONE if value is None else value
