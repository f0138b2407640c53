"""The month's workbook: "Tổng hợp", "Theo câu hỏi", "Dữ liệu phiếu", as an office sends it at the month's end."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any, Final

import msgspec
from openpyxl import Workbook
from sqlalchemy import Connection

from server.offices.queries import Unit
from server.questionnaires.queries import newest_of
from server.reports.others import add_blocks
from server.reports.queries import each_ballot
from server.reports.sheet import NONE, NUMBER, PERCENT, POINTS, UNKNOWN, Column, Heading, open_sheet
from server.results.others import blocks
from server.results.periods import Period
from server.results.queries import Answered, Scope, Tally, answers, tallies
from server.results.rules import Levels, mean100, top2, vietnamese_order
from survey.ballot import Channel, Status
from survey.qr_token import HEADLINE_LANES
from survey.questionnaire import Questionnaire

LANES: Final = frozenset(HEADLINE_LANES)
TARGET_NOTE: Final = (
    "Chỉ tiêu tham gia đánh giá: 30 % số lượt giao dịch; chưa nhập số lượt giao dịch nên chưa tính được."
)

_SHARE: Final = [
    column
    for abbreviation in ("RHL", "HL", "BT", "KHL", "RKHL")
    for column in (Column(f"{abbreviation} (số)", 6.2, NUMBER), Column(f"{abbreviation} (%)", 6.8, PERCENT))
]

SUMMARY: Final = [
    Column("TT", 4, NUMBER), Column("Đơn vị", 26), Column("Mã đơn vị", 9),
    Column("Số lượt giao dịch", 8, NUMBER), Column("Số phiếu hợp lệ", 7, NUMBER),
    Column("Ki-ốt (chạm)", 6.5, NUMBER), Column("QR", 6, NUMBER), Column("Nút bấm", 6, NUMBER),
    Column("Giấy, biểu mẫu", 6.5, NUMBER), Column("Tỷ lệ tham gia (%)", 8, PERCENT),
    Column("Đạt chỉ tiêu 30 %", 8), *_SHARE,
    Column("Số trả lời câu 9", 6.5, NUMBER), Column("Tỷ lệ hài lòng (%)", 7.5, PERCENT),
    Column("Kỳ trước (%)", 7, PERCENT), Column("Tăng/ giảm (điểm %)", 7, POINTS),
    Column("Phiếu nhanh (số)", 6.8, NUMBER), Column("Phiếu nhanh hài lòng (%)", 7.5, PERCENT),
    Column("Số ý kiến góp ý", 6.5, NUMBER), Column("Số phản ánh", 6.5, NUMBER),
    Column("Đã xử lý đúng hạn", 7, NUMBER), Column("Quá hạn", 6, NUMBER), Column("Đang xử lý", 6, NUMBER),
    Column("Ghi chú", 22),
]  # fmt: skip

BY_QUESTION: Final = [
    Column("Câu", 7), Column("Tiêu chí", 40), Column("Yếu tố SIPAS", 28),
    Column("Rất hài lòng (5)", 9, NUMBER), Column("Hài lòng (4)", 9, NUMBER), Column("Bình thường (3)", 9, NUMBER),
    Column("Không hài lòng (2)", 9, NUMBER), Column("Rất không hài lòng (1)", 9, NUMBER),
    Column("Không áp dụng", 9, NUMBER), Column("Tổng số trả lời", 9, NUMBER), Column("Tỷ lệ hài lòng (%)", 10, PERCENT),
    Column("Điểm TB quy 100", 10, "0.0"), Column("Kỳ trước (%)", 10, PERCENT),
]  # fmt: skip

CHANNELS: Final = {
    Channel.TOUCH: "Ki-ốt", Channel.BUTTON: "Nút bấm", Channel.QR: "QR", Channel.LINK: "Đường dẫn",
    Channel.POST: "Bưu chính", Channel.PAPER: "Giấy", Channel.PHONE: "Điện thoại", Channel.IMPORT: "Biểu mẫu",
}  # fmt: skip
STATUSES: Final = {Status.COMPLETE: "Đủ", Status.PARTIAL: "Dở dang", Status.QUICK: "Nhanh"}


class Asked(msgspec.Struct, frozen=True):
    """What a workbook is of. units: names as of the period. office: only this one; "" for all.

    within: only offices of these ids; None for the whole province. within_before: the same for the period before.
    """

    period: Period
    units: Mapping[str, Unit]
    office: str
    questionnaire: Questionnaire
    superior: str
    agency: str
    place: str
    day: date
    within: frozenset[str] | None = None
    within_before: frozenset[str] | None = None


def workbook(connection: Connection, asked: Asked) -> bytes:
    """Return the month's workbook as .xlsx bytes; every number in it was counted."""
    book = Workbook(write_only=True)
    scope = _scope(asked, asked.period, asked.within)
    everything = answers(connection, scope)
    answered = [one for one in everything if one.questionnaire == asked.questionnaire.id]
    earlier = answers(connection, _scope(asked, asked.period.neighbour(-1), asked.within_before))
    before = [one for one in earlier if one.questionnaire == asked.questionnaire.id]
    several = newest_of(connection, [one.questionnaire for one in everything])
    others = [one for one in several if one.id != asked.questionnaire.id]
    _summary(book, asked, tallies(connection, scope), answered, before)
    _by_question(book, asked, answered, before)
    add_blocks(book, blocks(everything, asked.questionnaire, others), lambda title: _heading(asked, title))
    _data(book, asked, each_ballot(connection, scope), others)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _scope(asked: Asked, period: Period, within: frozenset[str] | None) -> Scope:
    return Scope(period.first, period.last, asked.office, within=within)


