"""Which row is meant and whether it has its code; said plainly where not."""

import time
from collections.abc import Sequence
from pathlib import Path

from provisioning import enrol, roster
from provisioning.card import CardError, Code
from provisioning.roster import RosterError
from provisioning.rows import Checked, Row, check
from survey.provisioning import CodesGiven, Places


def checked(path: Path, places: Path) -> Checked:
    """Return the rows of a roster and its faults. Raises RosterError, CentreError."""
    return check(roster.read(path), enrol.load(places, Places))


def whole(path: Path, places: Path) -> list[Row]:
    """Return the rows of a roster that has no fault. Raises RosterError, CentreError."""
    found = checked(path, places)
    if found.faults:
        raise RosterError(f"Danh sách còn {len(found.faults)} lỗi. Xin chạy: roster check {path.name}")
    return found.rows


def row_named(rows: Sequence[Row], counter: str) -> Row:
    """Return the one row of a counter, of `counter:slot` or of a host. Raises RosterError."""
    found = [row for row in rows if counter in (row.counter, row.key, row.host)]
    if len(found) != 1:
        raise RosterError(f"Trong danh sách có {len(found)} máy “{counter}”. Xin ghi mã quầy:lần, ví dụ xa-a.q1:2.")
    return found[0]


def code_for(found: CodesGiven, row: Row) -> Code:
    """Return a row's one-time code. Raises CardError where it has none that can be used."""
    one = next((one for one in found.rows if (one.counter, one.slot) == (row.counter, row.slot)), None)
    if one is None:
        raise CardError(f"Chưa có mã ghi danh cho {row.key}. Xin chạy enrol trước.")
    if not one.code:
        raise CardError(f"{row.key} đã ghi danh là {one.device}. Máy thay thế: ghi lần {row.slot + 1} trong danh sách.")
    if one.expires_at < time.time() * 1000:
        raise CardError(f"Mã của {row.key} đã hết hạn. Xin chạy lại enrol.")
    return Code(found.centre, one.code)
