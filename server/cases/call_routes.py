"""HTTP for calling back: masked numbers, one shown in full for a reason that is written down, what came of a call."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from server.accounts import sessions
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.audit.queries import record
from server.cases import calls, queries
from server.cases.desk import SEEN_MS, case_in, frame_and, notes_of, open_desk
from server.cases.masks import mask_phone
from server.cases.opening import WHY
from server.cases.queries import Case
from server.database import Work
from survey.local_time import local_date


def _show(request: AnyRequest, status: int = 200, unmasked: int = 0, **more: Any) -> Response[str]:
    desk, centre = open_desk(request, May.PHONES_SEE), sessions.centre_of(request)
    with centre.engine.connect() as connection:
        every = queries.every(connection, desk.now_ms - SEEN_MS, desk.reached)
        waiting = [case for case in every if case.call_state == "waiting"]
        notes = notes_of(connection, centre, [case.id for case in waiting])
    phones = {case: next((one.phone for one in several if one.phone), "") for case, several in notes.items()}
    shown = {case: phone if case == unmasked else mask_phone(phone) for case, phone in phones.items()}
    values: dict[str, Any] = {
        "wrong": "", "done": "", "cases": sorted(waiting, key=_order), "phones": shown, "unmasked": unmasked,
        "outcomes": calls.OUTCOMES, "reasons": calls.REASONS, "most": calls.TRIES_AT_MOST, "whys": WHY,
        "day_of": local_date, "given": {},
    }  # fmt: skip
    return page(request, "calls.html", status, **frame_and(desk, **(values | more)))


def _order(case: Case) -> tuple[bool, int]:
    return not case.is_priority, case.id


def _do(request: AnyRequest, wanted: int, data: dict[str, str]) -> Response[Any]:
    desk, centre = open_desk(request, May.PHONES_SEE), sessions.centre_of(request)
    sessions.check_form(request, desk.session, data.get("csrf", ""))
    with centre.engine.connect() as connection:
        case = case_in(desk, connection, wanted)
    if data.get("act") == "unmask":
        reason = data.get("reason", "")
        if reason not in calls.REASONS or case.call_state != "waiting":
            return _show(request, 422, wrong="Chưa chọn lý do xem số. Xin chọn lý do trong danh sách.")

        def read(work: Work) -> None:
            calls.note_read(work, wanted, reason, desk.actor, desk.frame)
            record(work, desk.now_ms, desk.actor.name, "contact.read", f"{case.number} {reason}")

        centre.writer.run(read)
        return _show(request, unmasked=wanted)

    def store(work: Work) -> str | None:
        outcome, note = data.get("outcome", ""), data.get("note", "")
        fault = calls.note_call(work, wanted, outcome, note, desk.actor, desk.frame, centre.keys)
        if fault is None:
            record(work, desk.now_ms, desk.actor.name, "contact.call", f"{case.number} {outcome}")
        return fault

    fault = centre.writer.run(store)
    if fault is not None:
        return _show(request, 422, wrong=fault, given=data | {"case": str(wanted)})
    return Redirect("/goi-lai?xong=goi", status_code=303)


@get("/goi-lai", sync_to_thread=True)
def calls_page(request: AnyRequest) -> Response[str]:
    """Show who waits for a call."""
    done = "Đã ghi kết quả cuộc gọi." if request.query_params.get("xong") == "goi" else ""
    return _show(request, done=done)


@post("/goi-lai/{wanted:int}", sync_to_thread=True, status_code=200)
def call_form(request: AnyRequest, wanted: FromPath[int], data: Form) -> Response[Any]:
    """Show one number in full, or write down a call."""
    return _do(request, wanted, data)


ROUTES = [calls_page, call_form]
