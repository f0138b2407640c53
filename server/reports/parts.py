"""Tables and drawings of an official report, made of what was gathered; pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from server.documents.model import Chart, Column, Series, Table, dotted, percent_text
from server.reports.counts import by_office, of_question
from server.reports.gathered import Gathered
from server.reports.sheet import NUMBER, PERCENT, POINTS
from server.reports.sheets import nine, places, ranking, why
from server.reports.table import Sheet
from server.results.change import Mark, Share, marks
from server.results.rules import Levels, decimal, mean100, top2, vietnamese_order

LEVELS: Final = ("Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng", "Rất không hài lòng")
SHORT: Final[dict[Mark, str]] = {
    "up": "▲ tăng", "down": "▼ giảm", "same": "không đổi đáng kể", "few": "quá ít phiếu để so",
}  # fmt: skip
CHANGE: Final = (
    "“Tăng”, “giảm”: chênh lệch so với kỳ trước vượt mức do ngẫu nhiên (kiểm định hai tỷ lệ, mức ý nghĩa 5 % cho cả "
    "bảng); còn lại là “không đổi đáng kể”. Dưới 30 câu trả lời thì không so."
)


def share_of(levels: Levels) -> Share:
    """Return the satisfied answers of all."""
    return Share(levels.n5 + levels.n4, levels.base)


def overall_table(levels: Levels) -> Table:
    """Return the five levels of the overall question, each with its count and share."""
    rows = [
        [name, dotted(n), percent_text(100 * n / levels.base if levels.base else None)]
        for name, n in zip(LEVELS, levels.descending, strict=True)
    ]
    rows.append(["Tổng số trả lời", dotted(levels.base), percent_text(100.0 if levels.base else None)])
    columns = [Column("Mức độ", 3), Column("Số câu trả lời", 2, "right"), Column("Tỷ lệ", 2, "right")]
    return Table("Bảng 1. Đánh giá chung (câu 9)", columns, rows, bold=(5,))


def question_table(gathered: Gathered) -> Table:
    """Return each question's share with its base, and whether it changed."""
    now = {one.id: of_question(gathered.answered, one.id) for one in gathered.asked.questionnaire.questions}
    then = {one: of_question(gathered.before, one) for one in now}
    changed = marks([(share_of(now[one]), share_of(then[one])) for one in now])
    rows = []
    for question, mark in zip(gathered.asked.questionnaire.questions, changed, strict=True):
        mine, earlier = now[question.id], then[question.id]
        rows.append([question.code, question.criterion_vi, *_shares(mine, earlier, mark)])
    columns = [
        Column("Câu", 1, "center"), Column("Tiêu chí", 5), Column("Số trả lời", 1.6, "right"),
        Column("Hài lòng", 1.7, "right"), Column("Điểm TB/100", 1.5, "right"),
        Column("Kỳ trước: hài lòng (số trả lời)", 2.3, "right"), Column("So với kỳ trước", 2.2),
    ]  # fmt: skip
    notes = ["Hài lòng: tỷ lệ mức 4 và 5 trên số trả lời; “không áp dụng” không tính.", CHANGE]
    return Table("Bảng 2. Kết quả theo từng câu hỏi", columns, rows, notes=notes)


def _shares(now: Levels, then: Levels, mark: Mark) -> list[str]:
    mean = "–" if mean100(now) is None else decimal(mean100(now))
    told = SHORT[mark] if then.base and now.base else "chưa có số liệu"
    before = f"{percent_text(top2(then))} ({dotted(then.base)})" if then.base else "chưa có số liệu"
    return [dotted(now.base), percent_text(top2(now)), mean, before, told]


def office_table(gathered: Gathered) -> Table:
    """Return the overall question by office; one without ballots stays in it."""
    now, then = by_office(gathered.answered, gathered.overall), by_office(gathered.before, gathered.overall)
    order = sorted(gathered.offices, key=lambda one: vietnamese_order(gathered.asked.name_of(one)))
    pairs = [(share_of(now.get(one, Levels())), share_of(then.get(one, Levels()))) for one in order]
    rows = []
    for place, (office, mark) in enumerate(zip(order, marks(pairs), strict=True), 1):
        mine, earlier = now.get(office, Levels()), then.get(office, Levels())
        shares = _shares(mine, earlier, mark)
        rows.append([str(place), gathered.asked.name_of(office), *shares[:2], *shares[3:]])
    columns = [
        Column("TT", 1, "center"), Column("Đơn vị", 6), Column("Số trả lời", 1.6, "right"),
        Column("Hài lòng", 1.8, "right"), Column("Kỳ trước: hài lòng (số trả lời)", 2.4, "right"),
        Column("So với kỳ trước", 2.4),
    ]  # fmt: skip
    return Table("Kết quả đánh giá chung (câu 9) theo đơn vị", columns, rows, notes=[CHANGE])


def counter_table(gathered: Gathered) -> Table:
    """Return the overall question by counter and field of one office, small cells covered."""
    sheet = places.sheets(gathered)[0]
    keep = {
        "Nhóm": (1.6, ""), "Quầy, lĩnh vực": (5, ""), "Số trả lời câu 9": (2, "Số trả lời"),
        "Tỷ lệ hài lòng (%)": (2, "Hài lòng"), "Tỷ lệ không hài lòng (%)": (2, "Không hài lòng"),
    }  # fmt: skip
    return from_sheet(sheet, "Bảng 3. Kết quả theo quầy, lĩnh vực", keep)


