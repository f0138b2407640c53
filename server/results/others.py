"""Counts of questionnaires in other levels than five: a block each, in their own scale, never recoded; pure."""

from collections.abc import Sequence

import msgspec

from server.results.queries import Answered
from server.results.rules import Levels
from server.results.summary import HEADLINE
from server.results.tallied import Paper
from survey.ballot import Status
from survey.questionnaire import Question, Questionnaire


class Row(msgspec.Struct, frozen=True):
    """One question's counts. counts: of its scale's levels, the best first. share: of satisfied answers, in percent.

    base: what the share is of; share is None with no base. is_quick: of single presses alone.
    """

    code: str
    name: str
    counts: list[int]
    na: int
    base: int
    share: float | None
    is_quick: bool = False


class Block(msgspec.Struct, frozen=True):
    """One questionnaire: its title, its levels' words, the best first, those that count as satisfied, and its rows."""

    title: str
    levels: list[str]
    satisfied: str
    rows: list[Row]


def blocks(answered: Sequence[Answered], main: Questionnaire, others: Sequence[Questionnaire]) -> list[Block]:
    """Return a block for each questionnaire but the main one that has answers in the headline's lanes."""
    counted = [one for one in answered if one.lane in HEADLINE and one.questionnaire != main.id]
    found = {one.questionnaire for one in counted}
    return [_block(counted, one) for one in others if one.id in found and one.id != main.id]


def paper_block(paper: Paper, main: Questionnaire) -> Block:
    """Return what offices counted themselves, question by question; only questions that have a count."""
    made = _block([], main)
    asked = [question for question in main.questions if question.id in paper.levels]
    told = {one.id: [Answered("", main.id, one.id, "", "", paper.levels[one.id])] for one in asked}
    return msgspec.structs.replace(made, title="Phiếu giấy kiểm tổng", rows=[_row(one, told[one.id]) for one in asked])


def _block(answered: Sequence[Answered], one: Questionnaire) -> Block:
    mine = [each for each in answered if each.questionnaire == one.id]
    full = [each for each in mine if each.status != Status.QUICK]
    quick = [each for each in mine if each.status == Status.QUICK]
    overall = one.question(one.quick_question) or one.questions[0]
    scale = overall.answer_scale()
    words = {level: one.level_text(scale.id, level, "vi") for level in reversed(scale.levels)}
    rows = [_row(question, full) for question in one.questions if question.scale == scale.id]
    if quick:
        rows.append(_row(overall, quick, is_quick=True))
    satisfied = " + ".join(word for level, word in words.items() if scale.is_satisfied(level))
    return Block(one.title["vi"], list(words.values()), satisfied, rows)


def _row(question: Question, answered: Sequence[Answered], *, is_quick: bool = False) -> Row:
    scale = question.answer_scale()
    total = sum((one.levels for one in answered if one.question == question.id), Levels())
    by_level = dict(zip((5, 4, 3, 2, 1), total.descending, strict=True))
    counts = [by_level[level] for level in reversed(scale.levels)]
    base = sum(counts)
    satisfied = sum(by_level[level] for level in scale.levels if scale.is_satisfied(level))
    share = 100 * satisfied / base if base else None
    name = f"{question.criterion_vi} (chỉ bấm nút)" if is_quick else question.criterion_vi
    return Row(question.code, name, counts, total.na, base, share, is_quick)
