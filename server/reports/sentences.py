"""Sentences of an official report: made of counted numbers alone, each share with its base; pure."""

from typing import Final

from server.documents.model import dotted, percent_of, percent_text
from server.reports.counts import by_office, of_question, total
from server.reports.gathered import Gathered
from server.reports.parts import share_of
from server.reports.sheets.summary import TARGET
from server.reports.words import CHANNELS, REPORTED
from server.results.change import BASE_AT_LEAST, marks, wilson_interval
from server.results.rules import Levels, top2, vietnamese_order

UNKNOWN: Final = "chưa có số liệu"
MOST_NAMES: Final = 10


def days(gathered: Gathered) -> str:
    """Return the period's name and days."""
    period = gathered.asked.period
    if period.kind == "khoang":
        return period.name
    return f"{period.name} (từ ngày {period.first:%d/%m/%Y} đến ngày {period.last:%d/%m/%Y})"


def deployed(gathered: Gathered) -> list[str]:
    """Return what was asked where, how many ballots came and by which way, and the coverage."""
    asked = gathered.asked
    found = []
    if asked.day <= asked.period.last:
        found.append(f"Kỳ báo cáo chưa kết thúc; số liệu tính đến ngày {asked.day:%d/%m/%Y}.")
    if asked.now:
        found.append(asked.now_words)
    where = "" if asked.office else f" tại {dotted(len(gathered.offices))} đơn vị có số liệu"
    found.append(f"Khảo sát bằng phiếu hỏi “{asked.questionnaire.title['vi']}”{where}.")
    found += [valid(gathered), covered(gathered)]
    quick = of_question(gathered.answered, gathered.overall, is_quick=True)
    if quick.base:
        words = f"Phiếu chỉ bấm nút (chỉ trả lời câu 9) được tính riêng: hài lòng {percent_of(*_share(quick))}."
        found.append(words)
    paper = sum(one.ballots for one in gathered.paper.values())
    if paper:
        found.append(f"Ngoài ra có {dotted(paper)} phiếu giấy kiểm tổng, không cộng vào số phiếu hợp lệ.")
    silent = sorted({office for office in gathered.signs if office not in gathered.offices}, key=lambda one: (
        vietnamese_order(asked.name_of(one))))  # fmt: skip
    if silent:
        found.append(f"Đơn vị có ki-ốt nhưng chưa có phiếu nào trong kỳ: {_names(gathered, silent)}.")
    return found


def valid(gathered: Gathered) -> str:
    """Return how many valid ballots there are and by which way they came."""
    ways: dict[str, int] = {}
    for one in gathered.tallied:
        if one.is_dated and one.lane in REPORTED:
            ways[one.channel] = ways.get(one.channel, 0) + one.n
    told = [f"{CHANNELS.get(way, way).lower()} {dotted(n)}" for way, n in sorted(ways.items(), key=lambda o: -o[1])]
    if not told:
        return "Trong kỳ không có phiếu hợp lệ nào."
    return f"Số phiếu hợp lệ: {dotted(gathered.valid)} phiếu, trong đó: {'; '.join(told)}."


def covered(gathered: Gathered) -> str:
    """Return the coverage; never guessed where a day of transactions is missing."""
    served = list(gathered.served.values())
    known = [n for n in served if n is not None]
    if not served or len(known) < len(served):
        return (
            "Số lượt giao dịch: chưa có số liệu đủ các ngày trong kỳ, vì vậy không tính tỷ lệ tham gia khảo sát "
            "(không ước tính)."
        )
    whole = sum(known)
    if not whole:
        return "Trong kỳ không có lượt giao dịch nào."
    share = 100 * gathered.valid / whole
    words = "đạt" if share >= TARGET else "chưa đạt"
    return (
        f"Số lượt giao dịch do đơn vị nhập: {dotted(whole)}; tỷ lệ tham gia khảo sát "
        f"{percent_of(gathered.valid, whole)}, {words} chỉ tiêu 30 %."
    )


def overall(gathered: Gathered) -> list[str]:
    """Return the overall share with its base and interval, and whether it changed."""
    now, then = of_question(gathered.answered, gathered.overall), of_question(gathered.before, gathered.overall)
    if not now.base:
        return ["Đánh giá chung (câu 9): chưa có số liệu trong kỳ."]
    low, high = wilson_interval(*_share(now))
    return [
        f"Tỷ lệ hài lòng chung (mức “Hài lòng” và “Rất hài lòng” của câu 9): {percent_of(*_share(now))} câu trả lời; "
        f"khoảng tin cậy 95 %: từ {percent_text(100 * low)} đến {percent_text(100 * high)}.",
        f"Tỷ lệ không hài lòng (hai mức thấp nhất): {percent_of(now.n1 + now.n2, now.base)}.",
        compared(now, then),
    ]