def reason_table(gathered: Gathered) -> Table:
    """Return the reasons, the most frequent first, small counts covered."""
    sheet = why.sheets(gathered)[0]
    keep = {
        "TT": (1, ""), "Lý do (câu và lý do)": (7, "Lý do"), "Số lần chọn": (1.8, ""), "Tỷ lệ (%)": (1.6, "Tỷ lệ"),
        "Cộng dồn (%)": (1.8, "Cộng dồn"),
    }  # fmt: skip
    least = gathered.asked.min_cell
    notes = [f"Người trả lời từ mức 2 trở xuống chọn tối đa ba lý do; lý do có ít hơn {least} lần chọn không hiện số."]
    return msgspec.structs.replace(from_sheet(sheet, "Bảng 4. Lý do chưa hài lòng", keep), notes=notes)


def nine_table(gathered: Gathered) -> Table:
    """Return the nine indices of TT 01/2018 by office."""
    sheet = nine.sheets(gathered)[0]
    keep = {"TT": (0.9, ""), "Đơn vị": (5, "")} | {f"Chỉ số {n}": (1.0, f"CS {n}") for n in range(1, 10)}
    return from_sheet(sheet, "Chín chỉ số của Thông tư 01/2018/TT-VPCP", keep | {"Tổng điểm": (1.3, ""),
                                                                               "Xếp loại": (1.8, "")})  # fmt: skip


def ranking_table(gathered: Gathered) -> Table:
    """Return the league of offices."""
    sheet = ranking.sheets(gathered)[0]
    keep = {
        "Hạng": (2, ""), "Đơn vị": (6, ""), "Số trả lời câu 9": (1.8, "Số trả lời"),
        "Tỷ lệ hài lòng (%)": (1.8, "Hài lòng"), "Khoảng 95 % từ": (1.8, ""), "đến": (1.6, ""),
    }  # fmt: skip
    return from_sheet(sheet, "Xếp hạng đơn vị theo mức độ hài lòng", keep)


def from_sheet(sheet: Sheet, title: str, keep: Mapping[str, tuple[float, str]]) -> Table:
    """Return some columns of a workbook's sheet. keep: by column title, its width and its head where that differs."""
    places_of = [at for at, column in enumerate(sheet.columns) if column.title in keep]
    kept = [sheet.columns[at] for at in places_of]
    columns = [
        Column(keep[one.title][1] or one.title, keep[one.title][0], "right" if one.form else "left") for one in kept
    ]
    rows = list(sheet.rows)
    told = [[_told(row.cells[at], sheet.columns[at].form) for at in places_of] for row in rows]
    bold = [place for place, row in enumerate(rows) if row.is_total]
    return Table(title, columns, told, bold, sheet.notes)


def _told(value: Any, form: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    if form == PERCENT:
        return percent_text(float(value))
    if form == NUMBER:
        return dotted(round(value)) if float(value).is_integer() else decimal(float(value))
    return decimal(float(value)) if form == POINTS or form else str(value)


# ---- drawings


def levels_chart(gathered: Gathered) -> Chart:
    """Return the levels of each question as stacked bars."""
    series = []
    for question in gathered.asked.questionnaire.questions:
        levels = of_question(gathered.answered, question.id)
        series.append(Series(f"{question.code}. {question.criterion_vi}", levels.descending, levels.base))
    alt = "; ".join(f"{one.name}: {_alt(one.values)}" for one in series)
    return Chart("levels", "Biểu đồ 1. Tỷ lệ từng mức theo câu hỏi", alt, LEVELS, series)


def _alt(counts: Sequence[float | None]) -> str:
    base = sum(int(n or 0) for n in counts)
    if not base:
        return "chưa có số liệu"
    satisfied = int(counts[0] or 0) + int(counts[1] or 0)
    return f"hài lòng {percent_text(100 * satisfied / base)} của {dotted(base)} câu trả lời"


def course_chart(gathered: Gathered) -> Chart | None:
    """Return the course by month, a period ago beside it; None for a period of one month or without answers."""
    steps = gathered.course
    if len(steps) < 2 or not any(one.now.base for one in steps):
        return None
    series = [Series("Kỳ này", [top2(one.now) for one in steps])]
    if any(one.then.base for one in steps):
        series.append(Series("Kỳ trước", [top2(one.then) for one in steps]))
    told = (f"{one.name}: {percent_text(top2(one.now))} của {dotted(one.now.base)} câu trả lời" for one in steps)
    title = "Biểu đồ 2. Tỷ lệ hài lòng (câu 9) theo tháng"
    return Chart("course", title, "; ".join(told), [one.name for one in steps], series)


def reason_chart(gathered: Gathered) -> Chart | None:
    """Return the most frequent reasons as bars; None where all are too few to be shown."""
    shown = [one for one in gathered.reasons if one.n >= gathered.asked.min_cell][:8]
    if len(shown) < 2:
        return None
    alt = "; ".join(f"{one.id}: {dotted(one.n)} lần" for one in shown)
    title = "Biểu đồ 3. Lý do chưa hài lòng được chọn nhiều nhất (số lần)"
    return Chart("bars", title, alt, [one.id for one in shown], [Series("", [one.n for one in shown])])
