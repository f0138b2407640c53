"""HTTP for paper: piles, one screen a ballot for the keyboard alone, double entry, scans."""

import secrets
from asyncio import to_thread
from collections.abc import Mapping
from typing import Any, Final

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from server.accounts import sessions
from server.accounts.forms import Files, guarded
from server.accounts.routes import AnyRequest, Form, page
from server.ballots.desk import DeskError, Told
from server.database import Work
from server.imports.desk import MAY, Desk, open_desk
from server.imports.meaning import offices_of, stood
from server.imports.values import masked
from server.offices.scope import check
from server.pages.download import download
from server.paper import queries
from server.paper.queries import FIRST, SECOND, Pile, Scan
from server.paper.rules import (
    KINDS,
    MEDIA,
    SCAN_AT_MOST,
    differences,
    levels_shown,
    progress,
    read_day,
    read_keys,
    read_levels,
    scan_kind,
)
from server.phone.rules import read_form
from server.problem import RefusalError
from survey.note import Note
from survey.questionnaire import REASONS_AT_MOST

COMMENT_AT_MOST: Final = 1000


def _names(desk: Desk) -> dict[str, str]:
    return {unit.id: unit.name_vi for unit in desk.units}


def _front(request: AnyRequest, desk: Desk, status: int = 200, **more: Any) -> Response[Any]:
    with sessions.centre_of(request).engine.connect() as connection:
        found = queries.piles(Work(connection), desk.reached)
    offices = offices_of(desk.units)
    counters = {
        name: [unit for unit in desk.units if unit.parent == office and stood(unit, desk.today)]
        for office, name in offices.items()
    }
    values: dict[str, Any] = {"wrong": "", "given": {}}
    return page(
        request, "piles.html", status, session=desk.session, piles=found, offices=offices, counters=counters,
        kinds=KINDS, names=_names(desk), today=desk.today, progress=progress, **(values | more),
    )  # fmt: skip


def _make(request: AnyRequest, data: dict[str, str]) -> Response[Any]:
    desk, centre = open_desk(request), sessions.centre_of(request)
    sessions.check_form(request, desk.session, data.get("csrf", ""))
    day, wrong = read_day(data.get("day", ""), "Ngày", desk.today)
    office, counter = _place(data.get("place", ""), desk)
    said = data.get("said", "").strip()
    if not office:
        wrong = "Nơi nhận phiếu: chưa chọn. Xin chọn đơn vị hoặc quầy."
    elif said and not (said.isdecimal() and 0 < int(said) < 100_000):
        wrong = f"Số phiếu trong tập: “{said[:10]}” không phải số đếm. Xin nhập số, hoặc bỏ trống."
    elif day and not any(unit.id == counter and stood(unit, day) for unit in desk.units):
        wrong = f"Ngày {day:%d/%m/%Y}: nơi này không có trong danh mục. Xin chọn đơn vị của thời gian đó."
    if wrong or day is None:
        return _front(request, desk, 422, wrong=wrong, given=data)
    kind = data.get("kind", "") if data.get("kind") in KINDS else "desk"
    new = Pile(0, office, counter, day, kind, int(said) if said else None, desk.session.account.name, centre.now_ms())
    made = centre.writer.run(lambda work: queries.make_pile(work, new))
    return Redirect(f"/phieu-giay/{made}", status_code=303)


def _place(wanted: str, desk: Desk) -> tuple[str, str]:
    """Return (office, counter) of a place that was chosen; the office itself is a counter nobody wrote down."""
    if wanted in offices_of(desk.units):
        return wanted, wanted
    found = next((unit for unit in desk.units if unit.id == wanted and unit.kind == "counter" and unit.parent), None)
    return (found.parent or "", found.id) if found else ("", "")


def _pile(request: AnyRequest, desk: Desk, wanted: int) -> Pile:
    with sessions.centre_of(request).engine.connect() as connection:
        found = queries.pile(Work(connection), wanted)
    if found is None:
        raise RefusalError(404, "no_such_pile", "there is no such pile")
    check(desk.reached, found.office)
    return found


def _round(given: Mapping[str, Any]) -> int:
    return SECOND if given.get("lan") == "2" else FIRST


