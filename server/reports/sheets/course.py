"""Sheets "Theo tháng" and "Theo yếu tố": the course of the overall share, and factors against the period before."""

from typing import Any, Final

from server.reports.counts import of_question, total
from server.reports.gathered import Gathered
from server.reports.sheet import NONE, NUMBER, PERCENT, POINTS, Column
from server.reports.table import Chart, Row, Sheet
from server.results.change import WORDS, Share, marks
from server.results.rules import Levels, mean100, top2

BY_MONTH: Final = [
    Column("Tháng", 14), Column("Số phiếu hợp lệ", 12, NUMBER), Column("Số trả lời câu 9", 12, NUMBER),
    Column("Rất hài lòng", 11, NUMBER), Column("Hài lòng", 11, NUMBER), Column("Bình thường", 11, NUMBER),
    Column("Không hài lòng", 11, NUMBER), Column("Rất không hài lòng", 11, NUMBER),
    Column("Tỷ lệ hài lòng (%)", 13, PERCENT), Column("Tháng tương ứng kỳ trước: số trả lời", 15, NUMBER),
    Column("Tháng tương ứng kỳ trước (%)", 15, PERCENT),
]  # fmt: skip
BY_FACTOR: Final = [
    Column("TT", 6, NUMBER), Column("Yếu tố", 48), Column("Số trả lời", 12, NUMBER),
    Column("Tỷ lệ hài lòng (%)", 12, PERCENT), Column("Điểm TB quy 100", 12, "0.0"),
    Column("Kỳ trước: số trả lời", 12, NUMBER), Column("Kỳ trước (%)", 12, PERCENT),
    Column("Tăng/ giảm (điểm %)", 12, POINTS), Column("Thay đổi thật?", 20),
]  # fmt: skip


def by_month(gathered: Gathered) -> list[Sheet]:
    """Return the month-by-month sheet with its line."""
    rows = []
    for step in gathered.course:
        counts = [step.name, step.n, step.now.base, *step.now.descending]
        rows.append(Row([*counts, top2(step.now), step.then.base, top2(step.then)]))
    now, then = total(one.now for one in gathered.course), total(one.then for one in gathered.course)
    n = sum(one.n for one in gathered.course)
    shares: list[Any] = [_or_none(top2(now)), then.base, _or_none(top2(then))]
    rows.append(Row(["Cả kỳ", n, now.base, *now.descending, *shares], is_total=True))
    notes = ["Câu 9 (đánh giá chung), phiếu hợp lệ đủ và dở dang. Ô trống: tháng không có câu trả lời nào."]
    known = [share for one in gathered.course for share in (top2(one.now), top2(one.then)) if share is not None]
    floor = max(0, int(min(known, default=0)) // 10 * 10 - 10)
    words = "Tỷ lệ hài lòng theo tháng, so với kỳ trước (%)" + (f"; trục bắt đầu từ {floor}" if floor else "")
    chart = Chart("course", words, 1, (9, 11), len(gathered.course), floor)
    title = "KẾT QUẢ THEO TỪNG THÁNG"
    return [Sheet("Theo tháng", title, BY_MONTH, rows, notes, [chart] if now.base or then.base else [])]


def by_factor(gathered: Gathered) -> list[Sheet]:
    """Return the sheet of SIPAS factors."""
    questionnaire = gathered.asked.questionnaire
    parts = []
    for factor in questionnaire.sipas_factors:
        mine = [one.id for one in questionnaire.questions if one.sipas_factor == factor.id]
        if mine:
            parts.append((factor.vi, *_pair(gathered, mine)))
    general = [one.id for one in questionnaire.questions if one.id != gathered.overall]
    parts.append(("Chỉ số chung (gộp câu 1–8)", *_pair(gathered, general)))
    told = marks([(_share(now), _share(then)) for _, now, then in parts])
    rows = []
    for place, ((name, now, then), mark) in enumerate(zip(parts, told, strict=True), 1):
        is_last = place == len(parts)
        cells = [now.base, _or_none(top2(now)), _or_none(mean100(now)), then.base, _or_none(top2(then))]
        rows.append(Row(["" if is_last else place, name, *cells, _change(now, then), WORDS[mark]], is_total=is_last))
    notes = [
        "Yếu tố: gộp số trả lời của các câu thuộc yếu tố. Tỷ lệ hài lòng (top2) = 100 × (n5 + n4) / tổng số trả lời.",
        "“Tăng thật/giảm thật”: kiểm định hai tỷ lệ, mức 5 %, chỉ khi mỗi bên có từ 30 câu trả lời, đã hiệu "
        "chỉnh Holm cho "
        "cả bảng. “Chưa rõ khác”: chênh lệch có thể chỉ do ngẫu nhiên.",
    ]
    return [Sheet("Theo yếu tố", "SO SÁNH CÁC YẾU TỐ SIPAS VỚI KỲ TRƯỚC", BY_FACTOR, rows, notes)]


def _pair(gathered: Gathered, questions: list[str]) -> tuple[Levels, Levels]:
    return (
        total(of_question(gathered.answered, one) for one in questions),
        total(of_question(gathered.before, one) for one in questions),
    )


def _share(levels: Levels) -> Share:
    return Share(levels.n5 + levels.n4, levels.base)


def _change(now: Levels, then: Levels) -> Any:
    here, there = top2(now), top2(then)
    return NONE if here is None or there is None else here - there


def _or_none(value: float | None) -> Any:
    return NONE if value is None else value
