"""Calling back: who waits for a call, what becomes of a try; the deciding is pure."""

from typing import Final

from server.cases import queries
from server.cases.events import New, append
from server.cases.handle import GONE, Actor
from server.cases.open import Frame
from server.cases.rules import NOTE_AT_MOST
from server.cases.words import close
from server.database import Work
from server.keys import Keys

TRIES_AT_MOST: Final = 3
OUTCOMES: Final = {
    "reached": "Đã gọi được", "no_answer": "Không nghe máy", "wrong_number": "Sai số", "refused": "Không muốn trao đổi",
}  # fmt: skip
REASONS: Final = {
    "call_back": "Gọi lại theo yêu cầu của người dân", "invite": "Mời người dân đến làm việc",
    "answer": "Báo kết quả xử lý",
}  # fmt: skip


def after_call(tries: int, outcome: str) -> tuple[str, int]:
    """Return the call's state and the number of tries after one more; the third without an answer is the last.

    >>> after_call(0, "no_answer"), after_call(2, "no_answer"), after_call(1, "reached")
    (('waiting', 1), ('unreachable', 3), ('reached', 2))
    """
    done = tries + 1
    if outcome == "no_answer":
        return ("unreachable" if done >= TRIES_AT_MOST else "waiting"), done
    return outcome, done


def note_call(work: Work, case: int, outcome: str, note: str, actor: Actor, frame: Frame, keys: Keys) -> str | None:
    """Write down a call; returns in Vietnamese why not, or None."""
    there = queries.hold(work, case)
    if there is None or there.call_state != "waiting":
        return GONE
    if outcome not in OUTCOMES:
        return "Chưa chọn kết quả cuộc gọi. Xin chọn một trong bốn kết quả."
    if len(note) > NOTE_AT_MOST:
        return f"Ghi chú dài quá {NOTE_AT_MOST} ký tự. Xin viết gọn lại."
    state, tries = after_call(there.tries, outcome)
    append(work, frame.now_ms, New(case, actor.name, "call", after=outcome, words=close(note.strip(), keys)))
    if state == "unreachable":
        append(work, frame.now_ms, New(case, actor.name, "call", after=state))
    queries.change(work, case, call_state=state, tries=tries)
    return None


def note_read(work: Work, case: int, reason: str, actor: Actor, frame: Frame) -> None:
    """Write down that someone saw a number in full, and why."""
    work.run(
        "INSERT INTO contact_reads (case_id, at, actor, reason) VALUES (?, ?, ?, ?)",
        (case, frame.now_ms, actor.name, reason),
    )
    append(work, frame.now_ms, New(case, actor.name, "read", after=reason))
