"""HTTP for published questionnaires: the list, one version with its screens, where it is asked and from when."""

from asyncio import to_thread
from datetime import date
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.forms import number_of
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.audit.queries import record
from server.centre import config_changed
from server.database import Work
from server.offices.rules import day_words
from server.offices.scope import check, subtree
from server.previews.routes import drawer_of
from server.previews.sample import LANGUAGE_WORDS, PANEL_WORDS, chosen, look, nowhere, place_for, sample
from server.problem import RefusalError
from server.questionnaires.assigned import assign, withdraw
from server.questionnaires.choice import in_force
from server.questionnaires.desk import Counted, Desk, counts, lines, open_desk
from server.questionnaires.differences import changed
from server.questionnaires.drafts import DraftError, begin, drafts
from server.questionnaires.queries import of_refs
from survey.local_time import local_date, local_words
from survey.questionnaire import Questionnaire

ABOVE = "cap-tren"
"""What a form says for: as the unit above."""


def desk_of(connection: Connection, request: AnyRequest, permission: May = May.QUESTIONNAIRES_SEE) -> Desk:
    """Return the desk of a request. Raises RefusalError 403."""
    session = sessions.require(request, permission)
    return open_desk(connection, session, local_date(sessions.centre_of(request).now_ms()))


def _list(request: AnyRequest, status: int = 200, **more: Any) -> Response[str]:
    with sessions.centre_of(request).engine.connect() as connection:
        desk = desk_of(connection, request)
        found, writing = lines(connection, desk), drafts(connection)
    may = desk.session.may(May.QUESTIONNAIRES_CHANGE)
    ahead = [one for one in desk.assigned if one.withdrawn_at is None and desk.is_reached(one.unit)]
    return page(
        request, "questionnaires.html", status, session=desk.session, desk=desk, lines=found, drafts=writing,
        assigned=[(one, _state(desk, one)) for one in reversed(ahead)], may_change=may, moment=local_words,
        day_words=day_words, **({"wrong": "", "done": ""} | more),
    )  # fmt: skip


def _state(desk: Desk, one: Any) -> str:
    """Return what an assignment is today: coming, in force, or past."""
    if one.day > desk.today:
        return "coming"
    return "now" if in_force(desk.assigned, one.unit, desk.today) == one else "past"


@get("/cau-hoi")
async def list_page(request: AnyRequest) -> Response[str]:
    """Show every version, who asks it, and what is being written."""
    done = {"ban-thao": "Đã xóa bản thảo."}.get(request.query_params.get("xong", ""), "")
    return await to_thread(lambda: _list(request, done=done))


@post("/cau-hoi", status_code=200)
async def list_form(request: AnyRequest, data: Form) -> Response[Any]:
    """Begin a new version, or take back an assignment whose day has not come."""
    return await to_thread(_list_do, request, data)


def _list_do(request: AnyRequest, data: dict[str, str]) -> Response[Any]:
    centre, session = sessions.centre_of(request), sessions.require(request, May.QUESTIONNAIRES_CHANGE)
    sessions.check_form(request, session, data.get("csrf", ""))
    now_ms, actor = centre.now_ms(), session.account.name
    if data.get("do") == "begin":
        try:
            made = centre.writer.run(lambda work: begin(work, data.get("ref", "")[:120], now_ms, actor))
        except DraftError as error:
            return _list(request, 422, wrong=str(error))
        return Redirect(f"/cau-hoi/ban-thao/{made}", status_code=303)
    with centre.engine.connect() as connection:
        desk = desk_of(connection, request, May.QUESTIONNAIRES_CHANGE)
    number = number_of(data.get("id", ""))
    if not any(one.id == number and desk.is_reached(one.unit) for one in desk.assigned):
        raise RefusalError(404, "no_such_assignment", "there is no such assignment")

    def take_back(work: Work) -> bool:
        found = withdraw(work, number, now_ms)
        if found is None:
            return False
        config_changed(work)
        record(work, now_ms, actor, "questionnaire.withdraw", f"{found.unit} {found.ref} {found.day}")
        return True

    if not centre.writer.run(take_back):
        words = "Không rút được: phiếu đã được hỏi hoặc đã rút. Để đổi, xin giao phiên bản khác từ một ngày sau."
        return _list(request, 409, wrong=words)
    return _list(request, done="Đã rút; đơn vị hỏi như trước.")


def _show(request: AnyRequest, ref: str, status: int = 200, **more: Any) -> Response[str]:
    centre = sessions.centre_of(request)
    panel, lang = chosen(request.query_params.get("man", ""), request.query_params.get("tieng", ""))
    with centre.engine.connect() as connection:
        desk = desk_of(connection, request)
        asked, one = _version(connection, desk, ref)
        place = place_for(desk.units, desk.session, desk.reached) or nowhere(desk.today)
        kiosk = sample(centre, connection, asked, {}, place, desk.today)
        before = _before(connection, desk, ref)
        counted = counts(connection).get(ref, Counted())
    here = sorted(unit for unit, each in desk.asked_by().items() if each == ref)
    values: dict[str, Any] = {"wrong": "", "done": "", "data": {}}
    return page(
        request, "questionnaire.html", status, session=desk.session, desk=desk, asked=asked, one=one, place=place,
        look=look(drawer_of(request), kiosk, panel, lang), panels=PANEL_WORDS, langs=LANGUAGE_WORDS, counted=counted,
        changes=changed(asked, before) if before else [], before=before, here=here, units=desk.tree(), above=ABOVE,
        may_change=desk.session.may(May.QUESTIONNAIRES_CHANGE), earliest=desk.today, day_words=day_words,
        screens=screens_of(asked, kiosk.context_on), moment=local_words, **(values | more),
    )  # fmt: skip


