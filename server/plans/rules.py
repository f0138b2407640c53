"""What a plan line may be and become: its fields, its states, who approves it; pure, no clock, no SQL."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from server.accounts.rules import May

FINDING_AT_MOST: Final = 300
ACTION_AT_MOST: Final = 1000
PUBLIC_AT_MOST: Final = 120
NOTE_AT_MOST: Final = 500
WINDOWS: Final = {28: "4 tuần", 56: "8 tuần", 84: "12 tuần"}
"""How long the windows before and after may be, days: whole weeks, so that each weekday is in both as often."""

_IDENT: Final = re.compile(r"[\w.-]{0,80}")
_LONG_NUMBER: Final = re.compile(r"(?<!\d)\+?\d(?:[\s.\-()]{0,2}\d){8,18}(?!\d)")


class State(StrEnum):
    """Where a line stands; the value is what is stored."""

    DRAFT = "draft"
    APPROVED = "approved"
    DOING = "doing"
    DONE = "done"
    REVIEWED = "reviewed"
    DROPPED = "dropped"


WORDS: Final = {
    State.DRAFT: "Dự thảo", State.APPROVED: "Đã duyệt", State.DOING: "Đang làm", State.DONE: "Đã làm",
    State.REVIEWED: "Đã đánh giá lại", State.DROPPED: "Bỏ",
}  # fmt: skip
RUNNING: Final = frozenset({State.DRAFT, State.APPROVED, State.DOING})
FINISHED: Final = frozenset({State.DONE, State.REVIEWED})


class Move(msgspec.Struct, frozen=True):
    """One way from a state to another. needs: `note` for a reason, `day` for the day it happened."""

    target: State
    words: str
    needs: frozenset[str] = frozenset()
    is_leaders: bool = False


_NOTE: Final = frozenset({"note"})
_DROP: Final = Move(State.DROPPED, "Bỏ, không làm nữa", _NOTE)
MOVES: Final = {
    State.DRAFT: [Move(State.APPROVED, "Duyệt", is_leaders=True), _DROP],
    State.APPROVED: [
        Move(State.DOING, "Bắt đầu làm", frozenset({"day"})),
        Move(State.DRAFT, "Trả về dự thảo để sửa", _NOTE),
        _DROP,
    ],
    State.DOING: [Move(State.DONE, "Đã làm xong", frozenset({"day"})), _DROP],
    State.DONE: [
        Move(State.REVIEWED, "Đánh giá lại", _NOTE),
        Move(State.DOING, "Chưa xong, làm tiếp", _NOTE),
        Move(State.DROPPED, "Bỏ, coi như không làm", _NOTE),
    ],
    State.REVIEWED: [],
    State.DROPPED: [],
}
"""What can follow each state. What was reviewed or dropped stays; a new line takes it up again."""


class Plan(msgspec.Struct, frozen=True):
    """One line. period: what the finding is of, `thang/2026-10`. question: "" for the overall one.

    owner: `u:` and a unit's id or `a:` and an account's name. window_days: of the windows before and after.
    text_vi, text_en: what everybody reads once it is done; text_by: who approved those words, "" for nobody.
    text_vi is never shown to the public without text_by. revision: grows with every change.
    """

    id: int
    unit: str
    period: str
    first: date
    last: date
    question: str
    reason: str
    finding: str
    action: str
    owner: str
    due_on: date
    window_days: int
    text_vi: str
    text_en: str
    text_by: str
    state: State
    started_on: date | None
    done_on: date | None
    writer: str
    made_at: int
    revision: int

    @property
    def number(self) -> str:
        """Return it as people call it."""
        return f"KH-{self.id:04d}"

    def is_overdue(self, today: date) -> bool:
        """Return whether its day has passed and it is not done."""
        return self.state in RUNNING and self.due_on < today

    @property
    def is_public(self) -> bool:
        """Return whether everybody may read what was done."""
        return self.state in FINISHED and bool(self.text_vi and self.text_by)


class Draft(msgspec.Struct, frozen=True):
    """What the form holds; due_on: as typed."""

    unit: str = ""
    period: str = ""
    question: str = ""
    reason: str = ""
    finding: str = ""
    action: str = ""
    owner: str = ""
    due_on: str = ""
    window_days: str = "28"
    text_vi: str = ""
    text_en: str = ""


def read_draft(data: Mapping[str, str]) -> Draft:
    """Return what a form holds, spaces tidied. Its field `about` is `question|reason`, both as ids."""
    given = {name: " ".join(data.get(name, "").split())[:2000] for name in Draft.__struct_fields__}
    if "about" in data:
        question, _, reason = data["about"].partition("|")
        given |= {"question": question, "reason": reason}
    given |= {name: given[name] if _IDENT.fullmatch(given[name]) else "" for name in ("question", "reason")}
    return Draft(**given)


def read_day(text: str) -> date | None:
    """Return a day as browsers and people write it, 2026-11-30 or 30/11/2026; None if it is neither.

    >>> read_day("30/11/2026") == read_day("2026-11-30") == date(2026, 11, 30)
    True
    """
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            found = date(year, month, day)
        else:
            found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2020 <= found.year <= 2099 else None


def draft_faults(given: Draft, *, units: frozenset[str], owners: frozenset[str], periods: frozenset[str]) -> list[str]:
    """Return in Vietnamese what is wrong with a form, each naming the field and the fix.

    units: where this account may plan. owners: who can be named. periods: what the finding can be of.
    """
    found = []
    if given.unit not in units:
        found.append("Đơn vị: chưa chọn, hoặc ngoài phạm vi của Ông/Bà. Xin chọn trong danh sách.")
    if given.period not in periods:
        found.append(f"Kỳ: “{given.period[:20]}” không có trong danh sách. Xin chọn lại.")
    found += [words for words in text_faults(given) if words]
    if given.owner not in owners:
        found.append("Người chịu trách nhiệm: chưa chọn. Xin chọn một đơn vị hoặc một người trong danh sách.")
    if read_day(given.due_on) is None:
        found.append(f"Hạn: “{given.due_on[:20]}” không phải ngày. Xin ghi như 30/11/2026.")
    if not given.window_days.isdecimal() or int(given.window_days) not in WINDOWS:
        found.append("Khoảng so sánh: xin chọn 4, 8 hoặc 12 tuần.")
    return found


def text_faults(given: Draft) -> list[str]:
    """Return what is wrong with the words of a form."""
    found = []
    for name, words, most, is_needed in (
        ("Phát hiện", given.finding, FINDING_AT_MOST, True), ("Việc làm", given.action, ACTION_AT_MOST, True),
        ("Lời cho người dân", given.text_vi, PUBLIC_AT_MOST, False),
        ("Lời tiếng Anh", given.text_en, PUBLIC_AT_MOST, False),
    ):  # fmt: skip
        if is_needed and not words:
            found.append(f"{name}: còn trống. Xin ghi một câu.")
        if len(words) > most:
            found.append(f"{name}: dài {len(words)} ký tự, tối đa {most}. Xin viết ngắn lại.")
        if _LONG_NUMBER.search(words):
            found.append(f"{name}: có dãy số giống số điện thoại hoặc số giấy tờ. Xin bỏ số đó.")
    if given.text_en and not given.text_vi:
        found.append("Lời cho người dân: có tiếng Anh mà chưa có tiếng Việt. Xin ghi lời tiếng Việt.")
    return found


APPROVE: Final = frozenset({May.DATA_ENTER, May.CASES_HANDLE})
"""Whoever may do both is a leader or the province's administrator; they approve."""


