"""A kiosk is carried to another counter: from then on it counts there; what was given before stays."""

from typing import Final

import msgspec
from sqlalchemy import insert

from server.audit.queries import record
from server.centre import config_changed
from server.database import Work
from server.devices.enrol import places_of
from server.offices.queries import COUNTER
from server.tables import device_moves
from survey.local_time import local_date


class Move(msgspec.Struct, frozen=True):
    """One kiosk left a counter. at: Unix milliseconds."""

    id: int
    left: str
    reached: str
    at: int
    actor: str


WRONG: Final = {
    "counter": "Quầy này không còn trong danh mục hôm nay. Xin chọn quầy khác.",
    "same": "Máy đang ở quầy này rồi. Xin chọn quầy khác.",
    "revoked": "Máy đã thu hồi, không chuyển quầy được nữa.",
    "none": "Không có lần chuyển nào để hoàn tác.",
}
"""Why a kiosk was not moved."""


def moves_of(work: Work, device: str) -> list[Move]:
    """Return where a kiosk was carried, the oldest first; what was undone is left out."""
    rows = work.all(
        "SELECT id, from_counter, to_counter, at, actor FROM device_moves "
        "WHERE device_id = ? AND undone_at IS NULL ORDER BY at, id",
        (device,),
    )
    return [Move(*row) for row in rows]


def move(work: Work, device: str, counter: str, now_ms: int, actor: str) -> str:
    """Have a kiosk count at another counter from now on; return "" or why not, a key of WRONG."""
    row = work.one(work.locked("SELECT counter_id, revoked_at FROM devices WHERE id = ?"), (device,))
    if row is None or row[1] is not None:
        return "revoked"
    if row[0] == counter:
        return "same"
    places = places_of(work, counter, local_date(now_ms))
    if places is None or places[1].kind != COUNTER:
        return "counter"
    work.connection.execute(
        insert(device_moves).values(device_id=device, from_counter=row[0], to_counter=counter, at=now_ms, actor=actor)
    )
    _stand(work, device, counter)
    record(work, now_ms, actor, "device.move", f"{device} {row[0]} {counter}")
    return ""


def undo(work: Work, device: str, now_ms: int, actor: str) -> str:
    """Take the newest move back; return "" or why not. What has been counted meanwhile stays where it was counted."""
    row = work.one(work.locked("SELECT counter_id, revoked_at FROM devices WHERE id = ?"), (device,))
    if row is None or row[1] is not None:
        return "revoked"
    held = moves_of(work, device)
    if not held:
        return "none"
    work.run("UPDATE device_moves SET undone_at = ? WHERE id = ?", (now_ms, held[-1].id))
    _stand(work, device, held[-1].left)
    record(work, now_ms, actor, "device.move_undo", f"{device} {held[-1].reached} {held[-1].left}")
    return ""


def _stand(work: Work, device: str, counter: str) -> None:
    work.run("UPDATE devices SET counter_id = ? WHERE id = ?", (counter, device))
    config_changed(work)