def _version(connection: Connection, desk: Desk, ref: str) -> tuple[Questionnaire, Any]:
    one = next((each for each in desk.shelved if each.ref == ref), None)
    if one is None:
        raise RefusalError(404, "no_such_questionnaire", "there is no such questionnaire")
    return of_refs(connection, [ref])[0], one


def _before(connection: Connection, desk: Desk, ref: str) -> Questionnaire | None:
    """Return the version before this one, None for the first."""
    name = ref.split("@")[0]
    line = sorted((each for each in desk.shelved if each.id == name), key=lambda each: _numbers(each.ref))
    place = next(n for n, each in enumerate(line) if each.ref == ref)
    return of_refs(connection, [line[place - 1].ref])[0] if place else None


def _numbers(ref: str) -> list[int]:
    return [int(part) for part in ref.split("@")[1].split(".")]


def screens_of(asked: Questionnaire, context_on: list[str]) -> list[tuple[str, str, list[str]]]:
    """Return (name, title, lines) of every screen, in the order of a visit; the lines are shown without pictures."""
    found = [("idle", "Màn hình chờ", [asked.text("attract", "vi"), asked.text("attract_hint", "vi")])]
    for n, question in enumerate(asked.questions, 1):
        found.append((f"question-{question.id}", f"Câu {n}", [question.wording("vi").kiosk]))
        if question.follow_up:
            reasons = [reason.vi for reason in question.follow_up.reasons]
            found.append((f"reasons-{question.id}", f"Câu {n}: lý do", reasons))
    for item in asked.items_of(context_on):
        found.append((f"choice-{item.id}", item.text["vi"], [option.vi for option in item.options]))
    found.append(("comment", "Góp ý", [next(each["text"]["vi"] for each in asked.open_items)]))
    found.append(("contact", "Hỏi có để lại số", [asked.text("consent_contact", "vi")]))
    return [*found, ("thanks", "Cảm ơn", [asked.text("thanks", "vi")])]


@get("/cau-hoi/phien-ban/{ref:str}")
async def version_page(request: AnyRequest, ref: FromPath[str]) -> Response[str]:
    """Show one version: its screens, what changed in it, who asks it."""
    done = "Đã ban hành. Phiên bản này không sửa được nữa; xin giao cho đơn vị hỏi."
    return await to_thread(lambda: _show(request, ref[:120], done=done if "moi" in request.query_params else ""))


@post("/cau-hoi/phien-ban/{ref:str}", status_code=200)
async def version_form(request: AnyRequest, ref: FromPath[str], data: Form) -> Response[str]:
    """Assign a version to a unit and those below it, from a day on."""
    return await to_thread(_assign, request, ref[:120], data)


def _assign(request: AnyRequest, ref: str, data: dict[str, str]) -> Response[str]:
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        desk = desk_of(connection, request, May.QUESTIONNAIRES_CHANGE)
        _version(connection, desk, ref)
    sessions.check_form(request, desk.session, data.get("csrf", ""))
    unit = data.get("unit", "")[:80]
    if unit not in desk.units:
        return _show(request, ref, 422, wrong="Đơn vị: chưa chọn. Xin chọn đơn vị sẽ hỏi phiên bản này.", data=data)
    check(desk.reached, unit)
    day, wrong = _day_of(data.get("day", ""), desk.today)
    if day is None:
        return _show(request, ref, 422, wrong=wrong, data=data)
    given = "" if data.get("do") == ABOVE else ref
    if not given and len(desk.line(unit)) == 1:
        return _show(request, ref, 422, wrong="Đơn vị này không có cấp trên. Xin giao một phiên bản.", data=data)
    now_ms, actor = centre.now_ms(), desk.session.account.name

    def store(work: Work) -> None:
        assign(work, unit, given, day, now_ms, actor)
        config_changed(work)
        record(work, now_ms, actor, "questionnaire.assign", f"{unit} {given or '-'} {day}")

    centre.writer.run(store)
    below = subtree(desk.units.values(), unit)
    n = sum(desk.units[one].kind == "counter" for one in below)
    told = f"Từ {day_words(day)}, {desk.name_of(unit)} hỏi {given or 'như cấp trên'}: {n} quầy."
    return _show(request, ref, done=f"{told} Ki-ốt nhận ở lần liên lạc tới và tự đổi đúng ngày, kể cả khi mất mạng.")


def _day_of(text: str, today: date) -> tuple[date | None, str]:
    try:
        day = date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None, f"Từ ngày: “{text[:20]}” không phải là ngày. Xin chọn một ngày, sớm nhất {day_words(today)}."
    if day < today:
        words = "phiếu đã trả lời giữ phiên bản của nó"
        return None, f"Từ ngày: {day_words(day)} đã qua; {words}. Xin chọn từ {day_words(today)}."
    return day, ""


ROUTES = [list_page, list_form, version_page, version_form]