def compared(now: Levels, then: Levels) -> str:
    """Return how the share stands to the period before, by the tested rule."""
    if not then.base:
        return "Kỳ trước: chưa có số liệu để so sánh."
    before = f"kỳ trước: {percent_of(*_share(then))}"
    mark = marks([(share_of(now), share_of(then))])[0]
    if mark == "few":
        return f"Quá ít phiếu để so với kỳ trước, cần từ {BASE_AT_LEAST} câu trả lời ({before})."
    if mark == "same":
        return f"So với kỳ trước, tỷ lệ hài lòng không đổi đáng kể ({before})."
    points = percent_text(abs((top2(now) or 0) - (top2(then) or 0))).removesuffix("%")
    word = "tăng" if mark == "up" else "giảm"
    return f"So với kỳ trước, tỷ lệ hài lòng {word} {points} điểm phần trăm ({before})."


def ends(gathered: Gathered) -> list[str]:
    """Return the questions with the highest and lowest shares, among those with enough answers."""
    shares = []
    for question in gathered.asked.questionnaire.questions:
        levels = of_question(gathered.answered, question.id)
        if question.id != gathered.overall and levels.base >= BASE_AT_LEAST:
            shares.append((top2(levels) or 0.0, question.criterion_vi, levels))
    if len(shares) < 2:
        return []
    best, worst = max(shares, key=lambda one: one[0]), min(shares, key=lambda one: one[0])
    if best[0] == worst[0]:
        return []
    return [
        f"Tiêu chí có tỷ lệ hài lòng cao nhất: {best[1]}, {percent_of(*_share(best[2]))}; thấp nhất: {worst[1]}, "
        f"{percent_of(*_share(worst[2]))}."
    ]


def said(gathered: Gathered) -> list[str]:
    """Return how many comments there are, and what is known of cases."""
    found = [f"Số phiếu có ý kiến góp ý: {dotted(gathered.with_comment)}."]
    if gathered.overdue is None:
        found.append("Phản ánh và kết quả xử lý: chưa có số liệu vụ việc trong kỳ.")
    else:
        found.append(f"Vụ việc quá hạn: {dotted(len(gathered.overdue))}.")
    if gathered.corrected is not None:
        found.append(f"Vụ việc đã khắc phục, xin lỗi: {dotted(len(gathered.corrected))}.")
    return found


def lacking(gathered: Gathered) -> list[str]:
    """Return what the numbers themselves show to be lacking; causes are for a person to write."""
    found = []
    few = sorted((o for o, one in by_office(gathered.answered, gathered.overall).items() if one.base < BASE_AT_LEAST),
                 key=lambda one: vietnamese_order(gathered.asked.name_of(one)))  # fmt: skip
    if few and not gathered.asked.office:
        found.append(f"Đơn vị có dưới {BASE_AT_LEAST} câu trả lời câu 9, số liệu chưa đủ chắc: "
                     f"{_names(gathered, few)}.")  # fmt: skip
    levels = total(of_question(gathered.answered, one.id) for one in gathered.asked.questionnaire.questions)
    low = levels.n1 + levels.n2
    if low:
        found.append(f"Câu trả lời ở hai mức thấp nhất, gộp mọi câu hỏi: {percent_of(low, levels.base)}.")
    silent = sum(sum(one.silent.values()) for one in gathered.signs.values())
    if silent:
        found.append(f"Ngày làm việc mà ki-ốt không có phiếu nào, cộng các quầy: {dotted(silent)} ngày.")
    for n, words in (
        (sum(one.late for one in gathered.signs.values()), "phiếu gửi về trung tâm muộn hơn ba ngày"),
        (sum(one.flagged for one in gathered.signs.values()), "phiếu có dấu hiệu cần xem lại về chất lượng"),
    ):
        if n:
            found.append(f"Có {dotted(n)} {words}.")
    return found


def _share(levels: Levels) -> tuple[int, int]:
    return levels.n5 + levels.n4, levels.base


def _names(gathered: Gathered, offices: list[str]) -> str:
    names = ", ".join(gathered.asked.name_of(one) for one in offices[:MOST_NAMES])
    more = len(offices) - MOST_NAMES
    return f"{names} và {dotted(more)} đơn vị khác" if more > 0 else names
