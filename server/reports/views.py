"""Every table of the results pages as a workbook: the same numbers, the same words, a sheet for each table."""

from io import BytesIO
from typing import Any, Final

from litestar import Request, Response, get
from litestar.params import FromPath
from openpyxl import Workbook

from server.accounts import sessions
from server.accounts.rules import May
from server.audit.queries import record
from server.offices.queries import place_in, province_of
from server.pages.download import download
from server.problem import RefusalError
from server.reports.sheet import NONE, NUMBER, PERCENT, POINTS, Heading, open_sheet
from server.reports.sheet import Column as SheetColumn
from server.results.asked import Asked
from server.results.desk import SHEETS, needed, open_desk
from server.results.grids import View

FORMS: Final = {"text": "", "count": NUMBER, "percent": PERCENT, "points": POINTS, "decimal": "0.0"}


@get("/bao-cao/ket-qua/{name:str}", sync_to_thread=True)
def views_workbook(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Give the tables of a results page, `xep-hang.xlsx`, for what its address asks."""
    session = sessions.require(request, May.REPORTS_MAKE)
    view_name = name.removesuffix(".xlsx")
    if view_name not in SHEETS:
        raise RefusalError(404, "no_such_sheet", f"there is no workbook {name[:40]!r}")
    sessions.require(request, needed(view_name))
    centre = sessions.centre_of(request)
    with open_desk(request, session) as desk:
        made = workbook(SHEETS[view_name](desk), desk.asked, session.unit or "")
    asked, actor = desk.asked, session.account.name
    subject = f"{view_name} {asked.period.value} {asked.scope.office}".strip()
    centre.writer.run(lambda work: record(work, centre.now_ms(), actor, "results.export", subject))
    return download(made, f"ket-qua-{view_name}-{asked.period.value}.xlsx")


def workbook(view: View, asked: Asked, top: str) -> bytes:
    """Return a view's tables as .xlsx bytes; words are text, never a formula. top: the unit the reader is bound to."""
    book = Workbook(write_only=True)
    province = province_of(asked.units.values())
    unit = asked.scope.office or top
    agency = asked.name_of(unit) if unit else "Tổng hợp các đơn vị"
    days = f"{asked.period.name} (từ {asked.period.first:%d/%m/%Y} đến {asked.period.last:%d/%m/%Y})"
    place = place_in(province)
    for number, grid in enumerate(view.grids, 1):
        heading = Heading(province, agency, grid.title.upper(), f"Kỳ: {days}", place, asked.today)
        columns = [SheetColumn(one.title, one.width, FORMS[one.form]) for one in grid.columns]
        table = open_sheet(book, f"{number} {_tab(grid.title)}", columns, heading)
        for row in grid.rows:
            table.add([NONE if cell is None else cell for cell in row.cells], is_total=row.is_total)
        table.notes(grid.notes if grid.rows else [grid.empty, *grid.notes])
    if not view.grids:
        heading = Heading(province, agency, view.title.upper(), f"Kỳ: {days}", place, asked.today)
        open_sheet(book, "Chưa chọn", [SheetColumn("Ghi chú", 60)], heading).notes(view.lead)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _tab(title: str) -> str:
    return "".join(letter for letter in title if letter not in r"[]:*?/\\")[:27].strip()
