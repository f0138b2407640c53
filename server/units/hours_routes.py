"""HTTP for the opening hours of a unit: its own, or those of the units above."""

from asyncio import to_thread
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.days.rules import WEEKDAYS
from server.devices.queries import kiosk_json
from server.devices.wishes import wish
from server.offices.queries import line_above
from server.offices.queries import unit as unit_on
from server.problem import RefusalError
from server.units import hours
from server.units.routes import desk_of
from survey.enrolment import Hours

FIELD = "hours"


class Wished(msgspec.Struct, frozen=True):
    """Hours of a unit. own: its own, if any. above: those it has without, and whose they are."""

    own: list[Hours]
    above: list[Hours]
    whose: str


def wished(connection: Connection, line: list[str]) -> Wished:
    """Return the hours of the last unit of a line, topmost first."""
    said = kiosk_json(connection, line)
    each = {one: hours.known(msgspec.json.decode(said[one]).get(FIELD)) for one in line if one in said}
    above = [one for one in line[:-1] if each.get(one)]
    return Wished(each.get(line[-1], []), each[above[-1]] if above else [], above[-1] if above else "")


def _show(request: AnyRequest, unit: str, status: int = 200, **more: Any) -> Response[str]:
    with sessions.centre_of(request).engine.connect() as connection:
        desk = desk_of(connection, request, May.OFFICES_CHANGE)
        one = None if desk.reach is not None and unit not in desk.reach else unit_on(connection, unit, desk.today)
        if one is None:
            raise RefusalError(404, "no_such_unit", "there is no such unit")
        found = wished(connection, [*line_above(connection, one, desk.today), one.id])
    whose = desk.known[found.whose][-1].name_vi if found.whose else ""
    values: dict[str, Any] = {"wrong": "", "done": "", "data": hours.fields(found.own or found.above)}
    return page(
        request, "unit_hours.html", status, session=desk.session, unit=one, own=hours.in_words(found.own),
        above=hours.in_words(found.above), whose=whose, weekdays=list(enumerate(WEEKDAYS, 1)), halves=hours.HALVES,
        field=hours.field, **(values | more),
    )  # fmt: skip


def _save(request: AnyRequest, unit: str, data: dict[str, str]) -> Response[str]:
    centre = sessions.centre_of(request)
    session = sessions.require(request, May.OFFICES_CHANGE)
    sessions.check_form(request, session, data.get("csrf", ""))
    _show(request, unit)  # a unit out of reach is refused before anything is stored
    value: list[dict[str, Any]] = []
    if data.get("do") != "inherit":
        try:
            value = msgspec.to_builtins(hours.read(data))
        except hours.HoursError as error:
            return _show(request, unit, 422, wrong=str(error), data=data)
    words = "own" if value else "inherited"
    said = (centre.now_ms(), session.account.name, "office.hours", words)
    centre.writer.run(lambda work: wish(work, [unit], FIELD, value, said))
    done = "Đã lưu giờ mở cửa." if value else "Từ nay theo giờ của đơn vị cấp trên."
    return _show(request, unit, done=f"{done} Ki-ốt nhận giờ mới ở lần liên lạc tới.")


@get("/don-vi/{unit:str}/gio")
async def hours_page(request: AnyRequest, unit: FromPath[str]) -> Response[str]:
    """Show when a unit is open."""
    return await to_thread(_show, request, unit[:80])


@post("/don-vi/{unit:str}/gio", status_code=200)
async def hours_form(request: AnyRequest, unit: FromPath[str], data: Form) -> Response[str]:
    """Store a unit's own hours, or leave them to the units above."""
    return await to_thread(_save, request, unit[:80], data)


ROUTES = [hours_page, hours_form]
