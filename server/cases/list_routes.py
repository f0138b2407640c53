"""HTTP for the list of cases: what to do first, search, thanks closed together, the register as a workbook."""

from asyncio import to_thread
from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

from litestar import Response, get, post
from litestar.response import Redirect
from openpyxl import Workbook

from server.accounts import sessions
from server.accounts.forms import lists_of
from server.accounts.routes import AnyRequest, page
from server.accounts.rules import May
from server.audit.queries import record
from server.cases import events, handle, queries
from server.cases.desk import SEEN_MS, Desk, frame_and, notes_of, open_desk
from server.cases.masks import mask_words
from server.cases.opening import WHY
from server.cases.queries import Case
from server.cases.rules import FINDINGS, WORDS, State
from server.cases.search import is_met
from server.cases.words import open_words
from server.database import Work
from server.offices.queries import place_in
from server.pages.download import download
from server.problem import RefusalError
from server.reports.sheet import Column, Heading, open_sheet
from survey.local_time import local_date, local_words

GROUPS: Final = {
    "can-lam": "Cần làm", "cua-toi": "Của tôi", "qua-han": "Quá hạn", "uu-tien": "Ưu tiên", "cam-on": "Lời cảm ơn",
    "da-xong": "Đã xong",
}  # fmt: skip
AT_MOST: Final = 300


def _tests(desk: Desk) -> dict[str, Callable[[Case], bool]]:
    me = desk.session.account.name
    return {
        "can-lam": lambda case: not case.is_over and not (case.state is State.NEW and case.why == "thanks"),
        "cua-toi": lambda case: not case.is_over and case.owner == me,
        "qua-han": lambda case: case.sign(desk.now_ms) == "late",
        "uu-tien": lambda case: not case.is_over and case.is_priority,
        "cam-on": lambda case: case.state is State.NEW and case.why == "thanks",
        "da-xong": lambda case: case.is_over,
    }


def _urgency(case: Case) -> tuple[Any, ...]:
    return (not case.is_priority, case.due_at is None, case.due_at or 0, -case.id)


def _texts(request: AnyRequest, desk: Desk, cases: list[Case]) -> dict[int, list[str]]:
    """Return what was said in these cases, opened in memory; nothing without the right to read it."""
    if not desk.may(May.COMMENTS_SEE):
        return {}
    centre, ids = sessions.centre_of(request), [case.id for case in cases]
    with centre.engine.connect() as connection:
        found = {case: [note.comment for note in notes] for case, notes in notes_of(connection, centre, ids).items()}
        for line in events.of_kinds(connection, ids, ("message", "answer", "kept", "note")):
            found.setdefault(line.case, []).append(open_words(line.sealed, centre.keys))
    return found


def _searched(request: AnyRequest, desk: Desk, cases: list[Case], asked: str) -> list[Case]:
    texts = _texts(request, desk, cases)
    places = {case.id: f"{case.number} {desk.name(case.office)} {desk.name(case.counter)}" for case in cases}
    return [case for case in cases if any(is_met(one, asked) for one in [places[case.id], *texts.get(case.id, [])])]


def _list(request: AnyRequest, status: int = 200, **more: Any) -> Response[str]:
    desk, centre = open_desk(request, May.CASES_SEE), sessions.centre_of(request)
    with centre.engine.connect() as connection:
        every = queries.every(connection, desk.now_ms - SEEN_MS, desk.reached)
    tests, asked = _tests(desk), " ".join(request.query_params.get("tim", "").split())[:80]
    group = request.query_params.get("nhom", "") if request.query_params.get("nhom") in GROUPS else "can-lam"
    counts = {name: sum(map(test, every)) for name, test in tests.items()}
    found = _searched(request, desk, every, asked) if asked else sorted(filter(tests[group], every), key=_urgency)
    texts = _texts(request, desk, found[:AT_MOST]) if group == "cam-on" else {}
    values: dict[str, Any] = {
        "wrong": "", "done": "", "groups": GROUPS, "group": group, "counts": counts, "cases": found[:AT_MOST],
        "n": len(found), "asked": asked, "states": WORDS, "whys": WHY, "at": local_words, "day_of": local_date,
        "texts": {case: mask_words(" ".join(several)) for case, several in texts.items()}, "has_any": bool(every),
    }  # fmt: skip
    return page(request, "cases.html", status, **frame_and(desk, **(values | more)))


