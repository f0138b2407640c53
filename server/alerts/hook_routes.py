"""HTTP for webhooks: programs that are told, their secret shown once, what went out, dead letters sent again."""

import secrets
from asyncio import to_thread
from typing import Any

from litestar import Response, get, post

from server.accounts import sessions
from server.accounts.forms import lists_of
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest, page
from server.accounts.rules import May
from server.alerts import hooks
from server.alerts.call import url_fault
from server.alerts.gather import Frame, frame_of
from server.alerts.hooks import Webhook
from server.alerts.kinds import KINDS
from server.alerts.payload import trial_body
from server.audit.queries import record
from server.centre import Centre
from server.database import Work
from server.offices.queries import COUNTER
from server.offices.scope import check, within
from server.problem import RefusalError
from server.results.rules import vietnamese_order
from survey.local_time import local_words

Data = dict[str, list[str]]
NAME_AT_MOST = 80
STATES = {"waiting": "Chờ gửi", "sent": "Đã gửi", "dead": "Không gửi được"}


def _reached(session: Session, frame: Frame) -> frozenset[str] | None:
    return within(session, dict(frame.units))


def _show(request: AnyRequest, status: int = 200, **more: Any) -> Response[str]:
    session, centre = sessions.require(request, May.OFFICES_CHANGE), sessions.centre_of(request)
    with centre.engine.connect() as connection:
        frame = frame_of(connection, centre)
        reached = _reached(session, frame)
        found = hooks.listed(connection, reached)
        ids = [one.id for one in found]
        latest, dead = hooks.deliveries(connection, ids)[:30], hooks.deliveries(connection, ids, "dead")
    units = [
        one
        for one in frame.units.values()
        if one.kind != COUNTER and one.valid_to is None and (reached is None or one.id in reached)
    ]
    values: dict[str, Any] = {"wrong": "", "done": "", "secret": "", "data": {"kinds": list(KINDS)}}
    return page(
        request, "webhooks.html", status, session=session, webhooks=found, names={one.id: one.name for one in found},
        latest=latest, dead=dead, kinds=KINDS, frame=frame, at=local_words, states=STATES, is_whole=reached is None,
        units=sorted(units, key=lambda one: vietnamese_order(one.name_vi)), most=NAME_AT_MOST, **(values | more),
    )  # fmt: skip


def _first(data: Data, name: str) -> str:
    return next(iter(data.get(name, [])), "").strip()


def _act(request: AnyRequest, data: Data) -> Response[str]:
    session, centre = sessions.require(request, May.OFFICES_CHANGE), sessions.centre_of(request)
    sessions.check_form(request, session, _first(data, "csrf"))
    with centre.engine.connect() as connection:
        reached = _reached(session, frame_of(connection, centre))
        chosen = hooks.find(connection, _first(data, "id"), reached)
        ids = [one.id for one in hooks.listed(connection, reached) if one.ended_at is None]
    act = _first(data, "act")
    if act == "make":
        return _make(request, session, centre, data, reached)
    if act == "again":
        return _again(request, session, centre, _first(data, "delivery"), ids)
    if chosen is None:
        return _show(request, 404, wrong="Không có kênh này, hoặc kênh đã ngừng.")
    return _change(request, session, centre, chosen, act)


def _make(
    request: AnyRequest, session: Session, centre: Centre, data: Data, reached: frozenset[str] | None
) -> Response[str]:
    name, url = " ".join(_first(data, "name").split())[:NAME_AT_MOST], _first(data, "url")
    kinds = tuple(one for one in data.get("kinds", []) if one in KINDS)
    unit = _first(data, "unit") or None
    fault = url_fault(url, is_inside=centre.settings.webhook_inside)
    if not name or not kinds:
        fault = "Xin đặt tên cho kênh và chọn ít nhất một loại cảnh báo."
    if fault is None and unit is None and reached is not None:
        fault = "Xin chọn một đơn vị trong phạm vi của Ông/Bà."
    if fault is not None:
        return _show(request, 422, wrong=fault, data=data)
    if unit is not None:
        with centre.engine.connect() as connection:
            check(frozenset(frame_of(connection, centre).units) if reached is None else reached, unit)
    actor, now_ms = session.account.name, centre.now_ms()
    for_persons = _first(data, "for_persons") == "1"
    new = Webhook(secrets.token_hex(16), name, url, for_persons, kinds, unit, actor, now_ms, None)

    def store(work: Work) -> str:
        record(work, now_ms, actor, "webhook.make", f"{new.id} {name}")
        return hooks.make(work, centre, new)

    return _show(request, secret=centre.writer.run(store), done=f"Đã lập kênh “{name}”.")


def _again(request: AnyRequest, session: Session, centre: Centre, delivery: str, ids: list[str]) -> Response[str]:
    actor, now_ms = session.account.name, centre.now_ms()

    def store(work: Work) -> bool:
        is_there = hooks.again(work, delivery, ids, now_ms)
        if is_there:
            record(work, now_ms, actor, "webhook.again", delivery)
        return is_there

    if not centre.writer.run(store):
        return _show(request, 404, wrong="Tin này không còn trong danh sách không gửi được, hoặc kênh đã ngừng.")
    return _show(request, done="Đang gửi lại; xin tải lại trang sau ít giây để xem kết quả.")


def _change(request: AnyRequest, session: Session, centre: Centre, chosen: Webhook, act: str) -> Response[str]:
    actor, now_ms = session.account.name, centre.now_ms()
    base = centre.settings.public_base

    def store(work: Work) -> str:
        record(work, now_ms, actor, f"webhook.{act}", f"{chosen.id} {chosen.name}")
        if act == "rotate":
            return hooks.rotate(work, centre, chosen.id, now_ms)
        if act == "end":
            hooks.end(work, chosen.id, now_ms)
        else:
            receiver = actor if chosen.for_persons else ""
            hooks.put(work, chosen.id, None, receiver, trial_body(base, now_ms, receiver), (now_ms, now_ms))
        return ""

    words = {
        "rotate": f"Khóa mới của “{chosen.name}”. Khóa cũ còn ký song song 24 giờ.",
        "end": f"Đã ngừng kênh “{chosen.name}”.",
        "trial": f"Đã gửi tin thử tới “{chosen.name}”; xin tải lại trang sau ít giây để xem kết quả.",
    }
    if act not in words:
        raise RefusalError(400, "no_such_act", "there is no such act")
    return _show(request, secret=centre.writer.run(store), done=words[act])


@get("/canh-bao/webhook")
async def webhooks_page(request: AnyRequest) -> Response[str]:
    """Show the programs that are told, and what went to them."""
    return await to_thread(_show, request)


@post("/canh-bao/webhook", status_code=200)
async def webhooks_form(request: AnyRequest) -> Response[str]:
    """Make, try, rotate or end a program's channel, or send something dead again."""
    return await to_thread(_act, request, await lists_of(request))


ROUTES = [webhooks_page, webhooks_form]