def _heading(asked: Asked, title: str) -> Heading:
    days = f"Kỳ báo cáo: {asked.period.name} (từ {asked.period.first:%d/%m/%Y} đến {asked.period.last:%d/%m/%Y})"
    return Heading(asked.superior, asked.agency, title, days, asked.place, asked.day)


# ---- Tổng hợp -------------------------------------------------------------------------------------------


def _summary(
    book: Workbook, asked: Asked, tallied: list[Tally], answered: list[Answered], before: list[Answered]
) -> None:
    title = "TỔNG HỢP KẾT QUẢ KHẢO SÁT MỨC ĐỘ HÀI LÒNG CỦA NGƯỜI DÂN, TỔ CHỨC"
    table = open_sheet(book, "Tổng hợp", SUMMARY, _heading(asked, title))
    overall = asked.questionnaire.quick_question
    full = [one for one in answered if one.status != Status.QUICK]
    now, quick = _levels_of(full, overall), _levels_of([one for one in answered if one not in full], overall)
    then = _levels_of([one for one in before if one.status != Status.QUICK], overall)
    counted: dict[str, list[Tally]] = defaultdict(list)
    for tally in tallied:
        counted[tally.office].append(tally)
    shown = sorted(counted, key=lambda office: vietnamese_order(_name(asked, office)))
    for place, office in enumerate(shown, 1):
        unit = asked.units.get(office)
        lead = [place, _name(asked, office), unit.code if unit else office]
        table.add([*lead, *_row(counted[office], now[office], then[office], quick[office])])
    everything = [tally for office in shown for tally in counted[office]]
    total = _row(everything, _sum(now.values()), _sum(then.values()), _sum(quick.values()))
    table.add(["", "Tổng cộng", "", *total], is_total=True)
    table.notes(
        [
            "Số phiếu hợp lệ: phiếu của ki-ốt và phiếu quét mã QR mới trên màn hình; phiếu khác nêu ở cột Ghi chú.",
            "Các mức và Tỷ lệ hài lòng: theo câu 9 (đánh giá chung) của phiếu đủ và phiếu dở dang; "
            "phiếu nhanh (chỉ bấm nút, chỉ câu 9) ở cột riêng. "
            "Tỷ lệ hài lòng = 100 × (số trả lời Hài lòng + Rất hài lòng) / tổng số trả lời câu 9.",
            "RHL: Rất hài lòng; HL: Hài lòng; BT: Bình thường; KHL: Không hài lòng; RKHL: Rất không hài lòng.",
            TARGET_NOTE,
            "Phản ánh và xử lý (dấu –): chưa có số liệu.",
        ],
    )


