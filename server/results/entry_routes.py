"""HTTP for what people enter beside the ballots: transactions by form or workbook, and indices by hand."""

from asyncio import to_thread
from io import BytesIO
from typing import Annotated, Any

from litestar import Response, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body

from server.accounts import sessions
from server.accounts.routes import AnyRequest, Form
from server.accounts.rules import May
from server.results import entered
from server.results.desk import open_desk
from server.results.entry import EntryError, read_rows, read_score, read_served
from server.results.view_routes import show

Upload = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
FILE_AT_MOST = 2_000_000


@post("/ket-qua/phu", status_code=200)
async def enter_transactions(request: AnyRequest, data: Form) -> Response[str]:
    """Store how many people an office served in a span of days."""
    return await to_thread(_enter, request, data)


def _enter(request: AnyRequest, data: dict[str, str]) -> Response[str]:
    session = sessions.require(request, May.DATA_ENTER)
    sessions.check_form(request, session, data.get("csrf", ""))
    with open_desk(request, session) as desk:
        offices = {one.id: one.id for one in desk.asked.offices}
    try:
        one = read_served(data, offices, desk.asked.today)
        _store(request, [one], session.account.name)
    except (EntryError, entered.OverlapError) as error:
        return show(request, session, "phu", status=400, wrong=str(error), given=data)
    done = (
        f"Đã lưu {one.n} lượt giao dịch của {desk.asked.name_of(one.office)}, {one.first:%d/%m/%Y}–{one.last:%d/%m/%Y}."
    )
    return show(request, session, "phu", done=done)


@post("/ket-qua/phu/nhap", status_code=200)
async def import_transactions(request: AnyRequest, data: Upload) -> Response[str]:
    """Store the rows of a workbook, all or none."""
    file = data.get("file")
    body = await file.read() if isinstance(file, UploadFile) else b""
    return await to_thread(_import, request, str(data.get("csrf", "")), body)


def _import(request: AnyRequest, csrf: str, body: bytes) -> Response[str]:
    session = sessions.require(request, May.DATA_ENTER)
    sessions.check_form(request, session, csrf)
    with open_desk(request, session) as desk:
        known = desk.asked.offices
        offices = {one.code.casefold(): one.id for one in known} | {one.id: one.id for one in known}
    try:
        if len(body) > FILE_AT_MOST:
            raise EntryError("Tệp lớn hơn 2 MB. Xin chỉ để trang số lượt giao dịch trong tệp.")
        spans = read_rows(BytesIO(body), offices, desk.asked.today)
        _store(request, spans, session.account.name)
    except (EntryError, entered.OverlapError) as error:
        return show(request, session, "phu", status=400, wrong=f"{error} Chưa hàng nào được lưu.")
    return show(request, session, "phu", done=f"Đã nhập {len(spans)} hàng từ tệp.")


def _store(request: AnyRequest, spans: list[entered.Served], actor: str) -> None:
    centre = sessions.centre_of(request)
    centre.writer.run(lambda work: entered.enter(work, spans, actor, centre.now_ms()))


@post("/ket-qua/tt01", status_code=200)
async def enter_indices(request: AnyRequest, data: Form) -> Response[str]:
    """Store an office's indices for the period shown; an empty field takes one back."""
    return await to_thread(_enter_indices, request, data)


def _enter_indices(request: AnyRequest, data: dict[str, str]) -> Response[str]:
    session = sessions.require(request, May.DATA_ENTER)
    sessions.check_form(request, session, data.get("csrf", ""))
    with open_desk(request, session) as desk:
        office, period = desk.asked.scope.office, desk.asked.period
    try:
        if not office:
            raise EntryError("Chưa chọn đơn vị. Xin chọn một đơn vị ở thanh lọc rồi nhập lại.")
        given = {number: read_score(number, data.get(f"i{number}", "")) for number in range(1, 10)}
    except EntryError as error:
        return show(request, session, "tt01", status=400, wrong=str(error), given=data)
    centre, days = sessions.centre_of(request), (period.first, period.last)
    actor = session.account.name
    centre.writer.run(lambda work: entered.enter_scores(work, office, days, given, actor, centre.now_ms()))
    return show(request, session, "tt01", done="Đã lưu điểm các chỉ số.")


ROUTES = [enter_transactions, import_transactions, enter_indices]
"""The program interface for queue machines, with a token of its own, is not here yet."""
