"""Support bundles asked of kiosks: one request at a time for each, kept a while once it came, then gone for good."""

import secrets
from typing import Any, Final

import msgspec
from sqlalchemy import insert

from server.audit.queries import record
from server.database import Work
from server.devices.signed import unknown
from server.problem import RefusalError
from server.tables import support_bundles
from survey.local_time import DAY_MS
from survey.support import Bundle

TERM_DAYS: Final = 14
KEPT_DAYS: Final = 30
KEPT_AT_MOST: Final = 5
REASON_AT_MOST: Final = 200
SYSTEM: Final = "hệ thống"
WAITING, OVER, WITHDRAWN, FAILED, HELD = "waiting", "over", "withdrawn", "failed", "held"

WRONG: Final = {
    "revoked": "Máy đã thu hồi, không gửi gói hỗ trợ được nữa.",
    "reason": f"Xin ghi lý do xin gói hỗ trợ, từ 1 đến {REASON_AT_MOST} ký tự.",
    "asked": "Đã có một yêu cầu đang chờ máy này. Xin chờ máy gửi, hoặc rút yêu cầu ấy trước.",
    "none": "Không có yêu cầu nào đang chờ để rút; máy có thể vừa gửi xong.",
}
"""Why nothing was asked or withdrawn."""

WHY: Final = {
    "not_made": "máy không lập được gói",
    "given_up": "máy đã thử nhiều lần mà không gửi xong",
}
"""Why a kiosk has none, by `survey.support.Why`."""


class Asked(msgspec.Struct, frozen=True):
    """One request. state: one of the five above. came_at: None until the kiosk answered; size: bytes of the zip."""

    id: str
    asked_at: int
    asked_by: str
    reason: str
    expires_at: int
    state: str
    came_at: int | None
    size: int
    left_out: list[str]
    why: str
    fault: str


def state_of(now_ms: int, expires_at: int, withdrawn_at: int | None, came_at: int | None, why: str) -> str:
    """Return how a request stands; pure.

    >>> state_of(5, 9, None, None, ""), state_of(9, 9, None, None, ""), state_of(5, 9, None, 4, "not_made")
    ('waiting', 'over', 'failed')
    """
    if came_at is not None:
        return FAILED if why else HELD
    if withdrawn_at is not None:
        return WITHDRAWN
    return WAITING if now_ms < expires_at else OVER


def requests_of(work: Work, device: str, now_ms: int) -> list[Asked]:
    """Return a kiosk's requests, the newest first."""
    rows = work.all(
        "SELECT id, asked_at, asked_by, reason, expires_at, withdrawn_at, came_at, size, left_out, why, fault "
        "FROM support_bundles WHERE device_id = ? ORDER BY asked_at DESC, id",
        (device,),
    )
    return [
        Asked(
            row[0], row[1], row[2], row[3], row[4], state_of(now_ms, row[4], row[5], row[6], row[9]), row[6], row[7],
            msgspec.json.decode(row[8], type=list[str]), row[9], row[10],
        )
        for row in rows
    ]  # fmt: skip


def ask(work: Work, device: str, reason: str, now_ms: int, actor: str) -> str:
    """Ask a kiosk for a bundle; return "" or why not, a key of WRONG."""
    reason = " ".join(reason.replace("\x00", "").split())
    if not 0 < len(reason) <= REASON_AT_MOST:
        return "reason"
    if not _stands(work, device):
        return "revoked"
    if any(one.state == WAITING for one in requests_of(work, device, now_ms)):
        return "asked"
    work.connection.execute(
        insert(support_bundles).values(
            id=secrets.token_hex(16), device_id=device, asked_at=now_ms, asked_by=actor, reason=reason,
            expires_at=now_ms + TERM_DAYS * DAY_MS, software="", size=0, left_out="[]", why="", fault="",
        )
    )  # fmt: skip
    record(work, now_ms, actor, "bundle.ask", f"{device} {reason}")
    return ""


def withdraw(work: Work, device: str, now_ms: int, actor: str) -> str:
    """Withdraw what waits; return "" or why not, a key of WRONG. A bundle that comes afterwards is refused."""
    _stands(work, device)
    changed = work.run(
        "UPDATE support_bundles SET withdrawn_at = ? "
        "WHERE device_id = ? AND withdrawn_at IS NULL AND came_at IS NULL AND expires_at > ?",
        (now_ms, device, now_ms),
    )
    if not changed:
        return "none"
    record(work, now_ms, actor, "bundle.withdraw", device)
    return ""


def take(work: Work, bundle: Bundle, now_ms: int) -> RefusalError | None:
    """Hold what a kiosk answers to a request; returns why not, or None. Sent again it changes nothing."""
    if not _stands(work, bundle.device):
        return unknown()
    row = work.one(
        "SELECT expires_at, withdrawn_at, came_at, why FROM support_bundles WHERE id = ? AND device_id = ?",
        (bundle.id, bundle.device),
    )
    if row is not None and row[2] is not None:
        return None
    if row is None or state_of(now_ms, *row) != WAITING:
        return RefusalError(409, "bundle_not_asked", "nobody waits for this bundle any more; it is not kept")
    work.run(
        "UPDATE support_bundles SET came_at = ?, software = ?, size = ?, left_out = ?, why = ?, fault = ?, body = ? "
        "WHERE id = ?",
        (
            now_ms, bundle.software.replace("\x00", ""), len(bundle.zip), _json(bundle.left_out), bundle.why,
            bundle.fault, bundle.zip or None, bundle.id,
        ),
    )  # fmt: skip
    for old in work.all(
        "SELECT id FROM support_bundles WHERE device_id = ? AND body IS NOT NULL ORDER BY came_at DESC, id",
        (bundle.device,),
    )[KEPT_AT_MOST:]:
        work.run("DELETE FROM support_bundles WHERE id = ?", old)
        record(work, now_ms, SYSTEM, "bundle.remove", bundle.device)
    return None


def zip_of(work: Work, device: str, bundle: str) -> tuple[bytes, int] | None:
    """Return (zip, Unix milliseconds it came) of a kiosk's bundle, or None where there is none."""
    row = work.one(
        "SELECT body, came_at FROM support_bundles WHERE id = ? AND device_id = ? AND body IS NOT NULL",
        (bundle, device),
    )
    return None if row is None else (bytes(row[0]), row[1])


def sweep(work: Work, now_ms: int) -> int:
    """Remove what ended long enough ago, bundle and request; returns how many. That it was asked stays in the log."""
    ended = "coalesce(came_at, withdrawn_at, expires_at) <= ?"
    before = now_ms - KEPT_DAYS * DAY_MS
    for device, n in work.all(
        f"SELECT device_id, count(*) FROM support_bundles WHERE {ended} AND body IS NOT NULL "  # noqa: S608
        "GROUP BY device_id ORDER BY device_id",
        (before,),
    ):
        record(work, now_ms, SYSTEM, "bundle.remove", f"{device} {n}")
    return work.run(f"DELETE FROM support_bundles WHERE {ended}", (before,))  # noqa: S608


def _stands(work: Work, device: str) -> bool:
    """Return whether a kiosk may speak, its row locked: requests and answers of one kiosk come one after the other."""
    row = work.one(work.locked("SELECT revoked_at FROM devices WHERE id = ?"), (device,))
    return row is not None and row[0] is None


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode().replace("\\u0000", "")
