"""Findings worth a plan, from the counts of a period: the weakest question and the reason given most; pure."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from server.results.change import BASE_AT_LEAST
from server.results.rules import Levels, number, percent, top2
from survey.questionnaire import Questionnaire

TIMES_AT_LEAST: Final = 5


class Proposal(msgspec.Struct, frozen=True):
    """A finding ready to be planned for. finding: in words, with base."""

    title: str
    question: str
    reason: str
    finding: str


def proposals(
    asked: Questionnaire, counted: Mapping[str, Levels], reasons: Mapping[tuple[str, str], int], least: int = 5
) -> list[Proposal]:
    """Return what stands out: the question with the lowest share, the reason given most; none with too few answers.

    counted: answers by question. reasons: how often by (question, reason). least: smaller numbers are not told.
    """
    weakest = [
        (top2(levels) or 0.0, -levels.base, one.id)
        for one in asked.questions
        if one.id != asked.quick_question and (levels := counted.get(one.id, Levels())).base >= BASE_AT_LEAST
    ]
    found = [_weak(asked, min(weakest)[2], counted)] if weakest else []
    often = sorted(((-n, key) for key, n in reasons.items() if n >= max(least, TIMES_AT_LEAST)))
    return found + [one for _, key in often[:1] if (one := _often(asked, key, reasons)) is not None]


def _weak(asked: Questionnaire, question: str, counted: Mapping[str, Levels]) -> Proposal:
    levels, words = counted[question], name_of(asked, question)
    told = f"{words}: {percent(top2(levels))} hài lòng trên {number(levels.base)} câu trả lời, thấp nhất trong kỳ"
    return Proposal("Câu được chấm thấp nhất", question, "", told)


def _often(asked: Questionnaire, key: tuple[str, str], reasons: Mapping[tuple[str, str], int]) -> Proposal | None:
    words = reason_words(asked, *key)
    if not words:
        return None
    told = f"{name_of(asked, key[0])}: {number(reasons[key])} lượt chọn lý do “{words}”, nhiều nhất trong kỳ"
    return Proposal("Lý do được chọn nhiều nhất", key[0], key[1], told)


def name_of(asked: Questionnaire, question: str) -> str:
    """Return what a question is about, with its code; "Đánh giá chung" for the overall one."""
    if question in ("", asked.quick_question):
        return "Đánh giá chung"
    return next((f"{one.code} {one.criterion_vi}" for one in asked.questions if one.id == question), question)


def reason_words(asked: Questionnaire, question: str, reason: str) -> str:
    """Return a reason in words, "" where the questionnaire has none."""
    several: Sequence[tuple[str, str]] = [
        (each.id, each.vi)
        for one in asked.questions
        if one.id == question and one.follow_up
        for each in one.follow_up.reasons
    ]
    return dict(several).get(reason, "")
