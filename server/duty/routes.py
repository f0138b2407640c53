"""HTTP for the roster: a week of an office, its officers, copying, import and export."""

from asyncio import to_thread
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect

from server.accounts import sessions
from server.accounts.forms import Files, guarded
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.audit.queries import record
from server.duty import queries, rules, table
from server.duty.desk import Desk, open_desk
from server.duty.rules import Slot
from server.offices import uploads
from server.offices.calendar import is_working
from server.offices.queries import place_in
from server.offices.workbook import MAX_FILE, BookError
from server.pages.download import download
from server.problem import RefusalError
from server.reports.sheet import Heading

KIND = "duty"


def _show(request: AnyRequest, given: dict[str, str], status: int = 200, **more: Any) -> Response[str]:
    desk = open_desk(request, given, May.OFFICES_SEE)
    values: dict[str, Any] = {"wrong": "", "done": "", "found": None, "upload": "", "entered": {}}
    twice = {(officer, day, part) for officer, day, part in rules.clashes(desk.duties)}
    return page(
        request, "duty.html", status, session=desk.session, desk=desk, parts=rules.PARTS, names=table.DAYS,
        officers={one.id: one for one in desk.officers}, twice=twice, step=timedelta(days=7),
        works=lambda day: is_working(desk.decided, day), **(values | more),
    )  # fmt: skip


def _query(request: AnyRequest) -> dict[str, str]:
    return {name: request.query_params.get(name, "") for name in ("don_vi", "tuan")}


def _back(desk: Desk, done: str) -> Redirect:
    office = desk.office.id if desk.office else ""
    return Redirect(f"/truc-quay?don_vi={office}&tuan={desk.week[0]}&xong={done}", status_code=303)


DONE = {
    "luu": "Đã lưu lịch trực.", "chep": "Đã chép lịch của tuần trước vào những buổi còn trống.",
    "chep0": "Tuần trước không có gì để chép vào những buổi còn trống.", "canbo": "Đã lưu cán bộ.",
    "nhap": "Đã nhập tệp.",
}  # fmt: skip


def _opened(request: AnyRequest, data: Mapping[str, Any]) -> Desk:
    given = {name: str(data.get(name, "")) for name in ("don_vi", "tuan")}
    desk = open_desk(request, given, May.DATA_ENTER)
    sessions.check_form(request, desk.session, str(data.get("csrf", "")))
    if desk.office is None:
        raise RefusalError(404, "no_such_unit", "there is no office with counters")
    return desk


def _store(request: AnyRequest, desk: Desk, wanted: Mapping[Slot, str], action: str) -> None:
    centre = sessions.centre_of(request)
    office = desk.office.id if desk.office else ""
    words = f"{office} {desk.week[0]} {len(wanted)}"

    def store(work: Any) -> None:
        queries.set_duties(work, wanted)
        record(work, centre.now_ms(), desk.session.account.name, action, words)

    centre.writer.run(store)


def _carry_in(request: AnyRequest, desk: Desk, found: rules.Intake) -> None:
    centre, actor = sessions.centre_of(request), desk.session.account.name
    office = desk.office.id if desk.office else ""

    def store(work: Any) -> None:
        made: dict[str, str] = {}
        for one in found.people:
            if one.id.startswith(rules.FRESH):
                made[one.id] = queries.add_officer(work, office, one.name, one.code, one.title)
            if one.ended_on is not None or one.id not in made:
                queries.change_officer(work, msgspec.structs.replace(one, id=made.get(one.id, one.id)))
            record(work, centre.now_ms(), actor, "officer.import", f"{office} {made.get(one.id, one.id)}")
        if found.wanted:
            queries.set_duties(work, {slot: made.get(one, one) for slot, one in found.wanted.items()})
            record(work, centre.now_ms(), actor, "duty.import", f"{office} {desk.week[0]} {len(found.wanted)}")

    centre.writer.run(store)


def _save(request: AnyRequest, data: dict[str, str]) -> Response[Any]:
    desk = _opened(request, data)
    serving = {one.id for one in desk.officers}
    slots = [(one.id, day, part) for one in desk.desks for day in desk.week for part in rules.PARTS]
    fields = {slot: data.get(f"{slot[0]}|{slot[1]}|{slot[2]}") for slot in slots}
    changed = {
        slot: value for slot, value in fields.items() if value is not None and value != desk.duties.get(slot, "")
    }
    wanted = {slot: value for slot, value in changed.items() if not value or value in serving}
    if wanted:
        _store(request, desk, wanted, "duty.set")
    return _back(desk, "luu")


def _copy(request: AnyRequest, data: dict[str, str]) -> Response[Any]:
    desk = _opened(request, data)
    with sessions.centre_of(request).engine.connect() as connection:
        first, last = desk.week[0] - rules.WEEK, desk.week[-1] - rules.WEEK
        before = queries.duties_of(connection, [one.id for one in desk.desks], first, last)
    wanted = rules.copied(before, desk.duties, {one.id: one for one in desk.officers}, desk.decided)
    if wanted:
        _store(request, desk, wanted, "duty.copy")
    return _back(desk, "chep" if wanted else "chep0")


