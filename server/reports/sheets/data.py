"""Sheets "Dữ liệu phiếu": one anonymous row a ballot; as many sheets as Excel's limit asks for."""

import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, Final

from server.reports.gathered import Gathered
from server.reports.sheet import NONE, NUMBER, Column
from server.reports.table import Row, Sheet
from server.reports.words import CHANNELS, FLAGS, LANES, STATUSES
from survey.questionnaire import Questionnaire

ROWS_AT_MOST: Final = 1_000_000
"""Rows on one sheet; Excel holds 1,048,576 with the head and the notes."""
NOTE: Final = (
    "Thứ tự trong ngày đã xáo trộn; không có giờ, mã phiếu, số điện thoại hay nội dung ý kiến. "
    "Phiếu chuyển từ ki-ốt sang điện thoại là một dòng."
)


def sheets(gathered: Gathered, ballots: Iterator[dict[str, Any]], rows_at_most: int = ROWS_AT_MOST) -> Iterator[Sheet]:
    """Give the sheets, each to be written before the next is asked for; one at least."""
    shown = [gathered.asked.questionnaire, *gathered.others]
    columns, row_of = _columns(shown), _Writer(gathered, shown)
    place, waiting = 0, iter(ballots)
    while True:
        first = next(waiting, None)
        if first is None and place:
            return
        several = [] if first is None else islice(chain([first], waiting), rows_at_most)
        rows = (Row(row_of(number, ballot)) for number, ballot in enumerate(several, place * rows_at_most + 1))
        place += 1
        name = "Dữ liệu phiếu" if place == 1 else f"Dữ liệu phiếu ({place})"
        yield Sheet(name, "DỮ LIỆU PHIẾU (MỖI DÒNG MỘT PHIẾU, ẨN DANH)", columns, rows, [NOTE])
        if first is None:
            return


def _columns(shown: list[Questionnaire]) -> list[Column]:
    return [
        Column("TT", 9, NUMBER), Column("Ngày", 12), Column("Đơn vị", 30), Column("Quầy", 22), Column("Kênh", 11),
        Column("Nguồn", 14), Column("Trạng thái", 11), Column("Ngôn ngữ", 9),
        *(Column(question.code, 6, NUMBER) for one in shown for question in one.questions),
        Column("Lý do chưa hài lòng", 36), Column("Thông tin thêm", 24), Column("Có ý kiến", 9), Column("Lưu ý", 20),
    ]  # fmt: skip


class _Writer:
    """What turns a ballot into a row's cells."""

    def __init__(self, gathered: Gathered, shown: list[Questionnaire]) -> None:
        self.asked, self.shown = gathered.asked, shown
        questions = [question for one in shown for question in one.questions if question.follow_up]
        self.reasons = {
            reason.id: reason.vi
            for question in questions
            if question.follow_up
            for reason in question.follow_up.reasons
        }
        items = [item for one in shown[::-1] for item in one.items]
        self.options = {f"{item.id}={option.id}": option.vi for item in items for option in item.options}

    def __call__(self, place: int, ballot: dict[str, Any]) -> list[Any]:
        given = json.loads(ballot["reasons"]) if ballot["reasons"] else {}
        context = json.loads(ballot["context"]) if ballot["context"] else {}
        return [
            place, ballot["day"], self.asked.name_of(ballot["office_id"]), self.asked.name_of(ballot["counter_id"]),
            CHANNELS.get(ballot["channel"], ballot["channel"]), LANES.get(ballot["lane"], ballot["lane"]),
            STATUSES.get(ballot["status"], ballot["status"]), ballot["lang"],
            *(letter for one in self.shown for letter in _letters(ballot, one)),
            "; ".join(self.reasons.get(chosen, chosen) for several in given.values() for chosen in several),
            "; ".join(self.options.get(f"{item}={choice}", choice) for item, choice in context.items()),
            "có" if ballot["is_sealed"] or ballot["is_erased"] else "",
            "; ".join(FLAGS.get(name, name) for name in (ballot["flags"] or "").split()),
        ]  # fmt: skip


def _letters(ballot: dict[str, Any], questionnaire: Questionnaire) -> list[Any]:
    """Return a ballot's levels as numbers in the questionnaire's order; those of another questionnaire are left out."""
    if ballot["questionnaire"].split("@")[0] != questionnaire.id:
        return [NONE] * len(questionnaire.questions)
    levels = ballot["levels"].ljust(len(questionnaire.questions), "-")
    return [int(x) if x.isdecimal() else ("KAD" if x == "n" else "") for x in levels[: len(questionnaire.questions)]]
