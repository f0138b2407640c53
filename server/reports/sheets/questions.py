"""Sheet "Theo câu hỏi": each question's levels and share, and a sheet for each questionnaire in other levels."""

from typing import Any, Final

from server.reports.counts import of_question, total
from server.reports.gathered import Gathered
from server.reports.sheet import NONE, NUMBER, PERCENT, Column
from server.reports.table import Chart, Row, Sheet
from server.results.others import Block
from server.results.rules import Levels, mean100, top2

BY_QUESTION: Final = [
    Column("Câu", 7), Column("Tiêu chí", 50), Column("Yếu tố SIPAS", 46),
    Column("Rất hài lòng (5)", 9, NUMBER), Column("Hài lòng (4)", 9, NUMBER), Column("Bình thường (3)", 9, NUMBER),
    Column("Không hài lòng (2)", 9, NUMBER), Column("Rất không hài lòng (1)", 9, NUMBER),
    Column("Không áp dụng", 9, NUMBER), Column("Tổng số trả lời", 9, NUMBER), Column("Tỷ lệ hài lòng (%)", 10, PERCENT),
    Column("Điểm TB quy 100", 10, "0.0"), Column("Kỳ trước (%)", 10, PERCENT),
    Column("Phiếu giấy kiểm tổng: số trả lời", 10, NUMBER), Column("Kể cả giấy kiểm tổng: hài lòng (%)", 11, PERCENT),
]  # fmt: skip
LEVELS: Final = (4, 5, 6, 7, 8)


def sheets(gathered: Gathered) -> list[Sheet]:
    """Return the sheet of five levels and those of others."""
    questionnaire = gathered.asked.questionnaire
    factors = {factor.id: factor.vi for factor in questionnaire.sipas_factors}
    rows: list[Row] = []
    now_all: list[Levels] = []
    then_all: list[Levels] = []
    paper_all: list[Levels] = []
    for question in questionnaire.questions:
        now, then = of_question(gathered.answered, question.id), of_question(gathered.before, question.id)
        paper = total(one.levels.get(question.id, Levels()) for one in gathered.paper.values())
        lead = [question.code, question.criterion_vi, factors.get(question.sipas_factor, "")]
        rows.append(Row([*lead, *_cells(now, then, paper)]))
        if question.id != gathered.overall:
            now_all.append(now)
            then_all.append(then)
            paper_all.append(paper)
    now = of_question(gathered.answered, gathered.overall, is_quick=True)
    then = of_question(gathered.before, gathered.overall, is_quick=True)
    lead = ["Q9", "Đánh giá chung (chỉ bấm nút)", "Hài lòng chung"]
    rows.append(Row([*lead, *_cells(now, then, Levels())]))
    whole = _cells(total(now_all), total(then_all), total(paper_all))
    rows.append(Row(["", "Chỉ số chung (gộp câu 1–8)", "", *whole], is_total=True))
    notes = [
        "Phiếu hợp lệ như ở trang Tổng hợp. Tỷ lệ hài lòng (top2) = 100 × (n5 + n4) / (n5 + n4 + n3 + n2 + n1); "
        "Điểm TB quy 100 (mean100) = 100 × điểm trung bình / 5.",
        "“Không áp dụng” không tính vào mẫu số. Phiếu chỉ bấm nút không tính vào câu 1–8.",
    ]
    drawn = len(questionnaire.questions)
    chart = Chart("levels", "Tỷ lệ từng mức theo câu hỏi", 1, LEVELS, drawn)
    charts = [chart] if any(one.levels.base for one in gathered.answered) else []
    title = "KẾT QUẢ KHẢO SÁT THEO TỪNG CÂU HỎI"
    several = gathered.blocks
    return [
        Sheet("Theo câu hỏi", title, BY_QUESTION, rows, notes, charts),
        *(_block(one, place, len(several)) for place, one in enumerate(several, 1)),
    ]


def _cells(now: Levels, then: Levels, paper: Levels) -> list[Any]:
    shares = [_or_none(top2(now)), _or_none(mean100(now)), _or_none(top2(then))]
    told = [paper.base, _or_none(top2(now + paper))] if paper.base else [NONE, NONE]
    return [*now.descending, now.na, now.base, *shares, *told]


def _or_none(value: float | None) -> Any:
    return NONE if value is None else value


def _block(block: Block, place: int, several: int) -> Sheet:
    columns = [
        Column("Câu", 7), Column("Tiêu chí", 40), *(Column(words, 14, NUMBER) for words in block.levels),
        Column("Không áp dụng", 12, NUMBER), Column("Tổng số trả lời", 12, NUMBER),
        Column("Tỷ lệ hài lòng (%)", 12, PERCENT),
    ]  # fmt: skip
    name = f"{len(block.levels)} mức" + (f" ({place})" if several > 1 else "")
    rows = [Row([row.code, row.name, *row.counts, row.na, row.base, _or_none(row.share)]) for row in block.rows]
    notes = [
        "Thang đo riêng, không quy đổi sang năm mức và không gộp vào các bảng khác; phiếu của ki-ốt và mã QR mới.",
        f"Tỷ lệ hài lòng = 100 × ({block.satisfied}) / tổng số trả lời; “Không áp dụng” không tính vào tổng.",
    ]
    return Sheet(name, block.title.upper(), columns, rows, notes)
