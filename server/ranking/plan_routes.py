"""HTTP for what a ranking is made of: the criteria of a year, and the points that people enter."""

import secrets
from asyncio import to_thread
from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from server.accounts import sessions
from server.accounts.forms import Files, guarded
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.audit.queries import record
from server.database import Work
from server.offices.workbook import MAX_FILE, BookError, read
from server.pages.download import download
from server.problem import RefusalError
from server.ranking import book, entry, queries
from server.ranking.counted import offices_of
from server.ranking.desk import Desk, deciding, open_desk, question_codes
from server.ranking.entry import HEADINGS, LANES, MOST_CRITERIA, SHEET, Entered, PlanError
from server.ranking.routes import WORDS
from server.ranking.rules import SCALE, SOURCES, Plan, bands_words, short
from server.results.rules import vietnamese_order

SPARE = 3
NO_PLAN = "Năm này chưa có tiêu chí nào. Xin đặt tiêu chí trước."


def _fields(plan: Plan | None, codes: dict[str, str]) -> dict[str, str]:
    """Return the criteria as the form's fields hold them. codes: of questions, by id."""
    found: dict[str, str] = {}
    if plan is None:
        return found
    found |= {"first": plan.first.isoformat(), "last": plan.last.isoformat()}
    for n, one in enumerate(plan.criteria):
        found |= {
            f"id.{n}": one.id, f"name.{n}": one.name, f"source.{n}": one.source, f"most.{n}": short(one.most),
            f"bands.{n}": bands_words(one),
            f"questions.{n}": ", ".join(codes.get(each, each) for each in one.questions),
            f"lane.{n}": one.lanes[0] if one.lanes else "", f"full.{n}": "1" if one.none_is_full else "",
            f"first.{n}": one.first.isoformat() if one.first else "",
            f"last.{n}": one.last.isoformat() if one.last else "",
        }  # fmt: skip
    return found


def _show_plan(request: AnyRequest, year: int, status: int = 200, **more: Any) -> Response[str]:
    session = sessions.require(request, May.RESULTS_SEE)
    with sessions.centre_of(request).engine.connect() as connection:
        desk = open_desk(connection, request, session, year)
        before = queries.plan_of(connection, year - 1) if desk.plan is None else None
        _, codes = question_codes(connection, desk.today)
    fields = _fields(desk.plan or before, codes)
    if desk.plan is None:
        fields = {name: value for name, value in fields.items() if not name.startswith(("first", "last"))}
    values: dict[str, Any] = {"faults": [], "fields": fields}
    n = sum(name.startswith("name.") for name in fields)
    rows = min(MOST_CRITERIA, n + SPARE) if desk.is_admin else n
    return page(
        request, "yearly_ranking_plan.html", status, session=session, desk=desk, year=year, sources=SOURCES,
        lanes=LANES,
        is_copied=before is not None, rows=rows, scale=short(SCALE), codes=list(codes.values()), words=WORDS,
        **(values | more),
    )  # fmt: skip


def _set_plan(request: AnyRequest, year: int, data: dict[str, str]) -> Response[Any]:
    session, centre = deciding(request), sessions.centre_of(request)
    sessions.check_form(request, session, data.get("csrf", ""))
    with centre.engine.connect() as connection:
        desk = open_desk(connection, request, session, year)
        codes, _ = question_codes(connection, desk.today)
        older = [desk.plan, queries.plan_of(connection, year - 1)]
    known = frozenset(one.id for plan in older if plan for one in plan.criteria)
    try:
        plan = entry.read_plan(year, data, codes, [secrets.token_hex(6) for _ in range(MOST_CRITERIA)], known)
    except PlanError as error:
        return _show_plan(request, year, 422, faults=error.faults, fields=data)

    def store(work: Work) -> None:
        queries.set_plan(work, plan, session.account.name, centre.now_ms())
        record(work, centre.now_ms(), session.account.name, "ranking.plan", f"{year} {len(plan.criteria)}")

    centre.writer.run(store)
    return Redirect(f"/xep-hang-nam/{year}?ban=nay&xong=tieu-chi", status_code=303)


def _entering(request: AnyRequest) -> Session:
    session = sessions.require(request, May.DATA_ENTER)
    if session.unit is not None:
        raise RefusalError(
            404, "no_such_page", "points are entered for the whole province, not by an office for itself"
        )
    return session


def _show_entry(request: AnyRequest, year: int, status: int = 200, **more: Any) -> Response[str]:
    session = _entering(request)
    with sessions.centre_of(request).engine.connect() as connection:
        desk = open_desk(connection, request, session, year)
        known = queries.entries(connection, year)
        names = offices_of(connection, desk.plan, desk.today).names if desk.plan else {}
    offices = sorted(names.items(), key=lambda one: vietnamese_order(one[1]))
    chosen = request.query_params.get("don_vi", "")[:80]
    values: dict[str, Any] = {"wrong": "", "done": "", "faults": [], "given": {}, "chosen": chosen}
    values |= more
    chosen = values["chosen"] if values["chosen"] in names else (offices[0][0] if offices else "")
    hand = [one for one in desk.plan.criteria if one.source == "hand"] if desk.plan else []
    full = {office: sum((office, one.id) in known and known[office, one.id].points is not None for one in hand)
            for office in names}  # fmt: skip
    return page(
        request, "yearly_ranking_entry.html", status, session=session, desk=desk, year=year, offices=offices,
        known=known, hand=hand, full=full, words=WORDS, **(values | {"chosen": chosen}),
    )  # fmt: skip