def _bulk(request: AnyRequest, data: dict[str, list[str]]) -> Response[Any]:
    desk, centre = open_desk(request, May.CASES_HANDLE), sessions.centre_of(request)
    sessions.check_form(request, desk.session, next(iter(data.get("csrf", [])), ""))
    chosen = [int(one) for one in data.get("case", []) if one.isdecimal() and len(one) < 10][:AT_MOST]
    if not chosen:
        return _list(request, 422, wrong="Chưa chọn vụ việc nào. Xin đánh dấu những lời cảm ơn cần đóng.")

    def store(work: Work) -> int:
        closed = handle.close_thanks(work, chosen, desk.actor, desk.frame)
        record(work, desk.now_ms, desk.session.account.name, "case.thanks", str(closed))
        return closed

    closed = centre.writer.run(store)
    return Redirect(f"/vu-viec?nhom=cam-on&dong={closed}", status_code=303)


REGISTER: Final = (
    Column("STT", 6), Column("Số vụ việc", 12), Column("Ngày tiếp nhận", 13), Column("Nơi phát sinh", 32),
    Column("Quầy", 24), Column("Vì sao mở", 20), Column("Nội dung (đã che số điện thoại, giấy tờ)", 50),
    Column("Ưu tiên", 9), Column("Trạng thái", 20), Column("Đơn vị xử lý", 30), Column("Người xử lý", 18),
    Column("Hạn", 13), Column("Kết luận", 24), Column("Ngày xong", 13), Column("Công dân đánh giá", 12),
)  # fmt: skip


def _register(request: AnyRequest) -> bytes:
    desk, centre = open_desk(request, May.CASES_SEE), sessions.centre_of(request)
    if not desk.may(May.COMMENTS_SEE):
        raise RefusalError(403, "not_allowed", "this account may not read comments")
    with centre.engine.connect() as connection:
        cases = sorted(queries.every(connection, desk.now_ms - SEEN_MS, desk.reached), key=lambda case: case.id)
    texts = _texts(request, desk, cases)
    top = next((one.name_vi for one in desk.units.values() if one.parent is None), "").split(" (")[0]
    agency = desk.name(desk.session.unit) if desk.session.unit else top
    heading = Heading(
        top, agency, "SỔ THEO DÕI PHẢN ÁNH, KIẾN NGHỊ", f"Đến ngày {desk.today:%d/%m/%Y}",
        place_in(top), desk.today,
    )  # fmt: skip
    book = Workbook(write_only=True)
    table = open_sheet(book, "Sổ theo dõi", REGISTER, heading)
    for place, case in enumerate(cases, 1):
        table.add(_row(desk, place, case, " ".join(texts.get(case.id, []))))
    file = BytesIO()
    book.save(file)
    actor = desk.session.account.name
    centre.writer.run(lambda work: record(work, centre.now_ms(), actor, "case.register", str(len(cases))))
    return file.getvalue()


def _row(desk: Desk, place: int, case: Case, text: str) -> list[Any]:
    due = f"{local_date(case.due_at - 1):%d/%m/%Y}" if case.due_at else ""
    over = f"{local_date(case.closed_at):%d/%m/%Y}" if case.closed_at else ""
    return [
        place, case.number, f"{local_date(case.opened_at):%d/%m/%Y}", desk.name(case.office), desk.name(case.counter),
        WHY.get(case.why, case.why), mask_words(text), "Ưu tiên" if case.is_priority else "", WORDS[case.state],
        desk.name(case.unit), case.owner or "", due, FINDINGS.get(case.finding, ""), over,
        f"{case.rating}/5" if case.rating else "",
    ]  # fmt: skip


@get("/vu-viec")
async def cases_page(request: AnyRequest) -> Response[str]:
    """Show the cases in reach; `?nhom=` chooses a group, `?tim=` searches."""
    closed = request.query_params.get("dong", "")
    done = f"Đã đóng {closed} lời cảm ơn." if closed.isdecimal() else ""
    return await to_thread(lambda: _list(request, done=done))


@post("/vu-viec", status_code=200)
async def thanks_form(request: AnyRequest) -> Response[Any]:
    """Close the thanks that were ticked."""
    return await to_thread(_bulk, request, await lists_of(request))


@get("/vu-viec/so-theo-doi.xlsx", sync_to_thread=True)
def register_file(request: AnyRequest) -> Response[bytes]:
    """Give the register; the download is audited."""
    return download(_register(request), "so-theo-doi.xlsx")


ROUTES = [cases_page, thanks_form, register_file]
