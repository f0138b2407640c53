"""Someone acts on a case: the step is judged, stored and written into its history in one transaction."""

from typing import Final

import msgspec

from server.cases import events, queries
from server.cases.deadlines import due_of
from server.cases.events import New, append
from server.cases.open import Frame
from server.cases.queries import Case
from server.cases.rules import MISSING, NOTE_AT_MOST, OVER, SUPERIOR_ONLY, Given, State, fault_of, move_to
from server.cases.words import close
from server.database import Work
from server.keys import Keys

GONE: Final = "Vụ việc đã được người khác chuyển bước. Xin xem lại trang này rồi làm tiếp."


class Actor(msgspec.Struct, frozen=True):
    """Who acts. is_above: stands above every unit a case can be about. reached: units in reach; None for all."""

    name: str
    is_above: bool
    reached: frozenset[str] | None


def move(work: Work, case: int, target: str, given: Given, actor: Actor, frame: Frame, keys: Keys) -> str | None:
    """Take a step; returns in Vietnamese why it cannot be taken, or None once it is."""
    there = queries.hold(work, case)
    step = None if there is None else move_to(there.state, target)
    if there is None or step is None:
        return GONE
    fault = fault_of(step, given, is_priority=there.is_priority, is_above=actor.is_above)
    if fault is not None:
        return fault
    if step.target is State.DUPLICATE:
        fault = _merge(work, there, given.other or 0, actor, frame)
        if fault is not None:
            return fault
    words = close(given.note.strip(), keys)
    line = New(case, actor.name, "move", there.state, step.target, given.document.strip(), words)
    append(work, frame.now_ms, line)
    if given.answer.strip() and "answer" in step.needs:
        append(work, frame.now_ms, New(case, actor.name, "answer", words=close(given.answer.strip(), keys)))
    if "unit" in step.needs:
        _to_unit(work, there, given.unit, actor, frame)
    finding = given.finding if "finding" in step.needs else there.finding
    enter(work, there, step.target, frame, finding=finding)
    return None


def enter(work: Work, there: Case, state: State, frame: Frame, **more: object) -> None:
    """Put a case into a state, with the time-limit that runs there from now on."""
    due = due_of(frame.rules.terms, frame.calendar, state, frame.now_ms, _limit_from(there, state, frame))
    closed = frame.now_ms if state in OVER else None
    queries.change(work, there.id, state=str(state), closed_at=closed, **queries.limits(due), **more)


def _limit_from(there: Case, state: State, frame: Frame) -> int:
    """Return from when the answer's days count: a case opened again gets them anew."""
    is_again = there.state in (State.CLOSED, State.ANSWERED) and state is State.TRIAGED
    return frame.now_ms if is_again else there.opened_at


def _to_unit(work: Work, there: Case, unit: str, actor: Actor, frame: Frame) -> None:
    append(work, frame.now_ms, New(there.id, actor.name, "unit", there.unit, unit))
    queries.change(work, there.id, unit_id=unit, owner=None)


def _merge(work: Work, there: Case, other: int, actor: Actor, frame: Frame) -> str | None:
    target = queries.find(work.connection, other)
    if target is None or not target.is_in(actor.reached) or other == there.id:
        return f"Không có vụ việc số {other} trong phạm vi của Ông/Bà. Xin xem lại số vụ việc gốc."
    if target.state is State.DUPLICATE:
        return f"{target.number} cũng là vụ việc trùng. Xin ghi số của vụ việc gốc."
    append(work, frame.now_ms, New(other, actor.name, "merged", after=there.number))
    is_waiting = there.call_state == "waiting" and target.call_state == "none"
    queries.change(
        work, other, is_priority=target.is_priority or there.is_priority,
        call_state="waiting" if is_waiting else target.call_state,
    )  # fmt: skip
    queries.change(work, there.id, merged_into=other)
    return None


def undo(work: Work, case: int, actor: Actor, frame: Frame) -> str | None:
    """Take the last step back with a new line; returns why not, or None. Nothing of the history goes."""
    there = queries.hold(work, case)
    if there is None:
        return GONE
    lines = events.history(work.connection, case)
    step = events.last_undoable(lines)
    if step is None or step.after != there.state:
        return "Không có bước nào để hoàn tác."
    taken = move_to(State(step.before), step.after)
    if taken is not None and taken.is_superior and there.is_priority and not actor.is_above:
        return SUPERIOR_ONLY
    append(work, frame.now_ms, New(case, actor.name, "undo", there.state, step.before))
    if there.state is State.TRANSFERRED:
        moved = next((line for line in reversed(lines) if line.kind == "unit"), None)
        if moved is not None:
            _to_unit(work, there, moved.before, actor, frame)
    finding = "" if there.state is State.CONCLUDED else there.finding
    enter(work, there, State(step.before), frame, finding=finding, merged_into=None)
    return None


def assign(work: Work, case: int, owner: str, actor: Actor, frame: Frame) -> str | None:
    """Give a case to someone; "" to nobody."""
    there = queries.hold(work, case)
    if there is None:
        return GONE
    if (there.owner or "") != owner:
        append(work, frame.now_ms, New(case, actor.name, "owner", there.owner or "", owner))
        queries.change(work, case, owner=owner or None)
    return None


def prioritise(
    work: Work, case: int, is_priority: bool, note: str, actor: Actor, frame: Frame, keys: Keys
) -> str | None:
    """Set or take the priority; taking it needs someone above, and a reason."""
    there = queries.hold(work, case)
    if there is None or there.is_priority == is_priority:
        return None if there else GONE
    if not is_priority and not actor.is_above:
        return "Chỉ cấp trên được bỏ mức ưu tiên của vụ việc."
    if not note.strip():
        return MISSING["note"]
    before, after = ("yes", "no") if there.is_priority else ("no", "yes")
    append(work, frame.now_ms, New(case, actor.name, "priority", before, after, words=close(note.strip(), keys)))
    queries.change(work, case, is_priority=is_priority)
    return None


def write_note(work: Work, case: int, note: str, actor: Actor, frame: Frame, keys: Keys) -> str | None:
    """Add a note to the history; returns why not, or None."""
    if not note.strip():
        return MISSING["note"]
    if len(note) > NOTE_AT_MOST:
        return f"Ghi chú dài quá {NOTE_AT_MOST} ký tự. Xin viết gọn lại hoặc đính kèm tệp."
    append(work, frame.now_ms, New(case, actor.name, "note", words=close(note.strip(), keys)))
    return None


def close_thanks(work: Work, cases: list[int], actor: Actor, frame: Frame) -> int:
    """Close new cases that are thanks alone; returns how many. Those that went on meanwhile stay."""
    closed = 0
    for case in cases:
        there = queries.hold(work, case)
        if there is None or not there.is_in(actor.reached) or there.state is not State.NEW or there.is_priority:
            continue
        append(work, frame.now_ms, New(case, actor.name, "move", there.state, State.CLOSED))
        enter(work, there, State.CLOSED, frame)
        closed += 1
    return closed