def _officer(request: AnyRequest, data: dict[str, str]) -> Response[Any]:
    desk, centre = _opened(request, data), sessions.centre_of(request)
    name, code, title = (" ".join(data.get(field, "").split()) for field in ("name", "code", "title"))
    known = next((one for one in desk.officers if one.id == data.get("officer")), None)
    others = [one for one in desk.officers if known is None or one.id != known.id]
    fault = rules.officer_fault(name, code, title, others)
    if fault is not None:
        given = {field: data.get(field, "") for field in ("don_vi", "tuan")}
        return _show(request, given, 422, wrong=fault, entered={} if known else data)
    ended = None if data.get("is_ended") != "1" else (known.ended_on if known and known.ended_on else desk.today)
    office = desk.office.id if desk.office else ""

    def store(work: Any) -> None:
        if known is None:
            made = queries.add_officer(work, office, name, code, title)
        else:
            made = known.id
            queries.change_officer(
                work, msgspec.structs.replace(known, name=name, code=code, title=title, ended_on=ended)
            )
        action = "officer.change" if known else "officer.add"
        record(work, centre.now_ms(), desk.session.account.name, action, f"{office} {made}")

    centre.writer.run(store)
    return _back(desk, "canbo")


def _look(request: AnyRequest, data: dict[str, Any]) -> Response[str]:
    desk, centre = _opened(request, data), sessions.centre_of(request)
    given = {field: str(data.get(field, "")) for field in ("don_vi", "tuan")}
    file = data.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return _show(request, given, 422, wrong="Chưa chọn tệp. Xin chọn tệp .xlsx.")
    body, name = file.file.read(MAX_FILE + 1), file.filename
    try:
        found = _intake(request, desk, body)
    except BookError as error:
        return _show(request, given, 422, wrong=str(error))
    if found.faults or found.is_empty:
        return _show(request, given, 422 if found.faults else 200, found=found)
    account, now_ms = desk.session.account.id, centre.now_ms()
    upload = centre.writer.run(lambda work: uploads.keep(work, account, KIND, name, body, now_ms))
    return _show(request, given, found=found, upload=upload)


def _intake(request: AnyRequest, desk: Desk, body: bytes) -> rules.Intake:
    with sessions.centre_of(request).engine.connect() as connection:
        every = [one.id for one in desk.desks]
        now = queries.duties_of(connection, every, rules.EARLIEST, rules.LATEST)
    return rules.intake(body, desk.desks, desk.officers, now)


def _confirm(request: AnyRequest, data: dict[str, str]) -> Response[Any]:
    desk, centre = _opened(request, data), sessions.centre_of(request)
    given = {field: data.get(field, "") for field in ("don_vi", "tuan")}
    upload, account = data.get("upload", ""), desk.session.account.id
    body = centre.writer.run(lambda work: uploads.take(work, upload, account, KIND))
    if body is None:
        return _show(request, given, 422, wrong="Tệp xem thử không còn. Xin chọn lại tệp.")
    found = _intake(request, desk, body)
    if found.faults:
        return _show(request, given, 422, found=found)
    _carry_in(request, desk, found)
    return _back(desk, "nhap")


@get("/truc-quay")
async def duty_page(request: AnyRequest) -> Response[str]:
    """Show who sits where in a week; `?don_vi=` and `?tuan=` choose it."""
    done = DONE.get(request.query_params.get("xong", ""), "")
    return await to_thread(lambda: _show(request, _query(request), done=done))


@post("/truc-quay", status_code=200)
async def duty_form(request: AnyRequest, data: Form) -> Response[Any]:
    """Store the week as picked."""
    return await to_thread(_save, request, data)


@post("/truc-quay/chep", sync_to_thread=True, status_code=200)
def copy_form(request: AnyRequest, data: Form) -> Response[Any]:
    """Copy last week into the free half-days."""
    return _copy(request, data)


@post("/truc-quay/can-bo", sync_to_thread=True, status_code=200)
def officer_form(request: AnyRequest, data: Form) -> Response[Any]:
    """Add an officer or change one."""
    return _officer(request, data)


@post(
    "/truc-quay/nhap",
    sync_to_thread=True,
    status_code=200,
    request_max_body_size=MAX_FILE + 100_000,
    guards=[guarded(May.DATA_ENTER)],
)
def duty_import_form(request: AnyRequest, data: Files) -> Response[str]:
    """Look through a workbook of duties."""
    return _look(request, data)


@post("/truc-quay/nhap/xac-nhan", sync_to_thread=True, status_code=200)
def duty_confirm_form(request: AnyRequest, data: Form) -> Response[Any]:
    """Store all that a workbook of duties says."""
    return _confirm(request, data)


@get("/truc-quay/tuan.xlsx", sync_to_thread=True)
def week_file(request: AnyRequest) -> Response[bytes]:
    """Give a week as a workbook; the download is audited: it names people."""
    desk, centre = open_desk(request, _query(request), May.OFFICES_SEE), sessions.centre_of(request)
    name = desk.office.name_vi if desk.office else ""
    period = f"Từ {desk.week[0]:%d/%m/%Y} đến {desk.week[-1]:%d/%m/%Y}"
    place = place_in(desk.top)
    heading = Heading(desk.top, name, "LỊCH TRỰC QUẦY", period, place, desk.today)
    made = table.workbook(desk.duties, desk.desks, {one.id: one for one in desk.officers}, desk.week, heading)
    subject = f"{desk.office.id if desk.office else ''} {desk.week[0]}"
    actor = desk.session.account.name
    centre.writer.run(lambda work: record(work, centre.now_ms(), actor, "duty.export", subject))
    return _file(made, f"truc-quay-{desk.week[0]}.xlsx")


@get("/truc-quay/mau.xlsx", sync_to_thread=True)
def duty_template(request: AnyRequest) -> Response[bytes]:
    """Give the workbook to be filled in."""
    desk = open_desk(request, _query(request), May.DATA_ENTER)
    return _file(table.template(desk.desks, desk.officers), "mau-lich-truc.xlsx")


def _file(body: bytes, name: str) -> Response[bytes]:
    return download(body, f"{name}")


ROUTES = [
    duty_page, duty_form, copy_form, officer_form, duty_import_form, duty_confirm_form, week_file, duty_template,
]  # fmt: skip
