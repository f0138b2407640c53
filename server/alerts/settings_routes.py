"""HTTP for what a person wants to be told: kinds, thresholds, units, e-mail, quiet hours, a trial."""

from asyncio import to_thread
from typing import Any

import msgspec
from litestar import Response, get, post

from server.accounts import sessions
from server.accounts.forms import lists_of
from server.accounts.routes import AnyRequest, page
from server.alerts import queries, wishes
from server.alerts.desk import Desk, open_desk
from server.alerts.kinds import Wants
from server.alerts.post import try_out
from server.alerts.wishes import WishError
from server.audit.queries import record
from server.database import Work
from server.offices.queries import COUNTER, Unit
from server.results.rules import vietnamese_order

Data = dict[str, list[str]]


def units_of(desk: Desk) -> list[Unit]:
    """Return the units someone may choose: those that stand in their reach, no counters."""
    today, top = desk.frame.today, desk.person.unit
    found = [
        one
        for one in desk.frame.units.values()
        if one.kind != COUNTER
        and (one.valid_to is None or one.valid_to >= today)
        and (top is None or top in desk.frame.line(one.id))
    ]
    return sorted(found, key=lambda one: vietnamese_order(one.name_vi))


def fields_of(wants: Wants) -> Data:
    """Return how a form is filled."""
    plain: dict[str, Any] = msgspec.structs.asdict(wants)
    quiet = wants.quiet
    filled = {name: [str(plain[name])] for name in (*wishes.NUMBERS, "mailbox", "pace")}
    filled |= {name: list(plain[name]) for name in ("kinds", "through", "units")}
    filled |= {"quiet_begin": [wishes.clock(quiet.begin)], "quiet_end": [wishes.clock(quiet.end)]}
    filled["has_days_off"] = ["1"] if quiet.has_days_off else []
    filled["is_messaged"] = ["1"] if wants.is_messaged else []
    return filled


def _show(request: AnyRequest, status: int = 200, data: Data | None = None, **more: str) -> Response[str]:
    desk, centre = open_desk(request), sessions.centre_of(request)
    data = fields_of(desk.person.wants) if data is None else data
    least = centre.settings.min_cell
    return page(
        request, "alert_settings.html", status, session=desk.session, desk=desk, data=data, units=units_of(desk),
        kinds=wishes.kinds_for(desk.person.allowed), numbers=wishes.NUMBERS, paces=wishes.PACES, least=least,
        smallest=wishes.SMALLEST, has_mail=bool(centre.settings.smtp_host and centre.settings.smtp_from),
        **({"wrong": "", "done": ""} | more),
    )  # fmt: skip


def _save(request: AnyRequest, data: Data) -> Response[str]:
    desk, centre = open_desk(request), sessions.centre_of(request)
    sessions.check_form(request, desk.session, next(iter(data.get("csrf", [])), ""))
    chosen = [one.id for one in units_of(desk)]
    try:
        wants = wishes.read(data, desk.person.allowed, chosen, centre.settings.min_cell)
    except WishError as error:
        return _show(request, 422, data, wrong=str(error))
    is_trial = "try" in data
    if is_trial and not wants.mailbox:
        return _show(request, 422, data, wrong="Chưa có hộp thư. Xin ghi hộp thư rồi bấm Gửi thử.")
    account, actor, now_ms = desk.person.account, desk.person.name, desk.frame.now_ms

    def store(work: Work) -> bool:
        if wants != desk.person.wants:
            queries.set_wants(work, account, wants, now_ms)
            record(work, now_ms, actor, "alert.settings", " ".join(wants.kinds))
        if not is_trial:
            return True
        record(work, now_ms, actor, "alert.trial", "")
        return try_out(work, centre, account, wants.mailbox, now_ms)

    is_put = centre.writer.run(store)
    if is_trial:
        done = "Đã lưu. Thư thử đang trên đường, thường trong một phút."
        return _show(request, done=done if is_put else "Đã lưu. Thư thử vừa gửi xong; xin chờ một phút rồi thử lại.")
    return _show(request, done="Đã lưu. Từ nay cảnh báo theo cách này.")


@get("/canh-bao/cai-dat")
async def settings_page(request: AnyRequest) -> Response[str]:
    """Show what this person is told."""
    return await to_thread(_show, request)


@post("/canh-bao/cai-dat", status_code=200)
async def settings_form(request: AnyRequest) -> Response[str]:
    """Store what this person wants, and send a trial if asked."""
    return await to_thread(_save, request, await lists_of(request))


ROUTES = [settings_page, settings_form]
