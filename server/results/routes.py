"""HTTP for results: one page, and a number that changes when a ballot arrives."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.response import Redirect
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import navigation, page
from server.accounts.rules import May
from server.offices import scope as offices_scope
from server.offices.queries import COUNTER, Unit, all_versions
from server.questionnaires.queries import newest_of, seen_on
from server.results import queries
from server.results.others import blocks
from server.results.periods import Period, read_period
from server.results.queries import Scope
from server.results.rules import number, percent, vietnamese_order
from server.results.summary import BAR, summarise
from survey.local_time import local_date

AnyRequest = Request[Any, Any, Any]


class Asked(msgspec.Struct, frozen=True):
    """What an address asks for, held against the units that stood then."""

    period: Period
    scope: Scope
    offices: list[Unit]
    counters: list[Unit]
    units: dict[str, Unit]

    def address(self, period: Period | None = None, **changed: str) -> str:
        """Return the address of this page with some of it changed."""
        at = period or self.period
        asked = {"ky": at.kind, "luc": at.value, "don_vi": self.scope.office, "quay": self.scope.counter} | changed
        return "?" + urlencode({name: value for name, value in asked.items() if value})


def _asked(connection: Connection, request: AnyRequest, session: Session, today: date) -> Asked:
    """Return what is asked for, within what the session may see. Raises RefusalError 404 for a unit outside."""
    given = request.query_params
    period = read_period(given.get("ky", "ngay"), given.get("luc", ""), today)
    units = all_versions(connection, period.first, period.last)
    reach = offices_scope.within(session, units)
    with_desks = {unit.parent for unit in units.values() if unit.kind == COUNTER}
    if reach is not None:
        with_desks &= reach
    offices = sorted(
        (units[one] for one in with_desks if one in units), key=lambda unit: vietnamese_order(unit.name_vi)
    )
    office = given.get("don_vi", "")
    if office:
        offices_scope.check(reach, office)
    office = office if office in with_desks else ""
    counters = sorted(
        (unit for unit in units.values() if unit.kind == COUNTER and unit.parent == office), key=lambda unit: unit.id
    )
    counter = given.get("quay", "")
    if counter:
        offices_scope.check(reach, counter)
    counter = counter if counter in {unit.id for unit in counters} else ""
    return Asked(period, Scope(period.first, period.last, office, counter, reach), offices, counters, units)


@get("/", sync_to_thread=True)
def home(request: AnyRequest) -> Redirect:
    """Lead to the first page someone may open."""
    entries = navigation(sessions.entered(request), "/").entries
    return Redirect(entries[0].path if entries else "/phien", status_code=303)


@get("/ket-qua", sync_to_thread=True)
def results_page(request: AnyRequest) -> Response[str]:
    """Show the results of a day or a month."""
    session = sessions.require(request, May.RESULTS_SEE)
    centre = sessions.centre_of(request)
    today = local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        asked = _asked(connection, request, session, today)
        questionnaire = seen_on(connection, min(asked.period.last, today))
        tallied = queries.tallies(connection, asked.scope)
        answered = queries.answers(connection, asked.scope)
        version = queries.count(connection, asked.scope)
        others = newest_of(connection, [one.questionnaire for one in answered])
    units = asked.units

    everywhere = "Tất cả đơn vị" if session.unit is None else f"{_name(units, session.unit)}, tất cả đơn vị"

    def name_of(unit_id: str) -> str:
        return _name(units, unit_id)

    return page(
        request,
        "results.html",
        session=session,
        asked=asked,
        summary=summarise(tallied, answered, questionnaire, name_of, centre.settings.min_cell),
        levels=[questionnaire.level_text("likert5", level, "vi") for level in (5, 4, 3, 2, 1)],
        others=blocks(answered, questionnaire, others),
        percent=percent,
        version=version,
        min_cell=centre.settings.min_cell,
        number=number,
        bar=BAR,
        month=f"{asked.period.first:%Y-%m}",
        today=today,
        today_address=asked.address(read_period("ngay", "", today)),
        month_address=asked.address(read_period("thang", f"{asked.period.first:%Y-%m}", today)),
        before=asked.address(asked.period.neighbour(-1)),
        after=asked.address(asked.period.neighbour(1)) if asked.period.last < today else "",
        place=name_of(asked.scope.counter) if asked.scope.counter else "",
        office=name_of(asked.scope.office) if asked.scope.office else everywhere,
        everywhere=everywhere,
    )


def _name(units: dict[str, Unit], unit_id: str) -> str:
    return units[unit_id].name_vi if unit_id in units else unit_id


@get("/ket-qua/version", sync_to_thread=True, media_type=MediaType.TEXT)
def version(request: AnyRequest) -> Response[str]:
    """Say how many ballots the page's scope has now; 304 while nothing arrived."""
    session = sessions.require(request, May.RESULTS_SEE)
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        asked = _asked(connection, request, session, local_date(centre.now_ms()))
        n = queries.count(connection, asked.scope)
    headers = {"etag": f'"{n}"', "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == f'"{n}"':
        return Response("", status_code=304, headers=headers, media_type=MediaType.TEXT)
    return Response(str(n), headers=headers, media_type=MediaType.TEXT)


ROUTES = [home, results_page, version]
