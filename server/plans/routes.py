"""HTTP for plans: the list, a new line from a finding, one line with its history, the list as a workbook."""

from asyncio import to_thread
from collections.abc import Callable, Mapping
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from server.accounts import sessions
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.audit.queries import record
from server.database import Work
from server.offices.scope import check
from server.pages.download import download
from server.plans import change, queries
from server.plans.desk import Desk, line_of, open_desk, plan_in
from server.plans.effect import Window
from server.plans.propose import name_of, proposals
from server.plans.rules import MOVES, RUNNING, WINDOWS, WORDS, Draft, Plan, State, draft_faults, read_draft
from server.plans.sheet import workbook
from server.problem import RefusalError
from server.questionnaires.queries import seen_on
from survey.local_time import local_words

AT_MOST: Final = 200
GROUPS: Final = {"": "Tất cả", "dang-lam": "Đang chạy", "qua-han": "Quá hạn", "da-lam": "Đã làm", "bo": "Bỏ"}
DONE: Final = {
    "lap": "Đã lập dự thảo. Lãnh đạo duyệt ở trang này.", "sua": "Đã lưu dự thảo.", "buoc": "Đã chuyển bước.",
    "giao": "Đã đổi người, đổi hạn.", "loi": "Đã lưu lời cho người dân. Lời hiện ra sau khi lãnh đạo duyệt.",
    "duyet-loi": "Đã lưu quyết định về lời cho người dân.",
}  # fmt: skip
FIELDS: Final = {
    "question": "Câu hỏi", "reason": "Lý do", "finding": "Phát hiện", "action": "Việc làm",
    "owner": "Người chịu trách nhiệm", "due_on": "Hạn", "window_days": "Khoảng so sánh",
    "text_vi": "Lời cho người dân", "text_en": "Lời tiếng Anh", "text_by": "Người duyệt lời",
}  # fmt: skip


def _is_in(desk: Desk, plan: Plan, group: str) -> bool:
    match group:
        case "dang-lam":
            return plan.state in RUNNING
        case "qua-han":
            return plan.is_overdue(desk.today)
        case "da-lam":
            return plan.state in (State.DONE, State.REVIEWED)
        case "bo":
            return plan.state is State.DROPPED
    return True


def _asked(request: AnyRequest, desk: Desk) -> tuple[str, str, str]:
    given = request.query_params
    unit, period, group = (given.get(name, "")[:80] for name in ("don_vi", "ky", "nhom"))
    if unit:
        check(desk.reached, unit)
    return unit, period, group if group in GROUPS else ""


def _list(request: AnyRequest) -> Response[str]:
    desk, centre = open_desk(request, May.RESULTS_SEE), sessions.centre_of(request)
    unit, period, group = _asked(request, desk)
    with centre.engine.connect() as connection:
        whole = queries.every(connection, desk.reached)
        wanted = [one for one in whole if unit in ("", one.unit) and period in ("", one.period)]
        chosen = [one for one in wanted if _is_in(desk, one, group)]
        lines = [line_of(desk, connection, one) for one in chosen[:AT_MOST]]
    return page(
        request, "plans.html", session=desk.session, desk=desk, lines=lines, n=len(chosen), has_any=bool(whole),
        groups=GROUPS, group=group, unit=unit, period=period, states=WORDS, State=State,
        counts={name: sum(_is_in(desk, one, name) for one in wanted) for name in GROUPS},
        units={one.unit: desk.name(one.unit) for one in whole},
        periods={one.period: desk.period_words(one.period) for one in whole},
    )  # fmt: skip


def _form(request: AnyRequest, given: Draft, wrong: list[str], status: int = 200) -> Response[str]:
    desk, centre = open_desk(request, May.DATA_ENTER), sessions.centre_of(request)
    if given.unit:
        check(desk.reached, given.unit)
    period = desk.periods().get(given.period)
    with centre.engine.connect() as connection:
        asked = seen_on(connection, desk.today if period is None else min(period.last, desk.today))
        found = []
        if period is not None and given.unit:
            window = Window(period.first, period.last)
            counted = queries.answers_in(connection, asked, given.unit, window)
            reasons = queries.reasons_in(connection, asked, given.unit, window)
            found = proposals(asked, counted, reasons, desk.least)
    return page(
        request, "plan_new.html", status, session=desk.session, desk=desk, given=given, wrong=wrong, found=found,
        period=period, **_choices(asked), due=change.default_due(desk.today),
    )  # fmt: skip


def _choices(asked: Any) -> dict[str, Any]:
    """Return what a finding can be about, by question, and the windows, as forms offer them."""
    abouts = {
        name_of(asked, one.id): {f"{one.id}|": "Cả câu"}
        | {f"{one.id}|{each.id}": f"Lý do: {each.vi}" for each in (one.follow_up.reasons if one.follow_up else [])}
        for one in asked.questions
        if one.id != asked.quick_question
    }
    return {"abouts": abouts, "windows": WINDOWS}


