"""What is done with a plan line, each act whole in one transaction: made, changed, moved on, its words approved."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from server.audit.queries import record
from server.centre import config_changed
from server.database import Work
from server.plans import queries
from server.plans.desk import Desk
from server.plans.rules import (
    MOVES,
    RUNNING,
    Draft,
    Plan,
    State,
    after_move,
    approval_fault,
    draft_faults,
    move_fault,
    read_day,
    text_faults,
)

GONE: Final = "Kế hoạch vừa được người khác thay đổi. Xin xem lại bên dưới rồi làm lại; lời vừa ghi vẫn còn đây."


def make(work: Work, desk: Desk, given: Draft) -> int:
    """Store a new line that has no fault; returns its id."""
    period = desk.periods()[given.period]
    made = queries.add(work, given, (period.first, period.last), desk.actor, desk.now_ms)
    record(work, desk.now_ms, desk.actor, "plan.make", f"{made} {given.unit}")
    return made


def edit(work: Work, desk: Desk, plan: Plan, given: Draft) -> list[str]:
    """Store a draft's fields; returns what is wrong."""
    if plan.state is not State.DRAFT:
        return ["Chỉ sửa được dự thảo. Xin chọn “Trả về dự thảo để sửa” trước."]
    fixed = msgspec.structs.replace(given, unit=plan.unit, period=plan.period)
    faults = draft_faults(
        fixed, units=frozenset({plan.unit}), owners=frozenset(desk.owners) | {plan.owner},
        periods=frozenset({plan.period}),
    )  # fmt: skip
    if faults:
        return faults
    changed = msgspec.structs.replace(
        plan, question=given.question, reason=given.reason, finding=given.finding, action=given.action,
        owner=given.owner, due_on=read_day(given.due_on) or plan.due_on, window_days=int(given.window_days),
        text_vi=given.text_vi, text_en=given.text_en, writer=desk.actor,
    )  # fmt: skip
    queries.put(work, plan, changed, desk.actor, desk.now_ms, "changed")
    record(work, desk.now_ms, desk.actor, "plan.change", str(plan.id))
    return []


def hand_over(work: Work, desk: Desk, plan: Plan, data: Mapping[str, str]) -> list[str]:
    """Store who answers for an approved line and until when, with the reason; returns what is wrong."""
    owner, due_on, note = data.get("owner", ""), read_day(data.get("due_on", "")), data.get("note", "").strip()
    if plan.state not in RUNNING:
        return ["Kế hoạch đã xong hoặc đã bỏ, không đổi người hay hạn nữa."]
    if owner not in desk.owners and owner != plan.owner:
        return ["Người chịu trách nhiệm: xin chọn trong danh sách."]
    if due_on is None:
        return [f"Hạn: “{data.get('due_on', '')[:20]}” không phải ngày. Xin ghi như 30/11/2026."]
    if not note or len(note) > 500:
        return ["Đổi người, đổi hạn: xin ghi lý do, tối đa 500 ký tự."]
    changed = msgspec.structs.replace(plan, owner=owner, due_on=due_on)
    queries.put(work, plan, changed, desk.actor, desk.now_ms, "owner", note)
    record(work, desk.now_ms, desk.actor, "plan.change", str(plan.id))
    return []


def move(work: Work, desk: Desk, plan: Plan, data: Mapping[str, str]) -> list[str]:
    """Take a step; returns what is wrong. Approving a line approves its words for everybody as well."""
    target, note, day = data.get("target", ""), data.get("note", "").strip(), read_day(data.get("day", ""))
    fault = move_fault(plan, target, note, day, desk.today)
    chosen = next((one for one in MOVES[plan.state] if one.target == target), None)
    if fault is None and chosen is not None and chosen.is_leaders:
        fault = _approval(work, desk, plan)
    if fault is not None or chosen is None:
        return [fault or ""]
    after = after_move(plan, chosen.target, day)
    if chosen.target is State.APPROVED and plan.text_vi:
        after = msgspec.structs.replace(after, text_by=desk.actor)
    queries.put(work, plan, after, desk.actor, desk.now_ms, "move", note)
    record(work, desk.now_ms, desk.actor, "plan.move", f"{plan.id} {chosen.target}")
    _tell_kiosks(work, plan, after)
    return []


def write_text(work: Work, desk: Desk, plan: Plan, data: Mapping[str, str]) -> list[str]:
    """Store other words for everybody; they are hidden until a leader approves them. Returns what is wrong."""
    words = [" ".join(data.get(name, "").split()) for name in ("text_vi", "text_en")]
    if plan.state in (State.DRAFT, State.DROPPED):
        return ["Ở bước này xin sửa lời cho người dân trong chính kế hoạch."]
    faults = text_faults(Draft(finding="–", action="–", text_vi=words[0], text_en=words[1]))
    if faults or words == [plan.text_vi, plan.text_en]:
        return faults
    after = msgspec.structs.replace(plan, text_vi=words[0], text_en=words[1], text_by="", writer=desk.actor)
    queries.put(work, plan, after, desk.actor, desk.now_ms, "text")
    record(work, desk.now_ms, desk.actor, "plan.words", str(plan.id))
    _tell_kiosks(work, plan, after)
    return []


def approve_text(work: Work, desk: Desk, plan: Plan, data: Mapping[str, str]) -> list[str]:
    """Approve the words for everybody, or take them off again; returns what is wrong."""
    is_off = data.get("off") == "1"
    fault = None if is_off and desk.may_approve else _approval(work, desk, plan)
    if fault is None and not plan.text_vi:
        fault = "Chưa có lời cho người dân. Xin ghi lời trước."
    if fault is None and plan.state in (State.DRAFT, State.DROPPED):
        fault = "Duyệt kế hoạch trước, rồi mới duyệt lời cho người dân."
    if fault is not None:
        return [fault]
    after = msgspec.structs.replace(plan, text_by="" if is_off else desk.actor)
    queries.put(work, plan, after, desk.actor, desk.now_ms, "text")
    record(work, desk.now_ms, desk.actor, "plan.hide" if is_off else "plan.show", str(plan.id))
    _tell_kiosks(work, plan, after)
    return []


def _approval(work: Work, desk: Desk, plan: Plan) -> str | None:
    leaders = queries.leaders_of(work.connection, desk.units, plan.unit)
    return approval_fault(desk.session.account.allowed, desk.actor, plan.writer, leaders)


def _tell_kiosks(work: Work, before: Plan, after: Plan) -> None:
    if before.is_public or after.is_public:
        config_changed(work)


def default_due(today: date) -> date:
    """Return the day a new line is due unless another is chosen: the end of next month."""
    month = today.month + 2
    first = date(today.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    return date.fromordinal(first.toordinal() - 1)
