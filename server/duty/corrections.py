"""Requests to correct a half-day of the roster that names the wrong officer: asked by one, decided by another."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select

from server.audit.queries import record
from server.database import Work
from server.duty import queries
from server.duty.rules import PARTS, Officer, Slot
from server.tables import duty_requests

ANSWER_DAYS: Final = 5
"""Working days in which a request is decided."""

WHY_AT_MOST: Final = 500
STATES: Final = {"new": "Mới", "accepted": "Chấp nhận", "refused": "Không chấp nhận"}
OWN: Final = (
    "Người đề nghị không tự quyết định đề nghị của mình. Xin nhờ người khác có quyền trong đơn vị hoặc cấp trên."
)
GONE: Final = "Đề nghị này đã có người quyết định. Xin xem lại danh sách."
MOVED: Final = "Lịch trực buổi này đã đổi sau khi có đề nghị. Xin không chấp nhận rồi lập đề nghị mới nếu vẫn sai."
_R: Final = duty_requests.c


class Request(msgspec.Struct, frozen=True):
    """One request. before, wanted: officers by id, "" for nobody. due_on: the last day to decide."""

    id: int
    office: str
    counter: str
    day: date
    part: str
    before: str
    wanted: str
    why: str
    state: str
    reason: str
    asked_by: str
    asked_at: int
    due_on: date
    decided_by: str
    decided_at: int | None

    @property
    def slot(self) -> Slot:
        """Return the half-day it is about."""
        return self.counter, self.day, self.part

    def is_late(self, today: date) -> bool:
        """Return whether its day has passed undecided."""
        return self.state == "new" and today > self.due_on


def fault_of(
    slot: Slot, wanted: str, why: str, today: date, duties: Mapping[Slot, str], officers: Mapping[str, Officer],
    several: list[Request], desks: frozenset[str],
) -> str | None:  # fmt: skip
    """Return in Vietnamese why a request cannot be made, or None; pure."""
    desk, day, part = slot
    if desk not in desks or part not in PARTS:
        return "Quầy hoặc buổi không có trong danh sách. Xin chọn lại."
    if day > today:
        return f"Ngày {day:%d/%m/%Y} chưa đến: sửa thẳng ở lịch trực. Đề nghị chỉ dành cho buổi đã qua."
    if wanted and (wanted not in officers or not officers[wanted].serves_on(day)):
        return "Cán bộ được chọn không trực tại đơn vị vào ngày này. Xin chọn người khác."
    if wanted == duties.get(slot, ""):
        return "Lịch trực buổi này đã đúng như đề nghị. Xin xem lại quầy, ngày, buổi."
    if not why or len(why) > WHY_AT_MOST:
        return f"Lý do cần 1 đến {WHY_AT_MOST} chữ, ví dụ “đổi ca với đồng chí Bình, có sổ trực”. Xin ghi lại."
    if any(one.slot == slot and one.state == "new" for one in several):
        return "Buổi này đã có một đề nghị đang chờ. Xin chờ quyết định."
    return None


def listed(connection: Connection, office: str) -> list[Request]:
    """Return an office's requests, the newest first."""
    columns: tuple[Any, ...] = (
        _R.id, _R.office_id, _R.counter_id, _R.day, _R.part, _R.before, _R.wanted, _R.why, _R.state, _R.reason,
        _R.asked_by, _R.asked_at, _R.due_on, _R.decided_by, _R.decided_at,
    )  # fmt: skip
    query = select(*columns).where(_R.office_id == office)
    return [Request(*row) for row in connection.execute(query.order_by(_R.id.desc()))]


def ask(work: Work, one: Request) -> None:
    """Store a request; its id is given by the database."""
    work.run(
        'INSERT INTO duty_requests (office_id, counter_id, day, part, "before", wanted, why, state, reason, asked_by, '
        "asked_at, due_on, decided_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (one.office, one.counter, one.day, one.part, one.before, one.wanted, one.why, one.state, one.reason,
         one.asked_by, one.asked_at, one.due_on, one.decided_by),
    )  # fmt: skip
    record(work, one.asked_at, one.asked_by, "duty.ask", f"{one.counter} {one.day} {one.part}")


def decide(work: Work, office: str, wanted: int, is_accepted: bool, reason: str, actor: str, at: int) -> str | None:
    """Decide a request, and correct the roster where it is accepted; returns in Vietnamese why not, or None."""
    work.all(work.locked("SELECT id FROM centre"))
    found = next((one for one in listed(work.connection, office) if one.id == wanted), None)
    if found is None or found.state != "new":
        return GONE
    if found.asked_by == actor:
        return OWN
    if not is_accepted and not reason:
        return "Không chấp nhận thì phải ghi lý do. Xin ghi lý do."
    if len(reason) > WHY_AT_MOST:
        return f"Lý do dài quá {WHY_AT_MOST} chữ. Xin ghi gọn."
    if is_accepted:
        now = queries.duties_of(work.connection, [found.counter], found.day, found.day).get(found.slot, "")
        if now != found.before:
            return MOVED
        queries.set_duties(work, {found.slot: found.wanted})
    state = "accepted" if is_accepted else "refused"
    work.run(
        "UPDATE duty_requests SET state = ?, reason = ?, decided_by = ?, decided_at = ? WHERE id = ?",
        (state, reason, actor, at, wanted),
    )
    action = "duty.correct" if is_accepted else "duty.refuse"
    record(work, at, actor, action, f"{found.counter} {found.day} {found.part}")
    return None
