"""Acceptance sheets come in: signed by their device, held once however often sent."""

from typing import Final

from server.database import Work
from server.devices.filed import Kind
from server.devices.signed import unknown
from server.problem import RefusalError
from survey import wire
from survey.acceptance import MAX_SHEET_BYTES, Sheet, SheetReceipt, verdict_of


def take_sheet(work: Work, sheet: Sheet, now_ms: int) -> RefusalError | None:
    """Hold a sheet; returns why not, or None. The same one again changes nothing; another of its id is refused."""
    row = work.one("SELECT revoked_at FROM devices WHERE id = ?", (sheet.device,))
    if row is None or row[0] is not None:
        return unknown()
    body = wire.encode(sheet).decode().replace("\\u0000", "")
    work.run(
        "INSERT INTO acceptances (id, device, verdict, who, began, body, received_at) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO NOTHING",
        (sheet.id, sheet.device, sheet.verdict, sheet.who.replace("\x00", ""), sheet.began, body, now_ms),
    )
    held = work.one("SELECT device, body FROM acceptances WHERE id = ?", (sheet.id,))
    if held is None or (held[0], held[1]) != (sheet.device, body):
        return RefusalError(409, "sheet_known", "another sheet of this id is held; it stays as it is")
    return None


def _check(sheet: Sheet) -> None:
    if sheet.verdict != verdict_of(sheet.items):
        raise RefusalError(400, "wrong_verdict", "the verdict is not that of its items")


SHEETS: Final = Kind("/api/v1/acceptance", "sheet", Sheet, SheetReceipt, MAX_SHEET_BYTES, _check, take_sheet)
