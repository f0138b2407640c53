"""HTTP for settings of kiosks: what holds at a unit and from where, a change looked at, tried, given to all, undone."""

from asyncio import to_thread
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.forms import lists_of, number_of
from server.accounts.routes import AnyRequest, page
from server.accounts.rules import May
from server.devices.queries import kiosk_json
from server.devices.rules import KioskWordsError
from server.devices.wishes import together
from server.fleet import fields
from server.fleet.changes import Change, ChangeError, changes_of, make, spread, undo
from server.offices.queries import COUNTER, Unit
from server.offices.scope import check, subtree
from server.previews.routes import drawer_of
from server.previews.sample import LANGUAGE_WORDS, PANEL_WORDS, Look, chosen, look, nowhere, place_for, sample
from server.problem import RefusalError
from server.questionnaires.choice import asked_on
from server.questionnaires.desk import Desk, open_desk
from server.questionnaires.queries import of_refs
from survey.local_time import local_date, local_words
from survey.questionnaire import Questionnaire, bundled

PATH: Final = "/thiet-bi/cai-dat"
SHOWN: Final = 30
STAGES: Final = {"trial": "đang thử", "all": "đã áp dụng", "undone": "đã hoàn tác"}


class Spot(msgspec.Struct, frozen=True):
    """One unit the page is about. said: what each unit of its line wishes itself. place: whose names pictures show."""

    unit: Unit
    line: list[str]
    said: dict[str, dict[str, Any]]
    asked: Questionnaire
    place: tuple[Unit, Unit]
    counters: list[Unit]


def _desk(connection: Connection, request: AnyRequest, permission: May) -> Desk:
    session = sessions.require(request, permission)
    return open_desk(connection, session, local_date(sessions.centre_of(request).now_ms()))


def _spot(connection: Connection, desk: Desk, wanted: str) -> Spot | None:
    """Return the unit asked for, else the topmost in reach; None where no unit stands. Raises RefusalError 404."""
    tree = desk.tree()
    if wanted and wanted not in desk.units:
        raise RefusalError(404, "no_such_unit", "there is no such unit")
    if wanted:
        check(desk.reached, wanted)
    unit = desk.units[wanted] if wanted else tree[0][1] if tree else None
    if unit is None:
        return None
    line = desk.line(unit.id)
    said = {one: msgspec.json.decode(text) for one, text in kiosk_json(connection, line).items()}
    ref = asked_on(desk.places(unit.id), desk.today)[0]
    asked = next(iter(of_refs(connection, [ref])), None) or bundled()
    below = subtree(desk.units.values(), unit.id)
    counters = [one for _, one in tree if one.kind == COUNTER and one.id in below]
    place = place_for(desk.units, desk.session, below) or nowhere(desk.today)
    return Spot(unit, line, said, asked, place, counters)


def _looked(
    request: AnyRequest, connection: Connection, spot: Spot, own: dict[str, Any], looks: tuple[str, str]
) -> Look:
    """Return the pictures of a counter below the unit if the unit wished this. Raises KioskWordsError."""
    centre = sessions.centre_of(request)
    wishes = together(spot.line, {**spot.said, spot.unit.id: own})
    wishes = {name: value for name, value in wishes.items() if name not in {"questionnaire", "pin_hash"}}
    kiosk = sample(centre, connection, spot.asked, wishes, spot.place, local_date(centre.now_ms()))
    return look(drawer_of(request), kiosk, *looks)


def _first(spot: Spot, own: dict[str, Any]) -> str:
    wishes = together(spot.line, {**spot.said, spot.unit.id: own})
    quick = spot.asked.quick_question
    return quick if wishes.get("overall_first") else spot.asked.questions[0].id


def _context(spot: Spot, own: dict[str, Any]) -> list[str]:
    wishes = together(spot.line, {**spot.said, spot.unit.id: own})
    usual = [item.id for item in spot.asked.context_items if item.default_on]
    return [item.id for item in spot.asked.items_of(wishes.get("context_on", usual))]


