"""HTTP for one kiosk: what it says of itself, its sheets and alarms; revoked, or a code made for the one after it."""

from asyncio import to_thread
from datetime import date
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.database import Work
from server.devices import bundles
from server.devices.counters import shelves
from server.devices.enrol import CodeError, make_code, revoke
from server.devices.foretell import foretold
from server.devices.moves import WRONG as MOVE_WRONG
from server.devices.moves import move, moves_of, undo
from server.devices.roster import KINDS, health_of
from server.devices.signs import BUTTONS, MB_LOW, SILENT_MS, TOO_HOT_C, signs, span
from server.offices.queries import all_versions
from server.offices.scope import check, reach
from server.problem import RefusalError
from survey.batch import Health
from survey.local_time import local_date, local_words
from survey.strip import strip_words

CODE_DAYS: Final = 14
NAMED: Final = 3
OLDEST: Final = date(2015, 1, 1)


class Told(msgspec.Struct, frozen=True):
    """One line of what a kiosk says of itself. is_bad: somebody should look."""

    name: str
    value: str
    is_bad: bool = False


class Machine(msgspec.Struct, frozen=True):
    """One kiosk as the page shows it. seen: "" before it first spoke. sheets: (when, verdict, who)."""

    id: str
    office: str
    counter: str
    counter_id: str
    model: str
    software: str
    enrolled: str
    seen: str
    is_silent: bool
    revoked: str
    told: list[Told]
    sheets: list[tuple[str, str, str]]
    alarms: list[tuple[str, int, str]]


def told_by(health: Health) -> list[Told]:
    """Return what a kiosk says of itself in words, what is not known left out; pure."""
    found = [Told("Phiếu chờ gửi", str(health.queue), health.queue > 0 and (health.oldest_unsent_s or 0) > 86_400)]
    if health.oldest_unsent_s is not None and health.queue:
        found.append(Told("Phiếu chờ lâu nhất", span(health.oldest_unsent_s), health.oldest_unsent_s > 86_400))
    if health.version:
        found.append(Told("Phần mềm đang chạy", health.version))
    if health.failed_release:
        found.append(Told("Phần mềm thử rồi hỏng", health.failed_release, True))
    found += [Told("Chạy liên tục", span(health.uptime_s)), Told("Phiếu đã ghi từ khi bật", str(health.casts))]
    if health.disk_free_mb is not None:
        found.append(Told("Thẻ nhớ còn trống", f"{health.disk_free_mb} MB", health.disk_free_mb < MB_LOW))
    if health.temperature_c is not None:
        words = f"{health.temperature_c:.1f} °C".replace(".", ",")
        found.append(Told("Nhiệt độ", words, health.temperature_c >= TOO_HOT_C))
    if (is_low := health.is_power_low) is not None:
        found.append(Told("Nguồn điện", "yếu hoặc từng yếu" if is_low else "đủ", is_low))
    found += [Told("Đồng hồ", one.words, one.is_bad) for one in signs(health)["clock"]]
    if health.touch and not (health.touch == "ok" and health.strips):
        found.append(Told("Màn cảm ứng", "tốt" if health.touch == "ok" else "không thấy", health.touch != "ok"))
    found += [Told("Màn cảm ứng", f"không nhận chạm: {strip_words(one)}", True) for one in health.strips]
    if health.card_errors is not None:
        found.append(Told("Lỗi ghi đọc thẻ nhớ", str(health.card_errors), health.card_errors > 0))
    if health.card_written_mb is not None:
        found.append(Told("Đã ghi lên thẻ từ khi lập", f"{health.card_written_mb} MB"))
    if health.slot:
        found.append(Told("Khe phần mềm", health.slot))
    for name, state in sorted(health.buttons.items()):
        found.append(Told(f"Nút {name}", BUTTONS.get(state, state), state != "ok"))
    for name, n in (("Phiếu hỏng trên thẻ", health.damaged), ("Phiếu bị trung tâm từ chối", health.rejected)):
        found.append(Told(name, str(n), n > 0))
    if health.renderer:
        found.append(Told("Bộ vẽ màn hình", health.renderer))
    return [*found, *(Told("Máy báo", str(note), True) for note in health.notes)]


