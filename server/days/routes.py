"""HTTP for the calendar of days off: a year, single days, a workbook of them."""

from asyncio import to_thread
from datetime import date
from io import BytesIO
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from openpyxl import Workbook

from server.accounts import sessions
from server.accounts.forms import Files, guarded
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.audit.queries import record
from server.database import Work
from server.days import queries, rules
from server.offices.calendar import FIRST_YEAR, LAST_YEAR, Day
from server.offices.workbook import MAX_FILE, BookError
from server.pages.download import download
from server.problem import RefusalError
from survey.local_time import local_date


def _require(request: AnyRequest) -> Session:
    session = sessions.require(request, May.OFFICES_CHANGE)
    if session.unit is not None:
        raise RefusalError(403, "not_allowed", "the calendar is the whole province's")
    return session


def _year(text: str, today: date) -> int:
    return int(text) if text.isascii() and text.isdecimal() and FIRST_YEAR <= int(text[:5]) <= LAST_YEAR else today.year


def _show(request: AnyRequest, year: str, status: int = 200, **more: Any) -> Response[str]:
    session, centre = sessions.require(request, May.OFFICES_SEE), sessions.centre_of(request)
    with centre.engine.connect() as connection:
        decided = queries.decided(connection)
    at = _year(year, local_date(centre.now_ms()))
    values: dict[str, Any] = {"wrong": "", "done": "", "found": None, "entered": {}}
    return page(
        request, "days.html", status, session=session, year=at, lines=rules.year_of(decided, at),
        n=rules.working_days({one.day: one.is_working for one in decided}, at),
        may_change=session.may(May.OFFICES_CHANGE) and session.unit is None, **(values | more),
    )  # fmt: skip


def _set(request: AnyRequest, data: dict[str, str]) -> Response[str]:
    session, centre = _require(request), sessions.centre_of(request)
    sessions.check_form(request, session, data.get("csrf", ""))
    try:
        day = date.fromisoformat(data.get("day", "")[:10])
    except ValueError:
        return _show(request, data.get("nam", ""), 422, entered=data, wrong="Xin chọn ngày.")
    actor = session.account.name
    if data.get("do") == "remove":

        def forget(work: Work) -> None:
            if queries.remove(work, day):
                record(work, centre.now_ms(), actor, "holiday.remove", str(day))

        centre.writer.run(forget)
        return _show(request, str(day.year), done=f"Đã bỏ ngày {day:%d/%m/%Y}; lịch chung được dùng lại.")
    made = Day(day, " ".join(data.get("name", "").split()), data.get("how") == "work")
    fault = rules.fault_of(made)
    if fault is not None:
        return _show(request, data.get("nam", ""), 422, entered=data, wrong=fault)
    _store(request, session, [made])
    return _show(request, str(day.year), done=f"Đã đặt {day:%d/%m/%Y}: {made.name}.")


def _store(request: AnyRequest, session: Session, days: list[Day]) -> None:
    centre = sessions.centre_of(request)

    def store(work: Work) -> None:
        queries.set_days(work, days)
        words = " ".join(f"{one.day}{'+' if one.is_working else '-'}" for one in days[:40])
        record(work, centre.now_ms(), session.account.name, "holiday.set", words)

    centre.writer.run(store)


def _import(request: AnyRequest, data: dict[str, Any]) -> Response[str]:
    session = _require(request)
    sessions.check_form(request, session, str(data.get("csrf", "")))
    year, file = str(data.get("nam", "")), data.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return _show(request, year, 422, wrong="Chưa chọn tệp. Xin chọn tệp .xlsx.")
    with sessions.centre_of(request).engine.connect() as connection:
        decided = queries.decided(connection)
    try:
        found = rules.intake(file.file.read(MAX_FILE + 1), decided)
    except BookError as error:
        return _show(request, year, 422, wrong=str(error))
    if found.faults:
        return _show(request, year, 422, found=found)
    if found.wanted and data.get("do") == "save":
        _store(request, session, found.wanted)
        words = f"Đã nhập {len(found.wanted)} ngày; {found.same} ngày đã có từ trước."
        return _show(request, str(found.wanted[0].day.year), done=words)
    return _show(request, year, found=found)


@get("/ngay-nghi")
async def days_page(request: AnyRequest) -> Response[str]:
    """Show a year's days off and days made up for; `?nam=` chooses it."""
    return await to_thread(lambda: _show(request, request.query_params.get("nam", "")))


@post("/ngay-nghi", status_code=200)
async def days_form(request: AnyRequest, data: Form) -> Response[str]:
    """Decide on a day, or leave it to the common calendar again."""
    return await to_thread(_set, request, data)


@post("/ngay-nghi/nhap", sync_to_thread=True, status_code=200, request_max_body_size=MAX_FILE + 100_000,
      guards=[guarded(_require)])  # fmt: skip
def days_import_form(request: AnyRequest, data: Files) -> Response[str]:
    """Look through a workbook of days; with `do=save` store it if it has no fault."""
    return _import(request, data)


@get("/ngay-nghi/mau.xlsx", sync_to_thread=True)
def days_template(request: AnyRequest) -> Response[bytes]:
    """Give the workbook to be filled in."""
    _require(request)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = rules.SHEET
    sheet.append(list(rules.HEADINGS))
    for letter, width in zip("ABC", (16, 60, 16), strict=True):
        sheet.column_dimensions[letter].width = width
    note = book.create_sheet("Hướng dẫn")
    for words in ("Ngày: dd/mm/yyyy, ví dụ 31/08/2026", "Tên: Nghỉ hoán đổi theo Quyết định số …",
                  "Loại: “nghỉ” hoặc “làm bù”; chỉ ghi ngày khác với lịch chung"):  # fmt: skip
        note.append([words])
    file = BytesIO()
    book.save(file)
    return download(file.getvalue(), "mau-ngay-nghi.xlsx")


ROUTES = [days_page, days_form, days_import_form, days_template]
