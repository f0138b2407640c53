"""What a page of the roster needs, read at once: the office, its counters, officers and a week of duties."""

from datetime import date

import msgspec
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest
from server.accounts.rules import May
from server.duty import queries
from server.duty.rules import Officer, Slot, week_of
from server.offices.queries import COUNTER, Unit, standing
from server.offices.scope import check, within
from server.results.rules import vietnamese_order
from survey.local_time import local_date


class Desk(msgspec.Struct, frozen=True):
    """One office and one week. choices: the offices with counters in reach. office: None if there is none at all."""

    session: Session
    choices: list[Unit]
    office: Unit | None
    desks: list[Unit]
    officers: list[Officer]
    week: list[date]
    duties: dict[Slot, str]
    decided: dict[date, bool]
    today: date
    top: str

    @property
    def may_change(self) -> bool:
        """Return whether this account may set duties."""
        return self.session.may(May.DATA_ENTER)

    @property
    def serving(self) -> list[Officer]:
        """Return the officers who are in office on some day of the week."""
        return [one for one in self.officers if one.serves_on(self.week[0])]


def open_desk(request: AnyRequest, given: dict[str, str], permission: May) -> Desk:
    """Return the office and week that fields `don_vi` and `tuan` name. Raises RefusalError 404 outside the reach."""
    with sessions.centre_of(request).engine.connect() as connection:
        return _read(connection, request, given, permission)


def _read(connection: Connection, request: AnyRequest, given: dict[str, str], permission: May) -> Desk:
    session = sessions.require(request, permission)
    today = local_date(sessions.centre_of(request).now_ms())
    week = week_of(_day(given.get("tuan", ""), today))
    units = {one.id: one for one in standing(connection, week[0])}
    units |= {one.id: one for one in standing(connection, today)}
    reach = within(session, units)
    with_desks = {one.parent for one in units.values() if one.kind == COUNTER}
    mine = [one for one in units.values() if one.id in with_desks and (reach is None or one.id in reach)]
    choices = sorted(mine, key=lambda one: vietnamese_order(one.name_vi))
    wanted = given.get("don_vi", "")[:80]
    if wanted:
        check(reach, wanted)
        check(frozenset(with_desks), wanted)  # type: ignore[arg-type]
    office = units[wanted] if wanted else next(iter(choices), None)
    top = next((one.name_vi for one in units.values() if one.parent is None), "")
    if office is None:
        return Desk(session, choices, None, [], [], week, {}, {}, today, top)
    below = [one for one in units.values() if one.kind == COUNTER and one.parent == office.id]
    desks = sorted(below, key=lambda one: one.id)
    duties = queries.duties_of(connection, [one.id for one in desks], week[0], week[-1])
    officers = queries.officers_of(connection, office.id)
    decided = queries.decided_days(connection)
    return Desk(session, choices, office, desks, officers, week, duties, decided, today, top)


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return today
    return day if date(2020, 1, 8) <= day <= date(2099, 12, 20) else today