def _store(request: AnyRequest, session: Session, year: int, several: Sequence[Entered], action: str) -> int:
    """Store what differs from what holds; returns how many that were."""
    centre = sessions.centre_of(request)

    def store(work: Work) -> int:
        known = queries.entries(work.connection, year)
        fresh = [one for one in several if known.get((one.office, one.criterion), _none(one)) != one]
        queries.enter(work, year, fresh, session.account.name, centre.now_ms())
        for one in fresh:
            record(work, centre.now_ms(), session.account.name, action, f"{year} {entry.told(one)}")
        return len(fresh)

    return centre.writer.run(store)


def _none(one: Entered) -> Entered:
    return Entered(one.office, one.criterion, None)


def _opened(request: AnyRequest, session: Session, year: int) -> tuple[Desk, dict[str, str], dict[str, str]]:
    """Return the desk, the offices' names by id, and ids by code."""
    with sessions.centre_of(request).engine.connect() as connection:
        desk = open_desk(connection, request, session, year)
        if desk.plan is None:
            return desk, {}, {}
        offices = offices_of(connection, desk.plan, desk.today)
    return desk, offices.names, offices.codes()


def _enter(request: AnyRequest, year: int, data: dict[str, str]) -> Response[Any]:
    session = _entering(request)
    sessions.check_form(request, session, data.get("csrf", ""))
    desk, names, _ = _opened(request, session, year)
    office = data.get("office", "")
    if desk.plan is None or office not in names:
        return _show_entry(request, year, 422, wrong="Chưa chọn đơn vị trong danh sách. Xin chọn lại.", given=data)
    found, wrong = [], []
    for one in (each for each in desk.plan.criteria if each.source == "hand"):
        given = [data.get(f"{field}.{one.id}", "") for field in ("points", "base", "note")]
        read_one = entry.read_entry(office, one, *given)
        if isinstance(read_one, tuple):
            value = f" “{read_one[1]}”" if read_one[1] else ""
            wrong.append(f"{one.name}, {read_one[0].lower()}{value}: {read_one[2]}")
        else:
            found.append(read_one)
    if wrong:
        return _show_entry(request, year, 422, wrong=" ".join(wrong), given=data, chosen=office)
    _store(request, session, year, found, "ranking.enter")
    return _show_entry(request, year, done=f"Đã lưu điểm của {names[office]}.", chosen=office)


def _import(request: AnyRequest, year: int, data: dict[str, Any]) -> Response[str]:
    session = _entering(request)
    sessions.check_form(request, session, str(data.get("csrf", "")))
    desk, _, codes = _opened(request, session, year)
    file = data.get("file")
    if desk.plan is None or not isinstance(file, UploadFile) or not file.filename:
        return _show_entry(
            request, year, 422, wrong=NO_PLAN if desk.plan is None else "Chưa chọn tệp .xlsx. Xin chọn tệp."
        )
    try:
        lines, faults = read(file.file.read(MAX_FILE + 1), {SHEET: HEADINGS}, [SHEET])
    except BookError as error:
        return _show_entry(request, year, 422, wrong=str(error))
    found, wrong = entry.read_rows(lines, desk.plan, codes)
    if faults or wrong:
        return _show_entry(request, year, 422, faults=sorted([*faults, *wrong]))
    n = _store(request, session, year, found, "ranking.import")
    return _show_entry(request, year, done=f"Đã đọc {len(found)} dòng; {n} điểm mới hoặc thay đổi đã lưu.")


@get("/xep-hang-nam/{year:int}/tieu-chi")
async def plan_page(request: AnyRequest, year: FromPath[int]) -> Response[str]:
    """Show the criteria of a year."""
    return await to_thread(_show_plan, request, year)


@post("/xep-hang-nam/{year:int}/tieu-chi", status_code=200)
async def plan_form(request: AnyRequest, year: FromPath[int], data: Form) -> Response[Any]:
    """Store the criteria of a year."""
    return await to_thread(_set_plan, request, year, data)


@get("/xep-hang-nam/{year:int}/diem")
async def entry_page(request: AnyRequest, year: FromPath[int]) -> Response[str]:
    """Show where points are entered."""
    return await to_thread(_show_entry, request, year)


@post("/xep-hang-nam/{year:int}/diem", status_code=200)
async def entry_form(request: AnyRequest, year: FromPath[int], data: Form) -> Response[Any]:
    """Store the points of one office."""
    return await to_thread(_enter, request, year, data)


@post(
    "/xep-hang-nam/{year:int}/diem/nhap",
    sync_to_thread=True,
    status_code=200,
    request_max_body_size=MAX_FILE + 100_000,
    guards=[guarded(May.DATA_ENTER)],
)
def entry_import(request: AnyRequest, year: FromPath[int], data: Files) -> Response[str]:
    """Store the rows of a workbook, all or none."""
    return _import(request, year, data)


@get("/xep-hang-nam/{year:int}/diem/mau.xlsx", sync_to_thread=True)
def entry_template(request: AnyRequest, year: FromPath[int]) -> Response[bytes]:
    """Give the workbook to be filled in."""
    session = _entering(request)
    with sessions.centre_of(request).engine.connect() as connection:
        desk = open_desk(connection, request, session, year)
        if desk.plan is None:
            raise RefusalError(404, "no_plan", "this year has no criteria")
        found = offices_of(connection, desk.plan, desk.today)
        known = queries.entries(connection, year)
    order = sorted(found.names, key=lambda one: vietnamese_order(found.names[one]))
    return download(book.template(desk.plan, [(one, found.units[one].code or one) for one in order], known),
                    f"diem-xep-hang-{year}.xlsx")  # fmt: skip


ROUTES = [plan_page, plan_form, entry_page, entry_form, entry_import, entry_template]