def _row(tallied: list[Tally], levels: Levels, then: Levels, quick: Levels) -> list[Any]:
    valid = [tally for tally in tallied if tally.is_dated and tally.lane in LANES]
    by_channel = {channel: sum(t.n for t in valid if t.channel == channel) for channel in Channel}
    paper = sum(by_channel[channel] for channel in (Channel.PAPER, Channel.IMPORT, Channel.PHONE, Channel.POST))
    share, earlier = top2(levels), top2(then)
    shares: list[Any] = []
    for n in (levels.n5, levels.n4, levels.n3, levels.n2, levels.n1):
        shares += [n, _or_none(100 * n / levels.base if levels.base else None)]
    return [
        UNKNOWN,
        sum(tally.n for tally in valid),
        by_channel[Channel.TOUCH],
        by_channel[Channel.QR] + by_channel[Channel.LINK],
        by_channel[Channel.BUTTON],
        paper,
        UNKNOWN,
        UNKNOWN,
        *shares,
        levels.base,
        _or_none(share),
        _or_none(earlier),
        _or_none(None if share is None or earlier is None else share - earlier),
        quick.base,
        _or_none(top2(quick)),
        sum(tally.comments for tally in tallied),
        *[NONE] * 4,
        _remark(tallied, levels.base),
    ]


def _remark(tallied: list[Tally], base: int) -> str:
    others: dict[str, int] = defaultdict(int)
    for tally in tallied:
        if not tally.is_dated:
            others["không rõ thời điểm"] += tally.n
        elif tally.lane not in LANES:
            others[LANE_NAMES.get(tally.lane, tally.lane)] += tally.n
    parts = [f"{n} phiếu {name}" for name, n in sorted(others.items())]
    partial = sum(t.n for t in tallied if t.status == Status.PARTIAL and t.is_dated and t.lane in LANES)
    if partial:
        parts.append(f"{partial} phiếu dở dang")
    if 0 < base < 30:
        parts.append(f"ít phiếu ({base} < 30)")
    return "; ".join(parts)


LANE_NAMES: Final = {
    "shared": "dùng chung mã QR", "untimed": "mã QR không rõ giờ", "open": "qua mã dán cố định",
    "mail": "qua thư mời", "quarantine": "cần xem lại",
    "superseded": "đã tính ở phần đầy đủ hơn (chuyển sang điện thoại)",
}  # fmt: skip

# ---- Theo câu hỏi ---------------------------------------------------------------------------------------


def _by_question(book: Workbook, asked: Asked, answered: list[Answered], before: list[Answered]) -> None:
    title = "KẾT QUẢ KHẢO SÁT THEO TỪNG CÂU HỎI"
    table = open_sheet(book, "Theo câu hỏi", BY_QUESTION, _heading(asked, title))
    factors = {factor.id: factor.vi for factor in asked.questionnaire.sipas_factors}
    pooled_now, pooled_then = [], []
    for question in asked.questionnaire.questions:
        full = [a for a in answered if a.status != Status.QUICK]
        now = _pooled_question(full, question.id)
        then = _pooled_question([a for a in before if a.status != Status.QUICK], question.id)
        factor = factors.get(question.sipas_factor, "")
        table.add([question.code, question.criterion_vi, factor, *_question_row(now, then)])
        if question.id != asked.questionnaire.quick_question:
            pooled_now.append(now)
            pooled_then.append(then)
    quick = asked.questionnaire.quick_question
    now = _pooled_question([a for a in answered if a.status == Status.QUICK], quick)
    then = _pooled_question([a for a in before if a.status == Status.QUICK], quick)
    table.add(["Q9", "Đánh giá chung (chỉ bấm nút)", "Hài lòng chung", *_question_row(now, then)])
    whole = ["", "Chỉ số chung (gộp câu 1–8)", "", *_question_row(_sum(pooled_now), _sum(pooled_then))]
    table.add(whole, is_total=True)
    table.notes(
        [
            "Tỷ lệ hài lòng (top2) = 100 × (n5 + n4) / (n5 + n4 + n3 + n2 + n1); "
            "Điểm TB quy 100 (mean100) = 100 × điểm trung bình / 5.",
            "“Không áp dụng” không tính vào mẫu số. Phiếu chỉ bấm nút không tính vào câu 1–8.",
        ],
    )


def _question_row(now: Levels, then: Levels) -> list[Any]:
    counts = [now.n5, now.n4, now.n3, now.n2, now.n1, now.na, now.base]
    return [*counts, _or_none(top2(now)), _or_none(mean100(now)), _or_none(top2(then))]


# ---- Dữ liệu phiếu --------------------------------------------------------------------------------------