def _make(request: AnyRequest, data: dict[str, str]) -> Response[Any]:
    desk, centre = open_desk(request, May.DATA_ENTER), sessions.centre_of(request)
    sessions.check_form(request, desk.session, data.get("csrf", ""))
    given = read_draft(data)
    units = frozenset(one.id for one in desk.choices)
    wrong = draft_faults(given, units=units, owners=frozenset(desk.owners), periods=frozenset(desk.periods()))
    if wrong:
        kept = given if given.unit in units else Draft(**{name: getattr(given, name) for name in
                                                          Draft.__struct_fields__ if name != "unit"})  # fmt: skip
        return _form(request, kept, wrong, 422)
    made = centre.writer.run(lambda work: change.make(work, desk, given))
    return Redirect(f"/ke-hoach/{made}?xong=lap", status_code=303)


def _show(request: AnyRequest, wanted: int, status: int = 200, **more: Any) -> Response[str]:
    desk, centre = open_desk(request, May.RESULTS_SEE), sessions.centre_of(request)
    with centre.engine.connect() as connection:
        plan = plan_in(desk, connection, wanted)
        line, events = line_of(desk, connection, plan), queries.history(connection, wanted)
        asked = seen_on(connection, min(plan.last, desk.today))
    draft = Draft(**{
        name: plan.due_on.isoformat() if name == "due_on" else str(getattr(plan, name))
        for name in Draft.__struct_fields__
    })  # fmt: skip
    values: dict[str, Any] = {
        "wrong": [], "done": DONE.get(request.query_params.get("xong", ""), ""), "given": draft, "entered": {},
    }  # fmt: skip
    return page(
        request, "plan.html", status, session=desk.session, desk=desk, line=line, plan=plan, events=events,
        states=WORDS, State=State, moves=MOVES[plan.state] if desk.may_write else [], at=local_words, fields=FIELDS,
        is_running=plan.state in RUNNING, **_choices(asked), **(values | more),
    )  # fmt: skip


ACTS: Final[dict[str, tuple[Callable[[Work, Desk, Plan, Mapping[str, str]], list[str]], str]]] = {
    "edit": (lambda work, desk, plan, data: change.edit(work, desk, plan, read_draft(data)), "sua"),
    "move": (change.move, "buoc"),
    "owner": (change.hand_over, "giao"),
    "text": (change.write_text, "loi"),
    "approve": (change.approve_text, "duyet-loi"),
}


def _do(request: AnyRequest, wanted: int, data: dict[str, str]) -> Response[Any]:
    desk, centre = open_desk(request, May.DATA_ENTER), sessions.centre_of(request)
    sessions.check_form(request, desk.session, data.get("csrf", ""))
    with centre.engine.connect() as connection:
        plan_in(desk, connection, wanted)
    if data.get("act") not in ACTS:
        raise RefusalError(400, "no_such_act", "there is no such act")
    act, done = ACTS[data["act"]]
    revision = int(data["revision"]) if data.get("revision", "").isdecimal() else -1

    def store(work: Work) -> list[str]:
        held = queries.hold(work, wanted, revision)
        return [change.GONE] if held is None else act(work, desk, held, data)

    wrong = centre.writer.run(store)
    if wrong:
        kept = {"given": read_draft(data)} if data["act"] == "edit" else {"entered": data}
        return _show(request, wanted, 422, wrong=wrong, **kept)
    return Redirect(f"/ke-hoach/{wanted}?xong={done}", status_code=303)


@get("/ke-hoach", sync_to_thread=True)
def plans_page(request: AnyRequest) -> Response[str]:
    """Show the lines in reach."""
    return _list(request)


@get("/ke-hoach/moi")
async def new_page(request: AnyRequest) -> Response[str]:
    """Show an empty form, or one filled from a finding: don_vi, ky, cau, ly_do, phat_hien."""
    given = request.query_params
    draft = Draft(
        unit=given.get("don_vi", "")[:80], period=given.get("ky", "")[:40], question=given.get("cau", "")[:80],
        reason=given.get("ly_do", "")[:80], finding=given.get("phat_hien", "")[:300],
    )  # fmt: skip
    return await to_thread(_form, request, draft, [])


@post("/ke-hoach/moi", status_code=200)
async def new_form(request: AnyRequest, data: Form) -> Response[Any]:
    """Store a new line."""
    return await to_thread(_make, request, data)


@get("/ke-hoach/{wanted:int}")
async def plan_page(request: AnyRequest, wanted: FromPath[int]) -> Response[str]:
    """Show a line."""
    return await to_thread(_show, request, wanted)


@post("/ke-hoach/{wanted:int}", status_code=200)
async def plan_form(request: AnyRequest, wanted: FromPath[int], data: Form) -> Response[Any]:
    """Change a line, take a step, write or approve its words for everybody."""
    return await to_thread(_do, request, wanted, data)


@get("/ke-hoach/ke-hoach.xlsx", sync_to_thread=True)
def plans_file(request: AnyRequest) -> Response[bytes]:
    """Give the lines of the list as a workbook; the download is audited."""
    desk, centre = open_desk(request, May.RESULTS_SEE), sessions.centre_of(request)
    unit, period, group = _asked(request, desk)
    with centre.engine.connect() as connection:
        chosen = [
            one for one in queries.every(connection, desk.reached, unit=unit, period=period) if _is_in(desk, one, group)
        ]
        lines = [line_of(desk, connection, one) for one in chosen]
    body, actor = workbook(desk, lines, unit), desk.actor
    centre.writer.run(lambda work: record(work, desk.now_ms, actor, "plan.export", str(len(lines))))
    return download(body, "ke-hoach.xlsx")


ROUTES = [plans_page, plans_file, new_page, new_form, plan_page, plan_form]