def may_approve(allowed: frozenset[May]) -> bool:
    """Return whether accounts with these permissions approve plans."""
    return allowed >= APPROVE


def approval_fault(allowed: frozenset[May], me: str, writer: str, leaders: frozenset[str]) -> str | None:
    """Return why someone does not approve, or None if they may.

    writer: who wrote the line last. leaders: the accounts that lead the line's unit or one above it; whoever wrote a
    line approves it only where no other leader could.
    """
    if not may_approve(allowed):
        return "Chỉ lãnh đạo đơn vị hoặc quản trị tỉnh duyệt được. Xin báo lãnh đạo mở trang này và bấm Duyệt."
    if me == writer and leaders - {me}:
        others = ", ".join(sorted(leaders - {me}))
        return f"Người viết không tự duyệt. Xin nhờ lãnh đạo khác duyệt: {others}."
    return None


def move_fault(plan: Plan, target: str, note: str, day: date | None, today: date) -> str | None:
    """Return why a step cannot be taken, or None. day: of the step, where it needs one."""
    move = next((one for one in MOVES[plan.state] if one.target == target), None)
    if move is None:
        return f"Kế hoạch đang ở bước “{WORDS[plan.state]}”, không chuyển như vậy được. Xin tải lại trang."
    if "note" in move.needs and not note:
        return f"{move.words}: chưa ghi lý do. Xin ghi một câu."
    if len(note) > NOTE_AT_MOST or _LONG_NUMBER.search(note):
        return f"Lý do: tối đa {NOTE_AT_MOST} ký tự và không có số điện thoại, số giấy tờ. Xin viết lại."
    if "day" not in move.needs:
        return None
    if day is None or day > today:
        return f"{move.words}: ngày chưa đúng. Xin ghi ngày không muộn hơn hôm nay, {today:%d/%m/%Y}."
    if target == State.DONE and plan.started_on is not None and day < plan.started_on:
        return f"Ngày làm xong không thể trước ngày bắt đầu {plan.started_on:%d/%m/%Y}. Xin sửa ngày."
    return None


def after_move(plan: Plan, target: State, day: date | None) -> Plan:
    """Return a line after a step; going on with what was done forgets its day, and its words need approval again."""
    changed = msgspec.structs.replace(plan, state=target, revision=plan.revision + 1)
    if target is State.DOING:
        started = plan.started_on if plan.state is State.DONE else day
        return msgspec.structs.replace(changed, started_on=started, done_on=None)
    if target is State.DONE:
        return msgspec.structs.replace(changed, done_on=day)
    if target is State.DRAFT:
        return msgspec.structs.replace(changed, text_by="")
    return changed