def _show(request: AnyRequest, desk: Desk, one: Pile, round_: int, status: int = 200, **more: Any) -> Response[Any]:
    with sessions.centre_of(request).engine.connect() as connection:
        work = Work(connection)
        scans = queries.scans(work, "pile_id", one.id)
        first, second = queries.typed(work, one.id, FIRST), queries.typed(work, one.id, SECOND)
        settled = set(queries.typed(work, one.id, queries.THIRD))
    values: dict[str, Any] = {"wrong": [], "done": "", "given": {}, "comment": "", "reasons": {}}
    return page(
        request, "pile.html", status, session=desk.session, pile=one, round=round_, names=_names(desk), kinds=KINDS,
        questionnaire=desk.questionnaire, form=secrets.token_hex(16), scans=scans, progress=progress,
        number=max(second if round_ == SECOND else first, default=0) + 1, shown=levels_shown,
        different=differences(first, second, settled), **(values | more),
    )  # fmt: skip


def _enter(request: AnyRequest, wanted: int, data: FormMultiDict) -> Response[Any]:
    desk, centre = open_desk(request), sessions.centre_of(request)
    sessions.check_form(request, desk.session, str(data.get("csrf", "")))
    one, round_ = _pile(request, desk, wanted), _round(data)
    given = {question.id: str(data.get(f"q.{question.id}", "")) for question in desk.questionnaire.questions}
    levels, wrong = read_levels(given, desk.questionnaire)
    filled = read_form(lambda name: [str(value) for value in data.getall(name, [])], desk.questionnaire)
    comment = masked(filled.comment)
    wrong += _more_faults(filled.reasons, comment)
    if not wrong and not levels and not comment:
        wrong = ["Phiếu chưa có câu trả lời nào. Xin gõ ít nhất một câu, hoặc ghi ý kiến."]
    kept = {"given": given, "comment": filled.comment, "reasons": filled.reasons}
    if wrong:
        return _show(request, desk, one, round_, 422, wrong=wrong, **kept)
    told = Told(one.counter, one.day, None, levels, filled.reasons, Note(comment=comment))
    by = (desk.session.account.name, str(data.get("form", ""))[:32] or secrets.token_hex(16), centre.now_ms())
    try:
        centre.writer.run(lambda work: queries.enter(work, centre, one, told, desk.questionnaire, round_, by))
    except DeskError as error:
        words = f"Phiếu không hợp với bộ câu hỏi: {error}. Xin xem lại phiếu."
        return _show(request, desk, one, round_, 422, wrong=[words], **kept)
    return Redirect(_address(one, round_), status_code=303)


def _more_faults(reasons: Mapping[str, list[str]], comment: str) -> list[str]:
    found = [f"Xin chọn nhiều nhất {REASONS_AT_MOST} lý do cho mỗi câu."] if any(
        len(picked) > REASONS_AT_MOST for picked in reasons.values()
    ) else []  # fmt: skip
    if len(comment) > COMMENT_AT_MOST:
        found.append(f"Ý kiến dài {len(comment)} ký tự, nhiều nhất {COMMENT_AT_MOST}. Xin rút ngắn.")
    return found


def _address(one: Pile, round_: int) -> str:
    return f"/phieu-giay/{one.id}" + ("?lan=2" if round_ == SECOND else "")


def _act(request: AnyRequest, wanted: int, data: dict[str, str]) -> Response[Any]:
    """Take the last ballot back, or let a third look settle a difference."""
    desk, centre = open_desk(request), sessions.centre_of(request)
    sessions.check_form(request, desk.session, data.get("csrf", ""))
    one, round_ = _pile(request, desk, wanted), _round(data)
    by = (desk.session.account.name, data.get("form", "")[:32] or secrets.token_hex(16), centre.now_ms())
    if data.get("do") == "settle":
        number = int(data["number"]) if data.get("number", "").isdecimal() else 0
        levels, faults = read_keys(data.get("levels", ""), desk.questionnaire)
        if faults:
            return _show(request, desk, one, round_, 422, wrong=[f"Phiếu số {number}: {each}" for each in faults])
        try:
            is_done = centre.writer.run(lambda work: queries.settle(work, one, number, levels, desk.questionnaire, by))
        except DeskError as error:
            return _show(request, desk, one, round_, 422, wrong=[f"Phiếu số {number}: {error}"])
        fresh = _pile(request, desk, wanted)
        told = f"Đã quyết phiếu số {number}." if is_done else ""
        wrong = [] if is_done else [f"Phiếu số {number} chưa có ở lần nhập thứ nhất. Xin nhập phiếu đó trước."]
        return _show(request, desk, fresh, round_, 200 if is_done else 422, done=told, wrong=wrong)
    number = centre.writer.run(lambda work: queries.take_back(work, one, round_, by))
    fresh = _pile(request, desk, wanted)
    told = f"Đã bỏ phiếu số {number}. Xin nhập lại phiếu đó." if number else "Không còn phiếu nào để bỏ."
    return _show(request, desk, fresh, round_, done=told)