def machine_of(connection: Connection, device: str, now_ms: int, reached: frozenset[str] | None) -> Machine:
    """Return a kiosk. Raises RefusalError 404 for one that is not known, or stands outside reach."""
    work = Work(connection)
    row = work.one(
        "SELECT counter_id, model, software, enrolled_at, last_seen, last_health, revoked_at FROM devices WHERE id = ?",
        (device,),
    )
    if row is None:
        raise RefusalError(404, "no_such_device", "there is no such device")
    counter_id, model, software, enrolled_at, seen, health, revoked_at = row
    check(reached, counter_id)
    units = all_versions(connection, local_date(now_ms), local_date(now_ms))
    counter = units.get(counter_id)
    office = units.get(counter.parent or "") if counter else None
    sheets = work.all(
        "SELECT received_at, verdict, who FROM acceptances WHERE device = ? ORDER BY received_at DESC", (device,)
    )
    alarms = work.all(
        "SELECT kind, sum(times), max(last_at) FROM events WHERE device = ? GROUP BY kind ORDER BY max(last_at) DESC",
        (device,),
    )
    return Machine(
        id=device, office=office.name_vi if office else "", counter=counter.name_vi if counter else counter_id,
        counter_id=counter_id, model=model, software=software, enrolled=local_words(enrolled_at),
        seen=local_words(seen) if seen else "", is_silent=seen is None or now_ms - seen > SILENT_MS,
        revoked=local_words(revoked_at) if revoked_at else "",
        told=told_by(told) if (told := health_of(health)) else [],
        sheets=[(local_words(at), verdict, who) for at, verdict, who in sheets],
        alarms=[(KINDS.get(kind) or str(kind), int(times), local_words(at)) for kind, times, at in alarms],
    )  # fmt: skip


class BundleLine(msgspec.Struct, frozen=True):
    """One request for a support bundle as the page shows it. came: "" before the kiosk answered; size: in words.

    left_out: the first few of what was left out; more: how many there are beside them.
    """

    id: str
    state: str
    asked: str
    actor: str
    reason: str
    until: str
    came: str
    size: str
    left_out: list[str]
    more: int
    why: str


def _bundle_line(one: bundles.Asked) -> BundleLine:
    why = bundles.WHY.get(one.why, one.why)
    return BundleLine(
        id=one.id, state=one.state, asked=local_words(one.asked_at), actor=one.asked_by, reason=one.reason,
        until=local_words(one.expires_at), came=local_words(one.came_at) if one.came_at is not None else "",
        size=f"{max(1, round(one.size / 1024))} KB", left_out=one.left_out[:NAMED],
        more=len(one.left_out[NAMED:]),
        why=f"{why} ({one.fault})" if one.fault else why,
    )  # fmt: skip


def _show(request: AnyRequest, session: Session, device: str, status: int = 200, **more: Any) -> Response[str]:
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        reached = reach(connection, session, local_date(centre.now_ms()))
        machine = machine_of(connection, device[:80], centre.now_ms(), reached)
        moved = moves_of(Work(connection), machine.id)
        asked = [_bundle_line(one) for one in bundles.requests_of(Work(connection), machine.id, centre.now_ms())]
        suspected = [one.forecast.words for one in foretold(Work(connection), machine.id)]
        units = all_versions(connection, OLDEST, local_date(centre.now_ms()))
    names = {one.id: one.name_vi for one in units.values()}
    may_move = session.may(May.DEVICES_CHANGE) and not machine.revoked
    values: dict[str, Any] = {
        "done": "", "wrong": "", "code": "", "reason": "", "suspected": suspected, "asked": asked,
        "is_waiting": any(one.state == bundles.WAITING for one in asked),
        "terms": {"term": bundles.TERM_DAYS, "kept": bundles.KEPT_DAYS, "most": bundles.KEPT_AT_MOST},
        "shelves": shelves(centre, session) if may_move else [],
        "moves": [
            (local_words(one.at), names.get(one.left, one.left), names.get(one.reached, one.reached), one.actor)
            for one in reversed(moved)
        ],
    }  # fmt: skip
    return page(
        request, "device.html", status, session=session, one=machine, days=CODE_DAYS,
        centre=centre.settings.public_base,
        **(values | more),
    )  # fmt: skip


@get("/thiet-bi/may/{device:str}")
async def device_page(request: AnyRequest, device: FromPath[str]) -> Response[str]:
    """Show one kiosk."""
    session = sessions.require(request, May.DEVICES_SEE)
    return await to_thread(lambda: _show(request, session, device))


