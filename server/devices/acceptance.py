"""Acceptance sheets come in: signed by their device, held once however often sent."""

from litestar import asgi
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send

from server.centre import Centre
from server.database import Work
from server.devices.signed import Answer, Doorkeeper, answered, message, read, signed_answer, unknown
from server.problem import RefusalError
from survey import wire
from survey.acceptance import MAX_SHEET_BYTES, Sheet, SheetReceipt, verdict_of
from survey.instant import to_instant


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


def _sheet(body: bytes, device: str) -> Sheet:
    sheet = message(body, Sheet, "not_a_sheet")
    if sheet.device != device:
        raise RefusalError(401, "bad_signature", "the sheet names another device than its signature")
    if sheet.verdict != verdict_of(sheet.items):
        raise RefusalError(400, "wrong_verdict", "the verdict is not that of its items")
    return sheet


def acceptance_route(centre: Centre, door: Doorkeeper) -> ASGIRouteHandler:
    """Return `POST /api/v1/acceptance`."""

    async def handle(scope: Scope, receive: Receive) -> Answer:
        question = await read(scope, receive, MAX_SHEET_BYTES)
        question.check("POST", "send sheets with POST")
        device, nonce = door.check(question)
        sheet, now_ms = _sheet(question.body, device.id), centre.now_ms()
        refusal = await centre.writer.done(lambda work: take_sheet(work, sheet, now_ms))
        if refusal is not None:
            raise refusal
        receipt = SheetReceipt(version=wire.CONTRACT_VERSION, id=sheet.id, nonce=nonce, time=to_instant(now_ms))
        return signed_answer(centre, nonce, wire.encode(receipt))

    @asgi("/api/v1/acceptance", copy_scope=False)
    async def acceptance(scope: Scope, receive: Receive, send: Send) -> None:
        await answered(scope, receive, send, handle)

    return acceptance
