"""HTTP for reports: the page of periods, and each period's workbook, every download written in the audit log."""

from datetime import date
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import page
from server.accounts.rules import May
from server.audit.queries import record
from server.centre import Centre
from server.offices.queries import COUNTER, all_versions
from server.offices.scope import check, within
from server.pages.download import download
from server.problem import RefusalError
from server.reports import choice, queries
from server.reports.asked import Asked, agency_of, asked_for
from server.reports.book import workbook
from server.reports.views import views_workbook
from server.reports.words import REPORTED
from server.results.periods import Period, month_of, period_of
from server.results.queries import Scope, tallies
from server.results.rules import number, vietnamese_order
from survey.local_time import local_date

AnyRequest = Request[Any, Any, Any]


@get("/bao-cao", sync_to_thread=True)
def reports_page(request: AnyRequest) -> Response[str]:
    """Show the periods of a year, each with its workbook, and the form for any other days."""
    return _page(request, sessions.require(request, May.REPORTS_MAKE))


@get("/bao-cao/so", sync_to_thread=True)
def period_workbook(request: AnyRequest) -> Response[Any]:
    """Give the workbook of a period: `?ky=quy:2026-Q4`, or `?tu=2026-03-01&den=2026-10-31`; `&don_vi=` for "
    "one office."""
    session = sessions.require(request, May.REPORTS_MAKE)
    centre, given = sessions.centre_of(request), request.query_params
    try:
        asked = choice.read(given.get("ky", ""), given.get("tu", ""), given.get("den", ""), centre.settings.month_cut)
    except choice.ChoiceError as error:
        return _page(request, session, 422, str(error))
    return _workbook(request, session, asked, given.get("don_vi", "")[:80])


@get("/bao-cao/thang/{name:str}", sync_to_thread=True)
def month_workbook(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """Give the workbook of a month, `2026-11.xlsx`; `?don_vi=` for one office."""
    session = sessions.require(request, May.REPORTS_MAKE)
    try:
        month = date.fromisoformat(f"{name.removesuffix('.xlsx')}-01")
    except ValueError:
        words = f"{name[:40]!r} is no month; ask for one like 2026-11.xlsx"
        raise RefusalError(404, "no_such_month", words) from None
    period = month_of(month, sessions.centre_of(request).settings.month_cut)
    return _workbook(request, session, period, request.query_params.get("don_vi", "")[:80])


def _workbook(request: AnyRequest, session: Session, period: Period, office: str) -> Response[bytes]:
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        is_now = request.query_params.get("theo") == "nay"
        asked = asked_of(connection, centre, session, period, office, is_now=is_now)
        made = workbook(connection, asked, has_ballots=request.query_params.get("phieu") != "khong")
    actor, subject = session.account.name, f"{period.value} {office}".strip()
    action = "report.month" if period.kind == "thang" else "report.make"
    centre.writer.run(lambda work: record(work, centre.now_ms(), actor, action, subject))
    parts = ["hai-long", period.value, *([office] if office else []), *(["don-vi-hien-nay"] if is_now else [])]
    return download(made, "-".join(parts) + ".xlsx")


def asked_of(
    connection: Connection, centre: Centre, session: Session, period: Period, office: str, *, is_now: bool = False
) -> Asked:
    """Return what a report is of, within what the session may see.

    is_now: by the units of today. Raises RefusalError 404 for a unit outside.
    """
    units = all_versions(connection, period.first, period.last)
    today = local_date(centre.now_ms())
    if is_now:
        units = units | all_versions(connection, today, today)
    if office:
        check(within(session, units), office)
    if office and office not in units:
        raise RefusalError(404, "no_such_office", f"office {office!r} did not exist in {period.value}")
    return asked_for(
        connection,
        period,
        office,
        today,
        top=session.unit,
        min_cell=centre.settings.min_cell,
        has_officers=session.may(May.OFFICERS_SEE) and bool(office),
        has_codes=session.may(May.COMMENTS_SEE),
        is_now=is_now,
    )


# ---- the page


def _page(request: AnyRequest, session: Session, status: int = 200, wrong: str = "") -> Response[str]:
    centre, given = sessions.centre_of(request), request.query_params
    today, cut = local_date(centre.now_ms()), centre.settings.month_cut
    office = given.get("don_vi", "")[:80]
    with centre.engine.connect() as connection:
        units = all_versions(connection, date(2015, 1, 1), today)
        reach = within(session, units)
        if office:
            check(reach, office)
        first = queries.earliest(connection, reach)
        years = choice.years(first, today, cut)
        year = choice.year_of(given.get("nam", ""), years)
        counts = {one.value: _count(connection, reach, one, office) for one in choice.months(year, today, cut)}
    desks = {unit.parent for unit in units.values() if unit.kind == COUNTER}
    offices = [unit for unit in units.values() if unit.id in desks and (reach is None or unit.id in reach)]
    return page(
        request, "reports.html", status, session=session, wrong=wrong, year=year, years=years, office=office,
        rows=choice.rows(counts, year, today, cut), has_ballots=first is not None, number=number,
        offices=sorted(offices, key=lambda unit: vietnamese_order(unit.name_vi)), cut=cut,
        month=period_of("thang", today, cut), first=given.get("tu", "")[:10], last=given.get("den", "")[:10],
        agency=agency_of(units, session.unit or ""),
    )  # fmt: skip


def _count(connection: Connection, reach: frozenset[str] | None, period: Period, office: str) -> int:
    scope = Scope(period.first, period.last, office, within=reach)
    return sum(one.n for one in tallies(connection, scope) if one.is_dated and one.lane in REPORTED)


ROUTES = [reports_page, period_workbook, month_workbook, views_workbook]