@post("/thiet-bi/may/{device:str}", status_code=200)
async def device_form(request: AnyRequest, device: FromPath[str], data: Form) -> Response[str]:
    """Revoke a kiosk, or make a one-time code for the one that takes its place."""
    return await to_thread(_do, request, device, data)


def _do(request: AnyRequest, device: str, data: dict[str, str]) -> Response[str]:
    session, centre = sessions.require(request, May.DEVICES_CHANGE), sessions.centre_of(request)
    sessions.check_form(request, session, data.get("csrf", ""))
    now_ms, actor = centre.now_ms(), session.account.name
    with centre.engine.connect() as connection:
        machine = machine_of(connection, device[:80], now_ms, reach(connection, session, local_date(now_ms)))
    if data.get("act") == "revoke":
        if data.get("sure") != machine.id:
            words = f"Chưa thu hồi. Để chắc chắn, xin ghi đúng tên máy {machine.id} vào ô."
            return _show(request, session, device, 422, wrong=words)
        changed = centre.writer.run(lambda work: revoke(work, machine.id, now_ms, actor))
        words = "Đã thu hồi. Phiếu máy đã gửi vẫn giữ; từ nay máy không gửi được nữa."
        return _show(request, session, device, done=words if changed else "Máy đã được thu hồi từ trước.")
    if data.get("act") in {"bundle", "bundle_withdraw"}:
        return _bundle(request, session, machine, data)
    if data.get("act") in {"move", "undo"}:
        return _move(request, session, machine, data)
    replaces = machine.id if data.get("thay") == "1" and not machine.revoked else ""
    try:
        code = centre.writer.run(lambda work: make_code(work, machine.counter_id, CODE_DAYS, now_ms, actor, replaces))
    except CodeError:
        return _show(
            request, session, device, 422, wrong="Quầy này không còn trong danh mục hôm nay; không lập mã được."
        )
    return _show(request, session, device, code=code)


def _bundle(request: AnyRequest, session: Session, machine: Machine, data: dict[str, str]) -> Response[str]:
    centre, reason = sessions.centre_of(request), data.get("ly_do", "")[: 2 * bundles.REASON_AT_MOST]
    now_ms, actor = centre.now_ms(), session.account.name
    if data["act"] == "bundle_withdraw":
        why = centre.writer.run(lambda work: bundles.withdraw(work, machine.id, now_ms, actor))
        done = "Đã rút yêu cầu. Gói máy gửi sau lúc này không được giữ."
    else:
        why = centre.writer.run(lambda work: bundles.ask(work, machine.id, reason, now_ms, actor))
        done = "Đã ghi yêu cầu. Máy gửi gói khi liên lạc lần tới và không còn phiếu chờ, thường trong vài phút."
    if why:
        return _show(request, session, machine.id, 422, wrong=bundles.WRONG[why], reason=reason)
    return _show(request, session, machine.id, done=done)


def _move(request: AnyRequest, session: Session, machine: Machine, data: dict[str, str]) -> Response[str]:
    centre, counter = sessions.centre_of(request), data.get("quay", "")[:80]
    now_ms, actor = centre.now_ms(), session.account.name
    reached = {each[0] for shelf in shelves(centre, session) for each in shelf.counters}
    if data["act"] == "undo":
        with centre.engine.connect() as connection:
            held = moves_of(Work(connection), machine.id)
        if held and held[-1].left not in reached:
            return _show(request, session, machine.id, 422, wrong=MOVE_WRONG["counter"])
        why = centre.writer.run(lambda work: undo(work, machine.id, now_ms, actor))
        done = "Đã hoàn tác. Phiếu đã đếm trong lúc ấy vẫn ở quầy đã đếm."
    else:
        if counter not in reached:
            return _show(request, session, machine.id, 422, wrong=MOVE_WRONG["counter"])
        why = centre.writer.run(lambda work: move(work, machine.id, counter, now_ms, actor))
        done = "Đã chuyển. Phiếu chấm từ lúc này tính cho quầy mới; phiếu chấm trước đó vẫn ở quầy cũ."
    if why:
        return _show(request, session, machine.id, 422, wrong=MOVE_WRONG[why])
    return _show(request, session, machine.id, done=done)


ROUTES = [device_page, device_form]
