"""HTTP for tallies: sums an office counted itself, entered once, listed, taken back, as a workbook."""

import secrets
from asyncio import to_thread
from io import BytesIO
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from openpyxl import Workbook

from server.accounts import sessions
from server.accounts.forms import Files, guarded
from server.accounts.routes import AnyRequest, Form, page
from server.database import Work
from server.imports.desk import MAY, Desk, open_desk
from server.imports.meaning import offices_of
from server.offices.queries import place_in, province_of
from server.offices.scope import check
from server.pages.download import download
from server.paper import queries, tallies
from server.paper.queries import Scan
from server.paper.routes import read_scan
from server.paper.rules import COUNTS, SCAN_AT_MOST, read_tally
from server.problem import RefusalError
from server.reports.sheet import DATE, NUMBER, Column, Heading, open_sheet
from survey.local_time import local_words

COLUMNS: Final = [
    Column("Số", 6, NUMBER), Column("Đơn vị", 40), Column("Từ ngày", 12, DATE), Column("Đến ngày", 12, DATE),
    Column("Số phiếu", 9, NUMBER), Column("Người nhập", 16), Column("Trạng thái", 14), Column("Câu hỏi", 16),
]  # fmt: skip
HEADS: Final = ("Mức 5", "Mức 4", "Mức 3", "Mức 2", "Mức 1", "Không áp dụng")


def _show(request: AnyRequest, desk: Desk, status: int = 200, **more: Any) -> Response[Any]:
    with sessions.centre_of(request).engine.connect() as connection:
        rows = tallies.tally_rows(connection, desk.reached)
        scans = queries.tally_scans(Work(connection))
    values: dict[str, Any] = {"wrong": [], "done": "", "given": {}}
    return page(
        request, "tallies.html", status, session=desk.session, rows=rows, offices=offices_of(desk.units),
        names={unit.id: unit.name_vi for unit in desk.units}, questionnaire=desk.questionnaire, counts=COUNTS,
        heads=HEADS, scans=scans, today=desk.today, form=secrets.token_hex(16), moment=local_words, **(values | more),
    )  # fmt: skip


def _enter(request: AnyRequest, data: dict[str, Any]) -> Response[Any]:
    desk, centre = open_desk(request), sessions.centre_of(request)
    sessions.check_form(request, desk.session, str(data.get("csrf", "")))
    given = {name: value for name, value in data.items() if isinstance(value, str)}
    tally, wrong = read_tally(given, desk.questionnaire, offices_of(desk.units), desk.today)
    file = data.get("file")
    scan = None
    if getattr(file, "filename", ""):
        try:
            scan = read_scan(file)
        except ValueError as error:
            wrong = [*wrong, str(error)]
    if wrong or tally is None:
        return _show(request, desk, 422, wrong=wrong, given=given)
    by = (desk.session.account.name, given.get("form", "")[:32] or secrets.token_hex(16), centre.now_ms())

    def job(work: Any) -> None:
        made = tallies.add_tally(work, tally, desk.questionnaire.ref, by)
        if scan is not None and not queries.scans(work, "tally_id", made):
            queries.add_scan(work, Scan(0, None, made, scan[0], scan[1]), scan[2], by[0], by[2])

    centre.writer.run(job)
    return Redirect("/phieu-giay/kiem-tong", status_code=303)


def _undo(request: AnyRequest, wanted: int, data: dict[str, str]) -> Response[Any]:
    desk, centre = open_desk(request), sessions.centre_of(request)
    sessions.check_form(request, desk.session, data.get("csrf", ""))
    with centre.engine.connect() as connection:
        found = next((one for one in tallies.tally_rows(connection, desk.reached) if one.id == wanted), None)
    if found is None:
        raise RefusalError(404, "no_such_tally", "there is no such tally")
    check(desk.reached, found.office)
    is_redo, actor = data.get("do") == "redo", desk.session.account.name
    centre.writer.run(
        lambda work: tallies.undo_tally(work, wanted, is_redo=is_redo, actor=actor, now_ms=centre.now_ms())
    )
    told = "được tính lại" if is_redo else "không còn được tính"
    return _show(request, desk, done=f"Kiểm tổng số {wanted} {told}.")


def _workbook(request: AnyRequest) -> Response[bytes]:
    desk = open_desk(request)
    names = {unit.id: unit.name_vi for unit in desk.units}
    province = province_of(desk.units)
    place = place_in(province)
    heading = Heading(province, "", "KIỂM TỔNG PHIẾU GIẤY", "Số do đơn vị tự đếm, không phải phiếu", place, desk.today)
    book = Workbook(write_only=True)
    table = open_sheet(book, "Kiểm tổng", [*COLUMNS, *(Column(head, 8, NUMBER) for head in HEADS)], heading)
    with sessions.centre_of(request).engine.connect() as connection:
        counted = tallies.tally_cells(connection, desk.reached)
        for one in tallies.tally_rows(connection, desk.reached):
            state = "Đã hoàn tác" if one.undone_at else "Đang tính"
            head = [one.id, names.get(one.office, one.office), one.first, one.last, one.ballots, one.actor, state]
            for question, values in counted.get(one.id, []):
                table.add([*head, question, *values])
    into = BytesIO()
    book.save(into)
    return download(into.getvalue(), "kiem-tong.xlsx")


@get("/phieu-giay/kiem-tong")
async def tallies_page(request: AnyRequest) -> Response[Any]:
    """Show the tallies and where one is entered."""
    return await to_thread(lambda: _show(request, open_desk(request)))


@post("/phieu-giay/kiem-tong", status_code=200, request_max_body_size=SCAN_AT_MOST + 200_000, guards=[guarded(MAY)])
async def tally_form(request: AnyRequest, data: Files) -> Response[Any]:
    """Store a tally."""
    return await to_thread(_enter, request, data)


@post("/phieu-giay/kiem-tong/{wanted:int}/hoan-tac", sync_to_thread=True, status_code=200)
def tally_undo_form(request: AnyRequest, wanted: FromPath[int], data: Form) -> Response[Any]:
    """Count a tally no more, or again."""
    return _undo(request, wanted, data)


@get("/phieu-giay/kiem-tong.xlsx", sync_to_thread=True)
def tallies_file(request: AnyRequest) -> Response[bytes]:
    """Give the tallies as a workbook."""
    return _workbook(request)


ROUTES = [tallies_page, tally_form, tally_undo_form, tallies_file]