def screens(spot: Spot, before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return (title, screen before, screen after) of what a change may touch; "" for a screen not there; pure."""
    found = [("Màn hình chờ", "idle", "idle")]
    found.append(("Câu đầu tiên", f"question-{_first(spot, before)}", f"question-{_first(spot, after)}"))
    was, now = _context(spot, before), _context(spot, after)
    for item in spot.asked.items:
        if (item.id in was) != (item.id in now):
            name = f"choice-{item.id}"
            found.append((item.text["vi"], name if item.id in was else "", name if item.id in now else ""))
    if before.get("contact_point") != after.get("contact_point"):
        found.append(("Hỏi có để lại số", "contact", "contact"))
    return found


def _show(request: AnyRequest, wanted: str, status: int = 200, **more: Any) -> Response[str]:
    looks = chosen(request.query_params.get("man", ""), request.query_params.get("tieng", ""))
    with sessions.centre_of(request).engine.connect() as connection:
        desk = _desk(connection, request, May.DEVICES_SEE)
        spot = _spot(connection, desk, wanted)
        own = spot.said.get(spot.unit.id, {}) if spot else {}
        after = {**own, **more.get("after", {})}
        pictures, broken = _pictures(request, connection, spot, own, after, looks)
        told = [one for one in changes_of(connection) if one.unit in desk.units and desk.is_reached(one.unit)]
    values: dict[str, Any] = {"wrong": broken, "done": "", "faults": {}, "after": {}, "trial": []}
    values |= {"data": fields.filled(own)} | more
    return page(
        request, "kiosk_settings.html", status, session=desk.session, desk=desk, spot=spot, pictures=pictures,
        units=desk.tree(), sources=fields.sources(spot.line, spot.said) if spot else {}, numbers=fields.NUMBERS,
        words=fields.WORDS, flags=fields.FLAGS, languages=fields.LANGUAGES, in_words=fields.in_words, path=PATH,
        shown=screens(spot, own, after) if spot else [], panels=PANEL_WORDS, langs=LANGUAGE_WORDS, stages=STAGES,
        changes=told[:SHOWN], may_change=desk.session.may(May.DEVICES_CHANGE), moment=local_words, own=own,
        messages=range(fields.MESSAGES_AT_MOST), own_word=fields.OWN, **values,
    )  # fmt: skip


def _pictures(
    request: AnyRequest, connection: Connection, spot: Spot | None, own: Any, after: Any, looks: tuple[str, str]
) -> tuple[tuple[Look, Look], str]:
    """Return the pictures before and after, and what is wrong with what is stored, "" for nothing."""
    none = Look(*looks, "")
    if spot is None:
        return (none, none), ""
    try:
        return (
            _looked(request, connection, spot, own, looks),
            _looked(request, connection, spot, after, looks),
        ), ""
    except KioskWordsError as error:
        return (none, none), f"Cài đặt đang lưu của đơn vị này không dùng được: {error}"


@get("/thiet-bi/cai-dat")
async def settings_page(request: AnyRequest) -> Response[str]:
    """Show what holds at a unit, `?don_vi=`, and what was changed."""
    return await to_thread(_show, request, request.query_params.get("don_vi", "")[:80])


@post("/thiet-bi/cai-dat", status_code=200)
async def settings_form(request: AnyRequest) -> Response[str]:
    """Look at a change, try it, give it to all, or undo it."""
    data = await lists_of(request)
    return await to_thread(_do, request, data)


def _one(data: dict[str, list[str]], name: str) -> str:
    return next(iter(data.get(name, [])), "")[:200]


def _do(request: AnyRequest, data: dict[str, list[str]]) -> Response[str]:
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        desk = _desk(connection, request, May.DEVICES_CHANGE)
        sessions.check_form(request, desk.session, _one(data, "csrf"))
        if _one(data, "do") in {"spread", "undo"}:
            return _move(request, desk, connection, data)
        spot = _spot(connection, desk, _one(data, "don_vi"))
    if spot is None:
        raise RefusalError(404, "no_such_unit", "there is no such unit")
    unit, own = spot.unit.id, spot.said.get(spot.unit.id, {})
    try:
        after = fields.changes(own, fields.read(data, spot.asked))
    except fields.FieldsError as error:
        words = f"Chưa lưu: {len(error.faults)} ô chưa đúng. Các ô khác giữ nguyên như vừa nhập."
        return _show(request, unit, 422, data=data, faults=error.faults, wrong=words)
    kept: dict[str, Any] = {"data": data, "after": after, "trial": data.get("trial", [])}
    if not after:
        return _show(request, unit, data=data, wrong="Chưa có ô nào khác với đang dùng. Xin sửa một ô rồi xem trước.")
    if _one(data, "do") == "look":
        return _show(request, unit, **kept)
    known = {one.id for one in spot.counters}
    trial = [one for one in dict.fromkeys(data.get("trial", [])) if one in known]
    if _one(data, "do") == "trial" and not trial:
        return _show(request, unit, 422, **kept, wrong="Quầy thử: chưa chọn quầy nào. Xin chọn ít nhất một quầy.")
    places = trial if _one(data, "do") == "trial" else []
    return _made(request, spot, after, places, kept)


def _made(request: AnyRequest, spot: Spot, after: Any, places: list[str], kept: dict[str, Any]) -> Response[str]:
    centre, session = sessions.centre_of(request), sessions.require(request, May.DEVICES_CHANGE)
    now_ms, actor, unit = centre.now_ms(), session.account.name, spot.unit.id
    try:
        number = centre.writer.run(lambda work: make(work, unit, after, places, now_ms, actor))
    except ChangeError as error:
        return _show(request, unit, 409, **kept, wrong=str(error))
    if places:
        return _show(
            request, unit, done=f"Đang thử thay đổi số {number} ở {len(places)} quầy. Ki-ốt nhận ở lần liên lạc tới."
        )
    return _show(request, unit, done=f"Đã áp dụng thay đổi số {number}. Ki-ốt nhận ở lần liên lạc tới.")


def _move(request: AnyRequest, desk: Desk, connection: Connection, data: dict[str, list[str]]) -> Response[str]:
    centre = sessions.centre_of(request)
    number = number_of(_one(data, "id"))
    one = next((each for each in changes_of(connection) if each.id == number), None)
    if one is None or not desk.is_reached(one.unit):
        raise RefusalError(404, "no_such_change", "there is no such change")
    now_ms, actor = centre.now_ms(), desk.session.account.name
    shown = one.unit if one.unit in desk.units else ""
    try:
        if _one(data, "do") == "spread":
            centre.writer.run(lambda work: spread(work, number, now_ms, actor))
            return _show(request, shown, done=f"Đã áp dụng thay đổi số {number} cho {desk.name_of(one.unit)}.")
        _, left = centre.writer.run(lambda work: undo(work, number, now_ms, actor))
    except ChangeError as error:
        return _show(request, shown, 409, wrong=str(error))
    return _show(request, shown, done=_undone(one, left))


def _undone(one: Change, left: list[str]) -> str:
    words = f"Đã hoàn tác thay đổi số {one.id}; ki-ốt trở lại như trước ở lần liên lạc tới."
    kept = ", ".join(fields.WORDS.get(name, name) for name in left)
    return f"{words} Giữ nguyên vì đã có người đổi sau đó: {kept}." if left else words


ROUTES = [settings_page, settings_form]