def read_scan(file: Any) -> tuple[str, str, bytes]:
    """Return (name, kind, bytes) of a scan that was sent. Raises ValueError, in Vietnamese."""
    if not isinstance(file, UploadFile) or not file.filename:
        raise ValueError("Bản quét: chưa chọn tệp. Xin chọn tệp ảnh hoặc PDF.")
    body = file.file.read(SCAN_AT_MOST + 1)
    if len(body) > SCAN_AT_MOST:
        raise ValueError("Bản quét: tệp lớn hơn 5 MB. Xin quét ở độ phân giải thấp hơn (200 dpi là đủ).")
    kind = scan_kind(body)
    if kind is None:
        raise ValueError("Bản quét: tệp không phải JPEG, PNG hay PDF. Xin quét lại thành một trong ba dạng đó.")
    return file.filename[-100:], kind, body


def _scan(request: AnyRequest, wanted: int, data: dict[str, Any]) -> Response[Any]:
    desk, centre = open_desk(request), sessions.centre_of(request)
    sessions.check_form(request, desk.session, str(data.get("csrf", "")))
    one = _pile(request, desk, wanted)
    try:
        name, kind, body = read_scan(data.get("file"))
    except ValueError as error:
        return _show(request, desk, one, FIRST, 422, wrong=[str(error)])
    new, actor = Scan(0, one.id, None, name, kind), desk.session.account.name
    centre.writer.run(lambda work: queries.add_scan(work, new, body, actor, centre.now_ms()))
    return _show(request, desk, one, FIRST, done="Đã lưu bản quét.")


@get("/phieu-giay")
async def piles_page(request: AnyRequest) -> Response[Any]:
    """Show the piles, and where a new one begins."""
    return await to_thread(lambda: _front(request, open_desk(request)))


@post("/phieu-giay", status_code=200)
async def pile_form(request: AnyRequest, data: Form) -> Response[Any]:
    """Begin a pile."""
    return await to_thread(_make, request, data)


@get("/phieu-giay/{wanted:int}")
async def pile_page(request: AnyRequest, wanted: FromPath[int]) -> Response[Any]:
    """Show one screen for one ballot."""

    def show() -> Response[Any]:
        desk = open_desk(request)
        return _show(request, desk, _pile(request, desk, wanted), _round(request.query_params))

    return await to_thread(show)


@post("/phieu-giay/{wanted:int}", status_code=200)
async def ballot_form(request: AnyRequest, wanted: FromPath[int]) -> Response[Any]:
    """Store one ballot and show the screen for the next."""
    data = await request.form()
    return await to_thread(_enter, request, wanted, data)


@post("/phieu-giay/{wanted:int}/sua", sync_to_thread=True, status_code=200)
def act_form(request: AnyRequest, wanted: FromPath[int], data: Form) -> Response[Any]:
    """Take the last ballot back, or settle a difference."""
    return _act(request, wanted, data)


@post("/phieu-giay/{wanted:int}/quet", status_code=200, request_max_body_size=SCAN_AT_MOST + 100_000,
      guards=[guarded(MAY)])  # fmt: skip
async def scan_form(request: AnyRequest, wanted: FromPath[int], data: Files) -> Response[Any]:
    """Store a scan of a pile."""
    return await to_thread(_scan, request, wanted, data)


@get("/phieu-giay/quet/{wanted:int}", sync_to_thread=True)
def scan_file(request: AnyRequest, wanted: FromPath[int]) -> Response[bytes]:
    """Give a scan as a file to be saved, never to be shown as a page of ours."""
    desk = open_desk(request)
    with sessions.centre_of(request).engine.connect() as connection:
        found = queries.scan(Work(connection), wanted)
    if found is None:
        raise RefusalError(404, "no_such_scan", "there is no such scan")
    one, body, office = found
    check(desk.reached, office)
    name = f"ban-quet-{one.id}.{one.kind}"
    return download(body, f"{name}", MEDIA[one.kind])


ROUTES = [piles_page, pile_form, pile_page, ballot_form, act_form, scan_form, scan_file]
