"""HTTP for importing units: the template, the look through a workbook, its confirmation, its undo."""

from asyncio import to_thread
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile

from server.accounts import sessions
from server.accounts.forms import Files, guarded
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.offices import history, rules, uploads
from server.offices.changes import ChangeError, applied
from server.offices.queries import every_version, successions
from server.offices.workbook import MAX_FILE, BookError
from server.pages.download import download
from server.problem import RefusalError
from server.units import sheets, view
from server.units.intake import Intake, intake
from server.units.store import IMPORT, import_offices
from survey.local_time import local_words

SHOWN_AT_MOST = 200


def _require(request: AnyRequest) -> Session:
    session = sessions.require(request, May.OFFICES_CHANGE)
    if session.unit is not None:
        raise RefusalError(403, "not_allowed", "only an account of the whole province may import units")
    return session


def _page(request: AnyRequest, session: Session, status: int = 200, **more: Any) -> Response[str]:
    with sessions.centre_of(request).engine.connect() as connection:
        last = history.last_of(connection, IMPORT)
    values: dict[str, Any] = {"wrong": "", "done": "", "found": None, "steps": [], "upload": "", "weight": {}}
    return page(
        request, "units_import.html", status, session=session, last=last, moment=local_words,
        at_most=SHOWN_AT_MOST, **(values | more),
    )  # fmt: skip


def _look(request: AnyRequest, data: dict[str, Any]) -> Response[str]:
    session, centre = _require(request), sessions.centre_of(request)
    sessions.check_form(request, session, str(data.get("csrf", "")))
    file = data.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return _page(request, session, 422, wrong="Chưa chọn tệp. Xin bấm vào ô chọn tệp rồi chọn tệp .xlsx.")
    body, name = file.file.read(MAX_FILE + 1), file.filename
    with centre.engine.connect() as connection:
        versions = every_version(connection)
        try:
            found = intake(body, versions, successions(connection))
        except BookError as error:
            return _page(request, session, 422, wrong=str(error))
        weight = history.weight(connection, found.plan, None)
    if found.faults or found.plan.is_empty:
        return _page(request, session, 422 if found.faults else 200, found=found)
    now_ms, account = centre.now_ms(), session.account.id
    upload = centre.writer.run(lambda work: uploads.keep(work, account, IMPORT, name, body, now_ms))
    after = rules.histories(applied(versions, found.plan))
    steps = view.steps(rules.histories(versions), after, found.plan)
    return _page(request, session, found=found, steps=steps, upload=upload, weight=weight)


def _confirm(request: AnyRequest, data: dict[str, str]) -> Response[str]:
    session, centre = _require(request), sessions.centre_of(request)
    sessions.check_form(request, session, data.get("csrf", ""))

    def store(work: Any) -> Intake | None:
        body = uploads.take(work, data.get("upload", ""), session.account.id, IMPORT)
        if body is None:
            return None
        return import_offices(work, body, session.account.name, centre.now_ms(), is_trial=False)

    try:
        found = centre.writer.run(store)
    except (ChangeError, BookError) as error:
        return _page(request, session, 422, wrong=str(error))
    if found is None:
        return _page(request, session, 422, wrong="Tệp xem thử không còn. Xin chọn lại tệp.")
    if found.faults:
        return _page(request, session, 422, found=found)
    links = len(found.plan.successions)
    return _page(request, session, done=f"Đã lưu: {found.added} dòng mới, {found.changed} dòng đổi, {links} thay đổi.")


def _undo(request: AnyRequest, data: dict[str, str]) -> Response[str]:
    session, centre = _require(request), sessions.centre_of(request)
    sessions.check_form(request, session, data.get("csrf", ""))
    with centre.engine.connect() as connection:
        last = history.last_of(connection, IMPORT)
    if last is None or str(last.id) != data.get("change"):
        return _page(request, session, 422, wrong="Lần nhập này đã được hoàn tác, hoặc đã có lần nhập mới hơn.")
    try:
        centre.writer.run(lambda work: history.undo(work, last, centre.now_ms(), session.account.name))
    except ChangeError as error:
        return _page(request, session, 422, wrong=str(error))
    return _page(request, session, done=f"Đã hoàn tác: {last.words}.")


def _workbook(body: bytes, name: str) -> Response[bytes]:
    return download(body, f"{name}")


@get("/don-vi/nhap")
async def import_page(request: AnyRequest) -> Response[str]:
    """Show where a workbook is chosen."""
    return await to_thread(lambda: _page(request, _require(request)))


@post("/don-vi/nhap", status_code=200, request_max_body_size=MAX_FILE + 100_000, guards=[guarded(_require)])
async def import_form(request: AnyRequest, data: Files) -> Response[str]:
    """Look through a workbook; nothing is stored of it but itself, for a day."""
    return await to_thread(_look, request, data)


@post("/don-vi/nhap/xac-nhan", sync_to_thread=True, status_code=200)
def confirm_form(request: AnyRequest, data: Form) -> Response[str]:
    """Store all that a workbook says, or nothing."""
    return _confirm(request, data)


@post("/don-vi/nhap/hoan-tac", sync_to_thread=True, status_code=200)
def undo_import_form(request: AnyRequest, data: Form) -> Response[str]:
    """Take the last import back."""
    return _undo(request, data)


@get("/don-vi/nhap/mau.xlsx", sync_to_thread=True)
def template_file(request: AnyRequest) -> Response[bytes]:
    """Give the workbook to be filled in."""
    _require(request)
    return _workbook(sheets.template(), "mau-don-vi.xlsx")


@get("/don-vi/nhap/danh-muc.xlsx", sync_to_thread=True)
def filled_file(request: AnyRequest) -> Response[bytes]:
    """Give what is stored as the same workbook."""
    _require(request)
    with sessions.centre_of(request).engine.connect() as connection:
        return _workbook(sheets.filled(every_version(connection), successions(connection)), "danh-muc-don-vi.xlsx")


ROUTES = [import_page, import_form, confirm_form, undo_import_form, template_file, filled_file]