def _data(book: Workbook, asked: Asked, ballots: Iterable[dict[str, Any]], others: Sequence[Questionnaire]) -> None:
    shown = [asked.questionnaire, *others]
    questions = [question for one in shown for question in one.questions]
    columns = [
        Column("TT", 7, NUMBER), Column("Ngày", 12), Column("Đơn vị", 30), Column("Quầy", 20), Column("Kênh", 10),
        Column("Nguồn", 12), Column("Trạng thái", 11), Column("Ngôn ngữ", 9),
        *(Column(question.code, 6, NUMBER) for question in questions),
        Column("Lý do chưa hài lòng", 36), Column("Thông tin thêm", 24), Column("Có ý kiến", 9), Column("Lưu ý", 20),
    ]  # fmt: skip
    table = open_sheet(book, "Dữ liệu phiếu", columns, _heading(asked, "DỮ LIỆU PHIẾU (MỖI DÒNG MỘT PHIẾU, ẨN DANH)"))
    reasons = {
        reason.id: reason.vi for question in questions if question.follow_up for reason in question.follow_up.reasons
    }
    items = [item for one in shown[::-1] for item in one.items]
    options = {f"{item.id}={option.id}": option.vi for item in items for option in item.options}
    for place, ballot in enumerate(ballots, 1):
        given = json.loads(ballot["reasons"] or "{}")
        context = json.loads(ballot["context"] or "{}")
        table.add(
            [
                place,
                ballot["day"],
                _name(asked, ballot["office_id"]),
                _name(asked, ballot["counter_id"]),
                CHANNELS.get(ballot["channel"], ballot["channel"]),
                LANE_NAMES.get(ballot["lane"], "ki-ốt" if ballot["lane"] == "kiosk" else "mã QR mới"),
                STATUSES.get(ballot["status"], ballot["status"]),
                ballot["lang"],
                *(letter for one in shown for letter in _letters(ballot, one)),
                "; ".join(reasons.get(chosen, chosen) for several in given.values() for chosen in several),
                "; ".join(options.get(f"{item}={choice}", choice) for item, choice in context.items()),
                "có" if ballot["is_sealed"] or ballot["is_erased"] else "",
                _flags(ballot),
            ],
        )
    table.notes(
        [
            "Thứ tự trong ngày đã xáo trộn; không có giờ, mã phiếu, số điện thoại hay nội dung ý kiến. "
            "Phiếu chuyển từ ki-ốt sang điện thoại là một dòng."
        ]
    )


FLAGS: Final = {
    "fast": "trả lời rất nhanh", "straight_line": "mọi câu cùng một mức", "out_of_hours": "ngoài giờ",
    "double_press": "bấm hai lần", "timed_out": "bỏ dở", "power_cut": "mất điện",
    "handed_over": "chuyển sang điện thoại", "salvaged": "phục hồi",
}  # fmt: skip


def _flags(ballot: dict[str, Any]) -> str:
    raw = ballot["flags"] or ""
    names = json.loads(raw) if raw.startswith("[") else raw.split()
    return "; ".join(FLAGS.get(name, name) for name in names)


def _letters(ballot: dict[str, Any], questionnaire: Questionnaire) -> list[Any]:
    """Return a ballot's levels as numbers in the questionnaire's order; those of another questionnaire are left out."""
    if ballot["questionnaire"].split("@")[0] != questionnaire.id:
        return [NONE] * len(questionnaire.questions)
    levels = ballot["levels"].ljust(len(questionnaire.questions), "-")
    return [int(x) if x.isdigit() else ("KAD" if x == "n" else "") for x in levels[: len(questionnaire.questions)]]


# ---- sums -----------------------------------------------------------------------------------------------


def _sum(several: Iterable[Levels]) -> Levels:
    total = Levels()
    for one in several:
        total = total + one
    return total


def _levels_of(answered: list[Answered], question: str) -> defaultdict[str, Levels]:
    by_office: defaultdict[str, Levels] = defaultdict(Levels)
    for one in answered:
        if one.question == question and one.lane in LANES:
            by_office[one.office] = by_office[one.office] + one.levels
    return by_office


def _pooled_question(answered: list[Answered], question: str) -> Levels:
    return _sum(one.levels for one in answered if one.question == question and one.lane in LANES)


def _or_none(value: float | None) -> Any:
    return NONE if value is None else value


def _name(asked: Asked, unit_id: str) -> str:
    unit = asked.units.get(unit_id)
    return unit.name_vi if unit else unit_id
