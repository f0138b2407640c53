"""HTTP for requests to correct the roster: asked, decided, listed, as a workbook."""

from asyncio import to_thread
from datetime import date
from io import BytesIO
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect
from openpyxl import Workbook

from server.accounts import sessions
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.audit.queries import record
from server.database import Work
from server.duty import corrections
from server.duty.corrections import ANSWER_DAYS, STATES, Request
from server.duty.desk import Desk, open_desk
from server.duty.rules import PARTS
from server.offices.calendar import add_working_days
from server.offices.queries import place_in
from server.pages.download import download
from server.problem import RefusalError
from server.reports.sheet import ORDER, Column, Heading, open_sheet
from survey.local_time import local_words

PAGE = "/truc-quay/de-nghi"
DONE = {
    "gui": "Đã gửi đề nghị.", "nhan": "Đã chấp nhận; lịch trực và kết quả theo cán bộ đã theo người trực đúng.",
    "tu-choi": "Đã ghi không chấp nhận.",
}  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _opened(request: AnyRequest, given: dict[str, str]) -> Desk:
    week = {"don_vi": given.get("don_vi", ""), "tuan": given.get("day", "")}
    return open_desk(request, week, May.DATA_ENTER)


def _show(request: AnyRequest, given: dict[str, str], status: int = 200, wrong: str = "") -> Response[str]:
    desk = _opened(request, given)
    office = desk.office.id if desk.office else ""
    with sessions.centre_of(request).engine.connect() as connection:
        found = corrections.listed(connection, office)
    return page(
        request, "duty_requests.html", status, session=desk.session, desk=desk, found=found, states=STATES, parts=PARTS,
        names={one.id: one.name for one in desk.officers}, places={one.id: one.name_vi for one in desk.desks},
        given=given, wrong=wrong, done=DONE.get(request.query_params.get("xong", ""), ""), at=local_words,
        days=ANSWER_DAYS,
    )  # fmt: skip


def _do(request: AnyRequest, data: dict[str, str]) -> Response[Any]:
    desk, centre = _opened(request, data), sessions.centre_of(request)
    sessions.check_form(request, desk.session, data.get("csrf", ""))
    if desk.office is None:
        raise RefusalError(404, "no_such_unit", "there is no office with counters")
    office, actor, now_ms = desk.office.id, desk.session.account.name, centre.now_ms()
    do = data.get("do", "")
    if do == "ask":
        fault, done = _ask(request, desk, data), "gui"
    else:
        is_accepted, reason = do == "accept", " ".join(data.get("reason", "").split())
        number = data.get("request", "")
        wanted = int(number) if number.isdecimal() and len(number) < 12 else 0
        fault = centre.writer.run(
            lambda work: corrections.decide(work, office, wanted, is_accepted, reason, actor, now_ms)
        )
        done = "nhan" if is_accepted else "tu-choi"
    if fault is not None:
        return _show(request, data, 422, fault)
    return Redirect(f"{PAGE}?don_vi={office}&xong={done}", status_code=303)


def _ask(request: AnyRequest, desk: Desk, data: dict[str, str]) -> str | None:
    centre, day = sessions.centre_of(request), _day(data.get("day", ""))
    if day is None or day not in desk.week:
        return f"Ngày “{data.get('day', '')[:20]}” không hợp lệ. Xin chọn ngày trong lịch."
    slot, office = (data.get("counter", "")[:80], day, data.get("part", "")), desk.office.id if desk.office else ""
    wanted, why = data.get("officer", "")[:80], " ".join(data.get("why", "").split())
    officers, desks = {one.id: one for one in desk.officers}, frozenset(one.id for one in desk.desks)
    due, actor = add_working_days(desk.decided, desk.today, ANSWER_DAYS), desk.session.account.name

    def store(work: Work) -> str | None:
        several = corrections.listed(work.connection, office)
        fault = corrections.fault_of(slot, wanted, why, desk.today, desk.duties, officers, several, desks)
        if fault is None:
            before = desk.duties.get(slot, "")
            corrections.ask(work, Request(0, office, *slot, before, wanted, why, "new", "", actor, centre.now_ms(), due,
                                          "", None))  # fmt: skip
        return fault

    return centre.writer.run(store)


@get(PAGE)
async def requests_page(request: AnyRequest) -> Response[str]:
    """Show an office's requests to correct its roster."""
    given = {"don_vi": request.query_params.get("don_vi", "")}
    return await to_thread(_show, request, given)


@post(PAGE, status_code=200)
async def requests_form(request: AnyRequest, data: Form) -> Response[Any]:
    """Make a request, or decide one that somebody else made."""
    return await to_thread(_do, request, data)


@get(f"{PAGE}.xlsx", sync_to_thread=True)
def requests_file(request: AnyRequest) -> Response[bytes]:
    """Give an office's requests as a workbook; the download is audited: it names people."""
    desk, centre = _opened(request, {"don_vi": request.query_params.get("don_vi", "")}), sessions.centre_of(request)
    office = desk.office.id if desk.office else ""
    with centre.engine.connect() as connection:
        found = corrections.listed(connection, office)
    actor = desk.session.account.name
    centre.writer.run(lambda work: record(work, centre.now_ms(), actor, "duty.requests", office))
    return download(_book(desk, found), "de-nghi-dinh-chinh.xlsx")


def _book(desk: Desk, found: list[Request]) -> bytes:
    names, places = {one.id: one.name for one in desk.officers}, {one.id: one.name_vi for one in desk.desks}
    name = desk.office.name_vi if desk.office else ""
    heading = Heading(desk.top, name, "ĐỀ NGHỊ ĐÍNH CHÍNH LỊCH TRỰC", "", place_in(desk.top), desk.today)
    columns = [
        Column(ORDER, 5), Column("Quầy", 28), Column("Ngày", 12), Column("Buổi", 8), Column("Theo lịch", 20),
        Column("Đề nghị", 20), Column("Lý do", 36), Column("Người đề nghị", 16), Column("Hạn", 12),
        Column("Kết quả", 16), Column("Người quyết định", 16), Column("Ghi chú", 30),
    ]  # fmt: skip
    book = Workbook(write_only=True)
    table = open_sheet(book, "Đề nghị", columns, heading)
    for n, one in enumerate(found, 1):
        who = [names.get(each, each) or "không có ai" for each in (one.before, one.wanted)]
        table.add([n, places.get(one.counter, one.counter), one.day, PARTS[one.part], *who, one.why, one.asked_by,
                   one.due_on, STATES[one.state], one.decided_by, one.reason])  # fmt: skip
    file = BytesIO()
    book.save(file)
    return file.getvalue()


ROUTES = [requests_page, requests_form, requests_file]
