"""HTTP for reports: the month's workbook, made when it is asked for, each download written in the audit log."""

from datetime import date
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from server.accounts import sessions
from server.accounts.rules import May
from server.audit.queries import record
from server.offices.queries import PROVINCE, Unit, all_versions
from server.offices.scope import check, within
from server.problem import RefusalError
from server.questionnaires.queries import seen_on
from server.reports.month import Asked, workbook
from server.reports.views import views_workbook
from server.results.periods import month_of
from survey.local_time import local_date

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@get("/bao-cao/thang/{name:str}", sync_to_thread=True)
def month_workbook(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Give the workbook of a month, `2026-11.xlsx`; `?don_vi=` for one office."""
    session = sessions.require(request, May.REPORTS_MAKE)
    centre = sessions.centre_of(request)
    try:
        month = date.fromisoformat(f"{name.removesuffix('.xlsx')}-01")
    except ValueError:
        words = f"{name[:40]!r} is no month; ask for one like 2026-11.xlsx"
        raise RefusalError(404, "no_such_month", words) from None
    office = request.query_params.get("don_vi", "")[:80]
    today = local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        period = month_of(month, centre.settings.month_cut)
        before = period.neighbour(-1)
        units = all_versions(connection, period.first, period.last)
        reach = within(session, units)
        if office:
            check(reach, office)
        if office and office not in units:
            raise RefusalError(404, "no_such_office", f"office {office!r} did not exist in {period.value}")
        province = next((unit.name_vi for unit in units.values() if unit.kind == PROVINCE), "")
        asked = Asked(
            period=period,
            units=units,
            office=office,
            questionnaire=seen_on(connection, min(period.last, today)),
            superior=_superior(units, office or session.unit or "", province),
            agency=_agency(units, office or session.unit or ""),
            place=province.removeprefix("Tỉnh ").split(" (")[0],
            day=today,
            within=reach,
            within_before=within(session, all_versions(connection, before.first, before.last)),
        )
        made = workbook(connection, asked)
    actor = session.account.name
    centre.writer.run(lambda work: record(work, centre.now_ms(), actor, "report.month", f"{period.value} {office}"))
    file = f"hai-long-{period.value}{'-' + office if office else ''}.xlsx"
    headers = {"content-disposition": f'attachment; filename="{file}"', "cache-control": "no-store"}
    return Response(made, media_type=XLSX, headers=headers)


def _superior(units: dict[str, Unit], office: str, province: str) -> str:
    parent = units[office].parent if office in units else None
    return units[parent].name_vi if parent and parent in units else province


def _agency(units: dict[str, Unit], office: str) -> str:
    return units[office].name_vi if office in units else "Tổng hợp các đơn vị"


ROUTES = [month_workbook, views_workbook]
